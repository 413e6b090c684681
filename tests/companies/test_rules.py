"""What a company, a contact, a touch and a target client must be."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.companies import rules
from tests import make

TODAY = date(2026, 11, 23)  # a Monday


def codes(problems: list[Any]) -> set[tuple[str, str]]:
    return {(problem.code, problem.field) for problem in problems}


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"name": "示例"}, set()),
        ({"name": ""}, {("name_missing", "name")}),
        ({"name": "  "}, {("name_missing", "name")}),
        ({"name": "示例", "uscc": "123"}, {("uscc_shape", "uscc")}),
        ({"name": "示例", "uscc": make.uscc(1)[:17] + "?"}, {("uscc_check_character", "uscc")}),
        ({"name": "示例", "uscc": make.uscc(1)}, set()),
        ({"name": "示例", "region_code": "37081"}, {("region_code", "region_code")}),
        ({"name": "示例", "region_code": "37081x"}, {("region_code", "region_code")}),
        ({"name": "示例", "registered_capital": -1}, {("amount_negative", "registered_capital")}),
        ({"name": "示例", "revenue_cny": 10**17}, {("amount_too_large", "revenue_cny")}),
        ({"name": "示例", "profit_cny": -5}, set()),
        (
            {"name": "示例", "registered_capital": 1, "registered_capital_currency": ""},
            {("currency_missing", "registered_capital_currency")},
        ),
        ({"name": "示例", "established_on": date(2027, 1, 1)}, {("date_future", "established_on")}),
        ({"name": "示例", "established_on": date(1600, 1, 1)}, {("date_impossible", "established_on")}),
        ({"name": "示例", "lon": 116.5, "lat": None}, {("coordinates_half", "lon")}),
        ({"name": "示例", "lon": 216.5, "lat": 35.0}, {("coordinates_outside", "lon")}),
        ({"name": "长" * 201}, {("too_long", "name")}),
    ],
)
def test_a_company(values: dict[str, Any], refused: set[tuple[str, str]]) -> None:
    assert codes(rules.company_problems(values, today=TODAY, is_new=True)) == refused


def test_only_given_fields_of_a_known_company_are_looked_at() -> None:
    assert rules.company_problems({"city": "济宁"}, today=TODAY, is_new=False) == []
    assert rules.company_problems({"city": "济宁"}, today=TODAY, is_new=True) != []


def test_a_contact_needs_a_name_or_a_phone() -> None:
    assert codes(rules.contact_problems({"title": "经理"})) == {("contact_unnamed", "name")}
    assert rules.contact_problems({"phone": "13800000000"}) == []
    assert codes(rules.contact_problems({"name": "名" * 61})) == {("too_long", "name")}


def test_a_touch_lies_on_a_day_that_has_come() -> None:
    assert codes(rules.touch_problems({}, today=TODAY, is_new=True)) == {("date_missing", "on")}
    assert rules.touch_problems({}, today=TODAY, is_new=False) == []
    assert rules.touch_problems({"on": TODAY}, today=TODAY, is_new=True) == []
    assert codes(rules.touch_problems({"on": date(2026, 11, 24)}, today=TODAY, is_new=True)) == {
        ("date_future", "on")
    }


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"name": "示股东", "share": 1}, set()),
        ({"name": "", "share": None}, {("name_missing", "name")}),
        ({"name": "示股东", "share": 1.01}, {("share_range", "share")}),
        ({"name": "示股东", "share": -0.1}, {("share_range", "share")}),
    ],
)
def test_a_shareholder(values: dict[str, Any], refused: set[tuple[str, str]]) -> None:
    assert codes(rules.shareholder_problems(values)) == refused


def test_a_target_client() -> None:
    statuses = frozenset({"new", "won"})
    assert rules.target_problems({"status": "new"}, statuses=statuses) == []
    assert codes(rules.target_problems({"status": "odd"}, statuses=statuses)) == {
        ("choice_unknown", "status")
    }
    turned = {"first_contact_on": date(2026, 5, 2), "last_touch_on": date(2026, 5, 1)}
    assert codes(rules.target_problems(turned, statuses=statuses)) == {("date_order", "last_touch_on")}


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("0537-1234567", "053*-***4567"),
        ("+86 138 1234 5678", "+86 1** **** 5678"),
        ("12345", "*****"),
        ("", ""),
        ("请打总机", "****"),
    ],
)
def test_a_masked_phone_can_be_told_apart_but_not_called(phone: str, masked: str) -> None:
    assert rules.masked_phone(phone) == masked


@given(st.text(st.characters(categories=("Nd", "Lo", "Pd")), max_size=30))
def test_a_masked_phone_never_shows_more_than_seven_digits(phone: str) -> None:
    shown = rules.masked_phone(phone)
    assert len(shown) == len(phone)
    digits = sum(sign.isdigit() for sign in phone)
    left = sum(sign.isdigit() for sign in shown)
    assert left <= 7
    assert digits == 0 or left < digits


def test_a_masked_address_keeps_the_host() -> None:
    assert rules.masked_email("zhang@example.com") == "z***@example.com"
    assert rules.masked_email("") == ""


@pytest.mark.parametrize(
    ("on", "light"),
    [
        (None, ("", 0)),
        (date(2026, 11, 14), ("r", 9)),
        (date(2026, 11, 22), ("r", 1)),
        (TODAY, ("y", 0)),
        (date(2026, 11, 26), ("y", 3)),
        (date(2026, 11, 27), ("g", 4)),
    ],
)
def test_the_light_of_a_next_action(on: date | None, light: tuple[str, int]) -> None:
    assert rules.action_light(on, today=TODAY) == light


def test_the_light_counts_working_days_over_the_national_holiday() -> None:
    """From 30 September 2026 to 8 October is one working day: the first seven days of October are free."""
    assert rules.action_light(date(2026, 10, 8), today=date(2026, 9, 30)) == ("y", 1)
