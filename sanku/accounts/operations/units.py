"""Writing departments and squads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from sanku.accounts.models import Department, Sector, Squad, User
from sanku.accounts.operations.permission import require
from sanku.accounts.operations.scope import lock_zone, settle_zone
from sanku.accounts.rules import MANAGES_PEOPLE, department_problems, squad_problems
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.problems import Problem, Refused

VOCABULARY = {"kind": Department.Kind.values, "sector": Sector.values}
U = TypeVar("U", Department, Squad)


def save_departments(
    drafts: Sequence[Draft[Department]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and changed departments and groups of the actor's zone; returns the changes of each draft.

    One with `is_active: False` is dissolved: it keeps its records and is offered nowhere any more.

    Raises:
        NotAllowed: the actor does not manage people, or something belongs to another zone.
        Refused: problems by position of the draft; nothing was saved.
    """

    def problems_of(draft: Draft[Department]) -> list[Problem]:
        new_record = is_new(draft.record)
        present = {} if new_record else {"kind": draft.record.kind, "sector": draft.record.sector}
        return department_problems(present | draft.values, is_new=new_record, vocabulary=VOCABULARY)

    return _save(drafts, problems_of, actor=actor, now=now, via=via)


def save_squads(
    drafts: Sequence[Draft[Squad]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and changed squads of the actor's zone; raises as `save_departments`.

    A squad stays in its department: another one would take its people along unasked.
    """

    def problems_of(draft: Draft[Squad]) -> list[Problem]:
        new_record = is_new(draft.record)
        if not new_record:
            draft.values.pop("department", None)
        present = {} if new_record else {"department": draft.record.department}
        return squad_problems(present | draft.values, is_new=new_record)

    return _save(drafts, problems_of, actor=actor, now=now, via=via)


def _save(
    drafts: Sequence[Draft[U]], problems_of: Any, *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    require(actor, MANAGES_PEOPLE)
    settle_zone(drafts, actor)
    problems: dict[int, list[Problem]] = {
        position: found for position, draft in enumerate(drafts) if (found := problems_of(draft))
    }
    with transaction.atomic():
        lock_zone(actor)
        for position, problem in (*_taken_names(drafts, actor), *_still_used(drafts)):
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        return save_records(drafts, actor=actor, now=now, via=via)


def _taken_names(drafts: Sequence[Draft[U]], actor: User) -> Iterable[tuple[int, Problem]]:
    wanted: dict[str, int] = {}
    for position, draft in enumerate(drafts):
        name = draft.values.get("name")
        if name and name in wanted:
            yield position, Problem("name_taken", "name", {"value": name})
        elif name:
            wanted[name] = position
    if not wanted:
        return
    model = type(drafts[0].record)
    holders = model._default_manager.filter(zone_id=actor.zone_id, name__in=list(wanted))
    for pk, name in holders.values_list("pk", "name"):
        if drafts[wanted[name]].record.pk != pk:
            yield wanted[name], Problem("name_taken", "name", {"value": name})


def _still_used(drafts: Sequence[Draft[U]]) -> Iterable[tuple[int, Problem]]:
    for position, draft in enumerate(drafts):
        record = draft.record
        if draft.values.get("is_active", True) or is_new(record) or not record.is_active:
            continue
        count = record.people.filter(is_active=True).count()
        if count:
            yield position, Problem("department_in_use", "is_active", {"count": count})
