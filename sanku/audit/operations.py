"""Writing: records and the ledger entries that tell of them, in one transaction."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models, transaction

from sanku.audit.models import Action, Chain, Channel, Entry
from sanku.audit.rules import Person, digest_of, entry_hash, spelled
from sanku.audit.taken import chunks, refusing, taken_values
from sanku.common.bulk import blank, insert_rows, update_rows
from sanku.common.columns import column_problems
from sanku.common.problems import NotAllowed, Refused
from sanku.common.search import index_texts
from sanku.common.values import index_values

if TYPE_CHECKING:
    from sanku.audit.prepared import Prepared

__all__ = [
    "Draft",
    "Happening",
    "Via",
    "add_note",
    "as_json",
    "change_note",
    "changes_of",
    "chunks",
    "content_of",
    "derive_columns",
    "derived_names",
    "erase_content",
    "facts_of",
    "from_json",
    "hold_zone",
    "is_new",
    "log_export",
    "log_reading",
    "refusing",
    "save_records",
    "taken_values",
    "write_entries",
]

AS_IT_IS = frozenset({str, int, float, bool, type(None)})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Record = TypeVar("Record", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Via:
    """From where a write comes: the channel, the network address and, of an import, its batch."""

    channel: Channel
    address: str = ""
    batch_id: int | None = None


@dataclass(slots=True)
class Happening:
    """What is to be entered in the ledger about one record."""

    action: Action
    library: str
    record_id: int | None
    label: str
    changes: list[dict[str, Any]] = field(default_factory=list)
    why: str = ""
    department_id: int | None = None
    spelled: str = ""  # the changes, where they were spelled already


@dataclass(slots=True)
class Draft(Generic[Record]):
    """A record as it is, and the values that it is to have.

    `record` is a new instance or one that was loaded (and locked) in this transaction. `values` maps
    field names to Python values; a reference is given as an instance or None. `prepared` may hold what follows from
    the values of a new record, worked out beforehand.
    """

    record: Record
    values: dict[str, Any]
    why: str = ""
    prepared: "Prepared | None" = None

    @property
    def ready(self) -> "Prepared | None":
        """What was prepared, if it was for a new record with these very values."""
        prepared = self.prepared
        return prepared if prepared and prepared.values == self.values and is_new(self.record) else None


def as_json(value: Any) -> Any:
    """Return a field value as the ledger keeps it: JSON; a reference as its id and label."""
    if type(value) in AS_IT_IS:
        return value
    match value:
        case models.Model():
            return {"id": value.pk, "label": str(value)}
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case set() | frozenset() | tuple() | list():
            return [as_json(item) for item in value]
        case models.TextChoices():
            return value.value
        case _:
            return value


def from_json(record: models.Model, name: str, value: Any) -> Any:
    """Return a value of the ledger as the field takes it; a reference as its instance, None if it is gone."""
    model_field = record._meta.get_field(name)
    if isinstance(model_field, models.ForeignKey):
        related: Any = model_field.related_model
        return related._default_manager.filter(pk=value["id"]).first() if value else None
    if value is None:
        return None
    if isinstance(model_field, models.DecimalField):
        return Decimal(str(value))
    if isinstance(model_field, models.DateTimeField):
        return datetime.fromisoformat(value)
    if isinstance(model_field, models.DateField):
        return date.fromisoformat(value)
    return value


def is_new(record: models.Model) -> bool:
    """Return whether the record is not in the database yet."""
    try:
        return record.__dict__["id"] is None  # asked many times a record; `pk` asks the model's options first
    except KeyError:
        return record.pk is None


def changes_of(record: models.Model, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields whose value would change, each with old and new as the ledger keeps them."""
    new_record = is_new(record)
    references = _references(type(record))
    found = []
    for name, new in values.items():
        if name in references:
            if getattr(record, references[name]) == (new.pk if new is not None else None):
                continue
            old = None if new_record else getattr(record, name)
        else:
            old = getattr(record, name)
            if old == new:
                continue
            if new_record:
                old = None
        found.append({"field": name, "old": None if old is None else as_json(old), "new": as_json(new)})
    return found


