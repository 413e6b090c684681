"""Check the codes that identify an enterprise: unified social credit code, old registration number, organisation code."""

import re
from functools import lru_cache
from operator import mul
from typing import Literal

from stdnum.cn import uscc

from sanku.common.text import squeeze

CodeKind = Literal[
    "uscc", "registration_15", "organisation_9", "precision_lost", "length", "characters", "check"
]

_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_WEIGHTS = (*(pow(3, place, 31) for place in range(17)), 1)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}")
_CALLED = re.compile(r"^[\u4e00-\u9fff]+[:：]")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}-?[0-9X]")

# First two digits of GB/T 2260 region codes; 10 is the State Administration itself.
_PROVINCES = frozenset(
    "10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 66 71 81 82".split()
)


def clean_code(text: str) -> str:
    """Return a code as it is kept: half width, upper case, without blanks, quotes, hyphens or a word before it (代码：)."""
    return _CALLED.sub("", squeeze(text).strip("'’‘`\"“”")).replace("-", "").upper()


def expected_check_character(code: str) -> str | None:
    """Return the character that the first 17 of a USCC require in place 18 (GB 32100), None if they are malformed."""
    if len(code) < 17 or not _SHAPE.fullmatch(code[:17] + "0"):
        return None
    return str(uscc.calc_check_digit(code[:17]))


@lru_cache(maxsize=4096)
def is_valid_uscc(code: str) -> bool:
    """Tell whether the cleaned code is a unified social credit code with the right check character.

    The last character makes the weighted sum of all a multiple of 31 (GB 32100). `stdnum` says the same many times
    slower, and each row of an import is asked several times.
    """
    return bool(_SHAPE.fullmatch(code)) and sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, code))) % 31 == 0


def classify_code(code: str) -> CodeKind:
    """Say what a cleaned code is, or why it is no USCC.

    A 15-digit registration number and a 9-character organisation code are older codes that honest lists still carry.
    """
    if is_valid_uscc(code):
        return "uscc"
    if _SCIENTIFIC.fullmatch(code):
        return "precision_lost"
    if len(code) == 15 and code.isdigit():
        return "registration_15"
    if len(code) == 9 and is_valid_organisation_code(code):
        return "organisation_9"
    if len(code) != 18:
        return "length"
    return "check" if _SHAPE.fullmatch(code) else "characters"


def is_valid_organisation_code(code: str) -> bool:
    """Tell whether the text is an organisation code of 8 characters and a check character (GB 11714)."""
    code = code.replace("-", "")
    if not _ORGANISATION.fullmatch(code):
        return False
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(weight * int(sign, 36) for weight, sign in zip(weights, code, strict=False)) % 11
    return code[8] == {10: "X", 11: "0"}.get(check, str(check))


def region_of(code: str) -> str | None:
    """Return the six digits of the registering region in a USCC, None where its province does not exist."""
    region = code[2:8]
    return region if len(region) == 6 and region.isdigit() and region[:2] in _PROVINCES else None


def looks_like_uscc(code: str) -> bool:
    """Tell whether a cleaned text has the length and most of the look of a USCC, right or wrong."""
    return len(code) == 18 and code.isalnum() and code.isascii() and sum(map(str.isdigit, code)) >= 9
