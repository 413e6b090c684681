"""Cut a parcel by lines and join parcels into one. Shapes are shapely polygons in WGS-84 degrees, areas square metres."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import shapely

from sanku.common.extents import metres_per_degree
from sanku.sites.shapes import Shapes, areas_m2

SMALLEST_PIECE_M2 = 1.0  # less is a slip of the hand
GAP_M = 0.1  # between two surveys of one border
SHARED_BORDER_M = 1.0  # less is a corner
_REACH_M = 0.3  # a line that ends this near a border was meant to reach it
_DEGREE_M = 111_132.0
_CENT = Decimal("0.01")


def pieces_of(shape: Any, lines: Sequence[Any]) -> Shapes:
    """Return what lines leave of a parcel, the largest piece first; each polygon of it is cut by itself.

    A line that ends within a parcel cuts nothing; one that ends a hand's breadth before the border is drawn out to it.
    """
    found: list[Any] = []
    for polygon in shapely.get_parts(shape):
        drawn_out = [_drawn_out(line, polygon.boundary) for line in lines]
        noded = shapely.union_all([polygon.boundary, *drawn_out])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        found += faces[shapely.contains(polygon, shapely.point_on_surface(faces))].tolist()
    pieces = np.array(found, dtype=object)
    return pieces[np.argsort(-areas_m2(pieces), kind="stable")] if len(pieces) else pieces


def _drawn_out(line: Any, border: Any) -> Any:
    """Return a line whose ends pass the border where they nearly reach it."""
    points = shapely.get_coordinates(line)
    reach = _REACH_M / _DEGREE_M
    for end, inner in ((0, 1), (-1, -2)):
        away = points[end] - points[inner]
        length = float(np.hypot(*away))
        if length > 0 and shapely.distance(shapely.points(points[end]), border) <= reach:
            points[end] = points[end] + away / length * 2 * reach
    return shapely.linestrings(points)


def divided(total: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """Divide an amount by weights, to the cent; the shares add up to it exactly and none is negative."""
    sums = np.cumsum(np.asarray(weights, float))
    marks = [
        (total * Decimal(str(part / sums[-1]))).quantize(_CENT, ROUND_HALF_UP) for part in sums[:-1].tolist()
    ] + [total]
    return [mark - before for mark, before in zip(marks, [Decimal(0), *marks[:-1]], strict=True)]


def divided_areas(
    total: Decimal | None, free: Decimal | None, weights: Sequence[float]
) -> list[tuple[Decimal | None, Decimal | None]]:
    """Divide total and free area by weights; what is not known stays unknown, no share has more free than there is."""
    if total is None:
        return [(None, share) for share in _each(free, weights)]
    if free is None:
        return [(share, None) for share in divided(total, weights)]
    frees, others = divided(free, weights), divided(total - free, weights)
    return [(one + other, one) for one, other in zip(frees, others, strict=True)]


def _each(amount: Decimal | None, weights: Sequence[float]) -> Sequence[Decimal | None]:
    return [None] * len(weights) if amount is None else divided(amount, weights)


def hang_together(shapes: Shapes) -> bool:
    """Return whether each of the parcels can be reached from the first over borders that two of them share."""
    reached, left = [0], set(range(1, len(shapes)))
    while reached and left:
        here = reached.pop()
        near = {one for one in left if adjoin(shapes[here], shapes[one])}
        reached += near
        left -= near
    return not left


def adjoin(one: Any, other: Any) -> bool:
    """Return whether two parcels share a border, or ground; a common corner is neither."""
    gap = GAP_M / _DEGREE_M
    if not shapely.dwithin(one, other, gap):
        return False
    _across, along = metres_per_degree(float(shapely.bounds(one)[1]))
    shared = shapely.intersection(one.boundary, shapely.buffer(other, 2 * gap))
    return bool(shapely.length(shared) * along > SHARED_BORDER_M)


def joined(shapes: Shapes) -> Any:
    """Return parcels as one shape; gaps up to GAP_M between them are closed, holes below SMALLEST_PIECE_M2 filled."""
    whole = shapely.union_all(shapes)
    apart = sum(len(shapely.get_parts(shape)) for shape in shapes) - len(shapes) + 1
    if len(shapely.get_parts(whole)) > apart or _has_slivers(whole):
        reach = 0.6 * GAP_M / _DEGREE_M
        # Mitred, so that corners come back where they were.
        whole = shapely.buffer(shapely.buffer(whole, reach, join_style="mitre"), -reach, join_style="mitre")
    return _filled(whole) if _has_slivers(whole) else whole


def _has_slivers(whole: Any) -> bool:
    return any(_is_sliver(hole) for polygon in shapely.get_parts(whole) for hole in polygon.interiors)


def _filled(whole: Any) -> Any:
    """Return a shape without holes too small to be meant."""
    polygons = [
        shapely.polygons(polygon.exterior, [hole for hole in polygon.interiors if not _is_sliver(hole)])
        for polygon in shapely.get_parts(whole)
    ]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _is_sliver(ring: Any) -> bool:
    return bool(areas_m2(np.array([shapely.polygons(ring)], dtype=object))[0] < SMALLEST_PIECE_M2)
