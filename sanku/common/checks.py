"""Checks that the rules of several libraries share, on plain values."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sanku.common.problems import Problem

LARGEST = Decimal(10) ** 16  # ten thousand trillion: whoever exceeds it mistook the unit


def not_negative(values: Mapping[str, Any], name: str) -> list[Problem]:
    """Refuse a negative number, or one beyond all reason."""
    value = values.get(name)
    if value is None:
        return []
    if value < 0:
        return [Problem("amount_negative", name)]
    return [Problem("amount_too_large", name)] if value > LARGEST else []


def position(values: Mapping[str, Any]) -> list[Problem]:
    """Refuse half a position, or one that is not on Earth."""
    if "lon" not in values and "lat" not in values:
        return []
    lon, lat = values.get("lon"), values.get("lat")
    if (lon is None) != (lat is None):
        return [Problem("coordinates_half", "lon")]
    if lon is not None and lat is not None and not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return [Problem("coordinates_outside", "lon")]
    return []


def text_lengths(values: Mapping[str, Any], limits: Mapping[str, int]) -> list[Problem]:
    """Refuse texts longer than their column."""
    return [
        Problem("too_long", name, {"length": len(values[name]), "limit": limit})
        for name, limit in limits.items()
        if len(values.get(name) or "") > limit
    ]


def choice(values: Mapping[str, Any], name: str, allowed: Collection[str]) -> list[Problem]:
    """Refuse a value outside a vocabulary; an absent or empty one is fine."""
    value = values.get(name)
    if not value or value in allowed:
        return []
    return [Problem("choice_unknown", name, {"value": value, "choices": ", ".join(sorted(allowed))})]
