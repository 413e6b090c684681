"""Read one cell as a field's value, or say by a code why not."""

import re
from collections.abc import Callable

from sanku.common.codes import classify_code, clean_code, expected_check_character
from sanku.common.dates import read_date
from sanku.common.quantities import exact
from sanku.common.sheets import CellError, Value
from sanku.common.text import is_blank, one_line, to_half_width
from sanku.intake import figures
from sanku.intake.cell import Environment, Fact, Result, number_of, problem, written
from sanku.intake.exported import code_called
from sanku.intake.fields import IS_FREE, IS_TAKEN
from sanku.intake.mapping import Column
from sanku.intake.own import OwnField
from sanku.intake.own_cells import read_own
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


def read_cell(value: Value, column: Column, env: Environment) -> Result:
    """Read a cell: the facts it gives (by field name), and the problem it makes, if any."""
    name = column.field.name
    if column.field.type == "boundary":
        return {}, None
    if isinstance(value, CellError):
        return _empty(column), problem("cell_error", "notice", column, value)
    if isinstance(value, bool):
        value = "是" if value else "否"
    if column.facet is not None and column.field.type == "stage":
        return {name: column.facet if value is not None and is_tick(str(value)) else None}, None
    if column.facet is not None:
        return {"facet": column.facet if value is not None and is_tick(str(value)) else None}, None
    if value is None or (isinstance(value, str) and is_blank(value)):
        return _empty(column), None
    if isinstance(column.field, OwnField):
        return read_own(value, column, env)
    if isinstance(value, str) and (code := code_called(column.field.type, value)) is not None:
        return {name: [code] if column.field.type == "facets" else code}, None
    reader = _READERS.get(column.field.type)
    return reader(value, column, env) if reader else ({name: written(value)}, None)


def _empty(column: Column) -> dict[str, Fact]:
    name, type_ = column.field.name, column.field.type
    if type_ == "investment":
        return figures.investment_facts(name, None, None, None)
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


def _plain(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: written(value)}, None


def _name(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: one_line(written(value))}, None


def _code(value: Value, column: Column, _: Environment) -> Result:
    name = column.field.name
    if isinstance(value, int | float):
        if value >= 1e15:
            return {name: None}, problem("uscc_precision_lost", "refused", column, value)
        value = str(number_of(exact(value)))
    code = clean_code(str(value))
    kind = classify_code(code)
    if kind in ("uscc", "registration_15"):
        return {name: code}, None
    if kind == "organisation_9":
        return {name: code}, problem("uscc_old_organisation_code", "notice", column, value)
    if kind == "precision_lost":
        return {name: None}, problem("uscc_precision_lost", "refused", column, value)
    if not re.search(r"\d", code) and re.search(r"[\u4e00-\u9fff]", code):
        return {name: None}, None  # 办理中, 外资企业: nothing is known yet
    reasons = {"length": "uscc_length", "characters": "uscc_characters", "check": "uscc_check_character"}
    return {name: None}, problem(
        reasons[kind], "refused", column, value, expected_check_character(code) or ""
    )


def _province(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: short_province(written(value))}, None


def _city(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: short_city(written(value))}, None


def _place(value: Value, _: Column, __: Environment) -> Result:
    province, city = split_place(written(value))
    return {"enterprise.province": province, "enterprise.city": city}, None


def _list(value: Value, column: Column, _: Environment) -> Result:
    text = written(value)
    items = [item.strip() for item in re.split(r"[;；、,，|\n]+", text) if item.strip()]
    if column.field.name == "enterprise.products":
        # Products are kept as written unless the cell is plainly a list of them.
        plain_list = (
            len(items) > 1 and all(len(item) <= 12 for item in items) and not re.search(r"[。:：（(]", text)
        )
        return {column.field.name: items if plain_list else text}, None
    if len(items) == 1:
        items = [item for item in re.split(r"[/\s]+", text) if item]
    return {column.field.name: items}, None


def _facets(value: Value, column: Column, _: Environment) -> Result:
    found = facets_of(written(value))
    return {column.field.name: list(found)}, None if found else problem(
        "word_unknown", "notice", column, value
    )


def _phone(value: Value, column: Column, _: Environment) -> Result:
    text = to_half_width(written(value)).replace("－", "-")
    if _PHONE_AS_NUMBER.fullmatch(text.strip()):
        text = f"{float(text):.0f}"
    text = re.sub(r"(?<!\d)(1\d\d)[ ](\d{4})[ ](\d{4})(?!\d)", r"\1\2\3", text)
    return {column.field.name: re.sub(r"\s*[\n;；]+\s*", "；", text).lstrip("'")}, None


# 1.3912345678E+10 and 13912345678.0 have all their digits.
_PHONE_AS_NUMBER = re.compile(r"\d\.\d{9,10}[eE]\+?1[01]|\d{7,12}\.0")
_PHONE_WORD = re.compile(
    r"(?:联系)?(?:电话|手机号?码?|座机|方式)$|\b(?:tel|phone|mobile|mob)\.?$", re.IGNORECASE
)


