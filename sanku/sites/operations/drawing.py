"""Saving a boundary that was drawn on the map: of a carrier that is there, or of a new one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import shapely
from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_SITES
from sanku.audit.operations import Draft, Via, hold_zone, is_new
from sanku.common.problems import Problem, Refused
from sanku.sites.checking import Checked, checked_boundary
from sanku.sites.models import Site
from sanku.sites.operations.saving import save_sites
from sanku.sites.queries import sites_for
from sanku.sites.shapes import boundary_of, position_of


class Unconfirmed(Exception):
    """There is something to be said of the boundary that was not agreed to; nothing was saved. `checked` tells what."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        super().__init__(", ".join(one.code for one in checked.findings))


def save_boundary(
    site: Site,
    boundary: Mapping[str, Any],
    *,
    seen: int,
    agreed: str,
    take_area: bool = False,
    actor: User,
    now: datetime,
    via: Via,
) -> None:
    """Give a carrier of the actor's zone a boundary; see `save_drawn`.

    Raises:
        NotAllowed, Unconfirmed: see `save_drawn`.
        Refused: at position 0: somebody saved the carrier since it was `seen`, or a rule; nothing was saved.
    """
    require(actor, WRITES_SITES)
    with transaction.atomic():
        record = sites_for(actor).select_for_update(of=("self",)).filter(pk=site.pk).first()
        if record is None:
            raise Refused({0: [Problem("parcel_gone")]})
        if seen != seen_of(record):
            raise Refused({0: [Problem("parcel_changed", "", {"name": str(record)})]})
        draft = Draft(record, {"boundary": dict(boundary)})
        save_drawn(draft, agreed=agreed, take_area=take_area, actor=actor, now=now, via=via)


def save_drawn(
    draft: Draft[Site], *, agreed: str, take_area: bool = False, actor: User, now: datetime, via: Via
) -> None:
    """Save a carrier whose draft has a drawn boundary, after the checks of an import of parcels.

    What they say must be what was `agreed` to (`Checked.mark`). The carrier's position follows where it does not lie
    within; its total area is the drawn one where none is known, or with `take_area`: then what was all free still is.

    Raises:
        NotAllowed: the actor's role may not write carriers.
        Refused: at position 0; nothing was saved.
        Unconfirmed: the checks say something that was not agreed to.
    """
    require(actor, WRITES_SITES)
    record, values = draft.record, draft.values
    with transaction.atomic():
        hold_zone(actor.zone_id)
        own = () if is_new(record) else (record.pk,)
        total = values.get("area_total_m2", record.area_total_m2)
        checked = checked_boundary(
            values["boundary"], user=actor, stated_m2=None if take_area else total, own=own
        )
        if checked.refused or checked.mark != agreed:
            raise Unconfirmed(checked)
        values["boundary"] = boundary_of(checked.shape)
        values |= _placed(record, values, checked.shape)
        if take_area or total is None:
            values |= _drawn_area(record, values, checked.area_m2)
        save_sites([draft], actor=actor, now=now, via=via, agreed={0: checked.overlapping})


def _placed(record: Site, values: dict[str, Any], shape: Any) -> dict[str, float]:
    """Return the position, where the one there is does not lie within the boundary."""
    lon, lat = values.get("lon", record.lon), values.get("lat", record.lat)
    if lon is not None and lat is not None and shapely.intersects_xy(shape, lon, lat):
        return {}
    lon, lat = position_of(shape)
    return {"lon": lon, "lat": lat}


def _drawn_area(record: Site, values: dict[str, Any], area_m2: float) -> dict[str, Decimal]:
    total = Decimal(str(round(area_m2, 2)))
    free, before = values.get("area_free_m2", record.area_free_m2), record.area_total_m2
    all_free = free is not None and before is not None and free == before
    return {"area_total_m2": total, "area_free_m2": total} if all_free else {"area_total_m2": total}


def seen_of(record: Site) -> int:
    """Return the mark of a record as it is: another one once somebody saved it."""
    return int(record.updated_at.timestamp() * 1_000_000)
