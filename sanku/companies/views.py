"""The pages of companies and target clients beside those that every library has."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.accounts.rules import MERGES_COMPANIES, SEES_ALL, WRITES_COMPANIES, WRITES_TARGETS
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies import operations
from sanku.companies.duplicate_pairs import merge_url, pair_of
from sanku.companies.forms import action_forms
from sanku.companies.library import COMPANIES
from sanku.companies.queries import (
    duplicate_counts,
    duplicate_page,
    duplicates_for,
    duplicates_of,
    followers_of,
    in_scope,
)
from sanku.companies.rows import may_write_target
from sanku.companies.rules import CLOSED
from sanku.companies.target_library import TARGETS, light_of, score_bars
from sanku.library.requests import reader_of, user_of
from sanku.library.views import found, whole

STATES = ("open", "same", "different")
MAY_SEE_DUPLICATES = SEES_ALL | WRITES_COMPANIES


@require_GET
def company_target(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who follows a company: the department's name to all staff, the rest to those in scope."""
    company, user = found(request, COMPANIES, pk), user_of(request)
    target = followers_of(user, [company.pk]).get(company.pk)
    mine = target is not None and in_scope(user, target)
    context = {
        "target": target if mine else None,
        "department": target.department if target is not None else None,
        "url": reverse("companies:target-detail", args=[target.pk]) if target is not None and mine else "",
        "create_url": f"{reverse('companies:target-create')}?company={company.pk}"
        if target is None and user.may(WRITES_TARGETS)
        else "",
    }
    return render(request, "companies/_company_target.html", context)


@require_GET
def company_duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the companies that may be the same as this one; nothing where there are none."""
    company, user = found(request, COMPANIES, pk), user_of(request)
    pairs = [
        {
            "pair": pair,
            "other": pair.second if pair.first_id == company.pk else pair.first,
            "merge_url": merge_url(pair.first_id, pair.second_id) if user.may(MERGES_COMPANIES) else "",
        }
        for pair in duplicates_of(user, company)[:20]
    ]
    if not pairs:
        return HttpResponse()
    list_url = reverse("companies:duplicate-list") if user.may(MAY_SEE_DUPLICATES) else ""
    context = {"pairs": pairs, "list_url": list_url}
    return render(request, "companies/_company_duplicates.html", context)


@require_GET
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Show the worklist of companies that may be one, a page of pairs at a time."""
    user = user_of(request)
    if not user.may(MAY_SEE_DUPLICATES):
        return render(request, "403.html", status=403)
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    page = duplicate_page(user, state, request.GET.get("before", ""), request.GET.get("after", ""))
    path, counts = reverse("companies:duplicate-list"), duplicate_counts(user)
    followers = followers_of(user, [pk for pair in page.pairs for pk in (pair.first_id, pair.second_id)])
    context = {
        "pairs": [_pair(pair, followers, user) for pair in page.pairs],
        "state": state,
        "tabs": [
            {"label": label, "url": f"{path}?state={key}", "count": counts.get(key, 0), "on": key == state}
            for key, label in (
                ("open", _("To decide")),
                ("same", _("The same")),
                ("different", _("Not the same")),
            )
        ],
        "newer_url": f"{path}?state={state}&after={page.pairs[0].pk}" if page.has_newer else None,
        "older_url": f"{path}?state={state}&before={page.pairs[-1].pk}" if page.has_older else None,
        "companies_url": reverse("companies:company-list"),
        "merges_url": reverse("merging:merge-list"),
    }
    return render(request, "companies/duplicate_list.html", context)


def _pair(pair: Any, followers: Any, user: Any) -> dict[str, Any]:
    may_decide, may_merge = user.may(WRITES_COMPANIES), user.may(MERGES_COMPANIES)
    return pair_of(pair, followers, may_decide=may_decide, may_merge=may_merge)


@require_POST
def duplicate_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a decision about a pair, or take it back."""
    user = user_of(request)
    pair = get_object_or_404(duplicates_for(user), pk=pk)
    try:
        operations.decide_duplicate(
            pair, state=request.POST.get("state", ""), actor=user, now=timezone.now(), via=web_via(request)
        )
    except NotAllowed:
        return render(request, "403.html", status=403)
    except Refused:
        return redirect("companies:duplicate-list")
    if request.headers.get("HX-Request") is None:
        return redirect("companies:duplicate-list")
    pair = get_object_or_404(duplicates_for(user), pk=pk)
    followers = followers_of(user, [pair.first_id, pair.second_id])
    context = {"pair": _pair(pair, followers, user), "just_decided": True}
    return render(request, "companies/_duplicate_pair.html", context)


@require_GET
def target_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the parts of a target's score as bars; nothing where it has none."""
    target = found(request, TARGETS, pk)
    bars = score_bars(target)
    if not bars:
        return HttpResponse()
    return render(request, "companies/_target_score.html", {"target": target, "bars": bars})


@require_http_methods(["GET", "POST"])
def target_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a target's next action, record that it was done and what comes next, or move it."""
    target, reader = found(request, TARGETS, pk), reader_of(request)
    may, kind = may_write_target(reader.user, target), request.GET.get("form", "")
    if request.method == "POST":
        if not may:
            return render(request, "403.html", status=403)
        return _act(request, target, "done" if kind == "done" else "move")
    forms = action_forms(target, reader, kind) if may and kind in ("done", "move") else []
    return _action_panel(request, target, kind, forms)


def _act(request: HttpRequest, target: Any, kind: str) -> HttpResponse:
    reader = reader_of(request)
    forms = action_forms(target, reader, kind, request.POST)
    if not all([form.is_valid() for form in forms]):
        return _action_panel(request, target, kind, forms)
    here: dict[str, Any] = {"actor": reader.user, "now": timezone.now(), "via": web_via(request)}
    then = forms[-1].values()
    try:
        if kind == "done":
            touch = {**forms[0].values(), "content": target.next_action}
            operations.finish_action(target, touch=touch, then=then, **here)
        else:
            operations.move_action(target, then=then, **here)
    except Refused as refused:
        for problem in refused.problems[0]:
            next((form for form in forms if problem.field in form.fields), forms[0]).show([problem])
        return _action_panel(request, target, kind, forms)
    except NotAllowed:
        forms[0].show([Problem("not_allowed")])
        return _action_panel(request, target, kind, forms)
    return _action_panel(request, found(request, TARGETS, target.pk), "", [], changed=True)


def _action_panel(
    request: HttpRequest, target: Any, kind: str, forms: list[Any], *, changed: bool = False
) -> HttpResponse:
    reader = reader_of(request)
    if target.status in CLOSED and not (target.next_action or forms or changed):
        return HttpResponse()
    url = reverse("companies:target-action", args=[target.pk])
    light, said = light_of(target, reader.today)
    context: dict[str, Any] = {
        "target": target,
        "light": light,
        "said": said,
        "kind": kind,
        "forms": forms,
        "url": url,
        "may_write": may_write_target(reader.user, target),
        "whole_form": forms[0] if forms else None,
    }
    if changed:
        context |= whole(request, TARGETS, target)
        context["refreshed"] = [
            {
                "id": "section-progress",
                "url": reverse("companies:target-section", args=[target.pk, "progress"]),
            },
            {"id": "panel-touches", "url": reverse("companies:target-touch-panel", args=[target.pk])},
        ]
    return render(request, "companies/_target_action.html", context)
