"""The rules of projects, on plain values."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.dates import working_days_between
from sanku.projects.rules import (
    STAGE_LIMIT_DAYS,
    Spell,
    Stage,
    core_of,
    days_in_stages,
    end_of_week,
    last_overdue_start,
    overdue_starts,
    project_problems,
    spells_of,
    stage_clock,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("stage", "used", "light", "left"),
    [
        ("signed", 47, "g", 13),
        ("signed", 48, "y", 12),  # 80 % of 60
        ("signed", 60, "y", 0),
        ("signed", 61, "r", -1),
        ("lead", 11, "g", 4),
        ("lead", 12, "y", 3),
        ("lead", 16, "r", -1),
    ],
)
def test_a_clock_turns_yellow_at_four_fifths_and_red_past_the_limit(
    stage: str, used: int, light: str, left: int
) -> None:
    since = MONDAY
    while working_days_between(since, MONDAY) < used:
        since -= timedelta(days=1)
    clock = stage_clock(stage, since, on=MONDAY)
    assert clock is not None
    assert (clock.used, clock.light, clock.left) == (used, light, left)


def test_working_days_are_chinese_ones() -> None:
    """From 30 September to 8 October 2026 one day is worked: the eighth. The holiday does not run the clock."""
    clock = stage_clock("signed", date(2026, 9, 30), on=date(2026, 10, 8))
    assert clock is not None
    assert clock.used == 1


def test_no_clock_off_the_path_or_without_a_begin() -> None:
    assert stage_clock("lost", MONDAY, on=MONDAY) is None
    assert stage_clock("suspended", MONDAY, on=MONDAY) is None
    assert stage_clock("signed", None, on=MONDAY) is None


def test_growth_has_no_limit_and_the_future_uses_nothing() -> None:
    growth = stage_clock("growth", date(2026, 11, 2), on=MONDAY)
    assert growth is not None
    assert (growth.limit, growth.light, growth.left) == (None, "", 0)
    ahead = stage_clock("lead", date(2026, 12, 1), on=MONDAY)
    assert ahead is not None
    assert ahead.used == 0


@given(st.integers(1, 400), st.dates(date(2015, 1, 1), date(2028, 12, 31)))
def test_the_last_overdue_start_is_the_last_one(limit: int, on: date) -> None:
    """A filter by this date and the light of a row say the same."""
    start = last_overdue_start(limit, on=on)
    assert working_days_between(start, on) > limit
    assert working_days_between(start + timedelta(days=1), on) <= limit


def test_every_stage_with_a_limit_has_an_overdue_start() -> None:
    starts = overdue_starts(on=MONDAY)
    assert set(starts) == set(STAGE_LIMIT_DAYS)
    for stage, start in starts.items():
        late, fine = (stage_clock(stage, day, on=MONDAY) for day in (start, start + timedelta(days=1)))
        assert late is not None
        assert fine is not None
        assert (late.light, fine.light != "r") == ("r", True)


def test_weeks_end_on_sunday() -> None:
    assert end_of_week(MONDAY) == date(2026, 11, 29)
    assert end_of_week(date(2026, 11, 29)) == date(2026, 11, 29)


def test_spells_follow_the_ledger_and_corrections_of_a_date() -> None:
    happened: list[tuple[date, dict[str, Any]]] = [
        (date(2026, 8, 3), {"stage": "lead"}),
        (date(2026, 8, 20), {"stage": "negotiation", "stage_on": "2026-08-18"}),
        (date(2026, 8, 25), {"stage_on": "2026-08-17"}),
        (date(2026, 9, 9), {"stage": "signed", "stage_on": None}),
    ]
    assert spells_of(happened) == [
        Spell("lead", date(2026, 8, 3)),
        Spell("negotiation", date(2026, 8, 17)),
        Spell("signed", date(2026, 9, 9)),
    ]


def test_a_stage_entered_twice_counts_both_stays() -> None:
    spells = [
        Spell("intent", date(2026, 11, 2)),
        Spell("negotiation", date(2026, 11, 4)),
        Spell("intent", date(2026, 11, 5)),
        Spell("signed", date(2026, 11, 9)),
    ]
    assert days_in_stages(spells, on=date(2026, 11, 10)) == {"intent": 4, "negotiation": 1, "signed": 1}
    assert days_in_stages([], on=MONDAY) == {}


def test_what_identifies_a_name() -> None:
    assert core_of("示例 液压支架（智能）项目") == core_of("示例液压支架(智能)建设项目") == "示例液压支架智能"
    assert core_of("示例工厂二期项目") != core_of("示例工厂项目")
    assert core_of("项目") == "项目"


def test_refusals() -> None:
    values = {
        "name": " ",
        "stage": "dreaming",
        "investment": Decimal(-1),
        "contracted": Decimal(10) ** 17,
        "contracted_currency": "",
        "progress": Decimal("1.2"),
        "next_action": "长" * 201,
    }
    found = {(problem.code, problem.field) for problem in project_problems(values, is_new=True)}
    assert found == {
        ("name_missing", "name"),
        ("stage_unknown", "stage"),
        ("amount_negative", "investment"),
        ("amount_too_large", "contracted"),
        ("currency_missing", "contracted_currency"),
        ("share_range", "progress"),
        ("too_long", "next_action"),
    }
    assert project_problems({"name": "示例项目", "stage": Stage.LEAD}, is_new=True) == []
    assert project_problems({"jobs": 3}, is_new=False) == []
