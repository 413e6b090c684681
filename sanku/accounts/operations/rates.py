"""Writing exchange rates."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import ExchangeRate, User
from sanku.accounts.operations.permission import require
from sanku.accounts.operations.scope import lock_zone, settle_zone
from sanku.accounts.rules import WRITES_RATES, rate_problems
from sanku.audit.operations import Draft, Via, is_new, save_records
from sanku.common.problems import Problem, Refused


def save_rates(
    drafts: Sequence[Draft[ExchangeRate]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and corrected exchange rates of the actor's zone; returns the changes of each draft.

    Amounts that were saved at a rate keep their value in yuan until they are saved again.

    Raises:
        NotAllowed: the actor does not keep the rates, or one belongs to another zone.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_RATES)
    settle_zone(drafts, actor)
    today = timezone.localdate(now)
    problems: dict[int, list[Problem]] = {}
    with transaction.atomic():
        lock_zone(actor)
        kept = ExchangeRate.objects.filter(zone_id=actor.zone_id).values_list("currency", "on", "pk")
        holders: dict[tuple[Any, Any], int | None] = {(currency, on): pk for currency, on, pk in kept}
        for position, draft in enumerate(drafts):
            record = draft.record
            present = (
                {} if is_new(record) else {name: getattr(record, name) for name in ("currency", "on", "cny")}
            )
            whole = present | draft.values
            found = rate_problems(whole, today=today)
            place = (whole.get("currency"), whole.get("on"))
            if place in holders and (is_new(record) or holders[place] != record.pk):
                found.append(Problem("rate_taken", "currency", {"value": whole["currency"]}))
            holders.setdefault(place, record.pk)
            if found:
                problems[position] = found
        if problems:
            raise Refused(problems)
        return save_records(drafts, actor=actor, now=now, via=via)
