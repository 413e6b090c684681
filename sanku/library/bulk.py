"""What may be changed on many records at once, and what a form of such changes gives each record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict

from sanku.common.problems import Problem
from sanku.library.forms import RecordForm
from sanku.library.specs import CUSTOM, Fact, Library, Reader

SET, CLEAR, ADD, REMOVE = "set", "clear", "add", "remove"
# What is each record's own: names, numbers and places that no two records share.
OWN = frozenset(
    "name short_name english_name former_names uscc old_code registry_number stock_code code company address stage_on".split()
)
OWN_KINDS = frozenset({"position", "code"})


def facts_of(library: Library) -> dict[str, Fact]:
    """Return the facts that can be changed on many records at once, by name: those with a column of their own."""
    return {
        fact.name: fact
        for section in library.sections
        for fact in section.facts
        if fact.editable
        and not fact.once
        and fact.name not in OWN
        and fact.kind not in OWN_KINDS
        and not fact.name.startswith(CUSTOM)
    }


def actions_of(fact: Fact, model: type[models.Model]) -> list[str]:
    """Return what can be done with a fact: set it; empty it, where it may be empty; add and take away codes."""
    field = model._meta.get_field(fact.name)
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

    def values_for(self, record: Any) -> dict[str, Any]:
        """Return what a record is to have."""
        name = self.fact.name
        if self.action == ADD:
            return {name: sorted({*getattr(record, name), *self.values[name]})}
        if self.action == REMOVE:
            return {name: sorted(set(getattr(record, name)) - set(self.values[name]))}
        return dict(self.values)


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
        if action == CLEAR:
            found.append(Instruction(fact, action, form, {name: _empty(blank, name)}))
        elif not form.is_valid():
            errors = [str(text) for texts in form.errors.values() for text in texts]
            problems.append(
                Problem("bulk_value", name, {"label": label_of(fact, blank), "what": " ".join(errors)})
            )
        elif (
            fact.kind != "flag"
            and not any(form.values().get(name) is value for value in (True, False))
            and not form.values().get(name)
        ):
            problems.append(Problem("bulk_empty", name, {"label": label_of(fact, blank)}))
        else:
            found.append(Instruction(fact, action, form, dict(form.values())))
    return found, problems


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
