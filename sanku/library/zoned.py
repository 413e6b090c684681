"""A library as one zone has it: with the zone's tags, and the fields that it added."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any

from django.db import models
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import User
from sanku.common import values
from sanku.common.dates import read_date
from sanku.common.display import number
from sanku.library import cells
from sanku.library.models import CustomField, Tag
from sanku.library.rules import DIGITS, LONGEST_TEXT, Definition, FieldKind, roots
from sanku.library.specs import (
    CUSTOM,
    Cell,
    Chip,
    Column,
    Fact,
    Filter,
    FilterKind,
    Library,
    Reader,
    Section,
    as_shown,
)

OTHER = "custom"  # the section of fields that name none
WAN = 10_000
YES_NO = (("yes", _("yes")), ("no", _("no")))
FACTS: Mapping[str, Any] = {
    FieldKind.TEXT: "text", FieldKind.LONG: "long", FieldKind.NUMBER: "number", FieldKind.MONEY: "cny",
    FieldKind.DATE: "date", FieldKind.FLAG: "choice", FieldKind.CHOICE: "choice", FieldKind.CODES: "codes",
    FieldKind.LINK: "link",
}  # fmt: skip
FILTERS: Mapping[str, FilterKind] = {
    FieldKind.TEXT: "text", FieldKind.LONG: "text", FieldKind.NUMBER: "range", FieldKind.MONEY: "range",
    FieldKind.DATE: "date_range", FieldKind.FLAG: "choice", FieldKind.CHOICE: "multi", FieldKind.CODES: "multi",
    FieldKind.LINK: "text",
}  # fmt: skip


@dataclass
class Added:
    """What a zone added to a library: its tags, those of other libraries and removed ones too, and its fields."""

    library: str
    tags: Sequence[Tag] = field(default_factory=list)
    every_field: Sequence[CustomField] = field(default_factory=list)
    # The library with it, made once for each language, and what it was made from.
    made: dict[str | None, tuple[Library, Library]] = field(default_factory=dict)

    @cached_property
    def fields(self) -> list[CustomField]:
        """The fields in use, in their order."""
        return [one for one in self.every_field if one.removed_at is None]

    @cached_property
    def by_key(self) -> dict[str, CustomField]:
        """All fields there ever were, by key."""
        return {one.key: one for one in self.every_field}

    @cached_property
    def by_id(self) -> dict[str, Tag]:
        """All tags there ever were, by id as records keep it."""
        return {str(tag.pk): tag for tag in self.tags}

    @cached_property
    def roots(self) -> dict[str, str]:
        """The tag that each counts as, by id."""
        merged = {
            key: None if tag.merged_into_id is None else str(tag.merged_into_id)
            for key, tag in self.by_id.items()
        }
        return roots(merged)

    @cached_property
    def offered(self) -> list[Tag]:
        """The tags that a record of the library can be given, by name."""
        return [
            tag
            for tag in self.tags
            if tag.removed_at is None and tag.merged_into_id is None and tag.library in ("", self.library)
        ]

    def shown(self, ids: Sequence[str]) -> list[Tag]:
        """Return the tags of a record that are in use, merged ones as what they were merged into, by name."""
        found = {self.roots[one] for one in ids if one in self.roots}
        return sorted(
            (self.by_id[one] for one in found if self.by_id[one].removed_at is None), key=lambda tag: tag.name
        )

    def counting_as(self, chosen: Sequence[str]) -> list[str]:
        """Return the ids of the chosen tags and of all that were merged into them."""
        return [one for one, root in self.roots.items() if root in chosen]


def added_to(library: str, user: User) -> Added:
    """Return what the user's zone added to a library.

    The zone's mark is another whenever its tags or fields change, and comes with the person: nothing is asked again
    until then, and nothing at all of a zone that never added anything.
    """
    mark = user.zone.added_mark
    return _added(user.zone_id if mark else 0, mark, library)


@lru_cache(maxsize=256)
def _added(zone_id: int, mark: str, library: str) -> Added:
    if not mark:
        return Added(library)
    return Added(
        library,
        list(Tag.objects.filter(zone_id=zone_id).order_by("name", "pk")),
        list(CustomField.objects.filter(zone_id=zone_id, library=library).order_by("position", "pk")),
    )


def zoned(library: Library, user: User) -> Library:
    """Return a library as the user's zone has it."""
    added, language = added_to(library.name, user), get_language()
    plain, made = added.made.get(language, (None, library))
    if plain is not library:
        made = _with(library, added, library.records(user).model)
        added.made[language] = (library, made)
    return made


