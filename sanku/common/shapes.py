"""Drawn shapes on the ground, as they stand in an address: read, and asked what lies in them.

Degrees WGS-84. A drawn shape is a polygon, `p:LON,LAT;LON,LAT;…` without its closing point, or a circle,
`c:LON,LAT,METRES`.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from sanku.common.extents import Box, metres_per_degree, numbers_in

MOST_CORNERS = 300
LARGEST_RADIUS_M = 500_000.0
CIRCLE_CORNERS = 96  # the polygon in its place is smaller by 0.07 %


def read_shape(text: str) -> shapely.Polygon | None:
    """Read a drawn shape; None where it is none, crosses itself or is not on Earth."""
    kind, _, rest = text.partition(":")
    if kind == "c":
        numbers = numbers_in(rest)
        if len(numbers) != 3 or not (_on_earth(*numbers[:2]) and 0 < numbers[2] <= LARGEST_RADIUS_M):
            return None
        return circle(*numbers)
    corners = [tuple(numbers_in(pair)) for pair in rest.split(";", MOST_CORNERS)] if kind == "p" else []
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


def area_m2(drawn: shapely.Geometry) -> float:
    """Return the area of a shape in square metres: on a plane through its middle, right to a thousandth up to 50 km."""
    _west, south, _east, north = shapely.bounds(drawn).tolist()
    across, along = metres_per_degree((south + north) / 2)
    return float(shapely.area(drawn)) * across * along


def box_of(drawn: shapely.Geometry) -> Box:
    """Return the extent of a geometry."""
    return Box(*shapely.bounds(drawn).tolist())


def polygons_of(boundaries: Sequence[Any]) -> NDArray[Any]:
    """Return GeoJSON points, polygons and multipolygons as geometries; None where one cannot be read."""
    return np.array([_polygon(boundary) for boundary in boundaries], dtype=object)


def shapes_of(texts: Sequence[str]) -> NDArray[Any]:
    """Return GeoJSON texts as geometries, all at once; None where one cannot be read."""
    return shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")


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


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -85 <= lat <= 85
