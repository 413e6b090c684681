"""Find the tables of a sheet: title and unit lines, headers of several levels, tables side by side or one under the
other, and tables whose records stand in columns."""

import re
from collections.abc import Iterator

from sanku.common.sheets import Merge, Sheet, Value
from sanku.common.text import is_blank, squeeze
from sanku.intake.blocks import COLUMN_NUMBER, UNITS_ONLY, find_blocks, hits_of, texts_of
from sanku.intake.cards import find_bare_list, find_cards
from sanku.intake.fields import Field
from sanku.intake.headers import header_fields, normalise_header
from sanku.intake.table import Header, Table, text_of
from sanku.intake.words import facets_of

__all__ = ["Header", "Table", "find_tables", "turn"]


def find_tables(sheet: Sheet) -> list[Table]:
    """Find the tables of a sheet, those whose records stand in columns included."""
    if not sheet.rows:
        return []
    tables = list(_upright_tables(sheet))
    if len(sheet.rows) <= 300 and sheet.width <= 1000:
        best = max(
            (
                len(hits_of([text for t in texts_of(sheet, row) if (text := t)]))
                for row in list(sheet.rows)[:200]
            ),
            default=0,
        )
        column, hits = _label_column(sheet)
        cards = find_cards(sheet)
        if cards and all(fields > max(hits, best) * 1.2 for _, fields in cards):
            return [card for card, _ in cards]
        if hits >= 4 and hits > best * 1.2:
            return _turned_tables(sheet, column) or tables
    if not tables and (bare := find_bare_list(sheet)):
        return [bare]
    return tables


def _upright_tables(sheet: Sheet) -> Iterator[Table]:
    numbers = list(sheet.rows)
    blocks = find_blocks(sheet)
    for index, block in enumerate(blocks):
        above = blocks[index - 1][-1] if index else 0
        below = blocks[index + 1][0] if index + 1 < len(blocks) else numbers[-1] + 1
        yield from _tables_of(sheet, block, above, below, numbers)


# --- headers, segments, context


def _tables_of(sheet: Sheet, block: list[int], above: int, below: int, numbers: list[int]) -> Iterator[Table]:
    headers = _headers(sheet, block)
    segments = _segments(sheet, headers, block[-1], below)
    inside = [number for number in numbers if block[-1] < number < below]
    if not inside:
        return
    last = _last_row(sheet, inside, below, numbers)
    for segment in segments:
        alone = len(segments) == 1
        table = Table(sheet, block, segment, block[-1] + 1, last)
        lines = [number for number in numbers if above < number < block[0]][-30:]
        table.context = list(_context(sheet, lines, None if alone else table.columns, above > 0))
        yield table


def _last_row(sheet: Sheet, inside: list[int], below: int, numbers: list[int]) -> int:
    """Return the last row of a table: lines of text right above the next header are its title, not this one's rows."""
    last = inside[-1]
    if below > numbers[-1]:
        return last
    while last > inside[0] and _is_line(sheet, last):
        last = inside[inside.index(last) - 1]
    return last


def _is_line(sheet: Sheet, row: int) -> bool:
    values = sheet.rows[row]
    filled = [value for value in values if value is not None]
    return (
        len(filled) <= 2
        and all(isinstance(value, str) for value in filled)
        and not re.search(r"[合小总]\s*计", str(filled[0]))
    )


def _context(sheet: Sheet, lines: list[int], columns: range | None, later: bool) -> Iterator[str]:
    """Yield the texts above a header that belong to its columns."""
    for row in lines:
        if later and not _is_line(sheet, row):
            continue
        for column, value in enumerate(sheet.rows[row]):
            if not isinstance(value, str) or not value.strip():
                continue
            right = next((m.right for m in sheet.merges_at(row) if m.left == column), column)
            if columns is None or (column < columns.stop and right >= columns.start):
                yield value.strip()


