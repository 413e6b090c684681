"""Possible duplicates and merges: seen, decided, merged, undone."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from sanku.api.answers import REFUSALS, InvalidInput, said
from sanku.audit.via import web_via
from sanku.common.problems import Problem as Wrong
from sanku.companies.operations import decide_duplicate
from sanku.companies.queries import companies_for, duplicate_page, duplicates_for
from sanku.library.plain import plain
from sanku.library.requests import user_of
from sanku.library.state import is_number
from sanku.merging.operations import merge_companies, unmerge_companies
from sanku.merging.queries import merge_preview, merges_for, visible_kept

Json = dict[str, Any]
STATES = ("open", "same", "different")
ON_A_PAGE = 50
router = Router()


class Asked(Schema):
    """What is sent: a name that is none of these is refused, a misspelt wish would be lost."""

    model_config = ConfigDict(extra="forbid")


class Decision(Asked):
    """Whether two companies are one: "same", "different", or "open" to take a decision back."""

    state: str


class Two(Asked):
    """The company that stays, and the one that goes into it, by their ids."""

    keep: int
    merge: int


class Merging(Two):
    """A merge: whose values win by field ("keep", "merge", "both"), and the mark of the preview it was decided by."""

    choices: dict[str, str] = Field(default_factory=dict)
    seen: str = ""
    why: str = ""


class Undoing(Asked):
    """How a merge is undone: with `different` the two are remembered as not the same."""

    different: bool = False
    why: str = ""


class Page(Schema):
    """A page of things, the newest first, and where the older ones are."""

    items: list[dict[str, Any]]
    next: str | None


Anything = dict[str, Any]


def _next(request: HttpRequest, pk: int | None) -> str | None:
    if pk is None:
        return None
    query = request.GET.copy()
    query["before"] = str(pk)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _pair(pair: Any) -> Json:
    return {
        "id": pair.pk,
        "state": pair.state,
        "reason": pair.reason,
        "first": plain(pair.first),
        "second": plain(pair.second),
        "found_at": plain(pair.found_at),
        "decided_at": plain(pair.decided_at),
        "decided_by": plain(pair.decided_by),
    }


@router.get(
    "/duplicates", response={200: Page, **REFUSALS}, url_name="duplicate-list", operation_id="duplicates_list",
    tags=["duplicates"],
    openapi_extra={"parameters": [
        {"name": "state", "in": "query", "schema": {"type": "string", "enum": list(STATES)}},
        {"name": "before", "in": "query", "schema": {"type": "string"}},
    ]},
)  # fmt: skip
def duplicates(request: HttpRequest) -> Any:
    """List the pairs of companies that may be one."""
    state = request.GET.get("state", "open")
    if state not in STATES:
        choices = {"value": state, "choices": ", ".join(STATES)}
        raise InvalidInput([said(Wrong("choice_unknown", "state", choices))])
    page = duplicate_page(user_of(request), state, before=request.GET.get("before", ""))
    last = page.pairs[-1].pk if page.has_older else None
    return {"items": [_pair(pair) for pair in page.pairs], "next": _next(request, last)}


@router.post(
    "/duplicates/{int:pk}", response={200: Anything, **REFUSALS}, url_name="duplicate-decide",
    operation_id="duplicates_decide", tags=["duplicates"],
)  # fmt: skip
def decide(request: HttpRequest, pk: int, body: Decision) -> Any:
    """Say that two companies are, or are not, the same; or take that back."""
    user = user_of(request)
    pair = get_object_or_404(duplicates_for(user), pk=pk)
    decide_duplicate(pair, state=body.state, actor=user, now=timezone.now(), via=web_via(request))
    return _pair(get_object_or_404(duplicates_for(user), pk=pk))


def _two(request: HttpRequest, body: Two) -> tuple[Any, Any]:
    if body.keep == body.merge:
        raise InvalidInput([said(Wrong("merge_itself", "merge"))])
    companies = companies_for(user_of(request))
    return get_object_or_404(companies, pk=body.keep), get_object_or_404(companies, pk=body.merge)


@router.post(
    "/merges/preview", response={200: Anything, **REFUSALS}, url_name="merge-preview", operation_id="merges_preview",
    tags=["merges"],
)  # fmt: skip
def preview(request: HttpRequest, body: Two) -> Any:
    """Show what a merge would do; nothing is written."""
    found = merge_preview(user_of(request), *_two(request, body))
    return {
        "keep": plain(found.keep),
        "merge": plain(found.merge),
        "fields": [
            {
                "name": field.name,
                "keep": _value(field.keep),
                "merge": _value(field.merge),
                "proposed": str(field.side),
                "why": str(field.why),
                "choices": [str(side) for side in field.sides],
            }
            for field in found.fields
        ],
        "moves": [
            {"table": one.table, "field": one.field, "count": one.count, "said": one.said}
            for one in found.moves
        ],
        "more_may_move": found.beyond,
        "problems": [said(problem).dict() for problem in found.problems],
        "notes": [said(problem).dict() for problem in found.notes],
        "seen": found.seen,
    }


def _value(value: Any) -> Any:
    return [plain(part) for part in value] if isinstance(value, tuple | list) else plain(value)


def _merge(merge: Any) -> Json:
    return {
        "id": merge.pk,
        "survivor": plain(merge.survivor),
        "merged": plain(merge.merged),
        "at": plain(merge.at),
        "by": plain(merge.by),
        "why": merge.why,
        "undone_at": plain(merge.undone_at),
        "undone_by": plain(merge.undone_by),
    }


@router.get(
    "/merges", response={200: Page, **REFUSALS}, url_name="merge-list", operation_id="merges_list", tags=["merges"],
    openapi_extra={"parameters": [{"name": "before", "in": "query", "schema": {"type": "string"}}]},
)  # fmt: skip
def merges(request: HttpRequest) -> Any:
    """List the merges that were made, the newest first."""
    found = merges_for(user_of(request))
    before = request.GET.get("before", "")
    if is_number(before):
        found = found.filter(pk__lt=before)
    rows = list(found[: ON_A_PAGE + 1])
    last = rows[ON_A_PAGE - 1].pk if len(rows) > ON_A_PAGE else None
    return {"items": [_merge(one) for one in rows[:ON_A_PAGE]], "next": _next(request, last)}


@router.post(
    "/merges",
    response={200: Anything, **REFUSALS},
    url_name="merge-list",
    operation_id="merges_make",
    tags=["merges"],
)
def merge(request: HttpRequest, body: Merging) -> Any:
    """Merge one company into another."""
    keep, other = _two(request, body)
    made = merge_companies(
        keep, other, choices=body.choices, seen=body.seen, why=body.why[:300],
        actor=user_of(request), now=timezone.now(), via=web_via(request),
    )  # fmt: skip
    return _merge(get_object_or_404(merges_for(user_of(request)), pk=made.pk))


@router.post(
    "/merges/{int:pk}/undo", response={200: Anything, **REFUSALS}, url_name="merge-undo", operation_id="merges_undo",
    tags=["merges"],
)  # fmt: skip
def undo(request: HttpRequest, pk: int, body: Undoing) -> Any:
    """Undo a merge; `kept` is what was changed since and stays as it is."""
    user = user_of(request)
    made = get_object_or_404(merges_for(user), pk=pk)
    kept = unmerge_companies(
        made,
        different=body.different,
        why=body.why[:300],
        actor=user,
        now=timezone.now(),
        via=web_via(request),
    )
    shown = [dict(one) for one in visible_kept(user, kept)]
    return {**_merge(get_object_or_404(merges_for(user), pk=pk)), "kept": shown}
