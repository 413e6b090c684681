"""The views of a panel of rows; every answer is the whole panel, so that nothing on it is ever stale."""

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.accounts.models import User
from sanku.audit.operations import Draft
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.forms import RecordForm
from sanku.library.requests import reader_of, user_of
from sanku.library.rows import Rows
from sanku.library.views import found, whole

SHOWN = 50


def panel(request: HttpRequest, rows: Rows, pk: int) -> HttpResponse:
    """Show the panel."""
    return _answer(request, rows, found(request, rows.library, pk))


def edit(request: HttpRequest, rows: Rows, pk: int, row: int | None = None) -> HttpResponse:
    """Show the form of a new row or of one that is there, in its place, or save it."""
    record, reader = found(request, rows.library, pk), reader_of(request)
    one = _one(rows, reader.user, record, row)
    if not rows.may_write(reader.user, record):
        return render(request, "403.html", status=403)
    if request.method != "POST":
        _reveal(request, rows, one)
        return _answer(request, rows, record, form=RecordForm(rows.facts, one, reader))
    with transaction.atomic():
        one = _one(rows, reader.user, record, row, lock=True)
        form = RecordForm(rows.facts, one, reader, request.POST)
        done = form.is_valid() and _done(request, form, rows.save, [Draft(one, form.values())])
    if not done:
        return _answer(request, rows, record, form=form)
    return _answer(request, rows, found(request, rows.library, pk), changed=True)


def _one(rows: Rows, user: User, record: Any, row: int | None, *, lock: bool = False) -> Any:
    if row is None:
        return rows.fresh(user, record)
    known = rows.rows(user, record)
    return get_object_or_404(known.select_for_update(of=("self",)) if lock else known, pk=row)


def _done(request: HttpRequest, form: RecordForm | None, operation: Any, what: Any) -> str | bool:
    """Call an operation; put what it refuses on the form. Return whether it went well."""
    try:
        with transaction.atomic():
            operation(what, actor=user_of(request), now=timezone.now(), via=web_via(request))
    except Refused as refused:
        problems = refused.problems[0]
    except NotAllowed:
        problems = [Problem("not_allowed")]
    else:
        return True
    if form is not None:
        form.show(problems)
    return False


def _reveal(request: HttpRequest, rows: Rows, one: Any) -> None:
    if rows.reveal is not None and one.pk is not None:
        rows.reveal(one, actor=user_of(request), now=timezone.now(), via=web_via(request))


def show(request: HttpRequest, rows: Rows, pk: int, row: int) -> HttpResponse:
    """Show what is hidden in a row, once it is entered in the ledger who read it."""
    record = found(request, rows.library, pk)
    one = get_object_or_404(rows.rows(user_of(request), record), pk=row)
    _reveal(request, rows, one)
    return _answer(request, rows, record, revealed=one.pk)


def remove(request: HttpRequest, rows: Rows, pk: int, row: int) -> HttpResponse:
    """Take a row away, and offer to bring it back."""
    record, user = found(request, rows.library, pk), user_of(request)
    one = get_object_or_404(rows.rows(user, record), pk=row)
    if not rows.may_write(user, record):
        return render(request, "403.html", status=403)
    return _moved(request, rows, record, one, rows.remove, gone=True)


def restore(request: HttpRequest, rows: Rows, pk: int, row: int) -> HttpResponse:
    """Bring a removed row back."""
    record, user = found(request, rows.library, pk), user_of(request)
    one = get_object_or_404(rows.rows(user, record, removed=True), pk=row)
    if not rows.may_write(user, record):
        return render(request, "403.html", status=403)
    return _moved(request, rows, record, one, rows.restore, gone=False)


def _moved(
    request: HttpRequest, rows: Rows, record: Any, one: Any, operation: Any, *, gone: bool
) -> HttpResponse:
    try:
        with transaction.atomic():
            operation(one, actor=user_of(request), now=timezone.now(), via=web_via(request))
    except Refused as refused:
        return _answer(request, rows, record, problems=refused.problems[0])
    except NotAllowed:
        return _answer(request, rows, record, problems=[Problem("not_allowed")])
    record = found(request, rows.library, record.pk)
    return _answer(request, rows, record, gone=one if gone else None, changed=True)


def _answer(
    request: HttpRequest,
    rows: Rows,
    record: Any,
    *,
    form: RecordForm | None = None,
    revealed: int | None = None,
    gone: Any = None,
    problems: Any = (),
    changed: bool = False,
) -> HttpResponse:
    reader = reader_of(request)
    may_write = rows.may_write(reader.user, record)
    every = request.GET.get("all") == "1"
    known = list(rows.rows(reader.user, record)[: None if every else SHOWN + 1])
    editing = form.record.pk if form is not None else None

    def address(page: str, *more: int) -> str:
        return reverse(rows.address(page), args=[record.pk, *more])

    context: dict[str, Any] = {
        "rows": rows,
        "panel_url": address("panel"),
        "create_url": address("create") if may_write else None,
        "form": form,
        "form_url": (address("edit", editing) if editing else address("create")) if form else None,
        "is_new": form is not None and editing is None,
        "lines": [
            {
                **rows.line(one, reader, one.pk == revealed),
                "editing": one.pk == editing,
                "show_url": address("show", one.pk) if rows.reveal and one.pk != revealed else None,
                "edit_url": address("edit", one.pk) if may_write else None,
                "remove_url": address("remove", one.pk) if may_write else None,
            }
            for one in (known if every else known[:SHOWN])
        ],
        "more_url": f"{address('panel')}?all=1" if len(known) > SHOWN and not every else None,
        "gone": gone,
        "undo_url": address("restore", gone.pk) if gone is not None else None,
        "problems": [problem.message() for problem in problems],
    }
    if changed:
        context |= whole(request, rows.library, record)
        section = f"{rows.library.namespace}-section"
        context["refreshed"] = [
            {"id": f"section-{key}", "url": reverse(section, args=[record.pk, key])} for key in rows.refreshes
        ]
    return render(request, "library/rows.html", context)


def row_addresses(rows: Rows) -> list[URLPattern]:
    """Return the URL patterns of a panel, below the record's: `<pk>/contacts/`, `<pk>/contacts/<row>/edit/` and so on."""
    edits = require_http_methods(["GET", "POST"])
    pages: dict[str, tuple[Any, Any, str]] = {
        "": (require_GET, panel, "panel"),
        "new/": (edits, edit, "create"),
        "<int:row>/edit/": (edits, edit, "edit"),
        "<int:row>/remove/": (require_POST, remove, "remove"),
        "<int:row>/restore/": (require_POST, restore, "restore"),
    }
    if rows.reveal is not None:
        pages["<int:row>/show/"] = (require_POST, show, "show")
    name = rows.address("").partition(":")[2]
    return [
        path(f"<int:pk>/{rows.key}/{route}", methods(partial(view, rows=rows)), name=f"{name}{page}")
        for route, (methods, view, page) in pages.items()
    ]
