"""Read cells of figures: counts, shares, money, areas, prices."""

import re
from decimal import Decimal
from fractions import Fraction

from sanku.common.amounts import Amount, MoneyUnit, parse_money_unit, read_amount
from sanku.common.areas import parse_area_unit, read_area
from sanku.common.quantities import Scan, exact, scan
from sanku.common.sheets import Value
from sanku.common.text import squeeze
from sanku.intake.cell import Environment, Fact, Problem, Result, number_of, problem
from sanku.intake.fields import CAPITAL, FOREIGN_CAPITAL
from sanku.intake.headers import PriceUnit, parse_price_unit
from sanku.intake.mapping import Column
from sanku.intake.words import currency_of

# A single investment of 100 billion yuan, an enterprise of 10 trillion: past that the unit is wrong.
_TOO_MUCH_PROJECT, _TOO_MUCH_COMPANY = Decimal(10**11), Decimal(10**13)
_SUSPECT = Decimal(10**10)


# Units of plain numbers that are no scale (千伏安 is not a thousand of anything) or not the field's own.
_OWN_UNITS = {
    "site.clear_height_m": (
        (re.compile(r"m?$|米"), Decimal(1)),
        (re.compile(r"[cC][mM]|厘米"), Decimal("0.01")),
    ),
    "site.power_kva": ((re.compile(r"伏安"), Decimal(1)), (re.compile(r"mva", re.IGNORECASE), Decimal(1000))),
    "site.floor_load_t_m2": (
        (re.compile(r"(?:kg|公斤|克)", re.IGNORECASE), Decimal("0.001")),
        (re.compile(r"kn|牛", re.IGNORECASE), Decimal("0.102")),
    ),
}


# Registered is what was promised, not what was paid: 实缴500万（认缴1000万）.
_PROMISED = re.compile(r"^(?=.*实缴).*?认缴(?:资本|出资)?(?:额|为|[:：])?(\d[^，,；;、（）()实]*)")


def _doubted(found: Scan, column: Column, value: Value, prefix: str) -> Problem | None:
    if found.doubt:
        return problem(f"{prefix}_{found.doubt}", "doubtful", column, value)
    return None


def _unreadable(column: Column, value: Value) -> Problem:
    """Say that a number could not be read; words without any figure (面议, 见附件) only deserve a notice."""
    has_figure = bool(re.search(r"\d", str(value)))
    return problem("not_a_number", "doubtful" if has_figure else "notice", column, value)


_FELL = re.compile(r"下降|下滑|减少|降低|回落|负增长|[↓▼]")


def read_count(value: Value, column: Column, _: Environment) -> Result:
    """Read a number of people or things."""
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
        return {name: None}, problem("count_negative", "refused", column, value)
    return {name: number_of(number)}, None


def _own_factor(name: str, unit: str) -> Decimal | None:
    """Return by what a number of a unit is multiplied to be in its field's own, None where that is not said."""
    return next((factor for written, factor in _OWN_UNITS.get(name, ()) if written.match(unit)), None)


def _in_brackets(header: str) -> str:
    """Return the unit that a header has in brackets: 承重（kg/㎡）."""
    found = re.search(r"[（(]([^（）()]+)[）)]\s*$", header)
    return found[1].strip() if found else ""


def read_number(value: Value, column: Column, _: Environment) -> Result:
    """Read a plain number, its unit set aside."""
    name = column.field.name
    if isinstance(value, int | float):
        return {name: number_of(exact(value) * (_own_factor(name, _in_brackets(column.header)) or 1))}, None
    found = scan(str(value))
    if found.doubt == "bound" or (name == "site.plot_ratio" and found.doubt):
        return {name: None}, problem("number_bound", "notice", column, value)
    if found.doubt:
        return {name: None}, _doubted(found, column, value, "number")
    if found.single is None:
        return {name: None}, _unreadable(column, value)
    bare = not found.single.unit and found.single.scale is None
    factor = _own_factor(name, _in_brackets(column.header) if bare else found.single.unit)
    number = found.single.value if factor is None else found.single.number * factor
    return {name: number_of(number)}, None


def read_share(value: Value, column: Column, env: Environment) -> Result:
    """Read a percentage as a share of one."""
    name = column.field.name
    if isinstance(value, int | float):
        number = exact(value)
        share = env.format_unit == "%"
        bounded = name != "enterprise.revenue_growth"
        whole = number == number.to_integral_value()
        if (not share and column.units.percent and not (bounded and not whole and abs(number) <= 1)) or (
            not share and not column.units.percent and abs(number) > (1 if bounded else 3)
        ):
            number /= 100
        return {name: number_of(number)}, None
    text = squeeze(str(value)).replace("％", "%")
    found = re.findall(r"[-+−]?\d+(?:\.\d+)?(?=%)", text)
    if len(found) == 1 and not re.search(r"\d%?[-~至]\d", text):
        share_read = Decimal(found[0].replace("−", "-")) / 100
        if column.field.may_be_negative and _FELL.search(text) and share_read > 0:
            share_read = -share_read
        return {name: number_of(share_read)}, None
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text):
        return read_share(float(text), column, env)
    return {name: None}, _unreadable(column, value)