@cache
def _references(model: type[models.Model]) -> dict[str, str]:
    """Return the fields that refer to other records, with the names of their columns."""
    return {
        field.name: field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
    }


def save_records(
    drafts: Sequence[Draft[Record]],
    *,
    actor: Person | None,
    now: datetime,
    via: Via,
    department_of: "dict[int, int | None] | None" = None,
    action: Action | None = None,
    also: Mapping[int, list[dict[str, Any]]] | None = None,
) -> list[list[dict[str, Any]]]:
    """Save records of one model with their ledger entries and search texts; all or none.

    Returns the changes of each draft, in order; a draft that changes nothing writes nothing. A model that
    has `search_text` must have `search_parts()`; one that has `derive()` gets it called before the save.
    `department_of` maps positions of drafts to the department that alone may read the entry. `action` is what the
    entries say was done, if it is more than a change; `also` what they say beside the fields, by position.

    Raises:
        NotAllowed: a record, or one that it is to refer to, belongs to another zone than the actor.
        Refused: a value does not fit into its column, by position of the draft; nothing was saved.
    """
    if not drafts:
        return []
    model = type(drafts[0].record)
    ready = [draft.ready for draft in drafts]
    _stay_in_zone(drafts, drafts[0].record.zone_id if actor is None else actor.zone_id)  # type: ignore[attr-defined]
    too_much = {
        at: found
        for at, draft in enumerate(drafts)
        if ready[at] is None and (found := column_problems(model, draft.values))
    }
    if too_much:
        raise Refused(too_much)
    all_changes = [
        prepared.changes if prepared is not None else changes_of(draft.record, draft.values)
        for draft, prepared in zip(drafts, ready, strict=True)
    ]
    beside = also or {}
    created: list[Record] = []
    updated: list[Record] = []
    touched: list[tuple[int, Record, Action]] = []
    names: set[str] = set()
    for position, (draft, changes) in enumerate(zip(drafts, all_changes, strict=True)):
        record = draft.record
        new_record = is_new(record)
        if not changes and not new_record and position not in beside:
            continue
        names.update(draft.values)
        _fill(draft, ready[position], now=now, new_record=new_record)
        (created if new_record else updated).append(record)
        touched.append((position, record, Action.CREATE if new_record else Action.UPDATE))
    with _new_again(created), transaction.atomic():
        insert_rows(created)
        if updated:
            extra = {name for name in ("updated_at", *derived_names(model)) if _has(model, name)}
            update_rows(updated, sorted(names | extra))
        texts = {record.pk: getattr(record, "search_text", "") for _, record, _ in touched}
        if any(texts.values()):  # contacts and touches are found through their company and have no index
            stored = {record.pk: known.pairs for at, record, _ in touched if (known := ready[at]) is not None}
            index_texts(model, texts, stored=stored)
        if names & {"tags", "custom"} and _has(model, "custom"):
            index_values(created, replace=False)
            index_values(updated)
        restored = _restored(all_changes)
        write_entries(
            [
                Happening(
                    action=action or restored.get(position, done),
                    library=model._meta.label_lower,
                    record_id=record.pk,
                    label=str(record)[:300],
                    changes=[*all_changes[position], *beside.get(position, ())],
                    why=drafts[position].why,
                    department_id=(department_of or {}).get(position),
                    spelled=known.spelled if (known := ready[position]) and position not in beside else "",
                )
                for position, record, done in touched
            ],
            zone_id=touched[0][1].zone_id if touched else 0,  # type: ignore[attr-defined]
            actor=actor,
            now=now,
            via=via,
        )
    return all_changes


@contextmanager
def _new_again(records: Sequence[models.Model]) -> Iterator[None]:
    """Take the ids back that new records got in vain, so that they can be judged and saved once more."""
    try:
        yield
    except BaseException:
        for record in records:
            record.pk, record._state.adding = None, True
        raise


