"""A table's mapping as JSON and back, and the choices that a person has about its columns."""

from collections.abc import Mapping as Dictionary
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sanku.common.amounts import MoneyUnit, parse_money_unit
from sanku.common.areas import AreaUnit, parse_area_unit
from sanku.common.coordinates import Datum, find_datum
from sanku.intake.fields import BY_NAME, FIELDS, Field
from sanku.intake.headers import PriceUnit, Units, parse_price_unit
from sanku.intake.mapping import Column, Mapping
from sanku.intake.own import OwnField, field_from_json
from sanku.library.rules import FieldKind

Json = dict[str, Any]

MONEY_TYPES = ("money", "investment")
PLACE_TYPES = ("lon", "lat", "lon_lat")
# What the unit of a column may be, by how its cells are read.
UNITS: dict[str, tuple[str, ...]] = {
    **{
        name: ("元", "万元", "亿元", "万美元", "亿美元", "万欧元", "万港元", "亿日元") for name in MONEY_TYPES
    },
    "area": ("亩", "平方米", "公顷"),
    "sale_price": ("元/平方米", "万元/亩", "元/亩"),
    "rent_price": ("元/平方米·月", "元/平方米·天", "元/平方米·年"),
    **{name: ("WGS-84", "CGCS2000", "GCJ-02", "BD-09") for name in PLACE_TYPES},
}
KEEP, LEAVE = "keep", ""  # a column that means no field: kept as written, or left out


def fields_of(kind: str) -> list[str]:
    """Return the names of the fields that a column of a kind of table can mean."""
    return [
        field.name
        for field in FIELDS
        if kind in field.kinds and field.type not in ("ordinal", "unit", "boundary")
    ]


def mapping_to_json(mapping: Mapping) -> Json:
    """Write a mapping as JSON."""
    return {
        "kind": mapping.kind,
        "site_kind": mapping.site_kind,
        "ordinal": mapping.ordinal,
        "helpers": sorted(mapping.helpers),
        "left_out": sorted(mapping.left_out),
        "units": units_to_json(mapping.units),
        "columns": [_column_to_json(column) for column in mapping.columns],
    }


def mapping_from_json(data: Json) -> Mapping:
    """Read a mapping back."""
    return Mapping(
        data["kind"],
        [_column_from_json(column) for column in data["columns"]],
        units_from_json(data["units"]),
        data["site_kind"],
        data["ordinal"],
        set(data["helpers"]),
        set(data.get("left_out", ())),
    )


def _column_to_json(column: Column) -> Json:
    return {
        "index": column.index,
        "header": column.header,
        "field": column.field.name,
        "units": units_to_json(column.units),
        "confidence": column.confidence,
        "why": column.why,
        "unit_column": column.unit_column,
        "currency_column": column.currency_column,
        "others": column.others,
        "other_units": {str(index): units_to_json(units) for index, units in column.other_units.items()},
        "facet": column.facet,
        "median": column.median,
        **({"own": column.field.as_json()} if isinstance(column.field, OwnField) else {}),
    }


def _column_from_json(data: Json) -> Column:
    whole = {name: value for name, value in data.items() if name != "own"}
    others = {int(index): units_from_json(units) for index, units in data.get("other_units", {}).items()}
    units = units_from_json(data["units"])
    return Column(**{**whole, "field": field_of(data), "units": units, "other_units": others})


def field_of(data: Json) -> Field:
    """Return the field that a column means, as `mapping_to_json` wrote it; one of a zone is as it was then."""
    return field_from_json(data["own"]) if "own" in data else BY_NAME[data["field"]]


def units_to_json(units: Units) -> Json:
    """Write units as JSON; what is not given is left out."""
    found: Json = {}
    if units.money:
        found["money"] = _money(units.money)
    if units.area:
        found["area"] = _area(units.area)
    for name in ("price", "rent"):
        unit = getattr(units, name)
        if unit:
            found[name] = [_money(unit.money), _area(unit.area), unit.per_year]
    if units.datum:
        found["datum"] = units.datum
    if units.percent:
        found["percent"] = True
    if units.lat_first is not None:
        found["lat_first"] = units.lat_first
    return found


