"""A view of a list as an xlsx file: the rows, and a sheet that says who took them, when and by which filter."""

import tempfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.library.listing import filter_words
from sanku.library.specs import Column, Reader
from sanku.library.state import State, filtered

MOST_ROWS = 50_000
STEP = 2_000


def export_rows(state: State, reader: Reader) -> tuple[IO[bytes], int]:
    """Write the rows of a list, in its order and columns, to an xlsx file; return it and the number of rows.

    At most MOST_ROWS rows; the second sheet says so where rows were left out. Memory stays flat: rows go to
    disk as they come.
    """
    records = filtered(state, reader.user).select_related(*state.library.related)
    ordered = records.order_by(*order_of(state))
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        },
    )
    sheet = book.add_worksheet(str(state.library.title)[:31])
    count = _write(book, sheet, state.columns, ordered[:MOST_ROWS].iterator(STEP), reader)
    _write_source(book, state, reader, count, count == MOST_ROWS)
    book.close()
    file.seek(0)
    return file, count


def order_of(state: State) -> list[Any]:
    """Return the list's order for a whole queryset: empty values last both ways, as in its pages."""
    by = F(state.sort_field)
    if state.descending:
        return [by.desc(nulls_last=True), "-pk"]
    return [by.asc(nulls_last=True), "pk"]


def _write(book: Any, sheet: Any, columns: Iterable[Column], records: Iterable[Any], reader: Reader) -> int:
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    columns = list(columns)
    for position, column in enumerate(columns):
        unit = column.unit_for(reader)
        sheet.write_string(0, position, f"{column.label}（{unit}）" if unit else str(column.label), bold)
        sheet.set_column(position, position, 32 if position == 0 else 16)
    sheet.freeze_panes(1, 1)
    count = 0
    for count, record in enumerate(records, start=1):
        for position, column in enumerate(columns):
            value = column.plain(record, reader)
            if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
                sheet.write_number(count, position, float(value))
            elif isinstance(value, datetime):
                sheet.write_datetime(count, position, timezone.localtime(value).replace(tzinfo=None), minute)
            elif isinstance(value, date):
                sheet.write_datetime(count, position, value, day)
            elif value is not None and value != "":
                sheet.write_string(count, position, str(value)[:32767])
    if count:
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def _write_source(book: Any, state: State, reader: Reader, count: int, cut: bool) -> None:
    sheet = book.add_worksheet(_("About this file"))
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 60)
    facts = [
        (_("Exported by"), f"{reader.user.name}（{reader.user.username}）"),
        (_("Exported at"), f"{timezone.localtime():%Y-%m-%d %H:%M}"),
        (_("Zone"), str(reader.user.zone)),
        (_("Rows"), f"{count:,}"),
        (_("Filter"), filter_words(state, reader.user) or _("none")),
    ]
    if cut:
        facts.append(
            (
                _("Left out"),
                _("Only the first %(most)d rows are here. Narrow the filter.") % {"most": MOST_ROWS},
            )
        )
    for row, (label, value) in enumerate(facts):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, value)
