"""Splitting a parcel along drawn lines: one piece keeps the record, the others become records of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_SITES
from sanku.audit.operations import Draft, Via, hold_zone
from sanku.common.problems import Refused
from sanku.sites.checking import checked_boundary
from sanku.sites.cuts import SMALLEST_PIECE_M2, divided_areas, pieces_of
from sanku.sites.models import Reshape, Site
from sanku.sites.operations.reshaping import (
    NOT_TO_RESHAPE,
    OWN,
    locked_parcels,
    note_reshape,
    refusal,
    step_of,
)
from sanku.sites.operations.saving import save_sites
from sanku.sites.problems import mu
from sanku.sites.shapes import Shapes, areas_m2, boundary_of, position_of, shape_of

MOST_PIECES = 50
CHANGED = ("boundary", "lon", "lat", "area_total_m2", "area_free_m2")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a parcel that is to be split: its shape, drawn area and share of total and free area."""

    shape: Any
    drawn_m2: float
    area_total_m2: Any
    area_free_m2: Any


def split_plan(site: Site, lines: Sequence[Any]) -> list[Piece]:
    """Return the pieces that lines cut a parcel into, the largest first. `site` is of `sites_for`.

    Raises:
        Refused: it is held or taken, the lines cut nothing, or a piece is too small; at position 0.
    """
    if site.status_now in NOT_TO_RESHAPE:
        raise refusal(
            f"split_{site.status_now}", name=str(site), who=site.held_for or site.occupier_name or "—"
        )
    shape = shape_of(site.boundary)
    if shape is None:
        raise refusal("parcel_undrawn", name=str(site))
    if not shapely.is_valid(shape):
        raise refusal("parcel_broken", name=str(site))
    pieces: Shapes = pieces_of(shape, lines)
    if len(pieces) <= len(shapely.get_parts(shape)):
        raise refusal("cut_misses")
    if len(pieces) > MOST_PIECES:
        raise refusal("cut_many", most=MOST_PIECES)
    drawn = areas_m2(pieces)
    if drawn.min() < SMALLEST_PIECE_M2:
        raise refusal("cut_sliver", area=f"{drawn.min():.2f}")
    shares = divided_areas(site.area_total_m2, site.area_free_m2, drawn.tolist())
    for total, _free in shares:
        if total is not None and site.area_smallest_m2 is not None and total < site.area_smallest_m2:
            raise refusal("cut_smallest", part=mu(float(total)), least=mu(float(site.area_smallest_m2)))
    return [
        Piece(piece, float(area), total, free)
        for piece, area, (total, free) in zip(pieces, drawn, shares, strict=True)
    ]


def split_parcel(
    site: Site,
    lines: Sequence[Any],
    *,
    keeps: int,
    named: Mapping[int, tuple[str, str]],
    seen: int,
    actor: User,
    now: datetime,
    via: Via,
) -> Reshape:
    """Split a parcel: the piece at `keeps` of its `split_plan` keeps the record, the others are new carriers.

    `named` gives name and number of each new one by its place in the plan. All else is as the parcel has it; total and
    free area are divided by drawn area. One transaction; `undo_reshape` takes it back.

    Raises:
        NotAllowed: the actor's role may not write carriers.
        Refused: at position 0 what holds of the whole, else by place in the plan; nothing was saved.
    """
    require(actor, WRITES_SITES)
    with transaction.atomic():
        record = locked_parcels(actor, {site.pk: seen})[0]
        hold_zone(actor.zone_id)
        pieces = split_plan(record, lines)
        if not 0 <= keeps < len(pieces):
            raise refusal("cut_misses")
        before = {name: getattr(record, name) for name in CHANGED}
        others = [at for at in range(len(pieces)) if at != keeps]
        drafts = [Draft(record, _kept_values(record, pieces[keeps]), why=_split_why(record, len(pieces)))]
        drafts += [
            Draft(
                Site(zone_id=record.zone_id),
                _part_values(record, pieces[at], *named.get(at, ("", ""))),
                why=_("Split from “%(name)s” (%(address)s)") % said_of(record),
            )
            for at in others
        ]
        _save(drafts, [keeps, *others], record, actor=actor, now=now, via=via)
        made = [draft.record for draft in drafts[1:]]
        steps = [step_of(record, before, CHANGED)] + [step_of(one, {}, (*CHANGED, "status")) for one in made]
        return note_reshape("split", record, made, steps, actor=actor, now=now)


def _save(
    drafts: list[Draft[Site]], places: list[int], record: Site, *, actor: User, now: datetime, via: Via
) -> None:
    """Save the pieces; what they overlap is what the parcel overlapped before, so it is agreed to."""
    over = checked_boundary(record.boundary, user=actor, own=(record.pk,)).overlapping
    try:
        save_sites(drafts, actor=actor, now=now, via=via, agreed=dict.fromkeys(range(len(drafts)), over))
    except Refused as refused:
        raise Refused({places[at]: problems for at, problems in refused.problems.items()}) from refused


def _kept_values(record: Site, piece: Piece) -> dict[str, Any]:
    values = _ground(piece)
    if (
        record.lon is not None
        and record.lat is not None
        and shapely.intersects_xy(piece.shape, record.lon, record.lat)
    ):
        del values["lon"], values["lat"]
    return values


def _part_values(record: Site, piece: Piece, name: str, code: str) -> dict[str, Any]:
    inherited = {
        one.name: getattr(record, one.name) for one in Site._meta.concrete_fields if one.name not in OWN
    }
    return {**inherited, **_ground(piece), "name": name, "code": code, "status": record.status_now}


def _ground(piece: Piece) -> dict[str, Any]:
    lon, lat = position_of(piece.shape)
    return {
        "boundary": boundary_of(piece.shape),
        "lon": lon,
        "lat": lat,
        "area_total_m2": piece.area_total_m2,
        "area_free_m2": piece.area_free_m2,
    }


def _split_why(record: Site, count: int) -> str:
    return _("Split into %(count)s parcels") % {"count": count}


def said_of(record: Site) -> dict[str, str]:
    """Return how a reason in the ledger names a record: its name, and where it is."""
    return {"name": str(record), "address": f"/sites/{record.pk}/"}


def proposed_names(site: Site, count: int, taken: Sequence[str]) -> list[tuple[str, str]]:
    """Return name and number proposed for each new carrier: those of the parcel with -1, -2 …, numbers not yet taken."""
    found: list[tuple[str, str]] = []
    number = 0
    while len(found) < count:
        number += 1
        code = f"{site.code}-{number}"[:60] if site.code else ""
        if not code or code not in taken:
            found.append((f"{site.name}-{number}"[:200], code))
    return found