def _contact(value: Value, _: Column, __: Environment) -> Result:
    text = to_half_width(written(value))
    found = re.search(r"[（(]?\+?(?:0\d{2,3}|1[\d*]{2}|400|\d{7,8}).*", text)
    if not found:
        return {"contact.name": one_line(text) or None, "contact.phone": None}, None
    name = one_line(text[: found.start()]).strip(" :：,，、/;；（(-—")
    name = _PHONE_WORD.sub("", name).strip(" :：,，、/;；（(-—")
    phone = (
        found[0].strip("（）() ")
        if found[0].startswith(("(", "（")) and found[0].endswith((")", "）"))
        else found[0].strip()
    )
    return {"contact.name": name or None, "contact.phone": phone}, None


# When a firm was founded may lie decades back; the zone's own dealings are of these years.
_LONG_AGO = "enterprise.established_date"


def _date(value: Value, column: Column, env: Environment) -> Result:
    name = column.field.name
    if not isinstance(value, str | int | float) and not hasattr(value, "year"):
        return {name: None}, problem("date_unreadable", "doubtful", column, value)
    read = read_date(value, epoch_1904=env.epoch_1904, year=env.year, lately=name != _LONG_AGO)  # type: ignore[arg-type]
    if read.problem == "date_impossible":
        return {name: None}, problem(read.problem, "refused", column, value)
    if read.problem == "date_vague":
        return {name: None}, problem(read.problem, "notice", column, value)
    if read.problem:
        return {name: None}, problem(read.problem, "doubtful", column, value)
    iso = read.isoformat()
    return {name: iso[:10] if iso and column.field.type == "date" else iso}, None


# --- words


def _sector(value: Value, column: Column, _: Environment) -> Result:
    sector = sector_of(written(value))
    return {column.field.name: sector}, None if sector else problem("word_unknown", "notice", column, value)


def _stage(value: Value, column: Column, _: Environment) -> Result:
    stage = stage_of(written(value))
    return {column.field.name: stage}, None if stage else problem("word_unknown", "notice", column, value)


_ASKED = re.compile(rf"是否(?:(?P<free>{IS_FREE})|{IS_TAKEN})")
_YES, _ANSWERS = ("是", "√", "Y"), ("是", "否", "√", "×", "Y", "N")


def _site_status(value: Value, column: Column, _: Environment) -> Result:
    text = written(value)
    if (asked := _ASKED.search(column.header)) and text.strip() in _ANSWERS:
        # 是否空置: 否 means taken, and 是否出租 the other way round
        text = "空置" if (text.strip() in _YES) == bool(asked["free"]) else "已租"
    facts: dict[str, Fact] = {
        column.field.name: site_status_of(text),
        "site.held_for": None,
        "site.held_until": None,
    }
    if facts[column.field.name] == "held":
        facts |= _hold(to_half_width(text))
    unknown = None if facts[column.field.name] else problem("word_unknown", "notice", column, value)
    return facts, unknown


_HELD_UNTIL = re.compile(
    r"(?:至|到|截至|截止|until|till?)[:：]?\s*(\d{2,4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)?)|(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?)(?:到期|前|止)?"
)


def _hold(text: str) -> dict[str, Fact]:
    """Find for whom and until when a carrier is held: 预留（示例项目42，至2018-11-24）."""
    until = _HELD_UNTIL.search(text)
    read = read_date(until[1] or until[2]) if until else None
    rest = _HELD_UNTIL.sub("", text)
    rest = re.sub(
        r"(?:已|被)?(?:预留|锁定|预定|保留|预订|暂留|意向)(?:给|予|为|:|：)?|held|reserved|for\b|到期",
        "",
        rest,
        flags=re.IGNORECASE,
    )
    rest = re.sub(r"^[\s,，;；、:：()（）]+|[\s,，;；、:：()（）]+$", "", rest)
    return {"site.held_for": rest or None, "site.held_until": read.isoformat() if read else None}


def _site_kind(value: Value, column: Column, _: Environment) -> Result:
    return {column.field.name: site_kind_of(written(value))}, None


def _currency(value: Value, column: Column, _: Environment) -> Result:
    code = currency_of(written(value))
    return {column.field.name: code}, None if code else problem("word_unknown", "notice", column, value)


_READERS: dict[str, Callable[[Value, Column, Environment], Result]] = {
    "text": _plain,
    "id": _name,
    "name": _name,
    "code": _code,
    "province": _province,
    "city": _city,
    "place": _place,
    "list": _list,
    "facets": _facets,
    "phone": _phone,
    "contact": _contact,
    "date": _date,
    "moment": _date,
    "count": figures.read_count,
    "number": figures.read_number,
    "percent": figures.read_share,
    "money": figures.read_money,
    "foreign": figures.read_foreign,
    "investment": figures.read_investment,
    "area": figures.read_area_cell,
    "sale_price": figures.read_price,
    "rent_price": figures.read_price,
    "sector": _sector,
    "stage": _stage,
    "site_status": _site_status,
    "site_kind": _site_kind,
    "currency": _currency,
}
