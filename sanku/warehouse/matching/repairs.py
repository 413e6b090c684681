"""Codes as people type them: what a wrong code may have been, told by its check character (GB 32100)."""

from functools import lru_cache

from sanku.common.codes import clean_code, is_valid_uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LOOKS_LIKE = str.maketrans("OIZSV", "01252")  # letters that no code has, and what they were read from
LENGTH = 18
MODULUS = 31
_VALUE = {c: value for value, c in enumerate(ALPHABET)}
_ALLOWED = frozenset(ALPHABET)
_WEIGHTS = (*(pow(3, at, MODULUS) for at in range(LENGTH - 1)), 1)


def read_code(text: str) -> str:
    """Return a code as it is kept: half width, upper case, nothing between its characters."""
    if text.isascii() and text.isalnum():
        return text.upper()
    code = clean_code(text)
    return code if code.isalnum() else "".join(filter(str.isalnum, code))


@lru_cache(maxsize=20_000)
def repairs(code: str) -> tuple[str, ...]:
    """Return the valid codes within one slip of a wrong one: a wrong character, two exchanged, one missing or too many.

    One wrong place can be put right in one way only, since 31 is prime: at most 18 codes come of it, and as many of the
    other slips. None come of a valid code.
    """
    if is_valid_uscc(code) or not LENGTH - 1 <= len(code) <= LENGTH + 1:
        return ()
    read = code.translate(LOOKS_LIKE)
    tried = [read]
    if len(read) == LENGTH:
        tried += _exchanged(read)
        tried += [read[:at] + read[at + 1] + read[at] + read[at + 2 :] for at in range(LENGTH - 1)]
    elif len(read) == LENGTH - 1:
        tried += [each for at in range(LENGTH) for each in _put_right(read[:at] + "0" + read[at:], at)]
    else:
        tried += [read[:at] + read[at + 1 :] for at in range(LENGTH + 1)]
    return tuple(dict.fromkeys(each for each in tried if _remainder(each) == 0 and is_valid_uscc(each)))


def _remainder(code: str) -> int:
    """Return the weighted sum of a code modulo 31, 0 where its check character is right; -1 where it is malformed."""
    if len(code) != LENGTH or not _ALLOWED.issuperset(code):
        return -1
    return sum(weight * _VALUE[c] for weight, c in zip(_WEIGHTS, code, strict=True)) % MODULUS


def _exchanged(code: str) -> list[str]:
    """Return the codes that one character put right makes of a code; only the wrong one where it is no code's character."""
    strange = [at for at, c in enumerate(code) if c not in _ALLOWED]
    if len(strange) > 1:
        return []
    return [each for at in strange or range(LENGTH) for each in _put_right(code, at)]


def _put_right(code: str, at: int) -> list[str]:
    """Return a code with the one character in a place that makes its sum right."""
    rest = _remainder(code[:at] + "0" + code[at + 1 :])
    if rest < 0:
        return []
    value = -rest * pow(_WEIGHTS[at], -1, MODULUS) % MODULUS
    return [code[:at] + ALPHABET[value] + code[at + 1 :]]


def differing(one: str, other: str) -> int:
    """Return in how many places two codes of one length differ; the length of a code where they have none in common."""
    if len(one) != len(other):
        return LENGTH
    return sum(a != b for a, b in zip(one, other, strict=True))
