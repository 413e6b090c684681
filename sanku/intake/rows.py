"""Turn the rows of a table into records: tell records from titles, totals and notes, fill what is merged or meant by
“同上”, read the cells, and gather what is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from sanku.common.geodata import LayerSheet
from sanku.common.sheets import Sheet, Value
from sanku.common.text import is_blank, squeeze
from sanku.intake.cell import Environment, Fact, Problem
from sanku.intake.fields import IDENTITY
from sanku.intake.mapping import Column, Mapping
from sanku.intake.norecords import NoRecords, Skip
from sanku.intake.records import (
    Record,
    Seen,
    complete_investment,
    identity_of,
    identity_problem,
    place_on_map,
    site_problems,
)
from sanku.intake.table import Table, text_of
from sanku.intake.values import read_cell

Status = Literal["good", "doubtful", "rejected", "skipped"]

_ADDED_UP = frozenset({"money", "investment", "area", "count"})  # a merged figure is one figure
_PLACES = frozenset({"lon_lat", "lon", "lat"})
_MOST_MERGED_CELLS = 1_000_000
_DATE_PART = re.compile(r"[（(]([年月日])[）)]$")
_DITTO = re.compile(r"同上|同前|〃|″|〞|''|\"|”|“|同上行|ditto|do\.", re.IGNORECASE)


@dataclass(slots=True)
class Row:
    """One row of a table as it was read. `number` counts rows from 1 in the sheet (columns, in a turned one)."""

    number: int
    status: Status
    record: Record = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skip: Skip | None = None
    hidden: bool = False
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell for the eyes of the person importing: what is written, what it is read as, what is wrong with it."""

    row: int
    column: int
    field: str
    written: Value
    read: dict[str, Fact]
    problem: Problem | None