def _headers(sheet: Sheet, block: list[int]) -> list[Header]:
    width = max(len(sheet.rows[row]) for row in block)
    covering: dict[tuple[int, int], Merge] = {}
    widest = sheet.width
    for row in block:
        for merge in sheet.merges_at(row):
            width = max(width, min(merge.right + 1, widest))
            covering |= {(row, column): merge for column in range(merge.left, min(merge.right, widest) + 1)}
    numbering = {
        row
        for row in block
        if all(
            COLUMN_NUMBER.fullmatch(text.strip()) for text in map(text_of, sheet.rows[row]) if text.strip()
        )
    }
    headers = []
    for column in range(width):
        levels: list[str] = []
        for row in block:
            if row in numbering:
                continue  # 甲 乙 1 2 3 number the columns; X and Y among words head them
            over = covering.get((row, column))
            text = text_of(sheet.value(over.top, over.left) if over else sheet.value(row, column)).strip()
            if not text and over is None and row != block[-1]:
                text = _group_to_the_left(sheet, row, column, block)
            if text and text not in levels[-1:] and not is_blank(text):
                levels.append(text)
        headers.append(Header(column, _with_unit(levels)))
    while headers and not headers[-1].levels:
        headers.pop()
    while headers and not headers[0].levels:
        headers.pop(0)
    return headers


def _group_to_the_left(sheet: Sheet, row: int, column: int, block: list[int]) -> str:
    """Return the name of a group written only over its first column, in files without merged cells."""
    below = next((r for r in block if r > row), None)
    if below is None or sheet.value(below, column) is None:
        return ""
    for left in range(column - 1, -1, -1):
        value = sheet.value(row, left)
        if value is not None:
            merged = any(m.left <= left <= m.right for m in sheet.merges_at(row))
            return "" if merged or sheet.value(below, left) is None else text_of(value).strip()
        if sheet.value(below, left) is None:
            return ""
    return ""


def _with_unit(levels: list[str]) -> list[str]:
    """Join a last level that is only a unit to the header above it."""
    if (
        len(levels) >= 2
        and (UNITS_ONLY.fullmatch(levels[-1]) or levels[-1].startswith(("（", "(")))
        and not facets_of(levels[-1])
    ):
        return [*levels[:-2], f"{levels[-2]}（{levels[-1].strip('（）()')}）"]
    return levels


def _segments(sheet: Sheet, headers: list[Header], header_row: int, below: int) -> list[list[Header]]:
    """Split the columns of a header where a second table stands beside the first."""
    labels = [normalise_header(header.leaf) for header in headers]
    filled = [label for label in labels if label]
    half = len(filled) // 2
    if (
        len(filled) >= 4
        and len(filled) % 2 == 0
        and filled[:half] == filled[half:]
        and len(set(filled[:half])) == half
    ):
        starts = [index for index, label in enumerate(labels) if label == filled[0]]
        return [trimmed for part in (headers[: starts[1]], headers[starts[1] :]) if (trimmed := _trim(part))]
    parts: list[list[Header]] = [[]]
    for header in headers:
        if header.levels:
            parts[-1].append(header)
        elif parts[-1] and _column_is_empty(sheet, header.column, header_row, below):
            parts.append([])
    parts = [part for part in parts if part]
    joined: list[list[Header]] = []
    for part in parts:
        if joined and not (_stands_alone(joined[-1]) and _stands_alone(part)):
            joined[-1].extend(part)
        else:
            joined.append(list(part))
    return joined


def _trim(headers: list[Header]) -> list[Header]:
    while headers and not headers[-1].levels:
        headers = headers[:-1]
    return headers


def _column_is_empty(sheet: Sheet, column: int, header_row: int, below: int) -> bool:
    return not any(
        column < len(values) and values[column] is not None
        for row, values in sheet.rows.items()
        if header_row < row < below
    )


_IDENTIFYING = {
    "enterprise.name",
    "project.name",
    "site.code",
    "site.building",
    "site.park",
    "site.unit",
    "visit.enterprise_name",
}


