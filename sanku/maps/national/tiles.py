"""A tile of the base as an answer: its tag first, so that a browser that has it gets no second one.

All of the base is open to everybody who is signed in, whatever his zone. Nothing of a zone's own records is in it.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from sanku.maps.national.serving import tag_of
from sanku.warehouse.points.wanted import Wanted

if TYPE_CHECKING:
    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.serving import Served

EDITION = 1  # changes with what a tile of the same points holds
LARGEST_ZOOM = 14
MVT = "application/vnd.mapbox-vector-tile"


def tile_answer(
    request: HttpRequest, found: "Served[Points]", wanted: Wanted, z: int, x: int, y: int
) -> HttpResponse:
    """Answer with a tile that there is: 200, 204 where no company of it is wanted, 304 where the browser has it."""
    from sanku.warehouse.points.tiles import tile

    tag = tag_of(EDITION, found.version.name, found.mark, wanted, z, x, y)
    # Kept by the person's own browser alone, and used only after asking: he may have signed out.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if tag in (one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")):
        return HttpResponse(status=304, headers=headers)
    body = tile(found.reader, wanted, z, x, y)
    if not body:
        return HttpResponse(status=204, headers=headers)
    return HttpResponse(body, content_type=MVT, headers=headers)
