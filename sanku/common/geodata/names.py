"""What the coordinate systems and formats of parcels are called; plain texts, no library of shapes is needed for them.

A system is a text: `wgs84`, `cgcs2000`, `gcj02`, `bd09`, `epsg:4548` (Gauss-Krüger of CGCS2000: EPSG 4513-4533 are the
3-degree zones 25-45 with the zone before the easting, 4534-4554 the same without it, 4491-4501 and 4502-4512 the
6-degree ones), or the WKT of another projection of one of these datums.
"""

from typing import Literal, NamedTuple

GEOGRAPHIC = ("wgs84", "cgcs2000", "gcj02", "bd09")
MERIDIANS = range(75, 136, 3)
Form = str  # one of FORMS
FORMS: dict[Form, str] = {"shp": ".zip", "gpkg": ".gpkg", "kml": ".kml", "geojson": ".geojson"}


class Zone(NamedTuple):
    """A Gauss-Krüger zone: its width in degrees, its central meridian, its number where eastings begin with it."""

    width: Literal[3, 6]
    meridian: int
    number: int | None


def three_degree(meridian: int, *, numbered: bool) -> str:
    """Return the 3-degree system of a central meridian (75 … 135)."""
    return f"epsg:{(4513 if numbered else 4534) + (meridian - 75) // 3}"


def six_degree(meridian: int, *, numbered: bool) -> str:
    """Return the 6-degree system of a central meridian (75, 81 … 135)."""
    return f"epsg:{(4491 if numbered else 4502) + (meridian - 75) // 6}"


def zone_of(system: str) -> Zone | None:
    """Return the Gauss-Krüger zone that a system is, None of others."""
    if not system.startswith("epsg:"):
        return None
    code = int(system[5:])
    if 4513 <= code <= 4533:
        return Zone(3, 75 + 3 * (code - 4513), 25 + code - 4513)
    if 4534 <= code <= 4554:
        return Zone(3, 75 + 3 * (code - 4534), None)
    if 4491 <= code <= 4501:
        return Zone(6, 75 + 6 * (code - 4491), 13 + code - 4491)
    if 4502 <= code <= 4512:
        return Zone(6, 75 + 6 * (code - 4502), None)
    return None


def is_known(system: str) -> bool:
    """Return whether a text names one of the systems that a person may choose."""
    if system in GEOGRAPHIC:
        return True
    return system.startswith("epsg:") and system[5:].isdecimal() and zone_of(system) is not None


def choices_near(lon: float | None) -> list[str]:
    """Return the systems worth offering in a zone at a longitude: its own meridian and the two beside it."""
    found = list(GEOGRAPHIC)
    middle = 117.0 if lon is None else lon
    near = sorted(MERIDIANS, key=lambda meridian: abs(meridian - middle))[:3]
    for meridian in sorted(near):
        found += [three_degree(meridian, numbered=True), three_degree(meridian, numbered=False)]
    return found


def takes(form: Form, system: str) -> bool:
    """Return whether a format can hold a system: KML and GeoJSON hold degrees alone."""
    return form in ("shp", "gpkg") or system in GEOGRAPHIC
