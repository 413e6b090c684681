"""A record as plain JSON, and what its fields and filters are: for programs, which read values and not words."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from sanku.common.problems import Problem
from sanku.library.specs import Fact, Filter, Library, Reader
from sanku.library.state import LONGEST_QUERY, MOST_VALUES, filter_names

Json = dict[str, Any]


def record_json(library: Library, record: Any, reader: Reader) -> Json:
    """Return a record's fields by their names: codes, numbers in base units, dates as ISO text.

    Amounts in whole units of currency beside `<name>_currency` and `<name>_cny`, areas in square metres, positions
    as `lon` and `lat` in WGS-84, references as {"id", "label"}.
    """
    found: Json = {
        "id": record.pk,
        "label": str(record),
        "is_demo": record.is_demo,
        "created_at": plain(record.created_at),
        "updated_at": plain(record.updated_at),
    }
    for fact in facts_of(library, type(record)):
        for name in columns_of(fact):
            # What hangs on the day, as a hold that lapsed, is told as of today.
            found[name] = plain(getattr(record, f"{name}_now", getattr(record, name)))
    return found


def facts_of(library: Library, model: type[models.Model]) -> Iterator[Fact]:
    """Yield the facts of a library's records that are fields of theirs."""
    for section in library.sections:
        for fact in section.facts:
            try:
                model._meta.get_field(fact.name)
            except FieldDoesNotExist:
                continue
            yield fact


def columns_of(fact: Fact) -> tuple[str, ...]:
    """Return the names of the columns that hold a fact."""
    match fact.kind:
        case "money":
            return (fact.name, f"{fact.name}_currency", f"{fact.name}_cny")
        case "position":
            return ("lon", "lat")
    return (fact.name,)


def plain(value: Any) -> Any:
    """Return a value as JSON has it; a decimal as a number, with all its digits."""
    match value:
        case models.Model():
            return {"id": value.pk, "label": str(value)}
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


# --- what is asked for ------------------------------------------------------------------------


def filter_problems(given: dict[str, list[str]], library: Library, reader: Reader) -> list[Problem]:
    """Return which filters of an address nobody knows or could read.

    A page leaves such a filter out; a program would take the whole library for what it asked for.
    """
    known = {name: spec for spec in library.filters for name in filter_names(spec)}
    problems = []
    for name, values in given.items():
        spec = known.get(name)
        if spec is None:
            problems.append(Problem("filter_unknown", name, {"value": name}))
        elif (
            len(values) > (MOST_VALUES if spec.kind == "multi" else 1)
            or max(map(len, values)) > LONGEST_QUERY
        ):
            problems.append(Problem("filter_long", name))
        elif (expected := _unreadable(spec, values, reader)) is not None:
            params = {"value": values[0], "expected": expected}
            problems.append(Problem("filter_unreadable", name, params))
    return problems


def _unreadable(spec: Filter, values: list[str], reader: Reader) -> str | None:
    """Return what a filter expects, where some value is nothing of the kind."""
    match spec.kind:
        case "range":
            return _("a number") if not all(map(_is_number, values)) else None
        case "date_range":
            return _("a date such as 2026-11-23") if not all(map(_is_date, values)) else None
        case "flag":
            return "1" if values != ["1"] else None
        case "choice" | "multi" if spec.options is not None:
            known = [str(value) for value, _label in spec.options(reader.user)]
            return ", ".join(known[:40]) if not set(values) <= set(known) else None
    return None


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def filter_schemas(library: Library) -> dict[str, tuple[str, Json]]:
    """Return what each filter of an address is called, and its value as a JSON schema."""
    found: dict[str, tuple[str, Json]] = {}
    for spec in library.filters:
        for name in filter_names(spec):
            schema: Json = {"type": "string"}
            match spec.kind:
                case "flag":
                    schema = {"type": "string", "enum": ["1"]}
                case "range":
                    schema = {"type": "number"}
                case "date_range":
                    schema = {"type": "string", "format": "date"}
                case "multi":
                    schema = {"type": "array", "items": {"type": "string"}}
            found[name] = (str(spec.label), schema)
    return found


# --- what the fields are ----------------------------------------------------------------------

JSON_TYPES: dict[str, Json] = {
    "flag": {"type": "boolean"},
    "number": {"type": ["number", "null"]},
    "percent": {"type": ["number", "null"]},
    "cny": {"type": ["number", "null"]},
    "area": {"type": ["number", "null"]},
    "money": {"type": ["number", "null"]},
    "position": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "codes": {"type": "array", "items": {"type": "string"}},
    "reference": {"type": ["object", "null"]},
    "company": {"type": ["object", "null"]},
}


def field_schemas(library: Library, reader: Reader) -> dict[str, Json]:
    """Return the JSON schema of each field of a record, with its title."""
    model = library.records(reader.user).model
    found: dict[str, Json] = {}
    for fact in facts_of(library, model):
        for name in columns_of(fact):
            field: Any = model._meta.get_field(name)
            schema = JSON_TYPES.get(fact.kind, {"type": ["string", "null"]})
            if name.endswith("_currency"):
                schema = {"type": "string"}
            title = fact.label if fact.label and name == fact.name else field.verbose_name
            found[name] = {"title": str(title), **schema}
    return found


def fields_json(library: Library, reader: Reader) -> list[Json]:
    """Return the fields of a library, as a program that writes records needs to know them."""
    model = library.records(reader.user).model
    found = []
    for section in library.sections:
        for fact in section.facts:
            try:
                field: Any = model._meta.get_field(fact.name)
            except FieldDoesNotExist:
                continue
            options = fact.options(reader.user) if fact.options is not None else field.choices or ()
            if fact.choices_of is not None and fact.kind == "reference":
                options = [(one.pk, str(one)) for one in fact.choices_of(reader.user)[:500]]
            found.append(
                {
                    "name": fact.name,
                    "label": str(fact.label or field.verbose_name),
                    "kind": fact.kind,
                    "section": section.key,
                    "required": fact.required,
                    "editable": fact.editable,
                    "choices": [
                        {"value": value, "label": str(label)} for value, label in options if value != ""
                    ],
                }
            )
    return found
