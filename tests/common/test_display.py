"""Figures, areas, dates and shares are said in the reader's language."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal as D

import pytest
from django.utils.translation import override

from sanku.common import display

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (D("1260000000"), "12.60 亿元", "CNY 1,260 million"),
        (D("38500000"), "3,850 万元", "CNY 38.5 million"),
        (D("12345678901234"), "123,456.79 亿元", "CNY 12,345,678.9 million"),
        (D("99999950"), "1.00 亿元", "CNY 100 million"),
        (D("99999949"), "9,999.99 万元", "CNY 100 million"),
        (D("10000"), "1 万元", "CNY 10,000"),
        (D("9999.5"), "9,999.5 元", "CNY 9,999.5"),
        (D("-250000000"), "-2.50 亿元", "CNY -250 million"),
        (D("0"), "0 元", "CNY 0"),
        (None, "—", "—"),
    ],
)
def test_money_in_either_language(amount: D | None, chinese: str, english: str) -> None:
    with override("zh-hans"):
        assert display.money(amount) == chinese
    with override("en"):
        assert display.money(amount) == english


def test_original_currency_stands_beside_cny_or_alone_without_a_rate() -> None:
    with override("zh-hans"):
        assert (
            display.money(D("1260000000"), original=D("175000000"), currency="USD")
            == "12.60 亿元（1.75 亿美元）"
        )
        assert display.money(None, original=D("175000000"), currency="USD") == "1.75 亿美元"
        assert display.money(None, original=D("20000"), currency="CNY") == "2 万元"
    with override("en"):
        shown = display.money(D("1260000000"), original=D("175000000"), currency="USD")
        assert shown == "CNY 1,260 million (USD 175 million)"


def test_plain_numbers_for_columns() -> None:
    assert display.money_yi(D("385000000")) == "3.85"
    assert display.money_wan(D("385000000")) == "38,500"
    assert display.number(D("1234.50")) == "1,234.5"
    assert display.number(100) == "100"
    assert display.number(D("-0.001")) == "0"
    assert display.number(0.1 + 0.2) == "0.3"


def test_area_has_the_other_unit_in_its_title() -> None:
    with override("zh-hans"):
        assert display.area(D("124000")) == '<span title="124,000 m²">186 亩</span>'
        assert display.area(124000.0, "m2") == '<span title="186 亩">124,000 m²</span>'
        assert display.area(None) == "—"


@pytest.mark.parametrize(
    ("distance", "chinese", "english"),
    [
        (-1, "昨天", "yesterday"),
        (0, "今天", "today"),
        (1, "明天", "tomorrow"),
        (2, "周三", "Wed"),
        (6, "周日", "Sun"),
        (7, "下周一", "next Mon"),
        (13, "下周日", "next Sun"),
        (14, "12-07", "12-07"),
        (-2, "11-21", "11-21"),
        (60, "2027-01-22", "2027-01-22"),
    ],
)
def test_near_days_are_said_by_their_distance(distance: int, chinese: str, english: str) -> None:
    on = MONDAY + timedelta(distance)
    with override("zh-hans"):
        assert display.near_day(on, MONDAY) == chinese
        assert f'title="{on.isoformat()} ' in display.day(on, MONDAY)
    with override("en"):
        assert display.near_day(on, MONDAY) == english


def test_moments_are_shown_in_the_reader_s_time_zone() -> None:
    here = timezone(timedelta(hours=8))
    now = datetime(2026, 11, 23, 10, 0, tzinfo=here)
    assert ">09:12<" in display.moment(datetime(2026, 11, 23, 1, 12, tzinfo=UTC), now)
    assert ">11-22 23:59<" in display.moment(datetime(2026, 11, 22, 15, 59, tzinfo=UTC), now)
    assert ">2025-12-31 08:00<" in display.moment(datetime(2025, 12, 31, 0, 0, tzinfo=UTC), now)


def test_percentages_show_their_base() -> None:
    with override("zh-hans"):
        assert display.percent(12, 18) == "12 / 18，66.7 %"
    with override("en"):
        assert display.percent(12, 18) == "12 / 18, 66.7 %"
    assert display.percent(0, 0) == "0 / 0"
    assert display.percent(None, 18) == "—"


def test_traditional_characters_in_figures() -> None:
    with override("zh-hant"):
        assert (
            display.money(D("1260000000"), original=D("175000000"), currency="USD")
            == "12.60 億元（1.75 億美元）"
        )
        assert display.money(D("38500000")) == "3,850 萬元"
        assert "畝" in display.area(D("124000"))
        assert display.currency_name("EUR") == "歐元"
