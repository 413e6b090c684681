"""Read old .xls workbooks: values, merged ranges, hidden rows, number formats, comments."""

import os
import struct

import olefile
import xlrd
from xlrd.biffh import XLRDError

from sanku.common.sheets.formats import read_format
from sanku.common.sheets.limits import MAX_MERGES, Budget
from sanku.common.sheets.model import Book, CellError, Merge, Refused, Sheet, Value
from sanku.common.sheets.ooxml import as_date

_BOUND_SHEET, _FILE_PASS, _END_OF_FILE = 0x85, 0x2F, 0x0A


def read_ole(path: str) -> Book:
    """Read a workbook kept in an OLE container.

    Raises:
        Refused: password_protected, macros, wrong_type for other OLE files (.doc, .ppt, .msi), corrupt.
    """
    try:
        with olefile.OleFileIO(path) as container:
            streams = {"/".join(stream).lower() for stream in container.listdir(streams=True, storages=True)}
            if "encryptedpackage" in streams or "encryptioninfo" in streams:
                raise Refused("password_protected", "ooxml")
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            if name is None:
                raise Refused("wrong_type", "ole")
            if any("_vba_project_cur" in stream or stream.endswith("vba/_vba_project") for stream in streams):
                raise Refused("macros", "vba")
            check_globals(container.openstream(name).read(4 << 20))
    except Refused:
        raise
    except Exception as error:  # olefile raises whatever a broken container trips over
        raise Refused("corrupt", "ole") from error
    return read_biff(path)


def check_globals(stream: bytes) -> None:
    """Refuse a workbook stream that is encrypted or holds Excel 4.0 macro sheets.

    Raises:
        Refused: password_protected or macros.
    """
    position = 0
    while position + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + length]
        if record == _FILE_PASS:
            raise Refused("password_protected", "xls")
        if record == _BOUND_SHEET and len(body) > 5 and body[5] in (1, 6):
            raise Refused("macros", "xlm")
        if record == _END_OF_FILE:
            return
        position += 4 + length


def read_biff(path: str) -> Book:
    """Read a BIFF workbook by xlrd, with formats where they can be read.

    Raises:
        Refused: password_protected, corrupt, expands_too_far.
    """
    try:
        try:
            book = _open(path, formatting=True)
        except (XLRDError, AssertionError, IndexError, KeyError, NotImplementedError) as error:
            if "encrypt" in str(error).lower() or "password" in str(error).lower():
                raise Refused("password_protected", "xls") from error
            book = _open(path, formatting=False)
        budget = Budget()
        return Book(
            "xls",
            [_read_sheet(book, sheet, budget) for sheet in book.sheets()],
            epoch_1904=book.datemode == 1,
        )
    except Refused:
        raise
    except Exception as error:  # xlrd raises whatever a broken file trips over
        raise Refused("corrupt", "xls") from error


def _open(path: str, *, formatting: bool) -> xlrd.Book:
    with open(os.devnull, "w") as nowhere:
        return xlrd.open_workbook(
            path, formatting_info=formatting, logfile=nowhere, ragged_rows=True, use_mmap=False
        )


def _read_sheet(book: xlrd.Book, source: xlrd.sheet.Sheet, budget: Budget) -> Sheet:
    sheet = Sheet(source.name, source.visibility != 0)
    for row in range(source.nrows):
        values = [_value(book, source, sheet, row, column) for column in range(source.row_len(row))]
        budget.put(sheet, row + 1, values)
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column for column, info in source.colinfo_map.items() if info.hidden}
    sheet.merges = [
        Merge(top + 1, left, bottom, right - 1)
        for top, bottom, left, right in source.merged_cells[:MAX_MERGES]
    ]
    sheet.comments = {
        (row + 1, column): note.text[:2000] for (row, column), note in source.cell_note_map.items()
    }
    return sheet


def _value(book: xlrd.Book, source: xlrd.sheet.Sheet, sheet: Sheet, row: int, column: int) -> Value:
    kind, value = source.cell_type(row, column), source.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        return str(value) or None
    if kind == xlrd.XL_CELL_NUMBER:
        number = float(value)
        unit = _unit(book, source, row, column)
        if unit:
            sheet.formats[(row + 1, column)] = unit
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if kind == xlrd.XL_CELL_DATE:
        return as_date(float(value), epoch_1904=book.datemode == 1)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(int(value), "#ERROR"))
    return None


def _unit(book: xlrd.Book, source: xlrd.sheet.Sheet, row: int, column: int) -> str:
    if not source.formatting_info:
        return ""
    format_ = book.format_map.get(book.xf_list[source.cell_xf_index(row, column)].format_key)
    return read_format(format_.format_str).unit if format_ and format_.format_str else ""
