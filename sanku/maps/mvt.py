"""Encode Mapbox Vector Tiles, version 2 of the specification, with numpy.

Everything of a layer is encoded in one pass: the commands of all its features stand in one array of integers, which
becomes variable-length bytes at once. Only the joining of the features is a loop. Knows no Django and no map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096  # units along the side of a tile
POINT, LINE, POLYGON = 1, 2, 3
_MOVE_ONE, _LINE_TO, _CLOSE = 9, 2, 15

Value = str | int | float | bool | None
Column = Sequence[Value]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Features:
    """A layer of a tile: geometries of one kind in units of the tile, y down, with a value a feature in each column.

    `kind` is POINT, LINE or POLYGON (multi-geometries of it too). A None has no value. `ids` may be left out.
    """

    name: str
    kind: int
    geometries: NDArray[Any]
    columns: Mapping[str, Column] = field(default_factory=dict)
    ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """A layer of single points, given by their coordinates in units of the tile."""

    name: str
    xs: NDArray[Any]
    ys: NDArray[Any]
    columns: Mapping[str, Column] = field(default_factory=dict)
    ids: Sequence[int] = ()


def encode_tile(layers: Sequence[Features | Points]) -> bytes:
    """Return the bytes of a tile. Layers and features of which nothing is left are left out."""
    return b"".join(_field(3, body) for layer in layers if (body := _layer(layer)))


def _layer(layer: Features | Points) -> bytes:
    if isinstance(layer, Points):
        kind, geometries = POINT, _point_commands(layer.xs, layer.ys)
    else:
        kind, geometries = layer.kind, _commands(layer.geometries, layer.kind)
    if not any(geometries):
        return b""
    keys, values, tags = _tags(layer.columns, len(geometries))
    kind_field = bytes((3 << 3, kind))
    features = []
    for place, geometry in enumerate(geometries):
        if geometry:
            own = b"\x08" + varint(layer.ids[place]) if layer.ids else b""
            features.append(_field(2, own + tags[place] + kind_field + _field(4, geometry)))
    head = _field(1, layer.name.encode())
    tail = b"".join(_field(3, key.encode()) for key in keys) + b"".join(_field(4, one) for one in values)
    return head + b"".join(features) + tail + b"\x28" + varint(EXTENT) + b"\x78\x02"


# --- geometry -----------------------------------------------------------------------------------


def _point_commands(xs: NDArray[Any], ys: NDArray[Any]) -> list[bytes]:
    count = len(xs)
    stream = np.empty((count, 3), dtype=np.int64)
    stream[:, 0] = _MOVE_ONE
    stream[:, 1], stream[:, 2] = _zigzag(_whole(xs)), _zigzag(_whole(ys))
    return _cut(stream.ravel(), np.arange(count).repeat(3), count)


def _commands(geometries: NDArray[Any], kind: int) -> list[bytes]:
    """Return the commands of each geometry; none where nothing of it is left after rounding."""
    if kind == POINT:
        whole, owner = shapely.get_coordinates(geometries, return_index=True)
        if len(np.unique(owner)) != len(geometries) or len(owner) != len(geometries):
            raise ValueError("a layer of points takes one point a feature")
        return _point_commands(whole[:, 0], whole[:, 1])
    parts, part_owner = shapely.get_parts(geometries, return_index=True)
    if kind == POLYGON:
        # The ring around has a positive area, holes a negative one.
        paths, path_part = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    else:
        paths, path_part = parts, np.arange(len(parts))
    return _path_commands(paths, path_part, part_owner[path_part], len(geometries), closed=kind == POLYGON)


def _path_commands(
    paths: NDArray[Any], part: Integers, owner: Integers, count: int, *, closed: bool
) -> list[bytes]:
    """Return the commands of each feature from its rings or lines, all in order."""
    places, path = shapely.get_coordinates(paths, return_index=True)
    points = np.column_stack((_whole(places[:, 0]), _whole(places[:, 1])))
    changed = np.ones(len(points), dtype=bool)
    changed[1:] = (path[1:] != path[:-1]) | (points[1:] != points[:-1]).any(axis=1)
    points, path = points[changed], path[changed]
    if closed and len(path):  # a ring's last point is its first
        last = np.append(path[1:] != path[:-1], True)
        points, path = points[~last], path[~last]
    kept = np.bincount(path, minlength=len(paths)) >= (3 if closed else 2)
    if closed and len(paths):  # with its outer ring a polygon's holes go
        outer = np.append(True, part[1:] != part[:-1])
        kept &= np.isin(part, part[outer & kept])
    points, path = points[kept[path]], path[kept[path]]
    return _streamed(points, path, owner, count, closed=closed)


def _streamed(points: Integers, path: Integers, owner: Integers, count: int, *, closed: bool) -> list[bytes]:
    if not len(points):
        return [b""] * count
    first = np.append(True, path[1:] != path[:-1])
    starts = np.flatnonzero(first)
    sizes = np.diff(np.append(starts, len(path)))
    feature = owner[path]
    steps = np.diff(points, axis=0, prepend=0)
    anew = np.append(True, feature[1:] != feature[:-1])
    steps[anew] = points[anew]
    # Of each path: move to, its step; line to, the other steps; close.
    lengths = 2 * sizes + (3 if closed else 2)
    offsets = np.cumsum(lengths) - lengths
    stream = np.empty(int(lengths.sum()), dtype=np.int64)
    stream[offsets] = _MOVE_ONE
    stream[offsets + 3] = ((sizes - 1) << 3) | _LINE_TO
    if closed:
        stream[offsets + lengths - 1] = _CLOSE
    order = np.arange(len(path)) - np.repeat(starts, sizes)
    at = np.repeat(offsets, sizes) + 1 + 2 * order + (order > 0)
    stream[at], stream[at + 1] = _zigzag(steps[:, 0]), _zigzag(steps[:, 1])
    return _cut(stream, np.repeat(feature[starts], lengths), count)


def _whole(numbers: NDArray[Any]) -> Integers:
    whole: Integers = np.rint(numbers).astype(np.int64)
    return whole


def _zigzag(numbers: Integers) -> Integers:
    return (numbers << 1) ^ (numbers >> 63)


def _cut(stream: Integers, owner: Integers, count: int) -> list[bytes]:
    """Return the bytes of each feature's part of a stream; the parts follow one another."""
    whole, sizes = varints(stream)
    ends = np.cumsum(np.bincount(owner, weights=sizes, minlength=count).astype(np.int64)).tolist()
    return [whole[start:end] for start, end in pairwise([0, *ends])]


