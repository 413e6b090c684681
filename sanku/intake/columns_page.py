"""The page on which a person says what a table holds and what its columns mean."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.queries import departments_for
from sanku.accounts.rules import Role
from sanku.intake.columns import KEEP, LEAVE, UNITS, asks, fields_of, has_unit, mapping_from_json, unit_of
from sanku.intake.fields import BY_NAME
from sanku.intake.labels import field_label, own_label
from sanku.intake.mapping import Column
from sanku.intake.models import Action, BatchRow, BatchTable, Kind
from sanku.intake.own import OwnField
from sanku.intake.planning.own import own_fields
from sanku.intake.rules import asks_system, may_import
from sanku.intake.sheetview import columns_of, letter, sheet, units_of
from sanku.intake.systems_page import read_system, system_context
from sanku.library.state import is_number
from sanku.sites.models import SiteKind

Json = dict[str, Any]
SAMPLE_ROWS = 15
SURE = 0.6  # a proposal below this should be looked at


def wants_decisions(tables: Sequence[BatchTable]) -> bool:
    """Return whether the columns should be looked at before the rows: something is not known or not sure."""
    return (
        any(table.is_taken and asks_system(table.mapping) for table in tables)
        or any(
            asks(column) or column.confidence < SURE
            for table in tables
            if table.is_taken
            for column in mapping_from_json(table.mapping).columns
        )
        or any(table.kind == Kind.SITE and not table.mapping.get("site_kind") for table in tables)
    )


def columns_context(table: BatchTable, user: User) -> Json:
    """Return the page on which a table's kind, columns and units are chosen."""
    mapping = mapping_from_json(table.mapping)
    rows = BatchRow.objects.filter(table=table).order_by("pk")[:SAMPLE_ROWS]
    shown = sheet(table, list(rows), with_head=True)
    by_index = {column.index: column for column in mapping.columns}
    own = own_fields(user, table.kind)
    for one, head in zip(columns_of(table), shown["columns"], strict=True):
        options = _field_options(table, one, own)
        if options:
            head |= {"options": options, "name": f"c{one['index']}", "width": max(head["width"], 170)}
            column = by_index.get(one["index"])
            head["changed"] = column is not None and (column.confidence < SURE or asks(column))
        elif one["index"] == mapping.ordinal:
            head["field_label"] = _("serial number")
        elif one["index"] in mapping.helpers:
            head["field_label"] = _("unit")
    measured = [
        {
            "name": f"u{column.index}",
            "where": letter(table, column.index),
            "label": _label(column),
            "unit": unit_of(column),
            "asks": asks(column),
            "options": list(
                dict.fromkeys([*([unit_of(column)] if unit_of(column) else []), *UNITS[column.field.type]])
            ),
        }
        for column in mapping.columns
        if has_unit(column)
        and not (column.field.name == "site.lat_wgs84" and mapping.by_field("site.lon_wgs84"))
    ]
    unsure = [
        {
            "where": letter(table, column.index),
            "header": column.header,
            "label": _label(column),
        }
        for column in mapping.columns
        if column.confidence < SURE
    ]
    return {
        "table": table,
        "sheet": shown,
        "system": system_context(table, user.zone.lon),
        "kinds": [
            (kind, label, may_import(user.role, kind))
            for kind, label in Kind.choices
            if kind == Kind.SITE or "crs" not in table.mapping
        ],
        "may_take": may_import(user.role, table.kind),
        "measured": measured,
        "unsure": unsure,
        "remembered": table.decided.get("remembered", False),
        "site_kinds": SiteKind.choices if table.kind == Kind.SITE else [],
        "site_kind": mapping.site_kind or "",
        "departments": list(departments_for(user)) if _asks_department(table, user) else [],
        "department": table.decided.get("department"),
        "row_count": sum(table.counts.get(action, 0) for action in Action.values),
    }


def _asks_department(table: BatchTable, user: User) -> bool:
    return user.role != Role.PROMOTION and table.kind in (Kind.TARGET_CLIENT, Kind.PROJECT, Kind.LEAD)


def _label(column: Column) -> str:
    field = column.field
    return own_label(field.as_json()) if isinstance(field, OwnField) else field_label(field.name)


def _field_options(table: BatchTable, one: Json, own: Sequence[OwnField]) -> list[Json]:
    index, mapping = one["index"], table.mapping
    if index == mapping["ordinal"] or index in mapping["helpers"]:
        return []
    if one["column"] and one["column"]["field"] == "site.boundary":
        return []
    chosen = current_field(table, index)
    options = [(KEEP, _("keep as written")), (LEAVE, _("do not import"))]
    options += [(name, field_label(name)) for name in fields_of(table.kind)]
    options += [(field.name, own_label(field.as_json())) for field in own]
    return [{"value": value, "label": label, "on": value == chosen} for value, label in options]


def current_field(table: BatchTable, index: int) -> str:
    """Return the field that a column is read as, or whether it is kept or left out."""
    for column in table.mapping["columns"]:
        if column["index"] == index or index in column["others"]:
            return str(column["field"])
    proposed = LEAVE if index in table.mapping.get("left_out", ()) else KEEP
    return str(table.decided.get("columns", {}).get(str(index), proposed))


def read_decisions(table: BatchTable, given: dict[str, str], user: User) -> Json:
    """Return what a person chose for a table: what was chosen before and what differs from the proposal now."""
    fields = {KEEP, LEAVE, *BY_NAME, *(field.name for field in own_fields(user, table.kind))}
    chosen: Json = {name: value for name, value in table.decided.items() if name != "remembered"}
    chosen["taken"] = given.get("taken") == "on"
    kind = given.get("kind", table.kind)
    if kind in Kind.values and kind != table.kind:
        # Columns chosen for another kind mean nothing for this one.
        return {"taken": chosen["taken"], "kind": kind}
    columns, units = dict(chosen.get("columns", {})), dict(chosen.get("units", {}))
    for index, _header in table.headers:
        field = given.get(f"c{index}")
        if field is not None and field != current_field(table, index) and field in fields:
            columns[str(index)] = field
            units.pop(str(index), None)
    known = units_of(table)
    for index, unit in known.items():
        said = given.get(f"u{index}", "")
        if said and said != unit:
            units[str(index)] = said
            _same_datum(table, index, said, units)
    if "crs" in table.mapping:
        read_system(given, chosen)
    for name, value in (("columns", columns), ("units", units)):
        if value:
            chosen[name] = value
    if given.get("site_kind") in SiteKind.values and given["site_kind"] != (
        table.mapping.get("site_kind") or ""
    ):
        chosen["site_kind"] = given["site_kind"]
    if is_number(given.get("department", "")):
        chosen["department"] = int(given["department"])
    elif "department" in given:
        chosen.pop("department", None)
    return chosen


def _same_datum(table: BatchTable, index: int, said: str, units: dict[str, str]) -> None:
    """Longitude and latitude are of one datum: what is said of one holds for the other."""
    places = {column["field"]: column["index"] for column in table.mapping["columns"]}
    if places.get("site.lon_wgs84") == index and "site.lat_wgs84" in places:
        units[str(places["site.lat_wgs84"])] = said
