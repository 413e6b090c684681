"""Company names: the normalised form, the core that identifies, and the initials that find them."""

import os
import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

# Characters are read one by one: the dictionary of phrases would take 45 MB of every process for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin

# Legal forms at the end of a name say nothing about which company it is. Longest first.
LEGAL_FORMS = tuple(
    form
    for line in (
        "控股股份有限公司 股份有限责任公司 集团股份有限公司 集团有限责任公司 控股集团有限公司 集团有限公司 控股有限公司",
        "有限责任公司 股份有限公司 有限公司 股份公司 总公司 集团公司 公司 合伙企业",
        "co.,ltd. co.,ltd co.ltd. coltd limited ltd. ltd inc. inc corp. corp corporation gmbh llc plc s.a. ag",
    )
    for form in line.split()
)
# 济宁市示例 and 济宁示例 are one spelling; the place itself stays, since brands repeat from city to city.
PLACE_SUFFIX = re.compile(r"^([\u4e00-\u9fff]{2,3})(?:省|市)")
# Brackets are one kind; dots within names and characters of no width are none.
UNIFIED = str.maketrans(
    {"（": "(", "）": ")", "【": "(", "】": ")", "［": "(", "］": ")", "〔": "(", "〕": ")"}
    | dict.fromkeys("·•・\u200b\ufeff")
)


@cache
def _simplified() -> dict[int, str]:
    """Return the Simplified form of each Traditional character by itself, whatever stands around it.

    Conversion by phrases would leave 乾坤 and turn 乾淨: what is typed and what is kept must become the same.
    """
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    forms = {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new}
    forms[ord("著")] = "着"  # OpenCC keeps it for 著名
    return {code: new.translate(forms) for code, new in forms.items()}


def simplified(text: str) -> str:
    """Return the text with each Traditional character as its Simplified one: for comparing, not for showing."""
    return text if text.isascii() else text.translate(_simplified())


@lru_cache(maxsize=20_000)
def normalise(text: str) -> str:
    """Return the text half-width, case-folded, in Simplified characters, with brackets unified and blanks taken out.

    Two spellings of one name that differ only in typing become equal.
    """
    if not text:
        return text
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(UNIFIED)
    return simplified("".join(folded.casefold().split()))


@lru_cache(maxsize=20_000)
def core_name(name: str) -> str:
    """Return what identifies a company: the name without legal form, brackets and 省/市 after a place.

    Two companies with one core are probably one; the same brand in another city has another core. A core of
    fewer than two characters says too little: then more of the name is kept.
    """
    whole = normalise(name)
    core = whole
    if "(" in whole or ")" in whole:
        core = re.sub(r"[()]", "", re.sub(r"\((?:有限合伙|普通合伙|集团|控股)\)", "", whole))
    for form in LEGAL_FORMS if core.endswith(LEGAL_FORMS) else ():
        if core.endswith(form) and len(core) - len(form) >= 2:
            core = core[: -len(form)]
            break
    for _ in range(2):
        core = PLACE_SUFFIX.sub(r"\1", core)
    return core


@lru_cache(maxsize=20_000)
def _initial(character: str) -> str:
    return lazy_pinyin(character, style=Style.FIRST_LETTER, errors="default")[0][:1]


def initials(name: str) -> str:
    """Return the pinyin initials of a name, lower case: 济宁示例机械 → jnsljx.

    Characters are read one by one (a phrase dictionary costs ten times as much), so a character of two
    readings takes its commonest.
    """
    return "".join(map(_initial, filter(str.isalnum, normalise(name))))
