"""MD5 of each row of a column of text, compiled: the ids of companies are its first 52 bits."""

import math

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.cleaning.text import as_text, signs_of

SINES = np.array([int(abs(math.sin(step + 1)) * 2**32) for step in range(64)], np.uint32)
_TURNS = ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
SHIFTS = np.array([shift for four in _TURNS for shift in four * 4], np.uint32)


@njit(cache=True, nogil=True)
def _mix(
    state: NDArray[np.uint32],
    words: NDArray[np.uint32],
    sines: NDArray[np.uint32],
    shifts: NDArray[np.uint32],
) -> None:
    """Work a block of sixteen words into the state."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for step in range(64):
        if step < 16:
            mixed, word = (b & c) | (~b & d), step
        elif step < 32:
            mixed, word = (d & b) | (~d & c), (5 * step + 1) % 16
        elif step < 48:
            mixed, word = b ^ c ^ d, (3 * step + 5) % 16
        else:
            mixed, word = c ^ (b | ~d), 7 * step % 16
        turned = np.uint32(a + mixed + sines[step] + words[word])
        shift = shifts[step]
        a, d, c = d, c, b
        b = np.uint32(b + (np.uint32(turned << shift) | (turned >> np.uint32(32 - shift))))
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d


@njit(cache=True, nogil=True)
def _first_52_bits(
    data: NDArray[np.uint8], offsets: NDArray[np.int32], sines: NDArray[np.uint32], shifts: NDArray[np.uint32]
) -> NDArray[np.int64]:
    found = np.empty(len(offsets) - 1, np.int64)
    state, words = np.empty(4, np.uint32), np.empty(16, np.uint32)
    for row in range(len(found)):
        at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        size = end - at
        state[0], state[1], state[2], state[3] = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
        # After the text come a bit that is set, noughts, and in the last two words the length in bits.
        for block in range((size + 8) // 64 + 1):
            words[:] = 0
            first = block * 64
            last = min(np.int64(64), size - first)
            for place in range(last):
                words[place >> 2] |= np.uint32(data[at + first + place]) << np.uint32(8 * (place & 3))
            if 0 <= size - first < 64:
                words[(size - first) >> 2] |= np.uint32(0x80) << np.uint32(8 * ((size - first) & 3))
            if first + 64 >= size + 9:
                words[14] = np.uint32((size * 8) & 0xFFFFFFFF)
                words[15] = np.uint32((size * 8) >> 32)
            _mix(state, words, sines, shifts)
        high, low = np.int64(state[0]), np.int64(state[1])
        number = np.int64(0)
        for byte in range(4):
            number = number << 8 | (high >> (8 * byte) & 0xFF)
        for byte in range(3):
            number = number << 8 | (low >> (8 * byte) & 0xFF)
        found[row] = number >> 4
    return found


@njit(cache=True, nogil=True)
def _with(
    data: NDArray[np.uint8], offsets: NDArray[np.int32], numbers: NDArray[np.int64]
) -> NDArray[np.uint64]:
    found = np.empty(len(offsets) - 1, np.uint64)
    for row in range(len(found)):
        number = np.uint64(numbers[row]) ^ np.uint64(0xCBF29CE484222325)
        for at in range(offsets[row], offsets[row + 1]):
            number = (number ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        found[row] = number ^ number >> np.uint64(32)
    return found


def hashes_with(texts: pa.Array, numbers: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a hash (FNV-1a) of each text with a number: equal for equal ones, rarely for others."""
    return np.asarray(_with(*signs_of(as_text(texts)), np.asarray(numbers, np.int64)))


def first_52_bits(texts: pa.Array) -> NDArray[np.int64]:
    """Return the first 13 hexadecimal digits of each text's MD5 as a number."""
    return np.asarray(_first_52_bits(*signs_of(as_text(texts)), SINES, SHIFTS))
