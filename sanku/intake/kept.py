"""From the rows of a file to rows as they are kept, in one process and without a database: what a worker plans and saves."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import Any, NamedTuple

from sanku.common.geodata import LayerSheet
from sanku.common.sheets import Value
from sanku.common.text import squeeze
from sanku.intake.columns import KEEP, LEAVE, decided_units, mapping_to_json
from sanku.intake.exported import Exports, knowing_exports
from sanku.intake.mapping import Mapping as Columns
from sanku.intake.mapping import map_table
from sanku.intake.own import OwnField, columns_of
from sanku.intake.read import ReadTable, Workbook, open_tables
from sanku.intake.rows import Row, RowReader
from sanku.intake.rules import Action, signature

CHUNK = 2_000
HEAD_ROWS = 12
DITTO = frozenset({"同上", "同前", "同上行", "〃", "″", '"', "”", "ditto"})
_AS_IT_IS = frozenset({str, int, bool, type(None)})
Json = dict[str, Any]


class KeptRow(NamedTuple):
    """A row as it is kept, see `models.BatchRow`."""

    number: int
    action: str
    is_doubtful: bool
    cells: list[Any]
    facts: Json
    problems: list[Json]


@dataclass(frozen=True, slots=True)
class FoundTable:
    """What is known of a table before its rows are read, see `models.BatchTable`; `rows` is how many there are at most."""

    sheet: str
    kind: str
    is_transposed: bool
    title: str
    signature: str
    head: list[list[Any]]
    headers: list[list[Any]]
    rows: int


@dataclass(frozen=True, slots=True)
class Known:
    """What a zone knows beside what every zone knows: its own fields, and its people's exports."""

    fields: tuple[OwnField, ...] = ()
    exports: Exports = field(default_factory=Exports)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Let it be known while a file is read."""
        with columns_of(self.fields), knowing_exports(self.exports):
            yield


class FileReader:
    """Reads a file in this process."""

    def __init__(self, path: str | os.PathLike[str], kind: str, known: Known) -> None:
        self.path, self.kind, self.known = path, kind, known
        self.workbook: Workbook

    def tables(self) -> list[FoundTable]:
        """Read the cells and find the tables.

        Raises:
            Refused: see `sanku.common.sheets`.
        """
        with self.known.used():
            self.workbook = open_tables(self.path, kind=self.kind or None)  # type: ignore[arg-type]
        return [_found(table) for table in self.workbook.tables]

    def layer(self, position: int) -> LayerSheet | None:
        """Return the layer of shapes in which a table lies, if it does."""
        sheet = self.workbook.tables[position].sheet
        return sheet if isinstance(sheet, LayerSheet) else None

    def rows(
        self, position: int, decided: Mapping[str, Any], adapt: Callable[[Columns], None] | None = None
    ) -> tuple[Json, Iterator[list[KeptRow]]]:
        """Return what the columns of a table mean by what was decided, and its rows, a chunk at a time.

        `adapt` may change the mapping before it is used.
        """
        found = self.workbook.tables[position]
        mapping, reader = found.mapping, found.reader
        with self.known.used():
            if decided or adapt:
                mapping = _mapped(found, decided, adapt)
                book = self.workbook.book
                reader = RowReader(
                    found.table, mapping, rates=self.workbook.rates, epoch_1904=book.epoch_1904
                )
        return mapping_to_json(mapping), self._chunks(found, mapping, reader)

    def _chunks(self, found: ReadTable, mapping: Columns, reader: RowReader) -> Iterator[list[KeptRow]]:
        rows, cells = iter(reader), RowCells(found, mapping)
        while True:
            with self.known.used():  # not over a yield: whoever takes the rows must not know it
                chunk = [_kept(row, found.offset, cells) for row in islice(rows, CHUNK)]
            if not chunk:
                return
            yield chunk


def _found(found: ReadTable) -> FoundTable:
    table = found.table
    return FoundTable(
        sheet=found.sheet.name or "",
        kind=found.kind,
        is_transposed=table.transposed,
        title=" ".join(table.context)[:200],
        signature=signature((), [(header.column, header.leaf) for header in table.headers]),
        head=_head(found),
        headers=headers_of(found),
        rows=sum(table.first_row <= number <= table.last_row for number in table.sheet.rows),
    )


def _mapped(found: ReadTable, decided: Mapping[str, Any], adapt: Callable[[Columns], None] | None) -> Columns:
    columns = {
        int(index): "" if name in (KEEP, LEAVE) else name
        for index, name in decided.get("columns", {}).items()
    }
    kind = found.kind if adapt is not None else decided.get("kind") or found.kind
    mapping = map_table(found.table, kind=kind, fixed=columns, exported=found.exported)
    if adapt is not None:
        adapt(mapping)
    decided_units(mapping, {int(index): unit for index, unit in decided.get("units", {}).items()})
    if decided.get("site_kind") and mapping.kind == "site":
        mapping.site_kind = decided["site_kind"]
    return mapping


def _kept(row: Row, offset: int, cells: "RowCells") -> KeptRow:
    skipped = row.status == "skipped"
    return KeptRow(
        number=row.number - offset,
        action=(
            Action.SKIP if skipped else Action.REFUSE if row.status == "rejected" else Action.CREATE
        ).value,
        is_doubtful=row.status == "doubtful",
        cells=cells.of(row.number),
        facts={} if skipped else {name: value for name, value in row.record.items() if value is not None},
        problems=problems_of_row(row),
    )


def cell_to_json(value: Value) -> Any:
    """Write a cell's value as JSON: a date or time as its ISO text in a list of one, everything else as it is."""
    if isinstance(value, datetime):
        return [value.isoformat(" ")[:16] if value.time() != time() else value.date().isoformat()]
    if isinstance(value, date | time):
        return [value.isoformat()]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


