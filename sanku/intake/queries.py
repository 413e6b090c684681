"""Reading imports within the caller's scope: one's own, and all for those who see all."""

from collections import Counter
from collections.abc import Sequence

from django.db import models
from django.db.models import Count, Q

from sanku.accounts.models import User
from sanku.intake.models import Batch, BatchRow, BatchTable
from sanku.intake.rules import Action

ONLY = ("all", "changed", "todo")


def batches_for(user: User) -> models.QuerySet[Batch]:
    """Return the imports that the user may see."""
    batches = Batch.objects.filter(zone_id=user.zone_id).select_related("by", "zone")
    return batches if user.sees_all else batches.filter(by_id=user.pk)


def rows_for(user: User) -> models.QuerySet[BatchRow]:
    """Return the rows of the imports that the user may see."""
    return BatchRow.objects.filter(batch__in=batches_for(user)).select_related("batch", "table")


def tables_of(batch: Batch) -> list[BatchTable]:
    """Return the tables of a batch in their order."""
    return list(batch.tables.order_by("position"))


def to_do(rows: models.QuerySet[BatchRow]) -> models.QuerySet[BatchRow]:
    """Return the rows about which a person should decide something."""
    return rows.filter(Q(action=Action.REFUSE) | Q(is_doubtful=True)).exclude(action=Action.SKIP)


def shown_rows(table: BatchTable, only: str) -> models.QuerySet[BatchRow]:
    """Return the rows of a table that a reviewer asked for: all, changed (converted or updating), or to do."""
    rows = BatchRow.objects.filter(table=table).order_by("pk")
    if only == "todo":
        return to_do(rows)
    if only == "changed":
        return rows.exclude(action=Action.SKIP).filter(Q(action=Action.UPDATE) | Q(is_converted=True))
    return rows


def dropped_counts(batch: Batch) -> Counter[tuple[int, str]]:
    """Return how many rows a person left out, by table and action."""
    found = BatchRow.objects.filter(batch=batch, is_dropped=True).values_list("table_id", "action")
    return Counter({(table, action): n for table, action, n in found.order_by().annotate(Count("pk"))})


def rows_done(batch: Batch, actions: Sequence[str]) -> models.QuerySet[BatchRow]:
    """Return the rows of a saved batch of which some became of what was asked for."""
    return BatchRow.objects.filter(batch=batch, table__is_taken=True, action__in=actions).order_by("pk")
