"""Read delimited text: find encoding and separator, keep records together over quoted line breaks."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator

from sanku.common.sheets.limits import MAX_ROWS, Budget
from sanku.common.sheets.model import Book, Refused, Sheet, Value

_SEPARATORS = (",", "\t", ";", "|", "，", "；")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAX_JOINED_LINES = 200
# An apostrophe by which exports, ours too, keep a spreadsheet from taking a text for a formula.
_GUARDED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how exports keep a spreadsheet from turning a code into a number
# Characters that office lists are full of; a wrong decoding of Chinese bytes hits few of them.
_COMMON = frozenset(
    "公司有限责任企业業名称稱项項目联聯系係人电電话話地址省市区區县縣号號日期年月产產工程科技服务務元"
)


def read_delimited(content: bytes) -> Book:
    """Read a text file of records. Rows of the sheet are records, counted from 1 with the header among them.

    Raises:
        Refused: wrong_type where the bytes are no text, or text without columns.
    """
    text, encoding = decode(content)
    if text.count("\n") > 2 * MAX_ROWS:
        raise Refused("expands_too_far", "rows")
    separator = find_separator(text)
    sheet, budget = Sheet(None), Budget()
    widths: Counter[int] = Counter()
    odd: dict[int, int] = {}
    for number, record in enumerate(read_records(text, separator), 1):
        widths[len(record)] += 1
        odd[number] = len(record)
        budget.put(sheet, number, [_value(field) for field in record])
    usual, times = widths.most_common(1)[0] if widths else (0, 0)
    # Only where nearly all records agree does another number of fields mean a broken record.
    if times >= 0.9 * sum(widths.values()):
        sheet.odd_widths = {number: width for number, width in odd.items() if width != usual}
    if not sheet.rows:
        raise Refused("wrong_type", "empty")
    return Book("csv", [sheet], encoding, separator)


def _value(field: str) -> Value:
    if not field.strip():
        return None
    kept = _AS_TEXT.fullmatch(field.strip()) if field.lstrip().startswith("=") else None
    return (kept[1] or None) if kept else (field[1:] if _GUARDED.match(field) else field)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding: by its byte order mark, else UTF-8, GB18030, Big5, UTF-16.

    Raises:
        Refused: wrong_type where it is no text.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _strict(content, name), name
    head = content[:4096]
    if b"\0" in head:
        zeros_odd, zeros_even = head[1::2].count(0), head[0::2].count(0)
        if max(zeros_odd, zeros_even) < len(head) // 16 or min(zeros_odd, zeros_even) > 2:
            raise Refused("wrong_type", "binary")
        name = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
        return _strict(content, name), name
    if b"\0" in content:
        raise Refused("wrong_type", "binary")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_chinese(content)


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise Refused("corrupt", "encoding") from error


def _decode_chinese(content: bytes) -> tuple[str, str]:
    best: tuple[float, str, str] | None = None
    for name in ("gb18030", "big5hkscs"):
        text = content.decode(name, errors="replace")
        broken = text.count("\ufffd")
        sample = text[:20_000]
        score = sum(sign in _COMMON for sign in sample) / max(len(sample), 1) - 20 * broken / max(
            len(text), 1
        )
        if best is None or score > best[0]:
            best = (score, text, name)
    assert best is not None
    _, text, name = best
    odd = sum(1 for sign in text[:20_000] if sign == "\ufffd" or (sign < " " and sign not in "\t\r\n"))
    if odd > max(len(text[:20_000]) // 50, 2):
        raise Refused("wrong_type", "binary")
    return text, name


def find_separator(text: str) -> str:
    """Return the separator under which most of the first records have one number of fields, and more than one."""
    head = text[:60_000].splitlines()[:200]
    best, best_score = ",", 0.0
    for separator in _SEPARATORS:
        counts = Counter(len(record) for record in csv.reader(head, delimiter=separator) if record)
        wide = {count: times for count, times in counts.items() if count > 1}
        if not wide:
            continue
        common = max(wide, key=lambda count: (wide[count], count))
        score = wide[common] / sum(counts.values()) * (1 + min(common, 20) / 100)
        if score > best_score + 0.05:
            best, best_score = separator, score
    return best


def read_records(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the records of a text. A quote that never closes costs its own record, not the rest of the file.

    Empty lines are no records.
    """
    csv.field_size_limit(1 << 24)
    lines = re.split(r"\r\n|\n|\r", text)
    width = len(_fields(lines[0], separator)) if lines else 0
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if not line.strip():
            continue
        if line.count('"') % 2:
            joined, end = _join(lines, position, line, separator, width)
            line, position = joined, end
        yield _fields(line, separator)


def _join(lines: list[str], position: int, line: str, separator: str, width: int) -> tuple[str, int]:
    """Join lines until the quotes close, unless a line after the break is a whole record by itself."""
    joined = line
    for end in range(position, min(position + _MAX_JOINED_LINES, len(lines))):
        following = lines[end]
        if following.count('"') % 2 == 0 and width > 2 and len(_fields(following, separator)) == width:
            return line, position
        joined += "\n" + following
        if following.count('"') % 2:
            return joined, end + 1
    return line, position


def _fields(line: str, separator: str) -> list[str]:
    # A quote left open makes the csv module wait for more: it gets the line as it is.
    try:
        return next(csv.reader([line], delimiter=separator, skipinitialspace=False), [])
    except csv.Error:  # a quote in the middle of a field, then a line break
        return line.split(separator)


def is_table(sheet: Sheet) -> bool:
    """Tell whether the text has columns at all: a page of prose has not."""
    widths = [sum(value is not None for value in values) for values in list(sheet.rows.values())[:200]]
    return bool(widths) and sum(width > 1 for width in widths) * 2 > len(widths)


def text_value(value: Value) -> str:
    """Return a value as text, empty for none."""
    return "" if value is None else str(value)
