"""Codes as planes of bits: any span of codes is found among 64 points at once, with a few operations a bit.

The codes of a column stand in the order of what they mean, so every filter is a few spans of codes. Bit by bit they
are kept apart: `planes[block, bit]` holds one bit of the codes of a block's 4096 points, 64 words of 64. Loops over the
words of a block become vector instructions. Blocks whose lowest and highest code decide for all their points are not
read: points that are neighbours on the map lie mostly in one region.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORD = 64
WORDS = 64  # of a block
BLOCK = WORD * WORDS
ALONE = 1_000  # blocks, 4 million points, that one thread looks at: up to a millisecond a filter
Filters = Sequence[tuple[Any, Any, Any]]  # planes, bounds and spans of each
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


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


@njit(cache=True, nogil=True)
def _least(planes: Any, block: Any, code: Any, beyond: Any) -> None:
    """Put into `beyond` the points of a block whose code is at least this one.

    From the lowest bit up, each bit that differs overrules those below it: one operation a bit.
    """
    for word in range(WORDS):
        beyond[word] = _ALL
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
def narrow(planes: Any, bounds: Any, spans: Any, first_block: Any, kept: Any) -> None:
    """Leave in `kept` (blocks × words) the points whose code is in one of the spans (lowest, highest; both in)."""
    low, high, found = np.empty(WORDS, np.uint64), np.empty(WORDS, np.uint64), np.empty(WORDS, np.uint64)
    for at in range(kept.shape[0]):
        block = first_block + at
        decided = _decided(np.int64(bounds[block, 0]), np.int64(bounds[block, 1]), spans)
        if decided < 0:
            kept[at, :] = 0
        if decided != 0 or not kept[at].any():
            continue
        found[:] = 0
        for span in range(len(spans)):
            if spans[span, 0] > bounds[block, 0]:
                _least(planes, block, spans[span, 0], low)
            else:
                low[:] = _ALL
            if spans[span, 1] < bounds[block, 1]:
                _least(planes, block, spans[span, 1] + 1, high)
                for word in range(WORDS):
                    low[word] &= ~high[word]
            for word in range(WORDS):
                found[word] |= low[word]
        for word in range(WORDS):
            kept[at, word] &= found[word]


def narrow_by_all(filters: Filters, first_block: int, kept: NDArray[np.uint64]) -> None:
    """Leave in `kept` what all filters leave; where many blocks are to be looked at, in two threads."""
    halves = [(first_block, kept)]
    if filters and len(kept) > ALONE:
        half = len(kept) // 2
        halves = [(first_block, kept[:half]), (first_block + half, kept[half:])]
    others = [_helpers().submit(_narrow_by_all, filters, *half) for half in halves[1:]]
    _narrow_by_all(filters, *halves[0])
    for other in others:
        other.result()


def _narrow_by_all(filters: Filters, first_block: int, kept: NDArray[np.uint64]) -> None:
    for planes, bounds, spans in filters:
        narrow(planes, bounds, spans, first_block, kept)


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "tiles")


@njit(cache=True, nogil=True)
def mark(listed: Any, first_point: Any, kept: Any) -> None:
    """Set in `kept` the bits of points listed by their numbers; `first_point` is that of its first bit."""
    flat = kept.ravel()
    for at in range(len(listed)):
        place = np.int64(listed[at]) - first_point
        flat[place // WORD] |= np.uint64(1) << np.uint64(place % WORD)


@njit(cache=True, nogil=True)
def ones(word: Any) -> Any:
    """Return how many bits of a word are set."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (word * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True, nogil=True)
def cut(word: Any, number: Any, start: Any, end: Any) -> Any:
    """Return a word without the bits of points outside start..end (end not in); `number` is the word's."""
    first = number * 64
    if start > first:
        word &= _ALL << np.uint64(start - first)
    if end < first + 64:
        word &= _ALL >> np.uint64(first + 64 - end)
    return word


@njit(cache=True, nogil=True)
def lowest(word: Any) -> Any:
    """Return the place of the lowest bit that is set."""
    return ones((word & (~word + np.uint64(1))) - np.uint64(1))


@njit(cache=True, nogil=True)
def places(kept: Any, first_point: Any, start: Any, end: Any) -> Any:
    """Return the numbers of the points kept in start..end."""
    flat = kept.ravel()
    base = first_point // 64
    found = np.empty(end - start, np.int64)
    size = 0
    for number in range(start // 64, (end + 63) // 64):
        word = cut(flat[number - base], number, start, end)
        while word != 0:
            found[size] = number * 64 + np.int64(lowest(word))
            size += 1
            word &= word - np.uint64(1)
    return found[:size]


def all_kept(start: int, end: int) -> tuple[int, NDArray[np.uint64]]:
    """Return the first block and the bits, all set, of the blocks that hold the points start..end."""
    first, last = start // BLOCK, blocks_for(end)
    return first, np.full((last - first, WORDS), _ALL, dtype=np.uint64)
