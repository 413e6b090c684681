"""What is to be said of a drawn boundary before it is saved: its form, its area, the zone, the parcels beside it."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sanku.accounts.models import User
from sanku.common.problems import Problem
from sanku.sites.models import Site
from sanku.sites.nearby import Bounds, parcels_of, zone_shape
from sanku.sites.problems import mu
from sanku.sites.shapes import (
    Finding,
    area_finding,
    areas_m2,
    outside_findings,
    overlaps,
    own_findings,
    shape_of,
    shapes_of,
)

NAMED = 5  # others that are named in one message


class Checked(NamedTuple):
    """A judged boundary: what is to be said of it, its shape (a broken one repaired), its area, what it overlaps."""

    findings: list[Finding]
    shape: Any
    area_m2: float
    overlapping: frozenset[int]

    @property
    def refused(self) -> list[Finding]:
        """What must be put right first."""
        return [one for one in self.findings if one.refuses]

    @property
    def mark(self) -> str:
        """What a person agrees to who saves all the same: another text once anything that is said changes; "" for nothing."""
        if not self.findings:
            return ""
        said = sorted([one.code, json.dumps(dict(one.params), sort_keys=True)] for one in self.findings)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def checked_boundary(
    boundary: Mapping[str, Any] | None, *, user: User, stated_m2: Any = None, own: Collection[int] = ()
) -> Checked:
    """Judge a boundary as the import of parcels does; `own` are the carriers whose ground it takes over."""
    shapes = np.empty(1, dtype=object)
    shapes[0] = shape_of(dict(boundary)) if boundary else None
    found, mended = own_findings(shapes)
    findings, shape = found[0], mended[0]
    if shape is None:
        return Checked(findings, None, 0.0, frozenset())
    area = float(areas_m2(mended)[0])
    differs = area_finding(area, None if stated_m2 is None else float(stated_m2))
    near = parcels_of(user, _bounds(mended), without=own)
    pairs = [(one.second, one.area_m2) for one in overlaps(mended, near.shapes)] if len(near.ids) else []
    findings += [outside_findings(mended, zone_shape(user.zone))[0], differs]  # type: ignore[list-item]
    if pairs:
        named = named_pairs([(near.label(at), size) for at, size in pairs])
        findings.append(Finding("boundary_overlaps", False, named))
    return Checked(
        [one for one in findings if one is not None],
        shape,
        area,
        frozenset(near.ids[at] for at, _size in pairs),
    )


def named_pairs(pairs: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """Return the others of overlaps by name, the largest first, with the area of all of them."""
    pairs = sorted(pairs, key=lambda pair: -pair[1])
    names = "、".join(name for name, _ in pairs[:NAMED])
    more = "…" if len(pairs) > NAMED else ""
    return {"others": names + more, "area_m2": round(sum(area for _, area in pairs), 2)}


def new_overlaps(
    boundaries: Mapping[int, Mapping[str, Any]],
    *,
    user: User,
    own: Collection[int] = (),
    agreed: Mapping[int, Collection[int]] | None = None,
) -> dict[int, Problem]:
    """Return, by position, boundaries that overlap parcels of the zone otherwise than was agreed to.

    `own` are carriers that are themselves saved now; `agreed` names, by position, those that may be overlapped.
    """
    places = list(boundaries)
    shapes = shapes_of([dict(boundaries[at]) for at in places])
    near = parcels_of(user, _bounds(shapes), without=own)
    if not len(near.ids):
        return {}
    known = agreed or {}
    found: dict[int, list[tuple[str, float]]] = {}
    for one in overlaps(shapes, near.shapes):
        at = places[one.first]
        if near.ids[one.second] not in known.get(at, ()):
            found.setdefault(at, []).append((near.label(one.second), one.area_m2))
    return {at: overlap_problem(pairs) for at, pairs in found.items()}


def overlapped(site: Site, *, user: User) -> dict[int, tuple[str, float]]:
    """Return the parcels of the zone that a carrier's boundary overlaps: label and square metres by id."""
    shapes = shapes_of([site.boundary])
    near = parcels_of(user, _bounds(shapes), without={site.pk})
    return {
        near.ids[one.second]: (near.label(one.second), one.area_m2) for one in overlaps(shapes, near.shapes)
    }


def overlap_problem(pairs: Sequence[tuple[str, float]]) -> Problem:
    """Return what is said of parcels overlapped: their names and the area in mu."""
    said = named_pairs(pairs)
    return Problem(
        "boundary_overlaps_now", "boundary", {"others": said["others"], "area": mu(said["area_m2"])}
    )


def _bounds(shapes: Any) -> Bounds:
    west, south, east, north = np.array([one.bounds for one in shapes if one is not None]).T
    return float(west.min()), float(south.min()), float(east.max()), float(north.max())
