"""What all writes of the organisation begin with: one zone, one writer at a time."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

from sanku.accounts.models import User, Zone
from sanku.audit.operations import Draft, is_new
from sanku.common.problems import NotAllowed

M = TypeVar("M", bound=models.Model)


def lock_zone(actor: User) -> None:
    """Make other writers of the zone's organisation wait: names and the last administrator are looked up first."""
    Zone.objects.select_for_update().get(pk=actor.zone_id)


def settle_zone(drafts: Sequence[Draft[M]], actor: User) -> None:
    """Put new records into the actor's zone.

    Raises:
        NotAllowed: a record, or one that a draft refers to, belongs to another zone.
    """
    for draft in drafts:
        if is_new(draft.record):
            draft.record.zone = actor.zone  # type: ignore[attr-defined]
        others = [value for value in draft.values.values() if isinstance(value, models.Model)]
        for record in (draft.record, *others):
            if record.zone_id != actor.zone_id:  # type: ignore[attr-defined]
                raise NotAllowed
