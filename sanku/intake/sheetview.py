"""The sheet as a sheet: a page of a table's rows with what each cell was read as."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from sanku.common.display import area_number, number
from sanku.common.sheets import column_letter
from sanku.intake.columns import factor_of, field_of, unit_of
from sanku.intake.columns import mapping_from_json as read_mapping
from sanku.intake.fields import Field
from sanku.intake.labels import column_label, short_label
from sanku.intake.layers import FIELD as SHAPE_FIELD
from sanku.intake.models import Action, BatchRow, BatchTable
from sanku.intake.own import OwnField
from sanku.intake.problems import short_message
from sanku.intake.rowview import CHOICES, cell_text, is_converted, plain_words
from sanku.library.rules import FieldKind

Json = dict[str, Any]
NUMBERS = frozenset({"money", "investment", "area", "sale_price", "rent_price", "count", "number", "percent"})
WIDTHS = {
    "name": 168,
    "code": 188,
    "text": 130,
    "list": 150,
    "date": 106,
    "phone": 126,
    "area": 96,
    "money": 112,
    "investment": 118,
}
KINDS = {
    Action.CREATE: "new",
    Action.UPDATE: "update",
    Action.UNCHANGED: "same",
    Action.REFUSE: "refused",
    Action.SKIP: "skipped",
}
MOST_COLUMNS = 60


def place(table: BatchTable, row: int) -> str:
    """Return how a row is called: its number, or a column's letter where records stand in columns."""
    return column_letter(row - 1) if table.is_transposed else str(row)


def letter(table: BatchTable, column: int) -> str:
    """Return how a column is called: its letter, or a row's number where records stand in columns."""
    return str(column + 1) if table.is_transposed else column_letter(column)


def columns_of(table: BatchTable) -> list[Json]:
    """Return the columns of a table in their order: {"index", "letter", "header", "column": its mapping or None}."""
    mapped = {column["index"]: column for column in table.mapping["columns"]}
    return [
        {"index": index, "letter": letter(table, index), "header": header, "column": mapped.get(index)}
        for index, header in table.headers[:MOST_COLUMNS]
    ]


def units_of(table: BatchTable) -> dict[int, str]:
    """Return the unit of each column that has one, by its index."""
    return {column.index: unit_of(column) for column in read_mapping(table.mapping).columns}


def sheet(table: BatchTable, rows: Sequence[BatchRow], *, with_head: bool) -> Json:
    """Return the context of wizard/_sheet.html for some rows of a table."""
    columns, units = columns_of(table), units_of(table)
    factors = {one["index"]: factor_of(one["column"]) for one in columns if one["column"]}
    shown = [_row(row, table, columns, factors) for row in rows]
    return {
        "columns": [_head(one, units.get(one["index"], ""), table.mapping["ordinal"]) for one in columns],
        "rows": [*(_above(table, columns) if with_head else []), *shown],
    }


def _head(one: Json, unit: str, ordinal: int | None) -> Json:
    column = one["column"]
    if one["index"] == ordinal:
        return {"letter": one["letter"], "width": 56, "field_label": ""}
    if column is None:
        return {"letter": one["letter"], "width": 120, "field_label": ""}
    type_ = field_of(column).type
    # Where a unit stands beside it the name alone is clear, and the head is narrow.
    label = short_label(column) if unit else column_label(column)
    return {
        "letter": one["letter"],
        "width": WIDTHS.get(type_, 120),
        "field_label": f"{label} {unit}".strip(),
    }


def _above(table: BatchTable, columns: Sequence[Json]) -> list[Json]:
    """Return the titles and headers above the data."""
    rows = []
    for row_number, kind, cells in table.head:
        shown = _spread(cells, columns) if kind == "title" else _plain(cells, columns)
        rows.append({"number": place(table, row_number), "kind": kind, "cells": shown})
    return rows


def _plain(cells: Sequence[str], columns: Sequence[Json]) -> list[Json]:
    return [{"text": cells[one["index"]] if one["index"] < len(cells) else ""} for one in columns]


def _spread(cells: Sequence[str], columns: Sequence[Json]) -> list[Json]:
    """Let each text of a title row run on until the next one, as it does in the spreadsheet."""
    spread: list[Json] = []
    for cell in _plain(cells, columns):
        if cell["text"] or not spread:
            spread.append({**cell, "span": 1})
        else:
            spread[-1]["span"] += 1
    return spread


