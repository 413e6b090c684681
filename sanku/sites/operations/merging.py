"""Merging adjoining parcels into one: one record stays, the others are removed and lead to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_SITES
from sanku.audit.operations import Draft, Via, hold_zone, save_records
from sanku.common.problems import Refused
from sanku.sites.checking import Checked, checked_boundary
from sanku.sites.cuts import hang_together, joined
from sanku.sites.models import Reshape, Site, SiteStatus
from sanku.sites.operations.drawing import Unconfirmed
from sanku.sites.operations.reshaping import OWN, locked_parcels, note_reshape, refusal, step_of
from sanku.sites.operations.saving import save_sites
from sanku.sites.operations.splitting import said_of
from sanku.sites.shapes import boundary_of, shapes_of

MOST_MERGED = 50
CHANGED = ("boundary", "lon", "lat", "area_total_m2", "area_free_m2")
# Not worth telling that two parcels differ in it.
SILENT = OWN | {"note", "is_demo", "custom", "tags"}


@dataclass(frozen=True, slots=True)
class MergedPlan:
    """What several parcels become: one shape, added areas, what the checks say, in which facts the others differ.

    `differs` holds (field, value of the record that stays, other values); those others are not taken over.
    """

    shape: Any
    area_total_m2: Decimal | None
    area_free_m2: Decimal | None
    checked: Checked
    differs: list[tuple[str, Any, list[Any]]]


def merged_plan(kept: Site, others: Sequence[Site], *, user: User) -> MergedPlan:
    """Return what parcels of `sites_for` would be as one, under the record `kept`.

    Raises:
        Refused: at position 0: too few, of several kinds, held or taken otherwise than each other, or not adjoining.
    """
    every = [kept, *others]
    if len(every) < 2:
        raise refusal("merge_alone")
    if len(every) > MOST_MERGED:
        raise refusal("merge_many", most=MOST_MERGED)
    for site in every:
        if site.boundary is None:
            raise refusal("parcel_undrawn", name=str(site))
    if other := next((site for site in others if site.kind != kept.kind), None):
        raise refusal("merge_kinds", one=str(kept), other=str(other))
    _refuse_holds(kept, others)
    shapes = shapes_of([site.boundary for site in every])
    if broken := next((site for site, shape in zip(every, shapes, strict=True) if not shape.is_valid), None):
        raise refusal("parcel_broken", name=str(broken))
    if not hang_together(shapes):
        raise refusal("merge_apart")
    shape = joined(shapes)
    total, free = _sum(every, "area_total_m2"), _sum(every, "area_free_m2")
    checked = checked_boundary(
        boundary_of(shape), user=user, stated_m2=total, own=[site.pk for site in every]
    )
    return MergedPlan(shape, total, free, checked, _differences(kept, others))


def _refuse_holds(kept: Site, others: Sequence[Site]) -> None:
    """Refuse parcels of which some are held or taken and others are not, or for somebody else."""
    for other in others:
        pair = {kept.status_now, other.status_now}
        if not pair & {SiteStatus.HELD, SiteStatus.TAKEN}:
            continue
        same = len(pair) == 1
        if same and SiteStatus.HELD in pair:
            same = (kept.held_for, kept.held_until) == (other.held_for, other.held_until)
        elif same:
            same = kept.occupier_name == other.occupier_name
        if not same:
            raise refusal("merge_holds", one=str(kept), other=str(other))


def _sum(sites: Sequence[Site], name: str) -> Decimal | None:
    """Return the sum of an area, None where one of them is not known."""
    values = [getattr(site, name) for site in sites]
    return None if None in values else sum(values, Decimal(0))


def _differences(kept: Site, others: Sequence[Site]) -> list[tuple[str, Any, list[Any]]]:
    found = []
    for one in Site._meta.concrete_fields:
        if one.name in SILENT:
            continue
        own = _hashable(getattr(kept, one.name))
        theirs = dict.fromkeys(_hashable(getattr(site, one.name)) for site in others)
        news = [value for value in theirs if value not in (own, None, "", ())]
        if news:
            found.append((one.name, own, news))
    return found


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def merge_parcels(
    kept: Site,
    others: Sequence[Site],
    *,
    seen: Mapping[int, int],
    agreed: str = "",
    actor: User,
    now: datetime,
    via: Via,
) -> Reshape:
    """Merge parcels into the record `kept`: areas are added, the other records removed, and their addresses lead to it.

    `seen` holds the mark of every record as it was shown; `agreed` the `Checked.mark` of the plan. One transaction;
    `undo_reshape` takes it back.

    Raises:
        NotAllowed: the actor's role may not write carriers.
        Refused: at position 0; nothing was saved.
        Unconfirmed: the checks say something that was not agreed to.
    """
    require(actor, WRITES_SITES)
    with transaction.atomic():
        order = sorted({kept.pk, *(site.pk for site in others)})
        if set(order) != set(seen):
            raise refusal("parcel_gone")
        locked = {site.pk: site for site in locked_parcels(actor, {pk: seen[pk] for pk in order})}
        record = locked.pop(kept.pk)
        parts = list(locked.values())
        hold_zone(actor.zone_id)
        plan = merged_plan(record, parts, user=actor)
        if plan.checked.refused or plan.checked.mark != agreed:
            raise Unconfirmed(plan.checked)
        before = {name: getattr(record, name) for name in CHANGED}
        removed = _("Merged into “%(name)s” (%(address)s)") % said_of(record)
        save_records(
            [Draft(site, {"removed_at": now}, why=removed) for site in parts], actor=actor, now=now, via=via
        )
        values = _values(record, plan)
        names = "、".join(site.code or site.name for site in parts)
        why = _("Merged with %(names)s") % {"names": names}
        try:
            save_sites(
                [Draft(record, values, why=why[:500])],
                actor=actor,
                now=now,
                via=via,
                agreed={0: plan.checked.overlapping},
            )
        except Refused as refused:
            raise Refused({0: refused.problems[0]}) from refused
        return note_reshape("merge", record, parts, [step_of(record, before, CHANGED)], actor=actor, now=now)


def _values(record: Site, plan: MergedPlan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "boundary": boundary_of(plan.shape),
        "area_total_m2": plan.area_total_m2,
        "area_free_m2": plan.area_free_m2,
    }
    point = shapely.point_on_surface(plan.shape)
    if record.lon is None or record.lat is None:
        values |= {"lon": round(point.x, 7), "lat": round(point.y, 7)}
    return values
