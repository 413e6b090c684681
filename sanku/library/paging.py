"""Pages of a list by key: the hundred-thousandth row costs as little as the first."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sanku.library.state import LARGEST_ID, PAGE_SIZE, Place, State, clean_text, field_at


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list and the places of its neighbours; `first` is the number of its first row, from 1."""

    rows: list[Any]
    first: int
    previous: Place | None
    following: Place | None


def page_of(records: models.QuerySet[Any], state: State, *, total: int, size: int = PAGE_SIZE) -> Page:
    """Return the page of `records` at the state's place. Empty values of the sort field come last."""
    name = state.sort_field
    place = _checked(state.place, field_at(records.model, name))
    backwards = place.direction in ("previous", "last")
    descending = state.descending != backwards
    rows = _walk(records, name, place, descending=descending, nulls_first=backwards, size=size + 1)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if place.direction == "last":
        before = total - len(rows)
    elif backwards:
        before = max(place.number - len(rows), 0)
    else:
        before = place.number
    has_previous = more if backwards else before > 0
    has_next = place.direction == "previous" or (place.direction == "next" and more)
    return Page(
        rows=rows,
        first=before + 1 if rows else 0,
        previous=_place("previous", rows[0], name, before) if rows and has_previous else None,
        following=_place("next", rows[-1], name, before + len(rows)) if rows and has_next else None,
    )


def _checked(place: Place, field: "models.Field[Any, Any]") -> Place:
    """Return the place with its value as the sort field has it; a value of another kind means the first page."""
    if place.value is None:
        return place if field.null or place.pk is None else Place()
    try:
        value = field.to_python(clean_text(place.value) if isinstance(place.value, str) else place.value)
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return Place()
    if isinstance(value, datetime) and timezone.is_naive(value):
        return Place()
    if isinstance(value, Decimal) and not _fits(value, field):
        return Place()
    if isinstance(value, int | float) and not abs(value) <= LARGEST_ID:
        return Place()
    return Place(place.direction, value, place.pk, place.number)


def _fits(value: Decimal, field: "models.Field[Any, Any]") -> bool:
    assert isinstance(field, models.DecimalField)
    return value.is_finite() and abs(value) < Decimal(10) ** (field.max_digits - field.decimal_places)


def _walk(
    records: models.QuerySet[Any], name: str, place: Place, *, descending: bool, nulls_first: bool, size: int
) -> list[Any]:
    """Return up to `size` rows from a place on, in the given direction."""
    model_field = field_at(records.model, name)
    order = ("-" if descending else "") + name, ("-" if descending else "") + "pk"
    compare = "lt" if descending else "gt"
    filled: models.QuerySet[Any] | None = records.order_by(*order)
    empty: models.QuerySet[Any] | None = None
    if model_field.null:
        filled = records.filter(**{f"{name}__isnull": False}).order_by(*order)
        empty = records.filter(**{f"{name}__isnull": True}).order_by(order[1])
    if place.pk is not None:
        if place.value is None and empty is not None:
            empty = empty.filter(**{f"pk__{compare}": place.pk})
            if not nulls_first:
                filled = None
        elif place.value is not None and filled is not None:
            # The bound alone lets the index be entered at the place; the tie is cut off after.
            edge = "lte" if descending else "gte"
            value = place.value
            tie = Q(**{name: value, f"pk__{'gte' if descending else 'lte'}": place.pk})
            filled = filled.filter(Q(**{f"{name}__{edge}": value}) & ~tie)
            if nulls_first:
                empty = None
    rows: list[Any] = []
    for part in (empty, filled) if nulls_first else (filled, empty):
        if part is not None and len(rows) < size:
            rows += list(part[: size - len(rows)])
    return rows


def _place(direction: str, row: Any, name: str, number: int) -> Place:
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, date | datetime):
        value = value.isoformat()
    elif isinstance(value, Decimal):
        value = str(value)
    return Place(direction, value, row.pk, number)
