"""Extents and boundaries on the ground, as plain numbers and GeoJSON: read and checked without any library of shapes.

Degrees WGS-84. What needs geometry stands in `sanku.common.shapes`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Box:
    """An extent in degrees."""

    west: float
    south: float
    east: float
    north: float


def read_box(text: str) -> Box | None:
    """Read WEST,SOUTH,EAST,NORTH; None where it is none. Beyond the edge of the world it is cut."""
    numbers = numbers_in(text)
    if len(numbers) != 4:
        return None
    west, south, east, north = numbers
    if not (west <= east and south <= north):
        return None
    return Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return how long a degree of longitude and one of latitude are there, on the WGS-84 ellipsoid (to a centimetre)."""
    turn = math.radians(lat)
    across = 111_412.84 * math.cos(turn) - 93.5 * math.cos(3 * turn) + 0.118 * math.cos(5 * turn)
    return across, 111_132.954 - 559.822 * math.cos(2 * turn) + 1.175 * math.cos(4 * turn)


def extent_of(boundary: Any) -> Box | None:
    """Return the extent of a GeoJSON polygon or multipolygon; None where it has no point."""
    if not isinstance(boundary, dict):
        return None
    found = list(_points(boundary.get("coordinates")))
    if not found:
        return None
    lons, lats = zip(*found, strict=True)
    return Box(min(lons), min(lats), max(lons), max(lats))


def _points(coordinates: Any) -> Any:
    """Yield the positions of nested GeoJSON coordinates."""
    if not isinstance(coordinates, list | tuple) or not coordinates:
        return
    if isinstance(coordinates[0], int | float):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for part in coordinates:
        yield from _points(part)


def boundary_in(found: Any) -> dict[str, Any] | None:
    """Return all polygons of a GeoJSON geometry, feature or collection as one geometry; None where it has none."""
    polygons: list[Any] = []
    for geometry in _geometries(found):
        if geometry.get("type") == "Polygon":
            polygons.append(geometry.get("coordinates"))
        elif geometry.get("type") == "MultiPolygon":
            polygons += geometry.get("coordinates") or []
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons} if polygons else None


def _geometries(found: Any) -> Iterator[Mapping[str, Any]]:
    match found:
        case {"type": "FeatureCollection", "features": [*features]}:
            for feature in features:
                yield from _geometries(feature)
        case {"type": "Feature", "geometry": geometry}:
            yield from _geometries(geometry)
        case {"type": "GeometryCollection", "geometries": [*geometries]}:
            for geometry in geometries:
                yield from _geometries(geometry)
        case {"type": str()}:
            yield found


def is_boundary(shape: Any) -> bool:
    """Return whether a value is a GeoJSON polygon or multipolygon in degrees, every ring closed."""
    if not isinstance(shape, Mapping):
        return False
    match shape.get("type"), shape.get("coordinates"):
        case "Polygon", [*rings]:
            polygons: Sequence[Any] = [rings]
        case "MultiPolygon", [*several]:
            polygons = several
        case _:
            return False
    return bool(polygons) and all(
        isinstance(rings, list | tuple) and rings and all(_is_ring(ring) for ring in rings)
        for rings in polygons
    )


def _is_ring(ring: Any) -> bool:
    if not isinstance(ring, list | tuple) or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    return all(
        isinstance(point, list | tuple)
        and len(point) >= 2
        and all(isinstance(value, int | float) for value in point[:2])
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
        for point in ring
    )


def numbers_in(text: str) -> list[float]:
    """Return up to five numbers of a text with commas between them, none where one cannot be read or is not finite."""
    try:
        numbers = [float(part) for part in text.split(",", 4)]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []
