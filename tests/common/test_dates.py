"""Dates as offices write them, and Chinese working days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.dates import add_working_days, from_serial, read_date, working_days_between


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2017.9.8", "2017-09-08"),
        ("2017年9月", "2017-09"),
        ("20170908", "2017-09-08"),
        ("二〇一七年九月八日", "2017-09-08"),
        ("２０１７年９月８日（周五）", "2017-09-08"),
        ("17.7.11", "2017-07-11"),
        ("98-2-3", "1998-02-03"),
        ("2017-08-04 00:00:00", "2017-08-04"),
        ("2017-03-03 16:59", "2017-03-03 16:59"),
        ("8 Sep 2017", "2017-09-08"),
        ("13/08/2017", "2017-08-13"),
        ("2018年9月底前", "2018-09"),
        ("2017年", "2017"),
        ("2017年9月8日上午", "2017-09-08"),
        ("2017-09-08 下午3:20", "2017-09-08"),
        ("2017–09–08", "2017-09-08"),
        ("2017/9月/8日", "2017-09-08"),
        ("成立于2017年9月8日", "2017-09-08"),
        ("2017年09月08日09时30分", "2017-09-08 09:30"),
        ("2017。9。8", "2017-09-08"),
        ("2017年九月八日", "2017-09-08"),
        (42898, "2017-06-12"),
        (20170908, "2017-09-08"),
        (2018.9, "2018-09"),
    ],
)
def test_reads_the_usual_forms(written: str | float, iso: str) -> None:
    """Every habit of writing gives one date, as precise as it is."""
    assert read_date(written).isoformat() == iso


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("9月8日", "2026-09-08"),
        ("9月8日上午", "2026-09-08"),
        ("9.8", "2026-09-08"),
        ("12月底", "2026-12"),
        ("8月份", "2026-08"),
    ],
)
def test_takes_the_year_of_the_title(written: str, iso: str) -> None:
    """A date without a year is read with the known one, and without that not at all."""
    assert read_date(written, year=2026).isoformat() == iso
    assert read_date(written).on is None


@pytest.mark.parametrize(
    "written", ["2017.9.31", "2017年13月", "2002-00-10", "1994-04-00", "20170931", "2001-02-29", "98.2.30"]
)
def test_refuses_impossible_dates(written: str) -> None:
    """A day that does not exist is not moved to one that does."""
    assert read_date(written).problem == "date_impossible"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("随时", "date_vague"),
        ("08/09/2017", "date_ambiguous"),
        ("2017.9-2018.6", "date_range"),
        (2018.1, "date_ambiguous"),
    ],
)
def test_says_why_it_takes_no_date(written: str | float, problem: str) -> None:
    """Words, ranges and dates of two meanings give none."""
    assert read_date(written).problem == problem


def test_counts_from_1904_where_the_workbook_does() -> None:
    """The same serial is four years and a day later in a workbook of 1904."""
    assert from_serial(40000, epoch_1904=True).on == dt.date(2013, 7, 7)
    assert from_serial(40000).on == dt.date(2009, 7, 6)


@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"]),
)
def test_reads_back_any_date(day: dt.date, form: str) -> None:
    """A written date comes back as itself."""
    assert read_date(day.strftime(form)).on == day


def test_works_on_make_up_days_and_rests_on_holidays() -> None:
    """National Day 2026 rests 1 to 7 October; 10 October makes up for it."""
    assert add_working_days(dt.date(2026, 9, 30), 1).on == dt.date(2026, 10, 8)
    assert working_days_between(dt.date(2026, 10, 8), dt.date(2026, 10, 10)) == 2


def test_marks_days_past_the_calendar_as_provisional() -> None:
    """Past the published calendar Monday to Friday is assumed, and said."""
    assert add_working_days(dt.date(2030, 3, 1), 5).on == dt.date(2030, 3, 8)
    assert add_working_days(dt.date(2030, 3, 1), 5).provisional
    assert not add_working_days(dt.date(2026, 3, 2), 5).provisional


def test_counts_backwards() -> None:
    """A negative count goes back, a reversed span is negative."""
    assert add_working_days(dt.date(2026, 10, 8), -1).on == dt.date(2026, 9, 30)
    assert working_days_between(dt.date(2026, 10, 8), dt.date(2026, 9, 30)) == -1
