"""The map: its base and tiles."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanku.library.requests import user_of
from sanku.maps import boundaries
from sanku.maps.base import base_map
from sanku.maps.mercator import Tile

MVT = "application/vnd.mapbox-vector-tile"
YEAR = 365 * 24 * 3600


def tile_at(z: int, x: int, y: int, largest_zoom: int) -> Tile:
    """Return a tile, or raise 404."""
    if z > largest_zoom:
        raise Http404
    try:
        return Tile(z, x, y)
    except ValueError:
        raise Http404 from None


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the one map."""
    return render(request, "maps/map.html")


@require_GET
def base(request: HttpRequest) -> JsonResponse:
    """Answer with what a map is drawn from before there are records on it."""
    return JsonResponse(base_map(user_of(request)))


@require_GET
def boundary_tile(request: HttpRequest, edition: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a tile of the country's boundaries. Its address names the edition, so it never changes."""
    if edition != boundaries.EDITION:
        raise Http404
    body = boundaries.boundary_tile(tile_at(z, x, y, boundaries.LARGEST_ZOOM))
    headers = {"Cache-Control": f"private, max-age={YEAR}, immutable"}
    return HttpResponse(body, content_type=MVT, headers=headers)
