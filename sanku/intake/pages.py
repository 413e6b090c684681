"""The contexts of the import's pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.queries import departments_for
from sanku.accounts.rules import Role
from sanku.intake.columns import KEEP, LEAVE, UNITS, asks, fields_of, has_unit, mapping_from_json, unit_of
from sanku.intake.fields import BY_NAME
from sanku.intake.labels import field_label
from sanku.intake.models import Action, Batch, BatchRow, BatchTable, Kind, State
from sanku.intake.problems import kept_message, problem_message, refusal_message
from sanku.intake.queries import dropped_counts, shown_rows, tables_of, to_do
from sanku.intake.rowview import cell_text
from sanku.intake.rules import AT_WORK, may_import
from sanku.intake.sentences import counts_of, to_save, what_happened, what_will_happen
from sanku.intake.sheetview import columns_of, legend, letter, place, sheet, units_of
from sanku.sites.models import SiteKind

Json = dict[str, Any]
PAGE_ROWS = 50
SAMPLE_ROWS = 15
CARDS = 30
SURE = 0.6  # a proposal below this should be looked at
STEPS = ("upload", "columns", "review", "save")


def steps(now: str) -> list[Json]:
    """Return the steps of an import with the current one marked."""
    labels = {
        "upload": _("Hand in"),
        "columns": _("Column heads"),
        "review": _("Check"),
        "save": _("Writing"),
    }
    at = STEPS.index(now) if now in STEPS else len(STEPS)
    return [
        {"label": labels[name], "state": "done" if index < at else "now" if index == at else ""}
        for index, name in enumerate(STEPS)
    ]


def frame(batch: Batch, now: str, user: User) -> Json:
    """Return what all pages of one import share."""
    tables = tables_of(batch)
    return {
        "batch": batch,
        "tables": tables,
        "steps": steps(now),
        "is_mine": batch.by_id == user.pk,
        "state_label": State(batch.state).label,
        "title": _heading(tables),
    }


def _heading(tables: Sequence[BatchTable]) -> str:
    kinds = list(dict.fromkeys(Kind(table.kind).label for table in tables if table.is_taken))
    return _("Import %(what)s") % {"what": "、".join(str(kind) for kind in kinds)} if kinds else _("Import")


# --- the list


def list_context(batches: QuerySet[Batch], user: User, *, before: int | None, max_mb: int) -> Json:
    """Return the list of imports, the newest first, a page of it."""
    some = batches.filter(pk__lt=before) if before else batches
    page = list(some.order_by("-pk")[: PAGE_ROWS + 1])
    rows = [
        {
            "batch": batch,
            "state": State(batch.state).label,
            "light": {"done": "g", "undone": "o", "stopped": "o"}.get(batch.state, ""),
            "bad": batch.state in (State.REFUSED, State.FAILED),
            "is_at_work": batch.state in AT_WORK,
        }
        for batch in page[:PAGE_ROWS]
    ]
    older = page[PAGE_ROWS - 1].pk if len(page) > PAGE_ROWS else None
    return {
        "rows": rows,
        "older_url": f"{reverse('intake:batch-list')}?before={older}" if older else None,
        "max_mb": max_mb,
        "types": ".xlsx,.xls,.ods,.csv,.xlsm,.txt",
        "empty": {
            "title": _("Nothing imported yet"),
            "text": _(
                "Drop the spreadsheet that your office keeps into the field above. Nothing is saved before you have checked it."
            ),
        },
    }


# --- tables and columns


def wants_decisions(tables: Sequence[BatchTable]) -> bool:
    """Return whether the columns should be looked at before the rows: something is not known or not sure."""
    return any(
        asks(column) or column.confidence < SURE
        for table in tables
        if table.is_taken
        for column in mapping_from_json(table.mapping).columns
    ) or any(table.kind == Kind.SITE and not table.mapping.get("site_kind") for table in tables)


def columns_context(table: BatchTable, user: User) -> Json:
    """Return the page on which a table's kind, columns and units are chosen."""
    mapping = mapping_from_json(table.mapping)
    rows = BatchRow.objects.filter(table=table).order_by("pk")[:SAMPLE_ROWS]
    shown = sheet(table, list(rows), with_head=True)
    by_index = {column.index: column for column in mapping.columns}
    for one, head in zip(columns_of(table), shown["columns"], strict=True):
        options = _field_options(table, one)
        if options:
            head |= {"options": options, "name": f"c{one['index']}", "width": max(head["width"], 170)}
            column = by_index.get(one["index"])
            head["changed"] = column is not None and (column.confidence < SURE or asks(column))
        elif one["index"] == mapping.ordinal:
            head["field_label"] = _("serial number")
        elif one["index"] in mapping.helpers:
            head["field_label"] = _("unit")
    measured = [
        {
            "name": f"u{column.index}",
            "where": letter(table, column.index),
            "label": field_label(column.field.name),
            "unit": unit_of(column),
            "asks": asks(column),
            "options": list(
                dict.fromkeys([*([unit_of(column)] if unit_of(column) else []), *UNITS[column.field.type]])
            ),
        }
        for column in mapping.columns
        if has_unit(column)
        and not (column.field.name == "site.lat_wgs84" and mapping.by_field("site.lon_wgs84"))
    ]
    unsure = [
        {
            "where": letter(table, column.index),
            "header": column.header,
            "label": field_label(column.field.name),
        }
        for column in mapping.columns
        if column.confidence < SURE
    ]
    return {
        "table": table,
        "sheet": shown,
        "kinds": [(kind, label, may_import(user.role, kind)) for kind, label in Kind.choices],
        "may_take": may_import(user.role, table.kind),
        "measured": measured,
        "unsure": unsure,
        "remembered": table.decided.get("remembered", False),
        "site_kinds": SiteKind.choices if table.kind == Kind.SITE else [],
        "site_kind": mapping.site_kind or "",
        "departments": list(departments_for(user)) if _asks_department(table, user) else [],
        "department": table.decided.get("department"),
        "row_count": sum(table.counts.get(action, 0) for action in Action.values),
    }


