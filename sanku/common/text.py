"""Bring text from office files into one form: half width, no stray blanks, Chinese numerals as numbers."""

import re
from decimal import Decimal
from functools import lru_cache

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HALF_WIDTH |= {0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D, 0x2010: 0x2D, 0x2011: 0x2D}

# Characters that print nothing: zero-width blanks and joiners, byte order mark, soft hyphen, direction marks.
_INVISIBLE: dict[int, int | None] = dict.fromkeys(
    [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F, 0x202A, 0x202C]
)

_HALF_WIDTH_VISIBLE = _INVISIBLE | _HALF_WIDTH
# Most texts hold none of them, and looking for them is several times as fast as translating what there is.
_TO_CHANGE = re.compile(f"[{''.join(map(re.escape, map(chr, _HALF_WIDTH_VISIBLE)))}]")
_TO_DROP = re.compile(f"[{''.join(map(chr, _INVISIBLE))}]")

_BLANKS = re.compile(r"\s+")
_BETWEEN_HAN = re.compile(
    r"(?<=[\u2e80-\u9fff\U00020000-\U0003ffff（）()])\s+(?=[\u2e80-\u9fff\U00020000-\U0003ffff（）()])"
)

# What people write where nothing is known. Compared after half-width conversion and without blanks.
BLANK_WORDS = frozenset(
    [
        "", "-", "--", "---", "—", "——", "–", "/", "//", "\\", "\\\\", "*", "**", "?", "??", ".", "…", "……", "~", "一",
        "无", "無", "暂无", "暫無", "没有", "未知", "不详", "不詳", "待定", "未定", "待确定", "待填", "待补", "待补充",
        "待核实", "待查", "待测", "待提供", "待商", "空", "空白", "缺", "保密", "未提供", "未填", "未填写", "未登记",
        "null", "none", "n/a", "na", "nan", "nil", "tbd", "tbc", "unknown", "#n/a", "(空)", "(空白)", "(无)", "(blank)",
    ]
)  # fmt: skip

_DIGITS = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "二": 2, "贰": 2, "貳": 2, "两": 2, "兩": 2, "三": 3, "叁": 3, "參": 3,
    "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "陸": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CHINESE_NUMERALS = "".join([*_DIGITS, *_SMALL, *_LARGE, "点點"])


def to_half_width(text: str) -> str:
    """Turn full-width letters, digits and signs into their half-width forms and drop invisible characters."""
    return text if text.isascii() or not _TO_CHANGE.search(text) else text.translate(_HALF_WIDTH_VISIBLE)


@lru_cache(maxsize=4096)  # the same cell is compared several times while its row is read
def squeeze(text: str) -> str:
    """Return the text in half width without any blanks, for comparing and for codes."""
    return "".join(to_half_width(text).split())


def tidy(text: str) -> str:
    """Trim blanks of every kind and invisible characters; what is written inside stays as it is."""
    if text.isascii():
        return text.strip()
    if _TO_DROP.search(text):
        text = text.translate(_INVISIBLE)
    return text.strip(" \t\r\n\u3000\xa0")


def one_line(text: str) -> str:
    """Join the lines of a name: no line breaks, no blanks between Chinese characters, single blanks else."""
    text = tidy(text)
    if not _BLANKS.search(text):
        return text
    return _BLANKS.sub(" ", _BETWEEN_HAN.sub("", text))


def is_blank(text: str) -> bool:
    """Tell whether the text says that nothing is known (“—”, “/”, “待定”, “暂无”, “N/A”)."""
    if len(text) > 12 and len(text.strip()) > 12:
        return False
    return squeeze(text).lower() in BLANK_WORDS


def chinese_number(text: str) -> Decimal | None:
    """Read a number in Chinese numerals (三亿五千万, 三点五亿, 二〇一七, 叁佰), or return None."""
    whole, _, fraction = text.replace("點", "点").partition("点")
    scale = Decimal(1)
    while fraction and fraction[-1] in {**_SMALL, **_LARGE}:
        scale *= {**_SMALL, **_LARGE}[fraction[-1]]
        fraction = fraction[:-1]
    if not whole or any(sign not in _DIGITS for sign in fraction):
        return None
    if all(sign in _DIGITS for sign in whole):
        value = Decimal("".join(str(_DIGITS[sign]) for sign in whole))
    else:
        counted = _count(whole)
        if counted is None:
            return None
        value = Decimal(counted)
    if fraction:
        value += Decimal("0." + "".join(str(_DIGITS[sign]) for sign in fraction))
    return value * scale


def _count(text: str) -> int | None:
    """Add up numerals with places (三千五百, 十二, 一亿零五百万)."""
    total = section = digit = 0
    last_place = 1
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            if digit == 0:
                last_place = 10  # after a zero the next digit stands for itself: 一百零五
        elif sign in _SMALL:
            last_place = _SMALL[sign]
            section += (digit or 1) * last_place
            digit = 0
        elif sign in _LARGE:
            if not total + section + digit:
                return None  # 万 alone is a unit, not a number
            last_place = _LARGE[sign]
            section = (section + digit) * last_place
            total, section, digit = (total + section, 0, 0) if last_place >= 10**8 else (total, section, 0)
        else:
            return None
    # A last digit without its place takes the next lower one: 三千五 is 3,500, 一亿二 is 120,000,000.
    return total + section + digit * (last_place // 10 if last_place >= 100 else 1)
