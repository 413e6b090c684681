"""How allauth treats people: staff are entered by the administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import change_own_password
from sanku.audit.via import web_via


def _name(credentials: dict[str, Any]) -> str:
    """Return the sign-in name that somebody tries, however he spells it."""
    return str(credentials.get("username", "")).strip().casefold()


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Keep sign-up closed; enter changed passwords in the ledger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers himself."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Answer too many failed attempts as too many requests, not as a mistake in the form.

        They are counted by address, by name and address together, and, with a far higher limit, by name: a stranger
        elsewhere must not lock a person out by typing his name, and many strangers together must not guess for ever.
        """
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error
        of_name = ratelimit.consume(
            request, app="allauth.account", action="login_failed_by_name", key=_name(credentials)
        )
        if not of_name:
            raise ImmediateHttpResponse(respond_429(request))
        # Whoever gets in has failed nothing: allauth takes back what is counted here.
        self._login_failed_rl_usage.usage += of_name.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{_name(credentials)} {ratelimit.get_ip(request)}"

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse a new password that is the present one: a one-time password has to go."""
        if user is not None and user.has_usable_password() and user.check_password(password):
            raise ValidationError(_("This is your present password. Choose another one."))
        cleaned: str = super().clean_password(password, user)
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        """Set the password that a person chose himself."""
        change_own_password(user, password, now=timezone.now(), via=web_via(self.request))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to the first page."""
        return reverse("home")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Write no e-mails: people have no addresses here."""


class StaffSocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let an identity provider sign in the people who are entered, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody registers himself."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie an identity to the person of the same sign-in name when it comes for the first time.

        The provider is the one that the operator set, so that its word on who somebody is counts.
        """
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        claimed = data.get("userinfo") or data.get("id_token") or data
        name = str(claimed.get("preferred_username") or "").lower()
        person = User.objects.filter(username=name, is_active=True).first() if name else None
        if person is not None:
            sociallogin.connect(request, person)
