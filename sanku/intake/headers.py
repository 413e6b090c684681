"""Read headers: bring them into one form, take out their units and datum, and say which fields they can mean."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from opencc import OpenCC

from sanku.common.amounts import MoneyUnit, parse_money_unit
from sanku.common.areas import AreaUnit, parse_area_unit
from sanku.common.coordinates import Datum, find_datum
from sanku.common.text import squeeze
from sanku.intake.fields import Field, fields_for

_TO_SIMPLIFIED = OpenCC("t2s")
_BRACKETS = re.compile(r"[（(\[【〔<《][^（）()\[\]【】〔〕<>《》]*[）)\]】〕>》]")
_UNCLOSED = re.compile(r"[（(\[【〔][^（）()\[\]【】〔〕]*$")
_LEADING = re.compile(r"^(?:[*★※☆#●▲◆√＊]+|其中:?|\d{1,2}[、.．)）](?=\D))+")
_YEAR = re.compile(
    r"(?:截[至止])?(?:19|20)\d\d(?:年度?|财年|年底|年末)?(?:\d{1,2}月份?)?(?:[-~至]\d{1,2}月)?末?"
)
# When a figure was true: any figure may be that of last year.
_PERIOD = re.compile(
    r"^(?:截[至止](?:目前|当前)?|(?:[上去今本当前近]|最近|近期?)(?:[一二三两]个?)?(?:年度?|季度|月份?)末?|年初(?:以来|至今)|1-\d{1,2}月份?|目前|当前|现有?)(?:的)?(?=..)"
)
_SAYS_MORE = re.compile(r"^(?!其中)[^(（\[]{1,12}[:：](?=[^\s(（])")
_TAIL = re.compile(r"[*★※:：;；,，.。、√\-_/]+$")
_ENGLISH_TAIL = re.compile(
    r"(?:,|in|unit:?|-|/)?(?:rmb|cny|usd|eur|hkd)(?:million|mn|m|bn|billion)?$|million$"
)
# USD million is one unit, and the blank in it parts no words.
_ENGLISH_UNIT = re.compile(r"\b(rmb|cny|usd|eur|hkd|us\$)\s+(million|billion|mn|bn|m)\b", re.IGNORECASE)
_ENGLISH_UNCLOSED = re.compile(r"^\((?:rmb|cny|usd|eur|hkd|us\$)[a-z]*$")
_UNIT_TAIL = re.compile(r"(?:[百千万亿]*元|万元|亿元|亩|㎡|平方米|人|个|%)$")


@dataclass(frozen=True, slots=True)
class PriceUnit:
    """A price for an area: yuan, per how many square metres, per which part of a year (12 = a month; 0 = for sale)."""

    money: MoneyUnit
    area: AreaUnit
    per_year: int | None

    @property
    def written(self) -> str:
        """Return the unit in its usual form."""
        period = {None: "", 1: "·年", 12: "·月", 365: "·天"}[self.per_year]
        return f"{self.money.written}/{self.area.written}{period}"


@dataclass(frozen=True, slots=True)
class Units:
    """The units and the datum that a header, a title or a note gives, each for its own dimension."""

    money: MoneyUnit | None = None
    area: AreaUnit | None = None
    price: PriceUnit | None = None
    rent: PriceUnit | None = None
    datum: Datum | None = None
    percent: bool = False
    lat_first: bool | None = None

    def or_else(self, other: "Units") -> "Units":
        """Return these units, with those of the other where one is missing."""
        return Units(
            self.money or other.money,
            self.area or other.area,
            self.price or other.price,
            self.rent or other.rent,
            self.datum or other.datum,
            self.percent or other.percent,
            other.lat_first if self.lat_first is None else self.lat_first,
        )


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return a text in half width, simplified characters, lower case, without blanks."""
    squeezed = squeeze(text).lower()
    return squeezed if squeezed.isascii() else str(_TO_SIMPLIFIED.convert(squeezed))


@lru_cache(maxsize=16384)
def normalise_header(text: str) -> str:
    """Return the words of a header without brackets, marks, years and numbering."""
    words = plain(text)
    words = _UNCLOSED.sub("", _BRACKETS.sub("", words)) or words
    words = _LEADING.sub("", words)
    without_year = _YEAR.sub("", words)
    return _TAIL.sub("", without_year or words)


# What heads columns beside the words that every zone uses: the zone's own fields (see `own`).
_besides: ContextVar[Mapping[str, tuple[Field, ...]]] = ContextVar("besides", default=MappingProxyType({}))


@contextmanager
def words_besides(words: Mapping[str, tuple[Field, ...]]) -> Iterator[None]:
    """Let these words head columns of these fields too, before all others."""
    given = _besides.set(words)
    try:
        yield
    finally:
        _besides.reset(given)


def header_fields(text: str) -> tuple[tuple[Field, int], ...]:
    """Return the fields that a header can mean, best first."""
    besides = _besides.get()
    if besides and text and len(text) <= 60:
        own = besides.get(plain(text)) or besides.get(normalise_header(text))
        if own:
            return (*((field, 0) for field in own), *_known_fields(text))
    return _known_fields(text)


@lru_cache(maxsize=16384)
def _known_fields(text: str) -> tuple[tuple[Field, int], ...]:
    if not text or len(text) > 60 or _SAYS_MORE.match(text.strip()):
        return ()  # “单位：万元” says something, it heads nothing
    words = normalise_header(text)
    found = fields_for(words)
    if not found:
        whole = _TAIL.sub("", _LEADING.sub("", plain(text)).replace("(", "").replace(")", ""))
        for shorter in (
            whole,
            _PERIOD.sub("", words),
            _UNIT_TAIL.sub("", words),
            _ENGLISH_TAIL.sub("", words),
            _one_language(words),
        ):
            shorter = _TAIL.sub("", shorter)
            if shorter and shorter != words and (found := fields_for(shorter)):
                break
    return tuple(sorted(found, key=lambda pair: pair[1]))


