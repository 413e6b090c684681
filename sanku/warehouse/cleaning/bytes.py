"""The compiled heart of cleaning: loops over the bytes of a column of text, as Arrow holds them (UTF-8)."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

PLANE = 0x10000  # stands for every code point beyond the basic plane
DROPPED, SLOW = 0xFFFFFFFE, 0xFFFFFFFF
Bytes = NDArray[np.uint8]


@njit(cache=True, nogil=True)
def point_at(data: Bytes, at: Any) -> Any:
    """Return the code point that begins at a byte (PLANE for those beyond), and where the next one begins."""
    first = np.int64(data[at])
    if first < 0x80:
        return first, at + 1
    second = np.int64(data[at + 1]) & 0x3F
    if first < 0xE0:
        return (first & 0x1F) << 6 | second, at + 2
    if first < 0xF0:
        return (first & 0x0F) << 12 | second << 6 | (np.int64(data[at + 2]) & 0x3F), at + 3
    return PLANE, at + 4


@njit(cache=True, nogil=True)
def mark_points(data: Bytes, begin: int, end: int, seen: NDArray[np.bool_]) -> None:
    """Set in `seen` (PLANE + 1) the code points that stand in begin..end."""
    while begin < end:
        point, begin = point_at(data, begin)
        seen[point] = True


@njit(cache=True, nogil=True)
def map_points(
    data: Bytes, offsets: NDArray[np.int32], table: NDArray[np.uint32], out: Bytes, slow: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Write each row mapped code point by code point; return where each row begins in `out`, and the end.

    Args:
        offsets: where each row begins in `data`; one more than rows.
        table: what each point of the basic plane becomes, or DROPPED, or SLOW.
        out: room for four bytes for each of `data`.
        slow: set for rows with a point that is SLOW; what is written of them means nothing.
    """
    starts = np.zeros(len(offsets), np.int32)
    to = 0
    for row in range(len(offsets) - 1):
        at, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        while at < end:
            point, at = point_at(data, at)
            new = np.int64(table[point])
            if new == DROPPED:
                continue
            if new == SLOW:
                slow[row] = True
                break
            if new < 0x80:
                out[to] = new
                to += 1
            elif new < 0x800:
                out[to], out[to + 1] = 0xC0 | new >> 6, 0x80 | new & 0x3F
                to += 2
            elif new < PLANE:
                out[to], out[to + 1] = 0xE0 | new >> 12, 0x80 | new >> 6 & 0x3F
                out[to + 2] = 0x80 | new & 0x3F
                to += 3
            else:
                out[to], out[to + 1] = 0xF0 | new >> 18, 0x80 | new >> 12 & 0x3F
                out[to + 2], out[to + 3] = 0x80 | new >> 6 & 0x3F, 0x80 | new & 0x3F
                to += 4
        starts[row + 1] = to
    return starts


@njit(cache=True, nogil=True)
def count(data: Bytes, sign: int) -> int:
    """Return how often a byte stands in others."""
    found = 0
    for byte in data:
        found += byte == sign
    return found
