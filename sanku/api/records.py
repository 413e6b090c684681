"""The records of a library: read as lists and one by one, entered, changed, noted on, removed and brought back."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import Body, Router, Schema, Status

from sanku.api.answers import REFUSALS, Conflict, InvalidInput, Problem, said
from sanku.api.input import filled_form
from sanku.audit.operations import Draft, log_export
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed
from sanku.common.problems import Problem as Wrong
from sanku.companies.library import COMPANIES
from sanku.companies.queries import survivor_of
from sanku.library.counting import count_all
from sanku.library.cursors import signed, unsigned
from sanku.library.listing import filter_words, page_at
from sanku.library.operations.notes import write_note
from sanku.library.plain import fields_json, filter_problems, filter_schemas, plain, record_json
from sanku.library.records import may_write, timeline_of
from sanku.library.remembered import Remembered
from sanku.library.requests import reader_of
from sanku.library.specs import Library, Reader
from sanku.library.state import PAGE_SIZE, Place, State, filtered, is_number
from sanku.library.state import state_of as read_query
from sanku.library.zoned import zoned

Json = dict[str, Any]
Sent = Annotated[dict[str, Any], Body(...)]
MOST = 200  # records on a page
OWN = ("q", "sort", "page", "limit")
KIND = "api"  # of cursors


class RecordPage(Schema):
    """A page of records: how many fit altogether, and where the neighbouring pages are."""

    count: int
    records: list[dict[str, Any]]
    next: str | None
    previous: str | None


class Fields(Schema):
    """The fields of a library's records, with their choices."""

    fields: list[dict[str, Any]]


class Entries(Schema):
    """What happened to a record, newest first, in the reader's words."""

    entries: list[dict[str, Any]]
    next: str | None


class Note(Schema):
    """A note about a record. “@” and a name mentions a person: he is told.

    With `untold` people who would not see the note are named in it all the same, and not told.
    """

    text: str
    untold: bool = False


def limit_of(request: HttpRequest) -> int:
    """Return how many a page is to hold."""
    text = request.GET.get("limit", str(PAGE_SIZE))
    if not is_number(text) or not 1 <= int(text) <= MOST:
        message = _("The limit is a whole number from 1 to %(most)d.") % {"most": MOST}
        raise InvalidInput([Problem(code="limit", message=message, field="limit")])
    return int(text)


def state_of(request: HttpRequest, library: Library, reader: Reader) -> tuple[State, bool]:
    """Read a list's address strictly: what a page would leave out is refused.

    Return with it whether the ledger says already who takes these pages.
    """
    filters = {name: request.GET.getlist(name) for name in request.GET if name not in OWN}
    problems = [said(problem) for problem in filter_problems(filters, library, reader)]
    sort = request.GET.get("sort", library.default_sort).removeprefix("-")
    sorts = [column.key for column in library.columns if column.sort]
    if sort not in sorts:
        problems.append(said(Wrong("choice_unknown", "sort", {"value": sort, "choices": ", ".join(sorts)})))
    given, entered = request.GET.copy(), False
    if page := given.get("page", ""):
        try:
            given["page"], entered = unsigned(page, request.GET, library, reader, kind=KIND)
        except ValueError:
            message = _("This page's address was cut. Begin with the first page.")
            problems.append(Problem(code="page", message=message, field="page"))
    if problems:
        raise InvalidInput(problems)
    return read_query(given, library), entered


def page_of_records(request: HttpRequest, library: Library) -> Json:
    """Return a page of a list, with the same filters, search and order as its web page."""
    reader, limit = reader_of(request), limit_of(request)
    library = zoned(library, reader.user)
    state, entered = state_of(request, library, reader)
    records = filtered(state, reader.user)
    kept = Remembered(reader, library.name)
    total = kept.get(f"api?{state.parameters(sort=None, column=None, view=None)}", records.count)
    everything = (
        kept.get("all", lambda: count_all(library, reader.user)) if state.query or state.filters else total
    )
    page = page_at(records, state, reader, total=total, everything=everything, size=limit)
    if len(page.rows) > PAGE_SIZE and not entered:
        _enter_export(request, state, total)
        entered = True

    def at(place: Place | None) -> str | None:
        if place is None:
            return None
        query = request.GET.copy()
        query["page"] = signed(place.encoded(), request.GET, library, reader, entered=entered, kind=KIND)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    return {
        "count": total,
        "records": [record_json(library, row, reader) for row in page.rows],
        "next": at(page.following),
        "previous": at(page.previous),
    }


def _enter_export(request: HttpRequest, state: State, count: int) -> None:
    """Enter who takes more than a page of the web shows, once for all pages that follow."""
    reader = reader_of(request)
    log_export(
        state.library.records(reader.user).model,
        rows=count,
        filters=filter_words(state, reader.user),
        actor=reader.user,
        now=timezone.now(),
        via=web_via(request),
    )


def found(request: HttpRequest, library: Library, pk: int) -> Any:
    """Return a record in the reader's scope, or raise 404."""
    return get_object_or_404(library.records(reader_of(request).user).select_related(*library.related), pk=pk)


def one(request: HttpRequest, library: Library, pk: int) -> Json:
    """Return a record, and whether the reader may change it."""
    record, reader = found(request, library, pk), reader_of(request)
    return {**record_json(library, record, reader), "may_write": may_write(library, reader.user, record)}


def entries(request: HttpRequest, library: Library, pk: int) -> Json:
    """Return what happened to a record."""
    before = request.GET.get("before", "")
    shown, more = timeline_of(
        library,
        found(request, library, pk),
        reader_of(request),
        before=int(before) if is_number(before) else None,
    )
    following = request.build_absolute_uri(f"{request.path}?{more.partition('?')[2]}") if more else None
    return {"entries": [_words(_without_marks(entry)) for entry in shown], "next": following}


