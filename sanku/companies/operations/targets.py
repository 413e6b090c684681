"""Saving target clients."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_TARGETS, Role
from sanku.audit.operations import Draft, Via, chunks, is_new, refusing, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.models import Company, Target, TargetStatus, Touch
from sanku.companies.operations.companies import save_companies
from sanku.companies.operations.living import not_living
from sanku.companies.operations.touches import save_touches
from sanku.companies.rules import target_problems
from sanku.library.operations.fields import added_problems

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
    problems = added_problems(drafts, library="targets")
    for position, draft in enumerate(drafts):
        _settle_department(draft, actor)
        found = target_problems(_whole(draft), statuses=STATUSES)
        if is_new(draft.record) and draft.values.get("company") is None:
            found.append(Problem("company_missing", "company"))
        department = draft.values.get("department", None if is_new(draft.record) else draft.record.department)
        if department is None:
            found.append(Problem("department_missing", "department"))
        elif actor.role == Role.PROMOTION and department.pk != actor.department_id:
            raise NotAllowed
        if found:
            problems.setdefault(position, []).extend(found)
    with refusing(lambda: _followed(drafts)):
        for position, problem in (_followed(drafts) | not_living(drafts, "company")).items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        return save_records(drafts, actor=actor, now=now, via=via)


def _whole(draft: Draft[Target]) -> dict[str, Any]:
    """Return the values with the dates that they are compared with."""
    dates = ("first_contact_on", "last_touch_on")
    return {**{name: getattr(draft.record, name) for name in dates}, **draft.values}


def enter_targets(
    drafts: Sequence[Draft[Target]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save target clients whose company may be one that is entered only now, by its name.

    Raises as `save_targets`; what is wrong with a new company stands at `company`.
    """
    with transaction.atomic():
        for position, draft in enumerate(drafts):
            company = draft.values.get("company")
            if company is not None and is_new(company):
                _enter_company(position, company, actor=actor, now=now, via=via)
        return save_targets(drafts, actor=actor, now=now, via=via)


def _enter_company(position: int, company: Company, *, actor: User, now: datetime, via: Via) -> None:
    try:
        save_companies([Draft(company, {"name": company.name})], actor=actor, now=now, via=via)
    except Refused as refused:
        raise Refused(
            {position: [replace(problem, field="company") for problem in refused.problems[0]]}
        ) from refused


def finish_action(
    target: Target, *, touch: dict[str, Any], then: dict[str, Any], actor: User, now: datetime, via: Via
) -> None:
    """Record that a target's next action was done, as a touch, and set what comes next.

    `touch` holds the values of the touch (on, method, participants, content, result), `then` those of the
    target (next_action, next_action_on).

    Raises:
        NotAllowed: the role may not, or the target belongs to another department.
        Refused: problems at position 0; nothing was saved.
    """
    record = Touch(zone_id=target.zone_id, company=target.company, department=target.department)
    with transaction.atomic():
        save_targets([Draft(target, then)], actor=actor, now=now, via=via)
        save_touches([Draft(record, touch)], actor=actor, now=now, via=via)


def move_action(target: Target, *, then: dict[str, Any], actor: User, now: datetime, via: Via) -> None:
    """Set a target's next action and its date anew; raises as `save_targets`."""
    save_targets([Draft(target, then)], actor=actor, now=now, via=via)


def remove_target(target: Target, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Take a target client off the list; the company stays, and the target can be brought back."""
    save_targets([Draft(target, {"removed_at": now}, why=why)], actor=actor, now=now, via=via)


def restore_target(target: Target, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Bring a removed target client back.

    Raises:
        NotAllowed: the role may not, or the target belongs to another department.
        Refused: somebody follows the company meanwhile, or the company itself was removed.
    """

    def held() -> dict[int, Problem]:
        return dict(enumerate(_holders([target.company_id]).values()))

    with refusing(held):
        if target.company.removed_at is not None:
            raise Refused({0: [Problem("company_removed", "company")]})
        if found := held():
            raise Refused({0: [found[0]]})
        save_targets([Draft(target, {"removed_at": None}, why=why)], actor=actor, now=now, via=via)


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
    """Return the drafts whose company another target, or an earlier draft, follows already."""
    wanted: dict[int, int] = {}
    found: dict[int, Problem] = {}
    for position, draft in enumerate(drafts):
        company = draft.values.get("company")
        if company is None or (not is_new(draft.record) and draft.record.company_id == company.pk):
            continue
        if company.pk in wanted:
            department = draft.values.get("department") or draft.record.department
            found[position] = Problem("target_held", "company", {"department": str(department)})
        wanted.setdefault(company.pk, position)
    return found | {wanted[pk]: problem for pk, problem in _holders(list(wanted)).items()}


def _holders(company_ids: Sequence[int]) -> dict[int, Problem]:
    """Return, by company, the refusal that names the department which follows it."""
    found = {}
    for ids in chunks(company_ids):
        held = Target.objects.filter(company__in=ids, removed_at=None).select_related("department")
        for target in held:
            found[target.company_id] = Problem(
                "target_held", "company", {"department": str(target.department)}
            )
    return found