def _stay_in_zone(drafts: Sequence[Draft[Record]], zone_id: int) -> None:
    """Raise NotAllowed where a record or a reference leads out of the zone; views ask within it, so none should."""
    for draft in drafts:
        for record in (draft.record, *draft.values.values()):
            if isinstance(record, models.Model) and getattr(record, "zone_id", zone_id) != zone_id:
                raise NotAllowed


def _restored(all_changes: list[list[dict[str, Any]]]) -> dict[int, Action]:
    """Return which drafts remove a record or bring one back, by position."""
    found = {}
    for position, changes in enumerate(all_changes):
        for change in changes:
            if change["field"] == "removed_at" and (change["old"] or change["new"]):
                found[position] = Action.REMOVE if change["new"] else Action.RESTORE
    return found


def _fill(draft: Draft[Any], prepared: "Prepared | None", *, now: datetime, new_record: bool) -> None:
    record = draft.record
    if prepared is not None:  # of columns alone: no descriptor has anything to do
        record.__dict__.update(prepared.values, **prepared.derived)
    else:
        for name, value in draft.values.items():
            setattr(record, name, value)
        derive_columns(record)
    model: type[models.Model] = type(record)
    if _has(model, "updated_at"):
        record.updated_at = now
        if new_record:
            record.created_at = now


def derive_columns(record: models.Model) -> None:
    """Compute what follows from other fields, where the model says how."""
    derive = getattr(record, "derive", None)
    if derive is not None:
        derive()


@cache
def derived_names(model: type[models.Model]) -> tuple[str, ...]:
    """Return the fields that `derive()` may write."""
    return tuple(name for name in ("search_text", *getattr(model, "DERIVED", ())) if _has(model, name))


@cache
def _has(model: type[models.Model], name: str) -> bool:
    return any(model_field.name == name for model_field in model._meta.concrete_fields)


def hold_zone(zone_id: int) -> Chain:
    """Wait until nobody else writes in a zone, and keep it so until this transaction ends.

    What must not be true of two records together (two parcels on the same ground) is looked for after this. Records are
    locked before it, never after.
    """
    Chain.objects.get_or_create(zone_id=zone_id)
    return Chain.objects.select_for_update().get(zone_id=zone_id)


def write_entries(
    happenings: Sequence[Happening], *, zone_id: int, actor: Person | None, now: datetime, via: Via
) -> list[Entry]:
    """Add entries to the zone's chain, each chained to the one before by hash, and return them."""
    if not happenings:
        return []
    with transaction.atomic():
        chain = hold_zone(zone_id)
        entries = []
        changes = [happening.spelled or spelled(happening.changes) for happening in happenings]
        salts = secrets.token_hex(16 * len(happenings))
        for position, happening in enumerate(happenings):
            entry = blank(
                Entry,
                zone_id=zone_id,
                number=chain.length + 1,
                at=now,
                actor=actor,
                channel=via.channel,
                address=via.address,
                batch_id=via.batch_id,
                action=happening.action,
                library=happening.library,
                record_id=happening.record_id,
                department_id=happening.department_id,
                label=happening.label,
                changes=happening.changes,
                why=happening.why,
                salt=salts[32 * position : 32 * position + 32],
            )
            entry.digest = digest_of(entry.salt, entry.label, changes[position], happening.why, via.address)
            entry.hash = entry_hash(chain.last_hash, digest=entry.digest, facts=facts_of(entry))
            chain.length, chain.last_hash = entry.number, entry.hash
            entries.append(entry)
        insert_rows(entries, spelled={"changes": changes})
        chain.save(update_fields=["length", "last_hash"])
    return entries


