"""Saving touches with companies; the target client that a touch is about counts it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.operations import Draft, Via, chunks, is_new, save_records
from sanku.common.problems import Problem
from sanku.companies.models import Target, TargetStatus, Touch
from sanku.companies.operations.held import save_held
from sanku.companies.rules import touch_problems


def save_touches(
    drafts: Sequence[Draft[Touch]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save touches with companies, and tell the target clients of the departments that hold them.

    A target's count goes up with a new touch and down with a removed one; its last touch is the latest, its
    first contact and its status follow where they said that there was none.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_COMPANIES)
    today = timezone.localdate(now)
    problems: dict[int, list[Problem]] = {}
    for position, draft in enumerate(drafts):
        if found := touch_problems(draft.values, today=today, is_new=is_new(draft.record)):
            problems[position] = found
    counted = [_count_of(draft) for draft in drafts]
    with transaction.atomic():
        changes = save_held(drafts, problems, actor=actor, now=now, via=via)
        touches = [draft.record for draft in drafts]
        _tell_targets(touches, counted, actor=actor, now=now, via=via)
    return changes


def remove_touch(touch: Touch, *, actor: User, now: datetime, via: Via) -> None:
    """Take a touch away; it can be brought back."""
    save_touches([Draft(touch, {"removed_at": now})], actor=actor, now=now, via=via)


def restore_touch(touch: Touch, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a removed touch back."""
    save_touches([Draft(touch, {"removed_at": None})], actor=actor, now=now, via=via)


def _count_of(draft: Draft[Touch]) -> int:
    """Return by how much a draft changes the number of touches."""
    was = not is_new(draft.record) and draft.record.removed_at is None
    will = draft.values.get("removed_at", draft.record.removed_at) is None
    return int(will) - int(was)


def _tell_targets(
    touches: Sequence[Touch], counted: Sequence[int], *, actor: User, now: datetime, via: Via
) -> None:
    more: dict[tuple[int, int | None], int] = {}
    for touch, change in zip(touches, counted, strict=True):
        key = (touch.company_id, touch.department_id)
        more[key] = more.get(key, 0) + change
    drafts = []
    for ids in chunks(sorted({company_id for company_id, _ in more})):
        for target in Target.objects.select_for_update().filter(company__in=ids, removed_at=None):
            key = (target.company_id, target.department_id)
            if key in more and (values := told_by_touches(target, more[key])):
                drafts.append(Draft(target, values))
    save_records(drafts, actor=actor, now=now, via=via)


def told_by_touches(target: Target, change: int) -> dict[str, Any]:
    """Return what a target is to have after `change` more touches."""
    held = Touch.objects.filter(
        company_id=target.company_id, department_id=target.department_id, removed_at=None
    )
    last = held.aggregate(last=Max("on"))["last"]
    values: dict[str, Any] = {"touch_count": max(target.touch_count + change, 0)}
    if last is not None and (change <= 0 or target.last_touch_on is None or last > target.last_touch_on):
        values["last_touch_on"] = last
    if change > 0 and last is not None and target.first_contact_on is None:
        values["first_contact_on"] = last
    if change > 0 and target.status == TargetStatus.NEW:
        values["status"] = TargetStatus.CONTACTED.value
    return values
