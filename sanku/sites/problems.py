"""What is to be said of a parcel's boundary, in the reader's language: what, how much, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sanku.common.areas import m2_to_mu
from sanku.common.display import number
from sanku.common.geodata.names import zone_of

MESSAGES: dict[str, Promise] = {
    "boundary_missing": _("The parcel has no boundary. Draw it, or leave the row out."),
    "boundary_no_area": _(
        "This is a point or a line, not an area. Hand the parcel in as a polygon, or draw it on the map."
    ),
    "boundary_too_fine": _("The boundary has %(count)s vertices; at most %(most)s are taken. Simplify it."),
    "boundary_crosses_itself": _(
        "The boundary crosses itself at %(lon)s, %(lat)s. Take the proposed repair, or correct the corner there."
    ),
    "boundary_hole_outside": _(
        "A hole lies outside its parcel, at %(lon)s, %(lat)s. Take the proposed repair, which leaves it out, or correct the file."
    ),
    "boundary_broken": _(
        "The boundary is not closed properly at %(lon)s, %(lat)s. Take the proposed repair, or draw it anew."
    ),
    "boundary_elsewhere": _(
        "The parcel does not lie in China. Correct its figures, or choose another coordinate system."
    ),
    "boundary_no_system": _(
        "The figures fit no known coordinate system. Ask whoever surveyed it which one it is, and convert it to CGCS2000."
    ),
    "boundary_area_differs": _(
        "Drawn it is %(drawn)s mu, stated %(stated)s mu (%(percent)s %%). Check the unit, the boundary or the coordinate system."
    ),
    "boundary_outside": _(
        "The parcel lies outside the zone altogether. The coordinate system may be another one."
    ),
    "boundary_partly_outside": _("%(percent)s %% of the parcel lies outside the zone. Check that border."),
    "boundary_overlaps_file": _(
        "It overlaps row %(others)s of the file, by %(area)s mu. Correct one of them, or leave one out."
    ),
    "boundary_overlaps": _(
        "It overlaps %(others)s, by %(area)s mu. Correct the border, or that parcel first."
    ),
    "boundary_repaired": _("The boundary was repaired as proposed. Look at it on the map."),
}
SHORT: dict[str, Promise] = {
    "boundary_missing": _("no boundary"),
    "boundary_no_area": _("not an area"),
    "boundary_too_fine": _("too many vertices"),
    "boundary_crosses_itself": _("crosses itself"),
    "boundary_hole_outside": _("hole outside"),
    "boundary_broken": _("not closed"),
    "boundary_elsewhere": _("not in China"),
    "boundary_no_system": _("coordinate system?"),
    "boundary_area_differs": _("area differs"),
    "boundary_outside": _("outside the zone"),
    "boundary_partly_outside": _("partly outside"),
    "boundary_overlaps_file": _("overlaps"),
    "boundary_overlaps": _("overlaps"),
    "boundary_repaired": _("repaired"),
}


def boundary_message(code: str, params: Mapping[str, Any]) -> str:
    """Return what a finding says; areas in its parameters are square metres."""
    said = dict(params)
    if "drawn_m2" in params:
        drawn, stated = float(params["drawn_m2"]), float(params["stated_m2"])
        said |= {"drawn": mu(drawn), "stated": mu(stated), "percent": f"{(drawn / stated - 1) * 100:+,.1f}"}
    if "area_m2" in params:
        said["area"] = (
            mu(float(params["area_m2"])) if code.startswith("boundary") else f"{params['area_m2']:.1f}"
        )
    return str(MESSAGES[code]) % said


def mu(area_m2: float) -> str:
    """Return an area in mu as people read it; a trace is not nought."""
    value = float(m2_to_mu(area_m2))
    return number(round(value, 2)) if value >= 0.01 else f"{value:.4f}"


NAMES = {"wgs84": "WGS-84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}


def system_label(system: str) -> str:
    """Return what a coordinate system is called, with what tells it from others."""
    if system in NAMES:
        words = {
            "wgs84": _now("degrees, GPS and Tianditu"),
            "cgcs2000": _now("degrees, the national system"),
            "gcj02": _now("shifted degrees, Gaode and Tencent"),
            "bd09": _now("shifted degrees, Baidu"),
        }
        return f"{NAMES[system]} · {words[system]}"
    zone = zone_of(system)
    if zone is None:
        return _now("the projection that the file describes")
    numbered = (
        _now("zone %(number)s before the easting") % {"number": zone.number}
        if zone.number
        else _now("no zone before the easting")
    )
    return _now("CGCS2000 %(width)s-degree zone, %(meridian)s° E, %(numbered)s") % {
        "width": zone.width,
        "meridian": zone.meridian,
        "numbered": numbered,
    }
