"""Writing people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import Degree, Language, Sector, User
from sanku.accounts.operations.permission import require
from sanku.accounts.operations.scope import lock_zone, settle_zone
from sanku.accounts.rules import MANAGES_PEOPLE, Role, person_problems
from sanku.audit.operations import Draft, Via, chunks, is_new, save_records
from sanku.common.problems import Problem, Refused

VOCABULARY = {"degree": Degree.values, "languages": Language.values, "skills": Sector.values}


def save_people(
    drafts: Sequence[Draft[User]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and changed people of the actor's zone; all or none. Returns the changes of each draft.

    A squad brings its department with it; who moves to another department leaves his squad. A new person
    cannot sign in until a password is given. `is_active: False` ends a person's work and his sign-in.

    Raises:
        NotAllowed: the actor does not manage people, or something belongs to another zone.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, MANAGES_PEOPLE)
    settle_zone(drafts, actor)
    for draft in drafts:
        _settle_department(draft)
    with transaction.atomic():
        lock_zone(actor)
        problems = problems_of_people(drafts)
        if _leaves_no_administrator(drafts, actor):
            last = Problem("last_administrator", "role")
            problems.setdefault(_last_of(drafts, actor), []).append(last)
        if problems:
            raise Refused(problems)
        for draft in drafts:
            if is_new(draft.record):
                draft.record.set_unusable_password()
        return save_records(drafts, actor=actor, now=now, via=via)


def problems_of_people(drafts: Sequence[Draft[User]]) -> dict[int, list[Problem]]:
    """Return what the rules refuse, by position of the draft."""
    problems: dict[int, list[Problem]] = {}
    for position, draft in enumerate(drafts):
        new_record = is_new(draft.record)
        present = (
            {}
            if new_record
            else {name: getattr(draft.record, name) for name in ("role", "department", "squad")}
        )
        whole = present | draft.values
        found = person_problems(whole, is_new=new_record, vocabulary=VOCABULARY)
        squad = whole.get("squad")
        department = whole.get("department")
        if squad is not None and department is not None and squad.department_id != department.pk:
            found.append(Problem("squad_of_other_department", "squad", {"department": str(squad.department)}))
        if found:
            problems[position] = found
    for position, problem in _taken_usernames(drafts):
        problems.setdefault(position, []).append(problem)
    return problems


def _settle_department(draft: Draft[User]) -> None:
    record, values = draft.record, draft.values
    squad = values.get("squad")
    if squad is not None and values.get("department") is None:
        values["department"] = squad.department
    moves = "department" in values and not is_new(record)
    if moves and "squad" not in values and record.squad is not None:
        department = values["department"]
        if department is None or department.pk != record.squad.department_id:
            values["squad"] = None


def _taken_usernames(drafts: Sequence[Draft[User]]) -> Iterable[tuple[int, Problem]]:
    wanted: dict[str, int] = {}
    for position, draft in enumerate(drafts):
        username = draft.values.get("username")
        if not username:
            continue
        if username in wanted:
            yield position, Problem("username_taken", "username", {"value": username})
        wanted[username] = position
    for names in chunks(list(wanted)):
        # Sign-in names are unique in the whole installation; whose it is stays unsaid.
        for pk, username in User.objects.filter(username__in=names).values_list("pk", "username"):
            if drafts[wanted[username]].record.pk != pk:
                yield wanted[username], Problem("username_taken", "username", {"value": username})


def _is_administrator(draft: Draft[User]) -> bool:
    role = draft.values.get("role", draft.record.role)
    return bool(role == Role.ADMINISTRATOR and draft.values.get("is_active", draft.record.is_active))


def _leaves_no_administrator(drafts: Sequence[Draft[User]], actor: User) -> bool:
    changed = {draft.record.pk for draft in drafts if not is_new(draft.record)}
    if not changed or any(_is_administrator(draft) for draft in drafts):
        return False
    others = User.objects.filter(zone_id=actor.zone_id, role=Role.ADMINISTRATOR, is_active=True)
    return not others.exclude(pk__in=changed).exists()


def _last_of(drafts: Sequence[Draft[User]], actor: User) -> int:
    """Return the position of the draft that takes the administrator away: his own, or the first."""
    return next((place for place, draft in enumerate(drafts) if draft.record.pk == actor.pk), 0)
