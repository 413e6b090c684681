"""Which points filters leave: two million at a time, so that their bits stay in the processor's cache, many by two threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.points.columns import Points
from sanku.warehouse.points.planes import ALL, BLOCK, WORDS, mark, narrow
from sanku.warehouse.points.wanted import Wanted

PIECE = 512  # blocks that are looked at together: two million points, whose bits take 256 kB
ALONE = 2  # pieces that one thread looks at
LOOKED_AT = 8  # blocks by which filters are put in order
Bits = NDArray[np.uint64]
T = TypeVar("T")


class _Filter(NamedTuple):
    """A column, the spans of codes that are wanted of it, and what is read to find them."""

    planes: NDArray[np.uint64]
    bounds: NDArray[np.uint32]
    codes: NDArray[Any]
    spans: NDArray[np.int64]


class Sieve:
    """The filters of a map, made ready for the blocks `first` to `last` (not in)."""

    def __init__(self, points: Points, wanted: Wanted, first: int, last: int) -> None:
        """Put the filters in order: the one first that leaves least, so that little is left to look at."""
        self.first, self.last = first, last
        known = points.values["honours"]
        self._listed = [points.honour_points[known.index(name)] for name in set(wanted.honours) & set(known)]
        self._is_of_list = bool(wanted.honours)
        self._filters = [
            _Filter(points.planes[column], points.bounds[column], points.codes[column], spans)
            for column, spans in points.spans(wanted)
        ]
        self.leaves_none = not all(len(each.spans) for each in self._filters)
        if len(self._filters) > 1 and last - first > PIECE:
            some = np.linspace(first, last - 1, LOOKED_AT).astype(np.int64).tolist()
            self._filters.sort(key=lambda each: self._left(each, some))

    @staticmethod
    def _left(one: _Filter, blocks: list[int]) -> int:
        kept = np.full((len(blocks), 1, WORDS), ALL, np.uint64)
        for at, block in enumerate(blocks):
            narrow(*one, block, kept[at])
        return int(np.bitwise_count(kept).sum())

    def kept(self, first: int, last: int) -> Bits:
        """Return the bits (blocks × words) of some blocks: set where a point passes. Those behind the last point mean nothing."""
        bits = np.full((last - first, WORDS), 0 if self._is_of_list else ALL, np.uint64)
        for listed in self._listed:
            ends = np.minimum(np.array([first, last], np.int64) * BLOCK, 0xFFFFFFFF).astype(np.uint32)
            low, high = np.searchsorted(listed, ends)
            mark(listed[low:high], first * BLOCK, bits)
        for each in self._filters:
            narrow(*each, first, bits)
        return bits

    def each_piece(self, look: Callable[[int, Bits], T]) -> list[T]:
        """Return what `look` makes of the first block and the bits of every piece; where there are many, in two threads."""
        pieces = range(self.first, self.last, PIECE)
        found: dict[int, T] = {}
        turn = iter(pieces)

        def work() -> None:
            for start in turn:
                found[start] = look(start, self.kept(start, min(start + PIECE, self.last)))

        other = _helpers().submit(work) if len(pieces) > ALONE else None
        work()
        if other is not None and not other.cancel():
            other.result()
        return [found[start] for start in pieces]


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "tiles")
