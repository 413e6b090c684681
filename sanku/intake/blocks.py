"""Find the header rows of a sheet: one row or several, and the same header again further down."""

import re
from itertools import pairwise

from sanku.common.sheets import Sheet, Value
from sanku.common.text import is_blank, squeeze
from sanku.intake.headers import Units, find_units, header_fields
from sanku.intake.table import text_of

_MAX_HEADER_ROWS = 5
_MAX_HEADER_TEXT = 60
_DATA_LIKE = re.compile(r"\d{5,}|^[\d.,%￥$\-]+$|\d{4}[-./年]\d{1,2}|^\*?1\d\d\*")
_NO_HEADER = re.compile(r"..(?:公司|合伙|厂|店|社|站|所|中心)[（(]?[^（(]{0,6}[)）]?$|\d{8,}")
UNITS_ONLY = re.compile(
    r"[（(]?[百千万亿]*[元亩㎡人个家%吨米号]+[）)]?|[（(]?(?:平方米|公顷|[万亿]?元/[亩年月].{0,3}|元/㎡.*|m2|kva|t/m2|m|天|次|年|月|年[/.-]?月(?:[/.-]?日)?|[人个家]/年)[）)]?",
    re.IGNORECASE,
)
_UNIT_HEAD = re.compile(r"[（(]?(?:计量)?单位[）)]?|unit", re.IGNORECASE)
# When the figures below were true, each column for itself: 1-9月, 期末.
PERIOD = r"1[-~—至]\d{1,2}月份?|期[末初]数?|[年季月]末数?"
_PERIOD = re.compile(rf"[（(]?(?:{PERIOD}|[本当][年月季]度?|累计|全年)[）)]?")
_IN_BRACKETS = re.compile(r"[（(][^（()）]{1,12}[）)]")
COLUMN_NUMBER = re.compile(r"[（(]?(?:\d{1,2}|[甲乙丙丁戊己庚辛壬癸]|[a-zA-Z]{1,2}|\d{1,2}=[\d+\-*/]+)[）)]?")


def hits_of(texts: list[str]) -> set[str]:
    """Return the different fields that the cells of a row could head."""
    names = set()
    for text in texts:
        fields = header_fields(text)
        if fields:
            names.add(fields[0][0].name if fields[0][0].type != "ordinal" else "ordinal")
    return names


def texts_of(sheet: Sheet, row: int) -> list[str]:
    """Return the texts of a row, empty ones for other values."""
    return [value if isinstance(value, str) else "" for value in sheet.rows.get(row, [])]


def find_blocks(sheet: Sheet) -> list[list[int]]:
    """Return the header rows of the tables of a sheet, top to bottom."""
    numbers = list(sheet.rows)
    blocks: list[list[int]] = []
    known: set[tuple[tuple[int, str], ...]] = set()
    position = 0
    while position < len(numbers):
        row = numbers[position]
        position += 1
        values = sheet.rows[row]
        if (blocks and not _mostly_known(values)) or not _could_be_header(values):
            continue
        signature = _signature(values)
        if signature in known and not _new_units(sheet, blocks, row):
            continue  # the same header again, as at the top of a new page
        if len(hits_of([text_of(value) for value in values])) < 2 or not _is_header_row(sheet, row, blocks):
            continue
        block = _grow(sheet, row, numbers, blocks[-1][-1] if blocks else 0)
        known.update(_signature(sheet.rows[number]) for number in block)
        blocks.append(block)
        while position < len(numbers) and numbers[position] <= block[-1]:
            position += 1
    return blocks


def _could_be_header(values: list[Value]) -> bool:
    """Tell quickly whether a row could be a header: short texts only, none of which looks like data."""
    seen = 0
    for value in values:
        if value is None:
            continue
        if not isinstance(value, str):
            return False
        if len(value) > _MAX_HEADER_TEXT or (_DATA_LIKE.search(value) and not header_fields(value)):
            return False
        seen += 1
    return seen >= 2


def _mostly_known(values: list[Value]) -> bool:
    """Tell quickly whether half of a row's cells are known headers: the shortest, likeliest ones are tried first."""
    texts = sorted((value for value in values if isinstance(value, str)), key=len)
    if len(texts) < 3:
        return False
    left = len(texts) // 2  # as many may be unknown
    for text in texts:
        if len(text) > 40 or _DATA_LIKE.search(text) or _NO_HEADER.search(text) or not header_fields(text):
            left -= 1
            if left < 0:
                return False
    return True


def _new_units(sheet: Sheet, blocks: list[list[int]], row: int) -> bool:
    """Tell whether the lines above a repeated header give other units than those above the header it repeats."""
    before, now = _units_above(sheet, blocks[-1][0]), _units_above(sheet, row)
    return any(
        new is not None and new != old for new, old in ((now.money, before.money), (now.area, before.area))
    )


def _units_above(sheet: Sheet, row: int) -> Units:
    units = Units()
    for number in range(row - 1, row - 4, -1):
        values = [value for value in sheet.rows.get(number, []) if value is not None]
        if len(values) > 3 or not all(isinstance(value, str) for value in values):
            break
        for value in values:
            units = units.or_else(find_units(str(value), whole=True))
    return units


