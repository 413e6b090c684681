"""What describes the base's tiles: TileJSON and the words of their properties."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from sanku.maps.national.tiles import LARGEST_ZOOM

if TYPE_CHECKING:
    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.serving import Served

Json = dict[str, Any]


def bounds_of(points: "Points") -> list[float]:
    """Return west, south, east, north of all points, in degrees; of the world where there is none."""
    from sanku.warehouse.points.morton import degrees_of

    cells = points.cells[max(points.cells)]
    if not points.size:
        return [-180.0, -85.05, 180.0, 85.05]
    xs, ys = cells[2], cells[3]
    west, north = degrees_of(int(xs.min()), int(ys.min()))
    east, south = degrees_of(int(xs.max()), int(ys.max()))
    return [round(edge, 4) for edge in (west, south, east, north)]


def layers() -> list[Json]:
    """Return the layers of a tile and their properties."""
    return [
        {
            "id": "companies",
            "description": _("Companies one by one; the id of a feature is company_id"),
            "fields": {
                "industry": _("Industry code (GB/T 4754)"),
                "region": _("Region code (GB/T 2260)"),
                "status": _("Status of registration"),
                "year": _("Year of registration"),
                "capital": _("Registered capital, CNY"),
                "honours": _("Codes of honours, with commas between"),
            },
            "minzoom": 0,
            "maxzoom": LARGEST_ZOOM,
        },
        {
            "id": "clusters",
            "description": _("Several companies of a cell of the map, or of one place"),
            "fields": {"count": _("How many companies")},
            "minzoom": 0,
            "maxzoom": LARGEST_ZOOM,
        },
    ]


def tile_json(found: "Served[Points]", address: str) -> Json:
    """Return TileJSON 3.0; `address` is that of a tile with {z}, {x} and {y} in it."""
    return {
        "tilejson": "3.0.0",
        "name": _("National base"),
        "version": "1.0.0",
        "description": _("Version %(version)s: %(points)s companies with a position of %(rows)s")
        % {"version": found.version.name, "points": found.reader.size, "rows": found.reader.rows},
        "scheme": "xyz",
        "tiles": [address],
        "minzoom": 0,
        "maxzoom": LARGEST_ZOOM,
        "bounds": bounds_of(found.reader),
        "vector_layers": layers(),
    }
