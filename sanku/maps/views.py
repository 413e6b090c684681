"""The map: its base and tiles."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanku.common.extents import read_box
from sanku.library.requests import reader_of, user_of
from sanku.library.state import read_state
from sanku.library.zoned import zoned
from sanku.maps import boundaries
from sanku.maps.base import base_map
from sanku.maps.in_view import in_view
from sanku.maps.layers import LAYERS
from sanku.maps.mercator import LARGEST_ZOOM, Tile
from sanku.maps.page import layer_asked, page_context, states_of
from sanku.maps.tiles import record_tile as record_tile_of
from sanku.maps.tiles import tile_tag

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
    return render(request, "maps/map.html", page_context(request))


@require_GET
def in_view_list(request: HttpRequest) -> HttpResponse:
    """Show the list of what is in view."""
    current = layer_asked(request)
    state, reader = read_state(request, zoned(current.library, user_of(request))), reader_of(request)
    box = read_box(request.GET.get("box", ""))
    found = in_view(current, state, reader, box, states_of(request, current))
    return render(request, "maps/_list.html", {"listing": found})


@require_GET
def record_tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a tile of a library's records in the reader's scope, filtered by the list's own query."""
    if layer not in LAYERS:
        raise Http404
    known, tile = LAYERS[layer], tile_at(z, x, y, LARGEST_ZOOM)
    state, reader = read_state(request, zoned(known.library, user_of(request))), reader_of(request)
    tag = tile_tag(known, state, reader, tile)
    # Kept by nobody without asking: what a person may see can change at any time, and the answer is then short.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(record_tile_of(known, state, reader, tile), content_type=MVT, headers=headers)


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