def _signature(values: list[Value]) -> tuple[tuple[int, str], ...]:
    return tuple((column, squeeze(value)) for column, value in enumerate(values) if isinstance(value, str))


def _is_header_row(sheet: Sheet, row: int, blocks: list[list[int]]) -> bool:
    """Tell a header from a record of words: most of its cells must be known, or it heads what stands below."""
    texts = [text for text in texts_of(sheet, row) if text.strip()]
    known = sum(bool(header_fields(text)) for text in texts)
    if blocks:  # further down the sheet a header must be plain
        return known >= 3 and known * 2 >= len(texts)
    # An export of hundreds of columns is a header too, though few of them are known.
    return known >= 2 and (known * 3 >= len(texts) or len(hits_of(texts)) >= 6)


def _grow(sheet: Sheet, row: int, numbers: list[int], floor: int) -> list[int]:
    """Return the rows of the header block around a row that was recognised."""
    first = row
    while (
        first - 1 > floor
        and first - 1 in sheet.rows
        and row - first < _MAX_HEADER_ROWS
        and _is_group_row(sheet, first - 1, first)
    ):
        first -= 1
    last = row
    while (
        last + 1 in sheet.rows
        and last + 1 - first < _MAX_HEADER_ROWS
        and _is_sub_row(sheet, first, last, last + 1)
    ):
        last += 1
    return list(range(first, last + 1))


def _is_group_row(sheet: Sheet, row: int, below: int) -> bool:
    """Tell whether a row above a header holds the names of groups of columns."""
    values = sheet.rows[row]
    filled = [column for column, value in enumerate(values) if value is not None]
    if not filled or not all(
        isinstance(values[column], str) and len(str(values[column])) <= 40 for column in filled
    ):
        return False
    width = len(sheet.rows[below])
    spans = [merge for merge in sheet.merges_at(row) if merge.top == row and merge.left in filled]
    down = any(merge.bottom >= below for merge in spans)
    across = [merge for merge in spans if merge.right > merge.left]
    if any(merge.right - merge.left + 1 >= width * 0.8 for merge in across):
        return False
    if any(find_units(str(values[column]), whole=True).money for column in filled) and not across:
        return False
    return down or len(across) >= 2 or (len(across) == 1 and len(filled) >= 2 and len(filled) < width)


def _is_sub_row(sheet: Sheet, first: int, last: int, row: int) -> bool:
    """Tell whether the row under a header belongs to it: names under groups, units, or a second language."""
    values = sheet.rows[row]
    filled = {column: value for column, value in enumerate(values) if value is not None}
    if not filled:
        return False
    texts = [text_of(value).strip() for value in filled.values()]
    if len(
        units := [text for text in texts if not (is_blank(text) or _UNIT_HEAD.fullmatch(text))]
    ) >= 2 and all(UNITS_ONLY.fullmatch(text) for text in units):
        return True  # 单位 — 亿元 亩 /
    if all(COLUMN_NUMBER.fullmatch(text) for text in texts) and len(texts) >= 3:
        return _is_numbering(list(filled.values()))
    if not all(isinstance(value, str) for value in filled.values()):
        return False
    measured = sum(bool(UNITS_ONLY.fullmatch(text)) for text in texts)
    if measured == len(texts) or (
        len(texts) >= 2 and all(_PERIOD.fullmatch(squeeze(text)) for text in texts)
    ):
        return True
    if measured >= 2 and all(_IN_BRACKETS.fullmatch(text) for text in texts):
        return True  # （门类） （万元） （人）
    if any(len(text) > 40 or (_DATA_LIKE.search(text) and not header_fields(text)) for text in texts):
        return False
    under_group = [column for column in filled if _under_group(sheet, first, last, column)]
    if len(under_group) == len(filled):
        return True
    if any(
        merge.top <= last < merge.bottom and merge.bottom >= row
        for merge in sheet.merges_at(row)
        if merge.top >= first
    ) and len(under_group) * 2 >= len(filled):
        return True
    known = sum(bool(header_fields(text)) for text in texts)
    above = [text_of(sheet.value(last, column)).strip() for column in filled]
    # the same header in English
    return (
        known >= 3
        and known >= 0.7 * len(texts)
        and all(text.isascii() for text in texts)
        and not all(text.isascii() for text in above)
    )


def _is_numbering(values: list[Value]) -> bool:
    """Tell whether a row numbers the columns: (1) (2) (3), 甲 乙 1 2 3."""
    found = [int(digits[0]) for value in values if (digits := re.search(r"\d+", text_of(value)))]
    return len(found) >= 3 and all(after - before == 1 for before, after in pairwise(found)) and found[0] <= 3


def _under_group(sheet: Sheet, first: int, last: int, column: int) -> bool:
    """Tell whether the header cell over a column is the name of a group, or missing."""
    for merge in sheet.merges_at(last):
        if first <= merge.top <= last <= merge.bottom and merge.left <= column <= merge.right:
            return merge.right > merge.left and merge.bottom == last
    above = sheet.value(last, column)
    if above is None:
        return any(sheet.value(last, left) is not None for left in range(column)) or first == last
    # without merges a group's name is followed by an empty cell that the row below fills
    return sheet.value(last, column + 1) is None and sheet.value(last + 1, column + 1) is not None
