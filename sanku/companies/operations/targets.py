"""Saving target clients."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_TARGETS, Role
from sanku.audit.operations import Draft, Via, chunks, is_new, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.models import Target, TargetStatus
from sanku.companies.rules import target_problems

STATUSES = frozenset(TargetStatus.values)


def save_targets(
    drafts: Sequence[Draft[Target]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save target clients; a promotion officer writes those of his own department.

    A new one without a department belongs to the actor's; a squad brings its department with it.

    Raises:
        NotAllowed: the role may not, or the target belongs to another department.
        Refused: problems by position; `target_held` names the department that follows the company already.
    """
    require(actor, WRITES_TARGETS)
    problems: dict[int, list[Problem]] = {}
    for position, draft in enumerate(drafts):
        _settle_department(draft, actor)
        found = target_problems(draft.values, statuses=STATUSES)
        department = draft.values.get("department", None if is_new(draft.record) else draft.record.department)
        if department is None:
            found.append(Problem("department_missing", "department"))
        elif actor.role == Role.PROMOTION and department.pk != actor.department_id:
            raise NotAllowed
        if found:
            problems[position] = found
    with transaction.atomic():
        for position, problem in _followed(drafts).items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        return save_records(drafts, actor=actor, now=now, via=via)


def _settle_department(draft: Draft[Target], actor: User) -> None:
    record, values = draft.record, draft.values
    if not is_new(record) and actor.role == Role.PROMOTION and record.department_id != actor.department_id:
        raise NotAllowed
    squad = values.get("squad")
    if squad is not None:
        values["department"] = squad.department
    elif is_new(record) and values.get("department") is None:
        values["department"] = actor.department


def _followed(drafts: Sequence[Draft[Target]]) -> dict[int, Problem]:
    """Return the new targets whose company somebody follows already."""
    wanted: dict[int, int] = {}
    found: dict[int, Problem] = {}
    for position, draft in enumerate(drafts):
        if not is_new(draft.record):
            continue
        company = draft.values["company"]
        if company.pk in wanted:
            found[position] = Problem(
                "target_held", "company", {"department": str(draft.values.get("department"))}
            )
        wanted.setdefault(company.pk, position)
    for ids in chunks(list(wanted)):
        held = Target.objects.filter(company__in=ids, removed_at=None).select_related("department")
        for target in held:
            found[wanted[target.company_id]] = Problem(
                "target_held", "company", {"department": str(target.department)}
            )
    return found
