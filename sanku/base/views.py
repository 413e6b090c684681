"""The pages of the national base: searching it, a company of it, picking."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.via import web_via
from sanku.base.operations import MOST, Picked, pick_companies
from sanku.base.page import company_context, search_context
from sanku.base.queries import Known, base_companies, base_company, records_of, row_of
from sanku.common.problems import Refused
from sanku.library.requests import user_of
from sanku.library.state import is_number
from sanku.warehouse.names.serving import opened


@require_GET
def base_search(request: HttpRequest) -> HttpResponse:
    """Show what a text finds in the base."""
    context = search_context(user_of(request), request.GET)
    template = (
        "base/_results.html" if request.headers.get("HX-Target") == "base-results" else "base/search.html"
    )
    return render(request, template, context)


@require_GET
def company(request: HttpRequest, version: str, row: int) -> HttpResponse:
    """Show a company of a version, and the zone's own record of it."""
    user, found = user_of(request), base_company(version, row)
    if found is None:
        raise Http404
    served = opened()
    place = served.reader.place_of(found["region_code"] or "") if served is not None else ""
    [record] = records_of(user, [Known.of(found)])
    context = {
        **company_context(found, place),
        "version": version,
        "key": f"{version}:{row}",
        "record": record,
        "may_pick": user.may(WRITES_COMPANIES),
        "then": "target" if request.GET.get("then") == "target" else "",
    }
    return render(request, "base/company.html", context)


@require_GET
def company_by_id(request: HttpRequest, company_id: int) -> HttpResponse:
    """Lead on to a company of the current version by what it is called in every version."""
    found = row_of(company_id)
    if found is None:
        raise Http404
    return redirect("base:company", *found)


@require_POST
def pick(request: HttpRequest) -> HttpResponse:
    """Make or find the records of chosen companies; of one, lead on to it."""
    user = user_of(request)
    if not user.may(WRITES_COMPANIES):
        return render(request, "403.html", status=403)
    keys = list(dict.fromkeys(request.POST.getlist("company")))[: MOST + 1]
    chosen = [
        (version, int(row))
        for version, _colon, row in (key.rpartition(":") for key in keys)
        if is_number(row)
    ]
    version = chosen[0][0] if chosen else ""
    is_one = all(name == version for name, _row in chosen)
    rows = base_companies(version, [row for _name, row in chosen]) if chosen and is_one else None
    if chosen and rows is None:
        messages.error(request, _("The base has changed meanwhile: search again and choose again."))
        return redirect(_back(request))
    if not rows:
        messages.error(request, _("Choose at least one company."))
        return redirect(_back(request))
    try:
        picked = pick_companies(rows, version=version, actor=user, now=timezone.now(), via=web_via(request))
    except Refused as refused:
        messages.error(request, refused.problems[0][0].message())
        return redirect(_back(request))
    _tell(request, picked)
    records = picked.made + picked.found
    if len(rows) == 1 and records:
        if request.POST.get("then") == "target":
            return redirect(f"{reverse('companies:target-create')}?company={records[0].pk}")
        return redirect("companies:company-detail", records[0].pk)
    return redirect(_back(request))


def _tell(request: HttpRequest, picked: Picked) -> None:
    """Say what became of the companies."""
    if picked.made:
        text = ngettext(
            "%(count)s company was taken into the library.",
            "%(count)s companies were taken into the library.",
            len(picked.made),
        )
        messages.success(request, text % {"count": len(picked.made)})
    if picked.found:
        text = ngettext(
            "%(count)s company was in the library already.",
            "%(count)s companies were in the library already.",
            len(picked.found),
        )
        messages.info(request, text % {"count": len(picked.found)})
    for name, problems in picked.refused[:5]:
        messages.error(request, f"{name}: {' '.join(problem.message() for problem in problems)}")


def _back(request: HttpRequest) -> str:
    """Return the page of this site that the form came from, else the search."""
    url = request.POST.get("next", "")
    is_own = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if is_own else reverse("base:search")
