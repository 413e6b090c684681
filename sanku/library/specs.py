"""How a library is described: its columns, filters, sections and addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db import models

from sanku.accounts.models import User
from sanku.accounts.rules import Role
from sanku.common.display import money_parts

CUSTOM = "custom-"  # begins the names of facts, columns and filters that a zone added
Text = Any  # str or lazy translation
Cell = dict[str, Any]
Options = Callable[[User], Iterable[tuple[str, Text]]]
FilterKind = Literal["choice", "multi", "range", "date_range", "flag", "text", "area"]
FactKind = Literal[
    "text", "long", "date", "number", "money", "cny", "area", "flag", "choice", "codes", "reference", "company",
    "position", "percent", "lines", "code", "link",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page, and when: what cells need to know to say things his way."""

    user: User
    today: date

    @property
    def area_unit(self) -> str:
        """The unit that his zone shows areas in: "mu" or "m2"."""
        return self.user.zone.area_unit


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    `cell` gives what the page shows (see library/list.html), `plain` what an export writes: a text, number,
    date or None, in the column's unit. `sort` is the model field by which the list can be put in order.
    `refers` are the fields of references that the cell reads ("investor__name"): a list fetches no others.
    """

    key: str
    label: Text
    cell: Callable[[Any, Reader], Cell]
    plain: Callable[[Any, Reader], Any]
    sort: str = ""
    unit: Text | Callable[[Reader], Text] = ""
    align: Literal["", "num"] = ""
    shown: bool = True
    refers: Sequence[str] = ()

    def unit_for(self, reader: Reader) -> Text:
        """Return the unit that stands in the head."""
        return self.unit(reader) if callable(self.unit) else self.unit


@dataclass(frozen=True, slots=True)
class Filter:
    """A typed filter on one model field.

    `options` gives the choices (without any the filter is not offered); `scale` is what one unit of a typed
    number is in the stored one (100 million for 亿元); it and `unit` may hang on the user's zone. `codes` says
    that the field is a CodesField. `condition` is for a filter that no field decides alone: it gets the values
    of the address, of a range both ends.
    """

    key: str
    label: Text
    kind: FilterKind
    field: str
    options: Options | None = None
    scale: Decimal | Callable[[User], Decimal] = Decimal(1)
    unit: Text | Callable[[User], Text] = ""
    help: Text = ""
    codes: bool = False
    condition: Callable[[User, list[str]], models.Q] | None = None
    # The same in a form that suits a queryset of a few records, where there is another.
    of_few: Callable[[User, list[str]], models.Q] | None = None

    def scale_for(self, user: User) -> Decimal:
        """Return what one unit of a typed number is in the stored one."""
        return self.scale(user) if callable(self.scale) else self.scale

    def unit_for(self, user: User) -> Text:
        """Return the unit in which numbers are typed."""
        return self.unit(user) if callable(self.unit) else self.unit


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a record as its page shows it and its form asks for it.

    For `money` the model has `<name>_currency` and `<name>_cny`; for `position` the name is "lon" and the
    model has "lat"; `options` gives the choices of `choice` and `codes`, `choices_of` the queryset of a
    `reference`. `code` is a text kept in capitals without blanks. `enter` makes a new record of a `company` that is not there yet, from what was typed.
    What is given `once` is asked for only when the record is entered.
    """

    name: str
    kind: FactKind = "text"
    unit: Text = ""
    options: Options | None = None
    choices_of: Callable[[User], models.QuerySet[Any]] | None = None
    required: bool = False
    editable: bool = True
    help: Text = ""
    label: Text = ""
    enter: Callable[[User, str], Any] | None = None
    once: bool = False
    # What the page shows in place of the value: keys of a field in library/_section.html. A fact that is no
    # field of the model has this and a label, and is not editable.
    show: Callable[[Any, Reader], dict[str, Any]] | None = None
    # Of a fact that the zone added, named "custom-<key>": the field that it would be; its value stands in `custom`.
    custom: "models.Field[Any, Any] | None" = None

    def field_in(self, record: Any) -> "models.Field[Any, Any]":
        """Return the model field that the fact is, or would be."""
        found = self.custom if self.custom is not None else record._meta.get_field(self.name)
        assert isinstance(found, models.Field)
        return found

    def value_in(self, record: Any) -> Any:
        """Return the fact's value in a record."""
        if self.custom is None:
            return getattr(record, self.name)
        return as_shown(self.kind, record.custom.get(self.name.removeprefix(CUSTOM)))