def _asks_department(table: BatchTable, user: User) -> bool:
    return user.role != Role.PROMOTION and table.kind in (Kind.TARGET_CLIENT, Kind.PROJECT, Kind.LEAD)


def _field_options(table: BatchTable, one: Json) -> list[Json]:
    index, mapping = one["index"], table.mapping
    if index == mapping["ordinal"] or index in mapping["helpers"]:
        return []
    chosen = current_field(table, index)
    options = [(KEEP, _("keep as written")), (LEAVE, _("do not import"))]
    options += [(name, field_label(name)) for name in fields_of(table.kind)]
    return [{"value": value, "label": label, "on": value == chosen} for value, label in options]


def current_field(table: BatchTable, index: int) -> str:
    """Return the field that a column is read as, or whether it is kept or left out."""
    for column in table.mapping["columns"]:
        if column["index"] == index or index in column["others"]:
            return str(column["field"])
    return str(table.decided.get("columns", {}).get(str(index), KEEP))


def read_decisions(table: BatchTable, given: dict[str, str]) -> Json:
    """Return what a person chose for a table: what was chosen before and what differs from the proposal now."""
    chosen: Json = {name: value for name, value in table.decided.items() if name != "remembered"}
    chosen["taken"] = given.get("taken") == "on"
    kind = given.get("kind", table.kind)
    if kind in Kind.values and kind != table.kind:
        # Columns chosen for another kind mean nothing for this one.
        return {"taken": chosen["taken"], "kind": kind}
    columns, units = dict(chosen.get("columns", {})), dict(chosen.get("units", {}))
    for index, _header in table.headers:
        field = given.get(f"c{index}")
        if field is not None and field != current_field(table, index) and field in (KEEP, LEAVE, *BY_NAME):
            columns[str(index)] = field
            units.pop(str(index), None)
    known = units_of(table)
    for index, unit in known.items():
        said = given.get(f"u{index}", "")
        if said and said != unit:
            units[str(index)] = said
            _same_datum(table, index, said, units)
    for name, value in (("columns", columns), ("units", units)):
        if value:
            chosen[name] = value
    if given.get("site_kind") in SiteKind.values and given["site_kind"] != (
        table.mapping.get("site_kind") or ""
    ):
        chosen["site_kind"] = given["site_kind"]
    if given.get("department", "").isdigit():
        chosen["department"] = int(given["department"])
    elif "department" in given:
        chosen.pop("department", None)
    return chosen


def _same_datum(table: BatchTable, index: int, said: str, units: dict[str, str]) -> None:
    """Longitude and latitude are of one datum: what is said of one holds for the other."""
    places = {column["field"]: column["index"] for column in table.mapping["columns"]}
    if places.get("site.lon_wgs84") == index and "site.lat_wgs84" in places:
        units[str(places["site.lat_wgs84"])] = said


# --- checking


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
        "updates": _updates(page[:PAGE_ROWS], table),
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
        "html": _correction(row, column, problem, csrf_token) if column is not None and not duplicate else "",
        "actions": [] if refused and not row.is_dropped else [leave],
        "help": _help(row, problem),
    }


