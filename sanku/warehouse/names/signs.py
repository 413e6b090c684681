"""How names are written in the index: UTF-16 units with marks, and the keys by which companies are listed."""

from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.common.names import initials

FORM = 3  # of the files; a reader refuses another

# A company's text: every name between BEGIN and END; after SHOWN the name as it is shown, where the first cannot tell.
BEGIN, END, SHOWN, ROW = 1, 2, 3, 4

# Texts stand in blocks of so many companies. A block begins with where each of its texts ends, so that a text is found with the
# page that it stands on: 16 texts of 4,000 units at most are counted by one unit.
BLOCK = 16

# A key is a pair of units, or one of these marks (private use, taken out of names) and a value below 65,536.
CITY, PROVINCE, DIVISION, HONOURS, INITIALS = 0xF8F1, 0xF8F2, 0xF8F3, 0xF8F4, 0xF8F5

# Initials are counted 1 to 26 (a to z) and 27 to 36 (0 to 9); 0 ends a name, 37 begins it.
INITIAL_END, INITIAL_BEGIN, INITIAL_BASE = 0, 37, 38
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

# A code is packed into two numbers: two signs and six digits of a region below 2**32, nine signs below 2**48. The 18th
# follows from the others.
_CODE_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KIND, _REGION, CODE_HEAD, CODE_LENGTH = 2, 6, 8, 17


def units_of(text: str) -> NDArray[np.uint16]:
    """Return the UTF-16 units of a text."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)


def text_of(units: NDArray[np.uint16]) -> str:
    """Return the text of UTF-16 units."""
    return units.tobytes().decode("utf-16-le", "replace")


@cache
def initial_numbers() -> NDArray[np.uint8]:
    """Return the number of the initial of each UTF-16 unit, 0 for what has none."""
    table = np.zeros(65_536, np.uint8)
    for unit in (*range(0x30, 0x7B), *range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)):
        found = initials(chr(unit))
        if found and found in LETTERS:
            table[unit] = LETTERS.index(found) + 1
    return table


def initials_pattern(letters: str) -> NDArray[np.uint16]:
    """Return typed initials (lower-case letters and digits) as numbers."""
    return np.array([LETTERS.index(letter) + 1 for letter in letters], np.uint16)


def is_initials(text: str) -> bool:
    """Tell whether a normalised text could be initials."""
    return bool(text) and all(sign in LETTERS for sign in text)


def code_range(prefix: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return (head, tail) of the lowest and of the highest code that begin with up to 17 characters.

    None for what begins no code.
    """
    if any(sign not in _CODE_SIGNS for sign in prefix) or not (prefix[_KIND:CODE_HEAD] or "0").isdigit():
        return None
    prefix = prefix[:CODE_LENGTH]
    low = prefix.ljust(CODE_LENGTH, "0")
    high = prefix.ljust(_KIND, "Z").ljust(CODE_HEAD, "9").ljust(CODE_LENGTH, "Z")
    return _packed(low), _packed(high)


def _packed(code: str) -> tuple[int, int]:
    return int(code[:_KIND], 36) * 10**_REGION + int(code[_KIND:CODE_HEAD]), int(code[CODE_HEAD:], 36)


def pack_codes(characters: NDArray[np.uint8]) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    """Pack codes into two numbers each that sort as the codes do.

    Args:
        characters: (n, 18) ASCII of valid codes.

    Returns:
        heads and tails of shape (n,).
    """
    digits = np.where(characters < 0x3A, characters - 0x30, characters - 0x37).astype(np.uint64)
    head = np.zeros(len(characters), np.uint64)
    tail = np.zeros(len(characters), np.uint64)
    for place in range(CODE_HEAD):
        head = head * np.uint64(36 if place < _KIND else 10) + digits[:, place]
    for place in range(CODE_HEAD, CODE_LENGTH):
        tail = tail * np.uint64(36) + digits[:, place]
    return head.astype(np.uint32), tail


def unpack_code(head: int, tail: int) -> str:
    """Return the first 17 characters of a packed code."""
    kind, region = divmod(head, 10**_REGION)
    return f"{np.base_repr(kind, 36):0>2}{region:06d}{np.base_repr(tail, 36):0>9}"


@njit(cache=True, nogil=True)
def span_of(text: NDArray[np.uint16], blocks: NDArray[np.uint32], doc: Any) -> Any:
    """Return where the text of a company begins and ends; `blocks`: where each block of texts begins, and the last one ends."""
    place = np.int64(doc) % BLOCK
    head = np.int64(blocks[np.int64(doc) // BLOCK])
    first = np.int64(text[head + place - 1]) if place else np.int64(0)
    return head + BLOCK + first, head + BLOCK + np.int64(text[head + place])


@njit(cache=True, nogil=True)
def initials_key(first: int, second: int, third: int) -> int:
    """Return the key of three initials in a row."""
    return (INITIALS << 16) | ((first * INITIAL_BASE + second) * INITIAL_BASE + third)


@njit(cache=True, nogil=True)
def keys_of(
    units: NDArray[np.uint16], begin: int, end: int, initial_of: NDArray[np.uint8], keys: NDArray[np.uint32]
) -> int:
    """Write the keys of a company's text into `keys`, the same key several times where it stands several times.

    Returns:
        how many; at most as many as fit.
    """
    count, at, room = 0, begin, len(keys)
    first, second = np.int64(INITIAL_BEGIN), np.int64(INITIAL_BEGIN)
    letters = 0
    while at + 1 < end and count + 2 < room:
        unit, following = units[at], units[at + 1]
        if unit == SHOWN:
            break
        if unit == BEGIN:
            first, second, letters = np.int64(INITIAL_BEGIN), np.int64(INITIAL_BEGIN), 0
        if unit != END:
            keys[count] = (np.uint32(unit) << np.uint32(16)) | np.uint32(following)
            count += 1
            initial = np.int64(initial_of[following]) if following != END else np.int64(INITIAL_END)
            if initial != INITIAL_END or following == END:
                # The first letter alone makes no key of its own: (begin, a, b) is the first.
                if letters > 0:
                    keys[count] = initials_key(int(first), int(second), int(initial))
                    count += 1
                first, second = second, initial
                letters += 1
        at += 1
    return count
