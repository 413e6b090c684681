"""Read .xlsx workbooks as a stream: values, merged ranges, hidden rows, number formats, comments.

The common libraries either leave out hidden rows, merges and formats when they stream, or unfold the whole sheet and
so fall to a few hostile cells; this reader keeps only what holds a value, within a budget.
"""

import datetime as dt
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from functools import cache

from sanku.common.dates import from_serial
from sanku.common.sheets.formats import Format, read_format
from sanku.common.sheets.limits import MAX_COLUMNS, MAX_MERGES, MAX_SHARED_TEXT, MAX_SHEETS, Budget
from sanku.common.sheets.markup import Shortcut, plain_attributes, read_part
from sanku.common.sheets.model import Book, CellError, Merge, Refused, Sheet, Value, column_index

_REFERENCE = re.compile(r"\$?([A-Z]{1,7})\$?(\d{1,9})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLAIN = Format("plain")
# A row, a cell and a shared text as nearly all are written; whatever looks otherwise is left to the parser.
_ROW = re.compile(r'<row r="(\d{1,9})"((?: [\w:.]+="[^"<>]*")*)>')
_CELL = re.compile(
    r'<c r="([A-Z]{1,2})\d{1,9}"(?: s="(\d{1,9})")?(?: t="(\w+)")?'
    r'(?:/>|>(?:<v>([^<]+)</v>|<is><t(?: xml:space="preserve")?>([^<]+)</t></is>)</c>)'
)
_TEXT = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')


@dataclass(slots=True)
class _Parts:
    """What the sheets of a workbook share."""

    archive: zipfile.ZipFile
    names: dict[str, str]
    strings: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    epoch_1904: bool = False


@dataclass(slots=True)
class _Entry:
    name: str
    part: str
    hidden: bool


def read_ooxml(archive: zipfile.ZipFile) -> Book:
    """Read a workbook from its opened archive.

    Raises:
        Refused: wrong_type for other Office documents, macros, corrupt, expands_too_far.
    """
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    _refuse_macros(names)
    parts = _Parts(archive, names)
    workbook = _workbook_part(parts)
    entries, shared, styles = _read_workbook(parts, workbook)
    if shared:
        parts.strings = _read_strings(parts, shared)
    if styles:
        parts.formats = _read_styles(parts, styles)
    budget = Budget()
    sheets = []
    for entry in entries:
        reader = _SheetReader(Sheet(entry.name, entry.hidden), parts, budget)
        rows = Shortcut(b"<sheetData>", b"<row ", b"</row>", reader.take)
        read_part(archive, names[entry.part.lower()], reader.start, reader.end, reader.data, rows)
        _read_comments(parts, entry.part, reader.sheet)
        sheets.append(reader.sheet)
    return Book("xlsx", sheets, epoch_1904=parts.epoch_1904)


def _refuse_macros(names: dict[str, str]) -> None:
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Refused("macros", "vba")


def _workbook_part(parts: _Parts) -> str:
    for target, kind in _relations(parts, "").values():
        if kind.endswith("/officeDocument") and target.lower() in parts.names:
            if not re.search(r"workbook\d*\.xml$", target, re.IGNORECASE) and "xl/" not in target.lower():
                raise Refused("wrong_type", "document")
            return target
    if "xl/workbook.xml" in parts.names:
        return "xl/workbook.xml"
    raise Refused("wrong_type", "zip")


def _relations(parts: _Parts, owner: str) -> dict[str, tuple[str, str]]:
    """Return id → (target part, type) of what a part refers to; external targets are left out and never followed."""
    folder, name = posixpath.split(owner)
    path = posixpath.join(folder, "_rels", f"{name}.rels").lower()
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[attributes.get("Id", "")] = (posixpath.normpath(full), attributes.get("Type", ""))

    if path in parts.names:
        read_part(parts.archive, parts.names[path], start, lambda _: None)
    return found


def _read_workbook(parts: _Parts, workbook: str) -> tuple[list[_Entry], str | None, str | None]:
    relations = _relations(parts, workbook)
    entries: list[_Entry] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = plain_attributes(attributes)
        if tag == "workbookPr":
            parts.epoch_1904 = plain.get("date1904") in ("1", "true", "on")
        elif tag == "sheet":
            target, kind = relations.get(plain.get("id", ""), ("", ""))
            if kind.endswith(("xlMacrosheet", "xlIntlMacrosheet")):
                raise Refused("macros", "xlm")
            if kind.endswith("/worksheet") and target.lower() in parts.names:
                entries.append(
                    _Entry(plain.get("name", ""), target, plain.get("state", "visible") != "visible")
                )

    read_part(parts.archive, parts.names[workbook.lower()], start, lambda _: None)
    if len(entries) > MAX_SHEETS:
        raise Refused("expands_too_far", "sheets")
    if not entries:
        raise Refused("corrupt", "no_sheets")
    by_kind = {kind.rpartition("/")[2]: target for target, kind in relations.values()}
    return entries, _present(parts, by_kind.get("sharedStrings")), _present(parts, by_kind.get("styles"))


def _present(parts: _Parts, part: str | None) -> str | None:
    return part if part and part.lower() in parts.names else None


def _read_strings(parts: _Parts, part: str) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": 0, "total": 0}

    def add(text: str) -> None:
        strings.append(unescape(text))
        state["total"] += len(strings[-1]) + 24
        if state["total"] > MAX_SHARED_TEXT:
            raise Refused("expands_too_far", "shared_strings")

    def take(element: str) -> bool:
        found = _TEXT.fullmatch(element)
        if found:
            add(found[1])
        return found is not None

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["phonetic"] += 1
        elif tag == "t":
            state["text"] = not state["phonetic"]

    def end(tag: str) -> None:
        if tag == "si":
            add("".join(pieces))
        elif tag == "rPh":
            state["phonetic"] -= 1
        elif tag == "t":
            state["text"] = False

    def data(text: str) -> None:
        if state["text"]:
            pieces.append(text)

    # The first element is the parser's: what it begins with may stand in the tag around all.
    texts = Shortcut(b"</si>", b"<si>", b"</si>", take)
    read_part(parts.archive, parts.names[part.lower()], start, end, data, texts)
    return strings


def unescape(text: str) -> str:
    """Undo the escapes of control characters in OOXML text: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _read_styles(parts: _Parts, part: str) -> list[Format]:
    codes: dict[int, str] = {}
    formats: list[Format] = []
    inside = {"cellXfs": False}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside["cellXfs"] = True
        elif tag == "xf" and inside["cellXfs"]:
            number = int(attributes.get("numFmtId", 0))
            formats.append(read_format(codes.get(number, ""), 164 if number in codes else number))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside["cellXfs"] = False

    read_part(parts.archive, parts.names[part.lower()], start, end)
    return formats


def _read_comments(parts: _Parts, sheet_part: str, sheet: Sheet) -> None:
    pieces: list[str] = []
    state = {"cell": (0, 0)}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "comment":
            pieces.clear()
            state["cell"] = _cell_of(attributes.get("ref", "")) or (0, 0)

    def end(tag: str) -> None:
        if tag == "comment" and len(sheet.comments) < 10_000:
            sheet.comments[state["cell"]] = "".join(pieces).strip()[:2000]

    for target, kind in _relations(parts, sheet_part).values():
        if kind.endswith("/comments") and target.lower() in parts.names:
            read_part(parts.archive, parts.names[target.lower()], start, end, pieces.append)


def _cell_of(reference: str) -> tuple[int, int] | None:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return None
    column = column_index(found[1])
    if column >= MAX_COLUMNS:
        raise Refused("expands_too_far", "columns")
    return int(found[2]), column


_column = cache(column_index)


class _SheetReader:
    """Collects the cells of one sheet from the events of its XML."""

    def __init__(self, sheet: Sheet, parts: _Parts, budget: Budget) -> None:
        self.sheet, self.parts, self.budget = sheet, parts, budget
        self.row, self.column = 0, -1
        self.values: list[Value] = []
        self.type, self.style = "n", 0
        self.pieces: list[str] | None = None
        self.written = ""
        self.formula = self.has_value = False
        self.rows_hidden = False
        self.phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            cell = _cell_of(reference) if reference else None
            self.column = cell[1] if cell else self.column + 1
            self.type = attributes.get("t", "n")
            self.style = int(attributes.get("s", 0))
            self.formula = self.has_value = False
            self.written = ""
        elif tag == "v" or (tag == "t" and not self.phonetic):
            self.pieces = []
            self.has_value = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "f":
            self.formula = True
        elif tag == "rPh":
            self.phonetic = True
        else:
            self._outside(tag, attributes)

    def take(self, element: str) -> bool:
        """Read a row as written, if it holds nothing but cells with a value or without; return whether it did."""
        row = _ROW.match(element)
        if row is None or self.rows_hidden or "hidden" in row[2]:
            return False
        cells = _CELL.findall(element, row.end())
        empty = element.count("/>")
        tags = 4 * (len(cells) - empty) + empty + 2 * element.count("<is>")
        if element.count("<") != tags + 2:
            return False  # something else stands in it
        self.row, self.column, self.formula = int(row[1]), -1, False
        values: list[Value] = []
        self.values = values
        strings, column_of = self.parts.strings, _column
        for letters, style, kind, value, text in cells:
            column = column_of(letters)
            if kind == "s" and value:
                index = int(value)
                read: Value = (strings[index] or None) if index < len(strings) else None
            elif kind == "inlineStr" or kind == "str":
                read = unescape(text or value) or None
            elif value or text:
                self.column, self.type, self.style = column, kind or "n", int(style or 0)
                self.written, self.has_value = value or text, True
                read = self._value()
            else:
                continue
            if column == len(values):
                values.append(read)
            else:
                self.column = column
                self._put(read)  # a gap before it, or written twice
        self.budget.put(self.sheet, self.row, values)
        self.values = []
        return True

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = -1
        self.values = []
        if attributes.get("hidden") in ("1", "true") or (self.rows_hidden and "hidden" not in attributes):
            self.sheet.hidden_rows.add(self.row)

    def _outside(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "mergeCell":
            ends = [_cell_of(end) for end in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                self.sheet.merges.append(Merge(ends[0][0], ends[0][1], ends[1][0], ends[1][1]))
                if len(self.sheet.merges) > MAX_MERGES:
                    raise Refused("expands_too_far", "merges")
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
            self.sheet.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))
        elif tag == "sheetFormatPr":
            self.rows_hidden = attributes.get("zeroHeight") in ("1", "true")

    def data(self, text: str) -> None:
        if self.pieces is not None:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            if self.pieces is not None:
                self.written += "".join(self.pieces)
            self.pieces = None
        elif tag == "c":
            self._put(self._value())
        elif tag == "row":
            self.budget.put(self.sheet, self.row, self.values)
            self.values = []
        elif tag == "rPh":
            self.phonetic = False

    def _put(self, value: Value) -> None:
        if value is None:
            if self.formula:
                self.sheet.empty_formulas.add((self.row, self.column))
            return
        gap = self.column - len(self.values)
        if gap >= 0:
            self.values.extend([None] * gap)
            self.values.append(value)
        else:
            self.values[self.column] = value

    def _value(self) -> Value:
        written, kind = self.written, self.type
        if not self.has_value or (not written and kind != "s"):
            return None
        if kind == "s":
            index = int(written)
            return (self.parts.strings[index] or None) if 0 <= index < len(self.parts.strings) else None
        if kind in ("str", "inlineStr"):
            return unescape(written)
        if kind == "b":
            return written.strip() in ("1", "true")
        if kind == "e":
            return CellError(written)
        if kind == "d":
            return _iso(written)
        return self._number(written)

    def _number(self, written: str) -> Value:
        number: int | float = int(written) if written.isdigit() and len(written) <= 15 else float(written)
        format_ = self.parts.formats[self.style] if 0 <= self.style < len(self.parts.formats) else _PLAIN
        if format_.kind == "plain":
            return number
        if format_.kind == "date":
            return as_date(number, epoch_1904=self.parts.epoch_1904)
        self.sheet.formats[(self.row, self.column)] = format_.unit
        return number


def as_date(number: int | float, *, epoch_1904: bool) -> Value:
    """Turn a number in a date format into a date, a time of day, or leave it where no date is possible."""
    if 0 <= number < 1:
        return (dt.datetime.min + dt.timedelta(days=number)).time()
    read = from_serial(number, epoch_1904=epoch_1904)
    return read.at or read.on or number


def _iso(written: str) -> Value:
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return written
    return moment.date() if moment.time() == dt.time() else moment.replace(tzinfo=None)
