"""What a carrier must be: decisions on plain values."""

from collections.abc import Collection, Mapping
from typing import Any

from sanku.common.checks import choice, not_negative, position, text_lengths
from sanku.common.extents import is_boundary
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
    values: Mapping[str, Any], *, is_new: bool, vocabulary: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Return what is wrong with the values that a carrier is to have.

    `values` must hold what the record is to be as a whole for areas and, where either is given, for status with
    its date; `vocabulary` maps kind, status, tenure, listing and allowed_sectors to the codes there are.
    """
    found: list[Problem] = []
    if (is_new or "name" in values) and not str(values.get("name", "")).strip():
        found.append(Problem("name_missing", "name"))
    if (is_new or "kind" in values) and not values.get("kind"):
        found.append(Problem("site_kind_missing", "kind"))
    found += _areas(values)
    if values.get("status") == "held" and values.get("held_until") is None:
        found.append(Problem("held_without_until", "held_until"))
    if values.get("boundary") is not None and not is_boundary(values["boundary"]):
        found.append(Problem("boundary_shape", "boundary"))
    vacancy = values.get("vacancy")
    if vacancy is not None and not 0 <= vacancy <= 1:
        found.append(Problem("share_range", "vacancy"))
    for name in ("kind", "status", "tenure", "listing"):
        found += choice(values, name, vocabulary[name])
    for code in values.get("allowed_sectors") or ():
        found += choice({"allowed_sectors": code}, "allowed_sectors", vocabulary["allowed_sectors"])
    for name in AMOUNTS:
        found += not_negative(values, name)
    return found + position(values) + text_lengths(values, LENGTHS)


def _areas(values: Mapping[str, Any]) -> list[Problem]:
    """Refuse areas that are nought or negative, and parts larger than the whole."""
    found = []
    total = values.get("area_total_m2")
    if total is not None and total <= 0:
        found.append(Problem("area_negative", "area_total_m2"))
    for name, code in (
        ("area_free_m2", "area_free_exceeds_total"),
        ("area_smallest_m2", "area_smallest_exceeds_total"),
    ):
        part = values.get(name)
        if part is not None and part < 0:
            found.append(Problem("area_negative", name))
        elif part is not None and total is not None and part > total:
            found.append(Problem(code, name))
    return found