def as_shown(kind: str, value: Any) -> Any:
    """Return a value that a record keeps in `custom` as the cells and forms of a fact's kind take it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return Decimal(str(value))
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


class Chip(str):
    """A tag as lists show it: its name, and the colour that goes with it."""

    hue: str

    def __new__(cls, name: str, hue: str) -> "Chip":
        """Make a chip of a name and a hue of the tokens."""
        made = super().__new__(cls, name)
        made.hue = hue
        return made


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record's page that is edited as a whole; `hint` says what would fill it.

    `refreshes` names the panels that show something of it, and are fetched again once it is saved.
    """

    key: str
    title: Text
    facts: Sequence[Fact]
    hint: Text = ""
    refreshes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a record's page that another app, or another model, fills: fetched by its address.

    Where `url` gives None, because no such page is installed, the panel is left out. `above` puts it before
    the sections.
    """

    key: str
    url: Callable[[Any], str | None]
    above: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """Everything the shared pages need to know of one library."""

    name: str  # of addresses and cookies: "projects"
    namespace: str  # "projects:project" → projects:project-list, …-detail, …-preview, …-section, …
    title: Text
    singular: Text
    counted: Callable[[int], str]  # "18 个项目"
    records: Callable[..., models.QuerySet[Any]]  # records(user), records(user, removed=True)
    save: Callable[..., list[list[dict[str, Any]]]]
    remove: Callable[..., None]
    restore: Callable[..., None]
    writers: frozenset[Role]
    columns: Sequence[Column]
    filters: Sequence[Filter]
    sections: Sequence[Section]
    create: Sequence[str]  # keys of the sections that the page of a new record asks for
    default_sort: str = "-updated"
    # Fields that no cell, tag or order of the list reads: it leaves them where they are.
    unlisted: Sequence[str] = ()
    related: Sequence[str] = ()
    measure: tuple[str, Text] | None = (
        None  # the field whose sum stands in the heading, and what it is called
    )
    # How the sum is said: what stands before the figure, the figure, its unit.
    say_measure: Callable[[Any, Reader], tuple[str, str, str]] = lambda amount, reader: money_parts(amount)
    # The field by whose values the footer counts and sums, and what it says: of (value, count, sum of the measure).
    totals_by: str = ""
    totals: Callable[[list[tuple[Any, int, Any]], Reader], list[str]] = lambda parts, reader: []
    views: Sequence[tuple[Text, str]] = ()  # tabs: label and query
    counts_views: bool = (
        False  # whether the tabs say how many they hold: one more pass over the user's records
    )
    search_hint: Text = ""
    empty_text: Text = ""
    identity: Callable[[Any, Reader], str] = lambda record, reader: ""
    identified_by: Sequence[str] = ()  # the fields that a record's name and identity are said of
    code: Callable[[Any], str] = lambda record: ""
    tags: Callable[[Any], list[str]] = lambda record: []
    head: Callable[[Any, Reader], dict[str, Any]] = lambda record, reader: {}
    # Actions in the head of a record's page: [{"label", "url", "icon"}].
    # Whether the map knows where a record is.
    on_map: Callable[[Any], bool] = lambda record: False
    record_actions: Callable[[Any, User], list[dict[str, Any]]] = lambda record, user: []
    # Further actions at the head of the list, with the query of the view: [{"label", "url", "icon"}].
    list_actions: Callable[[str], list[dict[str, Any]]] = lambda query: []
    # What can be done with exactly two selected rows: whose it is, the name of its address, its label.
    pair_action: tuple[frozenset[Role], str, Text] | None = None
    sees_zone: Callable[[User], bool] = lambda user: False  # whether `records` are all that the zone has
    creators: frozenset[Role] | None = None  # who enters new ones, where not all writers do
    may_write: Callable[[User, Any], bool] | None = None  # whether this record is the user's to change
    # The record that a merged one leads to, by the id of the merged one.
    successor: Callable[[User, int], Any | None] | None = None
    panels: Sequence[Panel] = ()
    preview: Sequence[str] = ()  # names of the facts in a preview, in order; none: the first ones known
    similar: Callable[[User, dict[str, str]], list[dict[str, Any]]] | None = None
    similar_fields: str = "[name=name]"  # the fields that `similar` is asked with, as a CSS selector
    similar_title: Text = ""  # what stands above them; "N records may be the same" if none
    similar_hint: Text = ""  # what to do where the record is there already
    prefill: Callable[[Any, User, dict[str, str]], None] | None = None  # a new record, from the address
    closed_notes: bool = False  # a note of someone without a department is his own and theirs who see all
    note_department: Callable[[User, Any], int | None] = lambda user, record: None
    # The ids, by table, of rows that the timeline tells of too; and what the ledger calls what is no field.
    related_entries: Callable[[User, Any], dict[str, list[Any]]] = lambda user, record: {}
    ledger_words: Mapping[str, tuple[Text, Mapping[str, Text]]] = field(default_factory=dict)
    fresh: Callable[[User], Any] = field(
        default=lambda user: None
    )  # a new, unsaved record of the user's zone

    # What the zone added: see `zoned`. Chips are a record's tags.
    chips: Callable[[Any], list[Chip]] = lambda record: []
    added: Any = None

    def may_create(self, user: User) -> bool:
        """Return whether the user may enter a new record."""
        return user.may(self.writers if self.creators is None else self.creators)

    def column(self, key: str) -> Column | None:
        """Return the column of a key."""
        return next((column for column in self.columns if column.key == key), None)

    def section(self, key: str) -> Section | None:
        """Return the section of a key."""
        return next((section for section in self.sections if section.key == key), None)
