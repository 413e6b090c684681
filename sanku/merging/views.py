"""The pages of merging: the preview that is sent off, what was merged, undoing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.accounts.rules import MERGES_COMPANIES, SEES_ALL, WRITES_COMPANIES
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.library import COMPANIES
from sanku.companies.queries import duplicates_of, is_id, suggested_companies
from sanku.library.requests import Moved, reader_of, user_of
from sanku.library.state import LONGEST_QUERY, clean_text
from sanku.library.views import found
from sanku.merging import operations
from sanku.merging.page import address_of, merge_of, merge_page
from sanku.merging.queries import merge_page_of, merge_preview, merges_for, merges_into, proposed_order

MAY_SEE = SEES_ALL | WRITES_COMPANIES
LONGEST_WHY = 300


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Show beforehand what merging two companies does, and do it; with one company, ask for the other.

    GET ?keep=ID&merge=ID, ?of=ID,ID (which one stays is proposed) or ?keep=ID.
    """
    user = user_of(request)
    if not user.may(MERGES_COMPANIES):
        return render(request, "403.html", status=403)
    if request.method == "POST":
        return _merged(request)
    ids = [part for part in request.GET.get("of", "").split(",") if part]
    if len(ids) == 2 and all(map(is_id, ids)):
        one, other = (_company(request, pk) for pk in ids)
        if one != other:
            keep, gone = proposed_order(user, one, other)
            return redirect(address_of(keep.pk, gone.pk))
    keep = _company(request, request.GET.get("keep", ids[0] if ids else ""))
    second = request.GET.get("merge", "")
    if not second:
        return _pick(request, keep)
    return _shown(request, keep, _company(request, second))


def _company(request: HttpRequest, pk: str) -> Any:
    """Return a company of the address: the one that it leads to, where it was merged meanwhile."""
    if not is_id(pk):
        raise Http404
    try:
        return found(request, COMPANIES, int(pk))
    except Moved as moved:
        return moved.record


def _pick(request: HttpRequest, keep: Any) -> HttpResponse:
    user = user_of(request)
    pairs = [
        pair.second if pair.first_id == keep.pk else pair.first for pair in duplicates_of(user, keep)[:20]
    ]
    context = {
        "keep": keep,
        "keep_url": reverse("companies:company-detail", args=[keep.pk]),
        "rows": [_choice(keep, one, _("on the worklist of duplicates"), "") for one in pairs],
        "similar_url": f"{reverse('merging:merge-similar')}?keep={keep.pk}",
    }
    return render(request, "merging/pick.html", context)


def _choice(keep: Any, other: Any, why: str, held: str) -> dict[str, Any]:
    return {
        "title": other.name,
        "sub": " · ".join(part for part in (other.uscc, other.province + other.city) if part),
        "why": why,
        "held": held,
        "url": f"{reverse('merging:merge')}?of={keep.pk},{other.pk}",
    }


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Show the companies that a typed name, code or initials may mean, to be merged with one."""
    user = user_of(request)
    if not user.may(MERGES_COMPANIES):
        return render(request, "403.html", status=403)
    keep = _company(request, request.GET.get("keep", ""))
    typed = clean_text(request.GET.get("q", ""))[:LONGEST_QUERY]
    known = suggested_companies(user, typed) if typed else []
    rows = [_choice(keep, one, why, held) for one, why, held in known if one.pk != keep.pk]
    return render(request, "merging/_choices.html", {"rows": rows, "typed": typed})


def _shown(
    request: HttpRequest, keep: Any, gone: Any, problems: list[Problem] | None = None, *, status: int = 200
) -> HttpResponse:
    if keep == gone:
        return _pick(request, keep)
    preview = merge_preview(user_of(request), keep, gone)
    given = {name: clean_text(value)[:LONGEST_WHY] for name, value in request.POST.dict().items()}
    context = merge_page(preview, reader_of(request), given=given)
    context["problems"] = list(
        dict.fromkeys([*(problem.message() for problem in problems or ()), *context["problems"]])
    )
    context["may_merge"] = not preview.problems
    return render(request, "merging/merge.html", context, status=status)


def _merged(request: HttpRequest) -> HttpResponse:
    keep, gone = (_company(request, request.POST.get(name, "")) for name in ("keep", "merge"))
    if keep == gone:
        return _already(request, keep)
    sent = request.POST.dict()
    choices = {
        name.removeprefix("choice-"): str(side) for name, side in sent.items() if name.startswith("choice-")
    }
    try:
        done = operations.merge_companies(
            keep,
            gone,
            choices=choices,
            seen=request.POST.get("seen") or "not seen",
            actor=user_of(request),
            now=timezone.now(),
            via=web_via(request),
            why=clean_text(request.POST.get("why", ""))[:LONGEST_WHY],
        )
    except Refused as refused:
        keep, gone = (_company(request, str(one.pk)) for one in (keep, gone))
        return _shown(request, keep, gone, list(refused.problems[0]))
    text = _("“%(merged)s” is now part of “%(name)s”.") % {"merged": gone.name, "name": keep.name}
    messages.success(request, text, extra_tags=f"undo={reverse('merging:merge-undo', args=[done.pk])}")
    return redirect("companies:company-detail", keep.pk)


def _already(request: HttpRequest, keep: Any) -> HttpResponse:
    """Lead to the one record that both addresses lead to by now."""
    messages.warning(request, _("The two are one record already."))
    return redirect("companies:company-detail", keep.pk)


@require_GET
def merge_list(request: HttpRequest) -> HttpResponse:
    """Show the merges that were made, the newest first, each to be undone."""
    user = user_of(request)
    if not user.may(MAY_SEE):
        return render(request, "403.html", status=403)
    page = merge_page_of(user, request.GET.get("before", ""), request.GET.get("after", ""))
    path = reverse("merging:merge-list")
    context = {
        "merges": [merge_of(one, user) for one in page.merges],
        "newer_url": f"{path}?after={page.merges[0].pk}" if page.has_newer else None,
        "older_url": f"{path}?before={page.merges[-1].pk}" if page.has_older else None,
        "companies_url": reverse("companies:company-list"),
        "duplicates_url": reverse("companies:duplicate-list"),
    }
    return render(request, "merging/merge_list.html", context)


@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge; with different=1 the two are remembered as not the same."""
    user = user_of(request)
    one = get_object_or_404(merges_for(user), pk=pk)
    try:
        kept = operations.unmerge_companies(
            one,
            different=request.POST.get("different") == "1",
            actor=user,
            now=timezone.now(),
            via=web_via(request),
        )
    except NotAllowed:
        return render(request, "403.html", status=403)
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
        return redirect("merging:merge-list")
    messages.success(request, _("“%(name)s” is a record of its own again.") % {"name": one.merged.name})
    if kept:
        messages.warning(request, _("Not everything went back: see below what stayed as it is, and why."))
        return redirect("merging:merge-list")
    return redirect("companies:company-detail", one.merged_id)


@require_GET
def company_merges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was merged into a company; nothing where nothing was."""
    company, user = found(request, COMPANIES, pk), user_of(request)
    merges = [merge_of(one, user) for one in merges_into(user, company)[:50]]
    if not merges:
        return HttpResponse()
    return render(request, "merging/_company_merges.html", {"merges": merges})
