"""A small drawing of a carrier's boundary, north up, with a bar of scale: SVG, no map behind it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN = 320.0, 200.0, 22.0
METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude this times the cosine of the latitude
# The bar of scale is one of these times a power of ten, at most a third of the drawing.
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing: the path of all rings, a bar of scale, and the size of what is drawn in metres."""

    path: str
    bar_px: float
    bar_m: int
    width_m: float
    height_m: float


def outline_of(boundary: Mapping[str, Any]) -> Outline | None:
    """Return the drawing of a GeoJSON polygon or multipolygon in WGS-84 degrees, None where it has no extent."""
    rings = _rings(boundary)
    points = [point for ring in rings for point in ring]
    if not points:
        return None
    west, east = min(point[0] for point in points), max(point[0] for point in points)
    south, north = min(point[1] for point in points), max(point[1] for point in points)
    per_degree = METRES_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    width_m, height_m = (east - west) * per_degree, (north - south) * METRES_PER_DEGREE
    if max(width_m, height_m) < 1:
        return None
    scale = min((WIDTH - 2 * MARGIN) / max(width_m, 1e-9), (HEIGHT - 2 * MARGIN) / max(height_m, 1e-9))
    left, top = (WIDTH - width_m * scale) / 2, (HEIGHT - height_m * scale) / 2

    def placed(point: Sequence[float]) -> str:
        x = left + (point[0] - west) * per_degree * scale
        y = top + (north - point[1]) * METRES_PER_DEGREE * scale
        return f"{x:.1f} {y:.1f}"

    path = "".join("M" + "L".join(placed(point) for point in ring[:-1]) + "Z" for ring in rings)
    bar_m = bar_of(WIDTH / 3 / scale)
    return Outline(path, round(bar_m * scale, 1), bar_m, width_m, height_m)


def bar_of(most_m: float) -> int:
    """Return the largest round number of metres, 1, 2 or 5 times a power of ten, not above `most_m`."""
    if most_m < 1:
        return 1
    power = 10 ** math.floor(math.log10(most_m))
    return int(max(step * power for step in STEPS if step * power <= most_m))


def _rings(boundary: Mapping[str, Any]) -> list[Any]:
    match boundary.get("type"):
        case "Polygon":
            return list(boundary["coordinates"])
        case "MultiPolygon":
            return [ring for polygon in boundary["coordinates"] for ring in polygon]
        case _:
            return []
