"""Saving what a department holds of a company: its ledger entries are read by that department alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.problems import Problem, Refused
from sanku.companies.operations.living import not_living


def save_held(
    drafts: Sequence[Draft[Any]],
    problems: Mapping[int, Sequence[Problem]],
    *,
    actor: User,
    now: datetime,
    via: Via,
) -> list[list[dict[str, Any]]]:
    """Save contacts or touches; a new one without a department is held by the actor's own.

    Raises:
        Refused: there are problems; nothing was saved.
    """
    if problems:
        raise Refused(problems)
    for draft in drafts:
        if is_new(draft.record):
            draft.values.setdefault("company", draft.record.company)
            draft.values.setdefault("department", draft.record.department or actor.department)
    holders = {
        position: (
            draft.values["department"].pk if draft.values.get("department") else draft.record.department_id
        )
        for position, draft in enumerate(drafts)
    }
    with transaction.atomic():
        if gone := not_living(drafts, "company"):
            raise Refused({position: [problem] for position, problem in gone.items()})
        return save_records(drafts, actor=actor, now=now, via=via, department_of=holders)
