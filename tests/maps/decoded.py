"""Read Mapbox Vector Tiles of points: a decoder of its own, so that no encoder is tested by itself."""

import struct
from collections.abc import Iterator
from typing import Any

Feature = dict[str, Any]


def layers_of(tile: bytes) -> dict[str, list[Feature]]:
    """Return the features of each layer: "id", "at" (x, y in units of the tile) and "properties"."""
    return {
        name: features for name, features in (_layer(body) for number, body in _fields(tile) if number == 3)
    }


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        value: Any
        match key & 7:
            case 0:
                value, at = _varint(data, at)
            case 1:
                value, at = struct.unpack_from("<d", data, at)[0], at + 8
            case 2:
                size, at = _varint(data, at)
                value, at = data[at : at + size], at + size
            case kind:
                raise AssertionError(kind)
        yield key >> 3, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


def _packed(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        number, at = _varint(data, at)
        found.append(number)
    return found


def _value(body: bytes) -> Any:
    [(number, value)] = _fields(body)
    return value.decode() if number == 1 else value


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _layer(body: bytes) -> tuple[str, list[Feature]]:
    parts = list(_fields(body))
    name = next(value for number, value in parts if number == 1).decode()
    keys = [value.decode() for number, value in parts if number == 3]
    values = [_value(value) for number, value in parts if number == 4]
    assert [value for number, value in parts if number in (5, 15)] == [4096, 2]
    features = []
    for raw in (dict(_fields(value)) for number, value in parts if number == 2):
        tags, (command, x, y) = _packed(raw.get(2, b"")), _packed(raw[4])
        assert (command, raw[3]) == (9, 1)
        said = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
        features.append({"id": raw.get(1), "at": (_signed(x), _signed(y)), "properties": said})
    return name, features
