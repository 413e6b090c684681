"""Saving the people at companies. Their ledger entries are the holders' alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.operations import Draft, Via
from sanku.common.problems import Problem
from sanku.companies.models import Contact
from sanku.companies.operations.held import save_held
from sanku.companies.rules import contact_problems


def save_contacts(
    drafts: Sequence[Draft[Contact]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save contacts; a new one without a department is held by the actor's own.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_COMPANIES)
    problems: dict[int, list[Problem]] = {}
    for position, draft in enumerate(drafts):
        whole = {"name": draft.record.name, "phone": draft.record.phone, **draft.values}
        if found := contact_problems(whole):
            problems[position] = found
    return save_held(drafts, problems, actor=actor, now=now, via=via)


def remove_contact(contact: Contact, *, actor: User, now: datetime, via: Via) -> None:
    """Take a contact away; it can be brought back."""
    save_contacts([Draft(contact, {"removed_at": now})], actor=actor, now=now, via=via)


def restore_contact(contact: Contact, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a removed contact back."""
    save_contacts([Draft(contact, {"removed_at": None})], actor=actor, now=now, via=via)
