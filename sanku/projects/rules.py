"""The stages of a project, and whose group each stage is.

Source: the product description, "The life of a project".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sanku.accounts.rules import Role
from sanku.common.checks import not_negative, text_lengths
from sanku.common.problems import Problem


class Stage(StrEnum):
    """The life of a project, in order; then the two ends off the path."""

    LEAD = "lead"
    NEGOTIATION = "negotiation"
    INTENT = "intent"
    SIGNED = "signed"
    LANDED = "landed"
    CONSTRUCTION = "construction"
    PRODUCTION = "production"
    GROWTH = "growth"
    SUSPENDED = "suspended"
    LOST = "lost"


STAGE_PATH = tuple(Stage)[:8]
# A limit in working days in the stage; growth has none.
STAGE_LIMIT_DAYS = {
    Stage.LEAD: 15,
    Stage.NEGOTIATION: 90,
    Stage.INTENT: 90,
    Stage.SIGNED: 60,
    Stage.LANDED: 120,
    Stage.CONSTRUCTION: 360,
    Stage.PRODUCTION: 180,
}
# The groups that see projects by their stage, whatever department holds them.
STAGES_OF_GROUP = {
    Role.LANDING: frozenset({Stage.SIGNED, Stage.LANDED}),
    Role.CONSTRUCTION: frozenset({Stage.LANDED, Stage.CONSTRUCTION, Stage.PRODUCTION}),
}
# A major project is one so marked by the office; by default CNY 100 million and above.
MAJOR_CNY = 100_000_000


def stages_seen(role: str) -> frozenset[Stage]:
    """Return the stages whose projects a role sees across all departments."""
    return next((stages for group, stages in STAGES_OF_GROUP.items() if group == role), frozenset())


LENGTHS = {
    "code": 40,
    "name": 200,
    "investor_name": 200,
    "chain_segment": 60,
    "source": 100,
    "reporter": 60,
    "next_action": 200,
}
AMOUNTS = (
    "investment",
    "contracted",
    "fixed_asset_cny",
    "foreign_investment_cny",
    "money_in_place_cny",
    "expected_output_cny",
    "expected_tax_cny",
    "jobs",
    "talent",
    "land_m2",
    "floor_m2",
    "power_kva",
    "water_t_d",
    "steam_t_h",
    "energy_tce",
)
CURRENCIES = {"investment": "investment_currency", "contracted": "contracted_currency"}


def project_problems(values: Mapping[str, Any], *, is_new: bool) -> list[Problem]:
    """Return what is wrong with the values that a project is to have; only the given fields are looked at."""
    found: list[Problem] = []
    if (is_new or "name" in values) and not str(values.get("name", "")).strip():
        found.append(Problem("name_missing", "name"))
    stage = values.get("stage")
    if stage is not None and stage not in set(Stage):
        found.append(Problem("stage_unknown", "stage", {"value": stage}))
    for name in AMOUNTS:
        found += not_negative(values, name)
    for name, currency in CURRENCIES.items():
        if values.get(name) is not None and not values.get(currency, "CNY"):
            found.append(Problem("currency_missing", currency))
    progress = values.get("progress")
    if progress is not None and not 0 <= progress <= 1:
        found.append(Problem("share_range", "progress"))
    return found + text_lengths(values, LENGTHS)
