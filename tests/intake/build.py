"""Small invented workbooks for the tests of the import. All names in them are made up (示例…)."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from sanku.common.codes import expected_check_character

Rows = Sequence[Any]  # of rows, each a sequence of cells

CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def code(number: int, region: str = "370800") -> str:
    """Return a valid code of an invented enterprise."""
    first = f"91{region}{number:09d}"
    return first + str(expected_check_character(first))


def xlsx(
    path: Path,
    sheets: dict[str, Rows],
    *,
    merges: dict[str, list[tuple[int, int, int, int]]] | None = None,
    hidden_rows: dict[str, list[int]] | None = None,
    hidden_sheets: Sequence[str] = (),
    formats: dict[tuple[str, int, int], str] | None = None,
    date_1904: bool = False,
) -> Path:
    """Write a workbook; rows count from 0 as the writer wants them, None leaves a cell out."""
    with xlsxwriter.Workbook(
        str(path), {"date_1904": date_1904, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        shape = (formats or {}).get((name, number, column))
                        sheet.write(
                            number, column, value, book.add_format({"num_format": shape}) if shape else None
                        )
            for top, left, bottom, right in (merges or {}).get(name, []):
                value = rows[top][left] if left < len(rows[top]) else None
                sheet.merge_range(top, left, bottom, right, "")
                if value is not None:
                    sheet.write(top, left, value)
            for number in (hidden_rows or {}).get(name, []):
                sheet.set_row(number, None, None, {"hidden": True})
            if name in hidden_sheets:
                sheet.hide()
    return path


def text_file(path: Path, rows: Rows, *, encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write delimited text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def raw_xlsx(
    path: Path,
    sheet: str,
    *,
    extra: dict[str, str | bytes] | None = None,
    workbook: str = "",
    strings: str = "",
) -> Path:
    """Write a workbook from raw XML, as programs do that use no library."""
    relations = f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    if strings:
        relations += f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            workbook
            or f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if strings:
            archive.writestr("xl/sharedStrings.xml", strings)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def worksheet(rows: str, *, before: str = "", after: str = "") -> str:
    """Return the XML of a sheet around its rows."""
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
