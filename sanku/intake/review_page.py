"""The page on which the rows are checked: the sheet, what is to be decided, what will change."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.intake.models import Action, Batch, BatchRow, BatchTable
from sanku.intake.pages import PAGE_ROWS
from sanku.intake.planning.own import OF_ZONE, own_changes
from sanku.intake.problems import problem_message
from sanku.intake.queries import dropped_counts, shown_rows, tables_of
from sanku.intake.rowview import cell_text
from sanku.intake.rules import asks_system
from sanku.intake.sentences import counts_of, to_save, what_will_happen
from sanku.intake.sheetview import legend, letter, place, sheet

Json = dict[str, Any]
CARDS = 30


def review_context(
    batch: Batch, table: BatchTable, *, only: str, after: int, is_mine: bool, csrf_token: str
) -> Json:
    """Return the page on which the rows of a table are checked; `after` is the last row of the page before."""
    rows = shown_rows(table, only).filter(pk__gt=after)
    page = list(rows[: PAGE_ROWS + 1])
    dropped = dropped_counts(batch)
    counts = counts_of(table, dropped)
    here = reverse("intake:batch-review", args=[batch.pk])
    address = f"{here}?table={table.position}"
    total = sum(counts[action] for action in Action.values) + counts["dropped"]
    changed = shown_rows(table, "changed").count()
    todo = shown_rows(table, "todo")
    todo_count = todo.count()
    tables = tables_of(batch)
    return {
        "table": table,
        "asks_system": asks_system(table.mapping),
        "waits": any(one.is_taken and asks_system(one.mapping) for one in tables),
        "sheet": sheet(table, page[:PAGE_ROWS], with_head=not after and only == "all"),
        "legend": legend(counts, counts["doubtful"]),
        "switches": [
            {"label": f"{label} {count:,}", "url": f"{address}&only={name}", "on": only == name}
            for name, label, count in (
                ("all", _("All"), total),
                ("changed", _("Changed"), changed),
                ("todo", _("To do"), todo_count),
            )
        ],
        "todo_title": _("To do: %(count)s") % {"count": f"{todo_count:,}"},
        "todo": _cards(todo, table, page[:PAGE_ROWS], after, csrf_token) if is_mine else [],
        "updates": _updates(page[:PAGE_ROWS], table, batch.by),
        "first_url": f"{address}&only={only}" if after else None,
        "next_url": f"{address}&only={only}&after={page[PAGE_ROWS - 1].pk}"
        if len(page) > PAGE_ROWS
        else None,
        "sentence": what_will_happen(tables, dropped),
        "to_save": to_save(tables, dropped),
        "refused": sum(counts_of(one, dropped)["refuse"] for one in tables),
    }


def _cards(
    todo: QuerySet[BatchRow], table: BatchTable, page: Sequence[BatchRow], after: int, csrf_token: str
) -> list[Json]:
    """Return cards about the rows of this page and those after it, the first ones."""
    start = page[0].pk if page else after
    cards: list[Json] = []
    for row in todo.filter(pk__gte=start)[:CARDS]:
        cards += [
            _card(row, table, p, csrf_token) for p in row.problems if p["severity"] in ("refused", "doubtful")
        ]
    for row in page:
        cards += [_card(row, table, p, csrf_token) for p in row.problems if p["severity"] == "duplicate"]
    return cards[: CARDS * 2]


def _card(row: BatchRow, table: BatchTable, problem: Json, csrf_token: str) -> Json:
    column = problem.get("column")
    refused, duplicate = problem["severity"] == "refused", problem["severity"] == "duplicate"
    where = _("Row %(row)s") % {"row": place(table, row.number)}
    indexes = [index for index, _header in table.headers]
    if column is not None:
        where = _("Row %(row)s · column %(column)s") % {
            "row": place(table, row.number),
            "column": letter(table, column),
        }
    drop = reverse("intake:row-drop", args=[row.pk])
    leave = (
        {"label": _("Take it in again"), "name": "drop", "value": "", "url": drop}
        if row.is_dropped
        else {"label": _("Leave the row out"), "name": "drop", "value": "1", "url": drop}
    )
    return {
        "cell": f"{place(table, row.number)}:{indexes.index(column) + 1}" if column in indexes else "",
        "tag": _("Refused") if refused else _("Perhaps the same") if duplicate else _("Doubtful"),
        "refused": refused,
        "where": where,
        "text": problem_message(problem),
        "html": _correction(row, column, problem, csrf_token)
        if column is not None and not duplicate and problem.get("field") != "site.boundary"
        else "",
        "actions": [] if refused and not row.is_dropped else [leave],
        "help": _help(row, problem),
    }


def _help(row: BatchRow, problem: Json) -> str:
    if row.is_dropped:
        return _("You have left this row out.")
    return (
        ""
        if problem["severity"] != "doubtful" or problem.get("field") == "site.boundary"
        else _("As it stands the cell is left empty and kept as written.")
    )


def _correction(row: BatchRow, column: int, problem: Json, csrf_token: str) -> str:
    """Return the form that writes a cell anew; with a button for what it most likely should be."""
    written = cell_text(row.cells[column]) if column < len(row.cells) else ""
    likely = ""
    if problem["code"] == "uscc_check_character":
        expected = problem.get("expected") or (problem.get("params") or {}).get("expected", "")
        value = str(problem.get("value", ""))
        likely = value[:17] + str(expected) if len(value) == 18 and expected else ""
    return render_to_string(
        "intake/_correction.html",
        {
            "url": reverse("intake:row-correct", args=[row.pk]),
            "column": column,
            "written": written,
            "likely": likely,
            "csrf_token": csrf_token,
        },
    )


def _updates(rows: Sequence[BatchRow], table: BatchTable, user: User) -> list[Json]:
    """Return what the updates on a page change, field by field."""
    found = []
    for row in rows:
        for change in row.changes:
            found.append(
                {"row": place(table, row.number), "label": change["label"], "fields": _changed(change, user)}
            )
    return found


def _changed(change: Json, user: User) -> list[Json]:
    labels = field_names(change["library"])
    found = []
    for field in change["fields"]:
        if field["field"] in OF_ZONE:
            found += own_changes(change["library"], field, user)
        elif field["field"] in labels:
            found.append(
                {
                    "label": labels[field["field"]],
                    "old": _value(field["old"]),
                    "new": _value(field["new"]),
                }
            )
    return found


def field_names(library: str) -> dict[str, str]:
    """Return what the fields of a library's records are called."""
    app = {"company": "companies", "contact": "companies", "touch": "companies", "target": "companies"}.get(
        library, f"{library}s"
    )
    return {
        field.name: str(field.verbose_name) for field in apps.get_model(app, library)._meta.concrete_fields
    }


def _value(value: Any) -> str:
    if isinstance(value, dict):
        if "label" in value:
            return str(value["label"])
        return "；".join(f"{name}：{text}" for name, text in value.items())
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return "—" if value in (None, "") else str(value)
