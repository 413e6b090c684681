"""Writing the fields that a zone adds to its libraries; and what is wrong with values of such fields."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.names import initials
from sanku.common.problems import Problem, Refused
from sanku.common.values import TAGS
from sanku.library.known import libraries
from sanku.library.models import CustomField, Tag
from sanku.library.operations.marks import mark_added
from sanku.library.rules import (
    KEEPS_FIELDS,
    MOST_TAGS,
    RESERVED_KEYS,
    WITH_CHOICES,
    field_problems,
    new_key,
    value_problem,
)
from sanku.library.specs import Library
from sanku.library.zoned import definition_of

# The tables of the libraries' records, which stand above this app.
MODELS = {
    "companies": "companies.company",
    "targets": "companies.target",
    "projects": "projects.project",
    "sites": "sites.site",
}
OF_FIELD = (
    "library", "label", "help", "kind", "unit", "decimals", "choices", "synonyms", "is_required", "section", "position",
)  # fmt: skip


def save_field(field: CustomField, values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    """Save a new or changed field. Its key is made of its label once and never changes.

    A choice that is taken away while records have it is no longer offered, and stays with them.

    Raises:
        NotAllowed: the actor does not keep the zone's fields.
        Refused: what is wrong with it; `kind_in_use` where records have values of another kind.
    """
    require(actor, KEEPS_FIELDS)
    with transaction.atomic():
        whole = {name: getattr(field, name) for name in OF_FIELD} | values
        library = libraries()[whole["library"]]
        known = CustomField.objects.filter(zone_id=actor.zone_id, library=library.name)
        if whole["kind"] in WITH_CHOICES and "choices" in values:
            values["choices"] = whole["choices"] = _with_closed(field, values["choices"])
        found = field_problems(whole, sections={section.key for section in library.sections})
        label = whole["label"].strip()
        same = known.filter(label=label, removed_at=None).exclude(pk=field.pk)
        if same.exists() or (label != field.label and label in _own_labels(library)):
            found.append(Problem("field_taken", "label", {"value": whole["label"]}))
        if not is_new(field) and whole["kind"] != field.kind and (count := uses(field)):
            found.append(Problem("kind_in_use", "kind", {"count": count}))
        if found:
            raise Refused({0: found})
        if is_new(field):
            field.zone_id = actor.zone_id
            taken = {*known.values_list("key", flat=True), *RESERVED_KEYS}
            values["key"] = new_key(initials(whole["label"]), taken)
        save_records([Draft(field, values)], actor=actor, now=now, via=via)
        mark_added(actor)


def _own_labels(library: Library) -> set[str]:
    """Return what the fields and columns that a library has for every zone are called, in the language of the moment."""
    model = apps.get_model(MODELS[library.name])
    facts = [fact for section in library.sections for fact in section.facts]
    called = [fact.label or model._meta.get_field(fact.name).verbose_name for fact in facts]
    return {str(label) for label in [*called, *(column.label for column in library.columns)]}


def _with_closed(field: CustomField, choices: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the choices that a field is to have; those taken away that records have stay, closed."""
    given = {choice["code"] for choice in choices}
    left = [choice for choice in field.choices if choice["code"] not in given]
    used = uses_of_choices(field) if left else {}
    return [
        *(dict(choice) for choice in choices),
        *({**choice, "is_open": False} for choice in left if used.get(choice["code"])),
    ]


def remove_field(field: CustomField, *, actor: User, now: datetime, via: Via) -> None:
    """Take a field off all pages; records keep its values, and have them again when it is restored."""
    require(actor, KEEPS_FIELDS)
    with transaction.atomic():
        save_records([Draft(field, {"removed_at": now})], actor=actor, now=now, via=via)
        mark_added(actor)


def restore_field(field: CustomField, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a removed field back with its values.

    Raises:
        Refused: another field is called so by now.
    """
    require(actor, KEEPS_FIELDS)
    with transaction.atomic():
        same = CustomField.objects.filter(
            zone_id=field.zone_id, library=field.library, label=field.label, removed_at=None
        )
        if same.exists():
            raise Refused({0: [Problem("field_taken", "label", {"value": field.label})]})
        save_records([Draft(field, {"removed_at": None})], actor=actor, now=now, via=via)
        mark_added(actor)


def _table(library: str) -> tuple[str, str]:
    records = apps.get_model(MODELS[library])._meta.db_table
    return f"{records}_values", records


def uses(field: CustomField) -> int:
    """Return how many records of the zone, removed ones too, have a value of a field."""
    values, records = _table(field.library)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT v.id) FROM {values} v JOIN {records} r ON r.id = v.id"
            " WHERE v.key = %s AND r.zone_id = %s",
            [field.key, field.zone_id],
        )
        return int(cursor.fetchone()[0])


def uses_of_choices(field: CustomField) -> dict[str, int]:
    """Return how many records of the zone have each choice of a field, by code."""
    return _counts(field.library, field.key, field.zone_id)


def uses_of_tags(zone_id: int) -> dict[str, dict[str, int]]:
    """Return how many records of the zone have each tag, by library and id."""
    return {library: _counts(library, TAGS, zone_id) for library in MODELS}


def _counts(library: str, key: str, zone_id: int) -> dict[str, int]:
    values, records = _table(library)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.text, count(*) FROM {values} v JOIN {records} r ON r.id = v.id"
            " WHERE v.key = %s AND r.zone_id = %s AND r.removed_at IS NULL GROUP BY v.text",
            [key, zone_id],
        )
        return dict(cursor.fetchall())


def added_problems(drafts: Sequence[Draft[Any]], *, library: str) -> dict[int, list[Problem]]:
    """Return what is wrong with the tags, and the values of the zone's own fields, that records are to have.

    What a record has already is not judged again.
    """
    concerned = {at: draft for at, draft in enumerate(drafts) if {"tags", "custom"} & draft.values.keys()}
    if not concerned:
        return {}
    zone_id = drafts[0].record.zone_id
    fields = CustomField.objects.filter(zone_id=zone_id, library=library)
    known = {field.key: definition_of(field) for field in fields}
    tags = {str(pk) for pk in Tag.objects.filter(zone_id=zone_id).values_list("pk", flat=True)}
    found: dict[int, list[Problem]] = {}
    for at, draft in concerned.items():
        problems: list[Problem] = []
        old_tags, new_tags = set(draft.record.tags), set(draft.values.get("tags", ()))
        problems += [
            Problem("tag_unknown", "tags", {"value": one}) for one in sorted(new_tags - old_tags - tags)
        ]
        if len(new_tags) > max(MOST_TAGS, len(old_tags)):
            problems.append(Problem("tags_many", "tags", {"limit": MOST_TAGS}))
        old = draft.record.custom
        for key, value in draft.values.get("custom", {}).items():
            if old.get(key) == value and not is_new(draft.record):
                continue
            if key not in known:
                problems.append(Problem("unknown_field", f"custom-{key}", {"value": key}))
            elif (problem := value_problem(known[key], value, old=old.get(key))) is not None:
                problems.append(problem)
        if problems:
            found[at] = problems
    return found


def fields_of_zone(user: User) -> Any:
    """Return every field that the user's zone ever added, by library and place."""
    return CustomField.objects.filter(zone_id=user.zone_id).order_by("library", "position", "pk")
