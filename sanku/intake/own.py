"""The columns that a zone added: its tags and its own fields, as fields that a column of a table can mean.

Without `columns_of` nothing of a zone is known: the reader by itself reads what every zone has.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sanku.intake.fields import IDENTITY, Field, fields_for
from sanku.intake.headers import normalise_header, plain, words_besides
from sanku.library.rules import FieldKind

OWN = "custom-"  # begins the names of the zone's own fields
TAGS = "tags"
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "companies": ("enterprise",),
    "targets": ("target_client",),
    "projects": ("project", "lead"),
    "sites": ("site",),
}
TAG_WORDS = ("标签", "标记", "分类标签", "tag", "tags", "label", "labels")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnField(Field):
    """A field that a zone added, or its tags (`own` is then "tags"), as a field that a column can mean.

    `choices` are codes with their labels, those that are no longer offered too.
    """

    own: str = ""
    library: str = ""
    label: str = ""
    unit: str = ""
    decimals: int = 0
    choices: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> Json:
        """Write what a table needs to know of it as JSON."""
        return {
            "name": self.name,
            "own": self.own,
            "library": self.library,
            "label": self.label,
            "unit": self.unit,
            "decimals": self.decimals,
            "choices": [list(choice) for choice in self.choices],
            "words": list(self.words),
        }


def own_field(
    name: str,
    own: str,
    *,
    library: str,
    label: str,
    words: Sequence[str] = (),
    unit: str = "",
    decimals: int = 0,
    choices: Sequence[Sequence[str]] = (),
) -> OwnField:
    """Return a field of a zone as a column can mean it; `words` are what heads it beside its label."""
    type_: Any = {FieldKind.MONEY: "money", TAGS: "tags"}.get(own, "own")
    kinds = KINDS_OF.get(library) or tuple(kind for found in KINDS_OF.values() for kind in found)
    return OwnField(
        name,
        type_,
        kinds,
        tuple(words),
        # What stands in no other library says that a table of companies is one of target clients.
        speaks_for=kinds if library == "targets" else (),
        weight=4 if library == "targets" else 1,
        may_be_negative=True,
        own=own,
        library=library,
        label=label,
        unit=unit,
        decimals=decimals,
        choices=tuple((str(code), str(text)) for code, text in choices),
    )


def field_from_json(data: Json) -> OwnField:
    """Read a field back."""
    return own_field(**data)


# --- which columns mean them

_fields: ContextVar[tuple[OwnField, ...]] = ContextVar("own_fields", default=())


@contextmanager
def columns_of(fields: Sequence[OwnField]) -> Iterator[None]:
    """Let columns mean these fields too while a file is read."""
    given = _fields.set(tuple(fields))
    try:
        with words_besides(_heads(fields)):
            yield
    finally:
        _fields.reset(given)


def known_field(name: str, kind: str) -> OwnField | None:
    """Return the zone's field of a name that a column of a kind of table can mean."""
    return next((field for field in _fields.get() if field.name == name and kind in field.kinds), None)


def _heads(fields: Sequence[OwnField]) -> dict[str, tuple[Field, ...]]:
    """Return what heads the columns of the fields: their labels as they are, with their unit or without, and other names."""
    found: dict[str, list[Field]] = {}
    for loose in (False, True):  # a whole label says more than one without its brackets and years
        for field in fields:
            for word in (field.label, *field.words):
                head = normalise_header(word) if loose else plain(word)
                others = found.setdefault(head, [])
                if head and not any(set(other.kinds) & set(field.kinds) for other in others):
                    others.append(field)
    identity = {name for names in IDENTITY.values() for name in names}
    return {
        head: tuple(others)
        for head, others in found.items()
        if others and not any(known.name in identity for known, rank in fields_for(head) if not rank)
    }
