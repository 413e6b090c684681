"""Reading the ledger, within the reader's scope."""

from collections.abc import Iterator

from django.db import connection, models
from django.db.models import Q

from sanku.audit.models import Action, Chain, Entry
from sanku.audit.operations import content_of, facts_of
from sanku.audit.rules import Break, Link, Person, first_break


def entries_for(user: Person) -> models.QuerySet[Entry]:
    """Return the entries of the user's zone that the user's department may read.

    Whether the record itself may be seen is decided by the record's own query, not here.
    """
    entries = Entry.objects.filter(zone_id=user.zone_id)
    if user.sees_all:
        return entries
    return entries.filter(Q(department=None) | Q(department_id=user.department_id))


def timeline(user: Person, record: models.Model) -> models.QuerySet[Entry]:
    """Return what happened to a record that the user may see, newest first, with its actors.

    Who looked at contacts is for those who see all.
    """
    entries = entries_for(user).filter(library=record._meta.label_lower, record_id=record.pk)
    if not user.sees_all:
        entries = entries.exclude(action=Action.READ)
    return entries.select_related("actor").order_by("-number")


def exports_logged(user: Person) -> models.QuerySet[Entry]:
    """Return who took what out of the libraries of the user's zone. Whether he may read it is the page's matter."""
    return Entry.objects.filter(zone_id=user.zone_id, action=Action.EXPORT)


def verify_chain(chain: Chain) -> Break | None:
    """Return the first place where a zone's chain does not hold, or None. Streams; any length."""
    erased = set(
        Entry.objects.filter(zone_id=chain.zone_id, action=Action.ERASE).values_list(
            "changes__0__old", flat=True
        )
    )

    def links() -> Iterator[Link]:
        for entry in Entry.objects.filter(zone_id=chain.zone_id).order_by("number").iterator(2000):
            gone = not entry.salt and entry.number in erased
            yield Link(
                number=entry.number,
                digest=entry.digest,
                hash=entry.hash,
                facts=facts_of(entry),
                content=None if gone else {"salt": entry.salt, **content_of(entry)},
            )

    return first_break(links(), length=chain.length, last_hash=chain.last_hash)


def all_chains() -> models.QuerySet[Chain]:
    """Return the chains of all zones of the installation, for the operator's check."""
    return Chain.objects.select_related("zone").order_by("zone_id")


def chain_length(zone_id: int) -> int:
    """Return how many entries a zone's ledger has: it grows with every write in the zone."""
    # Every list asks, and Django takes a millisecond to write the statement.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT length FROM {Chain._meta.db_table} WHERE zone_id = %s", [zone_id])
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])
