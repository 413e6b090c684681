"""Cells of the map and how many points lie in each, whatever the filters: exact counts, middles, lone points.

A cell of zoom c is a tile of zoom c; its points are one run of the sorted points. Without filters counts follow from
where runs begin. With filters the bits that are left are counted in each run; a middle is then that of the points
left, each word of 64 neighbours at its own middle.
"""

from typing import Any

import numpy as np
from numba import njit

from sanku.warehouse.points.planes import cut, lowest, ones

DEEPER = 4  # a tile's cells are those of the zoom so many deeper: 16 × 16
CLUSTERED_TO = 11  # the last zoom with clusters; from the next on points stand alone
NONE = 1 << 62  # behind every point
ZOOMS = range(DEEPER, CLUSTERED_TO + DEEPER + 1)


@njit(cache=True, nogil=True)
def find_cells(numbers: Any, xs: Any, ys: Any, shift: Any) -> Any:
    """Return key, first point and middle (x, y) of each cell, the points' Morton numbers being cut by `shift` bits."""
    count = 0
    before = np.uint64(0)
    for at in range(len(numbers)):
        key = numbers[at] >> shift
        if at == 0 or key != before:
            count += 1
        before = key
    found = np.empty((4, count), np.uint32)
    place = -1
    sum_x, sum_y, size = np.uint64(0), np.uint64(0), np.uint64(0)
    for at in range(len(numbers)):
        key = numbers[at] >> shift
        if place < 0 or key != found[0, place]:
            if place >= 0:
                found[2, place], found[3, place] = sum_x // size, sum_y // size
            place += 1
            found[0, place], found[1, place] = key, at
            sum_x, sum_y, size = np.uint64(0), np.uint64(0), np.uint64(0)
        sum_x += np.uint64(xs[at])
        sum_y += np.uint64(ys[at])
        size += np.uint64(1)
    if place >= 0:
        found[2, place], found[3, place] = sum_x // size, sum_y // size
    return found


@njit(cache=True, nogil=True)
def word_middles(xs: Any, ys: Any) -> Any:
    """Return the middle of every 64 points that follow one another, x and y."""
    words = (len(xs) + 63) // 64
    found = np.empty((words, 2), np.uint32)
    for word in range(words):
        sum_x, sum_y = np.uint64(0), np.uint64(0)
        end = min((word + 1) * 64, len(xs))
        for at in range(word * 64, end):
            sum_x += np.uint64(xs[at])
            sum_y += np.uint64(ys[at])
        size = np.uint64(end - word * 64)
        found[word, 0], found[word, 1] = sum_x // size, sum_y // size
    return found


@njit(cache=True, nogil=True)
def sum_cells(starts: Any, kept: Any, first_point: Any, middles: Any, xs: Any, ys: Any) -> Any:
    """Return for each cell how many of its points are kept, the sums of their x and y, and the first of them.

    Args:
        starts: the cells' first points and, last, the end of the last cell.
        kept: the bits of some points, which begin with `first_point`; the sums are of these alone.
    """
    flat = kept.ravel()
    base, beyond = first_point // 64, first_point + len(flat) * 64
    cells = len(starts) - 1
    found = np.zeros((4, cells), np.int64)
    found[3, :] = NONE
    for cell in range(max(np.searchsorted(starts, first_point, "right") - 1, 0), cells):
        start, end = max(np.int64(starts[cell]), first_point), min(np.int64(starts[cell + 1]), beyond)
        if start >= beyond:
            break
        count, sum_x, sum_y = np.uint64(0), np.uint64(0), np.uint64(0)
        whole, beyond_whole = (start + 63) // 64, end // 64
        for number in range(whole, beyond_whole):  # without a branch: that becomes vector instructions
            here = ones(flat[number - base])
            count += here
            sum_x += here * np.uint64(middles[number, 0])
            sum_y += here * np.uint64(middles[number, 1])
        for number, is_cut in ((start // 64, start // 64 < whole), (end // 64, beyond_whole >= whole)):
            if not is_cut or number * 64 >= end:
                continue
            word = cut(flat[number - base], number, start, end)
            count += ones(word)
            while word != 0:
                at = number * 64 + np.int64(lowest(word))
                sum_x += np.uint64(xs[at])
                sum_y += np.uint64(ys[at])
                word &= word - np.uint64(1)
        if count > 0:
            number = start // 64
            while cut(flat[number - base], number, start, end) == 0:
                number += 1
            first = number * 64 + np.int64(lowest(cut(flat[number - base], number, start, end)))
            found[0, cell], found[1, cell], found[2, cell], found[3, cell] = count, sum_x, sum_y, first
    return found


def middles_of(sums: list[Any]) -> Any:
    """Return for each cell its count, the middle of its points (x, y) and the first of them, of what `sum_cells` returned."""
    of_pieces = np.array(sums)
    found = of_pieces.sum(axis=0)
    found[3] = of_pieces[:, 3].min(axis=0)
    found[1:3] //= np.maximum(found[0], 1)
    return found


@njit(cache=True, nogil=True)
def find_stacks(at: Any, xs: Any, ys: Any, most: Any) -> Any:
    """Tell which of the points, given by their numbers in order, stand alone, and where stacks begin and end.

    More than `most` points in one place are a stack. Returns the points that are in none, and (first, count) of each.
    """
    lone = np.empty(len(at), np.int64)
    stacks = np.empty((len(at) // (most + 1) + 1, 2), np.int64)
    alone, several = 0, 0
    start = 0
    while start < len(at):
        end = start + 1
        while end < len(at) and xs[at[end]] == xs[at[start]] and ys[at[end]] == ys[at[start]]:
            end += 1
        if end - start > most:
            stacks[several, 0], stacks[several, 1] = at[start], end - start
            several += 1
        else:
            for each in range(start, end):
                lone[alone] = at[each]
                alone += 1
        start = end
    return lone[:alone], stacks[:several]