def _money(unit: MoneyUnit) -> list[str]:
    return [str(unit.factor), unit.currency, unit.written]


def _area(unit: AreaUnit) -> list[str]:
    return [str(unit.m2), unit.written]


def units_from_json(data: Json) -> Units:
    """Read units back."""
    return Units(
        _money_from(data["money"]) if "money" in data else None,
        _area_from(data["area"]) if "area" in data else None,
        _price_from(data["price"]) if "price" in data else None,
        _price_from(data["rent"]) if "rent" in data else None,
        data.get("datum"),
        data.get("percent", False),
        data.get("lat_first"),
    )


def _money_from(data: list[str]) -> MoneyUnit:
    return MoneyUnit(Decimal(data[0]), data[1], data[2])


def _area_from(data: list[str]) -> AreaUnit:
    return AreaUnit(Fraction(data[0]), data[1])


def _price_from(data: list[Any]) -> PriceUnit:
    return PriceUnit(_money_from(data[0]), _area_from(data[1]), data[2])


# --- the unit of a column, as a person sees and sets it


def unit_of(column: Column) -> str:
    """Return the unit or datum of a column as it is written, empty where none is known."""
    units = column.units
    found: Any = {
        **dict.fromkeys(MONEY_TYPES, units.money),
        "area": units.area,
        "sale_price": units.price,
        "rent_price": units.rent,
    }.get(column.field.type)
    if column.field.type in PLACE_TYPES:
        return units.datum or ""
    return found.written if found is not None else ""


def has_unit(column: Column) -> bool:
    """Return whether the cells of a column are measured in something."""
    return column.field.type in UNITS and column.unit_column is None


def asks(column: Column) -> bool:
    """Return whether a person should say what the column is measured in, because nothing in the file does."""
    return has_unit(column) and not unit_of(column)


def set_unit(column: Column, written: str) -> None:
    """Measure a column in what a person says; words that mean no unit change nothing."""
    type_, units = column.field.type, column.units
    if type_ in MONEY_TYPES and (money := parse_money_unit(written)):
        column.units = replace(units, money=money)
    elif type_ == "area" and (area := parse_area_unit(written)):
        column.units = replace(units, area=area)
    elif type_ == "sale_price" and (price := parse_price_unit(written)):
        column.units = replace(units, price=price)
    elif type_ == "rent_price" and (rent := parse_price_unit(written)):
        column.units = replace(units, rent=rent)
    elif type_ in PLACE_TYPES and (datum := _datum(written)):
        column.units = replace(units, datum=datum)


def factor_of(data: Json) -> float | None:
    """Return what one of a column's unit is in the unit that is stored: 10,000 for 万元; None without a unit.

    `data` is a column as `mapping_to_json` writes it.
    """
    field, units = field_of(data), units_from_json(data["units"])
    type_ = field.type
    if isinstance(field, OwnField) and field.own == FieldKind.NUMBER:
        return 1.0
    if type_ in MONEY_TYPES and units.money is not None and units.money.currency == "CNY":
        return float(units.money.factor)
    if type_ == "area":
        return float(units.area.m2) if units.area is not None else 1.0
    if type_ == "percent":
        return 0.01 if units.percent else 1.0
    price = {"sale_price": units.price, "rent_price": units.rent}.get(type_)
    if price is not None:
        return float(price.money.factor) / float(price.area.m2) * (price.per_year or 12) / 12
    return 1.0 if type_ in (*MONEY_TYPES, "sale_price", "rent_price", "count", "number") else None


def _datum(written: str) -> Datum | None:
    return find_datum(written)


def decided_units(mapping: Mapping, units: Dictionary[int, str]) -> None:
    """Measure columns as a person decided, by their index."""
    for column in mapping.columns:
        if column.index in units:
            set_unit(column, units[column.index])
