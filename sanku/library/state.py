"""What a list shows, read from its address: search text, filters, sort, columns and place."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, QueryDict

from sanku.accounts.models import User
from sanku.common.search import matching, reading
from sanku.library.specs import CUSTOM, Column, Filter, Library

PAGE_SIZE = 50
COOKIE_AGE = 365 * 24 * 3600
LARGEST_ID = 2**63 - 1
LARGEST_PLACE = 10**12
MOST_SELECTED = 1000
LONGEST_QUERY = 200
MOST_VALUES = 100  # of one filter
ALL = "all"  # the first tab, where the bare address opens another


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after or before a row known by its sort value and id, or at the end.

    `number` is the place in the list of the row after which it begins (for "from–to of total").
    """

    direction: str = "next"  # next, previous, last
    value: Any = None
    pk: int | None = None
    number: int = 0

    def encoded(self) -> str:
        """Return the place as it stands in an address."""
        raw = json.dumps(
            [self.direction, self.value, self.pk, self.number], separators=(",", ":"), default=str
        )
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> "Place":
        """Read a place; an address that was cut or altered means the first page."""
        try:
            padded = text + "=" * (-len(text) % 4)
            direction, value, pk, number = json.loads(base64.urlsafe_b64decode(padded))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            return cls()
        known = direction in ("next", "previous", "last") and isinstance(value, str | int | float | None)
        if (
            not known
            or not (pk is None or _is_number(pk, LARGEST_ID))
            or not _is_number(number, LARGEST_PLACE)
        ):
            return cls()
        return cls(direction, value, pk, number)


def _is_number(value: Any, largest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= largest


@dataclass(frozen=True, slots=True)
class State:
    """A list's address, read and checked. Unknown names and values are left out."""

    library: Library
    query: str
    filters: dict[str, list[str]]
    sort: Column | None
    descending: bool
    columns: Sequence[Column]
    chosen_columns: bool
    place: Place
    selected: Sequence[int]
    # The tab one came by: the id of a saved view, or "all" where another tab opens first.
    view: str = ""
    # Names in the address that mean a field which the zone no longer has.
    unknown: Sequence[str] = ()

    @property
    def sort_field(self) -> str:
        """The model field that puts the list in order."""
        return self.sort.sort if self.sort is not None else "updated_at"

    def parameters(self, **changes: Any) -> str:
        """Return the query string of this state with some parts changed; None takes a part out."""
        parts: dict[str, Any] = {"q": self.query, **self.filters}
        if self.sort is not None:
            parts["sort"] = ("-" if self.descending else "") + self.sort.key
        if self.chosen_columns:
            parts["column"] = [column.key for column in self.columns]
        parts["view"] = self.view
        parts.update(changes)
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)


def read_state(request: HttpRequest, library: Library) -> State:
    """Read a list's state from the address, the columns also from what the person chose before."""
    return state_of(request.GET, library, request.COOKIES.get(columns_cookie(library), ""))


def state_of(given: QueryDict, library: Library, kept_columns: str = "") -> State:
    """Read a list's state from a query; `kept_columns` are the keys chosen before, joined by dots."""
    sort_key = given.get("sort", "")
    sort = library.column(sort_key.removeprefix("-"))
    if sort is None or not sort.sort:
        # Nothing known was asked for; the addresses of further pages must not mean another order.
        sort_key = library.default_sort
        sort = library.column(sort_key.removeprefix("-"))
    columns, chosen = _columns(given, library, kept_columns)
    return State(
        library=library,
        query=clean_text(given.get("q", "")[:LONGEST_QUERY]),
        filters=read_filters(given, library),
        sort=sort if sort is not None and sort.sort else None,
        descending=sort_key.startswith("-"),
        columns=columns,
        chosen_columns=chosen,
        place=Place.decoded(page) if (page := given.get("page", "")) else Place(),
        selected=ids_of(given.get("selected", "")),
        view=view if (view := given.get("view", "")) == ALL or is_number(view) else "",
        unknown=unknown_names(given, library),
    )


