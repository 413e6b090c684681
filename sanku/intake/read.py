"""Read a workbook from end to end, without a database: sheets → tables → typed rows."""

import os
import sys
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from decimal import Decimal

from sanku.common.amounts import parse_rates
from sanku.common.geodata import LayerSheet, is_geodata, open_geodata
from sanku.common.sheets import Book, Sheet, column_letter, open_workbook
from sanku.intake.exported import is_export
from sanku.intake.fields import Kind
from sanku.intake.layers import table_of
from sanku.intake.layout import find_tables
from sanku.intake.mapping import Mapping, map_table
from sanku.intake.rows import Row, RowReader
from sanku.intake.table import Table

_EDGE_ROWS = 60


@dataclass(slots=True)
class ReadTable:
    """A table with its mapping and its rows."""

    sheet: Sheet
    table: Table
    mapping: Mapping
    reader: RowReader
    rows: list[Row] = field(default_factory=list)
    offset: int = 0
    exported: bool = False

    @property
    def kind(self) -> Kind:
        """Return what the records of the table are."""
        return self.mapping.kind

    def place(self, number: int) -> int | str:
        """Return how a row is called: its number, counted after the header in a text file, or a column's letter."""
        if self.table.cells:
            return number - 1
        return column_letter(number - 1) if self.table.transposed else number - self.offset

    def key(self, column: int) -> str:
        """Return how a column is called: its letter, a row's number where records stand in columns, a card's cell."""
        if self.table.cells:
            return self.table.cells[column]
        return str(column + 1) if self.table.transposed else column_letter(column)


@dataclass(slots=True)
class Workbook:
    """A file as it was read."""

    name: str
    book: Book
    tables: list[ReadTable]
    rates: dict[str, Decimal]

    def tables_of(self, sheet: Sheet) -> list[ReadTable]:
        """Return the tables found in a sheet."""
        return [table for table in self.tables if table.sheet is sheet]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a table: its kind, and the field of columns by their index ("" for none)."""

    kind: Kind | None = None
    columns: Dictionary[int, str] = field(default_factory=dict)


def read_workbook(
    path: str | os.PathLike[str],
    *,
    kind: Kind | None = None,
    mappings: Dictionary[tuple[str | None, int], Decision] | None = None,
) -> Workbook:
    """Read a workbook into typed rows; see `open_tables`. Bad rows are part of the result."""
    workbook = open_tables(path, kind=kind, mappings=mappings)
    for table in workbook.tables:
        table.rows = list(table.reader)
    return workbook


def open_tables(
    path: str | os.PathLike[str],
    *,
    kind: Kind | None = None,
    mappings: Dictionary[tuple[str | None, int], Decision] | None = None,
) -> Workbook:
    """Read the cells of a workbook and find its tables and what their columns mean; `reader` reads a table's rows.

    `kind` forces the kind of all tables, `mappings` what was decided for single ones, by sheet and index of the
    table in it. Only a file that cannot be read at all raises.

    Raises:
        Refused: see `sanku.common.sheets`.
    """
    book = open_geodata(path) if is_geodata(path) else open_workbook(path)
    rates, exported = _rates(book), is_export(book)
    tables = []
    for sheet in book.sheets:
        layer = isinstance(sheet, LayerSheet)
        for index, table in enumerate(
            [table_of(sheet)] if isinstance(sheet, LayerSheet) else find_tables(sheet)
        ):
            decision = (mappings or {}).get((sheet.name, index), Decision())
            table.notes = table.notes or _notes(table)
            wanted = "site" if layer else decision.kind or kind or ("none" if sheet.hidden else None)
            mapping = map_table(table, kind=wanted, fixed=dict(decision.columns), exported=exported)
            if mapping.kind != "none":
                reader = RowReader(table, mapping, rates=rates, epoch_1904=book.epoch_1904)
                offset = _offset(book, table)
                tables.append(ReadTable(sheet, table, mapping, reader, offset=offset, exported=exported))
    return Workbook(os.path.basename(os.fspath(path)), book, tables, rates)


def _offset(book: Book, table: Table) -> int:
    """Return how many rows stand above those that are counted: a text file's are counted after its header."""
    return table.header_rows[-1] if book.type == "csv" and table.header_rows and not table.transposed else 0


def _rates(book: Book) -> dict[str, Decimal]:
    """Find the exchange rates that notes anywhere in the file give, the first of each currency."""
    rates: dict[str, Decimal] = {}
    for sheet in book.sheets:
        numbers = list(sheet.rows)
        for row in [*numbers[:_EDGE_ROWS], *numbers[_EDGE_ROWS:][-_EDGE_ROWS:]]:
            filled = [value for value in sheet.rows[row] if value is not None]
            if len(filled) > 3:
                continue
            for value in filled:
                if isinstance(value, str) and len(value) > 5:
                    rates = parse_rates(value) | rates
    return rates


def _notes(table: Table) -> list[str]:
    """Return the lines of text at the end of a table."""
    notes = []
    for row in [number for number in table.sheet.rows if table.first_row <= number <= table.last_row][-20:]:
        filled = [value for value in table.sheet.rows[row] if value is not None]
        if len(filled) == 1 and isinstance(filled[0], str) and len(filled[0]) > 8:
            notes.append(filled[0])
    return notes


if __name__ == "__main__":
    from sanku.intake.answer import main

    sys.exit(main(sys.argv[1:]))
