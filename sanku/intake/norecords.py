"""Tell the rows of a table that are no records: titles, totals, notes, repeated headers, parts of the record above."""

import re
from itertools import islice
from typing import Literal

from sanku.common.sheets import Value
from sanku.common.text import squeeze
from sanku.intake.fields import IDENTITY
from sanku.intake.mapping import Mapping
from sanku.intake.table import Table, text_of

Skip = Literal[
    "blank", "repeated_header", "column_numbers", "total", "subtotal", "section_title", "footnote", "serial_only",
    "instruction", "example", "continuation",
]  # fmt: skip

_TOTAL = re.compile(
    r"[（(]?[\w\u4e00-\u9fff、.·]{0,10}?(?:小计|合计|总计|共计|累计|汇总|总和|平均值?|总数|小結|合計|小計|總計|共計)[\d\u4e00-\u9fff]{0,8}(?:[（(:：].*)?[)）]?|(?:sub)?-?total.{0,30}|grandtotal.*|sum|average",
    re.IGNORECASE,
)
_GRAND = re.compile(r"合计|总计|共计|合計|總計|共計|^total|grandtotal", re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"(?:注|备注|備註|说明|說明|附注|填表|制表|製表|审核|審核|数据来源|资料来源|来源|填报|单位负责人|负责人|统计|联系电话|联系人|注意|经办|编制|复核|审批|附件?|note|notes|source|remarks?|preparedby)[\u4e00-\u9fff]{0,6}[\d]{0,2}\s*[:：.、)）(（]|[*※]\s*\S{4,}",
    re.IGNORECASE,
)
_NUMERAL = r"[（(]?[一二三四五六七八九十]{1,3}[、.．)）].+"
_AFTER_NUMERAL = re.compile(_NUMERAL)  # 二、续建项目（3个）: no project is called so
_NUMBERED_SECTION = re.compile(rf"{_NUMERAL}|第[一二三四五六七八九十]+[部分类批期组].+")
_WORDS = re.compile(r"[^\d\s.,%个万亿元亩家项人/-]")
_NUMBERS = (int, float)
_SERIAL = re.compile(r"[（(]?[A-Za-z]?[-\d.]{1,9}[）)、.]?|[①-⑳㉑-㉟㊱-㊿]|[一二三四五六七八九十]{1,3}")
_UNIT_LINE = re.compile(r"[（(]?(?:金额|面积|计量|货币)?(?:单位|單位|unit)[:：]", re.IGNORECASE)
# What stands around a table on each printed page: 第2页 共3页, 打印日期：2024-03-01.
_PAGE_LINE = re.compile(
    r"[-—]?第?\d{1,4}(?:页|/\d{1,4}页?)[-—]?(?:,?[(（]?共\d{1,4}页[)）]?)?|共\d{1,4}页|page\d+(?:of\d+)?|[\u4e00-\u9fff]{2,6}[:：].{0,30}|[（(]?(?:盖章|公章|签字|签章)[)）]?|\d{4}年\d{1,2}月(?:\d{1,2}日)?",
    re.IGNORECASE,
)
_CHINESE_SERIAL = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?[、.．]?")
_NOTE_FOR_NUMBER = re.compile(r"备注|备注说明|说明|注|附注|notes?|remarks?", re.IGNORECASE)
_EXAMPLE = re.compile(r"(?:填写)?(?:样例|示例|范例|例|举例|例如|example|sample)[行:：]?", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"(?:填写|填报|填表)?(?:说明|要求|格式|须知|规则|提示)[:：]?|必填|选填|是否必填|required|instructions?|format",
    re.IGNORECASE,
)
_INSTRUCTION_WORDS = re.compile(
    r"必填|选填|格式[:：]|填写|下拉|如[:：]|例[:：]|请|一致|\d+位|只填|写全称|可空|不填"
)
_PLACEHOLDER_NAME = re.compile(r"(?:某某|某|XX+|xx+|示例[:：]|例[:：]).*")


