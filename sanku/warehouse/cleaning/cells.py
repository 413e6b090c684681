"""Cells of few forms read in compiled loops: codes with a check character, days, degrees; what has another form is left.

Every function takes the bytes of a column and where each row begins (`text.signs_of`).
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Starts = NDArray[np.int32]
HYPHEN, POINT, SLASH, NOUGHT, NINE = 45, 46, 47, 48, 57
YEAR, MONTH, DAY = (0xE5B9B4, 0xE69C88, 0xE697A5)  # 年, 月 and 日 in UTF-8
_LONGEST_EXACT = 15  # digits that a double holds exactly


@njit(cache=True, nogil=True)
def check_codes(
    data: Bytes, offsets: Starts, values: NDArray[np.int64], weights: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return of each row that is a code with the right check character its six digits of the region, else -1.

    Args:
        values: what each byte counts (31 signs), or less than 0.
        weights: of the 18 places.
    """
    found = np.full(len(offsets) - 1, -1, np.int64)
    for row in range(len(found)):
        at = np.int64(offsets[row])
        if offsets[row + 1] - at != 18:
            continue
        total, region, right = np.int64(0), np.int64(0), True
        for place in range(18):
            value = values[data[at + place]]
            right = right and value >= 0 and (not 2 <= place < 8 or value <= 9)
            total += value * weights[place]
            if 2 <= place < 8:
                region = region * 10 + value
        if right and total % 31 == 0:
            found[row] = region
    return found


@njit(cache=True, nogil=True)
def _number(data: Bytes, at: Any, end: Any, longest: Any) -> Any:
    """Return (number, where it ends) of up to `longest` digits."""
    number, last = np.int64(0), min(end, at + longest)
    while at < last and NOUGHT <= data[at] <= NINE:
        number = number * 10 + data[at] - NOUGHT
        at += 1
    return number, at


@njit(cache=True, nogil=True)
def _sign(data: Bytes, at: Any, end: Any, sign: Any) -> Any:
    """Return where a sign of three bytes ends that stands at a place, -1 where it does not."""
    if (
        end - at >= 3
        and data[at] == sign >> 16
        and data[at + 1] == sign >> 8 & 0xFF
        and data[at + 2] == sign & 0xFF
    ):
        return at + 3
    return -1


@njit(cache=True, nogil=True)
def _parts(data: Bytes, at: Any, end: Any) -> Any:
    """Return (year, month, day) written as 2011-05-09, 2011/5/9, 2011.5.9, 2011年5月9日 or 20110509; noughts for others."""
    year, after = _number(data, at, end, 4)
    if after - at != 4 or after == end:
        return 0, 0, 0
    if end - at == 8 and NOUGHT <= data[after] <= NINE:
        month, after = _number(data, after, end, 2)
        day, after = _number(data, after, end, 2)
        return (year, month, day) if after == end else (0, 0, 0)
    between = data[after]
    if between in (HYPHEN, SLASH, POINT):
        month, next_one = _number(data, after + 1, end, 2)
        if next_one == after + 1 or next_one == end or data[next_one] != between:
            return 0, 0, 0
        day, last = _number(data, next_one + 1, end, 2)
        return (year, month, day) if last == end and last > next_one + 1 else (0, 0, 0)
    begin = _sign(data, after, end, YEAR)
    if begin < 0:
        return 0, 0, 0
    month, after = _number(data, begin, end, 2)
    next_one = _sign(data, after, end, MONTH)
    if after == begin or next_one < 0:
        return 0, 0, 0
    day, after = _number(data, next_one, end, 2)
    last = _sign(data, after, end, DAY)
    return (year, month, day) if after > next_one and last == end else (0, 0, 0)


@njit(cache=True, nogil=True)
def read_days(
    data: Bytes, offsets: Starts, first_year: int, this_year: int, days: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Read days in the usual forms into days since 1970; return which rows were.

    The 29th to 31st, which not every month has, and years out of first_year..this_year (excluded) are left.
    """
    done = np.zeros(len(offsets) - 1, np.bool_)
    for row in range(len(done)):
        year, month, day = _parts(data, np.int64(offsets[row]), np.int64(offsets[row + 1]))
        if not (first_year <= year < this_year and 1 <= month <= 12 and 1 <= day <= 28):
            continue
        # Counted from the first of March, so that the odd day is a year's last.
        since_march = (month + 9) % 12
        year -= month <= 2
        leaps = year // 4 - year // 100 + year // 400
        days[row] = 365 * year + leaps + (153 * since_march + 2) // 5 + day - 1 - 719_468
        done[row] = True
    return done


@njit(cache=True, nogil=True)
def read_decimals(data: Bytes, offsets: Starts, found: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Read one to three digits, with or without more after a point (119.188819); return which rows were."""
    done = np.zeros(len(offsets) - 1, np.bool_)
    for row in range(len(done)):
        begin, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        whole, at = _number(data, begin, end, 3)
        if at == begin:
            continue
        if at == end:
            found[row], done[row] = whole, True
            continue
        part, last = _number(data, at + 1, end, _LONGEST_EXACT - 3)
        if data[at] == POINT and last == end and last > at + 1:
            # Both numbers are whole and exact, so that their quotient is the double nearest to what is written.
            scale = np.int64(1)
            for _ in range(last - at - 1):
                scale *= 10
            found[row] = (whole * scale + part) / scale
            done[row] = True
    return done


@njit(cache=True, nogil=True)
def _packed(data: Bytes, begin: Any, end: Any) -> Any:
    """Return up to eight bytes as one number; a word and the same word before noughts would be one, but no cell holds a nought."""
    number = np.uint64(0)
    for at in range(begin, end):
        number = number << np.uint64(8) | np.uint64(data[at])
    return number


@njit(cache=True, nogil=True)
def mark_said(
    data: Bytes,
    offsets: Starts,
    words: NDArray[np.uint64],
    edges: Bytes,
    said: NDArray[np.bool_],
    odd: NDArray[np.bool_],
) -> Any:
    """Mark rows that say something, and rows that may have blanks at their ends; return how many rows say nothing.

    Args:
        words: for nothing, of up to eight bytes, as numbers in order.
        edges: 1 for bytes that a blank may begin with, 2 for those it may end with, 3 for both.
    """
    nothing = 0
    for row in range(len(offsets) - 1):
        begin, end = np.int64(offsets[row]), np.int64(offsets[row + 1])
        if begin == end:
            nothing += 1
            continue
        if end - begin <= 8:
            number = _packed(data, begin, end)
            place = np.searchsorted(words, number)
            if place < len(words) and words[place] == number:
                nothing += 1
                continue
        said[row] = True
        odd[row] = edges[data[begin]] & 1 or edges[data[end - 1]] & 2
    return nothing
