"""The core of company names, compiled: what `sanku.common.names.core_name` finds, for a column of normalised names."""

from typing import Any

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from sanku.common.names import LEGAL_FORMS
from sanku.warehouse.cleaning.text import as_text, signs_of

BRACKETED = ("(有限合伙)", "(普通合伙)", "(集团)", "(控股)")  # taken out wherever they stand
LEAST = 2  # characters that stay
Bytes = NDArray[np.uint8]


def _packed(words: tuple[str, ...]) -> tuple[Bytes, NDArray[np.int32]]:
    """Return words one after another as bytes, and where each begins, one more than words."""
    coded = [word.encode("utf-8") for word in words]
    starts = np.cumsum([0, *map(len, coded)], dtype=np.int32)
    return np.frombuffer(b"".join(coded), np.uint8).copy(), starts


_FORMS, _FORM_STARTS = _packed(LEGAL_FORMS)
_BRACKETED, _BRACKETED_STARTS = _packed(BRACKETED)


@njit(cache=True, nogil=True)
def _at(data: Bytes, at: Any, end: Any, words: Bytes, first: Any, last: Any) -> Any:
    """Tell whether a word (words[first:last]) stands in data[at:end], at its beginning."""
    if at < 0 or end - at < last - first:
        return False
    same = 0
    while same < last - first and data[at + same] == words[first + same]:
        same += 1
    return same == last - first


@njit(cache=True, nogil=True)
def _characters(data: Bytes, begin: Any, end: Any) -> Any:
    found = 0
    for at in range(begin, end):
        found += data[at] & 0xC0 != 0x80
    return found


@njit(cache=True, nogil=True)
def _without_brackets(
    data: Bytes, at: Any, end: Any, out: Bytes, to: Any, bracketed: Bytes, starts: NDArray[np.int32]
) -> Any:
    """Copy a name without bracketed forms, then without brackets; return where it ends."""
    while at < end:
        sign = data[at]
        if sign == 40:
            past = at + 1
            for word in range(len(starts) - 1):
                if _at(data, at, end, bracketed, starts[word], starts[word + 1]):
                    past = at + starts[word + 1] - starts[word]
                    break
            at = past
        else:
            if sign != 41:
                out[to] = sign
                to += 1
            at += 1
    return to


@njit(cache=True, nogil=True)
def _without_form(out: Bytes, begin: Any, end: Any, forms: Bytes, starts: NDArray[np.int32]) -> Any:
    """Return where a name ends without the first form that leaves enough of it."""
    for form in range(len(starts) - 1):
        size = starts[form + 1] - starts[form]
        if end - begin < size or out[end - 1] != forms[starts[form + 1] - 1]:
            continue
        same = _at(out, end - size, end, forms, starts[form], starts[form + 1])
        if same and _characters(out, begin, end - size) >= LEAST:
            return end - size
    return end


@njit(cache=True, nogil=True)
def _han(out: Bytes, at: Any, end: Any) -> Any:
    """Return the code point of a Han character of U+4E00 to U+9FFF at a place, 0 for another one."""
    if at + 3 > end or out[at] & 0xF0 != 0xE0:
        return 0
    point = np.int64(out[at] & 0x0F) << 12 | np.int64(out[at + 1] & 0x3F) << 6 | np.int64(out[at + 2] & 0x3F)
    return point if 0x4E00 <= point <= 0x9FFF else 0


@njit(cache=True, nogil=True)
def _without_place_suffix(out: Bytes, begin: Any, end: Any) -> Any:
    """Take out 省 or 市 after two or three Han characters at the beginning; return where the name ends."""
    for before in (3, 2):
        whole = True
        for place in range(before):
            whole = whole and _han(out, begin + 3 * place, end) != 0
        at = begin + 3 * before
        if whole and _han(out, at, end) in (0x7701, 0x5E02):
            for place in range(at, end - 3):
                out[place] = out[place + 3]
            return end - 3
    return end


@njit(cache=True, nogil=True)
def _cores(
    data: Bytes, offsets: NDArray[np.int32], out: Bytes, forms: Bytes, form_starts: NDArray[np.int32], bracketed: Bytes,
    bracketed_starts: NDArray[np.int32],
) -> NDArray[np.int32]:  # fmt: skip
    """Write the core of each row; return where each begins in `out`, and the end."""
    starts = np.zeros(len(offsets), np.int32)
    begin = np.int64(0)
    for row in range(len(offsets) - 1):
        at, last = np.int64(offsets[row]), np.int64(offsets[row + 1])
        end = _without_brackets(data, at, last, out, begin, bracketed, bracketed_starts)
        end = _without_form(out, begin, end, forms, form_starts)
        end = _without_place_suffix(out, begin, end)
        begin = _without_place_suffix(out, begin, end)
        starts[row + 1] = begin
    return starts


def core_column(names: pa.Array) -> pa.Array:
    """Return what `sanku.common.names.core_name` makes of each normalised name."""
    data, offsets = signs_of(as_text(names))
    out = np.empty(max(1, int(offsets[-1] - offsets[0])), np.uint8)
    starts = _cores(data, offsets, out, _FORMS, _FORM_STARTS, _BRACKETED, _BRACKETED_STARTS)
    return pa.StringArray.from_buffers(
        len(names), pa.py_buffer(starts), pa.py_buffer(out[: starts[-1]].copy())
    )