# --- values -------------------------------------------------------------------------------------


def _tags(columns: Mapping[str, Column], count: int) -> tuple[list[str], list[bytes], list[bytes]]:
    """Return the keys, the encoded values, and each feature's tags as a field."""
    keys = list(columns)
    values: dict[bytes, int] = {}
    parts: list[list[bytes]] = [[] for _ in range(count)]
    for number, name in enumerate(keys):
        key = varint(number)
        pairs: dict[tuple[type, Value], bytes] = {}
        for place, value in enumerate(columns[name]):
            if value is None:
                continue
            # True equals 1 and 1.0, but they are three values.
            told = (type(value), value)
            if told not in pairs:
                encoded = _value(value)
                pairs[told] = key + varint(values.setdefault(encoded, len(values)))
            parts[place].append(pairs[told])
    return keys, list(values), [_field(2, b"".join(part)) if part else b"" for part in parts]


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + varint(int(value))
    if isinstance(value, int):
        return b"\x28" + varint(value) if value >= 0 else b"\x30" + varint(-2 * value - 1)
    if isinstance(value, float):
        return b"\x19" + np.float64(value).tobytes()
    return _field(1, str(value).encode())


def _field(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def varint(number: int) -> bytes:
    """Return one number, not negative, in seven bits a byte, the lowest first."""
    if number < 128:
        return bytes((number,))
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def varints(numbers: Integers) -> tuple[bytes, Integers]:
    """Return numbers, not negative, one after another as variable-length bytes, and how many bytes each takes."""
    sizes = np.ones(len(numbers), dtype=np.int64)
    rest = numbers >> 7
    while rest.any():
        sizes += rest > 0
        rest = rest >> 7
    offsets = np.cumsum(sizes) - sizes
    out = np.zeros(int(sizes.sum()), dtype=np.uint8)
    for place in range(int(sizes.max(initial=0))):
        here = sizes > place
        more = sizes[here] > place + 1
        out[offsets[here] + place] = (numbers[here] >> 7 * place) & 127 | more << 7
    return out.tobytes(), sizes
