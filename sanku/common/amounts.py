"""Read money as offices write it into whole units of a currency, exactly; and write it back in 万元 and 亿元."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from sanku.common.quantities import Scan, exact, scan, split_scale
from sanku.common.text import squeeze

AmountProblem = Literal["amount_range", "amount_bound", "amount_several", "not_a_number"]

_CURRENCIES: tuple[tuple[str, str], ...] = (
    ("USD", r"美元|美金|USD|US\$|U\.S\.\$|美圆"), ("HKD", r"港元|港币|港幣|HKD|HK\$"), ("EUR", r"欧元|歐元|EUR|€"),
    ("JPY", r"日元|日圆|日圓|JPY|円"), ("GBP", r"英镑|英鎊|GBP|£"), ("SGD", r"新加坡元|新币|坡币|SGD|S\$"),
    ("TWD", r"新台币|新臺幣|台币|臺幣|TWD|NT\$"), ("KRW", r"韩元|韓元|韩币|KRW|₩"), ("MOP", r"澳门元|澳門元|MOP"),
    ("AUD", r"澳元|澳大利亚元|AUD|A\$"), ("CAD", r"加元|加拿大元|CAD|C\$"), ("CHF", r"瑞士法郎|瑞郎|CHF"),
    ("CNY", r"人民币|人民幣|RMB|CNY|¥|￥"), ("USD", r"\$"),
)  # fmt: skip
_CURRENCY = [(code, re.compile(pattern, re.IGNORECASE)) for code, pattern in _CURRENCIES]
_ANY_CURRENCY = "|".join(pattern for _, pattern in _CURRENCIES)
_WORDS_BEFORE = re.compile(
    rf"(?:{_ANY_CURRENCY}|计划|总投资额?|投资总?额?|总额|总计|合计|共计?|总|注册资[本金]|(?:合同|协议|签约|意向)(?=额|金额|总|投资)|[一二三四五六首]期|额|金额|认缴|实缴|折合|折|为|是|:|：)*",
    re.IGNORECASE,
)
_OWN_REMARK = re.compile(r"[（(\[【][^）)\]】]*\d[^）)\]】]*[）)\]】]|[,，;；、]?其中.*$")
_UNIT_REST = re.compile(rf"(?:{_ANY_CURRENCY}|元|圆|圓|块|整|[/每]年|/|人民币)*", re.IGNORECASE)
_RATE = re.compile(
    rf"(?P<count>1|100|壹|一百)?(?P<foreign>{_ANY_CURRENCY})(?:[兑兌对對合折=＝为約约:：按]|折合|等于)*(?P<rate>\d+(?:\.\d+)?)(?=元|人民币|RMB|CNY|$|[^\d万亿%])",
    re.IGNORECASE,
)
_RATE_WORDS = re.compile(
    rf"(?P<foreign>{_ANY_CURRENCY})?[^\d,，;；。]{{0,8}}汇率[^\d]{{0,12}}?(?:1{_CURRENCIES[0][1]})?(?P<rate>\d+\.\d+)"
)


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """A unit of money as a header gives it: 万元 = (10000, CNY)."""

    factor: Decimal
    currency: str
    written: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Money read from a cell: value in whole units of the currency, or why none can be taken."""

    value: Decimal | None = None
    currency: str | None = None
    approximate: bool = False
    own_unit: bool = False
    problem: AmountProblem | None = None


@lru_cache(maxsize=4096)
def find_currency(text: str) -> str | None:
    """Return the ISO 4217 code of the currency that a text names, None for a plain 元."""
    for code, pattern in _CURRENCY:
        if pattern.search(text):
            return code
    return None


@lru_cache(maxsize=256)  # a column has one
def parse_money_unit(text: str) -> MoneyUnit | None:
    """Read a unit of money: 万元, 亿元人民币, 万美元, USD million, 千元, 元."""
    plain = squeeze(text).strip(":：()（）")
    currency = find_currency(plain)
    rest = re.sub(_ANY_CURRENCY, "", plain, flags=re.IGNORECASE) if currency else plain
    scale, rest = split_scale(rest)
    if rest not in ("", "元", "圆", "圓") or (scale is None and rest == "" and currency is None):
        return None
    if scale is not None and not rest and currency is None and (scale < 10_000 or plain.isascii()):
        return None
    return MoneyUnit(scale or Decimal(1), currency or "CNY", plain)


def read_amount(written: str | int | float | Decimal, unit: MoneyUnit | None = None) -> Amount:
    """Read a cell of money; a number without its own unit is in the column's unit, else in yuan.

    “约5亿元” is 500,000,000 (approximate); a range, a bound (不低于3亿元) or several amounts without a total give no
    value but say which they are.
    """
    if not isinstance(written, str):
        factor, currency = (unit.factor, unit.currency) if unit else (Decimal(1), "CNY")
        return Amount(exact(written) * factor, currency)
    found = scan(written)
    if found.blank:
        return Amount()
    if found.doubt:
        problems: dict[str, AmountProblem] = {"range": "amount_range", "bound": "amount_bound"}
        if not _WORDS_BEFORE.fullmatch(found.before):
            return Amount(problem="not_a_number")
        return Amount(approximate=True, problem=problems.get(found.doubt, "amount_several"))
    return _of(found, written, unit)


def _of(found: Scan, written: str, unit: MoneyUnit | None) -> Amount:
    quantity = found.single
    if (
        quantity is None
        or not _WORDS_BEFORE.fullmatch(found.before)
        or not _UNIT_REST.fullmatch(quantity.unit)
    ):
        return Amount(problem="not_a_number")
    # A remark that holds an amount of its own has its own currency: 3亿元（其中外资5000万美元）.
    currency = find_currency(found.before + quantity.unit + found.after) or find_currency(
        _OWN_REMARK.sub("", written)
    )
    own_unit = quantity.scale is not None or "元" in quantity.unit or currency is not None
    if own_unit or unit is None:
        factor = quantity.scale or Decimal(1)
        return Amount(quantity.number * factor, currency or "CNY", found.approximate, own_unit)
    return Amount(quantity.number * unit.factor, currency or unit.currency, found.approximate)


def parse_rates(text: str) -> dict[str, Decimal]:
    """Find exchange rates in a note: “1美元=6.60元人民币” gives {"USD": 6.60}, yuan for one unit of the currency."""
    plain = squeeze(text)
    rates: dict[str, Decimal] = {}
    for pattern in (_RATE, _RATE_WORDS):
        for found in pattern.finditer(plain):
            code = find_currency(found["foreign"] or "美元")
            count = found.groupdict().get("count")
            if code and code != "CNY" and code not in rates:
                rates[code] = Decimal(found["rate"]) / (100 if count in ("100", "一百") else 1)
    return rates


def write_amount(amount_cny: Decimal | int) -> str:
    """Write yuan as offices do: 万元 under 1 亿, 亿元 from there, at most two decimals."""
    amount = Decimal(amount_cny)
    divisor, unit = (Decimal(10**8), "亿元") if abs(amount) >= 10**8 else (Decimal(10**4), "万元")
    figure = f"{(amount / divisor).quantize(Decimal('0.01')):,f}"
    return f"{figure.rstrip('0').rstrip('.')} {unit}"