def _stands_alone(headers: list[Header]) -> bool:
    """Tell whether some columns could be a table by themselves: they name a thing and say two more of it."""
    known: list[tuple[tuple[Field, int], ...]] = [
        fields for header in headers if (fields := header_fields(header.leaf))
    ]
    return len(known) >= 3 and any(field.name in _IDENTIFYING for fields in known for field, _ in fields[:3])


# --- tables whose records stand in columns


def _label_column(sheet: Sheet) -> tuple[int, int]:
    """Return the column that holds most headers, and how many different ones."""
    best, most = 0, 0
    for column in range(min(sheet.width, 12)):
        texts = [values[column] for values in sheet.rows.values() if column < len(values)]
        hits = len(hits_of([text for text in texts if isinstance(text, str) and len(text) <= 40]))
        if hits > most:
            best, most = column, hits
    return best, most


_HEADS_LABELS = re.compile(
    r"(?:序号|项目|字段|指标|栏目|事项|类别|名称|信息项?|填报项|要素|内容)(?:名称?)?|field|item|key",
    re.IGNORECASE,
)
_HEADS_VALUES = re.compile(
    r"(?:填[写报])?(?:内容|信息|情况|数据|数值|值|结果|栏)|备注|说明|单位|value|content|note", re.IGNORECASE
)


def _turned_tables(sheet: Sheet, column: int) -> list[Table]:
    """Turn the sheet at its diagonal and find the tables of it; lines above the labels become their context."""
    labelled = [
        row for row, values in sheet.rows.items()
        if column < len(values) and isinstance(values[column], str) and header_fields(str(values[column]))
    ]  # fmt: skip
    first, last = labelled[0], labelled[-1]
    if _HEADS_LABELS.fullmatch(squeeze(text_of(sheet.value(first, column)))) and all(
        value is None or _HEADS_VALUES.fullmatch(squeeze(text_of(value)))
        for value in sheet.rows[first][column + 1 :]
    ):
        first = labelled[1]  # 项目 | 内容 head a form's two columns
    context = [
        text_of(value).strip()
        for row in sheet.rows
        if row < first
        for value in sheet.rows[row]
        if isinstance(value, str)
    ]
    notes, inside = [], {}
    for row, values in sheet.rows.items():
        filled = [value for value in values if value is not None]
        if row > last and len(filled) == 1:
            notes.append(text_of(filled[0]))
        elif row >= first and not (len(filled) == 1 and len(text_of(filled[0])) > 40):
            inside[row] = values
    turned = turn(sheet, inside)
    tables = list(_upright_tables(turned))
    for table in tables:
        table.transposed = True
        table.context = context + table.context
        table.notes = notes
    return tables


def turn(sheet: Sheet, rows: dict[int, list[Value]]) -> Sheet:
    """Return the sheet with rows and columns exchanged: row 3 becomes column index 2, column index 1 becomes row 2."""
    turned = Sheet(sheet.name, sheet.hidden)
    width = max((len(values) for values in rows.values()), default=0)
    height = max(rows, default=0)
    for column in range(width):
        values: list[Value] = [None] * height
        for row, cells in rows.items():
            if column < len(cells):
                values[row - 1] = cells[column]
        while values and values[-1] is None:
            values.pop()
        if values:
            turned.rows[column + 1] = values
    turned.merges = [
        Merge(m.left + 1, m.top - 1, m.right + 1, m.bottom - 1) for m in sheet.merges if m.top in rows
    ]
    turned.formats = {(column + 1, row - 1): unit for (row, column), unit in sheet.formats.items()}
    turned.comments = {(column + 1, row - 1): text for (row, column), text in sheet.comments.items()}
    turned.empty_formulas = {(column + 1, row - 1) for row, column in sheet.empty_formulas}
    turned.hidden_rows = {column + 1 for column in sheet.hidden_columns if column < width}
    turned.hidden_columns = {row - 1 for row in sheet.hidden_rows}
    return turned