def content_of(entry: Entry) -> dict[str, Any]:
    """Return what the salted digest of an entry covers."""
    return {"label": entry.label, "changes": entry.changes, "why": entry.why, "address": entry.address}


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return what the chain covers openly, and what therefore can never be erased."""
    return {
        "zone": entry.zone_id,
        "number": entry.number,
        # Microseconds since the epoch: the same on every database and in every time zone.
        "at": (entry.at - EPOCH) // timedelta(microseconds=1),
        "actor": entry.actor_id,
        "channel": str(entry.channel),
        "batch": entry.batch_id,
        "action": str(entry.action),
        "library": entry.library,
        "record": entry.record_id,
        "department": entry.department_id,
    }


def erase_content(entry: Entry, *, actor: Person, now: datetime, via: Via, why: str) -> None:
    """Erase what an entry says about a person; that it happened, and when, stays.

    The erasure is an entry of its own, which names the number of the erased one.
    """
    with transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(changes=[], why="", label="", address="", salt="")
        write_entries(
            [
                Happening(
                    action=Action.ERASE,
                    library=entry.library,
                    record_id=entry.record_id,
                    label="",
                    changes=[{"field": "entry", "old": entry.number, "new": None}],
                    why=why,
                    department_id=entry.department_id,
                )
            ],
            zone_id=entry.zone_id,
            actor=actor,
            now=now,
            via=via,
        )


def add_note(
    record: models.Model,
    *,
    body: str,
    actor: Person,
    now: datetime,
    via: Via,
    department_id: int | None,
    mentions: Sequence[Mapping[str, Any]] = (),
) -> Entry:
    """Enter a note about a record; `department_id` limits who reads it.

    `mentions` are the people whom it names: their ids, and how the note calls them as labels.
    """
    happening = Happening(
        action=Action.NOTE,
        library=record._meta.label_lower,
        record_id=record.pk,
        label=str(record)[:300],
        changes=_mentions(mentions),
        why=body,
        department_id=department_id,
    )
    zone_id: int = record.zone_id  # type: ignore[attr-defined]
    return write_entries([happening], zone_id=zone_id, actor=actor, now=now, via=via)[0]


def change_note(
    note: Entry,
    *,
    body: str | None,
    actor: Person,
    now: datetime,
    via: Via,
    mentions: Sequence[Mapping[str, Any]] = (),
) -> Entry:
    """Enter what a note says from now on, None where it is taken back; what it said before stays in the ledger."""
    happening = Happening(
        action=Action.WITHDRAW if body is None else Action.AMEND,
        library=note.library,
        record_id=note.record_id,
        label=note.label,
        changes=[{"field": "note", "old": note.number, "new": None}, *_mentions(mentions)],
        why=body or "",
        department_id=note.department_id,
    )
    return write_entries([happening], zone_id=note.zone_id, actor=actor, now=now, via=via)[0]


def _mentions(mentions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"field": "mentions", "old": None, "new": [dict(one) for one in mentions]}] if mentions else []


def log_export(
    model: type[models.Model],
    *,
    rows: int,
    filters: str,
    actor: Person,
    now: datetime,
    via: Via,
    columns: Sequence[str] = (),
    form: str = "",
    sha256: str = "",
) -> None:
    """Enter who took how many rows of a library away: by which filter, which columns, as what kind of file."""
    facts = {"rows": rows, "columns": list(columns), "form": form, "sha256": sha256}
    happening = Happening(
        action=Action.EXPORT,
        library=model._meta.label_lower,
        record_id=None,
        label=str(model._meta.verbose_name),
        changes=[
            {"field": name, "old": None, "new": value}
            for name, value in facts.items()
            if value != "" and value != []
        ],
        why=filters,
    )
    write_entries([happening], zone_id=actor.zone_id, actor=actor, now=now, via=via)


def log_reading(record: models.Model, *, what: str, actor: Person, now: datetime, via: Via) -> None:
    """Enter who read a record's contacts."""
    happening = Happening(
        action=Action.READ,
        library=record._meta.label_lower,
        record_id=record.pk,
        label=str(record)[:300],
        why=what,
    )
    write_entries([happening], zone_id=actor.zone_id, actor=actor, now=now, via=via)
