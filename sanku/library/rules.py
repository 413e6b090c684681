"""What a zone's own tags and fields must be, and the values of such fields: decisions on plain values."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sanku.accounts.rules import Role
from sanku.common.problems import Problem

# Who keeps the zone's list of tags and its own fields; whoever writes records may tag them and make a new tag.
KEEPS_TAGS = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
KEEPS_FIELDS = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
HUES = ("c1", "c2", "c3", "c4", "c5", "c6")
LONGEST_TAG = 20
SEPARATORS = frozenset("、，,；;|/")  # between the tags of one cell of an import
RESERVED_KEYS = frozenset({"tags"})
MOST_TAGS = 20  # on one record
MOST_DECIMALS = 6
MOST_CHOICES = 100
LONGEST_TEXT, LONGEST_LONG = 200, 20_000
# Numbers are kept in JSON: fifteen digits are told apart there on every machine.
LARGEST_NUMBER = Decimal(10) ** 15
DIGITS = 15
LENGTHS = {"label": 30, "help": 200, "unit": 12}
LINK = re.compile(r"https?://[^\s<>\"]{3,}", re.IGNORECASE)
UNREADABLE = re.compile("[\x00\ud800-\udfff]")


class FieldKind(StrEnum):
    """What values a field that a zone added takes."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    CODES = "codes"
    LINK = "link"


WITH_CHOICES = frozenset({FieldKind.CHOICE, FieldKind.CODES})


@dataclass(frozen=True, slots=True)
class Definition:
    """What a rule needs to know of a field: its key, its kind, its choices by code, those open to new values."""

    key: str
    kind: str
    decimals: int = 0
    choices: Mapping[str, str] = attribute(default_factory=dict)
    open_choices: frozenset[str] = frozenset()


def tag_problems(values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a tag: it needs a short name without separators, and one of the colours."""
    found = []
    name = values.get("name")
    if name is not None and not name.strip():
        found.append(Problem("name_missing", "name"))
    elif name is not None and (len(name) > LONGEST_TAG or set(name) & SEPARATORS or UNREADABLE.search(name)):
        found.append(Problem("tag_name", "name", {"limit": LONGEST_TAG}))
    if values.get("hue", HUES[0]) not in HUES:
        found.append(Problem("choice_unknown", "hue", {"value": values["hue"], "choices": ", ".join(HUES)}))
    return found


def field_problems(values: Mapping[str, Any], *, sections: Collection[str]) -> list[Problem]:
    """Return what is wrong with a field as it is to be, all its values given."""
    found = []
    if not values["label"].strip():
        found.append(Problem("name_missing", "label"))
    found += [
        Problem("too_long", name, {"length": len(values[name]), "limit": limit})
        for name, limit in LENGTHS.items()
        if len(values[name]) > limit
    ]
    kind = values["kind"]
    if kind in WITH_CHOICES:
        labels = [choice["label"] for choice in values["choices"] if choice["is_open"]]
        if not labels:
            found.append(Problem("choices_missing", "choices"))
        if len(values["choices"]) > MOST_CHOICES:
            found.append(Problem("choices_many", "choices", {"limit": MOST_CHOICES}))
        twice = next((label for label in labels if labels.count(label) > 1), None)
        if twice is not None:
            found.append(Problem("choice_twice", "choices", {"value": twice}))
    if kind not in set(FieldKind):
        found.append(Problem("choice_unknown", "kind", {"value": kind, "choices": ", ".join(FieldKind)}))
    if not 0 <= values["decimals"] <= MOST_DECIMALS:
        found.append(Problem("decimals_range", "decimals", {"limit": MOST_DECIMALS}))
    if values["section"] and values["section"] not in sections:
        found.append(
            Problem("choice_unknown", "section", {"value": values["section"], "choices": ", ".join(sections)})
        )
    return found


def value_problem(field: Definition, value: Any, *, old: Any = None) -> Problem | None:
    """Return why a record cannot have a value in a field that its zone added, in the form that is kept.

    A choice that is no longer offered may stay where it is.
    """
    name = f"custom-{field.key}"
    match field.kind:
        case FieldKind.TEXT | FieldKind.LONG | FieldKind.LINK:
            return _text_problem(field, name, value)
        case FieldKind.NUMBER | FieldKind.MONEY:
            if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
                return Problem("number_shape", name, {"value": value})
            return None if abs(value) < LARGEST_NUMBER else Problem("amount_too_large", name)
        case FieldKind.DATE:
            return None if _is_date(value) else Problem("date_impossible", name, {"value": value})
        case FieldKind.FLAG:
            return None if isinstance(value, bool) else Problem("yes_or_no", name, {"value": value})
    codes, kept = ([value], [old]) if field.kind == FieldKind.CHOICE else (value, old or [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return Problem("choice_unknown", name, {"value": value, "choices": _said(field)})
    wrong = next((code for code in codes if code not in field.open_choices and code not in kept), None)
    return (
        Problem("choice_unknown", name, {"value": wrong, "choices": _said(field)})
        if wrong is not None
        else None
    )


def _text_problem(field: Definition, name: str, value: Any) -> Problem | None:
    limit = LONGEST_LONG if field.kind == FieldKind.LONG else LONGEST_TEXT
    if not isinstance(value, str) or UNREADABLE.search(value):
        return Problem("text_unreadable", name)
    if len(value) > limit:
        return Problem("too_long", name, {"length": len(value), "limit": limit})
    if field.kind == FieldKind.LINK and not LINK.fullmatch(value):
        return Problem("link_shape", name, {"value": value})
    return None


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _said(field: Definition) -> str:
    return "、".join(label for code, label in field.choices.items() if code in field.open_choices)


def as_kept(value: Any) -> Any:
    """Return a value of a form or an import in the form that a record keeps; None where it says nothing."""
    match value:
        case None | "" | []:
            return None
        case bool():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date():
            return value.isoformat()
        case str():
            return value.strip() or None
        case list() | tuple() | set():
            return sorted(str(one) for one in value)
    return value


def merged_values(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record with new ones over them; None takes one away."""
    return {key: value for key, value in {**old, **new}.items() if value is not None}


def new_key(stem: str, taken: Collection[str]) -> str:
    """Return a key for a new field, made of the letters and digits of a stem, that no field ever had."""
    plain = re.sub(r"[^a-z0-9]", "", stem.lower())[:20] or "field"
    plain = plain if plain[0].isalpha() else f"f{plain}"
    return next(
        key
        for number in range(1, len(taken) + 3)
        if (key := plain if number == 1 else f"{plain}{number}") not in taken
    )


def roots(merged: Mapping[str, str | None]) -> dict[str, str]:
    """Return into which tag each was merged in the end, by id; itself where it was not."""
    found = {}
    for tag in merged:
        here, seen = tag, {tag}
        while (after := merged.get(here)) is not None and after not in seen:
            here = after
            seen.add(here)
        found[tag] = here
    return found
