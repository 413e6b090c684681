"""The stages of a project, their clocks, and whose group each stage is; what a project must be.

Source: the product description, "The life of a project".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sanku.accounts.rules import Role
from sanku.common.checks import not_negative, position, text_lengths
from sanku.common.dates import add_working_days, working_days_between
from sanku.common.names import normalise
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


# A clock is yellow from 80 % of its time on, red past it.
YELLOW_PERCENT = 80
# What a project's name may end in without saying which project it is.
TAIL = re.compile(r"(?:建设|投资|产业化)?(?:项目|工程)$")
# Names of one investor's projects that are as much alike as this are shown as possible duplicates.
ALIKE_PERCENT = 60


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days used of a limit; `light` is g, y or r, empty where there is no limit."""

    used: int
    limit: int | None
    light: str

    @property
    def left(self) -> int:
        """The working days left; negative past the limit, 0 where there is none."""
        return 0 if self.limit is None else self.limit - self.used


@dataclass(frozen=True, slots=True)
class Spell:
    """A stay in a stage from a day on; until the day of the next spell."""

    stage: str
    since: date | None


def stage_clock(stage: str, since: date | None, *, on: date) -> Clock | None:
    """Return how much of its time a stage has used on a day; None off the path or where its begin is unknown."""
    if since is None or stage not in STAGE_PATH:
        return None
    used = max(working_days_between(since, on), 0)
    limit = STAGE_LIMIT_DAYS.get(Stage(stage))
    if limit is None:
        return Clock(used, None, "")
    return Clock(used, limit, "r" if used > limit else "y" if used * 100 >= limit * YELLOW_PERCENT else "g")


def last_overdue_start(limit: int, *, on: date) -> date:
    """Return the latest day since which more than `limit` working days have passed."""
    day, one = add_working_days(on, -limit - 1).on, timedelta(days=1)
    while working_days_between(day, on) <= limit:
        day -= one
    while working_days_between(day + one, on) > limit:
        day += one
    return day


def overdue_starts(*, on: date) -> dict[Stage, date]:
    """Return for each stage with a limit the latest begin at which it is overdue on a day."""
    return {stage: last_overdue_start(limit, on=on) for stage, limit in STAGE_LIMIT_DAYS.items()}


def end_of_week(on: date) -> date:
    """Return the Sunday of a day's week."""
    return on + timedelta(days=6 - on.weekday())


def spells_of(happened: Sequence[tuple[date, Mapping[str, Any]]]) -> list[Spell]:
    """Return the stages a project has been in, from what its ledger says, oldest first.

    `happened` holds, for each entry, its day and the new values of `stage` and `stage_on` (ISO texts) that it
    set. A later entry with a date alone corrects the begin of the stage it stands in.
    """
    found: list[Spell] = []
    for on, values in happened:
        since = date.fromisoformat(values["stage_on"]) if values.get("stage_on") else None
        if values.get("stage"):
            found.append(Spell(values["stage"], since or on))
        elif since is not None and found:
            found[-1] = Spell(found[-1].stage, since)
    return found


def days_in_stages(spells: Sequence[Spell], *, on: date) -> dict[str, int]:
    """Return the working days spent in each stage; a stage entered twice counts both stays."""
    days: dict[str, int] = {}
    for spell, following in pairwise([*spells, Spell("", on)]):
        if spell.since is not None and following.since is not None:
            used = max(working_days_between(spell.since, following.since), 0)
            days[spell.stage] = days.get(spell.stage, 0) + used
    return days


def core_of(name: str) -> str:
    """Return what identifies a project's name: without blanks, brackets and a last 项目 or 工程.

    The phase stays: the second phase of a plant is another project.
    """
    whole = re.sub(r"[()]", "", normalise(name))
    core = TAIL.sub("", whole)
    return core if len(core) >= 2 else whole


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
    return found + position(values) + text_lengths(values, LENGTHS)
