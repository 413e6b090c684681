"""Propose the coordinate system of a layer: the one it names, where its numbers fit that, else the likeliest of all."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely

from sanku.common.geodata.model import LayerSheet
from sanku.common.geodata.systems import (
    Bounds,
    Fit,
    Shapes,
    declared_system,
    fits,
    sample_of,
    suits,
    to_wgs84,
)

# stated: the file says so; format: only its format does (KML, GeoJSON); missing: nothing does; turned: it does, and its
# axes stand in each other's place; contradicts: what it says cannot be; foreign: a datum that needs parameters;
# decided: a person said so.
Why = Literal["stated", "format", "missing", "turned", "contradicts", "foreign", "decided"]
MOST_MERIDIANS = 5
_FAR_DEGREES, _FAR_M = 10.0, 500_000.0  # a development zone is some kilometres wide
_SAME = 0.8  # of two shapes together: one and the same parcel
_OVERLAP_MATTERS = 0.02


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that the numbers fit: which share of the parcels then lies in the zone, is known already, or overlaps
    what is known; None where that cannot be told."""

    fit: Fit
    inside: float | None = None
    known: float = 0.0
    overlapping: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """The system to read a layer in (None: its numbers fit none), whether a person must confirm it, and why it is that."""

    fit: Fit | None
    asks: bool
    why: Why
    candidates: list[Candidate] = field(default_factory=list)


def propose(
    layer: LayerSheet, *, near_lon: float | None = None, zone: Any = None, known: Shapes | None = None
) -> Proposal:
    """Propose a system for a layer. `zone` is the zone's boundary, `known` shapes that lie there, both in WGS-84."""
    shapes = layer.shapes[~shapely.is_missing(layer.shapes)]
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        return Proposal(Fit("wgs84"), False, "stated")
    bounds = _bounds_of_most(shapes)
    declared = declared_system(layer.declared)
    if declared is not None and layer.is_stated:
        if suits(Fit(declared), bounds):
            return Proposal(Fit(declared), False, "stated")
        if suits(Fit(declared, True), bounds):
            return Proposal(Fit(declared, True), True, "turned", [Candidate(Fit(declared, True))])
    why: Why = "missing"
    if layer.is_stated:
        why = "foreign" if declared is None else "contradicts"
    elif layer.declared:
        why = "format"
    possible = _first_meridians(fits(bounds, near_lon=near_lon))
    sample = sample_of(shapes, 500)
    candidates = [_weighed(fit, sample, zone, known) for fit in possible]
    ranked = sorted(
        candidates,
        key=lambda one: (-round(one.inside or 0, 2), -round(one.known, 2), round(one.overlapping, 2)),
    )
    return Proposal(ranked[0].fit if ranked else None, True, why, ranked)


def _bounds_of_most(shapes: Shapes) -> Bounds:
    """Return the bounds of the parcels that lie together: one at 0, 0 or with its axes mixed up tells no system."""
    each = shapely.bounds(shapes)
    centres = (each[:, :2] + each[:, 2:]) / 2
    middle = np.nanmedian(centres, axis=0)
    far = _FAR_DEGREES if np.abs(middle).max() <= 360 else _FAR_M
    together = shapes[(np.abs(centres - middle) <= far).all(axis=1)]
    most = together if 2 * len(together) > len(shapes) else shapes
    west, south, east, north = (float(value) for value in shapely.total_bounds(most))
    return west, south, east, north


def _first_meridians(possible: list[Fit]) -> list[Fit]:
    """Keep the meridians nearest to the zone: without a zone number any of 21 would do."""
    geographic = [fit for fit in possible if not fit.system.startswith("epsg:")]
    return geographic + [fit for fit in possible if fit.system.startswith("epsg:")][:MOST_MERIDIANS]


def _weighed(fit: Fit, sample: Shapes, zone: Any, known: Shapes | None) -> Candidate:
    there = to_wgs84(sample, fit)
    there = there[shapely.is_valid(there)]
    if not len(there):
        return Candidate(fit)
    inside = None
    if zone is not None:
        shapely.prepare(zone)
        inside = float(shapely.intersects(shapely.point_on_surface(there), zone).mean())
    if known is None or not len(known):
        return Candidate(fit, inside)
    first, second = shapely.STRtree(known).query(there, predicate="intersects")
    common = shapely.area(shapely.intersection(there[first], known[second]))
    smaller = np.minimum(shapely.area(there[first]), shapely.area(known[second]))
    larger = np.maximum(shapely.area(there[first]), shapely.area(known[second]))
    same = set(first[common > _SAME * larger].tolist())
    over = set(first[(common > _OVERLAP_MATTERS * smaller)].tolist()) - same
    return Candidate(fit, inside, len(same) / len(there), len(over) / len(there))
