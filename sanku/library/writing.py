"""Writing rows to a file as they come: an xlsx workbook or a text of comma-separated values. Memory stays flat."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel, Format

LONGEST_TEXT = 32_767  # characters of a cell
MOST_SHEET_ROWS = 1_048_575  # of a sheet, below its heads
SAMPLE = 1_000  # rows by which a column is judged
EXACT = 2**53  # a sheet's numbers are exact up to here
FIRST_YEAR = 1900
SHEET_SIGNS = re.compile(r"[\[\]:*?/\\']")
# What a spreadsheet program would take for a formula when it opens a text file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
ENCODINGS = {"csv": "utf-8-sig", "csv_gb18030": "gb18030"}
Cells = Sequence[Any]
Facts = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a file: what stands at its top, and how many characters wide it is."""

    title: str
    width: int = 16


def cell(value: Any) -> Any:
    """Return a value as a file holds it: None, number, date, local datetime without zone, or text."""
    kind = type(value)
    if kind is str:
        return value[:LONGEST_TEXT] or None
    if value is None or kind is Decimal or kind is float:
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return value if -EXACT < value < EXACT else str(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        return local if local.year >= FIRST_YEAR else local.isoformat(" ")
    if isinstance(value, date):
        return value if value.year >= FIRST_YEAR else value.isoformat()
    return str(value)[:LONGEST_TEXT] or None


def write_rows(
    path: Path, form: str, *, title: str, heads: Sequence[Head], rows: Iterable[Cells], facts: Facts
) -> None:
    """Write rows to a file, with what it is: who took it, when, by which filter.

    `form` is "xlsx", "csv" or "csv_gb18030". `facts` is asked once all rows are written to a workbook, whose second
    sheet holds them, and before the first row of a text, which begins with them.
    """
    if form == "xlsx":
        _write_workbook(path, title, heads, rows, facts)
    else:
        _write_text(path, ENCODINGS[form], heads, rows, facts)


def _write_workbook(
    path: Path, title: str, heads: Sequence[Head], rows: Iterable[Cells], facts: Facts
) -> None:
    names = _distinct([head.title for head in heads])
    sheet, about = SHEET_SIGNS.sub(" ", title)[:31].strip() or "1", _("About this file")
    rows = iter(rows)
    first = list(islice(rows, SAMPLE))
    book = FastExcel(str(path), output_format="xlsx")
    book.freeze(row=1, col=1, sheet=sheet)
    bold = Format().set_bold().set_border_bottom("thin")
    book.sheet(
        sheet,
        _records(names, chain(first, rows)),
        header_format=bold,
        column_formats=_formats(names, first),
        column_widths=[float(head.width) for head in heads],
        autofilter=True,
    )
    book.sheet(about, _pairs(facts), column_widths=[16.0, 60.0])
    book.save()


def _distinct(titles: Sequence[str]) -> list[str]:
    """Return the titles with a number after those that stand there before: the writer knows columns by them."""
    found: list[str] = []
    for title in titles:
        name, number = title or " ", 1
        while name in found:
            number += 1
            name = f"{title} ({number})"
        found.append(name)
    return found


def _formats(names: Sequence[str], rows: Sequence[Cells]) -> dict[str, Format]:
    """Return how dates are shown in the columns whose first value is one."""
    found = {}
    for place, name in enumerate(names):
        value = next((row[place] for row in rows if row[place] is not None), None)
        if isinstance(value, date):
            form = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
            found[name] = Format().set_num_format(form)
    return found


def _records(names: Sequence[str], rows: Iterable[Cells]) -> Iterator[dict[str, Any]]:
    empty = True
    for row in rows:
        empty = False
        yield dict(zip(names, row, strict=True))
    if empty:  # the heads stand there all the same
        yield dict.fromkeys(names)


def _pairs(facts: Facts) -> Iterator[dict[str, str]]:
    """Yield the facts; the first one stands where a head would."""
    (first, value), *rest = facts()
    for label, text in rest:
        yield {first: label, value: text[:LONGEST_TEXT]}


def _write_text(
    path: Path, encoding: str, heads: Sequence[Head], rows: Iterable[Cells], facts: Facts
) -> None:
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.writer(file)
        for label, text in facts():
            writer.writerow([f"{label}{_(': ')}{text}"])
        writer.writerow([])
        writer.writerow([_harmless(head.title) for head in heads])
        writer.writerows([_said(value) for value in row] for row in rows)


def _said(value: Any) -> Any:
    if type(value) is str:
        return _harmless(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


def _harmless(text: str) -> str:
    """Return a text that no program opens as a formula: with an apostrophe before one that looks like it."""
    return f"'{text}" if text.startswith(FORMULA) else text
