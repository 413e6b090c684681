"""Access tokens: a person's own, and all of the zone for who manages people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sanku.accounts.forms import TokenForm
from sanku.accounts.operations import make_token, revoke_token
from sanku.accounts.problems import message
from sanku.accounts.queries import tokens_for
from sanku.accounts.requests import sent, user_of
from sanku.accounts.rules import MANAGES_PEOPLE
from sanku.audit.via import web_via
from sanku.common.problems import Refused

MOST_SHOWN = 200


@require_http_methods(["GET", "POST"])
@never_cache
def token_list(request: HttpRequest) -> HttpResponse:
    """Show the tokens; make one and show its secret, this once."""
    user, now = user_of(request), timezone.now()
    form = TokenForm(sent(request))
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = make_token(**form.cleaned_data, actor=user, now=now, via=web_via(request))
        except Refused as refused:
            for problem in refused.problems[0]:
                form.add_error(problem.field if problem.field in form.fields else None, message(problem))
        else:
            form = TokenForm()
    manages = user.may(MANAGES_PEOPLE)
    tokens = [
        {"token": token, "is_good": token.revoked_at is None and token.expires_at > now}
        for token in tokens_for(user)[:MOST_SHOWN]
    ]
    context = {"form": form, "secret": secret, "tokens": tokens, "manages": manages}
    return render(request, "accounts/token_list.html", context)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    user = user_of(request)
    token = get_object_or_404(tokens_for(user), pk=pk)
    revoke_token(token, actor=user, now=timezone.now(), via=web_via(request))
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("accounts:token-list")
