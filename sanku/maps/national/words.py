"""What the page says of the base's layer: its filters and legend."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sanku.maps.national.serving import SIGN, STRUCTURE, is_offered

# Sections of GB/T 4754-2017.
SECTIONS = [
    ("A", _("Agriculture, forestry, fishing")),
    ("B", _("Mining")),
    ("C", _("Manufacturing")),
    ("D", _("Electricity, heat, gas, water")),
    ("E", _("Construction")),
    ("F", _("Wholesale and retail")),
    ("G", _("Transport, storage, post")),
    ("H", _("Hotels and catering")),
    ("I", _("Software and information services")),
    ("J", _("Finance")),
    ("K", _("Real estate")),
    ("L", _("Leasing and business services")),
    ("M", _("Research and technical services")),
    ("N", _("Water, environment, public facilities")),
    ("O", _("Household and other services")),
    ("P", _("Education")),
    ("Q", _("Health and social work")),
    ("R", _("Culture, sports, entertainment")),
    ("S", _("Public administration")),
    ("T", _("International organisations")),
]
STATUSES = [
    ("active", _("Active")),
    ("cancelled", _("Cancelled")),
    ("revoked", _("Revoked")),
    ("moved", _("Moved away")),
    ("unknown", _("Unknown")),
]
# Provinces by the first two digits of their code (GB/T 2260).
PROVINCES = [
    (pair[:2] + "0000", pair[2:])
    for pair in (
        "11北京 12天津 13河北 14山西 15内蒙古 21辽宁 22吉林 23黑龙江 31上海 32江苏 33浙江 34安徽 35福建 36江西 37山东 "
        "41河南 42湖北 43湖南 44广东 45广西 46海南 50重庆 51四川 52贵州 53云南 54西藏 61陕西 62甘肃 63青海 64宁夏 65新疆 "
        "71台湾 81香港 82澳门"
    ).split()
]


def section_name(code: str) -> str:
    """Return what the section of an industry code is called."""
    return str(dict(SECTIONS).get(code[:1], code))


@lru_cache(maxsize=4)
def _honours(path: Path, _changed_at: int) -> list[str]:
    found: list[str] = json.loads(path.read_text(encoding="utf-8"))["values"]["honours"]
    return found


def national_context() -> dict[str, Any] | None:
    """Return what maps/_national.html shows, None where there is no base to show."""
    if not is_offered():
        return None
    from sanku.warehouse.versions import Base

    version = Base(Path(settings.BASE_DIR)).current()
    if version is None:
        return None
    path = version.derived(STRUCTURE) / SIGN
    return {
        "version": version.name,
        "rows": version.rows,
        "sections": SECTIONS,
        "provinces": PROVINCES,
        "statuses": STATUSES,
        "honours": _honours(path, path.stat().st_mtime_ns)[:40],
    }


def national_settings() -> dict[str, str]:
    """Return the addresses that the script needs."""
    return {
        "tiles": reverse("maps:national-tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}"),
        "feature": reverse("maps:national-feature", args=[0]).replace("/0/", "/{id}/"),
    }