def _with(library: Library, added: Added, model: type[models.Model]) -> Library:
    columns, filters = list(library.columns), list(library.filters)
    if added.offered:
        columns.append(_tags_column(added))
        filters.append(_tags_filter(library, added))
    columns += [_column(one) for one in added.fields]
    filters += [_filter(one, model) for one in added.fields]
    sections, create = _sections(library, added)
    return replace(
        library,
        columns=columns,
        filters=filters,
        sections=sections,
        create=create,
        chips=lambda record: chips_of(added, record),
        added=added,
    )


def chips_of(added: Added, record: Any) -> list[Chip]:
    """Return a record's tags as chips."""
    return [Chip(tag.name, tag.hue) for tag in added.shown(record.tags)]


def _sections(library: Library, added: Added) -> tuple[list[Section], Sequence[str]]:
    known = {section.key for section in library.sections}
    facts: dict[str, list[Fact]] = {}
    for one in added.fields:
        facts.setdefault(one.section if one.section in known else OTHER, []).append(fact_of(one))
    sections = [
        replace(section, facts=[*section.facts, *facts[section.key]]) if section.key in facts else section
        for section in library.sections
    ]
    if OTHER not in facts:
        return sections, library.create
    hint = _now("What the zone keeps besides: %(names)s.") % {
        "names": _now(", ").join(str(fact.label) for fact in facts[OTHER])
    }
    return [*sections, Section(OTHER, _("Further facts"), facts[OTHER], hint=hint)], (*library.create, OTHER)


def choices_of(one: CustomField, *, closed: bool = False) -> list[tuple[str, str]]:
    """Return the choices of a field by code, with `closed` those too that are no longer offered."""
    return [(choice["code"], choice["label"]) for choice in one.choices if choice["is_open"] or closed]


def definition_of(one: CustomField) -> Definition:
    """Return what the rules need to know of a field."""
    return Definition(
        one.key,
        one.kind,
        one.decimals,
        dict(choices_of(one, closed=True)),
        frozenset(code for code, _label in choices_of(one)),
    )


def fact_of(one: CustomField) -> Fact:
    """Return a field as a fact of a record's page."""
    options: Any = None
    if one.kind == FieldKind.FLAG:
        options = YES_NO
    elif one.kind == FieldKind.CHOICE or one.kind == FieldKind.CODES:
        options = tuple(choices_of(one))
    return Fact(
        CUSTOM + one.key,
        FACTS[one.kind],
        unit=one.unit if one.kind == FieldKind.NUMBER else "",
        options=None if options is None else lambda user: options,
        required=one.is_required,
        label=one.label,
        help=one.help,
        custom=_as_model_field(one),
    )


def _as_model_field(one: CustomField) -> "models.Field[Any, Any]":
    """Return the model field that a field would be if it were a column: forms and checks read it."""
    given: dict[str, Any] = {"verbose_name": one.label, "blank": True}
    match one.kind:
        case FieldKind.NUMBER:
            return models.DecimalField(max_digits=DIGITS, decimal_places=one.decimals, null=True, **given)
        case FieldKind.MONEY:
            return models.DecimalField(max_digits=DIGITS, decimal_places=2, null=True, **given)
        case FieldKind.DATE:
            return models.DateField(null=True, **given)
        case FieldKind.FLAG:
            return models.BooleanField(null=True, **given)
        case FieldKind.CHOICE | FieldKind.CODES:
            return models.CharField(choices=choices_of(one, closed=True), max_length=40, **given)
        case FieldKind.LONG:
            return models.TextField(**given)
    return models.CharField(max_length=LONGEST_TEXT, **given)


def _column(one: CustomField) -> Column:
    labels = dict(choices_of(one, closed=True))
    kind = one.kind

    def said(record: Any) -> str:
        value = record.custom.get(one.key)
        if value is None:
            return ""
        if kind == FieldKind.NUMBER:
            return number(as_shown(kind, value))
        if kind == FieldKind.MONEY:
            return number(as_shown(kind, value) / WAN)
        if kind == FieldKind.FLAG:
            return str(dict(YES_NO)["yes" if value else "no"])
        codes = value if isinstance(value, list) else [value]
        return "、".join(str(labels.get(code, code)) for code in codes)

    def plain(record: Any, reader: Reader) -> Any:
        value = record.custom.get(one.key)
        if value is not None and kind in (FieldKind.NUMBER, FieldKind.MONEY):
            return as_shown(kind, value) / (WAN if kind == FieldKind.MONEY else 1)
        if value is not None and kind == FieldKind.DATE:
            return as_shown(kind, value)
        return said(record) or None

    is_number = kind in (FieldKind.NUMBER, FieldKind.MONEY)

    def cell(record: Any, reader: Reader) -> Cell:
        return {"text": said(record), **({"align": "num"} if is_number else {})}

    return Column(
        CUSTOM + one.key,
        one.label,
        cell,
        plain,
        unit=cells.WAN if kind == FieldKind.MONEY else one.unit if is_number else "",
        align="num" if is_number else "",
        shown=False,
    )


