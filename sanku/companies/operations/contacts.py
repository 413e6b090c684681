"""Saving the people at companies, and the touches with them. Their ledger entries are the holders' alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.checks import text_lengths
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Contact, Touch

CONTACT_LENGTHS = {"name": 60, "title": 60, "phone": 100, "email": 120}
TOUCH_LENGTHS = {"method": 40, "participants": 300}


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
        if found := text_lengths(draft.values, CONTACT_LENGTHS):
            problems[position] = found
        named = draft.values.get("name", draft.record.name) or draft.values.get("phone", draft.record.phone)
        if not named:
            problems.setdefault(position, []).append(Problem("name_missing", "name"))
    return _save_held(drafts, problems, actor=actor, now=now, via=via)


def save_touches(
    drafts: Sequence[Draft[Touch]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save touches with companies; raises as `save_contacts`."""
    require(actor, WRITES_COMPANIES)
    problems = {
        position: found
        for position, draft in enumerate(drafts)
        if (found := text_lengths(draft.values, TOUCH_LENGTHS))
    }
    return _save_held(drafts, problems, actor=actor, now=now, via=via)


def _save_held(
    drafts: Sequence[Draft[Any]], problems: dict[int, list[Problem]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    if problems:
        raise Refused(problems)
    for draft in drafts:
        if is_new(draft.record):
            draft.values.setdefault("department", actor.department)
    holders = {
        position: (
            draft.values["department"].pk if draft.values.get("department") else draft.record.department_id
        )
        for position, draft in enumerate(drafts)
    }
    return save_records(drafts, actor=actor, now=now, via=via, department_of=holders)
