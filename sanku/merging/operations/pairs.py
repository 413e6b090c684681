"""What was decided about a merged company and a third one holds for the company that it went into."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanku.accounts.models import User
from sanku.audit.operations import Via
from sanku.companies.models import Company, Duplicate
from sanku.companies.operations import decide_duplicate
from sanku.merging.operations.rows import Step, step
from sanku.merging.rules import inherited

DECIDED = ("state", "decided_at", "decided_by")
KEPT = ("zone_id", "first_id", "second_id", "reason", "found_at")  # of an undecided pair that is dropped


def inherit(survivor: Company, merged: Company) -> list[Step]:
    """Carry the decisions about a merged company over to the survivor; return the steps.

    The merged one's own pairs stay as they are and rest. An undecided pair needs nothing: the survivor has the name.
    """
    theirs = _pairs(merged).exclude(state=Duplicate.State.OPEN).select_related("decided_by")
    ours = {_other(pair, survivor): pair for pair in _pairs(survivor)}
    steps = []
    for pair in theirs:
        other = _other(pair, merged)
        if other == survivor.pk:
            continue
        known = ours.get(other)
        state = inherited(pair.state, known.state if known is not None else None)
        if known is None:
            steps.append(_made(pair, survivor, other))
        elif known.state != state:
            decided: Any = (
                (None, None) if state == Duplicate.State.OPEN else (pair.decided_at, pair.decided_by)
            )
            steps.append(_changed(known, state, *decided))
    return steps


def undecided(survivor: Company) -> list[Duplicate]:
    """Return the pairs of the survivor that wait for a decision; what a merge does to its names may drop some."""
    return list(_pairs(survivor).filter(state=Duplicate.State.OPEN, rests=False))


def dropped(before: Sequence[Duplicate]) -> list[Step]:
    """Return as steps those of some pairs that are no longer there."""
    left = set(Duplicate.objects.filter(pk__in=[pair.pk for pair in before]).values_list("pk", flat=True))
    return [
        {**step(pair, []), "dropped": {name: _plain(getattr(pair, name)) for name in KEPT}}
        for pair in before
        if pair.pk not in left
    ]


def put_back(steps: Sequence[Step]) -> None:
    """Put back what a merge dropped; where the names are not alike any more, looking at them drops it again."""
    rows = {one["id"]: one["dropped"] for one in steps if "dropped" in one}
    named = {row[name] for row in rows.values() for name in ("first_id", "second_id")}
    there = Company.objects.filter(Q(removed_at=None) | Q(merged_into__isnull=False), pk__in=named)
    merged = dict(there.values_list("pk", "merged_into"))
    Duplicate.objects.bulk_create(
        [
            Duplicate(
                **{**row, "found_at": datetime.fromisoformat(row["found_at"])},
                pk=pk,
                rests=any(merged[row[name]] is not None for name in ("first_id", "second_id")),
            )
            for pk, row in rows.items()
            if {row["first_id"], row["second_id"]} <= merged.keys()
        ],
        ignore_conflicts=True,
    )


def _pairs(company: Company) -> Any:
    return Duplicate.objects.filter(Q(first=company) | Q(second=company))


def _other(pair: Duplicate, company: Company) -> int:
    return pair.second_id if pair.first_id == company.pk else pair.first_id


def _made(pair: Duplicate, survivor: Company, other: int) -> Step:
    first, second = sorted((survivor.pk, other))
    made = Duplicate.objects.create(
        zone_id=pair.zone_id, first_id=first, second_id=second, reason=pair.reason, state=pair.state,
        found_at=pair.found_at, decided_at=pair.decided_at, decided_by=pair.decided_by,
    )  # fmt: skip
    return step(made, [{"field": "state", "old": None, "new": made.state}], made=True)


def _changed(pair: Duplicate, state: str, decided_at: datetime | None, decided_by: Any) -> Step:
    old = [getattr(pair, name) for name in ("state", "decided_at", "decided_by_id")]
    pair.state, pair.decided_at, pair.decided_by = state, decided_at, decided_by
    pair.save(update_fields=DECIDED)
    new = [getattr(pair, name) for name in ("state", "decided_at", "decided_by_id")]
    changes = [
        {"field": name, "old": _plain(before), "new": _plain(after)}
        for name, before, after in zip(("state", "decided_at", "decided_by_id"), old, new, strict=True)
    ]
    return step(pair, changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def give_back(steps: Sequence[Step]) -> None:
    """Take back what pairs inherited, as far as nobody decided about them since."""
    for one in steps:
        if "dropped" in one:
            continue
        pair = Duplicate.objects.select_for_update().filter(pk=one["id"]).first()
        state = one["changes"][0]
        if pair is None or pair.state != state["new"]:
            continue
        if one.get("made"):
            pair.delete()
            continue
        values = {change["field"]: change["old"] for change in one["changes"]}
        moment = values["decided_at"]
        pair.state, pair.decided_by_id = values["state"], values["decided_by_id"]
        pair.decided_at = datetime.fromisoformat(moment) if moment else None
        pair.save(update_fields=DECIDED)


def rest(*companies: Company) -> None:
    """Let the pairs of companies rest where one of the two is merged, and none else."""
    for company in companies:
        pairs = _pairs(company)
        merged = Q(first__merged_into__isnull=False) | Q(second__merged_into__isnull=False)
        resting = list(pairs.filter(merged).values_list("pk", flat=True))
        pairs.filter(pk__in=resting).update(rests=True)
        pairs.exclude(pk__in=resting).update(rests=False)


def mark_different(one: Company, other: Company, *, actor: User, now: datetime, via: Via) -> None:
    """Remember that two companies are not the same."""
    first, second = sorted((one.pk, other.pk))
    pair, _ = Duplicate.objects.get_or_create(
        first_id=first, second_id=second, defaults={"zone_id": one.zone_id, "reason": "name", "found_at": now}
    )
    decide_duplicate(pair, state=Duplicate.State.DIFFERENT, actor=actor, now=now, via=via)
