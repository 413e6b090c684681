"""A parcel's corners as text: one a line, an empty line between rings; a ring within another is a hole in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from sanku.common.coordinates import in_china, read_pair
from sanku.common.geodata.systems import Fit, from_wgs84, to_wgs84
from sanku.common.problems import Problem
from sanku.sites.shapes import MOST_VERTICES, boundary_of, shape_of

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
Ring = list[tuple[float, float]]


def boundary_in_text(text: str, system: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Read corners in degrees of a system; latitude may come first where all lines agree. Return boundary or problems.

    The boundary may still cross itself: that is for the checks of a boundary to say.
    """
    rings, problems = _rings_in(text)
    if problems:
        return None, problems
    if not rings:
        return None, [Problem("corners_missing", "coordinates")]
    corners = [corner for ring in rings for corner in ring]
    if not any(in_china(*corner) for corner in corners) and all(in_china(y, x) for x, y in corners):
        rings = [[(y, x) for x, y in ring] for ring in rings]
    shape = to_wgs84(np.array([nested(rings)], dtype=object), Fit(system))[0]
    return boundary_of(shape), []


def _rings_in(text: str, *, fewest: int = 3) -> tuple[list[Ring], list[Problem]]:
    rings: list[Ring] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            if rings[-1]:
                rings.append([])
            continue
        corner = read_pair(line)
        if corner is None or not np.isfinite(corner).all():
            said = {"line": number, "value": line.strip()[:40]}
            return [], [Problem("corner_unreadable", "coordinates", said)]
        rings[-1].append(corner)
    rings = [_open(ring) for ring in rings if ring]
    if sum(map(len, rings)) > MOST_VERTICES:
        return [], [Problem("corners_many", "coordinates", {"most": MOST_VERTICES})]
    if any(len(ring) < fewest for ring in rings):
        return [], [Problem("corners_few", "coordinates", {"fewest": fewest})]
    return rings, []


def _open(ring: Ring) -> Ring:
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def nested(rings: Sequence[Ring]) -> Any:
    """Return rings as one shape: a ring within an even number of others encloses ground, within an odd one a hole."""
    alone = [shapely.polygons(ring) for ring in rings]
    around = [
        [at for at, other in enumerate(alone) if at != own and shapely.contains_xy(other, *ring[0])]
        for own, ring in enumerate(rings)
    ]
    polygons = []
    for own, ring in enumerate(rings):
        if len(around[own]) % 2 == 0:
            depth = len(around[own]) + 1
            holes = [rings[at] for at, over in enumerate(around) if len(over) == depth and own in over]
            polygons.append(shapely.Polygon(ring, holes))
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def text_of(boundary: dict[str, Any], system: str = "wgs84") -> str:
    """Write a boundary as corners in degrees of a system, longitude first."""
    shape = from_wgs84(np.array([shape_of(boundary)], dtype=object), system)[0]
    rings = [ring for polygon in shapely.get_parts(shape) for ring in (polygon.exterior, *polygon.interiors)]
    blocks = ["\n".join(f"{lon:.9f}, {lat:.9f}" for lon, lat in ring.coords[:-1]) for ring in rings]
    return "\n\n".join(blocks)


def lines_in_text(text: str, system: str) -> tuple[list[Any], list[Problem]]:
    """Read lines written like rings, each of two corners at least; return them in WGS-84, or problems."""
    rings, problems = _rings_in(text, fewest=2)
    if problems or not rings:
        return [], problems or [Problem("corners_missing", "coordinates")]
    shapes = np.array([shapely.linestrings(ring) for ring in rings], dtype=object)
    return list(to_wgs84(shapes, Fit(system))), []