class RowCells:
    """The cells of a table's rows, each complete in itself: merged cells and “同上” filled in from above."""

    def __init__(self, found: ReadTable, mapping: Columns) -> None:
        self.sheet = found.table.sheet
        self.merged = found.reader.merged
        self.columns = [column.index for column in mapping.columns]
        self.above: dict[int, Value] = {}

    def of(self, number: int) -> list[Any]:
        """Return the cells of a row as JSON, from column 0 on."""
        values = list(self.sheet.rows.get(number, ()))
        for index in self.columns:
            value = values[index] if index < len(values) else None
            if value is None:
                if (number, index) in self.merged:
                    value = self.sheet.value(self.merged[(number, index)], index)
            elif isinstance(value, str) and len(value) <= 6 and squeeze(value).lower() in DITTO:
                value = self.above.get(index)
            if value is None:
                continue
            if index >= len(values):
                values.extend([None] * (index + 1 - len(values)))
            values[index] = self.above[index] = value
        return [value if type(value) in _AS_IT_IS else cell_to_json(value) for value in values]


def headers_of(found: ReadTable) -> list[list[Any]]:
    """Return the columns of a table with their headers: [index, leaf header]."""
    return [[header.column, header.leaf.replace("\n", "")[:100]] for header in found.table.headers]


def problems_of_row(row: Row) -> list[Json]:
    """Return what the parser says of a row."""
    if row.skip:
        return [{"code": row.skip, "severity": "skipped"}]
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "column": problem.column,
            "field": problem.field,
            "value": problem.value,
            "expected": problem.expected,
        }
        for problem in row.problems
    ]


def _head(found: ReadTable) -> list[list[Any]]:
    """Return the rows above the data, titles and headers, as [number, kind, cells]."""
    sheet = found.table.sheet
    header_rows = set(found.table.header_rows)
    first = found.table.first_row
    numbers = [number for number in sheet.rows if first - HEAD_ROWS <= number < first]
    return [
        [
            number,
            "header" if number in header_rows else "title",
            ["" if value is None else str(value)[:200] for value in sheet.rows[number][:60]],
        ]
        for number in numbers
    ]
