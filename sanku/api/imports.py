"""Imports: a file is handed in, read and checked in the background, saved, taken back whole or by row."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from sanku.api.answers import REFUSALS, InvalidInput, Problem
from sanku.audit.via import web_via
from sanku.common.geodata.names import is_known
from sanku.common.problems import Problem as Refusal
from sanku.common.problems import Refused
from sanku.intake import operations
from sanku.intake.problems import problem_message, refusal_message
from sanku.intake.queries import batches_for, rows_for, to_do
from sanku.intake.result_page import progress_json
from sanku.intake.rules import WRITERS
from sanku.library.plain import plain
from sanku.library.requests import user_of
from sanku.library.state import is_number

Json = dict[str, Any]
Anything = dict[str, Any]
ON_A_PAGE = 100
router = Router(tags=["imports"])
FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "kind": {"type": "string", "enum": sorted(WRITERS)},
                        "crs": {
                            "type": "string",
                            "description": "the coordinate system of parcels: wgs84, cgcs2000, gcj02, bd09 or epsg:4548",
                        },
                    },
                }
            }
        },
    }
}
PAGES = {
    "parameters": [
        {"name": "only", "in": "query", "schema": {"type": "string", "enum": ["all", "todo"]}},
        {"name": "after", "in": "query", "schema": {"type": "string"}},
    ]
}


class Page(Schema):
    """A page of things, and where the next one is."""

    items: list[dict[str, Any]]
    next: str | None


def _batch(batch: Any) -> Json:
    counts = ("created", "updated", "unchanged", "refused", "skipped", "duplicate")
    return {
        "id": batch.pk,
        "file": batch.file_name,
        "state": batch.state,
        "state_label": batch.get_state_display(),
        "reason": batch.reason,
        "reason_message": refusal_message(batch.reason, batch.reason_detail) if batch.reason else "",
        "by": plain(batch.by),
        "counts": {name: getattr(batch, f"{name}_count") for name in counts},
        "tables": [
            {"position": table.position, "sheet": table.sheet, "kind": table.kind, "taken": table.is_taken, "counts": table.counts}
            for table in batch.tables.order_by("position")
        ],
        "progress": progress_json(batch, now=timezone.now()),
        "kept": batch.undo_report.get("kept", []),
        "created_at": plain(batch.created_at),
        "saved_at": plain(batch.saved_at),
        "undone_at": plain(batch.undone_at),
    }  # fmt: skip


def _after(request: HttpRequest, name: str, pk: int | None) -> str | None:
    if pk is None:
        return None
    query = request.GET.copy()
    query[name] = str(pk)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _found(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(batches_for(user_of(request)), pk=pk)


@router.get("", response={200: Page, **REFUSALS}, url_name="import-list", operation_id="imports_list")
def list_(request: HttpRequest) -> Any:
    """List the imports, the newest first."""
    batches = batches_for(user_of(request)).order_by("-pk")
    before = request.GET.get("before", "")
    if is_number(before):
        batches = batches.filter(pk__lt=before)
    rows = list(batches[: ON_A_PAGE + 1])
    last = rows[ON_A_PAGE - 1].pk if len(rows) > ON_A_PAGE else None
    items = [
        {"id": row.pk, "file": row.file_name, "state": row.state, "created_at": plain(row.created_at)}
        for row in rows[:ON_A_PAGE]
    ]
    return {"items": items, "next": _after(request, "before", last)}


@router.post(
    "",
    response={201: Anything, **REFUSALS},
    url_name="import-list",
    operation_id="imports_hand_in",
    openapi_extra=FILE,
)
def hand_in(request: HttpRequest) -> Any:
    """Hand a file in; it is read in the background."""
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if file is None:
        raise InvalidInput([Problem(code="file_missing", message=_("Choose a file first."), field="file")])
    if kind and kind not in WRITERS:
        message = _("There is no such kind. There are: %(kinds)s") % {"kinds": ", ".join(sorted(WRITERS))}
        raise InvalidInput([Problem(code="kind_unknown", message=message, field="kind")])
    crs = request.POST.get("crs", "")
    if crs and not is_known(crs):
        raise Refused({0: [Refusal("system_unknown", "crs", {"value": crs})]})
    try:
        batch = operations.receive_file(
            file, name=file.name or "", kind=kind, crs=crs, actor=user_of(request), now=timezone.now()
        )
    except operations.FileTooLarge:
        problem = Problem(code="too_large", message=refusal_message("too_large"), field="file")
        return Status(413, {"errors": [problem.dict()]})
    return Status(201, _batch(_found(request, batch.pk)))


@router.get(
    "/{int:pk}", response={200: Anything, **REFUSALS}, url_name="import-detail", operation_id="imports_read"
)
def read(request: HttpRequest, pk: int) -> Any:
    """Tell how far an import is, what it did, and what is left to do."""
    return _batch(_found(request, pk))


@router.delete(
    "/{int:pk}", response={204: None, **REFUSALS}, url_name="import-detail", operation_id="imports_throw_away"
)
def throw_away(request: HttpRequest, pk: int) -> Any:
    """Throw a file away of which nothing was saved."""
    operations.discard_batch(_found(request, pk), actor=user_of(request))
    return Status(204, None)


@router.get(
    "/{int:pk}/rows", response={200: Page, **REFUSALS}, url_name="import-rows", operation_id="imports_rows",
    openapi_extra=PAGES,
)  # fmt: skip
def rows(request: HttpRequest, pk: int) -> Any:
    """List an import's rows with what is wrong with them: all, or those to do something about."""
    _found(request, pk)
    found = rows_for(user_of(request)).filter(batch_id=pk).order_by("pk")
    if request.GET.get("only") == "todo":
        found = to_do(found)
    after = request.GET.get("after", "")
    if is_number(after):
        found = found.filter(pk__gt=after)
    some = list(found[: ON_A_PAGE + 1])
    last = some[ON_A_PAGE - 1].pk if len(some) > ON_A_PAGE else None
    return {"items": [_row(row) for row in some[:ON_A_PAGE]], "next": _after(request, "after", last)}


