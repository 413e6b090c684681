"""Telling people: whom a note mentions, and whose work in the background has ended."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.library.models import Notice, NoticeKind
from sanku.library.specs import Library


def tell_mentioned(
    people: Iterable[User], note: Entry, library: Library, record: Any, *, actor: User, now: datetime
) -> None:
    """Tell people that a note mentions them; nobody is told twice of one note, and nobody of his own."""
    told = set(Notice.objects.filter(entry=note).values_list("to_id", flat=True))
    Notice.objects.bulk_create(
        Notice(
            zone_id=note.zone_id,
            to=person,
            by=actor,
            kind=NoticeKind.MENTION,
            library=library.name,
            record_id=record.pk,
            entry=note,
            at=now,
        )
        for person in people
        if person.pk != actor.pk and person.pk not in told
    )


def forget_mentions(note: Entry, *, but: Iterable[User] = ()) -> None:
    """Take back the notices of a note, but for some people."""
    Notice.objects.filter(entry=note).exclude(to__in=[person.pk for person in but]).delete()


def tell_done(
    person_id: int, zone_id: int, kind: NoticeKind, thing_id: int, *, now: datetime, **params: Any
) -> None:
    """Tell a person that work of his in the background has ended; of one thing only the latest is kept.

    `params` are what the sentence needs: plain values.
    """
    Notice.objects.filter(to_id=person_id, kind=kind, library="", record_id=thing_id).delete()
    Notice.objects.create(
        zone_id=zone_id, to_id=person_id, kind=kind, record_id=thing_id, params=params, at=now
    )


def note_seen(person: User, kind: str, things: Iterable[int], *, now: datetime) -> None:
    """Mark the notices about things as read, since the person has them before him."""
    unread = _unread(person).filter(kind=kind, record_id__in=list(things))
    if unread.exists():
        unread.update(read_at=now)


def mark_read(person: User, notices: Iterable[int] | None, *, now: datetime, up_to: int | None = None) -> int:
    """Mark notices of a person as read, all of them (`up_to` an id) where none are named; return how many were not."""
    unread = _unread(person)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    if up_to is not None:
        unread = unread.filter(pk__lte=up_to)
    return unread.update(read_at=now)


def _unread(person: User) -> QuerySet[Notice]:
    return Notice.objects.filter(to=person, read_at=None)
