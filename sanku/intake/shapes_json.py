"""The parcels of a layer as the review draws them: over the zone's boundary, among the parcels that are there."""

from typing import Any

from sanku.accounts.models import User
from sanku.intake.models import Action, BatchRow, BatchTable
from sanku.sites.nearby import parcels_of
from sanku.sites.shapes import boundary_of

Json = dict[str, Any]
MOST_SHAPES = 20_000
MOST_NEIGHBOURS = 5_000


def shapes_of_table(table: BatchTable, user: User) -> Json:
    """Return two collections of GeoJSON features: `rows` (with number and state) and `known` around them."""
    rows = BatchRow.objects.filter(table=table).order_by("pk")
    rows = rows.only("number", "facts", "action", "is_doubtful", "is_dropped", "problems")[:MOST_SHAPES]
    found: list[Json] = []
    elsewhere: list[Json] = []
    for row in rows.iterator(2_000):
        if row.facts.get("site.boundary"):
            is_elsewhere = any(one["code"] == "boundary_elsewhere" for one in row.problems)
            drawn = _feature(row.facts["site.boundary"], row=row.number, state=_state(row))
            (elsewhere if is_elsewhere else found).append(drawn)
    # The map shows all that it draws: one at 0, 0 would make the others a dot.
    found = found or elsewhere
    known = parcels_of(user, _around(found)) if found else None
    others = (
        []
        if known is None
        else [
            _feature(boundary_of(shape), label=known.label(at))
            for at, shape in enumerate(known.shapes[:MOST_NEIGHBOURS])
        ]
    )
    return {"rows": _collection(found), "known": _collection(others)}


def _state(row: BatchRow) -> str:
    if row.is_dropped or row.action == Action.REFUSE:
        return "refused"
    return "doubtful" if row.is_doubtful else "good"


def _feature(boundary: Json, **properties: Any) -> Json:
    return {"type": "Feature", "geometry": boundary, "properties": properties}


def _collection(features: list[Json]) -> Json:
    return {"type": "FeatureCollection", "features": features}


def _around(features: list[Json]) -> tuple[float, float, float, float]:
    points = [point for one in features for ring in _rings(one["geometry"]) for point in ring]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons) - 0.01, min(lats) - 0.01, max(lons) + 0.01, max(lats) + 0.01


def _rings(boundary: Json) -> list[Any]:
    polygons = boundary["coordinates"] if boundary["type"] == "MultiPolygon" else [boundary["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
