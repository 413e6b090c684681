"""What reading a cell gives: facts by field, a problem by a stable code; and what it is read against."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from sanku.common.quantities import exact
from sanku.common.sheets import Value
from sanku.common.text import tidy
from sanku.intake.mapping import Column

Severity = Literal["refused", "doubtful", "notice"]
Fact = str | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be said about a cell: a stable code, how bad it is, and what a message needs."""

    code: str
    severity: Severity
    column: int | None = None
    field: str = ""
    value: str = ""
    expected: str = ""


@dataclass(slots=True)
class Environment:
    """What the cells of a table are read against: rates of exchange to yuan, the calendar, the row's own units."""

    rates: dict[str, Decimal] = field(default_factory=dict)
    epoch_1904: bool = False
    unit_text: str = ""
    currency_text: str = ""
    format_unit: str = ""
    year: int | None = None


Result = tuple[dict[str, Fact], Problem | None]


def number_of(value: Decimal | None) -> int | float | None:
    """Return a decimal as JSON takes it: an int where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def problem(code: str, severity: Severity, column: Column, value: Value, expected: str = "") -> Problem:
    """Return a problem of a cell."""
    return Problem(code, severity, column.index, column.field.name, str(value)[:200], expected)


def written(value: Value) -> str:
    """Return a cell as the text that the spreadsheet shows."""
    if isinstance(value, float):
        return str(number_of(exact(value)))
    return tidy(str(value))
