"""Read one cell as a field's value, or say by a code why not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sanku.common.amounts import Amount, MoneyUnit, parse_money_unit, read_amount
from sanku.common.areas import parse_area_unit, read_area
from sanku.common.codes import classify_code, clean_code, expected_check_character
from sanku.common.dates import read_date
from sanku.common.quantities import Scan, exact, scan
from sanku.common.sheets import CellError, Value
from sanku.common.text import is_blank, one_line, squeeze, tidy, to_half_width
from sanku.intake.headers import PriceUnit, parse_price_unit
from sanku.intake.mapping import Column
from sanku.intake.words import (
    currency_of,
    facets_of,
    is_tick,
    sector_of,
    short_city,
    short_province,
    site_kind_of,
    site_status_of,
    split_place,
    stage_of,
)

Severity = Literal["refused", "doubtful", "notice"]
Fact = str | int | float | list[str] | None

# A single investment of 100 billion yuan, an enterprise of 10 trillion: past that the unit is wrong.
_TOO_MUCH_PROJECT, _TOO_MUCH_COMPANY = Decimal(10**11), Decimal(10**13)
_SUSPECT = Decimal(10**10)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be said about a cell: a stable code, how bad it is, and what a message needs."""

    code: str
    severity: Severity
    column: int | None = None
    field: str = ""
    value: str = ""
    expected: str = ""


@dataclass(slots=True)
class Environment:
    """What the cells of a table are read against: rates of exchange to yuan, the calendar, the row's own units."""

    rates: dict[str, Decimal] = field(default_factory=dict)
    epoch_1904: bool = False
    unit_text: str = ""
    currency_text: str = ""
    format_unit: str = ""


Result = tuple[dict[str, Fact], Problem | None]


