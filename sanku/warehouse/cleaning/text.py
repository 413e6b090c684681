"""Text by the column: the functions of `sanku.common` on a whole column of names or codes at once, with equal results.

A column is decoded into code points, mapped through a table with one entry for each of them, and encoded again. Rows
with characters that no table can map alone (ligatures, combining marks, what lies beyond the basic plane) take the
slow way through the function itself.
"""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.common.codes import clean_code
from sanku.common.names import core_name, initials, normalise

PLANE = 0x10000
DROPPED, SLOW = np.uint32(0xFFFFFFFE), np.uint32(0xFFFFFFFF)
USCC_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"


def as_text(values: Any) -> pa.Array:
    """Return a column as one array of text without nulls."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    values = values if values.type == pa.string() else values.cast(pa.string())
    return values if values.null_count == 0 else pc.fill_null(values, "")


def characters(values: pa.Array) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the code points of all rows one after another, and where each row's begin (one more than rows)."""
    _, offset_buffer, data_buffer = values.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[values.offset : values.offset + len(values) + 1]
    if data_buffer is None or offsets[-1] == offsets[0]:
        return np.empty(0, np.uint32), np.zeros(len(values) + 1, np.int64)
    data = np.frombuffer(data_buffer, dtype=np.uint8)[offsets[0] : offsets[-1]]
    before = np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
    points = np.frombuffer(data.tobytes().decode("utf-8").encode("utf-32-le"), dtype=np.uint32)
    return points, before[offsets - offsets[0]]


def texts(points: NDArray[np.uint32], starts: NDArray[np.int64]) -> pa.Array:
    """Return rows of text from code points and where each row's begin; the reverse of `characters`."""
    data = points.tobytes().decode("utf-32-le").encode("utf-8")
    sizes = 1 + (points >= 0x80).astype(np.int64) + (points >= 0x800) + (points >= PLANE)
    offsets = np.concatenate(([0], np.cumsum(sizes)))[starts].astype(np.int32)
    return pa.StringArray.from_buffers(len(starts) - 1, pa.py_buffer(offsets), pa.py_buffer(data))


def mapped(values: pa.Array, table: NDArray[np.uint32], slow: Callable[[str], str]) -> pa.Array:
    """Return each row mapped character by character; rows with a character marked SLOW go through the function."""
    values = as_text(values)
    points, starts = characters(values)
    new = table[np.minimum(points, PLANE)]
    kept = new != DROPPED
    by_hand = _rows_with(new == SLOW, starts)
    new = np.where(new == SLOW, np.uint32(0x3F), new)
    before = np.concatenate(([0], np.cumsum(kept)))
    found = texts(new[kept], before[starts])
    if not len(by_hand):
        return found
    mask = np.zeros(len(values), dtype=bool)
    mask[by_hand] = True
    written = [slow(value) for value in values.take(pa.array(by_hand)).to_pylist()]
    return pc.replace_with_mask(found, pa.array(mask), pa.array(written, pa.string()))


def _rows_with(marked: NDArray[np.bool_], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that hold a marked character."""
    at = np.flatnonzero(marked)
    return np.unique(np.searchsorted(starts, at, side="right") - 1)


def _table(of: Callable[[str], str], *, marks_combine: bool) -> NDArray[np.uint32]:
    """Return what a function makes of each code point of the basic plane, and SLOW for all others."""
    table = np.full(PLANE + 1, SLOW, dtype=np.uint32)
    for code in range(PLANE):
        character = chr(code)
        if 0xD800 <= code < 0xE000 or (marks_combine and _combines(code, character)):
            continue
        found = of(character)
        if len(found) <= 1:
            table[code] = ord(found) if found else DROPPED
    return table


def _combines(code: int, character: str) -> bool:
    """Tell whether a character may join the one before it (NFKC): marks, and vowels and finals of Hangul."""
    return unicodedata.combining(character) != 0 or 0x1161 <= code < 0x1200


@cache
def _normal() -> NDArray[np.uint32]:
    return _table(normalise.__wrapped__, marks_combine=True)


@cache
def _initial() -> NDArray[np.uint32]:
    return _table(initials, marks_combine=True)


@cache
def _code() -> NDArray[np.uint32]:
    return _table(clean_code, marks_combine=False)


def normalise_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.normalise` makes of each row."""
    return mapped(names, _normal(), normalise)


def initials_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.initials` makes of each row."""
    return mapped(names, _initial(), initials)


def code_column(codes: pa.Array) -> pa.Array:
    """Return each code as `sanku.common.codes.clean_code` keeps it; quotes go also from within."""
    return mapped(codes, _code(), clean_code)


@cache
def _uscc_values() -> NDArray[np.float32]:
    values = np.full(256, -100_000, dtype=np.float32)
    values[np.frombuffer(USCC_ALPHABET, dtype=np.uint8)] = np.arange(31)
    return values


def of_length(texts: pa.Array, size: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return which texts have as many bytes, and these bytes, a row a text."""
    rows = np.flatnonzero(pc.equal(pc.binary_length(texts), size).to_numpy(zero_copy_only=False))
    if not len(rows):
        return rows, np.empty((0, size), dtype=np.uint8)
    taken = texts.take(pa.array(rows))
    _, offsets, data = taken.buffers()
    first = np.frombuffer(offsets, dtype=np.int32)[taken.offset]
    return rows, np.frombuffer(data, dtype=np.uint8)[first : first + size * len(rows)].reshape(-1, size)


def valid_uscc_column(codes: pa.Array) -> pa.Array:
    """Return which cleaned codes are unified social credit codes with the right check character."""
    codes = as_text(codes)
    right = np.zeros(len(codes), dtype=bool)
    rows, letters = of_length(codes, 18)
    if len(rows):
        values = _uscc_values()[letters]
        # Sums stay far below 2^24: exact in single precision, which is what multiplies fast.
        weights = np.array([pow(3, place, 31) for place in range(17)] + [1], dtype=np.float32)
        region = letters[:, 2:8]
        shaped = (values >= 0).all(axis=1) & ((region >= 48) & (region <= 57)).all(axis=1)
        right[rows] = shaped & ((values @ weights) % 31 == 0)
    return pa.array(right)


def core_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.core_name` makes of each row, one by one."""
    return pa.array([core_name(name) for name in as_text(names).to_pylist()], pa.string())