class NoRecords:
    """Judges the rows of one table in order."""

    def __init__(self, table: Table, mapping: Mapping, merged: dict[tuple[int, int], int]) -> None:
        self.sheet, self.mapping, self.merged = table.sheet, mapping, merged
        self.headers = [
            {
                column: squeeze(value)
                for column, value in enumerate(self.sheet.rows[row])
                if isinstance(value, str)
            }
            for row in table.header_rows
        ]
        identity = [name for name in IDENTITY[mapping.kind] if mapping.by_field(name)]
        self.identity = [column.index for column in mapping.columns if column.field.name in identity]
        self.sectioned = _has_sections(table, mapping.ordinal)
        self.in_parts = False

    def judge(self, number: int, filled: dict[int, Value], *, early: bool) -> Skip | None:
        """Return why a row is no record, None where it is one; `early` says that hardly a record came before it."""
        if not filled:
            return "blank"
        ordinal, helpers = self.mapping.ordinal, self.mapping.helpers
        if all(
            column in helpers
            or (isinstance(value, _NUMBERS) and value == 0)
            or (column == ordinal and _SERIAL.fullmatch(squeeze(text_of(value))))
            for column, value in filled.items()
        ):
            return "serial_only"
        texts = {column: squeeze(value) for column, value in filled.items() if isinstance(value, str)}
        if not texts:
            return None if ordinal in filled or any(column in filled for column in self.identity) else "total"
        if self._repeats_header(texts, len(filled)):
            return "repeated_header"
        total = self._total(filled, texts)
        if total:
            return total
        if ordinal is not None and _NOTE_FOR_NUMBER.fullmatch(texts.get(ordinal, "")):
            return "footnote"  # a column of notes beside records that stand in columns, or a row of them
        if self._is_part(filled, texts):
            return "continuation"
        first = next(iter(texts.values()))
        if len(filled) <= 3 and _FOOTNOTE.match(first):
            return "footnote"
        if len(filled) == 1:
            return self._single(number, next(iter(filled)), first)
        if (
            len(filled) <= 3
            and ordinal not in filled
            and _NUMBERED_SECTION.fullmatch(first)
            and not self._named(filled)
        ):
            return "section_title"
        if ordinal not in filled and self._is_section_with_sums(filled, texts):
            return "section_title"
        if (
            len(filled) <= 3
            and ordinal not in filled
            and any(_UNIT_LINE.match(text) for text in texts.values())
        ):
            return "section_title"
        if self.sectioned and _CHINESE_SERIAL.fullmatch(
            texts.get(ordinal, "") if ordinal is not None else ""
        ):
            return "section_title"
        if len(texts) == len(filled) <= 4 and all(_PAGE_LINE.fullmatch(text) for text in texts.values()):
            return "section_title"
        if len(filled) == 2 and len(first) > 30 and not self._named(filled):
            return "footnote"
        if early and (hint := self._template_row(filled, texts)):
            return hint
        if self._continues(number):
            return "continuation"
        return None

    def _is_section_with_sums(self, filled: dict[int, Value], texts: dict[int, str]) -> bool:
        """Tell whether a row names a section, by a numeral before its name, with nothing but figures beside it."""
        column = next((column for column in self.identity if column in texts), None)
        return (
            column is not None
            and bool(_AFTER_NUMERAL.fullmatch(texts[column]))
            and all(other == column or not _WORDS.search(text_of(value)) for other, value in filled.items())
        )

    def _named(self, filled: dict[int, Value]) -> bool:
        return any(column in filled for column in self.identity)

    def _is_part(self, filled: dict[int, Value], texts: dict[int, str]) -> bool:
        """Tell whether a row says a part of the record above it, as 其中：一期 and what follows it without a number do."""
        ordinal = self.mapping.ordinal
        if ordinal is not None and ordinal in filled:
            self.in_parts = False
            return False
        named = next((texts[column] for column in self.identity if column in texts), "")
        if named.startswith("其中"):
            self.in_parts = ordinal is not None
            return True
        return self.in_parts

    def _repeats_header(self, texts: dict[int, str], count: int) -> bool:
        for header in self.headers:
            same = sum(header.get(column) == text for column, text in texts.items())
            if same >= 2 and same >= 0.6 * count:
                return True
        return False

    def _total(self, filled: dict[int, Value], texts: dict[int, str]) -> Skip | None:
        places = [column for column in list(filled)[:2] if column in texts]
        places += [column for column in self.identity if column in texts]
        for column in places:
            text = texts[column]
            if len(text) <= 24 and _TOTAL.fullmatch(text) and not text.endswith(("公司", "项目")):
                return "total" if _GRAND.search(text) else "subtotal"
        return None

    def _single(self, number: int, column: int, text: str) -> Skip | None:
        """Judge a row with a single text: a title of what follows, a note, or a record of which only the name is known."""
        if _FOOTNOTE.match(text) or len(text) > 40:
            return "footnote"
        merged = any(
            m.top <= number <= m.bottom and m.left <= column and m.right - m.left >= 2
            for m in self.sheet.merges_at(number)
        )
        named = column in self.identity and not merged and not _NUMBERED_SECTION.fullmatch(text)
        plausible = self.mapping.ordinal is None or re.search(r"公司$|厂$|集团$|项目$", text)
        return None if named and plausible and self.mapping.kind != "site" else "section_title"

    def _template_row(self, filled: dict[int, Value], texts: dict[int, str]) -> Skip | None:
        first_column = next(iter(filled))
        lead = texts.get(first_column, "")
        if first_column == self.mapping.ordinal or first_column not in self.identity:
            if _EXAMPLE.fullmatch(lead):
                return "example"
            if _INSTRUCTION.fullmatch(lead):
                return "instruction"
        if any(
            re.search(r"样例|示例行|请删除|仅供参考", text) for text in texts.values() if len(text) < 20
        ) and any(_PLACEHOLDER_NAME.fullmatch(text) for text in texts.values()):
            return "example"
        told = sum(bool(_INSTRUCTION_WORDS.search(text)) for text in texts.values())
        return "instruction" if told >= 2 and told * 2 >= len(filled) else None

    def _continues(self, number: int) -> bool:
        """Tell whether the name of this row is merged with the row above: a further line of the same record."""
        if self.mapping.kind in ("visit", "site") or not self.identity:
            return False
        top = self.merged.get((number, self.identity[0]))
        return top is not None and top != number


def _has_sections(table: Table, ordinal: int | None) -> bool:
    """Tell whether the records of a table are numbered 1, 2, 3, so that 一 and （二） number its sections."""
    if ordinal is None:
        return False
    rows = islice(table.sheet.rows.items(), table.first_row + 300)
    values = [
        values[ordinal]
        for row, values in rows
        if table.first_row <= row <= table.last_row and ordinal < len(values)
    ]
    plain = sum(
        isinstance(value, _NUMBERS) or bool(re.match(r"[（(]?\d", text_of(value))) for value in values
    )
    chinese = sum(bool(_CHINESE_SERIAL.fullmatch(squeeze(text_of(value)))) for value in values)
    return 0 < chinese <= 2 * plain