def _help(row: BatchRow, problem: Json) -> str:
    if row.is_dropped:
        return _("You have left this row out.")
    return (
        ""
        if problem["severity"] != "doubtful"
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


def _updates(rows: Sequence[BatchRow], table: BatchTable) -> list[Json]:
    """Return what the updates on a page change, field by field."""
    found = []
    for row in rows:
        for change in row.changes:
            found.append(
                {"row": place(table, row.number), "label": change["label"], "fields": _changed(change)}
            )
    return found


def _changed(change: Json) -> list[Json]:
    labels = field_names(change["library"])
    return [
        {
            "label": labels.get(field["field"], field["field"]),
            "old": _value(field["old"]),
            "new": _value(field["new"]),
        }
        for field in change["fields"]
        if field["field"] in labels
    ]


def field_names(library: str) -> dict[str, str]:
    """Return what the fields of a library's records are called."""
    from django.apps import apps

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


# --- afterwards


def result_context(batch: Batch, *, is_mine: bool) -> Json:
    """Return the page of an import that is over: what it did, what is left to do."""
    report = batch.undo_report or {}
    return {
        "sentence": what_happened(batch),
        "reason": refusal_message(batch.reason, batch.reason_detail) if batch.reason else "",
        "left": to_do(BatchRow.objects.filter(batch=batch)).count() if batch.state == State.STOPPED else 0,
        "was_saved": batch.saved.exists(),
        "can_continue": is_mine and batch.state in (State.STOPPED, State.FAILED),
        "can_undo": is_mine
        and batch.state in (State.DONE, State.STOPPED, State.FAILED)
        and batch.saved.filter(undone_at=None).exists(),
        "report": report,
        "kept": [
            {**kept, "message": kept_message(kept, field_names(kept["library"]))}
            for kept in report.get("kept", ())[:100]
        ],
        "kinds": Kind.choices,
        "refused_count": batch.refused_count,
    }


def done_rows(batch: Batch, *, after: int, action: str) -> Json:
    """Return a page of the rows that were saved, each with its records and a way to take it back."""
    rows = batch.rows.filter(action__in=[action] if action else [Action.CREATE, Action.UPDATE], pk__gt=after)
    rows = rows.filter(is_dropped=False, saved__isnull=False).distinct().order_by("pk")
    page = list(rows.select_related("table").prefetch_related("saved")[: PAGE_ROWS + 1])
    shown = [
        {
            "row": row,
            "where": place(row.table, row.number),
            "sheet": row.table.sheet,
            "action": Action(row.action).label,
            "name": _name_of(row),
            "links": [
                (link_label, link)
                for link_label, link in map(_link, row.saved.all())
                if link and not row.is_undone
            ],
        }
        for row in page[:PAGE_ROWS]
    ]
    here = reverse("intake:batch-detail", args=[batch.pk])
    more = f"{here}?after={page[PAGE_ROWS - 1].pk}&action={action}" if len(page) > PAGE_ROWS else None
    return {"done_rows": shown, "more_url": more, "first_url": here if after else None}


def _name_of(row: BatchRow) -> str:
    names = (
        "project.name",
        "enterprise.name",
        "visit.enterprise_name",
        "site.code",
        "site.building",
        "site.park",
    )
    return next((str(row.facts[name]) for name in names if row.facts.get(name)), "")


LINKS = {
    "companies.company": "companies:company-detail",
    "companies.target": "targets:target-detail",
    "projects.project": "projects:project-detail",
    "sites.site": "sites:site-detail",
}


def _link(saved: Any) -> tuple[str, str | None]:
    from django.urls import NoReverseMatch

    label = {
        "companies.company": _("Company"),
        "companies.target": _("Target client"),
        "projects.project": _("Project"),
        "sites.site": _("Carrier"),
    }.get(saved.library, "")
    try:
        return label, reverse(
            LINKS[saved.library], args=[saved.record_id]
        ) if saved.library in LINKS else None
    except NoReverseMatch:
        return label, None


def progress_json(batch: Batch, *, now: datetime) -> Json:
    """Return how far the work on a batch is, as frontend/elements/progress.ts reads it."""
    states = {
        State.UPLOADED: "waiting",
        State.READING: "running",
        State.SAVING: "running",
        State.UNDOING: "running",
        State.REFUSED: "failed",
        State.FAILED: "failed",
        State.STOPPED: "cancelled",
    }
    state = states.get(State(batch.state), "done")
    what = {
        State.UPLOADED: _("Waiting for the worker…"),
        State.READING: _("Reading and checking the rows"),
        State.SAVING: _("Saving the rows"),
        State.UNDOING: _("Taking the rows back"),
    }.get(State(batch.state), str(State(batch.state).label))
    if state == "running" and batch.work_started_at is None:
        state, what = "waiting", _("Waiting for the worker…")
    if state == "running" and batch.state == State.READING and not batch.work_total:
        what = _("Opening the file")
    left = None
    if state == "running" and batch.work_done and batch.work_started_at is not None:
        spent = (now - batch.work_started_at).total_seconds()
        left = max(0.0, spent * (batch.work_total - batch.work_done) / batch.work_done)
    return {
        "done": batch.work_done,
        "total": batch.work_total,
        "what": what,
        "state": state,
        "seconds_left": left,
        "url": reverse("intake:batch-detail", args=[batch.pk])
        if state not in ("waiting", "running")
        else None,
    }
