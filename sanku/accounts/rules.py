"""Who may see and do what, as plain values; and what the organisation's records must be.

Source of the table of roles: the product description, "Who uses it" and "Who sees what".
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from babel import Locale

from sanku.common.checks import choice, position, text_lengths
from sanku.common.extents import is_boundary
from sanku.common.problems import Problem


class Role(StrEnum):
    """What a person comes to Sanku for."""

    COMMANDER = "commander"
    OFFICE = "office"
    PROMOTION = "promotion"
    LANDING = "landing"
    CONSTRUCTION = "construction"
    SUPERVISION = "supervision"
    LEADER = "leader"
    SERVICE = "service"
    COUNTERPART = "counterpart"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


SEES_ALL = frozenset({Role.COMMANDER, Role.OFFICE, Role.SUPERVISION})
# Identity of companies is open to all staff; these may change it.
WRITES_COMPANIES = frozenset(
    {Role.OFFICE, Role.PROMOTION, Role.LANDING, Role.CONSTRUCTION, Role.SERVICE, Role.ANALYST}
)
# A merge moves what all departments hold of two records: for those who keep the library of companies in order.
MERGES_COMPANIES = frozenset({Role.OFFICE, Role.PROMOTION, Role.ANALYST})
# An honours list marks companies of the whole zone.
LOADS_HONOURS = frozenset({Role.OFFICE, Role.ANALYST})
WRITES_SITES = frozenset({Role.OFFICE, Role.LANDING, Role.CONSTRUCTION})
WRITES_TARGETS = frozenset({Role.OFFICE, Role.PROMOTION})
WRITES_PROJECTS = frozenset({Role.OFFICE, Role.PROMOTION, Role.LANDING, Role.CONSTRUCTION, Role.SERVICE})
MAY_IMPORT = WRITES_COMPANIES | WRITES_SITES
MANAGES_PEOPLE = frozenset({Role.ADMINISTRATOR})
READS_RATES = MANAGES_PEOPLE | {Role.OFFICE}
WRITES_RATES = MANAGES_PEOPLE


def sees_all(role: str) -> bool:
    """Return whether the role reads every record of its zone."""
    return role in SEES_ALL


USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,58}[a-z0-9]")
BIRTH_YEARS = range(1930, 2021)
PERSON_LENGTHS = {"name": 40, "title": 40, "phone": 30}
DEPARTMENT_LENGTHS = {"name": 60, "short_name": 20}
SQUAD_LENGTHS = {"name": 40}
ZONE_LENGTHS = {"name": 60, "short_name": 20, "boundary_source": 100}
# One unit of the dearest currency is worth less than 30 yuan; more is a slip of the decimal point.
LARGEST_RATE = 1000
EARLIEST_RATE = date(1949, 10, 1)
CURRENCIES = frozenset(Locale("zh").currencies)


def person_problems(
    values: Mapping[str, Any], *, is_new: bool, vocabulary: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Return what is wrong with the values that a person is to have.

    `values` holds role and department as the person is to have them; `vocabulary` maps degree, languages
    and skills to the codes there are.
    """
    found = _named(values, is_new=is_new)
    username = values.get("username")
    if (is_new or username is not None) and not USERNAME.fullmatch(username or ""):
        found.append(Problem("username_shape", "username", {"value": username or ""}))
    found += choice(values, "role", set(Role))
    if not values.get("role"):
        found.append(Problem("role_missing", "role"))
    if values.get("role") == Role.PROMOTION and values.get("department") is None:
        found.append(Problem("department_missing", "department"))
    year = values.get("birth_year")
    if year is not None and year not in BIRTH_YEARS:
        bounds = {"first": BIRTH_YEARS[0], "last": BIRTH_YEARS[-1]}
        found.append(Problem("birth_year", "birth_year", {"value": year, **bounds}))
    found += choice(values, "degree", vocabulary["degree"])
    for name in ("languages", "skills"):
        for code in values.get(name) or ():
            found += choice({name: code}, name, vocabulary[name])
    return found + text_lengths(values, PERSON_LENGTHS)


