"""Saving projects: the same operation for a web form, an import and the demo zone."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.queries import rates_on
from sanku.accounts.rules import SEES_ALL, WRITES_PROJECTS, Role
from sanku.audit.operations import Draft, Via, is_new, refusing, save_records, taken_values
from sanku.common.checks import LARGEST
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.companies.operations import not_living
from sanku.library.operations.fields import added_problems
from sanku.projects.models import Project
from sanku.projects.rules import MAJOR_CNY, Stage, project_problems, stages_seen

# Amount, its currency, its value in yuan, and the date whose rate counts.
MONEY = (
    ("investment", "investment_currency", "investment_cny", "first_reported_at"),
    ("contracted", "contracted_currency", "contracted_cny", "signed_on"),
)

# What the office alone marks or takes back.
MARKS = ("is_major", "is_unverified")


def save_projects(
    drafts: Sequence[Draft[Project]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and changed projects of the actor's zone; all or none. Returns the changes of each draft.

    A new project without a department belongs to the actor's; `stage_on` and the major mark are filled in
    where not given. The values in yuan follow from the dated rates; without a rate they stay empty.

    Raises:
        NotAllowed: the role may not, or the project is outside what the actor writes.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_PROJECTS)
    rates: dict[date, dict[str, Decimal]] = {}
    for draft in drafts:
        _settle(draft, actor, now)
        _add_values_in_yuan(draft, actor, now, rates)
        if not may_write(actor, draft):
            raise NotAllowed
    problems = problems_of(drafts, actor)
    for position, found in added_problems(drafts, library="projects").items():
        problems.setdefault(position, []).extend(found)
    with refusing(lambda: taken_values(drafts, "code", code="code_taken")):
        taken = taken_values(drafts, "code", code="code_taken")
        for position, problem in (taken | not_living(drafts, "investor")).items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        return save_records(drafts, actor=actor, now=now, via=via)


def problems_of(drafts: Sequence[Draft[Project]], actor: User) -> dict[int, list[Problem]]:
    """Return what the rules refuse, by position of the draft."""
    found = {}
    for position, draft in enumerate(drafts):
        values = draft.values
        problems = project_problems(values, is_new=is_new(draft.record))
        if actor.role == Role.PROMOTION and "department" in values and values["department"] is None:
            problems.append(Problem("department_missing", "department"))
        if actor.role != Role.OFFICE and not is_new(draft.record):
            changed = (
                mark
                for mark in MARKS
                if values.get(mark, getattr(draft.record, mark)) is not getattr(draft.record, mark)
            )
            problems += [Problem("office_only", mark) for mark in changed]
            problems += _beyond(draft, actor)
        squad, department = values.get("squad"), values.get("department")
        if squad is not None and department is not None and squad.department_id != department.pk:
            problems.append(
                Problem("squad_of_other_department", "squad", {"department": squad.department.short_name})
            )
        if problems:
            found[position] = problems
    return found


def _beyond(draft: Draft[Project], actor: User) -> list[Problem]:
    """Refuse to take a known project to another department, or out of the stages of the actor's group."""
    record, values, found = draft.record, draft.values, []
    department = values.get("department", record.department)
    moves = record.department_id is not None and (department is None or department.pk != record.department_id)
    # An officer who leaves it out is told to name his own.
    if moves and (department is not None or actor.role != Role.PROMOTION):
        found.append(Problem("office_assigns", "department"))
    stage, stages = values.get("stage", record.stage), stages_seen(actor.role)
    if stages and stage != record.stage and stage in set(Stage) and stage not in stages:
        found.append(Problem("stage_of_other_group", "stage"))
    return found


