"""Refused rows as a workbook: the columns of the original, and in the last one why, to be corrected and handed in again."""

import tempfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from sanku.intake.models import Batch, BatchRow, BatchTable
from sanku.intake.problems import problem_message
from sanku.intake.rowview import REASON_HEADERS
from sanku.intake.rules import Action

STEP = 1_000
LONGEST_CELL = 32_767


def refused_rows(batch: Batch) -> IO[bytes]:
    """Write the refused rows of a batch to an xlsx file, a sheet for each table; reasons are in the active language.

    Nothing in it is a formula: what looks like one is text, as it was.
    """
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "title": book.add_format({"bold": True}),
        "refused": book.add_format({"bg_color": "#f8e6f2"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "reason": book.add_format({"font_color": "#86296b", "text_wrap": True, "valign": "top"}),
    }
    taken: set[str] = set()
    for table in batch.tables.order_by("position"):
        rows = BatchRow.objects.filter(table=table, action=Action.REFUSE).order_by("pk")
        if rows.exists():
            _write_table(book.add_worksheet(_sheet_name(table, taken)), table, rows.iterator(STEP), looks)
    if not taken:
        book.add_worksheet(_("Nothing refused"))
    book.close()
    file.seek(0)
    return file


def _sheet_name(table: BatchTable, taken: set[str]) -> str:
    name = "".join(character for character in table.sheet if character not in "[]:*?/\\'")[:24] or "1"
    name = name if name not in taken else f"{name} {table.position + 1}"
    taken.add(name)
    return name


def _write_table(sheet: Any, table: BatchTable, rows: Iterable[BatchRow], looks: dict[str, Any]) -> None:
    width = max((index for index, _ in table.headers), default=0) + 1
    line = 0
    head = table.head
    last_header = max((at for at, (_, kind, _) in enumerate(head) if kind == "header"), default=None)
    for at, (_number, kind, cells) in enumerate(head):
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(line, column, text, looks["head" if kind == "header" else "title"])
        if at == last_header:
            sheet.write_string(line, width, str(REASON_HEADERS[0]), looks["head"])
        line += 1
    for row in rows:
        refused = {problem.get("column") for problem in row.problems if problem["severity"] == "refused"}
        for column, value in enumerate(row.cells[: width + 50]):
            if value is not None and column != width:
                _write_cell(
                    sheet, line, column, value, looks["refused"] if column in refused else None, looks["day"]
                )
        reasons = [problem_message(problem) for problem in row.problems if problem["severity"] == "refused"]
        sheet.write_string(line, width, " ".join(reasons)[:LONGEST_CELL], looks["reason"])
        line += 1
    sheet.set_column(0, max(width - 1, 0), 16)
    sheet.set_column(width, width, 60)


def _write_cell(sheet: Any, line: int, column: int, value: Any, look: Any, day: Any) -> None:
    if isinstance(value, list):
        text = str(value[0])
        if "-" in text:
            sheet.write_datetime(line, column, datetime.fromisoformat(text), day)
            return
        value = text
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
        sheet.write_number(line, column, value, look)
    else:
        sheet.write_string(line, column, str(value)[:LONGEST_CELL], look)
