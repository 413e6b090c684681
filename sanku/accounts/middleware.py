"""What every request of a person is held to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sanku.accounts.models import PasswordKind, User

# Names of the addresses that stay open to a person with a one-time password.
OPEN = frozenset(
    {"account_change_password", "account_logout", "account_reauthenticate", "set_language", "health"}
)


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask for the sign-in; a fragment of a page whose session has ended leads the whole page there, and back."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Redirect, or tell htmx to."""
        if not request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = shown.path + (f"?{shown.query}" if shown.query else "")
        address = redirect_to_login(back or "/", self.get_login_url(view_func), "next").url
        return HttpResponse(headers={"HX-Redirect": address})


class PrivatePagesMiddleware:
    """Let nobody's cache keep a page: the next person at the same screen, or a proxy, must ask anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer as private."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class OneTimePasswordMiddleware:
    """Lead a person who signed in with a one-time password to the page where he chooses his own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Redirect, or tell htmx to, when the password is still to be changed."""
        user = request.user
        if not isinstance(user, User) or user.password_kind != PasswordKind.ONE_TIME:
            return None
        match = request.resolver_match
        if match is not None and match.url_name in OPEN:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": reverse("account_change_password")})
        return redirect("account_change_password")
