"""Layers of points as Mapbox Vector Tiles, compiled: tens of thousands of features in a few milliseconds.

`sanku.maps.mvt` encodes every kind of geometry with numpy and Python; this one takes single points with a few
properties each, every one an index into a list of values that were encoded beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

EXTENT = 4096
MOST_PROPERTIES = 12  # so that a feature takes less than 128 bytes
_FEATURE_BYTES = 30


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a layer: a value a point as an index, -1 for none, and the values as they stand in the layer."""

    name: str
    index: NDArray[np.int32]
    values: bytes
    count: int  # of values


def encode_layer(
    name: str,
    ids: NDArray[np.uint64],
    xs: NDArray[np.int64],
    ys: NDArray[np.int64],
    properties: Sequence[Property],
) -> bytes:
    """Return a layer of points, at places in units of the tile, as a field of the tile; nothing without points."""
    if not len(ids):
        return b""
    if len(properties) > MOST_PROPERTIES:
        raise ValueError("too many properties")
    tags = np.empty((len(properties), len(ids)), np.int32)
    known = 0
    for row, each in enumerate(properties):
        np.add(each.index, known, out=tags[row])
        tags[row][each.index < 0] = -1
        known += each.count
    keys = [_field(3, each.name.encode()) for each in properties]
    values = [each.values for each in properties]
    tail = b"\x28" + _varint(EXTENT) + b"\x78\x02"
    parts: list[Any] = [_field(1, name.encode()), _features(ids, xs, ys, tags), *keys, *values, tail]
    # Joined once: a tile of a city is a megabyte.
    return b"".join((b"\x1a", _varint(sum(map(len, parts))), *parts))


def text_value(text: str) -> bytes:
    """Encode a text as a value of a layer."""
    return _field(4, _field(1, text.encode()))


def whole_value(number: int) -> bytes:
    """Encode a whole number, not negative, as a value of a layer."""
    return _field(4, b"\x28" + _varint(number))


def float_values(numbers: NDArray[np.float64]) -> bytes:
    """Encode numbers as values of a layer, one after another."""
    out = np.empty((len(numbers), 11), np.uint8)
    out[:, :3] = 0x22, 9, 0x19
    out[:, 3:] = np.ascontiguousarray(numbers, dtype="<f8").view(np.uint8).reshape(-1, 8)
    return out.tobytes()


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


@njit(cache=True, nogil=True)
def _length(number: Any) -> Any:
    size = 1
    number >>= np.uint64(7)
    while number:
        size += 1
        number >>= np.uint64(7)
    return size


@njit(cache=True, nogil=True)
def _put(out: Any, at: Any, number: Any) -> Any:
    while number > 127:
        out[at] = (number & np.uint64(127)) | np.uint64(128)
        number >>= np.uint64(7)
        at += 1
    out[at] = number
    return at + 1


@njit(cache=True, nogil=True)
def _zigzag(number: Any) -> Any:
    return np.uint64((number << 1) ^ (number >> 63))


@njit(cache=True, nogil=True)
def _write(ids: Any, xs: Any, ys: Any, tags: Any, out: Any) -> Any:
    at = 0
    for point in range(len(ids)):
        place_x, place_y = _zigzag(np.int64(xs[point])), _zigzag(np.int64(ys[point]))
        told = 0
        for row in range(tags.shape[0]):
            if tags[row, point] >= 0:
                told += 1 + _length(np.uint64(tags[row, point]))
        where = 1 + _length(place_x) + _length(place_y)
        size = 1 + _length(ids[point]) + 2 + 2 + where
        if told:
            size += 2 + told
        out[at], out[at + 1], out[at + 2] = 0x12, size, 0x08
        at = _put(out, at + 3, ids[point])
        if told:
            out[at], out[at + 1] = 0x12, told
            at += 2
            for row in range(tags.shape[0]):
                if tags[row, point] >= 0:
                    out[at] = row
                    at = _put(out, at + 1, np.uint64(tags[row, point]))
        out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4] = 0x18, 1, 0x22, where, 9
        at = _put(out, _put(out, at + 5, place_x), place_y)
    return at


def _features(
    ids: NDArray[np.uint64], xs: NDArray[np.int64], ys: NDArray[np.int64], tags: NDArray[np.int32]
) -> memoryview:
    out = np.empty(len(ids) * (_FEATURE_BYTES + 6 * len(tags)), np.uint8)
    return out[: _write(ids, xs, ys, tags, out)].data


@njit(cache=True, nogil=True)
def localised(codes: Any) -> Any:
    """Return each code's index among the codes that occur, in the order of their first, and these codes; 0 is none: -1."""
    size = 64
    while size < 2 * len(codes):
        size *= 2
    slots = np.full(size, -1, np.int32)
    index = np.empty(len(codes), np.int32)
    used = np.empty(len(codes), np.int64)
    count = 0
    for at in range(len(codes)):
        code = np.int64(codes[at])
        if code == 0:
            index[at] = -1
            continue
        slot = (code * 2654435761) & (size - 1)
        while slots[slot] >= 0 and used[slots[slot]] != code:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = count
            used[count] = code
            count += 1
        index[at] = slots[slot]
    return index, used[:count]
