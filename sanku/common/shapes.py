"""Boxes and drawn shapes on the ground, as they stand in an address: read, and asked what lies in them.

Degrees WGS-84. A drawn shape is a polygon, `p:LON,LAT;LON,LAT;…` without its closing point, or a circle,
`c:LON,LAT,METRES`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

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
    across, along = metres_per_degree(lat)
    turns = np.linspace(0, 2 * math.pi, CIRCLE_CORNERS, endpoint=False)
    return shapely.Polygon(
        np.column_stack(
            (
                lon + radius_m / across * np.cos(turns),
                lat + radius_m / along * np.sin(turns),
            )
        )
    )


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return how long a degree of longitude and one of latitude are there, on the WGS-84 ellipsoid (to a centimetre)."""
    turn = math.radians(lat)
    across = 111_412.84 * math.cos(turn) - 93.5 * math.cos(3 * turn) + 0.118 * math.cos(5 * turn)
    return across, 111_132.954 - 559.822 * math.cos(2 * turn) + 1.175 * math.cos(4 * turn)


def area_m2(drawn: shapely.Geometry) -> float:
    """Return the area of a shape in square metres: on a plane through its middle, right to a thousandth up to 50 km."""
    _west, south, _east, north = shapely.bounds(drawn).tolist()
    across, along = metres_per_degree((south + north) / 2)
    return float(shapely.area(drawn)) * across * along


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


def polygons_of(boundaries: Sequence[Any]) -> NDArray[Any]:
    """Return GeoJSON points, polygons and multipolygons as geometries; None where one cannot be read."""
    return np.array([_polygon(boundary) for boundary in boundaries], dtype=object)


def _polygon(boundary: Any) -> shapely.Geometry | None:
    try:
        match boundary:
            case {"type": "Polygon", "coordinates": [outer, *holes]}:
                return shapely.Polygon(outer, holes)
            case {"type": "Point", "coordinates": [lon, lat, *_]}:
                return shapely.Point(lon, lat)
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
