"""The base's tiles and what describes them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanku.maps.national.asked import read_wanted
from sanku.maps.national.card import card_context
from sanku.maps.national.documents import tile_json
from sanku.maps.national.serving import served
from sanku.maps.national.tiles import LARGEST_ZOOM, tile_answer
from sanku.maps.ogc.asked import BadRequest


def _plainly(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say in JSON what cannot be read or is not there: the reader is a map."""

    @wraps(view)
    @require_GET
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadRequest as error:
            return _problem(400, "InvalidParameterValue", f"{error.name}: {error}")
        except Http404:
            return _problem(404, "NotFound", _("There is no such thing here."))

    return guarded


def _problem(status: int, code: str, description: str) -> JsonResponse:
    body = {"code": code, "description": description}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@_plainly
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Answer with a tile of the current version, filtered by the address."""
    found = served()
    if found is None or z > LARGEST_ZOOM or x >= 1 << z or y >= 1 << z:
        raise Http404
    return tile_answer(request, found, read_wanted(request.GET), z, x, y)


@_plainly
def tiles(request: HttpRequest) -> HttpResponse:
    """Answer with TileJSON; filters of the address stand in the addresses of its tiles too."""
    found = served()
    if found is None:
        raise Http404
    read_wanted(request.GET)
    address = reverse("maps:national-tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    query = request.GET.urlencode()
    whole = request.build_absolute_uri(address.replace("{", "%7B").replace("}", "%7D"))
    whole = whole.replace("%7B", "{").replace("%7D", "}") + (f"?{query}" if query else "")
    return JsonResponse(tile_json(found, whole), json_dumps_params={"ensure_ascii": False})


@_plainly
def feature(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a feature of a tile stands for: a company, or those of a cluster that the filters leave."""
    found = served()
    if found is None:
        raise Http404
    try:
        context = card_context(found, read_wanted(request.GET), pk)
    except KeyError:
        raise Http404 from None
    return render(request, "maps/_national_card.html", context)
