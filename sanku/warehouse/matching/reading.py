"""The lists that `sanku match` reads: CSV in any encoding that offices use, or a workbook."""

import csv
import gzip
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from django.utils.translation import gettext as _

from sanku.common.sheets import open_workbook
from sanku.common.sheets.delimited import decode, find_separator, read_records, text_value
from sanku.common.sheets.model import Refused
from sanku.warehouse.matching.bases import Company

COLUMNS = {
    "row": ("row", "序号", "行号", "编号", "no", "id"),
    "name": ("name", "名称", "企业名称", "公司名称", "单位名称", "company"),
    "uscc": ("uscc", "统一社会信用代码", "信用代码", "社会信用代码", "code"),
    "province": ("province", "省", "省份"),
    "city": ("city", "市", "城市"),
    "address": ("address", "地址", "注册地址", "住所"),
}
WORKBOOKS = (".xlsx", ".xls", ".ods")


class UnreadableList(Exception):
    """A list cannot be read; the message says what is wrong, where, and what helps."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: what it calls itself, and the company as written."""

    row: str
    company: Company


def read_list(path: Path) -> list[Listed]:
    """Return the rows of a list to be linked: column name, and any of row, uscc, province, city, address.

    Without a column row, a row is called by its place in the file, the header being 1.

    Raises:
        UnreadableList: with what, where and remedy.
    """
    found: list[Listed] = []
    for number, row, company in _records(path, ("name",)):
        if not row.strip():
            raise UnreadableList(
                _("%(file)s, record %(number)s: column “row” is empty: give every row a number of its own.")
                % {"file": path.name, "number": number}
            )
        found.append(Listed(row.strip(), company))
    return found


def read_base(path: Path) -> list[Company]:
    """Return the companies of a list that serves as the base: columns name and uscc, and any of province, city, address.

    Raises:
        UnreadableList: with what, where and remedy.
    """
    return [company for _number, _row, company in _records(path, ("name", "uscc")) if company.name.strip()]


def _records(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, str, Company]]:
    """Yield (number of the record, the header being 1; what the row calls itself; the company) of records that hold anything.

    A column that the list has not is empty, but for the row: it is called by its number.
    """
    lines = _lines(path)
    try:
        header = next(lines)
    except StopIteration:
        raise UnreadableList(
            _("%(file)s is empty: a list with a header is needed.") % {"file": path.name}
        ) from None
    places = _columns(header)
    for column in needed:
        if column not in places:
            raise UnreadableList(
                _(
                    "%(file)s has no column “%(column)s” (it has: %(columns)s): name the column so in the first line."
                )
                % {"file": path.name, "column": column, "columns": ", ".join(header) or "–"}
            )
    # Behind the values of each record stand an empty one and its number: what columns are that the list has not.
    wanted = itemgetter(
        *(places.get(column, -1 if column == "row" else -2) for column in COLUMNS),
    )
    width = len(header)
    for number, values in enumerate(lines, 2):
        if any(map(str.strip, values)):
            missing = [""] * (width - len(values))
            row, name, uscc, province, city, address = wanted([*values, *missing, "", str(number)])
            yield number, row, Company(name, uscc, province, city, address)


def _columns(header: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, title in enumerate(header):
        plain = title.strip().strip("\ufeff").casefold()
        for column, titles in COLUMNS.items():
            if plain in titles:
                places.setdefault(column, at)
    return places


def _lines(path: Path) -> Iterator[list[str]]:
    try:
        if path.suffix.lower() in WORKBOOKS:
            sheet = open_workbook(path).sheets[0]
            width = sheet.width
            for number in range(min(sheet.rows, default=0), max(sheet.rows, default=-1) + 1):
                values = sheet.rows.get(number, [])
                yield [text_value(value) for value in values] + [""] * (width - len(values))
            return
        opened = gzip.open if path.suffix.lower() == ".gz" else open
        with opened(path, "rb") as stream:
            content = stream.read()
        text, _encoding = decode(content)
    except Refused as refused:
        raise UnreadableList(
            _(
                "%(file)s is no list that can be read (%(reason)s): save it as CSV (UTF-8 or GB18030) or .xlsx."
            )
            % {"file": path.name, "reason": refused.reason}
        ) from refused
    except (OSError, EOFError) as error:
        raise UnreadableList(
            _("%(file)s cannot be read: %(reason)s.")
            % {
                "file": path.name,
                "reason": os.strerror(error.errno or 5) if isinstance(error, OSError) else error,
            }
        ) from error
    yield from _parsed(text, find_separator(text))


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the records of a text as the CSV standard has them; one with a quote that never closes line by line."""
    csv.field_size_limit(1 << 24)
    try:
        records = [
            record for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if record
        ]
        regular = len({len(record) for record in records}) <= 1
    except csv.Error:
        records, regular = [], False
    yield from records if regular else read_records(text, separator)