def may_write(actor: User, draft: Draft[Project]) -> bool:
    """Return whether the actor may write this project as it is and as it is to be."""
    if not actor.may(WRITES_PROJECTS):
        return False
    if actor.role in SEES_ALL:
        return True
    record = draft.record
    if not is_new(record) and actor.pk in (
        record.lead_id,
        record.responsible_leader_id,
        record.service_officer_id,
    ):
        return True
    if actor.role == Role.PROMOTION:
        department = draft.values.get("department", record.department if record.department_id else None)
        held = is_new(record) or record.department_id == actor.department_id
        # None is refused by name afterwards, where the form shows it.
        return held and (department is None or department.pk == actor.department_id)
    return (record.stage if not is_new(record) else draft.values.get("stage", "")) in stages_seen(actor.role)


def _settle(draft: Draft[Project], actor: User, now: datetime) -> None:
    record, values = draft.record, draft.values
    _settle_holder(draft, actor)
    today = timezone.localdate(now)
    if is_new(record):
        if values.get("first_reported_at") is None:
            values["first_reported_at"] = now
        if values.get("stage_on") is None:
            values["stage_on"] = today
        # Whoever enters past the first stage brings no evidence along: an opening entry 期初.
        values.setdefault("is_unverified", values.get("stage", Stage.LEAD) != Stage.LEAD)
    elif values.get("stage", record.stage) != record.stage and values.get("stage_on") in (
        None,
        record.stage_on,
    ):
        # The form sends the old stage's date along with the new stage.
        values["stage_on"] = today


def _settle_holder(draft: Draft[Project], actor: User) -> None:
    """Fill in the department that follows from the squad or the actor; a squad leaves with its department."""
    record, values = draft.record, draft.values
    squad = values.get("squad")
    if squad is not None and values.get("department") is None:
        values["department"] = squad.department
    if is_new(record):
        if values.get("department") is None and actor.role == Role.PROMOTION:
            values["department"] = actor.department
    elif "department" in values and "squad" not in values and record.squad is not None:
        department = values["department"]
        if department is None or record.squad.department_id != department.pk:
            values["squad"] = None


def _add_values_in_yuan(
    draft: Draft[Project], actor: User, now: datetime, rates: dict[date, dict[str, Decimal]]
) -> None:
    record, values = draft.record, draft.values
    for amount_name, currency_name, cny_name, dated in MONEY:
        if values.get(cny_name) is not None and amount_name not in values:
            # A sum given in yuan alone is the amount.
            values[amount_name], values[currency_name] = values[cny_name], "CNY"
        if not {amount_name, currency_name, dated} & values.keys():
            continue
        amount = values.get(amount_name, getattr(record, amount_name))
        currency = values.get(currency_name, getattr(record, currency_name))
        day = _day(values.get(dated, getattr(record, dated)), now)
        if day not in rates:
            rates[day] = rates_on(actor.zone, day)
        rate = rates[day].get(currency)
        values[cny_name] = (
            # What is beyond all reason is refused by the rules, and too large to be multiplied.
            None
            if amount is None or rate is None or abs(amount) > LARGEST
            else (Decimal(amount) * rate).quantize(Decimal("0.01"))
        )
    if is_new(record) and "is_major" not in values:
        values["is_major"] = (values.get("investment_cny") or 0) >= MAJOR_CNY


def _day(value: date | datetime | None, now: datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localdate(value)
    return value or timezone.localdate(now)


def remove_project(project: Project, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Take a project out of the library; the record stays and can be restored."""
    draft = Draft(project, {"removed_at": now}, why=why)
    if not may_write(actor, draft):
        raise NotAllowed
    save_records([draft], actor=actor, now=now, via=via)


def restore_project(project: Project, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Bring a removed project back.

    Raises:
        Refused: its number has been given to another project meanwhile, or its investor was removed.
    """
    draft = Draft(project, {"removed_at": None}, why=why)
    if not may_write(actor, draft):
        raise NotAllowed
    if project.investor is not None and project.investor.removed_at is not None:
        raise Refused({0: [Problem("company_removed", "investor")]})

    def taken() -> dict[int, Problem]:
        # Its number may have been given away meanwhile.
        return taken_values([Draft(project, {"code": project.code})], "code", code="code_taken")

    if found := taken():
        raise Refused({0: [found[0]]})
    with refusing(taken):
        save_records([draft], actor=actor, now=now, via=via)
