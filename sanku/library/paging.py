"""Pages of a list by key: the hundred-thousandth row costs as little as the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.expressions import Col, RawSQL
from django.db.models.sql import Query
from django.utils import timezone

from sanku.common.indexes import EmbeddedIndex, index_by_id, read_by
from sanku.common.search import COMMON
from sanku.library.state import LARGEST_ID, PAGE_SIZE, Place, State, clean_text, field_at

LOOKS = 2  # times as many records as a page should need are looked at
AHEAD = 10_000  # but never more than this
MANY_AHEAD = 4_000  # PostgreSQL reads what a lookup gives rather than so many records
DENSE = 3  # from every third record on, walking the order costs less than looking up all that fit
DENSE_OF_ALL = 6  # and from every sixth on, reading the whole index of the filters where it has the order too


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list and the places of its neighbours; `first` is the number of its first row, from 1."""

    rows: list[Any]
    first: int
    previous: Place | None
    following: Place | None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is known of a list that filters or a search have narrowed.

    `scope` is the whole list, `plain` what fits in a form that suits a few records; `left` of `everything` fit. `lookup`
    gives the ids of all that fit, and others outside of the scope, where that is known without the records.
    """

    scope: models.QuerySet[Any]
    plain: models.QuerySet[Any]
    left: int
    everything: int
    lookup: RawSQL | None = None


def page_of(
    records: models.QuerySet[Any],
    state: State,
    *,
    total: int,
    size: int = PAGE_SIZE,
    narrowed: Narrowed | None = None,
) -> Page:
    """Return the page of `records` at the state's place. Empty values of the sort field come last.

    With `narrowed` the page costs little too where what fits lies far down the order of the list.
    """
    name = state.sort_field
    place = _checked(state.place, field_at(records.model, name))
    backwards = place.direction in ("previous", "last")
    walk = Walk(name, place, descending=state.descending != backwards, nulls_first=backwards)
    found = None if narrowed is None else _found(records, narrowed, walk, size + 1)
    # In the form that suits a few: the other would look all up that fit once more.
    few = records if narrowed is None else narrowed.plain
    rows = _first(walk.parts(records), size + 1) if found is None else _rows(few, found)
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


def _found(records: models.QuerySet[Any], narrowed: Narrowed, walk: "Walk", size: int) -> list[int]:
    """Return the ids of the page's records, in order.

    The next few of the whole list are looked at first: mostly a page's worth of them fits. Where what fits has to do
    with the order (firms of a city, by a name that begins with the city) they may lie anywhere: then all that
    fit are taken from the index of the filters and put in order. So they are at once where they are fewer.
    """
    scope, hits = narrowed.scope, records.order_by().values("id")
    ahead = LOOKS * size * narrowed.everything // max(narrowed.left, 1)
    index = index_by_id(records.model, walk.name)
    if index is not None and narrowed.left * LOOKS <= ahead:
        return _in_order(index, hits, narrowed, walk, size)
    if ahead <= AHEAD:
        part, ahead = walk.parts(scope)[0], max(ahead, size)
        if narrowed.lookup is not None and ahead > MANY_AHEAD and connection.vendor == "postgresql":
            found = _next_among(part.values("pk", walk.name)[:ahead], narrowed.lookup, size)
        else:
            fitting = narrowed.plain.filter(pk__in=part[:ahead].values("pk"))
            found = list(walk.ordered(fitting).values_list("pk", flat=True)[:size])
        if len(found) == size:
            return found
    filters = _index_of_all(walk.parts(records))
    dense = DENSE if filters is None else DENSE_OF_ALL
    if index is not None and narrowed.left * dense < narrowed.everything:
        return _in_order(index, hits, narrowed, walk, size)
    if filters is not None:
        return _first_ids(walk.parts(records), size, filters)
    if index is not None and connection.vendor == "postgresql":
        # It puts tens of thousands in order in the time in which it looks up a few thousand one by one.
        return _in_order(index, hits, narrowed, walk, size)
    within = scope.filter(pk__in=hits)
    if narrowed.left > COMMON:
        # The sum keeps the databases from fetching so many rows by their ids: the sort's own index is walked.
        within = scope.annotate(number=F("pk") + 0).filter(number__in=hits)
    return _first([part.values_list("pk", flat=True) for part in walk.parts(within)], size)


def _in_order(
    index: str, hits: models.QuerySet[Any, Any], narrowed: Narrowed, walk: "Walk", size: int
) -> list[int]:
    """Return the first ids of a walk among hits, each of which is looked up in a narrow index."""
    if narrowed.lookup is not None:
        scope, among = narrowed.scope, (narrowed.lookup.sql, tuple(narrowed.lookup.params))
    else:
        scope = hits.model._default_manager.all()  # the hits are in the reader's scope
        among = hits.query.sql_with_params()
    return _first_ids(walk.parts(scope), size, index, among)


def _first_ids(
    parts: list[models.QuerySet[Any]], size: int, index: str, among: tuple[str, Sequence[Any]] | None = None
) -> list[int]:
    """Return the first ids of some parts, one after the other, read by an index, `among` some only."""
    found: list[int] = []
    for part in parts:
        if len(found) < size:
            found += _ids(*read_by(index, part.values("pk")[: size - len(found)], among))
    return found


def _next_among(near: models.QuerySet[Any, Any], lookup: RawSQL, size: int) -> list[int]:
    """Return the first ids, of some records of which the values alone are read that put them in order, that a lookup gives too."""
    sql, parameters = near.query.sql_with_params()
    order, _limit, _ahead = sql.rpartition(" ORDER BY ")[2].rpartition(" LIMIT ")
    # Left to itself PostgreSQL goes through all that the lookup gives for each of the records (OFFSET).
    among = f"SELECT * FROM ({sql}) AS near WHERE pk IN ({lookup.sql}) OFFSET 0"
    return _ids(
        f"SELECT * FROM ({among}) AS fitting ORDER BY {order} LIMIT {size}", [*parameters, *lookup.params]
    )


def _ids(sql: str, parameters: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]


def _index_of_all(parts: list[models.QuerySet[Any]]) -> str | None:
    """Return the name of the index of the filters if nothing but its columns narrows and puts in order some parts.

    All of it is read then, in a third of the time in which a dense list is walked that has none of what fits at its begin.
    """
    asked: set[str] = set()
    for part in parts:
        columns = {str(by).lstrip("-") for by in part.query.order_by} - {"pk"}
        for piece in _pieces(part.query.where):
            if isinstance(piece, RawSQL | Query):
                return None
            if isinstance(piece, Col):
                columns.add(piece.target.name)
        asked |= columns - {"id"}
    wide = [
        made
        for index in parts[0].model._meta.indexes
        if isinstance(index, EmbeddedIndex) and (made := index.made(connection)) is not None
    ]
    # Texts are nearly all that an index holds: one without them is read in half the time.
    wide.sort(key=lambda index: ("search_text" in index.fields, len(index.fields)))
    return next((index.name for index in wide if asked <= set(index.fields)), None)


def _pieces(whole: Any) -> Iterator[Any]:
    """Yield a condition and everything that it is made of."""
    yield whole
    for part in whole.get_source_expressions() if hasattr(whole, "get_source_expressions") else ():
        yield from _pieces(part)


def _rows(records: models.QuerySet[Any], ids: list[int]) -> list[Any]:
    """Return the records of some ids, in their order."""
    rows = records.model._default_manager.none() if not ids else records.filter(pk__in=ids).order_by()
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]


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


@dataclass(frozen=True, slots=True)
class Walk:
    """From where and in which direction a list is walked by its sort field."""

    name: str
    place: Place
    descending: bool
    nulls_first: bool

    def ordered(self, records: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Return the records in the order of the walk."""
        sign = "-" if self.descending else ""
        return records.order_by(sign + self.name, sign + "pk")

    def parts(self, records: models.QuerySet[Any]) -> list[models.QuerySet[Any]]:
        """Return the records from the place on: those with a value and those without are two parts, in order."""
        name, place = self.name, self.place
        filled: models.QuerySet[Any] | None = self.ordered(records)
        empty: models.QuerySet[Any] | None = None
        if field_at(records.model, name).null:
            filled = self.ordered(records.filter(**{f"{name}__isnull": False}))
            empty = records.filter(**{f"{name}__isnull": True}).order_by("-pk" if self.descending else "pk")
        compare = "lt" if self.descending else "gt"
        if place.pk is not None:
            if place.value is None and empty is not None:
                empty = empty.filter(**{f"pk__{compare}": place.pk})
                if not self.nulls_first:
                    filled = None
            elif place.value is not None and filled is not None:
                # The bound alone lets the index be entered at the place; the tie is cut off after.
                edge = "lte" if self.descending else "gte"
                tie = Q(**{name: place.value, f"pk__{'gte' if self.descending else 'lte'}": place.pk})
                filled = filled.filter(Q(**{f"{name}__{edge}": place.value}) & ~tie)
                if self.nulls_first:
                    empty = None
        both = (empty, filled) if self.nulls_first else (filled, empty)
        return [part for part in both if part is not None]


def _first(parts: list[models.QuerySet[Any]], size: int) -> list[Any]:
    """Return up to `size` of some parts, one after the other."""
    found: list[Any] = []
    for part in parts:
        if len(found) < size:
            found += list(part[: size - len(found)])
    return found


def _place(direction: str, row: Any, name: str, number: int) -> Place:
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, date | datetime):
        value = value.isoformat()
    elif isinstance(value, Decimal):
        value = str(value)
    return Place(direction, value, row.pk, number)