def read_money(value: Value, column: Column, env: Environment) -> Result:
    """Read money into yuan."""
    name = column.field.name
    if name == CAPITAL and isinstance(value, str) and (promised := _PROMISED.search(squeeze(value))):
        value = promised[1]
    amount, fault = _amount(value, column, env)
    if fault:
        return {name: None}, fault
    if amount.currency not in (None, "CNY") and amount.value is not None:
        rate = env.rates.get(str(amount.currency))
        facts: dict[str, Fact] = {name: number_of(_whole(amount.value * rate)) if rate else None}
        if name == CAPITAL:  # a company keeps it in its own currency
            facts |= dict(
                zip(FOREIGN_CAPITAL, (number_of(_whole(amount.value)), amount.currency), strict=True)
            )
        return facts, None if rate else problem("rate_missing", "notice", column, value, str(amount.currency))
    return {name: number_of(_whole(amount.value))}, None


def read_foreign(value: Value, column: Column, env: Environment) -> Result:
    """Read foreign capital in whole units of the currency that the cell or its header names."""
    amount, fault = _amount(value, column, env)
    return {column.field.name: None if fault else number_of(_whole(amount.value))}, fault


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
        return amount, problem(amount.problem, "doubtful", column, value)
    if amount.value is not None and amount.value < 0 and not column.field.may_be_negative:
        return amount, problem("amount_negative", "refused", column, value)
    if (
        amount.value is not None
        and not amount.own_unit
        and own is None
        and _suspicious(amount.value, value, column)
    ):
        return amount, problem("amount_suspicious", "doubtful", column, value, unit.written if unit else "")
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


def investment_facts(
    name: str, amount: Decimal | None, currency: str | None, cny: Decimal | None
) -> dict[str, Fact]:
    """Return the facts of an investment by the field that its column heads."""
    if name == "project.investment_amount":
        return {name: number_of(amount), "project.investment_currency": currency}
    return {
        "project.investment_currency": currency,
        "project.investment_amount": number_of(amount),
        "project.investment_cny": number_of(cny),
    }


def read_investment(value: Value, column: Column, env: Environment) -> Result:
    """Read an investment: amount and currency as given, and yuan by a named rate."""
    name = column.field.name
    amount, fault = _amount(value, column, env)
    if fault:
        suspicious = fault.code == "amount_suspicious"
        return investment_facts(name, None, amount.currency if suspicious else None, None), fault
    if amount.value is None:
        return investment_facts(name, None, None, None), None
    if amount.currency == "CNY":
        return investment_facts(name, _whole(amount.value), "CNY", _whole(amount.value)), None
    rate = env.rates.get(str(amount.currency))
    cny = _whole(amount.value * rate) if rate else None
    notice = None if rate else problem("rate_missing", "notice", column, value, str(amount.currency))
    return investment_facts(name, _whole(amount.value), amount.currency, cny), notice


def read_area_cell(value: Value, column: Column, env: Environment) -> Result:
    """Read an area into square metres."""
    name = column.field.name
    unit = parse_area_unit(env.unit_text) or parse_area_unit(env.format_unit) or column.units.area
    area = read_area(value, unit)  # type: ignore[arg-type]
    if area.problem == "not_a_number":
        # A carrier without an area is no carrier; a project that rents its plant needs no land.
        if name == "site.area_total_m2":
            return {name: None}, problem("area_not_a_number", "refused", column, value)
        return {name: None}, problem("not_a_number", "notice", column, value)
    if area.problem:
        return {name: None}, problem(area.problem, "doubtful", column, value)
    if area.m2 is not None and area.m2 < 0:
        return {name: None}, problem("area_negative", "refused", column, value)
    if area.m2 == 0 and name == "site.area_total_m2":
        return {name: None}, problem("area_zero", "refused", column, value)
    return {name: number_of(area.m2.quantize(Decimal("0.01")) if area.m2 is not None else None)}, None


_NUMBER_BEFORE_UNIT = re.compile(r"(?<=\d)万(?=/)")


def read_price(value: Value, column: Column, env: Environment) -> Result:
    """Read a price into yuan per square metre, a rent also per month."""
    name = column.field.name
    rent = column.field.type == "rent_price"
    unit = (
        parse_price_unit(env.unit_text) or column.units.rent
        if rent
        else parse_price_unit(env.unit_text) or column.units.price
    )
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
        return {name: None}, problem("price_negative", "refused", column, value)
    return {name: number_of(_per_m2(number, unit, rent=rent))}, None


def _per_m2(number: Decimal, unit: PriceUnit | None, *, rent: bool) -> Decimal:
    """Convert a price into yuan per square metre, a rent also per month (a year has 365 days)."""
    if unit is None:
        return number
    per_month = Fraction(unit.per_year or 12, 12) if rent else Fraction(1)
    exactly = Fraction(number) * Fraction(unit.money.factor) / unit.area.m2 * per_month
    return (Decimal(exactly.numerator) / Decimal(exactly.denominator)).quantize(
        Decimal("0.0001")
    ).normalize() + 0