def clean_text(text: str) -> str:
    """Return the text without blanks around it and without signs that nobody types and no database keeps."""
    kept = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return kept.encode("utf-8", "ignore").decode().strip()


def is_number(text: str) -> bool:
    """Return whether a text of an address is a number that a database can compare: ² and ten thousand digits are not."""
    return text.isascii() and text.isdigit() and len(text) < 19


def ids_of(text: str) -> list[int]:
    """Return the ids of a list in an address: "3,5"."""
    return [int(part) for part in text.split(",", MOST_SELECTED)[:MOST_SELECTED] if is_number(part)]


def _columns(given: QueryDict, library: Library, kept: str) -> tuple[list[Column], bool]:
    wanted = given.getlist("column")
    keys = wanted or kept.split(".")
    first = library.columns[0]
    found = [column for column in library.columns if column.key in keys and column is not first]
    if not found or wanted == ["default"]:
        return [column for column in library.columns if column.shown], False
    return [first, *found], bool(wanted)


def columns_cookie(library: Library) -> str:
    """Return the name of the cookie in which a person's choice of columns is kept."""
    return f"sanku_columns_{library.name}"


def read_filters(given: QueryDict, library: Library) -> dict[str, list[str]]:
    """Return the values of an address by the names that the library's filters have in it."""
    found = {}
    for spec in library.filters:
        for name in filter_names(spec):
            # Databases refuse patterns and conditions of a length that nobody types.
            some = given.getlist(name)[:MOST_VALUES]
            values = [text for value in some if (text := clean_text(value[:LONGEST_QUERY]))]
            if values:
                found[name] = values if spec.kind == "multi" else values[:1]
    return found


def unknown_names(given: QueryDict, library: Library) -> list[str]:
    """Return the fields of a zone that an address filters, sorts or shows by, and that are no longer there."""
    known = {name for spec in library.filters for name in filter_names(spec)}
    asked = [name for name in given if name.startswith(CUSTOM) and name not in known]
    columns = [given.get("sort", "").removeprefix("-"), *given.getlist("column")]
    asked += [key for key in columns if key.startswith(CUSTOM) and library.column(key) is None]
    stems = (name.removesuffix("_min").removesuffix("_max") for name in asked)
    stems = (name.removesuffix("_from").removesuffix("_to") for name in stems)
    return list(dict.fromkeys(clean_text(name[:60]) for name in stems))[:10]


def filter_names(spec: Filter) -> list[str]:
    """Return the names that a filter has in an address."""
    ends = {"range": ("_min", "_max"), "date_range": ("_from", "_to")}.get(spec.kind, ("",))
    return [spec.key + end for end in ends]


def filtered(state: State, user: User, *, common: Sequence[bool] | None = None) -> models.QuerySet[Any]:
    """Return the records in the user's scope that the search text and the filters leave; `common` as in `matching`."""
    return matching(_filtered(state, user), state.query, common=common)


def filtered_by_reading(state: State, user: User) -> models.QuerySet[Any]:
    """Return the same records, to be narrowed to a few: these are read, where `filtered` looks up all that fit."""
    return reading(_filtered(state, user, few=True), state.query)


def within_bounds(state: State, user: User) -> models.QuerySet[Any]:
    """Return the records in the user's scope between the bounds, if any, that a filter sets to the field of the order."""
    records = state.library.records(user)
    for spec in state.library.filters:
        if spec.field == state.sort_field and spec.kind in ("range", "date_range") and spec.condition is None:
            records = records.filter(condition(spec, state.filters, records.model, user))
    return records


def _filtered(state: State, user: User, *, few: bool = False) -> models.QuerySet[Any]:
    records = state.library.records(user)
    if state.selected:
        records = records.filter(pk__in=state.selected)
    parts, lookups = conditions(state, records.model, user, few=few)
    for part in parts:
        records = records.filter(part)
    return records.filter(pk__in=all_of(lookups)) if lookups else records