def department_problems(
    values: Mapping[str, Any], *, is_new: bool, vocabulary: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Return what is wrong with the values that a department is to have; `vocabulary` for kind and sector."""
    found = _named(values, is_new=is_new) + choice(values, "kind", vocabulary["kind"])
    if not values.get("kind"):
        found.append(Problem("kind_missing", "kind"))
    found += choice(values, "sector", vocabulary["sector"])
    if values.get("sector") and values.get("kind") != "sector":
        found.append(Problem("sector_without_sector_department", "sector"))
    return found + text_lengths(values, DEPARTMENT_LENGTHS)


def squad_problems(values: Mapping[str, Any], *, is_new: bool) -> list[Problem]:
    """Return what is wrong with the values that a squad is to have."""
    found = _named(values, is_new=is_new)
    if values.get("department") is None:
        found.append(Problem("department_missing", "department"))
    return found + text_lengths(values, SQUAD_LENGTHS)


def zone_problems(values: Mapping[str, Any], *, is_new: bool) -> list[Problem]:
    """Return what is wrong with the values that a zone is to have."""
    found = _named(values, is_new=is_new)
    region = values.get("region_code", "")
    if (is_new or "region_code" in values) and not (
        len(region) == 6 and region.isascii() and region.isdigit()
    ):
        found.append(Problem("region_code", "region_code", {"value": region}))
    if values.get("boundary") is not None and not is_boundary(values["boundary"]):
        found.append(Problem("boundary_shape", "boundary"))
    return found + position(values) + text_lengths(values, ZONE_LENGTHS)


def rate_problems(values: Mapping[str, Any], *, today: date) -> list[Problem]:
    """Return what is wrong with an exchange rate: currency, date and yuan as it is to be."""
    found = []
    currency, on, cny = values.get("currency"), values.get("on"), values.get("cny")
    if currency not in CURRENCIES or currency == "CNY":
        found.append(Problem("currency_unknown", "currency", {"value": currency or ""}))
    if on is None or on < EARLIEST_RATE:
        found.append(Problem("date_impossible", "on", {"value": on.isoformat() if on else ""}))
    elif on > today:
        found.append(Problem("date_future", "on"))
    if cny is None or not 0 < cny < LARGEST_RATE:
        found.append(Problem("rate_range", "cny", {"limit": LARGEST_RATE}))
    return found


def composition(people: Sequence[Mapping[str, Any]], *, year: int) -> dict[str, Any]:
    """Return what a body of people is made of.

    People are mappings with `birth_year` (or None), `degree`, `languages` and `skills`. The mean age counts
    whole years by the calendar year; each share stands with its base: those whose datum is known.
    """
    ages = [year - person["birth_year"] for person in people if person["birth_year"]]
    degrees = [person["degree"] for person in people if person["degree"]]
    return {
        "count": len(people),
        "average_age": sum(ages) / len(ages) if ages else None,
        "age_base": len(ages),
        "masters": sum(degree in ("master", "doctor") for degree in degrees),
        "degree_base": len(degrees),
        "languages": _tally(people, "languages"),
        "skills": _tally(people, "skills"),
        "with_language": sum(bool(person["languages"]) for person in people),
    }


def _tally(people: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for person in people:
        for code in person[name]:
            counts[code] = counts.get(code, 0) + 1
    return counts


def coverage_state(count: int) -> int:
    """Return how well a skill is covered: 0 nobody, 1 by one person, 2 by two or three, 3 by more."""
    return 0 if count == 0 else 1 if count == 1 else 2 if count <= 3 else 3


def _named(values: Mapping[str, Any], *, is_new: bool) -> list[Problem]:
    if (is_new or "name" in values) and not str(values.get("name") or "").strip():
        return [Problem("name_missing", "name")]
    return []


# How long a token may be good for, in days, as the page offers it.
TOKEN_DAYS = (30, 90, 180, 365)


def token_problems(*, name: str, days: int) -> list[Problem]:
    """Return what is wrong with a token that is to be made."""
    problems = []
    if not name.strip():
        problems.append(Problem("name_missing", "name"))
    problems += text_lengths({"name": name}, {"name": 60})
    if not 1 <= days <= max(TOKEN_DAYS):
        problems.append(Problem("token_days", "days", {"most": max(TOKEN_DAYS)}))
    return problems
