"""Understand number formats: which make a number a date, which carry a unit or a percentage."""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

_BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.')
_BRACKETED = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs年月日]|\[h+\]|上午/下午|am/pm", re.IGNORECASE)
_UNIT = re.compile(r"[万亿千百]?(?:美|欧|港|日)?元|[万亿]|亩|公顷|平方米|㎡|m2|m²|人|%|吨|米", re.IGNORECASE)

FormatKind = Literal["date", "percent", "unit", "plain"]


class Format(NamedTuple):
    """What a number format says: its kind, and the unit it prints after the number."""

    kind: FormatKind
    unit: str = ""


_PLAIN = Format("plain")


@lru_cache(maxsize=2048)
def read_format(code: str, number: int = 164) -> Format:
    """Read a number format by its code, or by its number where it is a built-in one."""
    if number in _BUILT_IN_DATES:
        return Format("date")
    if number in (9, 10):
        return Format("percent", "%")
    section = code.split(";")[0]
    if not section or section in ("General", "@", "GENERAL"):
        return _PLAIN
    literals = "".join(found[1] or found[2] or "" for found in _QUOTED.finditer(section))
    bare = _BRACKETED.sub("", _QUOTED.sub("", section))
    if "%" in bare:
        return Format("percent", "%")
    if _DATE_LETTERS.search(bare) and not re.search(r"[0#]", re.sub(r"\.0+|ss\.0+", "", bare)):
        return Format("date")
    if re.search(r"[!\\]\.", section):
        return _PLAIN  # 0!.0000"万元" only paints the point: the value itself is in yuan
    text = literals + re.sub(r"[0#?,.\s\-_()*]", "", bare)
    found = _UNIT.search(text)
    return Format("unit", found[0]) if found else _PLAIN
