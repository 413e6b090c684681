"""Saving what a merge changes, and keeping what that was as steps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, models, transaction

from sanku.accounts.models import User
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Via, save_records
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Company

Step = dict[str, Any]
Save = Callable[[Sequence[Draft[Any]]], list[Step]]


def saver(action: Action, *, actor: User, now: datetime, via: Via, why: str) -> Save:
    """Return how rows of one model are saved: with ledger entries that their holders alone read, as steps."""

    def save(drafts: Sequence[Draft[Any]]) -> list[Step]:
        if not drafts:
            return []
        holders = {
            position: getattr(draft.record, "department_id", None)
            for position, draft in enumerate(drafts)
            if draft.record._meta.model_name in ("contact", "touch", "attachment")
        }
        for draft in drafts:
            draft.why = why
        changes = save_records(drafts, actor=actor, now=now, via=via, department_of=holders, action=action)
        return [step(draft.record, some) for draft, some in zip(drafts, changes, strict=True) if some]

    return save


def step(record: models.Model, changes: list[dict[str, Any]], *, made: bool = False) -> Step:
    """Return what was changed of a record, as a merge keeps it."""
    kept = {"table": record._meta.label_lower, "id": record.pk, "changes": changes}
    return {**kept, "made": True} if made else kept


def locked_pair(one: int, other: int) -> dict[int, Company]:
    """Lock two companies, the lower id first, so that two who merge them never wait for each other."""
    found = Company.objects.select_for_update(of=("self",)).filter(pk__in=(one, other))
    return {company.pk: company for company in found.order_by("pk")}


@contextmanager
def at_once() -> Iterator[None]:
    """Write in one transaction; where somebody is at work on a row that is to move, say so instead of waiting.

    Whoever holds that row may be waiting for one of the companies.
    """
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        raise Refused({0: [Problem("merge_busy")]}) from error