def conditions(
    state: State, model: type[models.Model], user: User, *, few: bool = False
) -> tuple[list[Q], list[RawSQL]]:
    """Return the conditions of the filters in force; apart from them those that are a lookup of ids."""
    parts, lookups = [], []
    for spec in state.library.filters:
        part = condition(spec, state.filters, model, user, few=few)
        match part.children:
            case [("pk__in", RawSQL() as found)] if not part.negated:
                lookups.append(found)
            case [_, *_]:
                parts.append(part)
    return parts, lookups


def all_of(lookups: Sequence[RawSQL]) -> RawSQL:
    """Return one lookup of the ids that each of some lookups gives.

    The plus sign keeps SQLite from asking the second for each id of the first.
    """
    first, *others = lookups
    sql, parameters = first.sql, [*first.params]
    for one in others:
        sql = f"SELECT id FROM ({sql}) AS found WHERE +id IN ({one.sql})"
        parameters += one.params
    return RawSQL(sql, parameters)


def condition(
    spec: Filter,
    given: dict[str, list[str]],
    model: type[models.Model],
    user: User,
    *,
    few: bool = False,
) -> Q:
    """Return a filter's condition; what cannot be read as its type does not filter."""
    values = [given.get(name, []) for name in filter_names(spec)]
    if not any(values):
        return Q()
    own = spec.of_few if few and spec.of_few is not None else spec.condition
    if own is not None:
        ends = [part[0] if part else "" for part in values]
        return own(user, values[0] if len(values) == 1 else ends)
    field = field_at(model, spec.field)
    match spec.kind:
        case "choice" | "multi":
            if spec.codes:
                return _any([Q(**{f"{spec.field}__has": value}) for value in values[0]])
            wanted = [value for value in values[0] if _readable(field, value)]
            return Q(**{f"{spec.field}__in": wanted}) if wanted else Q()
        case "flag":
            return Q(**{spec.field: True})
        case "text":
            return Q(**{f"{spec.field}__icontains": values[0][0]})
        case "range":
            bounds = [_number(part[0] if part else "", spec.scale_for(user), field) for part in values]
            return _between(spec.field, bounds)
        case "date_range":
            return _between(spec.field, [_date(part[0] if part else "") for part in values])
        case "area":
            raise AssertionError("where a record stands is its library's to say")


def field_at(model: type[models.Model], path: str) -> "models.Field[Any, Any]":
    """Return the field that a path of references ends in: "company__name"."""
    *references, last = path.split("__")
    for name in references:
        related = model._meta.get_field(name).related_model
        assert isinstance(related, type)
        model = related
    field = model._meta.get_field(last)
    assert isinstance(field, models.Field)
    return field


def _readable(field: "models.Field[Any, Any]", value: str) -> bool:
    """Return whether a value of an address can be compared with a field."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    try:
        found = kind.to_python(value)
    except ValidationError:
        return False
    return abs(found) <= LARGEST_ID if isinstance(found, int) else len(value) < 100


def _any(conditions: list[Q]) -> Q:
    whole = Q()
    for one in conditions:
        whole |= one
    return whole


def _between(name: str, bounds: list[Any]) -> Q:
    low, high = bounds
    whole = Q()
    if low is not None:
        whole &= Q(**{f"{name}__gte": low})
    if high is not None:
        whole &= Q(**{f"{name}__lte": high})
    return whole


def _number(text: str, scale: Decimal, field: "models.Field[Any, Any]") -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "").replace("，", "").strip()) * scale
    except ArithmeticError:
        return None
    if not value.is_finite():
        return None
    # What the column cannot hold compares as its largest value would.
    places = field.decimal_places if isinstance(field, models.DecimalField) else 0
    digits = field.max_digits if isinstance(field, models.DecimalField) else 18
    largest = Decimal(10) ** (digits - places) - Decimal(1).scaleb(-places)
    bound = max(min(value, largest), -largest)
    # 30 mu are stored as 20,000.00 m²: the bound has the column's digits, or equal values would miss each other.
    return bound.quantize(Decimal(1).scaleb(-places)) if isinstance(field, models.DecimalField) else bound


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