def _without_marks(entry: Json) -> Json:
    """Return an entry without what only a page has of a note: its links and chips."""
    return {key: value for key, value in entry.items() if key != "note"}


def _words(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _words(one) for key, one in value.items()}
        case list():
            return [_words(one) for one in value]
        case None | bool() | int() | float():
            return value
        case datetime():
            return plain(value)
    return str(value)


def create(request: HttpRequest, library: Library, body: Json) -> Json:
    """Enter a record."""
    reader = reader_of(request)
    if not library.may_create(reader.user):
        raise NotAllowed
    record = library.fresh(reader.user)
    form = filled_form(library, record, reader, body)
    _save(request, library, form)
    return one(request, library, form.record.pk)


def change(request: HttpRequest, library: Library, pk: int, body: Json) -> Json:
    """Change the fields that are sent. With `updated_at`, as it was read, a change made meanwhile is refused."""
    reader = reader_of(request)
    seen = body.pop("updated_at", None)
    with transaction.atomic():
        records = library.records(reader.user).select_for_update(of=("self",))
        record = get_object_or_404(records, pk=pk)
        if not may_write(library, reader.user, record):
            raise NotAllowed
        if seen is not None and seen != plain(record.updated_at):
            raise Conflict
        _save(request, library, filled_form(library, record, reader, body))
    left = library.records(reader.user).filter(pk=pk).exists()
    return one(request, library, pk) if left else {"id": pk}


def _save(request: HttpRequest, library: Library, form: Any) -> None:
    library.save(
        [Draft(form.record, form.values())],
        actor=reader_of(request).user, now=timezone.now(), via=web_via(request),
    )  # fmt: skip


def note(request: HttpRequest, library: Library, pk: int, body: Note) -> None:
    """Enter a note, and tell whom it mentions."""
    record, user = found(request, library, pk), reader_of(request).user
    write_note(
        library, record, body.text, actor=user, now=timezone.now(), via=web_via(request), untold=body.untold
    )


def take_out(request: HttpRequest, library: Library, pk: int, *, back: bool = False) -> None:
    """Remove a record, or bring a removed one back."""
    user = reader_of(request).user
    records = library.records(user, removed=True) if back else library.records(user)
    record = get_object_or_404(records, pk=pk)
    if not may_write(library, user, record):
        raise NotAllowed
    write = library.restore if back else library.remove
    write(record, actor=user, now=timezone.now(), via=web_via(request))


def _parameters(library: Library) -> list[Json]:
    with translation.override("en"):
        sorts = [sign + column.key for column in library.columns if column.sort for sign in ("", "-")]
        own: dict[str, tuple[str, Json]] = {
            "q": ("Text to search for: part of a name, pinyin initials, a code", {"type": "string"}),
            "sort": ("Order; - for descending", {"type": "string", "enum": sorts}),
            "limit": ("Records on a page", {"type": "integer", "minimum": 1, "maximum": MOST}),
            "page": ("Where a page begins: take it from next and previous", {"type": "string"}),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": label, "schema": schema}
            for name, (label, schema) in (own | filter_schemas(library)).items()
        ]


def records_router(library: Library, singular: str) -> Router:
    """Return the addresses of a library."""
    router, name = Router(tags=[library.name]), library.name

    def named(operation: str, page: str, answer: Any, status: int = 200) -> Json:
        return {
            "operation_id": f"{name}_{operation}",
            "url_name": f"{singular}-{page}",
            "response": {status: answer, **REFUSALS},
            "summary": f"{operation.replace('_', ' ').capitalize()}: {name}",
        }

    @router.get("", **named("list", "list", RecordPage), openapi_extra={"parameters": _parameters(library)})
    def list_(request: HttpRequest) -> Any:
        return page_of_records(request, library)

    @router.post("", **named("create", "list", dict[str, Any], 201))
    def create_(request: HttpRequest, body: Sent) -> Any:
        return Status(201, create(request, library, body))

    @router.get("/fields", **named("fields", "fields", Fields))
    def fields_(request: HttpRequest) -> Any:
        return {"fields": fields_json(library, reader_of(request))}

    @router.get("/{int:pk}", **named("read", "detail", dict[str, Any]))
    def read_(request: HttpRequest, pk: int) -> Any:
        try:
            return one(request, library, pk)
        except Http404:
            return _moved(request, library, pk)

    @router.patch("/{int:pk}", **named("change", "detail", dict[str, Any]))
    def change_(request: HttpRequest, pk: int, body: Sent) -> Any:
        return change(request, library, pk, body)

    @router.delete("/{int:pk}", **named("remove", "detail", None, 204))
    def remove_(request: HttpRequest, pk: int) -> Any:
        take_out(request, library, pk)
        return Status(204, None)

    @router.get("/{int:pk}/timeline", **named("timeline", "timeline", Entries))
    def timeline_(request: HttpRequest, pk: int) -> Any:
        return entries(request, library, pk)

    @router.post("/{int:pk}/notes", **named("note", "note", None, 204))
    def note_(request: HttpRequest, pk: int, body: Note) -> Any:
        note(request, library, pk, body)
        return Status(204, None)

    @router.post("/{int:pk}/restore", **named("restore", "restore", dict[str, Any]))
    def restore_(request: HttpRequest, pk: int) -> Any:
        take_out(request, library, pk, back=True)
        return one(request, library, pk)

    return router


def _moved(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Lead from a merged company to the one that stays; there is nothing at other addresses."""
    survivor = survivor_of(reader_of(request).user, pk) if library is COMPANIES else None
    if survivor is None:
        raise Http404
    path = request.path.removesuffix(str(pk)) + str(survivor.pk)
    return HttpResponse(status=308, headers={"Location": path})
