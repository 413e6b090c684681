"""What a company, a contact and a target client must be: decisions on plain values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sanku.common.checks import choice, not_negative, position, text_lengths
from sanku.common.codes import expected_check_character, is_valid_uscc
from sanku.common.dates import working_days_between
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
CONTACT_LENGTHS = {"name": 60, "title": 60, "phone": 100, "email": 120}
TOUCH_LENGTHS = {"method": 40, "participants": 300}
SHAREHOLDER_LENGTHS = {"name": 200}
TARGET_LENGTHS = {"source": 100, "next_action": 200}
EARLIEST = date(1700, 1, 1)
CLOSED = frozenset({"won", "paused", "dropped"})  # target statuses in which no clock runs
DUE_WORKING_DAYS = 3  # a next action this near shows yellow


def company_problems(values: Mapping[str, Any], *, today: date, is_new: bool) -> list[Problem]:
    """Return what is wrong with the values that a company is to have; only the given fields are looked at."""
    found: list[Problem] = []
    if (is_new or "name" in values) and not str(values.get("name", "")).strip():
        found.append(Problem("name_missing", "name"))
    found += uscc_problems(values.get("uscc", ""))
    region = values.get("region_code", "")
    if region and not (len(region) == 6 and region.isascii() and region.isdigit()):
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


def contact_problems(values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a contact: it needs a name or a phone."""
    found = text_lengths(values, CONTACT_LENGTHS)
    if not values.get("name") and not values.get("phone"):
        found.append(Problem("contact_unnamed", "name"))
    return found


def touch_problems(values: Mapping[str, Any], *, today: date, is_new: bool) -> list[Problem]:
    """Return what is wrong with a touch: it has a day, and the day has come."""
    found = text_lengths(values, TOUCH_LENGTHS)
    on = values.get("on")
    if on is None and (is_new or "on" in values):
        found.append(Problem("date_missing", "on"))
    elif on is not None and on > today:
        found.append(Problem("date_future", "on"))
    elif on is not None and on < EARLIEST:
        found.append(Problem("date_impossible", "on", {"value": on.isoformat()}))
    return found


def shareholder_problems(values: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a shareholder: a name, and a share between nought and the whole."""
    found = text_lengths(values, SHAREHOLDER_LENGTHS)
    if not str(values.get("name") or "").strip():
        found.append(Problem("name_missing", "name"))
    share = values.get("share")
    if share is not None and not 0 <= share <= 1:
        found.append(Problem("share_range", "share"))
    return found


def masked_phone(phone: str) -> str:
    """Return a phone of which only the ends can be read: 138****5678. A short one is hidden whole."""
    digits = [position for position, sign in enumerate(phone) if sign.isdigit()]
    if len(digits) < 7:
        return "*" * len(phone)
    hidden = set(digits[3:-4]) if len(digits) >= 11 else set(digits[2:-2])
    return "".join("*" if position in hidden else sign for position, sign in enumerate(phone))


def masked_email(email: str) -> str:
    """Return an address of which only the first letter and the host can be read: z***@example.com."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if email else ""


def action_light(on: date | None, *, today: date) -> tuple[str, int]:
    """Return the light of a next action and its distance: days overdue for red, working days left otherwise.

    "r" past its date, "y" within three working days, "g" later, "" without a date.
    """
    if on is None:
        return "", 0
    if on < today:
        return "r", (today - on).days
    left = working_days_between(today, on)
    return ("y" if left <= DUE_WORKING_DAYS else "g"), left


def target_problems(values: Mapping[str, Any], *, statuses: frozenset[str]) -> list[Problem]:
    """Return what is wrong with the values that a target client is to have."""
    found = choice(values, "status", statuses) + not_negative(values, "touch_count")
    first, last = values.get("first_contact_on"), values.get("last_touch_on")
    if first is not None and last is not None and last < first:
        found.append(
            Problem("date_order", "last_touch_on", {"later": last.isoformat(), "earlier": first.isoformat()})
        )
    return found + text_lengths(values, TARGET_LENGTHS)
