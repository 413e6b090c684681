"""Text by the column: the functions of `sanku.common` on a whole column of names or codes at once, with equal results.

A column is mapped through a table with one entry for each code point. Rows with characters that no table can map alone
(ligatures, combining marks, what lies beyond the basic plane) take the slow way through the function itself.
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
from sanku.common.names import initials, normalise
from sanku.warehouse.cleaning.bytes import DROPPED, PLANE, SLOW, map_points, mark_points
from sanku.warehouse.cleaning.cells import check_codes

USCC_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array; it is copied only where it has several parts."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def as_text(values: Any) -> pa.Array:
    """Return a column as one array of text without nulls."""
    values = whole(values)
    values = values if values.type == pa.string() else values.cast(pa.string())
    return values if values.null_count == 0 else pc.fill_null(values, "")


def signs_of(values: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return the bytes of all rows one after another, and where each row begins (one more than rows)."""
    _, offset_buffer, data_buffer = values.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32)[values.offset : values.offset + len(values) + 1]
    if data_buffer is None or len(offsets) == 0:
        return np.empty(0, np.uint8), np.zeros(len(values) + 1, np.int32)
    return np.frombuffer(data_buffer, np.uint8), offsets


def mapped(values: pa.Array, table: NDArray[np.uint32], slow: Callable[[str], str]) -> pa.Array:
    """Return each row mapped character by character; rows with a character marked SLOW go through the function."""
    values = as_text(values)
    data, offsets = signs_of(values)
    out = np.empty(4 * int(offsets[-1] - offsets[0]), np.uint8)  # of which only what is written takes memory
    by_hand = np.zeros(len(values), np.bool_)
    starts = map_points(data, offsets, table, out, by_hand)
    written = out[: starts[-1]].copy()
    found = pa.StringArray.from_buffers(len(values), pa.py_buffer(starts), pa.py_buffer(written))
    if not by_hand.any():
        return found
    odd = [slow(value) for value in values.filter(pa.array(by_hand)).to_pylist()]
    return pc.replace_with_mask(found, pa.array(by_hand), pa.array(odd, pa.string()))


def _table(of: Callable[[str], str], *, marks_combine: bool) -> NDArray[np.uint32]:
    """Return what a function makes of each code point of the basic plane, and SLOW for all others."""
    found = [_mapped_to(code, of, marks_combine=marks_combine) for code in range(PLANE)]
    return np.array([*found, SLOW], dtype=np.uint32)


def _mapped_to(code: int, of: Callable[[str], str], *, marks_combine: bool) -> int:
    """Return what a function makes of a code point: another one, DROPPED, or SLOW where that hangs on its neighbours."""
    character = chr(code)
    if 0xD800 <= code < 0xE000 or (marks_combine and _combines(code, character)):
        return SLOW
    found = of(character)
    if len(found) > 1:
        return SLOW
    return ord(found) if found else DROPPED


def _combines(code: int, character: str) -> bool:
    """Tell whether a character may join the one before it (NFKC): marks, and vowels and finals of Hangul."""
    return unicodedata.combining(character) != 0 or 0x1161 <= code < 0x1200


@cache
def normal_table() -> NDArray[np.uint32]:
    """Return what `normalise` makes of each code point: another one, DROPPED or SLOW."""
    return _table(normalise.__wrapped__, marks_combine=True)


class _Initials:
    """The table of initials, filled with the characters that are met: to ask for all takes more than a second."""

    def __init__(self) -> None:
        self._table = np.full(PLANE + 1, SLOW, np.uint32)
        self._known = np.zeros(PLANE + 1, np.bool_)
        self._known[PLANE] = True

    def of(self, values: pa.Array) -> NDArray[np.uint32]:
        """Return the table with the characters of a column. Several threads may ask at once."""
        data, offsets = signs_of(values)
        seen = np.zeros(PLANE + 1, np.bool_)
        mark_points(data, int(offsets[0]), int(offsets[-1]), seen)
        for code in np.flatnonzero(seen & ~self._known).tolist():
            self._table[code] = _mapped_to(code, initials, marks_combine=True)
            self._known[code] = True
        return self._table


_initials = _Initials()


@cache
def _code() -> NDArray[np.uint32]:
    return _table(clean_code, marks_combine=False)


def normalise_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.normalise` makes of each row."""
    return mapped(names, normal_table(), normalise)


def initials_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.initials` makes of each row."""
    names = as_text(names)
    return mapped(names, _initials.of(names), initials)


def code_column(codes: pa.Array) -> pa.Array:
    """Return each code as `sanku.common.codes.clean_code` keeps it; quotes go also from within."""
    return mapped(codes, _code(), clean_code)


@cache
def _uscc_values() -> NDArray[np.int64]:
    values = np.full(256, -1, np.int64)
    values[np.frombuffer(USCC_ALPHABET, np.uint8)] = np.arange(31)
    return values


_USCC_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)] + [1], np.int64)


def registering_regions(codes: pa.Array) -> NDArray[np.int64]:
    """Return the six digits of the register's region of each cleaned code that is a right USCC, -1 for the others."""
    return np.asarray(check_codes(*signs_of(as_text(codes)), _uscc_values(), _USCC_WEIGHTS))
