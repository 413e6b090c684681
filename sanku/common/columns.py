"""What the columns of a table can hold: the last check of a value, after the rules of its library."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from sanku.common.problems import Problem

Check = Callable[[str, Any], Problem | None]

# The largest numbers of PostgreSQL's columns; SQLite would keep larger ones.
LARGEST = {
    "SmallIntegerField": 2**15 - 1,
    "PositiveSmallIntegerField": 2**15 - 1,
    "IntegerField": 2**31 - 1,
    "PositiveIntegerField": 2**31 - 1,
}
# What no database keeps in a text: a null, half a character.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def column_problems(model: type[models.Model], values: Mapping[str, Any]) -> list[Problem]:
    """Return which values, by field name, are larger or longer than their column, or no text that can be kept.

    SQLite would keep much of it as it is, PostgreSQL would answer with an error that names no field.
    """
    checks = _checks(model)
    return [
        problem
        for name, value in values.items()
        if value is not None and name in checks and (problem := checks[name](name, value)) is not None
    ]


@cache
def _checks(model: type[models.Model]) -> dict[str, Check]:
    checks: dict[str, Check] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DecimalField):
            checks[field.name] = _number(Decimal(10) ** (field.max_digits - field.decimal_places))
        elif isinstance(field, models.IntegerField):
            checks[field.name] = _number(Decimal(LARGEST.get(field.get_internal_type(), 2**63 - 1)) + 1)
        elif isinstance(field, models.CharField | models.TextField):
            checks[field.name] = _text(field.max_length)
    return checks


def _number(limit: Decimal) -> Check:
    def check(name: str, value: Any) -> Problem | None:
        number = Decimal(value)
        fits = number.is_finite() and abs(number) < limit
        return None if fits else Problem("amount_too_large", name)

    return check


def _text(longest: int | None) -> Check:
    def check(name: str, value: Any) -> Problem | None:
        if not isinstance(value, str):
            return None  # a list of codes, which its own vocabulary limits
        if longest is not None and len(value) > longest:
            return Problem("too_long", name, {"length": len(value), "limit": longest})
        return Problem("text_unreadable", name) if UNREADABLE.search(value) else None

    return check
