"""What a company, a contact and a target client must be: decisions on plain values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sanku.common.checks import choice, not_negative, position, text_lengths
from sanku.common.codes import expected_check_character, is_valid_uscc
from sanku.common.problems import Problem

LENGTHS = {
    "name": 200,
    "short_name": 60,
    "english_name": 200,
    "old_code": 20,
    "registry_number": 60,
    "province": 30,
    "city": 30,
    "address": 300,
    "industry_text": 200,
    "group_name": 200,
    "ultimate_parent": 200,
    "stock_code": 20,
}
TARGET_LENGTHS = {"source": 100, "next_action": 200}
EARLIEST = date(1700, 1, 1)


def company_problems(values: Mapping[str, Any], *, today: date, is_new: bool) -> list[Problem]:
    """Return what is wrong with the values that a company is to have; only the given fields are looked at."""
    found: list[Problem] = []
    if (is_new or "name" in values) and not str(values.get("name", "")).strip():
        found.append(Problem("name_missing", "name"))
    found += uscc_problems(values.get("uscc", ""))
    region = values.get("region_code", "")
    if region and not (len(region) == 6 and region.isdigit()):
        found.append(Problem("region_code", "region_code", {"value": region}))
    if values.get("registered_capital") is not None and not values.get("registered_capital_currency", "CNY"):
        found.append(Problem("currency_missing", "registered_capital_currency"))
    for name in ("registered_capital", "revenue_cny", "tax_cny", "headcount"):
        found += not_negative(values, name)
    founded = values.get("established_on")
    if founded is not None and founded > today:
        found.append(Problem("date_future", "established_on"))
    if founded is not None and founded < EARLIEST:
        found.append(Problem("date_impossible", "established_on", {"value": founded.isoformat()}))
    return found + position(values) + text_lengths(values, LENGTHS)


def uscc_problems(code: str) -> list[Problem]:
    """Return what is wrong with a unified social credit code; an empty one is fine."""
    if not code or is_valid_uscc(code):
        return []
    expected = expected_check_character(code)
    if len(code) == 18 and expected is not None:
        return [Problem("uscc_check_character", "uscc", {"value": code, "expected": expected})]
    return [Problem("uscc_shape", "uscc", {"value": code})]


def target_problems(values: Mapping[str, Any], *, statuses: frozenset[str]) -> list[Problem]:
    """Return what is wrong with the values that a target client is to have."""
    found = choice(values, "status", statuses) + not_negative(values, "touch_count")
    first, last = values.get("first_contact_on"), values.get("last_touch_on")
    if first is not None and last is not None and last < first:
        found.append(
            Problem("date_order", "last_touch_on", {"later": last.isoformat(), "earlier": first.isoformat()})
        )
    return found + text_lengths(values, TARGET_LENGTHS)
