"""Read dates as offices write them, refuse impossible ones, and count Chinese working days."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

import chinese_calendar

from sanku.common.text import chinese_number, is_blank, to_half_width

Precision = Literal["year", "month", "day", "minute"]
DateProblem = Literal["date_impossible", "date_ambiguous", "date_range", "date_unreadable", "date_vague"]

# The calendar of holidays and make-up days is published a year at a time; past it Monday to Friday is assumed.
_FIRST_HOLIDAY_YEAR, _LAST_HOLIDAY_YEAR = 2004, 2026
_EPOCH_1900, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_EARLIEST_YEAR, _LATEST_YEAR = 1800, 2199


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date read from a cell with its precision, or why none can be taken. `on` is the first day of a month or year."""

    on: dt.date | None = None
    precision: Precision = "day"
    at: dt.datetime | None = None
    problem: DateProblem | None = None

    def isoformat(self) -> str | None:
        """Write 2017-09-08, 2017-09, 2017 or “2017-09-08 16:59”, as precise as it is known."""
        if self.on is None:
            return None
        if self.precision == "minute" and self.at is not None:
            return self.at.strftime("%Y-%m-%d %H:%M")
        return self.on.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day counted in working days; provisional where the official calendar was not yet known."""

    on: dt.date
    provisional: bool


_CLOCK = r"(?:[T\s]*(?P<hour>\d{1,2})[:时點点](?P<minute>\d{1,2})?(?:[:分](?P<second>\d{1,2})?)?(?:\.\d+)?秒?\s*(?:Z|[+-]\d\d:?\d\d)?)?"
_PARTS = re.compile(
    r"(?P<year>\d{4}|\d{2})(?:年度?|[-./·,、\s]+)"
    r"(?:(?P<month>\d{1,2})(?:月份?|[-./·,、\s]+|$)(?:(?P<day>\d{1,2})[日号號]?)?)?" + _CLOCK
)
_COMPACT = re.compile(
    r"(?P<year>(?:1[89]|20|21)\d\d)(?P<month>\d\d)(?P<day>\d\d)?(?:(?P<hour>\d\d)(?P<minute>\d\d)(?:\d\d)?)?"
)
_YEAR_LAST = re.compile(
    r"(?P<first>\d{1,2})[-./](?P<second>\d{1,2})[-./](?P<year>\d{4})" + _CLOCK.replace("second", "sec")
)
_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ENGLISH = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?[\s\-.,]*)?(?P<name>[a-z]{3})[a-z]*[\s\-.,]*"
    r"(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?[\s\-.,]+)?(?P<year>\d{4}|\d{2})"
)
_HALF_DAY = re.compile(
    r"(?:上午|下午|中午|傍晚|晚上|凌晨|晚间|早上|am|pm)(?P<clock>\s*\d{1,2}[:时點点].*)?$", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"(?P<month>\d{1,2})月份?(?:(?P<day>\d{1,2})[日号號]?)?|(?P<month1>[1-9])[./](?P<day1>\d{1,2})"
)
# 10.13, 12/8: as 9.8 where a title gives the year; without one 12.8 may be a month of 2012.
_TWO_PARTS = re.compile(r"(?P<first>1[0-2])[./](?P<second>\d{1,2})")
_WEEKDAY = re.compile(r"[(（]?\s*(?:星期|周|週|礼拜)[一二三四五六日天]\s*[)）]?")
_REMARK = re.compile(r"[（(][^（）()]*[）)]")
_WITHIN = re.compile(r"(?:初|底|末|[上中下]旬|左右|前后|前後|之?前|以前|月底前|中)+$")
_ABOUT = re.compile(r"^(?:约|公元|大约|预计|計劃|计划|拟|自|成立|注册|签约|开工|投产|于|於|至|截至|截止)+")
_RANGE = re.compile(
    r"(?<=[\d年月日号])\s*(?:至|到|~|—|–|--)\s*(?=\d)|(?<=[年月日])-(?=\d)|(?<=\d\.\d)\s*-\s*(?=\d)|(?<=\d\.\d\d)\s*-\s*(?=\d)"
)
_CHINESE_DIGITS = re.compile(r"[〇零○一二三四五六七八九十]+")
_SERIAL_AS_TEXT = re.compile(r"\d{5}(?:\.\d+)?")
_LOOKS_DATED = re.compile(r"\d{2,4}\s*[年./-]|\d{4}")


def from_serial(serial: float, *, epoch_1904: bool = False) -> ReadDate:
    """Read a spreadsheet serial: days since 1899-12-30, or since 1904-01-01 in workbooks of old Macs."""
    if not 0 < serial < 2_958_466:
        return ReadDate(problem="date_impossible")
    day = int(serial)
    epoch = _EPOCH_1904 if epoch_1904 else _EPOCH_1900
    if not epoch_1904 and day < 61:
        day += 1  # the program of 1900 believed in a 29 February 1900
    on = epoch + dt.timedelta(days=day)
    seconds = round((serial - int(serial)) * 86400)
    if not seconds:
        return ReadDate(on)
    return ReadDate(on, "minute", dt.datetime.combine(on, dt.time()) + dt.timedelta(seconds=seconds))


def read_date(
    written: str | int | float | dt.date | dt.datetime,
    *,
    epoch_1904: bool = False,
    year: int | None = None,
    lately: bool = False,
) -> ReadDate:
    """Read a cell of a date column: text in any of the usual forms, a serial number, 20170908, or a date.

    `year` is the one that a title gives to dates written without any: 9月8日. A month alone gives its first day and
    precision "month"; `lately` says that 12.8 is a day of that year, not a month of 2012. Words without a date
    (随时, 面议) give "date_vague".
    """
    if isinstance(written, dt.datetime):
        clock = written.time() != dt.time()
        return ReadDate(written.date(), "minute" if clock else "day", written if clock else None)
    if isinstance(written, dt.date):
        return ReadDate(written)
    if isinstance(written, int | float):
        return _from_number(written, epoch_1904, year)
    return _from_iso(written) or _from_text(written, year, lately)


def _from_number(number: int | float, epoch_1904: bool, known_year: int | None = None) -> ReadDate:
    if known_year and 1 < number < 13 and (typed := re.fullmatch(r"(\d{1,2})\.(\d{1,2})", f"{number:.10g}")):
        # 9.8 typed as a number is 9月8日; 9.1 may be the first, the tenth was 9.10
        if typed[2] in ("1", "2", "3"):
            return ReadDate(problem="date_ambiguous")
        return _checked(known_year, int(typed[1]), int(typed[2]))
    if float(number).is_integer() and _COMPACT.fullmatch(str(int(number))):
        return _from_text(str(int(number)))
    if float(number).is_integer() and 1900 <= number <= 2100:
        return ReadDate(dt.date(int(number), 1, 1), "year")
    if 1900 <= number <= 2101:  # 2018.9 typed as a number: a month; 2018.1 may be January or October
        year, _, month = f"{number:.10g}".partition(".")
        read = _checked(int(year), int(month), None)
        return ReadDate(problem="date_ambiguous") if month == "1" else read
    if 3000 <= number <= 80_000:  # 1908 to 2119
        return from_serial(number, epoch_1904=epoch_1904)
    return ReadDate(problem="date_unreadable")


def _from_iso(written: str) -> ReadDate | None:
    """Return the day of a text like 2017-09-08, None of any other and of days that do not exist."""
    if len(written) != 10 or not (written[4] == written[7] == "-" and written.isascii()):
        return None
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        return None
    return ReadDate(day) if _EARLIEST_YEAR <= day.year <= _LATEST_YEAR else None


@lru_cache(maxsize=16384)
def _from_text(written: str, known_year: int | None = None, lately: bool = False) -> ReadDate:
    if is_blank(written):
        return ReadDate()
    text = _ABOUT.sub("", _WEEKDAY.sub(" ", to_half_width(written)).strip().lstrip("'"))
    if not re.search(r"\d", text) or re.search(r"年[一二三四五六七八九十]", text):
        text = _CHINESE_DIGITS.sub(lambda run: str(chinese_number(run[0]) or 0), text)
    text = _without_half_day(text)
    text = _WITHIN.sub("", _REMARK.sub("", text).strip()).strip(" 。.,，;；")
    text = re.sub(r"(?<=\d)曰", "日", re.sub(r"(?<=\d)。(?=\d)", ".", text))
    text = re.sub(r"\s*([年月日./-])\s*", r"\1", text)
    text = re.sub(r"^(\d{4})\s*[–—]\s*(\d{1,2})\s*[–—]\s*(\d{1,2})$", r"\1-\2-\3", text)
    text = re.sub(r"(?<=[年月])[./-](?=\d)", "", text)
    if not re.search(r"\d", text):
        return ReadDate(problem="date_vague")
    if _SERIAL_AS_TEXT.fullmatch(text):
        return from_serial(float(text))
    if re.fullmatch(r"\d{4}年?", text) and 1900 <= int(text[:4]) <= 2100:
        return ReadDate(dt.date(int(text[:4]), 1, 1), "year")
    if _RANGE.search(text):
        return ReadDate(problem="date_range")
    if known_year and (alone := _MONTH_DAY.fullmatch(text)):
        month, day = alone["month"] or alone["month1"], alone["day"] or alone["day1"]
        return _checked(known_year, int(month), int(day) if day else None)
    if (two := _TWO_PARTS.fullmatch(text)) and (int(two["second"]) > 12 or lately):
        month, day_of = int(two["first"]), int(two["second"])
        if known_year:
            return _checked(known_year, month, day_of)
        return ReadDate(problem="date_vague" if day_of > 12 else "date_ambiguous")
    for pattern in (_PARTS, _COMPACT, _YEAR_LAST):
        found = pattern.fullmatch(text)
        if found:
            return _from_parts(found.groupdict())
    found = _ENGLISH.fullmatch(text.lower())
    if found and found["name"] in _MONTHS:
        day = found["d1"] or found["d2"]
        return _checked(_full_year(found["year"]), _MONTHS[found["name"]], int(day) if day else None)
    return ReadDate(problem="date_unreadable" if _LOOKS_DATED.search(text) else "date_vague")


def _without_half_day(text: str) -> str:
    """Drop 上午 and the like after a date, with a clock that says nothing without it: 2017-09-08 下午3:20."""
    return _HALF_DAY.sub("", text).strip() if re.search(r"\d.*[\u4e00-\u9fffam]", text) else text


def _from_parts(parts: dict[str, str | None]) -> ReadDate:
    year = _full_year(parts["year"] or "")
    if "first" in parts:
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        if first <= 12 and second <= 12 and first != second:
            return ReadDate(problem="date_ambiguous")
        month, day = (second, first) if first > 12 else (first, second)
        return _checked(year, month, day)
    if parts["month"] is None:
        return _checked(year, None, None)
    day_written = int(parts["day"]) if parts["day"] is not None else None
    read = _checked(year, int(parts["month"]), day_written)
    if read.on is None or parts.get("hour") is None or day_written is None:
        return read
    hour, minute, second = (
        int(parts["hour"] or 0),
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
    )
    if hour > 23 or minute > 59 or second > 59:
        return ReadDate(problem="date_impossible")
    at = dt.datetime(read.on.year, read.on.month, read.on.day, hour, minute, second)
    return ReadDate(read.on, "minute" if at.time() != dt.time() else "day", at)


def _full_year(written: str) -> int:
    """Complete a two-digit year: 00 to 59 are 2000 to 2059, 60 to 99 are 1960 to 1999."""
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 60 else 1900)


def _checked(year: int, month: int | None, day: int | None) -> ReadDate:
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return ReadDate(problem="date_impossible")
    if month is None:
        return ReadDate(dt.date(year, 1, 1), "year")
    try:
        return ReadDate(dt.date(year, month, 1 if day is None else day), "month" if day is None else "day")
    except ValueError:
        return ReadDate(problem="date_impossible")


def is_working_day(day: dt.date) -> WorkingDay | None:
    """Return the day, marked provisional if past the official calendar, when people work on it; else None."""
    if _FIRST_HOLIDAY_YEAR <= day.year <= _LAST_HOLIDAY_YEAR:
        return WorkingDay(day, False) if chinese_calendar.is_workday(day) else None
    return WorkingDay(day, True) if day.weekday() < 5 else None


def add_working_days(start: dt.date, count: int) -> WorkingDay:
    """Return the day `count` working days after `start` (before it, if negative), by the Chinese calendar.

    `start` itself does not count. The result is provisional if any day passed lies outside the official calendar.
    """
    step = dt.timedelta(days=1 if count >= 0 else -1)
    day, left, provisional = start, abs(count), False
    while left:
        day += step
        provisional = provisional or not _FIRST_HOLIDAY_YEAR <= day.year <= _LAST_HOLIDAY_YEAR
        left -= is_working_day(day) is not None
    return WorkingDay(day, provisional)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Count the working days after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    whole = sum(_worked_until(year)[-1] for year in range(start.year, end.year))
    return whole + _worked_until(end.year)[_of_year(end)] - _worked_until(start.year)[_of_year(start)]


def _of_year(day: dt.date) -> int:
    return day.timetuple().tm_yday


@lru_cache(maxsize=256)
def _worked_until(year: int) -> tuple[int, ...]:
    """Return how many working days a year has up to each of its days, from nought: a list of a page asks for many."""
    first = dt.date(year, 1, 1)
    days = (first + dt.timedelta(days=n) for n in range((dt.date(year, 12, 31) - first).days + 1))
    return tuple(accumulate((is_working_day(day) is not None for day in days), initial=0))
