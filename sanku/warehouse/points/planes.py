"""Codes as planes of bits: any span of codes is found among 64 points at once, with a few operations a bit.

The codes of a column stand in the order of what they mean, so every filter is a few spans of codes. Bit by bit they
are kept apart: `planes[block, bit]` holds one bit of the codes of a block's 4096 points, 64 words of 64. Loops over the
words of a block become vector instructions. Blocks whose lowest and highest code decide for all their points are not
read: points that are neighbours on the map lie mostly in one region.
"""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

WORD = 64
WORDS = 64  # of a block
BLOCK = WORD * WORDS
FEW = 1  # so many points of a block for each plane are looked at one by one: less than to read the planes
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def bits_for(largest: int) -> int:
    """Return how many bits codes up to the largest take."""
    return max(1, int(largest).bit_length())


def blocks_for(points: int) -> int:
    """Return how many blocks hold so many points."""
    return -(-points // BLOCK)


@njit(cache=True, nogil=True)
def fill_planes(codes: Any, planes: Any) -> None:
    """Write the planes of codes; `planes` (blocks × bits × words) is all zeros before."""
    bits = planes.shape[1]
    for at in range(len(codes)):
        code = np.uint64(codes[at])
        block, word, shift = at // BLOCK, (at // WORD) % WORDS, np.uint64(at % WORD)
        for bit in range(bits):
            planes[block, bit, word] |= ((code >> np.uint64(bit)) & np.uint64(1)) << shift


def _ones(_typing: Any, _word: Any) -> Any:
    """Return how many bits of a word are set: one instruction of the processor."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


ones: Any = intrinsic(_ones)


@njit(cache=True, nogil=True)
def lowest(word: Any) -> Any:
    """Return the place of the lowest bit that is set."""
    return ones((word & (~word + np.uint64(1))) - np.uint64(1))


@njit(cache=True, nogil=True)
def _least(planes: Any, block: Any, code: Any, beyond: Any) -> None:
    """Put into `beyond` the points of a block whose code is at least this one.

    From the lowest bit up, each bit that differs overrules those below it: one operation a bit.
    """
    for word in range(WORDS):
        beyond[word] = ALL
    for bit in range(planes.shape[1]):
        if (code >> bit) & 1:
            for word in range(WORDS):
                beyond[word] &= planes[block, bit, word]
        elif code & ((1 << bit) - 1):  # nothing below: all are as large so far
            for word in range(WORDS):
                beyond[word] |= planes[block, bit, word]


@njit(cache=True, nogil=True)
def find_bounds(codes: Any) -> Any:
    """Return the lowest and the highest code of each block."""
    blocks = (len(codes) + BLOCK - 1) // BLOCK
    found = np.empty((blocks, 2), np.uint32)
    for block in range(blocks):
        low = high = codes[block * BLOCK]
        for at in range(block * BLOCK, min((block + 1) * BLOCK, len(codes))):
            low, high = min(low, codes[at]), max(high, codes[at])
        found[block, 0], found[block, 1] = low, high
    return found


@njit(cache=True, nogil=True)
def _decided(low: Any, high: Any, spans: Any) -> Any:
    """Tell whether all (1) or none (-1) of codes between low and high are in the spans; 0: it hangs on the code."""
    met = False
    for span in range(len(spans)):
        if spans[span, 0] <= low and high <= spans[span, 1]:
            return 1
        met = met or (spans[span, 0] <= high and low <= spans[span, 1])
    return 0 if met else -1


@njit(cache=True, nogil=True)
def narrow(planes: Any, bounds: Any, codes: Any, spans: Any, first_block: Any, kept: Any) -> None:
    """Leave in `kept` (blocks × words) the points whose code is in one of the spans (lowest, highest; both in)."""
    low, high, found = np.empty(WORDS, np.uint64), np.empty(WORDS, np.uint64), np.empty(WORDS, np.uint64)
    for at in range(kept.shape[0]):
        block = first_block + at
        decided = _decided(np.int64(bounds[block, 0]), np.int64(bounds[block, 1]), spans)
        if decided < 0:
            kept[at, :] = 0
        if decided != 0:
            continue
        left, few = np.uint64(0), np.uint64(FEW * planes.shape[1])
        for word in range(WORDS):
            left += ones(kept[at, word])
            if left > few:
                break
        if left <= few:
            for word in range(WORDS):
                bits = kept[at, word]
                while bits != 0:
                    point = block * BLOCK + word * WORD + np.int64(lowest(bits))
                    code = np.int64(codes[point]) if point < len(codes) else -1
                    if _decided(code, code, spans) < 0:
                        kept[at, word] &= ~(bits & (~bits + np.uint64(1)))
                    bits &= bits - np.uint64(1)
            continue
        found[:] = 0
        for span in range(len(spans)):
            if spans[span, 0] > bounds[block, 0]:
                _least(planes, block, spans[span, 0], low)
            else:
                low[:] = ALL
            if spans[span, 1] < bounds[block, 1]:
                _least(planes, block, spans[span, 1] + 1, high)
                for word in range(WORDS):
                    low[word] &= ~high[word]
            for word in range(WORDS):
                found[word] |= low[word]
        for word in range(WORDS):
            kept[at, word] &= found[word]


@njit(cache=True, nogil=True)
def mark(listed: Any, first_point: Any, kept: Any) -> None:
    """Set in `kept` the bits of points listed by their numbers; `first_point` is that of its first bit."""
    flat = kept.ravel()
    for at in range(len(listed)):
        place = np.int64(listed[at]) - first_point
        flat[place // WORD] |= np.uint64(1) << np.uint64(place % WORD)


@njit(cache=True, nogil=True)
def cut(word: Any, number: Any, start: Any, end: Any) -> Any:
    """Return a word without the bits of points outside start..end (end not in); `number` is the word's."""
    first = number * 64
    if start > first:
        word &= ALL << np.uint64(start - first)
    if end < first + 64:
        word &= ALL >> np.uint64(first + 64 - end)
    return word


@njit(cache=True, nogil=True)
def places(kept: Any, first_point: Any, start: Any, end: Any) -> Any:
    """Return the numbers of the points start..end that are kept; `first_point` is that of the first bit."""
    flat = kept.ravel()
    base = first_point // 64
    start, end = max(start, first_point), min(end, first_point + len(flat) * 64)
    found = np.empty(max(end - start, 0), np.int64)
    size = 0
    for number in range(start // 64, (end + 63) // 64):
        word = cut(flat[number - base], number, start, end)
        while word != 0:
            found[size] = number * 64 + np.int64(lowest(word))
            size += 1
            word &= word - np.uint64(1)
    return found[:size]
