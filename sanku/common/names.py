"""Company names: the normalised form, the core that identifies, and the initials that find them."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Legal forms at the end of a name say nothing about which company it is. Longest first.
LEGAL_FORMS = (
    "股份有限责任公司 集团股份有限公司 集团有限责任公司 控股集团有限公司 集团有限公司 控股有限公司 有限责任公司 股份有限公司 "
    "有限公司 股份公司 总公司 分公司 集团公司 公司 合伙企业(有限合伙) 合伙企业 (有限合伙) (普通合伙) "
    "co.,ltd. co.,ltd co.ltd. coltd limited ltd. ltd inc. inc corp. corp corporation gmbh llc plc s.a. ag"
).split()
PLACE = re.compile(r"^(中国|[\u4e00-\u9fff]{2,3}?(?:省|市|自治区|区|县))+")
BRACKETS = str.maketrans(
    {"（": "(", "）": ")", "【": "(", "】": ")", "［": "(", "］": ")", "〔": "(", "〕": ")"}
)


def normalise(text: str) -> str:
    """Return the text half-width, case-folded, with brackets unified and blanks taken out.

    Two spellings of one name that differ only in typing become equal.
    """
    folded = unicodedata.normalize("NFKC", text).translate(BRACKETS).casefold()
    return "".join(
        character for character in folded if not character.isspace() and character not in "·•・\u200b\ufeff"
    )


def core_name(name: str) -> str:
    """Return what identifies a company: the name without brackets, leading place and legal form.

    A core of fewer than two characters says too little: then more of the name is kept.
    """
    whole = normalise(name)
    plain = re.sub(r"\(([^()]*)\)", _keep_unless_place_or_form, whole)
    core = plain
    for form in LEGAL_FORMS:
        if core.endswith(form) and len(core) - len(form) >= 2:
            core = core[: -len(form)]
            break
    if core.endswith("集团") and len(core) >= 4:
        core = core[:-2]
    placeless = PLACE.sub("", core)
    return placeless if len(placeless) >= 2 else core or whole


def _keep_unless_place_or_form(match: "re.Match[str]") -> str:
    inner = match.group(1)
    return "" if len(inner) <= 4 or inner.endswith(("省", "市", "区", "县", "合伙", "公司")) else inner


@lru_cache(maxsize=20_000)
def _initial(character: str) -> str:
    return lazy_pinyin(character, style=Style.FIRST_LETTER, errors="default")[0][:1]


def initials(name: str) -> str:
    """Return the pinyin initials of a name, lower case: 济宁示例机械 → jnsljx.

    Characters are read one by one (a phrase dictionary costs ten times as much), so a character of two
    readings takes its commonest.
    """
    return "".join(_initial(character) for character in normalise(name) if character.isalnum())