def _row(row: BatchRow, table: BatchTable, columns: Sequence[Json], factors: dict[int, float | None]) -> Json:
    wrong = {problem.get("column"): problem for problem in reversed(row.problems)}
    cells = [_cell(row, one, factors, wrong.get(one["index"])) for one in columns]
    kind = "skipped" if row.is_dropped else KINDS[Action(row.action)]
    verdict = _("left out") if row.is_dropped else str(Action(row.action).label)
    if kind in ("new", "update", "same") and row.is_doubtful:
        kind = "pending"
    return {"number": place(table, row.number), "kind": kind, "verdict": verdict, "cells": cells}


def _cell(row: BatchRow, one: Json, factors: dict[int, float | None], problem: Json | None) -> Json:
    index, column = one["index"], one["column"]
    written = row.cells[index] if index < len(row.cells) else None
    text = cell_text(written)
    if column is not None and column["field"] == SHAPE_FIELD:
        text = drawn_words(row.facts) or text
    is_number = column is not None and _is_number(field_of(column))
    cell: Json = {
        "text": _grouped(written) if is_number else text,
        "num": is_number,
        "kind": "",
        "title": text if len(text) > 24 else "",
    }
    if problem is not None and problem["severity"] in ("refused", "doubtful"):
        return {**cell, "text": text, "kind": "r", "note": short_message(problem)}
    if problem is not None and problem["severity"] == "duplicate":
        return {**cell, "kind": "d", "note": short_message(problem)}
    if column is None or row.action in (Action.SKIP, Action.REFUSE):
        return cell
    fact = row.facts.get(column["field"])
    if fact is not None and is_converted(row.cells, index, fact, factors[index], plain_words(column)):
        read = shown_fact(column, fact, factors[index])
        if read != cell["text"]:
            return {**cell, "text": read, "was": text[:40], "kind": "c"}
    if problem is not None and problem["severity"] == "notice" and problem["code"] != "rate_missing":
        return {**cell, "text": text, "note": _("kept as written")}
    return cell


def drawn_words(facts: Json) -> str:
    """Say how much of a boundary is drawn; nothing where a row's shape is none."""
    boundary = facts.get(SHAPE_FIELD)
    if not boundary:
        return ""
    parts = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    corners = sum(len(ring) - 1 for rings in parts for ring in rings)
    area = area_number(facts.get("site.area_drawn_m2"))
    return _("%(count)s corners · %(area)s mu") % {"count": number(corners), "area": area}


def _grouped(written: Any) -> str:
    if isinstance(written, int | float) and not isinstance(written, bool):
        return number(written)
    return cell_text(written)


def _is_number(field: Field) -> bool:
    return field.type in NUMBERS or (isinstance(field, OwnField) and field.own == FieldKind.NUMBER)


def shown_fact(column: Json, fact: Any, factor: float | None = None) -> str:
    """Return a fact as people read it: figures in the unit of their column, codes in words."""
    field = field_of(column)
    type_ = field.type
    if isinstance(field, OwnField) and field.type == "own" and not _is_number(field):
        words = plain_words(column)
        return "、".join(str(words.get(item, item)) for item in (fact if isinstance(fact, list) else [fact]))
    if type_ in CHOICES:
        labels = dict(CHOICES[type_].choices)
        codes = fact if isinstance(fact, list) else [fact]
        return "、".join(str(labels.get(code, code)) for code in codes)
    if type_ == "percent" and isinstance(fact, int | float):
        return f"{number(fact * 100)} %"
    if isinstance(fact, int | float) and _is_number(field):
        return number(fact / factor if factor else fact)
    if isinstance(fact, list):
        return "、".join(str(item) for item in fact)
    return str(fact)


def legend(counts: Json, doubtful: int) -> list[Json]:
    """Return what the colours mean and how many cells and rows have them."""

    def entry(kind: str, words: str) -> Json:
        return {"kind": kind, "text": words}

    return [
        entry("", _("as written: %(count)s cells") % {"count": f"{counts.get('cells_as_read', 0):,}"}),
        entry("c", _("converted: %(count)s cells") % {"count": f"{counts.get('cells_converted', 0):,}"}),
        entry("d", _("perhaps the same: %(count)s rows") % {"count": f"{counts.get('duplicate', 0):,}"}),
        entry("r", _("refused: %(count)s rows") % {"count": f"{counts.get('refuse', 0):,}"}),
        *([entry("r", _("doubtful: %(count)s rows") % {"count": f"{doubtful:,}"})] if doubtful else []),
        entry("s", _("skipped: %(count)s rows") % {"count": f"{counts.get('skip', 0):,}"}),
    ]


__all__ = ["columns_of", "drawn_words", "legend", "letter", "place", "sheet", "shown_fact", "units_of"]
