"""Codes as people type them: what a wrong code may have been, told by its check character (GB 32100)."""

from functools import lru_cache

from sanku.common.codes import clean_code, expected_check_character, is_valid_uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LOOKS_LIKE = str.maketrans("OIZSV", "01252")  # letters that no code has, and what they were read from
LENGTH = 18


@lru_cache(maxsize=20_000)
def read_code(text: str) -> str:
    """Return a code as it is kept: half width, upper case, nothing between its characters."""
    return "".join(c for c in clean_code(text) if c.isalnum())


@lru_cache(maxsize=20_000)
def repairs(code: str) -> tuple[str, ...]:
    """Return the valid codes within one slip of a wrong one: a wrong character, two exchanged, one missing or too many.

    One wrong place can be put right in one way only, since 31 is prime: at most 18 codes come of it, and as many of the
    other slips. None come of a valid code.
    """
    if is_valid_uscc(code) or not LENGTH - 1 <= len(code) <= LENGTH + 1:
        return ()
    read = code.translate(LOOKS_LIKE)
    found: dict[str, None] = {}
    if is_valid_uscc(read):
        found[read] = None
    if len(read) == LENGTH:
        tried = [read[:at] + each + read[at + 1 :] for at in range(LENGTH) for each in ALPHABET]
        tried += [read[:at] + read[at + 1] + read[at] + read[at + 2 :] for at in range(LENGTH - 1)]
    elif len(read) == LENGTH - 1:
        tried = [read[:at] + each + read[at:] for at in range(LENGTH) for each in ALPHABET]
    else:
        tried = [read[:at] + read[at + 1 :] for at in range(LENGTH + 1)]
    for each in tried:
        if each[-1:] == expected_check_character(each):
            found[each] = None
    return tuple(found)


def differing(one: str, other: str) -> int:
    """Return in how many places two codes of one length differ; the length of a code where they have none in common."""
    if len(one) != len(other):
        return LENGTH
    return sum(a != b for a, b in zip(one, other, strict=True))