def number_of(value: Decimal | None) -> int | float | None:
    """Return a decimal as JSON takes it: an int where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def read_cell(value: Value, column: Column, env: Environment) -> Result:
    """Read a cell: the facts it gives (by field name), and the problem it makes, if any."""
    name = column.field.name
    if isinstance(value, CellError):
        return _empty(column), _problem("cell_error", "notice", column, value)
    if isinstance(value, bool):
        value = "是" if value else "否"
    if column.facet is not None:
        return {"facet": column.facet if value is not None and is_tick(str(value)) else None}, None
    if value is None or (isinstance(value, str) and is_blank(value)):
        return _empty(column), None
    reader = _READERS.get(column.field.type)
    return reader(value, column, env) if reader else ({name: _text(value)}, None)


def _empty(column: Column) -> dict[str, Fact]:
    name, type_ = column.field.name, column.field.type
    if type_ == "investment":
        return _investment(name, None, None, None)
    if type_ == "place":
        return {"enterprise.province": None, "enterprise.city": None}
    if type_ == "contact":
        return {"contact.name": None, "contact.phone": None}
    if type_ in ("lon_lat", "lon", "lat"):
        return {}
    if type_ in ("list", "facets") and name in ("enterprise.honours", "target.focus_facets"):
        return {name: []}
    if type_ == "site_status":
        return {name: None, "site.held_for": None, "site.held_until": None}
    return {name: None}


def _problem(code: str, severity: Severity, column: Column, value: Value, expected: str = "") -> Problem:
    return Problem(code, severity, column.index, column.field.name, str(value)[:200], expected)


def _text(value: Value) -> str:
    if isinstance(value, float):
        return str(number_of(exact(value)))
    return tidy(str(value))


def _plain_text(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: _text(value)}, None


def _name(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: one_line(_text(value))}, None


def _code(value: Value, column: Column, _: Environment) -> Result:
    name = column.field.name
    if isinstance(value, int | float):
        if value >= 1e15:
            return {name: None}, _problem("uscc_precision_lost", "refused", column, value)
        value = str(number_of(exact(value)))
    code = clean_code(str(value))
    kind = classify_code(code)
    if kind in ("uscc", "registration_15"):
        return {name: code}, None
    if kind == "organisation_9":
        return {name: code}, _problem("uscc_old_organisation_code", "notice", column, value)
    if kind == "precision_lost":
        return {name: None}, _problem("uscc_precision_lost", "refused", column, value)
    if not re.search(r"\d", code) and re.search(r"[\u4e00-\u9fff]", code):
        return {name: None}, None  # 办理中, 外资企业: nothing is known yet
    reasons = {"length": "uscc_length", "characters": "uscc_characters", "check": "uscc_check_character"}
    return {name: None}, _problem(reasons[kind], "refused", column, value, expected_check_character(code) or "")


def _province(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: short_province(_text(value))}, None


def _city(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: short_city(_text(value))}, None


def _place(value: Value, _: Column, __: Environment) -> Result:
    province, city = split_place(_text(value))
    return {"enterprise.province": province, "enterprise.city": city}, None


def _list(value: Value, column: Column, _: Environment) -> Result:
    text = _text(value)
    items = [item.strip() for item in re.split(r"[;；、,，|\n]+", text) if item.strip()]
    if column.field.name == "enterprise.products":
        # Products are kept as written unless the cell is plainly a list of them.
        plain_list = len(items) > 1 and all(len(item) <= 12 for item in items) and not re.search(r"[。:：（(]", text)
        return {column.field.name: items if plain_list else text}, None
    if len(items) == 1:
        items = [item for item in re.split(r"[/\s]+", text) if item]
    return {column.field.name: items}, None


def _facets(value: Value, column: Column, _: Environment) -> Result:
    found = facets_of(_text(value))
    return {column.field.name: list(found)}, None if found else _problem("word_unknown", "notice", column, value)


def _phone(value: Value, column: Column, _: Environment) -> Result:
    text = to_half_width(_text(value)).replace("－", "-")
    text = re.sub(r"(?<!\d)(1\d\d)[ ](\d{4})[ ](\d{4})(?!\d)", r"\1\2\3", text)
    return {column.field.name: re.sub(r"\s*[\n;；]+\s*", "；", text).lstrip("'")}, None


def _contact(value: Value, _: Column, __: Environment) -> Result:
    text = to_half_width(_text(value))
    found = re.search(r"[（(]?\+?(?:0\d{2,3}|1[\d*]{2}|400|\d{7,8}).*", text)
    if not found:
        return {"contact.name": one_line(text) or None, "contact.phone": None}, None
    name = one_line(text[: found.start()]).strip(" :：,，、/;；（(-—")
    phone = found[0].strip("（）() ") if found[0].startswith(("(", "（")) and found[0].endswith((")", "）")) else found[0].strip()
    return {"contact.name": name or None, "contact.phone": phone}, None


def _date(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    if not isinstance(value, str | int | float) and not hasattr(value, "year"):
        return {name: None}, _problem("date_unreadable", "doubtful", column, value)
    read = read_date(value, epoch_1904=env.epoch_1904)  # type: ignore[arg-type]
    if read.problem == "date_impossible":
        return {name: None}, _problem(read.problem, "refused", column, value)
    if read.problem == "date_vague":
        return {name: None}, _problem(read.problem, "notice", column, value)
    if read.problem:
        return {name: None}, _problem(read.problem, "doubtful", column, value)
    iso = read.isoformat()
    return {name: iso[:10] if iso and column.field.type == "date" else iso}, None


# --- numbers


def _doubted(found: Scan, column: Column, value: Value, prefix: str) -> Problem | None:
    if found.doubt:
        return _problem(f"{prefix}_{found.doubt}", "doubtful", column, value)
    return None


def _unreadable(column: Column, value: Value) -> Problem:
    """Say that a number could not be read; words without any figure (面议, 见附件) only deserve a notice."""
    has_figure = bool(re.search(r"\d", str(value)))
    return _problem("not_a_number", "doubtful" if has_figure else "notice", column, value)


def _count(value: Value, column: Column, _: Environment) -> Result:
    name = column.field.name
    if isinstance(value, int | float):
        number = exact(value)
    else:
        found = scan(str(value))
        if found.doubt:
            return {name: None}, _doubted(found, column, value, "count")
        if found.single is None or not re.fullmatch(r"[人名个位次家户岗员工职场条项]*", found.single.unit):
            return {name: None}, _unreadable(column, value)
        number = found.single.value
    if number < 0:
        return {name: None}, _problem("count_negative", "refused", column, value)
    return {name: number_of(number)}, None


def _number(value: Value, column: Column, _: Environment) -> Result:
    name = column.field.name
    if isinstance(value, int | float):
        return {name: number_of(exact(value))}, None
    found = scan(str(value))
    if found.doubt == "bound" or name == "site.plot_ratio" and found.doubt:
        return {name: None}, _problem("number_bound", "notice", column, value)
    if found.doubt:
        return {name: None}, _doubted(found, column, value, "number")
    if found.single is None:
        return {name: None}, _unreadable(column, value)
    return {name: number_of(found.single.value)}, None


def _percent(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    if isinstance(value, int | float):
        number = exact(value)
        share = env.format_unit == "%"
        bounded = name != "enterprise.revenue_growth"
        whole = number == number.to_integral_value()
        if not share and column.units.percent and not (bounded and not whole and abs(number) <= 1):
            number /= 100
        elif not share and not column.units.percent and abs(number) > (1 if bounded else 3):
            number /= 100
        return {name: number_of(number)}, None
    text = squeeze(str(value)).replace("％", "%")
    found = re.findall(r"[-+−]?\d+(?:\.\d+)?(?=%)", text)
    if len(found) == 1 and not re.search(r"\d%?[-~至]\d", text):
        return {name: number_of(Decimal(found[0].replace("−", "-")) / 100)}, None
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text):
        return _percent(float(text), column, env)
    return {name: None}, _unreadable(column, value)


def _money(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    amount, problem = _amount(value, column, env)
    if problem:
        return {name: None}, problem
    if amount.currency not in (None, "CNY") and amount.value is not None:
        rate = env.rates.get(str(amount.currency))
        return {name: number_of(_whole(amount.value * rate)) if rate else None}, (
            None if rate else _problem("rate_missing", "notice", column, value, str(amount.currency))
        )
    return {name: number_of(_whole(amount.value))}, None


def _whole(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01")).normalize() + 0


def _amount(value: Value, column: Column, env: Environment) -> tuple[Amount, Problem | None]:
    unit = column.units.money
    own = parse_money_unit(env.unit_text) or parse_money_unit(env.format_unit)
    unit = own or unit
    if env.currency_text and (currency := currency_of(env.currency_text)):
        unit = MoneyUnit(unit.factor if unit else Decimal(1), currency, unit.written if unit else "")
    amount = read_amount(value, unit)  # type: ignore[arg-type]
    if amount.problem == "not_a_number":
        return amount, _unreadable(column, value)
    if amount.problem:
        return amount, _problem(amount.problem, "doubtful", column, value)
    if amount.value is not None and amount.value < 0 and not column.field.may_be_negative:
        return amount, _problem("amount_negative", "refused", column, value)
    if amount.value is not None and not amount.own_unit and own is None and _suspicious(amount.value, value, column):
        return amount, _problem("amount_suspicious", "doubtful", column, value, unit.written if unit else "")
    return amount, None


def _suspicious(amount: Decimal, value: Value, column: Column) -> bool:
    """Tell whether a number can hardly be in the unit of its column: most likely it is in yuan."""
    if amount >= (_TOO_MUCH_PROJECT if column.field.name.startswith("project.") else _TOO_MUCH_COMPANY):
        return True
    if amount < _SUSPECT or not column.median or not column.field.name.startswith("project."):
        return False
    found = scan(value).single if isinstance(value, str) else None
    number = float(found.number) if found else float(value) if isinstance(value, int | float) else 0.0
    return number >= 1000 * column.median


def _investment(name: str, amount: Decimal | None, currency: str | None, cny: Decimal | None) -> dict[str, Fact]:
    if name == "project.investment_amount":
        return {name: number_of(amount), "project.investment_currency": currency}
    return {
        "project.investment_currency": currency,
        "project.investment_amount": number_of(amount),
        "project.investment_cny": number_of(cny),
    }


def _invest(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    amount, problem = _amount(value, column, env)
    if problem:
        suspicious = problem.code == "amount_suspicious"
        return _investment(name, None, amount.currency if suspicious else None, None), problem
    if amount.value is None:
        return _investment(name, None, None, None), None
    if amount.currency == "CNY":
        return _investment(name, _whole(amount.value), "CNY", _whole(amount.value)), None
    rate = env.rates.get(str(amount.currency))
    cny = _whole(amount.value * rate) if rate else None
    notice = None if rate else _problem("rate_missing", "notice", column, value, str(amount.currency))
    return _investment(name, _whole(amount.value), amount.currency, cny), notice


def _area(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    unit = parse_area_unit(env.unit_text) or parse_area_unit(env.format_unit) or column.units.area
    area = read_area(value, unit)  # type: ignore[arg-type]
    if area.problem == "not_a_number":
        # A carrier without an area is no carrier; a project that rents its plant needs no land.
        if name == "site.area_total_m2":
            return {name: None}, _problem("area_not_a_number", "refused", column, value)
        return {name: None}, _problem("not_a_number", "notice", column, value)
    if area.problem:
        return {name: None}, _problem(area.problem, "doubtful", column, value)
    if area.m2 is not None and area.m2 < 0:
        return {name: None}, _problem("area_negative", "refused", column, value)
    if area.m2 == 0 and name == "site.area_total_m2":
        return {name: None}, _problem("area_zero", "refused", column, value)
    return {name: number_of(area.m2.quantize(Decimal("0.01")) if area.m2 is not None else None)}, None


_NUMBER_BEFORE_UNIT = re.compile(r"(?<=\d)万(?=/)")


def _price(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    rent = column.field.type == "rent_price"
    unit = parse_price_unit(env.unit_text) or column.units.rent if rent else parse_price_unit(env.unit_text) or column.units.price
    if isinstance(value, str):
        text = _NUMBER_BEFORE_UNIT.sub("万元", squeeze(value))
        own = parse_price_unit(text)
        if own:
            unit, text = own, re.sub(r"[百千万亿]*(?:元|￥|¥|rmb)?(?:/|每).*$", "", text, flags=re.IGNORECASE)
        found = scan(text)
        if found.doubt:
            return {name: None}, _doubted(found, column, value, "price")
        if found.single is None:
            return {name: None}, _unreadable(column, value)
        number = found.single.number if own else found.single.value
        if not own and found.single.scale and unit and unit.money.factor > 1:
            number = found.single.number  # 20万 under 万元/亩 is 20
    elif isinstance(value, int | float):
        number = exact(value)
    else:
        return {name: None}, _unreadable(column, value)
    if number < 0:
        return {name: None}, _problem("price_negative", "refused", column, value)
    return {name: number_of(_per_m2(number, unit, rent=rent))}, None


def _per_m2(number: Decimal, unit: PriceUnit | None, *, rent: bool) -> Decimal:
    """Convert a price into yuan per square metre, a rent also per month (a year has 365 days)."""
    if unit is None:
        return number
    per_month = Fraction(unit.per_year or 12, 12) if rent else Fraction(1)
    exactly = Fraction(number) * Fraction(unit.money.factor) / unit.area.m2 * per_month
    return (Decimal(exactly.numerator) / Decimal(exactly.denominator)).quantize(Decimal("0.0001")).normalize() + 0


# --- words


def _sector(value: Value, column: Column, _: Environment) -> Result:
    sector = sector_of(_text(value))
    return {column.field.name: sector}, None if sector else _problem("word_unknown", "notice", column, value)


def _stage(value: Value, column: Column, _: Environment) -> Result:
    stage = stage_of(_text(value))
    return {column.field.name: stage}, None if stage else _problem("word_unknown", "notice", column, value)


def _site_status(value: Value, column: Column, _: Environment) -> Result:
    text = _text(value)
    facts: dict[str, Fact] = {column.field.name: site_status_of(text), "site.held_for": None, "site.held_until": None}
    if facts[column.field.name] == "held":
        facts |= _hold(to_half_width(text))
    unknown = None if facts[column.field.name] else _problem("word_unknown", "notice", column, value)
    return facts, unknown


_HELD_UNTIL = re.compile(r"(?:至|到|截至|截止|until|till?)[:：]?\s*(\d{2,4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)?)|(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)(?:到期|前|止)?")


def _hold(text: str) -> dict[str, Fact]:
    """Find for whom and until when a carrier is held: 预留（示例项目42，至2018-11-24）."""
    until = _HELD_UNTIL.search(text)
    read = read_date(until[1] or until[2]) if until else None
    rest = _HELD_UNTIL.sub("", text)
    rest = re.sub(r"(?:已|被)?(?:预留|锁定|预定|保留|预订|暂留|意向)(?:给|予|为|:|：)?|held|reserved|for\b|到期", "", rest, flags=re.IGNORECASE)
    rest = re.sub(r"^[\s,，;；、:：()（）]+|[\s,，;；、:：()（）]+$", "", rest)
    return {"site.held_for": rest or None, "site.held_until": read.isoformat() if read else None}


def _site_kind(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: site_kind_of(_text(value))}, None


def _currency(value: Value, column: Column, _: Environment) -> Result:
    code = currency_of(_text(value))
    return {column.field.name: code}, None if code else _problem("word_unknown", "notice", column, value)


_READERS: dict[str, Callable[[Value, Column, Environment], Result]] = {
    "text": _plain_text, "id": _name, "name": _name, "code": _code, "province": _province, "city": _city, "place": _place,
    "list": _list, "facets": _facets, "phone": _phone, "contact": _contact, "date": _date, "moment": _date,
    "count": _count, "number": _number, "percent": _percent, "money": _money, "investment": _invest, "area": _area,
    "sale_price": _price, "rent_price": _price, "sector": _sector, "stage": _stage, "site_status": _site_status,
    "site_kind": _site_kind, "currency": _currency,
}  # fmt: skip
