"""Check the shapes of parcels: their own form, their area, the zone they lie in, the parcels beside them.

Shapes are shapely polygons and multipolygons in WGS-84 degrees. Areas are geodesic, in square metres.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from sanku.common.coordinates import in_china

Shapes = NDArray[np.object_]
Areas = NDArray[np.float64]

MOST_VERTICES = 10_000  # of one parcel; a surveyed one has some dozens
DIGITS = 9  # of a degree: a tenth of a millimetre
AREA_TOLERANCE = 0.01  # of the stated area; projecting costs up to 0.05 %
AREA_TOLERANCE_M2 = 20.0
OVERLAP_MATTERS_M2 = 1.0  # less is what two surveys of one border differ by
OUTSIDE_MATTERS = 0.001  # of a parcel's own area
_GEOD = pyproj.Geod(ellps="WGS84")
_POLYGONS = (3, 6)
_COLLECTION = 7
_REASONS = (
    ("Hole lies outside", "boundary_hole_outside"),
    ("Nested", "boundary_hole_outside"),
    ("Self-intersection", "boundary_crosses_itself"),
    ("Ring Self-intersection", "boundary_crosses_itself"),
    ("Duplicate Rings", "boundary_crosses_itself"),
)


class Finding(NamedTuple):
    """Something to be said of a shape: its code, whether it must be put right first, what the message needs.

    `repaired` says that a repair can be proposed.
    """

    code: str
    refuses: bool
    params: Mapping[str, Any]
    repaired: bool = False


def areas_m2(shapes: Shapes) -> Areas:
    """Return the geodesic area of each shape, nought of what is none."""
    turned = shapely.orient_polygons(shapes)
    return np.array(
        [0.0 if one is None or one.is_empty else abs(_GEOD.geometry_area_perimeter(one)[0]) for one in turned]
    )


def own_findings(shapes: Shapes) -> tuple[list[list[Finding]], Shapes]:
    """Judge each shape by itself; return what is to be said, and the shapes with what is broken repaired.

    A shape that cannot be a parcel at all is None among the repaired ones.
    """
    findings: list[list[Finding]] = [[] for _ in shapes]
    mended = _polygons_of(shapes)
    # Read in a system that cannot be theirs: neither on Earth nor a number at all.
    off = _off_the_earth(mended)
    for at in np.flatnonzero(off):
        findings[at].append(Finding("boundary_elsewhere", True, {}))
    mended[off] = None
    counts = shapely.get_num_coordinates(mended)
    missing = shapely.is_missing(mended) | shapely.is_empty(mended)
    broken = ~missing & ~shapely.is_valid(mended)
    for at in np.flatnonzero(missing & ~off):
        given = shapes[at]
        code = "boundary_missing" if given is None or given.is_empty else "boundary_no_area"
        findings[at].append(Finding(code, True, {}))
        mended[at] = None
    for at in np.flatnonzero(~missing & (counts > MOST_VERTICES)):
        findings[at].append(
            Finding("boundary_too_fine", True, {"count": int(counts[at]), "most": MOST_VERTICES})
        )
    for at in np.flatnonzero(broken):
        repaired = _repaired(mended[at])
        # Rings that enclose nothing: a line or a point, whatever it calls itself.
        code, params = _reason(mended[at]) if repaired is not None else ("boundary_no_area", {})
        findings[at].append(Finding(code, True, params, repaired=repaired is not None))
        mended[at] = repaired
    for at in np.flatnonzero(~shapely.is_missing(mended)):
        if not _in_china(mended[at]):
            findings[at].append(Finding("boundary_elsewhere", True, {}))
    return findings, mended


def _off_the_earth(shapes: Shapes) -> "np.ndarray[Any, np.dtype[np.bool]]":
    """Tell which shapes have a corner that is no longitude and latitude."""
    corners, of_shape = shapely.get_coordinates(shapes, return_index=True)
    on = (np.abs(corners[:, 0]) <= 180) & (np.abs(corners[:, 1]) <= 90)  # false of what is no number
    found = np.zeros(len(shapes), dtype=bool)
    found[of_shape[~on]] = True
    return found


def _polygons_of(shapes: Shapes) -> Shapes:
    """Return copies with the polygons of collections taken out of them, None for what is no area."""
    kinds = shapely.get_type_id(shapes)
    found: Shapes = shapes.copy()
    found[~np.isin(kinds, _POLYGONS)] = None
    for at in np.flatnonzero(kinds == _COLLECTION):
        found[at] = _areas_only(shapes[at])
    return found


def _repaired(shape: Any) -> Any:
    """Return a shape put right: what each ring encloses, without what its holes take away of it."""
    shells, holes = [], []
    for polygon in shapely.get_parts(shape):
        shells.append(_valid(shapely.polygons(polygon.exterior)))
        holes += [_valid(shapely.polygons(hole)) for hole in polygon.interiors]
    whole = shapely.difference(shapely.union_all(shells), shapely.union_all(holes))
    return _areas_only(whole)


def _valid(shape: Any) -> Any:
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _areas_only(shape: Any) -> Any:
    """Return the polygons of a shape as one, None where there are none."""
    parts = shapely.get_parts(shape)
    parts = shapely.get_parts(parts[np.isin(shapely.get_type_id(parts), _POLYGONS)])
    parts = parts[~shapely.is_empty(parts)]
    if not len(parts):
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _reason(shape: Any) -> tuple[str, dict[str, Any]]:
    said = str(shapely.is_valid_reason(shape))
    code = next((code for words, code in _REASONS if said.startswith(words)), "boundary_broken")
    place = said.partition("[")[2].rstrip("]").split()
    if len(place) < 2:
        return code, {"lon": "—", "lat": "—"}
    return code, {"lon": f"{float(place[0]):.6f}", "lat": f"{float(place[1]):.6f}"}


def _in_china(shape: Any) -> bool:
    west, south, east, north = shapely.bounds(shape)
    return in_china(west, south) and in_china(east, north)


def area_finding(drawn_m2: float, stated_m2: float | None) -> Finding | None:
    """Compare the drawn area with the stated one."""
    if not stated_m2 or stated_m2 <= 0:
        return None
    if abs(drawn_m2 - stated_m2) <= max(AREA_TOLERANCE * stated_m2, AREA_TOLERANCE_M2):
        return None
    return Finding("boundary_area_differs", False, {"drawn_m2": drawn_m2, "stated_m2": stated_m2})


def outside_findings(shapes: Shapes, zone: Any) -> list[Finding | None]:
    """Say which shapes do not lie within the zone; `zone` is its boundary, None where it is not known."""
    found: list[Finding | None] = [None] * len(shapes)
    if zone is None:
        return found
    shapely.prepare(zone)
    there = ~shapely.is_missing(shapes)
    for at in np.flatnonzero(there & ~shapely.covered_by(shapes, zone)):
        share = shapely.difference(shapes[at], zone).area / (shapes[at].area or 1)
        if share >= 1 - OUTSIDE_MATTERS:
            found[at] = Finding("boundary_outside", False, {})
        elif share > OUTSIDE_MATTERS:
            found[at] = Finding("boundary_partly_outside", False, {"percent": f"{share * 100:.1f}"})
    return found


class Overlap(NamedTuple):
    """Two shapes that overlap, by their places, and by how much."""

    first: int
    second: int
    area_m2: float


def overlaps(shapes: Shapes, others: Shapes | None = None) -> list[Overlap]:
    """Return which shapes overlap others, or without others each other (each pair once)."""
    tree = shapely.STRtree(shapes if others is None else others)
    first, second = tree.query(shapes, predicate="intersects")
    if others is None:
        once = first < second
        first, second = first[once], second[once]
    if not len(first):
        return []
    right = (shapes if others is None else others)[second]
    # Neighbours that only share a border are most of the pairs, and cheap to tell.
    apart = shapely.touches(shapes[first], right)
    first, second, right = first[~apart], second[~apart], right[~apart]
    common = shapely.intersection(shapes[first], right)
    # A square degree is at most 12.4 billion square metres: what is small even so is not measured.
    large = shapely.area(common) * 1.24e10 > OVERLAP_MATTERS_M2
    measured = areas_m2(_polygons_of(common[large]))
    return [
        Overlap(int(one), int(other), float(area))
        for one, other, area in zip(first[large], second[large], measured, strict=True)
        if area > OVERLAP_MATTERS_M2
    ]


# --- between shapes and what is stored


def shape_of(boundary: dict[str, Any] | None) -> Any:
    """Return a stored boundary as a shape, None where there is none."""
    return None if boundary is None else shapely.geometry.shape(boundary)


def shapes_of(boundaries: Sequence[dict[str, Any] | None]) -> Shapes:
    """Return stored boundaries as shapes, in order."""
    found = np.empty(len(boundaries), dtype=object)
    for at, boundary in enumerate(boundaries):
        found[at] = shape_of(boundary)
    return found


def boundary_of(shape: Any) -> dict[str, Any]:
    """Return a shape as it is stored: a GeoJSON polygon or multipolygon, rings turned as GeoJSON asks."""
    turned = shapely.orient_polygons(shape)
    polygons = [_rings(part) for part in shapely.get_parts(turned)]
    if turned.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _rings(polygon: Any) -> list[list[list[float]]]:
    return [
        np.round(shapely.get_coordinates(ring), DIGITS).tolist()
        for ring in (polygon.exterior, *polygon.interiors)
    ]


def position_of(shape: Any) -> tuple[float, float]:
    """Return a place within a shape: longitude and latitude."""
    point = shapely.point_on_surface(shape)
    return round(point.x, 7), round(point.y, 7)


def is_same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Return whether two boundaries are the same within a centimetre: a file that comes back changes nothing."""
    first, second = shape_of(one), shape_of(other)
    if first is None or second is None:
        return first is second
    same: bool = shapely.equals_exact(first.normalize(), second.normalize(), tolerance=1e-7)
    return same