def _one_language(words: str) -> str:
    """Return the Chinese part of a bilingual header, the English one where there is no other."""
    han = "".join(re.findall(r"[\u4e00-\u9fff/]+", words))
    return han.strip("/") if han and re.search(r"[a-z]", words) else ""


def is_header_text(text: str) -> bool:
    """Tell whether a cell could be a header that is known."""
    return bool(header_fields(text))


_PRICE = re.compile(
    r"(?P<money>[百千万亿]*元|rmb|cny|￥|¥)(?:/|每|\\)?(?P<area>平方米|平米|㎡|m2|m²|亩|公顷|平方|平|sqm|mu)"
    r"(?:[/·.•*、\-每]?(?P<period>年|月|天|日|day|month|year))?"
    r"|(?P<money2>[百千万亿]*元)[/·每](?P<period2>年|月|天|日)[/·.•每](?P<area2>平方米|平米|㎡|m2|m²|亩|平方|平)",
    re.IGNORECASE,
)
_PERIODS = {"年": 1, "year": 1, "月": 12, "month": 12, "天": 365, "日": 365, "day": 365}
_SEPARATORS = re.compile(r"[、,，;；\s:：|]+|(?<![元米亩])/(?![㎡平亩年月天日])")


def parse_price_unit(text: str) -> PriceUnit | None:
    """Read a unit of price: 万元/亩, 元/㎡·月, 元/平方米/天."""
    found = _PRICE.search(plain(text))
    if not found:
        return None
    money = parse_money_unit(found["money"] or found["money2"])
    area = parse_area_unit(found["area"] or found["area2"])
    period = found["period"] or found["period2"]
    return PriceUnit(money, area, _PERIODS[period] if period else None) if money and area else None


@lru_cache(maxsize=4096)
def find_units(text: str, *, whole: bool = False) -> Units:
    """Find the units in a header's brackets or tail; with `whole`, in a line of text such as “单位：万元、亩”."""
    low = plain(text)
    if whole:
        text = re.sub(r"\b(?:amounts?|figures|values)\s+in\s+", "unit:", text, flags=re.IGNORECASE)
        joined = _ENGLISH_UNIT.sub(r"\1\2", re.sub(r"\s*[:：]\s*", "：", text.strip()))
        pieces = re.split(r"\s+", joined)
        parts = [part for piece in pieces for part in _unit_statements(plain(piece))]
    else:
        parts = [found.strip("()（）[]【】〔〕") for found in _BRACKETS.findall(low)] + _UNCLOSED.findall(low)
        bare = _BRACKETS.sub("", low)
        for pattern in (
            _UNIT_TAIL,
            re.compile(r"(?:rmb|cny|usd|us\$)?(?:million|mn|bn|billion)?$"),
            re.compile(r"(?<=[/:,])[^/:,]+$"),
        ):
            tail = pattern.search(bare)
            if tail and tail[0]:
                parts.append(tail[0].strip("/,"))
    return _from_parts(parts, low)


def _unit_statements(low: str) -> list[str]:
    """Return what stands after “单位：” and in brackets in a line of text."""
    parts = []
    for found in re.finditer(
        r"(?:金额|面积|计量|计价|货币|价格)?(?:单位|currency|unit|amounts?in)(?:为|是|:|：)+([^。;；坐填制日报()（）]{1,60})",
        low,
    ):
        if not re.search(
            r"(?:填报|报送|填表|制表|牵头|责任|编制|报告)单位[:：为]",
            low[max(0, found.start() - 2) : found.end()],
        ):
            parts.append(re.sub(r"(?:金额|面积|除注明外|均为)", "", found[1]))
    parts += [
        found.strip("()（）[]【】")
        for pattern in (_BRACKETS, _ENGLISH_UNCLOSED)
        for found in pattern.findall(low)
    ]
    for found in re.finditer(
        r"(?:金额|投资|价格|面积|单位)(?:均?以|按)([^,，。;；]{1,12}?)(?:为单位|计)", low
    ):
        parts.append(found[1])
    return parts


def _from_parts(parts: list[str], low: str) -> Units:
    money: MoneyUnit | None = None
    area: AreaUnit | None = None
    price: PriceUnit | None = None
    rent: PriceUnit | None = None
    percent = False
    for part in parts:
        found = part
        for match in list(_PRICE.finditer(part)):
            unit = parse_price_unit(match[0])
            if unit and unit.per_year:
                rent = rent or unit
            elif unit:
                price = price or unit
            found = found.replace(match[0], " ")
        for word in _SEPARATORS.split(found):
            word = re.sub(r"^(?:单位|unit|in)[:：为]?|(?:unless|except|other).*$|units?$|计$", "", word)
            if not word:
                continue
            money = money or parse_money_unit(word)
            area = area or parse_area_unit(word)
            percent = percent or "%" in word or "百分" in word
    return Units(money, area, price, rent, find_datum(low), percent, _lat_first(low))


def _lat_first(low: str) -> bool | None:
    """Tell the order of a pair that a header names: 纬度,经度 is latitude first."""
    lat, lon = (re.search(pattern, low) for pattern in (r"纬度|纬|lat", r"经度|(?<!东)经|lon|lng"))
    return None if not lat or not lon else lat.start() < lon.start()