def _filter(one: CustomField, model: type[models.Model]) -> Filter:
    kind, key = one.kind, one.key

    def condition(user: User, given: list[str], few: bool = False) -> models.Q:
        own = values.Key(model, user.zone_id, key, few)
        match FILTERS[kind]:
            case "text":
                return own.having_like(given[0])
            case "range":
                low, high = (_number(text, WAN if kind == FieldKind.MONEY else 1) for text in given)
                return own.having_between(low, high)
            case "date_range":
                days = [read_date(text).on if text else None for text in given]
                first, last = (day.isoformat() if day else None for day in days)
                return own.having_between(first, last)
        return own.having_any(given, several=kind == FieldKind.CODES)

    options = {
        FieldKind.FLAG: YES_NO,
        FieldKind.CHOICE: choices_of(one, closed=True),
        FieldKind.CODES: choices_of(one, closed=True),
    }.get(FieldKind(kind))
    return Filter(
        CUSTOM + key,
        one.label,
        FILTERS[kind],
        "custom",
        options=None if options is None else lambda user: options,
        unit=cells.WAN if kind == FieldKind.MONEY else one.unit,
        condition=condition,
        of_few=partial(condition, few=True),
    )


def _number(text: str, scale: int) -> float | None:
    try:
        found = float(text.replace(",", "").replace("，", "").strip()) * scale
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def _tags_column(added: Added) -> Column:
    def cell(record: Any, reader: Reader) -> Cell:
        chips = ((tag.hue, tag.name) for tag in added.shown(record.tags))
        return {"html": format_html_join(" ", '<span class="tag {}">{}</span>', chips)}

    return Column(
        "tags",
        _("Tags"),
        cell,
        lambda record, reader: "、".join(tag.name for tag in added.shown(record.tags)) or None,
        shown=False,
    )


def _tags_filter(library: Library, added: Added) -> Filter:
    def condition(user: User, chosen: list[str], few: bool = False) -> models.Q:
        own = values.Key(library.records(user).model, user.zone_id, values.TAGS, few)
        return own.having_any(added.counting_as(chosen), several=True)

    return Filter(
        "tag",
        _("Tags"),
        "multi",
        "tags",
        options=lambda user: [(str(tag.pk), tag.name) for tag in added.offered],
        condition=condition,
        of_few=partial(condition, few=True),
    )


def names_of_gone(library: Library, names: Sequence[str]) -> list[str]:
    """Say the fields that an address names and that are no longer there, by their labels where they were."""
    added: Added = library.added or Added(library.name)
    keys = {name: name.removeprefix(CUSTOM) for name in names}
    return [added.by_key[key].label if key in added.by_key else name for name, key in keys.items()]


# --- the ledger


def zoned_changes(library: Library, change: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a change of the ledger: of what the zone added, one for each field that changed, in the fields' order.

    The order of the values themselves is the database's own: PostgreSQL puts short keys first.
    """
    if change["field"] != "custom" or library.added is None:
        yield dict(change)
        return
    old, new = change["old"] or {}, change["new"] or {}
    added: Added = library.added
    order = {key: place for place, key in enumerate(added.by_key)}
    for key in sorted({*old, *new}, key=lambda key: (order.get(key, len(order)), key)):
        if old.get(key) != new.get(key):
            yield {"field": CUSTOM + key, "old": old.get(key), "new": new.get(key)}


def said_change(
    library: Library, change: Mapping[str, Any], say: Callable[[Any, str], str]
) -> dict[str, Any]:
    """Say a change of tags, or of a field that the zone added, by names."""
    added: Added = library.added or Added(library.name)
    if change["field"] == "tags":
        ends = (
            _now(", ").join(added.by_id[one].name if one in added.by_id else one for one in change[end] or ())
            for end in ("old", "new")
        )
        old, new = ends
        return {"label": _now("tags"), "old": old, "new": new}
    key = change["field"].removeprefix(CUSTOM)
    one = added.by_key.get(key)
    if one is None:
        return {"label": key, "old": say(change["old"], ""), "new": say(change["new"], "")}
    labels = dict(choices_of(one, closed=True))

    def said(value: Any) -> str:
        if isinstance(value, list):
            return _now(", ").join(str(labels.get(code, code)) for code in value)
        if isinstance(value, str):
            return labels.get(value, value)
        return say(value, FACTS[one.kind] if one.kind in (FieldKind.NUMBER, FieldKind.MONEY) else "")

    return {"label": one.label, "old": said(change["old"]), "new": said(change["new"])}
