"""Notes as a timeline shows them: what they say today, whom they mention, and who may read them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanku.accounts.models import User
from sanku.audit.models import Action, Entry
from sanku.library.mentions import parts
from sanku.library.specs import Library

NOTES = (Action.NOTE, Action.AMEND, Action.WITHDRAW)
CORRECTIONS = (Action.AMEND, Action.WITHDRAW)


def readable(entries: QuerySet[Entry], library: Library, user: User) -> QuerySet[Entry]:
    """Return the entries without the notes that are somebody else's alone."""
    if not library.closed_notes or user.sees_all:
        return entries
    return entries.exclude(~Q(actor=user), action__in=NOTES, department=None)


def reads_note(person: User, library: Library, *, author_id: int | None, department_id: int | None) -> bool:
    """Return whether a person who sees the record reads a note of an author and a department: `readable`, of one."""
    if person.sees_all:
        return True
    if department_id is not None:
        return person.department_id == department_id
    return not library.closed_notes or person.pk == author_id


def shut_out(
    library: Library, record: Any, people: Iterable[User], *, author_id: int | None, department_id: int | None
) -> list[User]:
    """Return the people who would not see a note about a record."""
    return [
        person
        for person in people
        if not reads_note(person, library, author_id=author_id, department_id=department_id)
        or not library.records(person).filter(pk=record.pk).exists()
    ]


def latest(entries: QuerySet[Entry], notes: Sequence[Entry]) -> dict[int, Entry]:
    """Return what became of notes, by their numbers; `entries` are those that the reader may read."""
    if not notes:
        return {}
    oldest = min(note.number for note in notes)
    later = entries.filter(action__in=CORRECTIONS, number__gt=oldest).order_by("number")
    return {entry.changes[0]["old"]: entry for entry in later if entry.changes}


def last_words(note: Entry) -> str:
    """Return what a note said last, whether it was taken back or not."""
    about = Entry.objects.filter(zone_id=note.zone_id, library=note.library, record_id=note.record_id)
    amended = about.filter(action=Action.AMEND, number__gt=note.number).order_by("-number")
    texts = (entry.why for entry in amended if entry.changes and entry.changes[0]["old"] == note.number)
    return next(texts, note.why)


def mentioned_by(entry: Entry) -> list[tuple[int, str]]:
    """Return whom an entry mentions: ids, and the words that stand for them."""
    found = (change["new"] for change in entry.changes if change["field"] == "mentions")
    return [(one["id"], one["label"]) for people in found for one in people]


def note_marks(note: Entry, now: Entry, record: Any, library: Library, user: User) -> dict[str, Any]:
    """Return what a timeline shows of a note besides what every entry has; nothing of other entries.

    `now` is what it says today: the note itself, or what its author made of it later.
    """
    if note.action != Action.NOTE:
        return {}
    taken_back, own = now.action == Action.WITHDRAW, note.actor_id == user.pk

    def address(page: str) -> str:
        return reverse(f"{library.namespace}-note-{page}", args=[record.pk, note.number])

    return {
        "why": now.why,
        "kind": now.action if taken_back else Action.NOTE,
        "note": {
            "html": said(now, user.pk),
            "changed_at": now.at if now is not note else None,
            "edit_url": address("edit") if own and not taken_back else None,
            "remove_url": address("remove") if own and not taken_back else None,
            "restore_url": address("restore") if own and taken_back else None,
        },
    }


def said(entry: Entry, reader_id: int) -> SafeString:
    """Return what a note says as safe HTML, with a chip for each person whom it mentions."""
    html = SafeString("")
    for text, pk in parts(entry.why, mentioned_by(entry)):
        if pk is None:
            html += format_html("{}", text)
        else:
            html += format_html(
                '<a class="mention{}" href="{}">{}</a>',
                " me" if pk == reader_id else "",
                reverse("accounts:person", args=[pk]),
                text,
            )
    return html
