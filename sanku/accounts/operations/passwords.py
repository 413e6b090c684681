"""Giving and changing passwords. The ledger tells that it happened, never the password."""

import secrets
from datetime import datetime

from django.db import transaction

from sanku.accounts.models import PasswordKind, User
from sanku.accounts.operations.permission import require
from sanku.accounts.rules import MANAGES_PEOPLE
from sanku.audit.models import Action
from sanku.audit.operations import Happening, Via, write_entries
from sanku.common.problems import NotAllowed

# Without what looks alike: 0 and o, 1 and l and i.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 3


def give_one_time_password(person: User, *, actor: User, now: datetime, via: Via) -> str:
    """Give a person a new password that he must change when he next signs in; return it, to be shown once.

    Whoever is signed in as him is signed out.

    Raises:
        NotAllowed: the actor does not manage people, or the person belongs to another zone.
    """
    require(actor, MANAGES_PEOPLE)
    if person.zone_id != actor.zone_id:
        raise NotAllowed
    return write_one_time_password(person, actor=actor, now=now, via=via)


def write_one_time_password(person: User, *, actor: User | None, now: datetime, via: Via) -> str:
    """Write a new one-time password and the entry of it; without asking who may."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(GROUPS))
    _write(person, password, PasswordKind.ONE_TIME, actor=actor, now=now, via=via)
    return password


def give_demo_password(person: User, password: str, *, actor: User, now: datetime, via: Via) -> None:
    """Give a person of a demonstration zone the password that the sign-in page shows.

    Raises:
        NotAllowed: the actor does not manage people, or it is no demonstration zone.
    """
    require(actor, MANAGES_PEOPLE)
    if person.zone_id != actor.zone_id or not actor.zone.is_demo:
        raise NotAllowed
    _write(person, password, PasswordKind.DEMO, actor=actor, now=now, via=via)


def change_own_password(person: User, password: str, *, now: datetime, via: Via) -> None:
    """Set the password that a person chose himself."""
    _write(person, password, PasswordKind.OWN, actor=person, now=now, via=via)


def _write(
    person: User, password: str, kind: PasswordKind, *, actor: User | None, now: datetime, via: Via
) -> None:
    with transaction.atomic():
        old = person.password_kind if person.has_usable_password() else None
        person.set_password(password)
        person.password_kind = kind
        person.save(update_fields=["password", "password_kind"])
        happening = Happening(
            action=Action.UPDATE,
            library=User._meta.label_lower,
            record_id=person.pk,
            label=person.name,
            changes=[{"field": "password_kind", "old": old, "new": kind.value}],
        )
        write_entries([happening], zone_id=person.zone_id, actor=actor, now=now, via=via)
