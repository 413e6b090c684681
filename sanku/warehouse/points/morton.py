"""Morton numbers: the two halves of a position, bit by bit in turn, so that every tile is one run of sorted points.

A position is two numbers of 32 bits, east and south, of the whole Web Mercator world: about 1 cm.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

BITS = 32  # of each half
LARGEST_LATITUDE = 85.051128779806604
_STEPS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def world_of(lon: NDArray[Any], lat: NDArray[Any]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return positions in degrees as numbers of the world."""
    whole = 2.0**BITS
    sine = np.sin(np.radians(np.clip(lat, -LARGEST_LATITUDE, LARGEST_LATITUDE)))
    x = (lon / 360 + 0.5) * whole
    y = (0.5 - np.arctanh(sine) / (2 * math.pi)) * whole
    return np.clip(x, 0, whole - 1).astype(np.uint32), np.clip(y, 0, whole - 1).astype(np.uint32)


def degrees_of(x: int, y: int) -> tuple[float, float]:
    """Return a position of the world in degrees: longitude, latitude."""
    whole = 2.0**BITS
    return (x / whole - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y / whole) * 2 * math.pi)))


def morton(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return the Morton numbers of positions."""
    found: NDArray[np.uint64] = _spread(x) | (_spread(y) << np.uint64(1))
    return found


def _spread(half: NDArray[np.uint32]) -> NDArray[np.uint64]:
    wide = half.astype(np.uint64)
    for shift, mask in _STEPS:
        wide = (wide | (wide << np.uint64(shift))) & np.uint64(mask)
    return wide


def morton_of(x: int, y: int) -> int:
    """Return the Morton number of one pair of whole numbers."""
    found = 0
    for bit in range(BITS):
        found |= (x >> bit & 1) << 2 * bit | (y >> bit & 1) << (2 * bit + 1)
    return found


@njit(cache=True, nogil=True)
def _woven(x: Any, y: Any) -> Any:
    wide_x, wide_y = np.uint64(x), np.uint64(y)
    for shift, mask in _STEPS:
        wide_x = (wide_x | (wide_x << np.uint64(shift))) & np.uint64(mask)
        wide_y = (wide_y | (wide_y << np.uint64(shift))) & np.uint64(mask)
    return wide_x | (wide_y << np.uint64(1))


@njit(cache=True, nogil=True)
def first_at(xs: Any, ys: Any, number: Any) -> Any:
    """Return how many of the sorted points have a smaller Morton number."""
    low, high = 0, len(xs)
    while low < high:
        middle = (low + high) // 2
        if _woven(xs[middle], ys[middle]) < number:
            low = middle + 1
        else:
            high = middle
    return low
