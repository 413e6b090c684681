"""The dated exchange rates."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanku.accounts.forms import RateForm
from sanku.accounts.operations import save_rates
from sanku.accounts.queries import rates_for
from sanku.accounts.requests import sent, user_of
from sanku.accounts.rules import READS_RATES, WRITES_RATES
from sanku.accounts.views.guard import only
from sanku.audit.via import web_via
from sanku.common.display import chinese, currency_name
from sanku.common.problems import Refused


@only(READS_RATES)
@require_GET
def rate_list(request: HttpRequest) -> HttpResponse:
    """Show the rates by currency, the newest first."""
    user = user_of(request)
    rates = list(rates_for(user))
    currencies = [
        {"code": code, "name": currency_name(code) if chinese() else "", "rates": list(kept)}
        for code, kept in groupby(rates, key=lambda rate: rate.currency)
    ]
    context = {"currencies": currencies, "count": len(rates), "may_write": user.may(WRITES_RATES)}
    return render(request, "accounts/rate_list.html", context)


@only(WRITES_RATES)
def rate_add(request: HttpRequest) -> HttpResponse:
    """Enter a rate."""
    initial = {"on": timezone.localdate(), "currency": request.GET.get("currency")}
    form = RateForm(sent(request), user=user_of(request), initial=initial)
    return _saved(request, form) or _page(request, form, _("Enter an exchange rate"))


@only(WRITES_RATES)
def rate_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a rate."""
    user = user_of(request)
    found = get_object_or_404(rates_for(user), pk=pk)
    form = RateForm(sent(request), user=user, record=found)
    title = _("Correct the rate of %(currency)s") % {"currency": found.currency}
    return _saved(request, form) or _page(request, form, title)


def _saved(request: HttpRequest, form: RateForm) -> HttpResponse | None:
    if request.method != "POST" or not form.is_valid():
        return None
    draft = form.draft()
    try:
        save_rates([draft], actor=user_of(request), now=timezone.now(), via=web_via(request))
    except Refused as refused:
        form.refuse(refused)
        return None
    messages.success(request, _("The rate is saved: %(rate)s.") % {"rate": draft.record})
    return redirect("accounts:rate-list")


def _page(request: HttpRequest, form: RateForm, title: str) -> HttpResponse:
    url = reverse("accounts:rate-list")
    context = {
        "title": title,
        "form": form,
        "back_url": url,
        "back_label": _("Exchange rates"),
        "cancel_url": url,
    }
    return render(request, "library/form.html", context)
