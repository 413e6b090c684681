"""The question in which coordinate system the parcels of a layer are: what is proposed, why, and what else there is."""

from typing import Any

from django.utils.translation import gettext as _

from sanku.common.geodata.names import GEOGRAPHIC, choices_near, zone_of
from sanku.intake.models import BatchTable
from sanku.sites.problems import system_label

Json = dict[str, Any]


def _value(system: str, turned: bool) -> str:
    return f"{system if system in GEOGRAPHIC or zone_of(system) else 'file'}{'|turned' if turned else ''}"


def system_context(table: BatchTable, zone_lon: float | None) -> Json | None:
    """Return what the page asks about the coordinate system of a layer, None of other tables."""
    crs = table.mapping.get("crs")
    if crs is None:
        return None
    chosen = _value(crs["system"], crs["turned"]) if crs["system"] else ""
    offered: dict[str, str] = {}
    for one in crs["candidates"]:
        offered[_value(one["system"], one["turned"])] = _candidate_label(one)
    if chosen and chosen not in offered:
        offered = {chosen: _candidate_label({"system": crs["system"], "turned": crs["turned"]}), **offered}
    for system in choices_near(zone_lon):
        offered.setdefault(_value(system, False), system_label(system))
    return {
        "asks": crs["asks"],
        "chosen": chosen,
        "options": list(offered.items()),
        "why": _why(crs),
        "heights": crs["heights"],
        "repairable": crs["repairable"],
        "repair": crs["repair"],
    }


def _candidate_label(one: Json) -> str:
    label = system_label(one["system"])
    if one["turned"]:
        label = _("%(system)s, axes turned") % {"system": label}
    if one.get("inside") is not None:
        label = _("%(system)s: %(percent)s %% in the zone") % {
            "system": label,
            "percent": f"{one['inside'] * 100:.0f}",
        }
    return label


def _why(crs: Json) -> str:
    said = {
        "stated": _("The file says so itself."),
        "decided": _("As you chose."),
        "format": _(
            "This format is meant for WGS-84, and maps made in China are often shifted all the same. Say which it is, and look at the map before saving."
        ),
        "missing": _(
            "The file does not say in which coordinate system it is (no .prj). The likeliest is proposed; look at the map before saving."
        ),
        "turned": _(
            "The axes stand in each other's place (northing given as x). It is proposed to turn them; look at the map before saving."
        ),
        "contradicts": _(
            "The file names a coordinate system that its figures cannot be in. The likeliest is proposed; look at the map before saving."
        ),
        "foreign": _(
            "The file names a local or old system such as Xi'an 1980. Have it converted to CGCS2000; choose here only if that name is wrong."
        ),
    }
    if not crs["system"]:
        return _(
            "The figures fit no known coordinate system. Ask whoever surveyed the parcels which one it is."
        )
    return said[crs["why"]]


def read_system(given: dict[str, str], chosen: Json) -> None:
    """Take over into a table's decisions what was said of its coordinate system and of repairs."""
    system, _bar, turned = given.get("crs", "").partition("|")
    if system:
        chosen["crs"], chosen["turned"] = system, turned == "turned"
    if "asks_repair" in given:
        chosen["repair"] = given.get("repair") == "on"
