"""What may be changed on many records at once, and what a form of such changes gives each record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sanku.common.problems import Problem
from sanku.common.values import TAGS
from sanku.library.forms import RecordForm
from sanku.library.rules import as_kept, merged_values
from sanku.library.specs import CUSTOM, Fact, Library, Reader

SET, CLEAR, ADD, REMOVE = "set", "clear", "add", "remove"
# What is each record's own: names, numbers and places that no two records share.
OWN = frozenset(
    "name short_name english_name former_names uscc old_code registry_number stock_code code company address stage_on".split()
)
OWN_KINDS = frozenset({"position", "code"})


def facts_of(library: Library) -> dict[str, Fact]:
    """Return the facts that can be changed on many records at once, by name: the zone's tags and fields too."""
    offered = library.added.offered if library.added is not None else ()
    tags = Fact(
        TAGS, "codes", options=lambda user: [(str(tag.pk), tag.name) for tag in offered], label=_("Tags")
    )
    return ({TAGS: tags} if offered else {}) | {
        fact.name: fact
        for section in library.sections
        for fact in section.facts
        if fact.editable and not fact.once and fact.name not in OWN and fact.kind not in OWN_KINDS
    }


def actions_of(fact: Fact, model: type[models.Model]) -> list[str]:
    """Return what can be done with a fact: set it; empty it, where it may be empty; add and take away codes."""
    field = fact.custom or model._meta.get_field(fact.name)
    if fact.kind == "flag":
        return [SET]
    if fact.kind == "codes":
        return [SET, ADD, REMOVE, CLEAR]
    may_be_empty = getattr(field, "null", False) or getattr(field, "blank", False)
    return [SET, CLEAR] if may_be_empty and not fact.required else [SET]


@dataclass(slots=True)
class Instruction:
    """What is to be done with one fact: the action, its form, and the values that the form gives."""

    fact: Fact
    action: str
    form: RecordForm
    values: dict[str, Any]

    counting_as: Callable[[Sequence[str]], list[str]] = list  # all tags that count as some

    def values_for(self, record: Any, custom: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a record is to have; `custom` are the values of the zone's own fields that it has so far."""
        name = self.fact.name
        key = name.removeprefix(CUSTOM) if self.fact.custom is not None else ""
        given: Any = self.values.get(name)
        if self.action in (ADD, REMOVE):
            have = set((custom.get(key) if key else getattr(record, name)) or ())
            if self.action == ADD:
                # What counts as the record's already is not there twice.
                given = sorted({*have, *(one for one in given if not have & {*self.counting_as([one])})})
            else:
                given = sorted(have - set(self.counting_as(given)))
        if key:
            return {"custom": merged_values(custom, {key: as_kept(given)})}
        return {**self.values, name: given}


def values_of(wanted: Sequence[Instruction], record: Any) -> dict[str, Any]:
    """Return what all instructions together give a record."""
    values: dict[str, Any] = {}
    for instruction in wanted:
        values |= instruction.values_for(record, values.get("custom", getattr(record, "custom", {})))
    return values


def instructions(
    library: Library, actions: Mapping[str, str], sent: QueryDict, reader: Reader
) -> tuple[list[Instruction], list[Problem]]:
    """Read what is to be changed; the second part is what is wrong with it, each at its field."""
    found: list[Instruction] = []
    problems: list[Problem] = []
    facts, blank = facts_of(library), library.fresh(reader.user)
    for name, action in actions.items():
        fact = facts.get(name)
        if fact is None or action not in actions_of(fact, type(blank)):
            problems.append(Problem("unknown_field", name, {"value": name}))
            continue
        form = RecordForm([fact], blank, reader, sent if action != CLEAR else QueryDict())
        counting_as = library.added.counting_as if name == TAGS else list
        if action == CLEAR:
            empty = None if fact.custom is not None else _empty(blank, name)
            found.append(Instruction(fact, action, form, {name: empty}, counting_as))
        elif not form.is_valid():
            errors = [str(text) for texts in form.errors.values() for text in texts]
            problems.append(
                Problem("bulk_value", name, {"label": label_of(fact, blank), "what": " ".join(errors)})
            )
        elif (value := _value(form, fact)) in (None, "", []):
            problems.append(Problem("bulk_empty", name, {"label": label_of(fact, blank)}))
        else:
            values = {name: value} if fact.custom is not None else dict(form.values())
            found.append(Instruction(fact, action, form, values, counting_as))
    return found, problems


def _value(form: RecordForm, fact: Fact) -> Any:
    """Return what the form gives the fact, of a field of the zone as records keep it."""
    values = form.values()
    if fact.custom is not None:
        return values["custom"].get(fact.name.removeprefix(CUSTOM))
    value = values.get(fact.name)
    return value if value or isinstance(value, bool) else None


def label_of(fact: Fact, record: Any) -> str:
    """Return what a fact is called."""
    return str(fact.label or record._meta.get_field(fact.name).verbose_name)


def _empty(record: Any, name: str) -> Any:
    field = record._meta.get_field(name)
    if field.null:
        return None
    return (
        field.get_default()
        if callable(field.default)
        else ""
        if isinstance(field, models.CharField | models.TextField)
        else []
    )
