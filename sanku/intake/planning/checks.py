"""What the libraries' own rules say of planned records, before anything is saved."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.operations import Draft, is_new
from sanku.common.problems import Problem
from sanku.companies import rules
from sanku.companies.models import Contact, Target, TargetStatus
from sanku.companies.operations.companies import problems_of as company_problems
from sanku.intake.planning.own import RECORD_OF
from sanku.intake.planning.plan import ORDER, Plan
from sanku.library.operations.fields import added_problems
from sanku.projects.operations import problems_of as project_problems
from sanku.sites.operations import problems_of as site_problems

TARGET_DATES = ("first_contact_on", "last_touch_on")
STATUSES = frozenset(TargetStatus.values)
Found = Mapping[int, Sequence[Problem]]


def check(plans: Sequence[Plan], *, actor: User, now: datetime) -> None:
    """Add to each plan what the rules of its records refuse; a record that rows share is judged once for all."""
    meant: dict[str, dict[int, Draft[Any]]] = {library: {} for library in ORDER}
    for plan in plans:
        for intent in plan.intents:
            meant[intent.library].setdefault(id(intent.draft), intent.draft)
    judged: dict[int, Sequence[Problem]] = {}
    for library, found in meant.items():
        if found:
            keys = list(found)
            drafts = list(found.values())
            for position, problems in _judge(library, drafts, actor, now).items():
                judged[keys[position]] = problems
            for position, problems in _judge_added(library, drafts).items():
                judged[keys[position]] = [*judged.get(keys[position], ()), *problems]
    if not judged:
        return
    for plan in plans:
        for intent in plan.intents:
            plan.problems += [(intent.library, problem) for problem in judged.get(id(intent.draft), ())]


def _judge_added(record: str, drafts: Sequence[Draft[Any]]) -> Found:
    library = next((name for name, called in RECORD_OF.items() if called == record), "")
    return added_problems(drafts, library=library) if library else {}


def _judge(library: str, drafts: Sequence[Draft[Any]], actor: User, now: datetime) -> Found:
    match library:
        case "company":
            return company_problems(drafts, now=now)
        case "project":
            return project_problems(drafts, actor)
        case "site":
            return site_problems(drafts)
        case "contact":
            return _each(drafts, _contact)
        case "touch":
            today = timezone.localdate(now)
            return _each(
                drafts,
                lambda draft: rules.touch_problems(draft.values, today=today, is_new=is_new(draft.record)),
            )
        case _:
            return _each(drafts, _target)


def _each(drafts: Sequence[Draft[Any]], judge: Callable[[Draft[Any]], list[Problem]]) -> Found:
    return {position: found for position, draft in enumerate(drafts) if (found := judge(draft))}


def _contact(draft: Draft[Contact]) -> list[Problem]:
    return rules.contact_problems({"name": draft.record.name, "phone": draft.record.phone, **draft.values})


def _target(draft: Draft[Target]) -> list[Problem]:
    dates = {name: getattr(draft.record, name) for name in TARGET_DATES}
    return rules.target_problems({**dates, **draft.values}, statuses=STATUSES)
