"""Writing a note about a record, changing it, taking it back; whoever is mentioned in it is told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.queries import people_for
from sanku.audit.models import Action, Entry
from sanku.audit.operations import Via, add_note, change_note
from sanku.common.columns import UNREADABLE
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.mentions import MOST_MENTIONS, doubtful_names, handles, mentions_in
from sanku.library.notes import shut_out
from sanku.library.operations.notices import forget_mentions, tell_mentioned
from sanku.library.specs import Library

LONGEST_NOTE = 2_000


def write_note(
    library: Library,
    record: Any,
    text: str,
    *,
    actor: User,
    now: datetime,
    via: Via,
    untold: bool = False,
) -> Entry:
    """Enter a note about a record that the actor sees, and tell whom it mentions.

    `untold`: people who would not see the note are named in it all the same, and not told.

    Raises:
        Refused: no text or too much, a name that several people have, or somebody who would not see the note.
    """
    department_id = library.note_department(actor, record)
    body, people, mentions = _checked(
        library, record, text, actor=actor, department_id=department_id, untold=untold
    )
    with transaction.atomic():
        entry = add_note(
            record, body=body, actor=actor, now=now, via=via, department_id=department_id, mentions=mentions
        )
        tell_mentioned(people, entry, library, record, actor=actor, now=now)
    return entry


def amend_note(
    library: Library,
    record: Any,
    note: Entry,
    text: str,
    *,
    actor: User,
    now: datetime,
    via: Via,
    untold: bool = False,
) -> None:
    """Change what a note of one's own says; only who was not mentioned before is told.

    Raises:
        NotAllowed: it is somebody else's, or no note.
        Refused: as `write_note`.
    """
    _own(note, actor)
    body, people, mentions = _checked(
        library, record, text, actor=actor, department_id=note.department_id, untold=untold
    )
    with transaction.atomic():
        change_note(note, body=body, mentions=mentions, actor=actor, now=now, via=via)
        forget_mentions(note, but=people)
        tell_mentioned(people, note, library, record, actor=actor, now=now)


def withdraw_note(note: Entry, *, actor: User, now: datetime, via: Via) -> None:
    """Take a note of one's own back: pages show it no more, the ledger keeps it. Raises NotAllowed as `amend_note`."""
    _own(note, actor)
    with transaction.atomic():
        change_note(note, body=None, actor=actor, now=now, via=via)
        forget_mentions(note)


def _own(note: Entry, actor: User) -> None:
    if note.action != Action.NOTE or note.actor_id != actor.pk:
        raise NotAllowed


def _checked(
    library: Library, record: Any, text: str, *, actor: User, department_id: int | None, untold: bool
) -> tuple[str, Sequence[User], list[dict[str, Any]]]:
    """Return the text as it is kept, the people whom it mentions and who are told, and how it calls them."""
    body = UNREADABLE.sub("", text).strip()
    if not 0 < len(body) <= LONGEST_NOTE:
        raise Refused({0: [Problem("note_length", "text", {"limit": LONGEST_NOTE, "length": len(body)})]})
    if "@" not in body and "＠" not in body:
        return body, [], []
    names = list(people_for(actor).values_list("pk", "name", "username"))
    doubtful = doubtful_names(body, names)
    found = mentions_in(body, handles(names))
    people = list(people_for(actor).filter(pk__in={one.person_id for one in found}))
    problems = [Problem("mention_doubtful", "text", {"name": name}) for name in doubtful]
    if len(people) > MOST_MENTIONS:
        problems.append(Problem("mention_too_many", "text", {"limit": MOST_MENTIONS, "count": len(people)}))
    if problems:
        raise Refused({0: problems})
    blind = shut_out(library, record, people, author_id=actor.pk, department_id=department_id)
    if blind and not untold:
        names_of = "、".join(str(person) for person in blind)
        raise Refused({0: [Problem("mention_unseen", "text", {"names": names_of, "count": len(blind)})]})
    told = [person for person in people if person not in blind]
    words = {(one.person_id, body[one.start + 1 : one.end]): None for one in found}
    return body, told, [{"id": pk, "label": label} for pk, label in words]
