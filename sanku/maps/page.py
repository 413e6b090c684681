"""The context of the map's page: what its address asks for, the legend, the words that its elements say."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.companies.models import TargetStatus
from sanku.library.requests import reader_of, user_of
from sanku.library.state import State, is_number, read_state
from sanku.library.zoned import zoned
from sanku.maps.base import base_map
from sanku.maps.layers import LAYERS, ROLES, SHOWN_AT_FIRST, Layer
from sanku.maps.national.words import national_context, national_settings
from sanku.maps.rows import stage_dot
from sanku.projects.models import Stage
from sanku.projects.rules import STAGE_PATH
from sanku.sites.library import SITES
from sanku.sites.models import SiteStatus

CURRENT = "in"


def layer_asked(request: HttpRequest) -> Layer:
    """Return the layer whose list stands beside the map: the one of the address, else carriers."""
    return LAYERS.get(request.GET.get(CURRENT, ""), LAYERS["sites"])


def states_of(request: HttpRequest, current: Layer) -> dict[str, State]:
    """Return the state of every layer shown besides the current one.

    Each has its filters in the address as a query of its own, under its name: `projects=stage%3Dsigned`. The drawn
    shape of the current one holds for all.
    """
    shown = shown_layers(request, current)
    found = {}
    for name, layer in LAYERS.items():
        if name in shown and layer is not current:
            found[name] = _state(request, layer)
    return found


def _state(request: HttpRequest, layer: Layer) -> State:
    given = QueryDict(request.GET.get(layer.name, "")[:2000], mutable=True)
    if request.GET.get("within"):
        given["within"] = request.GET["within"]
    asked = HttpRequest()
    asked.GET, asked.COOKIES = given, {}
    return read_state(asked, zoned(layer.library, user_of(request)))


def shown_layers(request: HttpRequest, current: Layer) -> list[str]:
    """Return the layers on the map: those of the address, and always the current one."""
    given = request.GET.get("layers")
    names = SHOWN_AT_FIRST if given is None else given.split(",")
    return [name for name in LAYERS if name in names or name == current.name]


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what maps/map.html shows."""
    current = layer_asked(request)
    user = reader_of(request).user
    national = national_context()
    return {
        "current": current.name,
        "national": national,
        "shown": shown_layers(request, current),
        "layers": [
            {"name": layer.name, "label": layer.library.title, "icon": layer.icon}
            for layer in LAYERS.values()
        ],
        "legend": legend(),
        "base": base_map(user),
        "draw_url": reverse("sites:site-draw") if SITES.may_create(user) else None,
        "settings": {
            "layers": {name: _layer_settings(layer) for name, layer in LAYERS.items()},
            "current": current.name,
            "picked": _picked(request, user),
            "person": user.name,
            "zone": user.zone.name,
            "areaUnit": user.zone.area_unit,
            "words": words(),
            "national": national_settings() if national else None,
        },
    }


def _layer_settings(layer: Layer) -> dict[str, Any]:
    tile = reverse("maps:record-tile", args=[layer.name, 0, 0, 0])
    record = reverse(f"{layer.library.namespace}-preview", args=[0])
    return {
        "tiles": tile.replace("0/0/0", "{z}/{x}/{y}"),
        "preview": record.replace("/0/", "/{id}/"),
        "label": str(layer.library.title),
        "names": [name for spec in layer.library.filters for name in (spec.key,)],
    }


def _picked(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """Return the record that the address picks, where it is on the map and in the reader's scope."""
    name, _colon, pk = request.GET.get("pick", "").partition(":")
    layer = LAYERS.get(name)
    if layer is None or not is_number(pk):
        return None
    row = layer.library.records(user).filter(layer.placed, pk=pk).values_list(*layer.position).first()
    if row is None:
        return None
    lon, lat = layer.place(row)
    return {"layer": name, "id": int(pk), "lon": lon, "lat": lat}


def legend() -> dict[str, Any]:
    """Return what the marks on the map mean."""
    return {
        "sites": [{"value": value, "label": label} for value, label in SiteStatus.choices],
        "stages": [
            {"number": place + 1, "label": Stage(stage).label, "dot": stage_dot(stage)}
            for place, stage in enumerate(STAGE_PATH)
        ],
        "companies": [{"value": value, "label": label} for value, label in ROLES],
        "targets": [{"value": value, "label": label} for value, label in TargetStatus.choices],
    }


def words() -> dict[str, str]:
    """Return what the map's own elements say."""
    return {
        "distance": _("Distance %(length)s") % {"length": "{length}"},
        "area": _("Area %(area)s, around it %(length)s") % {"area": "{area}", "length": "{length}"},
        "drawHint": _(
            "Click corner by corner; click the first corner again or press Enter to close it. Esc ends."
        ),
        "unclosed": _("Its edges cross, so it cannot be closed. Take back the last corner, or go on."),
        "circleHint": _("Click the middle, then the edge. Esc ends."),
        "measureHint": _("Click along the way; a double click ends it. Esc clears it."),
        "baseFailed": _("The map could not be loaded. The list shows the same records."),
        "tilesFailed": _("Part of the map did not load. Move it, or try again."),
        "copied": _("The address is copied: whoever opens it sees this view, as far as he may."),
        "copyFailed": _("Copy the address from the browser's bar."),
        "printing": _("Drawing the sheet…"),
        "printFailed": _("The sheet could not be drawn. Make the window smaller and try again."),
        "legend": _("Legend"),
        "zone": _("Boundary of the zone (%(source)s)") % {"source": "{source}"},
        "scale": _("Scale about 1 : %(scale)s") % {"scale": "{scale}"},
        "printedBy": _("Printed by %(person)s on %(when)s") % {"person": "{person}", "when": "{when}"},
        "mu": _("mu"),
    }
