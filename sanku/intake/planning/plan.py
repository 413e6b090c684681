"""What rows are to do to records: drafts, shared where rows mean the same record, and what stands against them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models

from sanku.accounts.models import Department
from sanku.audit.operations import Draft, changes_of, is_new
from sanku.audit.prepared import Prepared
from sanku.common.fields import CodesField
from sanku.common.names import core_name, normalise
from sanku.common.problems import Problem
from sanku.common.text import one_line
from sanku.intake.planning.facts import Facts, Values
from sanku.intake.rules import Action, filled, merged_as_written, merged_codes, merged_lines
from sanku.library.rules import merged_values

# In this order records are saved: what others refer to comes first.
ORDER = ("company", "contact", "touch", "target", "project", "site")


class Called(NamedTuple):
    """What a row calls a company: its name normalised, the core of that, and its code; each may be empty."""

    name: str
    core: str
    code: str


def called(name: str, code: str) -> Called:
    """Return what a row calls a company by its name and code as written."""
    folded = normalise(name)
    return Called(folded, core_name(folded)[:200], code)


class Ready(NamedTuple):
    """The company that a row makes if none that it could mean is known, worked out beforehand."""

    called: Called
    prepared: Prepared
    has_contact: bool


@dataclass(slots=True)
class RowFacts:
    """A row as the planner needs it: what was read, and what is to be kept as written (by header).

    Of a row that is `ready` these two are read when they are needed after all.
    """

    key: int
    facts: Facts = field(default_factory=dict)
    as_written: dict[str, str] = field(default_factory=dict)
    ready: Ready | None = None
    read: Callable[[], tuple[Facts, dict[str, str]]] | None = None

    def complete(self) -> None:
        """Read what a ready row did without."""
        if self.read is not None:
            self.facts, self.as_written = self.read()
            self.read = None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What holds for all rows of a table: the kind, the default department, the headers of the facts' columns."""

    kind: str
    site_kind: str = ""
    department: Department | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, fact: str) -> str:
        """Return under which name a fact is kept as written."""
        return self.headers.get(fact, fact)


@dataclass(slots=True)
class Intent:
    """One record that a row makes or changes."""

    library: str
    draft: Draft[Any]

    @property
    def is_new(self) -> bool:
        """Whether the record is to be made."""
        return is_new(self.draft.record)


@dataclass(slots=True)
class Plan:
    """What one row does. `main` is the record that the table is about."""

    row: RowFacts
    intents: list[Intent] = field(default_factory=list)
    main: Intent | None = None
    problems: list[tuple[str, Problem]] = field(default_factory=list)  # (library, problem)
    similar: str = ""  # a company whose name has the same core as the one to be made
    new_tags: list[str] = field(default_factory=list)  # that the zone has not yet, and gets with the row

    def refuse(self, library: str, code: str, field: str = "", /, **params: Any) -> None:
        """Note why the row cannot be saved."""
        self.problems.append((library, Problem(code, field, params)))

    def action(self) -> Action:
        """Return what becomes of the row."""
        if self.problems or self.main is None:
            return Action.REFUSE
        if self.main.is_new:
            return Action.CREATE
        changed = bool(self.new_tags) or any(
            intent.is_new or changes_of(intent.draft.record, intent.draft.values) for intent in self.intents
        )
        return Action.UPDATE if changed else Action.UNCHANGED

    def changes(self) -> list[dict[str, Any]]:
        """Return what changes in the records there are: library, id, label and fields with old and new."""
        found = []
        for intent in self.intents:
            if intent.is_new:
                continue
            record = intent.draft.record
            fields = changes_of(record, intent.draft.values)
            if self.new_tags and intent is self.main:
                fields = _with_tags(fields, record.tags, self.new_tags)
            if fields:
                found.append(
                    {"library": intent.library, "id": record.pk, "label": str(record)[:200], "fields": fields}
                )
        return found


def _with_tags(fields: list[dict[str, Any]], old: list[str], names: list[str]) -> list[dict[str, Any]]:
    """Return changes with tags that are to be made, by their names beside the ids of those there are."""
    known = next((one["new"] for one in fields if one["field"] == "tags"), old)
    others = [one for one in fields if one["field"] != "tags"]
    return [*others, {"field": "tags", "old": list(old), "new": [*known, *names]}]


def put(draft: Draft[Any], values: Values, as_written: Mapping[str, str], *, fill_only: bool = False) -> None:
    """Put values into a draft: empty ones are left out; of a record there is only what differs.

    With `fill_only` what the record, or an earlier row, says already stays.
    """
    record, target = draft.record, draft.values
    new = is_new(record)
    for name, value in (filled(values) if new else _told_anew(record, filled(values))).items():
        if new and name not in target and name not in _gathered(record._meta.model):
            target[name] = value
            continue
        old = target.get(name, None if new else getattr(record, name))
        if fill_only and old not in (None, "", []):
            continue
        model_field = _field(record._meta.model, name)
        if isinstance(model_field, CodesField):
            value = merged_codes(old or [], value)
        elif name == "note":
            value = merged_lines(old or "", value)
        elif name == "custom":
            value = merged_values(old or {}, value)
        if new or name in target or not _same(record, model_field, value):
            target[name] = value
    if as_written:
        known = target.get("as_written", {} if new else record.as_written)
        whole = merged_as_written(known, as_written)
        if whole != known:
            target["as_written"] = whole


@lru_cache(maxsize=16)
def _gathered(model: Any) -> frozenset[str]:
    """Return the fields in which a new value is added to the old one."""
    codes = {field.name for field in model._meta.concrete_fields if isinstance(field, CodesField)}
    return frozenset(codes | {"note", "custom"})


def _told_anew(record: Any, values: Values) -> Values:
    """Return the values without an amount in yuan that is the record's own amount in another currency."""
    for name in ("investment", "registered_capital"):
        currency = getattr(record, f"{name}_currency", "CNY")
        if name in values and currency not in ("", "CNY") and values.get(f"{name}_currency") == "CNY":
            known = getattr(record, f"{name}_cny", None)
            if known is not None and abs(known - values[name]) < 1:
                values = {
                    key: value for key, value in values.items() if key not in (name, f"{name}_currency")
                }
    return values


def _same(record: models.Model, model_field: "models.Field[Any, Any]", value: Any) -> bool:
    if isinstance(model_field, models.ForeignKey):
        return bool(getattr(record, model_field.attname) == value.pk)
    known = getattr(record, model_field.name)
    if isinstance(known, str) and isinstance(
        value, str
    ):  # cells lose blanks and line breaks that say nothing
        return known == value or one_line(known) == one_line(value)
    return bool(known == value)


@lru_cache(maxsize=512)
def _field(model: Any, name: str) -> "models.Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, models.Field)
    return found


@lru_cache(maxsize=16)
def _decimals(model: type[models.Model]) -> dict[str, tuple[Decimal, Decimal]]:
    return {
        model_field.name: (
            Decimal(1).scaleb(-(model_field.decimal_places or 0)),
            Decimal(10) ** ((model_field.max_digits or 20) - (model_field.decimal_places or 0)),
        )
        for model_field in model._meta.concrete_fields
        if isinstance(model_field, models.DecimalField)
    }


def fit(model: type[models.Model], values: Values, plan: Plan, library: str) -> Values:
    """Round figures to what their columns hold; one that is too large refuses the row."""
    limits = _decimals(model)
    for name in limits.keys() & values.keys():
        step, limit = limits[name]
        value = values[name]
        if abs(value) >= limit:
            plan.refuse(library, "amount_too_large", name)
            del values[name]
        else:
            values[name] = value.quantize(step)
    return values
