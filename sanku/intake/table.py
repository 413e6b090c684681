"""A table as it was found in a sheet."""

import re
from dataclasses import dataclass, field

from sanku.common.sheets import CellError, Sheet, Value
from sanku.common.text import chinese_number, squeeze

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|[.\-/]\d{1,2}(?!\d))|([二〇零○一三四五六七八九]{4})(?=年)")


@dataclass(slots=True)
class Header:
    """The header cells of one column, from the top level down to the leaf."""

    column: int
    levels: list[str]

    @property
    def leaf(self) -> str:
        """Return the lowest header of the column."""
        return self.levels[-1] if self.levels else ""

    @property
    def groups(self) -> list[str]:
        """Return the headers above the leaf, nearest first."""
        return self.levels[-2::-1]


@dataclass(slots=True)
class Table:
    """A table found in a sheet.

    `transposed` means that the sheet was turned: its rows are the file's columns. `cells` are the places of the
    values of a card, which was laid out as a table of one row. Without `header_rows` it is a list of bare values.
    """

    sheet: Sheet
    header_rows: list[int]
    headers: list[Header]
    first_row: int
    last_row: int
    context: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    transposed: bool = False
    cells: list[str] = field(default_factory=list)

    @property
    def columns(self) -> range:
        """Return the columns that the table spans."""
        return range(self.headers[0].column, self.headers[-1].column + 1)

    @property
    def year(self) -> int | None:
        """Return the year that the titles and the sheet's name give to dates without one, if they agree on one."""
        found = set()
        for text in [self.sheet.name or "", *self.context]:
            for digits, numerals in _YEAR.findall(squeeze(text)):
                found.add(int(digits or chinese_number(numerals) or 0))
        return found.pop() if len(found) == 1 else None


def text_of(value: Value) -> str:
    """Return a cell as text, empty for none and for error values."""
    return "" if value is None or isinstance(value, CellError) else str(value)
