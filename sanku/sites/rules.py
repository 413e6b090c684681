"""What a carrier must be: decisions on plain values."""

from collections.abc import Collection, Mapping
from typing import Any

from sanku.common.checks import choice, not_negative, position, text_lengths
from sanku.common.problems import Problem

LENGTHS = {
    "code": 60,
    "name": 200,
    "park": 100,
    "address": 300,
    "building": 60,
    "floor": 40,
    "unit": 60,
    "zoning": 60,
    "plot_ratio": 40,
    "held_for": 200,
    "owner_name": 200,
    "occupier_name": 200,
}
AMOUNTS = (
    "price_sale_cny_m2",
    "price_rent_cny_m2_month",
    "service_fee_cny_m2_month",
    "clear_height_m",
    "floor_load_t_m2",
    "power_kva",
    "gas_m3_h",
    "steam_t_h",
    "water_t_d",
)


def site_problems(
    values: Mapping[str, Any], *, is_new: bool, kinds: Collection[str], statuses: Collection[str]
) -> list[Problem]:
    """Return what is wrong with the values that a carrier is to have.

    `values` must hold what the record is to be as a whole for areas and for status with its date.
    """
    found: list[Problem] = []
    if (is_new or "name" in values) and not str(values.get("name", "")).strip():
        found.append(Problem("name_missing", "name"))
    total, free = values.get("area_total_m2"), values.get("area_free_m2")
    if total is not None and total <= 0:
        found.append(Problem("area_negative", "area_total_m2"))
    if free is not None and free < 0:
        found.append(Problem("area_negative", "area_free_m2"))
    elif free is not None and total is not None and free > total:
        found.append(Problem("area_free_exceeds_total", "area_free_m2"))
    vacancy = values.get("vacancy")
    if vacancy is not None and not 0 <= vacancy <= 1:
        found.append(Problem("share_range", "vacancy"))
    found += choice(values, "kind", kinds) + choice(values, "status", statuses)
    for name in AMOUNTS:
        found += not_negative(values, name)
    return found + position(values) + text_lengths(values, LENGTHS)