class RowReader:
    """Reads the rows of one table in order."""

    def __init__(
        self, table: Table, mapping: Mapping, *, rates: dict[str, Decimal], epoch_1904: bool
    ) -> None:
        self.table, self.mapping, self.sheet = table, mapping, table.sheet
        self.rates, self.epoch_1904 = rates, epoch_1904
        self.seen = Seen(mapping.kind)
        self.columns = mapping.columns
        self.span = table.columns
        self.amount_apart = mapping.by_field("project.investment_amount") is not None
        self.merged = _vertical_merges(
            table.sheet, table.first_row, {column.index for column in self.columns}
        )
        self.above: dict[int, Value] = {}
        self.no_records = NoRecords(table, mapping, self.merged)
        self.wanted = identity_of(mapping)
        self.dated = dict(self._dates_in_parts())
        self.placed = any(column.field.type in _PLACES for column in self.columns)
        self.first_records = 0
        self.year = table.year

    def __iter__(self) -> Iterator[Row]:
        for number, values in self.sheet.rows.items():
            if self.table.first_row <= number <= self.table.last_row:
                row = self.read(number, values)
                if row.skip != "blank":
                    yield row

    def read(self, number: int, values: list[Value]) -> Row:
        """Read one row."""
        hidden = number in self.sheet.hidden_rows
        filled = {
            column: values[column]
            for column in self.span
            if column < len(values) and not _nothing(values[column])
        }
        # Every row of a layer is a feature, whatever its attributes look like.
        layer = isinstance(self.sheet, LayerSheet)
        skip = None if layer else self.no_records.judge(number, filled, early=self.first_records < 3)
        if skip:
            return Row(number, "skipped", skip=skip, hidden=hidden)
        values = self._complete(number, values)
        row = Row(number, "good", hidden=hidden)
        for reading in self._cells(number, values):
            facts = reading.read
            if self.amount_apart and reading.field == "project.investment_cny":
                facts = {name: value for name, value in facts.items() if name == reading.field}
            _gather(row.record, facts)
            if reading.problem:
                row.problems.append(reading.problem)
        self._check(row, values)
        return row

    def cells(self, number: int) -> list[CellReading]:
        """Read the cells of one row again, each for itself, to show what becomes of them."""
        return list(self._cells(number, self._complete(number, self.sheet.rows.get(number, []), peek=True)))

    # --- cells

    def _dates_in_parts(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Yield the columns of dates whose year, month and day stand in columns of their own: 签约时间 over 年 and 月."""
        leaves = {header.column: header.leaf for header in self.table.headers}
        for column in self.columns:
            if column.field.type in ("date", "moment") and column.others:
                places = (column.index, *column.others)
                parts = {
                    place: found[1] for place in places if (found := _DATE_PART.search(leaves.get(place, "")))
                }
                if "年" in parts.values():
                    yield column.index, parts

    def _complete(self, number: int, values: list[Value], *, peek: bool = False) -> list[Value]:
        """Return the row with merged cells filled down and “同上” replaced by what stands above."""
        values = list(values)
        for column in self.columns:
            index = column.index
            value = values[index] if index < len(values) else None
            if value is None and (number, index) in self.merged and column.field.type not in _ADDED_UP:
                value = self.sheet.value(self.merged[(number, index)], index)
            elif isinstance(value, str) and len(value) <= 6 and _DITTO.fullmatch(squeeze(value)):
                value = self.above.get(index)
            if index >= len(values):
                values.extend([None] * (index + 1 - len(values)))
            values[index] = value
            if not peek and value is not None:
                self.above[index] = value
        return values

    def _cells(self, number: int, values: list[Value]) -> Iterator[CellReading]:
        env = Environment(self.rates, self.epoch_1904, year=self.year)
        formats = self.sheet.formats
        for column in self.columns:
            value = values[column.index]
            env.unit_text = _text_at(values, column.unit_column)
            env.currency_text = _text_at(values, column.currency_column)
            env.format_unit = formats.get((number, column.index), "") if formats else ""
            meant = column
            if column.others and (value is None or is_blank(text_of(value))):
                value, meant = _from_others(column, values)
            if column.index in self.dated and value is not None:
                value = _joined(self.dated[column.index], values)
            facts, problem = read_cell(value, meant, env)
            if value is None and (number, column.index) in self.sheet.empty_formulas:
                problem = Problem("formula_without_value", "doubtful", column.index, column.field.name)
            if column.others and column.field.type == "phone" and value is not None:
                facts = _with_others(facts, column, values, env)
            yield CellReading(number, column.index, column.field.name, value, facts, problem)

    # --- the row as a whole

    def _check(self, row: Row, values: list[Value]) -> None:
        mapping, record = self.mapping, row.record
        width = self.sheet.odd_widths.get(row.number)
        if width is not None and self._broken(width, values):
            row.problems.append(
                Problem("column_count", "refused", None, "", str(width), str(len(self.table.headers)))
            )
        if isinstance(self.sheet, LayerSheet):
            self._name(row)
        missing = identity_problem(record, mapping, self.wanted)
        if missing and not isinstance(self.sheet, LayerSheet):
            row.problems.append(missing)
        if mapping.kind == "site":
            if mapping.by_field("site.kind") is None or record.get("site.kind") is None:
                record["site.kind"] = mapping.site_kind
            row.problems += site_problems(record, mapping)
        if self.amount_apart:
            complete_investment(record, self.rates)
        if self.placed:
            row.problems += place_on_map(record, mapping, values)
        keys = self.seen.keys(record)
        if not any(problem.severity == "refused" for problem in row.problems):
            row.duplicate_of = self.seen.earlier(*keys)
            if row.duplicate_of is not None:
                row.problems.append(
                    Problem("duplicate_in_file", "refused", None, "", "", str(row.duplicate_of))
                )
        severities = {problem.severity for problem in row.problems}
        row.status = (
            "rejected" if "refused" in severities else "doubtful" if "doubtful" in severities else "good"
        )
        if row.status != "rejected":
            self.seen.remember(*keys, row.number)
        self.first_records += 1

    def _name(self, row: Row) -> None:
        """Call a parcel that nothing names by its layer and place: its boundary says which one it is."""
        if not any(row.record.get(name) for name in IDENTITY["site"]):
            row.record["site.name"] = f"{self.sheet.name or '地块'} {row.number - 1}"

    def _broken(self, width: int, values: list[Value]) -> bool:
        last = self.table.headers[-1].column + 1
        return width < last or any(not _nothing(value) for value in values[last:])


def _value_at(values: list[Value], column: int | None) -> Value:
    return values[column] if column is not None and column < len(values) else None


def _text_at(values: list[Value], column: int | None) -> str:
    return "" if column is None else text_of(_value_at(values, column))


def _nothing(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _gather(record: Record, facts: dict[str, Fact]) -> None:
    """Put the facts of a cell into the record; ticked facets add up, a fact already known is not lost to an empty one."""
    for name, value in facts.items():
        if name == "facet":
            facets = record.setdefault("target.focus_facets", [])
            if value is not None and isinstance(facets, list):
                facets.append(str(value))
        elif value is not None or name not in record:
            record[name] = value


def _joined(parts: dict[int, str], values: list[Value]) -> Value:
    """Return the date that columns of its parts make: 2026年3月."""
    written = {part: text_of(_value_at(values, place)).strip() for place, part in parts.items()}
    text = ""
    for part in "年月日":
        if not written.get(part):
            break
        text += written[part].removesuffix(part) + part
    return text or None


def _from_others(column: Column, values: list[Value]) -> tuple[Value, Column]:
    """Return what the first further column of a field says, with the column as it measures there."""
    for other in column.others:
        value = _value_at(values, other)
        if not _nothing(value):
            return value, replace(column, units=column.other_units.get(other, column.units))
    return None, column


def _with_others(
    facts: dict[str, Fact], column: Column, values: list[Value], env: Environment
) -> dict[str, Fact]:
    """Add the numbers of further telephone columns."""
    numbers = [str(facts[column.field.name])]
    for other in column.others:
        value = _value_at(values, other)
        if not _nothing(value) and not is_blank(text_of(value)):
            number = str(read_cell(value, column, env)[0][column.field.name])
            if number not in numbers:
                numbers.append(number)
    return {column.field.name: "；".join(numbers)}


def _vertical_merges(sheet: Sheet, first: int, columns: set[int]) -> dict[tuple[int, int], int]:
    """Return (row, column) → row of the value, for cells merged downwards."""
    covered: dict[tuple[int, int], int] = {}
    last = max(sheet.rows, default=0)
    for merge in sheet.merges:
        if merge.bottom > merge.top and merge.left in columns and merge.top >= first:
            for row in range(merge.top, min(merge.bottom, last) + 1):
                covered[(row, merge.left)] = merge.top
            if len(covered) > _MOST_MERGED_CELLS:
                break
    return covered
