"""Read .ods workbooks as a stream: values, merged ranges, hidden rows and sheets."""

import datetime as dt
import re
import zipfile

from sanku.common.sheets.limits import MAX_COLUMNS, MAX_MERGES, MAX_ROWS, MAX_SHEETS, Budget
from sanku.common.sheets.markup import plain_attributes, read_part
from sanku.common.sheets.model import Book, CellError, Merge, Refused, Sheet, Value

_CLOCK = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def read_ods(archive: zipfile.ZipFile) -> Book:
    """Read a workbook from its opened archive.

    Raises:
        Refused: password_protected, wrong_type for other OpenDocument files, macros, corrupt, expands_too_far.
    """
    names = set(archive.namelist())
    _check_manifest(archive, names)
    if "mimetype" in names and not archive.read("mimetype")[:80].strip().endswith(
        (b"spreadsheet", b"template")
    ):
        raise Refused("wrong_type", "document")
    if any(name.startswith("Scripts/") or re.match(r"Basic/.+/.+\.xml$", name) for name in names):
        raise Refused("macros", "basic")
    reader = _Reader()
    read_part(archive, "content.xml", reader.start, reader.end, reader.data)
    if not reader.sheets:
        raise Refused("wrong_type", "document")
    return Book("ods", reader.sheets)


def _check_manifest(archive: zipfile.ZipFile, names: set[str]) -> None:
    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "encryption-data":
            raise Refused("password_protected", "ods")

    if "META-INF/manifest.xml" in names:
        read_part(archive, "META-INF/manifest.xml", start, lambda _: None)


class _Reader:
    """Collects sheets from the events of content.xml."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.sheet: Sheet | None = None
        self.budget = Budget()
        self.style, self.hidden_styles = "", set[str]()
        self.row, self.row_repeat, self.row_hidden = 1, 1, False
        self.column, self.repeat, self.column_defined = 0, 1, 0
        self.values: list[Value] = []
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[list[str]] = []
        self.skip = self.in_paragraph = 0
        self.percents: list[int] = []

    def start(self, tag: str, raw: dict[str, str]) -> None:
        attributes = plain_attributes(raw)
        if self.cell is not None:
            self._inside_cell(tag, attributes)
        elif tag in ("table-cell", "covered-table-cell"):
            self.cell, self.paragraphs = attributes, []
            self.repeat = max(int(attributes.get("number-columns-repeated", 1)), 1)
        elif tag == "table-row":
            self.values, self.column, self.percents = [], 0, []
            self.row_repeat = max(int(attributes.get("number-rows-repeated", 1)), 1)
            self.row_hidden = attributes.get("visibility", "visible") != "visible"
        elif tag == "table":
            self._start_table(attributes)
        elif tag == "style":
            self.style = attributes.get("name", "")
        elif tag == "table-properties" and attributes.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table-column" and self.sheet is not None:
            count = min(int(attributes.get("number-columns-repeated", 1)), MAX_COLUMNS)
            if attributes.get("visibility", "visible") != "visible":
                self.sheet.hidden_columns.update(range(self.column_defined, self.column_defined + count))
            self.column_defined += count

    def _start_table(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise Refused("expands_too_far", "sheets")
        self.sheet = Sheet(attributes.get("name"), attributes.get("style-name", "") in self.hidden_styles)
        self.sheets.append(self.sheet)
        self.row, self.column_defined = 1, 0

    def _inside_cell(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in ("annotation", "frame", "table") or self.skip:
            self.skip += 1
        elif tag == "p":
            self.paragraphs.append([])
            self.in_paragraph += 1
        elif self.paragraphs and tag == "s":
            self.paragraphs[-1].append(" " * min(int(attributes.get("c", 1)), 1000))
        elif self.paragraphs and tag in ("line-break", "tab"):
            self.paragraphs[-1].append("\n" if tag == "line-break" else "\t")

    def data(self, text: str) -> None:
        if self.in_paragraph and not self.skip:
            self.paragraphs[-1].append(text)

    def end(self, tag: str) -> None:
        if self.skip:
            self.skip -= 1
        elif tag in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._end_cell(self.cell, covered=tag.startswith("covered"))
            self.cell = None
        elif tag == "p" and self.in_paragraph:
            self.in_paragraph -= 1
        elif tag == "table-row":
            self._end_row()

    def _end_cell(self, cell: dict[str, str], *, covered: bool) -> None:
        value = None if covered else self._value(cell)
        across, down = int(cell.get("number-columns-spanned", 1)), int(cell.get("number-rows-spanned", 1))
        if self.sheet is not None and (across > 1 or down > 1):
            merge = Merge(self.row, self.column, self.row + down - 1, self.column + across - 1)
            self.sheet.merges.append(merge)
            if len(self.sheet.merges) > MAX_MERGES:
                raise Refused("expands_too_far", "merges")
        if value is not None:
            if self.column + self.repeat > MAX_COLUMNS:
                raise Refused("expands_too_far", "columns")
            self.values.extend([None] * (self.column - len(self.values)))
            self.values.extend([value] * self.repeat)
            if cell.get("value-type") == "percentage":
                self.percents.append(self.column)
        elif cell.get("formula") and self.sheet is not None:
            self.sheet.empty_formulas.add((self.row, self.column))
        self.column += self.repeat

    def _value(self, cell: dict[str, str]) -> Value:
        kind = cell.get("value-type", "")
        text = "\n".join("".join(pieces) for pieces in self.paragraphs)
        if kind in ("float", "percentage", "currency"):
            number = float(cell.get("value", "nan"))
            return int(number) if number.is_integer() and abs(number) < 1e15 else number
        if kind == "date":
            moment = dt.datetime.fromisoformat(cell.get("date-value", "")[:19])
            return moment.date() if moment.time() == dt.time() else moment
        if kind == "boolean":
            return cell.get("boolean-value") == "true"
        if kind == "time":
            found = _CLOCK.fullmatch(cell.get("time-value", ""))
            if found and int(found[1]) < 24:
                return dt.time(int(found[1]), int(found[2]), int(found[3]))
        if not text and kind == "string":
            text = cell.get("string-value", "")
        if text.startswith("#") and cell.get("formula"):
            return CellError(text)
        return text or None

    def _end_row(self) -> None:
        if self.sheet is None:
            return
        if self.values and self.row + self.row_repeat - 1 > MAX_ROWS:
            raise Refused("expands_too_far", "rows")
        for offset in range(self.row_repeat if self.values else 0):
            self.budget.put(self.sheet, self.row + offset, list(self.values))
            for column in self.percents:
                self.sheet.formats[(self.row + offset, column)] = "%"
        if self.row_hidden:
            last = min(
                self.row + self.row_repeat, max(self.row + 1, MAX_ROWS if self.values else self.row + 1)
            )
            self.sheet.hidden_rows.update(range(self.row, last))
        self.row += self.row_repeat
