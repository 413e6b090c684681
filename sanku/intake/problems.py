"""What can be wrong with a file or a row, in the reader's language: what, where, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sanku.common.problems import Problem
from sanku.sites.problems import SHORT as BOUNDARY_SHORT
from sanku.sites.problems import boundary_message

Json = Mapping[str, Any]

REFUSALS: dict[str, Promise] = {
    "password_protected": _(
        "The file is protected by a password. Open it, take the password away under “Save as”, and hand it in again."
    ),
    "corrupt": _(
        "The file is damaged or incomplete. Open it in the program it was made with (a spreadsheet, a map), save it anew, and hand it in again."
    ),
    "expands_too_far": _(
        "The file would unpack to far more than a table holds, so it was not opened. Copy the table into a new workbook."
    ),
    "wrong_type": _(
        "This is no table and no file of parcels. Save a table as .xlsx, .xls, .ods or .csv, parcels as a zipped shapefile, GeoPackage, KML or GeoJSON."
    ),
    "macros": _(
        "The file holds macros, which Sanku never runs. Save it as .xlsx without macros and hand that in."
    ),
    "shapefile_parts": _(
        "The shapefile is incomplete: %(detail)s is missing. Put .shp, .shx, .dbf and .prj into one zip, or drop them together."
    ),
    "no_area": _("There is no area in the file, only points or lines. Hand the parcels in as polygons."),
    "no_parcel": _("There is no parcel in the file. Save the layer with its shapes, and hand it in again."),
    "too_large": _("The file is larger than this installation takes. Split the table into several files."),
    "no_table": _(
        "No table was recognised: a row of column heads such as “企业名称” or “项目名称” must stand above the data."
    ),
    "kind_not_allowed": _("Your role may not import these records. Give the file to the office."),
    "internal": _(
        "Reading stopped because of an error in Sanku. It is on record; try again, or tell the administrator."
    ),
    "reader_died": _(
        "The process that read the file was ended (%(detail)s), most likely for want of memory. Nothing was saved. Try again, or split the table."
    ),
}
# Where what a file is names a remedy of its own.
_REFUSALS_IN_DETAIL: dict[tuple[str, str], Promise] = {
    ("wrong_type", "archive"): _(
        "This kind of archive is not opened. Unpack it and hand in what is in it; the parts of a shapefile together, or as one .zip."
    ),
    ("wrong_type", "zip"): _(
        "There is no table and no parcel in this zip. If it holds archives or a geodatabase, unpack it and hand in each table or layer as a file of its own."
    ),
    ("wrong_type", "drawing"): _(
        "This is a CAD drawing. Export its closed outlines as a shapefile, GeoPackage, KML or GeoJSON, and hand that in."
    ),
}
# Of one problem in a row: {value} as written, {expected} as it should be.
MESSAGES: dict[str, Promise] = {
    "uscc_length": _(
        "“%(value)s” has not the 18 characters of a unified social credit code. Correct it; leave it empty if not known."
    ),
    "uscc_characters": _(
        "“%(value)s” holds characters that no unified social credit code has (I, O, S, V, Z). Correct it."
    ),
    "uscc_check_character": _(
        "The check character of “%(value)s” does not fit: after the first 17 it should be %(expected)s. Compare the licence."
    ),
    "uscc_precision_lost": _(
        "“%(value)s”: the spreadsheet kept the code as a number and lost its last digits. Type it in again as text."
    ),
    "uscc_old_organisation_code": _("“%(value)s” is an old organisation code; it is kept as such."),
    "date_impossible": _("“%(value)s” is no day that exists. Write it as 2026-11-23."),
    "date_ambiguous": _("“%(value)s”: day and month cannot be told apart. Write it as 2026-11-23."),
    "date_range": _("“%(value)s” is a span of time, not a day. Write one day."),
    "date_unreadable": _("“%(value)s” could not be read as a date. Write it as 2026-11-23."),
    "date_vague": _("“%(value)s” names no day; it is kept as written."),
    "amount_negative": _("“%(value)s”: the amount cannot be negative."),
    "amount_suspicious": _(
        "“%(value)s” can hardly be in %(expected)s. Check the unit, and write the amount with it."
    ),
    "amount_range": _("“%(value)s” is a span, not one amount. Write one."),
    "amount_bound": _("“%(value)s” is a limit, not an amount. Write the amount."),
    "amount_several": _("“%(value)s” holds several amounts. Write one."),
    "area_negative": _("“%(value)s”: the area must be greater than zero."),
    "area_zero": _("The area is nought. Write the real one, or leave the row out."),
    "area_not_a_number": _("“%(value)s” is not an area. Write a number with its unit."),
    "area_range": _("“%(value)s” is a span, not one area. Write one."),
    "area_bound": _("“%(value)s” is a limit, not an area. Write the area."),
    "area_several": _("“%(value)s” holds several areas. Write one."),
    "free_exceeds_total": _(
        "The free area %(value)s m² is larger than the whole %(expected)s m². Correct one of the two."
    ),
    "count_negative": _("“%(value)s”: a number of people or pieces cannot be negative."),
    "count_range": _("“%(value)s” is a span, not one number. Write one."),
    "count_bound": _("“%(value)s” is a limit, not a number. Write the number."),
    "count_several": _("“%(value)s” holds several numbers. Write one."),
    "number_range": _("“%(value)s” is a span, not one number. Write one."),
    "number_bound": _("“%(value)s” is a limit, not a number; it is kept as written."),
    "number_several": _("“%(value)s” holds several numbers. Write one."),
    "price_negative": _("“%(value)s”: a price cannot be negative."),
    "price_range": _("“%(value)s” is a span, not one price. Write one."),
    "price_bound": _("“%(value)s” is a limit, not a price. Write the price."),
    "price_several": _("“%(value)s” holds several prices. Write one."),
    "not_a_number": _("“%(value)s” is not a number; it is kept as written."),
    "rate_missing": _("There is no exchange rate of %(expected)s; the value in yuan stays empty."),
    "word_unknown": _("“%(value)s” is not known here; it is kept as written."),
    "cell_error": _("“%(value)s”: a formula of the spreadsheet failed here. Write the value."),
    "formula_without_value": _(
        "The formula has no stored result. Open the file, let it calculate, and save it."
    ),
    "column_count": _(
        "The row has %(value)s cells where the head has %(expected)s; quotes or separators are broken."
    ),
    "name_missing": _("The name is missing. Fill it in."),
    "duplicate_in_file": _("Row %(expected)s of this table already holds the same record."),
    "coordinate_unreadable": _("“%(value)s” could not be read as coordinates."),
    "coordinate_incomplete": _("“%(value)s”: one half of the position is missing."),
    "coordinate_projected": _("“%(value)s” are metres of a projection. Give degrees."),
    "coordinate_out_of_range": _(
        "“%(value)s” does not lie in China. Longitude and latitude may be exchanged."
    ),
    "coordinates_exchanged": _("Longitude and latitude stood in each other's place; they were exchanged."),
    "own_number": _("“%(value)s” is not a number. Write one alone, like 1200.5."),
    "own_decimals": _("“%(value)s” has more decimals than this field keeps: %(expected)s at most. Round it."),
    "own_flag": _("“%(value)s” is neither yes nor no. Write 是 or 否."),
    "own_choice": _(
        "“%(value)s” is not one of the choices: %(expected)s. Write one of them, or have the office add it to the field."
    ),
    "own_rate": _("There is no exchange rate of %(expected)s. Write the amount in yuan."),
    "near_duplicate": _("Its name is close to “%(value)s”. It is saved, and the pair goes on the worklist."),
    "kind_not_allowed": _("Your role may not import these records. Give the file to the office."),
    "company_unclear": _("Several companies are called “%(name)s”. Give the unified social credit code."),
    "project_unclear": _("Several projects are called “%(name)s”. Give the number or the investor."),
    "project_held": _(
        "%(department)s holds a project of this name and investor. Ask them, or the office to decide."
    ),
    "other_department": _("This belongs to %(department)s. They, or the office, may import it."),
    "site_kind_missing": _(
        "Say what kind of carrier it is: in the row, or for the whole table in the step before."
    ),
    "visit_date_missing": _("The day of the visit is missing."),
    "not_saved": _("The database did not take this row. Check its values, or tell the administrator."),
}
SKIPPED: dict[str, Promise] = {
    "blank": _("empty"),
    "repeated_header": _("head again"),
    "column_numbers": _("column numbers"),
    "total": _("total"),
    "subtotal": _("subtotal"),
    "section_title": _("title of a section"),
    "footnote": _("note"),
    "serial_only": _("no content"),
    "instruction": _("instruction"),
    "example": _("example"),
    "continuation": _("continues the row above"),
}
KEPT: dict[str, Promise] = {
    "changed_since": _("Not removed: %(by)s has changed it since."),
    "in_use": _("Not removed: other records refer to it."),
    "merged_since": _(
        "Kept: it was merged into “%(other)s” since. Undo that merge, then take it back or remove it."
    ),
    "absorbed_since": _(
        "Not removed: “%(other)s” was merged into it since. Undo that merge, then take it back or remove it."
    ),
    "edited_since": _("Kept as edited since: %(fields)s."),
    "refused": _("Could not be undone."),
}


def refusal_message(reason: str, detail: str = "") -> str:
    """Return why a file is refused and what to do."""
    message = _REFUSALS_IN_DETAIL.get((reason, detail)) or REFUSALS.get(reason, REFUSALS["internal"])
    return str(message).replace("%(detail)s", detail)


def problem_message(problem: Json) -> str:
    """Return what is wrong with a row, in a sentence or two."""
    code, severity = problem["code"], problem["severity"]
    if severity == "skipped":
        return str(SKIPPED.get(code, code))
    if code in BOUNDARY_SHORT and "params" in problem:
        return boundary_message(code, problem["params"])
    values = {
        "value": problem.get("value", ""),
        "expected": problem.get("expected", ""),
        **(problem.get("params") or {}),
    }
    known = MESSAGES.get(code)
    if known is None or "params" in problem:
        own = MESSAGES.get(code) if code in _ONLY_HERE else None
        return str(own) % values if own is not None else Problem(code, params=values).message()
    return str(known) % values


# Codes of the import's own rules; the others with parameters are those of the libraries.
_ONLY_HERE = frozenset(
    {
        "kind_not_allowed", "company_unclear", "project_unclear", "project_held", "other_department",
        "site_kind_missing", "visit_date_missing", "not_saved",
    }
)  # fmt: skip


def short_message(problem: Json) -> str:
    """Return what is wrong in two or three words, for the cell itself."""
    return str({**BOUNDARY_SHORT, **SHORT}.get(problem["code"], _now("refused")))


SHORT: dict[str, Promise] = {
    "uscc_length": _("not 18 characters"),
    "uscc_characters": _("wrong characters"),
    "uscc_check_character": _("check character"),
    "uscc_shape": _("not 18 characters"),
    "uscc_precision_lost": _("digits lost"),
    "date_impossible": _("no such day"),
    "date_ambiguous": _("day or month?"),
    "date_unreadable": _("not a date"),
    "date_range": _("a span"),
    "date_future": _("in the future"),
    "amount_negative": _("negative"),
    "amount_suspicious": _("unit?"),
    "amount_range": _("a span"),
    "amount_bound": _("a limit"),
    "amount_several": _("several amounts"),
    "area_negative": _("negative"),
    "area_zero": _("nought"),
    "area_not_a_number": _("not an area"),
    "free_exceeds_total": _("more than the whole"),
    "price_negative": _("negative"),
    "count_negative": _("negative"),
    "not_a_number": _("not a number"),
    "name_missing": _("missing"),
    "duplicate_in_file": _("twice in the file"),
    "coordinate_out_of_range": _("not in China"),
    "target_held": _("followed already"),
    "project_held": _("held already"),
    "other_department": _("other department"),
    "near_duplicate": _("perhaps the same"),
    "word_unknown": _("not known"),
    "own_number": _("not a number"),
    "own_decimals": _("decimals"),
    "own_flag": _("yes or no?"),
    "own_choice": _("no such choice"),
    "choice_unknown": _("no such choice"),
    "tag_name": _("no name of a tag"),
    "link_shape": _("not an address"),
    "too_long": _("too long"),
}


def kept_message(kept: Json, labels: Mapping[str, str]) -> str:
    """Return why something was not undone."""
    fields = "、".join(labels.get(name, name) for name in kept.get("fields", ()))
    said = {"by": kept.get("by") or "—", "fields": fields, "other": kept.get("other", "")}
    return str(KEPT[kept["reason"]]) % said
