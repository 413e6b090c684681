"""Reading a published list of companies from a workbook: pure Python, on the common reader of sheets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanku.common.codes import clean_code, is_valid_uscc
from sanku.common.names import simplified
from sanku.common.sheets import Sheet, open_workbook
from sanku.common.text import is_blank, one_line, squeeze

LOOKED_AT = 30  # rows among which the heads are looked for
LONGEST = 200
HEADS = {
    "rank": re.compile(r"^(?:本年|当年|最新)?(?:排名|排序|名次|位次|rank|ranking)(?:\(.*\))?$"),
    "uscc": re.compile(r"统一社会信用代码|信用代码|^uscc$"),
    "country": re.compile(
        r"^(?:国家|地区|国别|省份|所属地|总部所在(?:地|国家)|country)|国家.?地区|所在地|^所在省"
    ),
    # 企业(集团)名称, 公司名称(中文), 企业集团名称
    "name": re.compile(
        r"(?:企业|公司|单位|机构|集团)(?:\([^()]*\)|集团)?(?:全称|名称)|^名称$|^企业$|^公司$|^单位$|^全称$|company|^name$"
    ),
}
NUMBER = re.compile(r"^(?:企业|公司|单位)?(?:序号|编号|no\.?|#)$")
BRACKETS = str.maketrans("（）【】［］", "()()()")
ENGLISH = re.compile(r"英文|english")


@dataclass(frozen=True, slots=True)
class Published:
    """One company as a list names it; `number` is its row in the sheet."""

    number: int
    name: str
    rank: int | None = None
    uscc: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A row that is no company: its number in the sheet and the code of what is wrong."""

    number: int
    code: str
    value: str = ""


def read_list(path: str, *, numbers_rank: bool = False) -> tuple[list[Published], list[Unread]]:
    """Read the first sheet with a column of company names.

    `numbers_rank` says that the numbering of the rows (序号) is the rank, where no column is headed so.

    Returns the companies and the rows that are none, both empty where no such column is found.

    Raises:
        sheets.Refused: the file cannot be taken.
    """
    for sheet in open_workbook(path).sheets:
        found = None if sheet.hidden else _heads(sheet, numbers_rank)
        if found is not None:
            return _rows(sheet, *found)
    return [], []


def _heads(sheet: Sheet, numbers_rank: bool) -> tuple[int, dict[str, int]] | None:
    """Return the row of the heads and the column of each field."""
    for number in sorted(sheet.rows)[:LOOKED_AT]:
        columns: dict[str, int] = {}
        spare: int | None = None
        for column, value in enumerate(sheet.rows[number]):
            head = simplified(squeeze(str(value or "")).lower()).translate(BRACKETS)
            if not head or ENGLISH.search(head):
                continue
            if NUMBER.match(head):
                spare = column
            field = next((name for name, pattern in HEADS.items() if pattern.search(head)), None)
            if field is not None:
                columns.setdefault(field, column)
        if numbers_rank and spare is not None:
            columns.setdefault("rank", spare)
        if "name" in columns and (len(columns) > 1 or spare is not None or len(sheet.rows[number]) == 1):
            return number, columns
    return None


def _rows(sheet: Sheet, head: int, columns: dict[str, int]) -> tuple[list[Published], list[Unread]]:
    good: list[Published] = []
    bad: list[Unread] = []
    for number in sorted(sheet.rows):
        if number <= head:
            continue
        cells = sheet.rows[number]
        name = _text(cells, columns.get("name"))
        if is_blank(name):
            if any(not is_blank(str(cell or "")) for cell in cells):
                bad.append(Unread(number, "honour_no_name"))
            continue
        code = clean_code(_text(cells, columns.get("uscc")))
        if code and (is_blank(code) or not is_valid_uscc(code)):
            bad += [] if is_blank(code) else [Unread(number, "honour_bad_code", code)]
            code = ""
        if len(name) > LONGEST:
            bad.append(Unread(number, "honour_long_name", name[:20]))
            continue
        good.append(
            Published(
                number,
                name,
                _rank(_text(cells, columns.get("rank"))),
                code,
                _text(cells, columns.get("country"))[:60],
            )
        )
    return good, bad


def _text(cells: Sequence[Any], column: int | None) -> str:
    if column is None or column >= len(cells) or cells[column] is None:
        return ""
    value = cells[column]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else one_line(str(value))


def _rank(text: str) -> int | None:
    digits = re.sub(r"[^0-9]", "", text)
    return int(digits) if digits and len(digits) < 7 else None
