"""Form fields for numbers and quantities as people type them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms

from sanku.common.amounts import find_currency, read_amount
from sanku.common.areas import read_area


class NumberText(forms.DecimalField):
    """A number as people type it: with thousands separators, half or full width."""

    def to_python(self, value: Any) -> Any:
        """Read the text as a number."""
        if isinstance(value, str):
            value = (
                value.translate(str.maketrans("０１２３４５６７８９．，－", "0123456789.,-"))
                .replace(",", "")
                .strip()
            )
        return super().to_python(value)


class QuantityText(NumberText):
    """A number in the unit beside it, or one with a unit of its own, which counts: 3,500 万元, 186 亩.

    `own` is the quantity in whole units of currency, or in square metres, where the text named its unit.
    """

    def __init__(self, read: Callable[[str], Decimal | None], **options: Any) -> None:
        # Digits that times 100 million still fit into a decimal of ordinary precision.
        super().__init__(max_digits=18, widget=forms.TextInput, **options)
        self.widget.attrs["inputmode"] = "decimal"
        self.read = read
        self.own: Decimal | None = None
        self.typed = ""

    def to_python(self, value: Any) -> Any:
        """Read the text as a number, with its own unit if it has one."""
        self.typed = value if isinstance(value, str) else ""
        self.own = self.read(self.typed) if self.typed else None
        return super().to_python(value if self.own is None else self.own)


def own_amount(text: str) -> Decimal | None:
    """Return what a text with a unit of its own says in whole units of its currency; None without one."""
    found = read_amount(text)
    return found.value if found.own_unit and found.problem is None else None


def own_yuan(text: str) -> Decimal | None:
    """Return what a text with a unit of its own says in whole units of yuan; None without one."""
    return own_amount(text) if find_currency(text) in (None, "CNY") else None


def own_area(text: str) -> Decimal | None:
    """Return what a text with a unit of its own says in whole units, square metres; None without one."""
    found = read_area(text)
    return found.m2 if found.own_unit and found.problem is None else None
