"""Boxes and drawn shapes on the ground, as they stand in an address: read, and asked what lies in them.

Degrees WGS-84. A drawn shape is a polygon, `p:LON,LAT;LON,LAT;…` without its closing point, or a circle,
`c:LON,LAT,METRES`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude this times the cosine of the latitude
MOST_CORNERS = 300
LARGEST_RADIUS_M = 500_000.0
CIRCLE_CORNERS = 96  # the polygon in its place is smaller by 0.07 %


@dataclass(frozen=True, slots=True)
class Box:
    """An extent in degrees."""

    west: float
    south: float
    east: float
    north: float


def read_box(text: str) -> Box | None:
    """Read WEST,SOUTH,EAST,NORTH; None where it is none. Beyond the edge of the world it is cut."""
    numbers = _numbers(text)
    if len(numbers) != 4:
        return None
    west, south, east, north = numbers
    if not (west <= east and south <= north):
        return None
    return Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def read_shape(text: str) -> shapely.Polygon | None:
    """Read a drawn shape; None where it is none, crosses itself or is not on Earth."""
    kind, _, rest = text.partition(":")
    if kind == "c":
        numbers = _numbers(rest)
        if len(numbers) != 3 or not (_on_earth(*numbers[:2]) and 0 < numbers[2] <= LARGEST_RADIUS_M):
            return None
        return circle(*numbers)
    corners = [tuple(_numbers(pair)) for pair in rest.split(";", MOST_CORNERS)] if kind == "p" else []
    if not 3 <= len(corners) <= MOST_CORNERS:
        return None
    if not all(len(corner) == 2 and _on_earth(*corner) for corner in corners):
        return None
    drawn = shapely.Polygon(corners)
    return drawn if drawn.is_valid and drawn.area > 0 else None


def circle(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """Return the polygon in place of a circle; good to a thousandth up to 100 km."""
    across = METRES_PER_DEGREE * max(math.cos(math.radians(lat)), 0.01)
    turns = np.linspace(0, 2 * math.pi, CIRCLE_CORNERS, endpoint=False)
    return shapely.Polygon(
        np.column_stack(
            (
                lon + radius_m / across * np.cos(turns),
                lat + radius_m / METRES_PER_DEGREE * np.sin(turns),
            )
        )
    )


def box_of(drawn: shapely.Geometry) -> Box:
    """Return the extent of a geometry."""
    return Box(*shapely.bounds(drawn).tolist())


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


def polygons_of(boundaries: Sequence[Any]) -> NDArray[Any]:
    """Return GeoJSON polygons and multipolygons as geometries; None where one cannot be read."""
    return np.array([_polygon(boundary) for boundary in boundaries], dtype=object)


def _polygon(boundary: Any) -> shapely.Geometry | None:
    try:
        match boundary:
            case {"type": "Polygon", "coordinates": [outer, *holes]}:
                return shapely.Polygon(outer, holes)
            case {"type": "MultiPolygon", "coordinates": [*polygons]}:
                return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in polygons])
    except (ValueError, TypeError, IndexError, shapely.errors.GEOSException):
        pass
    return None


def points_in(drawn: shapely.Polygon, lons: Sequence[float], lats: Sequence[float]) -> NDArray[np.bool_]:
    """Tell of each point whether it lies in a shape."""
    shapely.prepare(drawn)
    found: NDArray[np.bool_] = shapely.contains_xy(drawn, np.asarray(lons, float), np.asarray(lats, float))
    return found


def touched(drawn: shapely.Polygon, boundaries: Sequence[Any]) -> NDArray[np.bool_]:
    """Tell of each GeoJSON boundary whether it and a shape have ground in common."""
    shapely.prepare(drawn)
    found: NDArray[np.bool_] = shapely.intersects(drawn, polygons_of(boundaries))
    return found


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",", 4)]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -85 <= lat <= 85
