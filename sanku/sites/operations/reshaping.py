"""What splitting and merging have in common: locked records, values of new ones, the record of what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sanku.accounts.models import User
from sanku.audit.operations import as_json
from sanku.common.problems import Problem, Refused
from sanku.sites.models import Reshape, ReshapePart, Site, SiteStatus
from sanku.sites.operations.drawing import seen_of
from sanku.sites.queries import sites_for

# What a part does not take from the record that it is cut from: who it is, where, how much, for whom it is held.
OWN = frozenset(
    {
        "id", "zone", "name", "code", "lon", "lat", "boundary", "west", "south", "east", "north", "area_total_m2",
        "area_free_m2", "search_text", "created_at", "updated_at", "removed_at", "status", "held_for", "held_until",
        "as_written",
    }
)  # fmt: skip
NOT_TO_RESHAPE = (SiteStatus.HELD, SiteStatus.TAKEN)


def locked_parcels(user: User, seen: Mapping[int, int]) -> list[Site]:
    """Return the user's parcels of these ids, locked, in their order; each must be as it was seen.

    Raises:
        Refused: one is gone, has no boundary, or was saved since.
    """
    found = {
        site.pk: site
        for site in sites_for(user).select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
    }
    for pk, mark in seen.items():
        if pk not in found:
            raise refusal("parcel_gone")
        if found[pk].boundary is None:
            raise refusal("parcel_undrawn", name=str(found[pk]))
        if seen_of(found[pk]) != mark:
            raise refusal("parcel_changed", name=str(found[pk]))
    return [found[pk] for pk in seen]


def refusal(code: str, **params: Any) -> Refused:
    """Return a refusal of the whole, at position 0."""
    return Refused({0: [Problem(code, "", params)]})


def step_of(record: Site, before: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return what was changed of a record that is saved, for the way back."""
    return {
        "id": record.pk,
        "before": {name: as_json(before[name]) for name in names if name in before},
        "after": {name: as_json(getattr(record, name)) for name in names},
    }


def note_reshape(
    kind: str, kept: Site, parts: Sequence[Site], steps: list[dict[str, Any]], *, actor: User, now: datetime
) -> Reshape:
    """Keep what was done."""
    made = Reshape.objects.create(zone_id=actor.zone_id, kind=kind, kept=kept, at=now, by=actor, steps=steps)
    ReshapePart.objects.bulk_create([ReshapePart(reshape=made, site=part) for part in parts])
    return made
