"""What every reader of office files hands on: sheets of plain values, and the one way to refuse a file."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Reason = Literal[
    "password_protected", "corrupt", "expands_too_far", "wrong_type", "macros", "shapefile_parts", "no_area",
    "no_parcel",
]  # fmt: skip
FileType = Literal["xlsx", "xls", "ods", "xlsb", "csv", "geodata"]


class Refused(Exception):
    """A whole file cannot be taken. `reason` is stable; `detail` is a further code for the message."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail


# Merges of more rows than this are looked through one by one; a sheet has few of them.
_TALL = 50


class CellError(str):
    """An error value that a formula left in a cell: #N/A, #REF!, #DIV/0!."""

    __slots__ = ()


Value = str | int | float | bool | dt.datetime | dt.date | dt.time | CellError | None


class Merge(NamedTuple):
    """A merged range; rows count from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """The cells of one sheet. Rows count from 1 as the spreadsheet program shows them, columns from 0.

    `formats` holds the number formats that say something about the value (a unit, a percentage), `empty_formulas`
    the formulas without a stored result, `odd_widths` the number of fields of text records that have not the usual one.
    """

    name: str | None
    hidden: bool = False
    rows: dict[int, list[Value]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    empty_formulas: set[tuple[int, int]] = field(default_factory=set)
    odd_widths: dict[int, int] = field(default_factory=dict)
    _by_row: dict[int, list[Merge]] | None = None
    _tall: list[Merge] = field(default_factory=list)

    def value(self, row: int, column: int) -> Value:
        """Return the value of a cell, None where there is none."""
        values = self.rows.get(row)
        return values[column] if values is not None and 0 <= column < len(values) else None

    def merges_at(self, row: int) -> list[Merge]:
        """Return the merged ranges that a row takes part in."""
        if self._by_row is None:
            self._by_row = {}
            for merge in self.merges:
                if merge.bottom - merge.top >= _TALL:
                    self._tall.append(merge)
                else:
                    for number in range(merge.top, merge.bottom + 1):
                        self._by_row.setdefault(number, []).append(merge)
        tall = [merge for merge in self._tall if merge.top <= row <= merge.bottom]
        return self._by_row.get(row, []) + tall

    @property
    def width(self) -> int:
        """Return the number of columns up to the last that holds anything."""
        return max((len(values) for values in self.rows.values()), default=0)


@dataclass(slots=True)
class Book:
    """A file that was read: its type by content, its sheets, the encoding of a text file, whether dates are of 1904."""

    type: FileType
    sheets: list[Sheet]
    encoding: str | None = None
    delimiter: str | None = None
    epoch_1904: bool = False


def column_letter(index: int) -> str:
    """Return the letters of a column counted from 0: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index, from 0, of a column named by letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