def _row(row: Any) -> Json:
    return {
        "id": row.pk,
        "row": row.number,
        "table": row.table.position,
        "action": row.action,
        "is_undone": row.is_undone,
        "facts": row.facts,
        "errors": [
            {
                "code": problem["code"],
                "message": problem_message(problem),
                "field": problem.get("field") or "",
                "row": row.number,
                "severity": problem["severity"],
            }
            for problem in row.problems
        ],
    }


@router.post(
    "/{int:pk}/save",
    response={200: Anything, **REFUSALS},
    url_name="import-save",
    operation_id="imports_save",
)
def save(request: HttpRequest, pk: int) -> Any:
    """Have the rows saved in the background."""
    operations.start_saving(_found(request, pk), actor=user_of(request), now=timezone.now())
    return _batch(_found(request, pk))


@router.post(
    "/{int:pk}/undo",
    response={200: Anything, **REFUSALS},
    url_name="import-undo",
    operation_id="imports_undo",
)
def undo(request: HttpRequest, pk: int) -> Any:
    """Have the whole import taken back in the background."""
    operations.start_undoing(_found(request, pk), actor=user_of(request), now=timezone.now())
    return _batch(_found(request, pk))


@router.post(
    "/rows/{int:pk}/undo", response={200: Anything, **REFUSALS}, url_name="import-row-undo",
    operation_id="imports_undo_row",
)  # fmt: skip
def undo_row(request: HttpRequest, pk: int) -> Any:
    """Take back what one row did; `kept` is what was changed since and stays as it is."""
    row = get_object_or_404(rows_for(user_of(request)), pk=pk)
    return operations.undo_row(
        row, actor=user_of(request), now=timezone.now(), address=web_via(request).address
    )
