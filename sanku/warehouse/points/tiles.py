"""Tiles of the base: companies one by one near by, exact counts by cell from afar, whatever the filters.

Layer `companies`: a point a company, id its company_id. Layer `clusters`: several companies of a cell, or of one
place, at their middle, with their `count`. A cell belongs to one tile, a point to one cell: none is counted twice.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.points.cells import CLUSTERED_TO, DEEPER, ZOOMS, find_stacks, middles_of, sum_cells
from sanku.warehouse.points.columns import Points
from sanku.warehouse.points.encode import Property, encode_layer, float_values, localised, whole_value
from sanku.warehouse.points.morton import BITS, first_at, morton, morton_of
from sanku.warehouse.points.planes import BLOCK, blocks_for, places
from sanku.warehouse.points.sieve import Sieve
from sanku.warehouse.points.wanted import Wanted

LARGEST_ZOOM = 14  # a unit is then 0.6 m: closer, a map draws it larger
MOST_IN_A_PLACE = (
    64  # more companies than these at one and the same position are one feature with their count
)
# Ids of companies have 52 bits. Those of cells and stacks lie above and fit the numbers of JavaScript.
CLUSTER_IDS, STACK_IDS = 1 << 52, (1 << 52) + (1 << 51)
_CELL_BITS, _STACK_ZOOM = 30, 24
Numbers = NDArray[np.int64]


def tile(points: Points, wanted: Wanted, z: int, x: int, y: int) -> bytes:
    """Return the bytes of a tile, none where no company of it is wanted.

    Raises:
        ValueError: there is no such tile.
    """
    if not (0 <= z <= LARGEST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError("no such tile")
    if z > CLUSTERED_TO:
        start, end = _run(points, z, morton_of(x, y))
        found = _kept_places(points, wanted, start, end)
        lone, stacks = find_stacks(found, points.x, points.y, MOST_IN_A_PLACE)
        return _companies(points, lone, z, x, y) + _stacks(points, stacks, z, x, y)
    counts = _cell_counts(points, wanted, z, morton_of(x, y))
    return _cell_tile(points, counts, z, x, y)


def counted(points: Points, wanted: Wanted, z: int, x: int, y: int) -> int:
    """Return how many companies a tile up to the last zoom with clusters shows."""
    return int(_cell_counts(points, wanted, z, morton_of(x, y))[1].sum())


def _run(points: Points, zoom: int, number: int) -> tuple[int, int]:
    """Return the first point of a tile, by its Morton number, and the end of its run."""
    shift = 2 * (BITS - zoom)
    start = first_at(points.x, points.y, np.uint64(number << shift))
    beyond = (number + 1) << shift
    return start, points.size if beyond >> 2 * BITS else first_at(points.x, points.y, np.uint64(beyond))


def _sieve(points: Points, wanted: Wanted, start: int, end: int) -> Sieve | None:
    """Return the filters for the points start..end, None where they leave none."""
    found = Sieve(points, wanted, start // BLOCK, blocks_for(end))
    return None if found.leaves_none else found


def _kept_places(points: Points, wanted: Wanted, start: int, end: int) -> Numbers:
    if wanted == Wanted() or start == end:
        return np.arange(start, end)
    sieve = _sieve(points, wanted, start, end)
    if sieve is None:
        return np.empty(0, np.int64)
    return np.concatenate(sieve.each_piece(lambda first, kept: places(kept, first * BLOCK, start, end)))


def _cell_counts(points: Points, wanted: Wanted, z: int, number: int) -> tuple[NDArray[np.uint32], ...]:
    """Return (key, count, middle x, middle y, first point) of each cell of a tile in which something is left."""
    cells = points.cells[z + DEEPER]
    # Numbers of the column's own type: of any other, all of it would be converted first.
    ends = np.array([number << 2 * DEEPER, (number + 1) << 2 * DEEPER], np.uint32)
    low, high = np.searchsorted(cells[0], ends)
    if low == high:
        return (np.empty(0, np.uint32),) * 5
    keys, starts = cells[0, low:high], cells[1, low : high + 1]
    if high == cells.shape[1]:
        starts = np.append(starts, np.uint32(points.size))
    if wanted == Wanted():
        return keys, np.diff(starts), cells[2, low:high], cells[3, low:high], starts[:-1]
    sieve = _sieve(points, wanted, int(starts[0]), int(starts[-1]))
    if sieve is None:
        return (np.empty(0, np.uint32),) * 5
    counted = middles_of(
        sieve.each_piece(
            lambda first, kept: sum_cells(starts, kept, first * BLOCK, points.middles, points.x, points.y)
        )
    )
    left = counted[0] > 0
    return keys[left], *counted[:, left]


def _cell_tile(points: Points, counts: tuple[Any, ...], z: int, x: int, y: int) -> bytes:
    keys, count, middle_x, middle_y, first = counts
    single = count == 1
    alone = first[single].astype(np.int64)
    several = ~single
    ids = CLUSTER_IDS + ((z + DEEPER) << _CELL_BITS) + keys[several].astype(np.uint64)
    xs, ys = _placed(middle_x[several], middle_y[several], z, x, y)
    return _companies(points, alone, z, x, y) + _clusters(ids, count[several], xs, ys)


def _stacks(points: Points, stacks: Numbers, z: int, x: int, y: int) -> bytes:
    if not len(stacks):
        return b""
    at = stacks[:, 0]
    xs, ys = points.x[at], points.y[at]
    drop = np.uint32(BITS - _STACK_ZOOM)
    ids = np.uint64(STACK_IDS) + morton(xs >> drop, ys >> drop)
    return _clusters(ids, stacks[:, 1], *_placed(xs, ys, z, x, y))


def _clusters(ids: NDArray[np.uint64], count: NDArray[Any], xs: Numbers, ys: Numbers) -> bytes:
    index, used = localised(count)
    values = b"".join([whole_value(one) for one in used.tolist()])
    counts = Property("count", index, values, len(used))
    return encode_layer("clusters", ids.astype(np.uint64), xs, ys, [counts])


def _companies(points: Points, at: Numbers, z: int, x: int, y: int) -> bytes:
    if not len(at):
        return b""
    properties = []
    for name in ("industry", "region", "status", "year", "honours"):
        index, used = localised(points.codes[name][at])
        known = points.encoded[name]
        values = b"".join([known[code - 1] for code in used.tolist()])
        properties.append(Property(name, index, values, len(used)))
    index, used = localised(points.codes["capital"][at])
    capitals = float_values(points.values["capital"][used - 1])
    properties.append(Property("capital", index, capitals, len(used)))
    xs, ys = _placed(points.x[at], points.y[at], z, x, y)
    return encode_layer("companies", points.ids[at], xs, ys, properties)


def _placed(
    xs: NDArray[np.uint32], ys: NDArray[np.uint32], z: int, x: int, y: int
) -> tuple[Numbers, Numbers]:
    """Return positions in units of a tile, to the nearest."""
    shift = BITS - z - 12
    half = 1 << shift >> 1
    return tuple(  # type: ignore[return-value]
        (part.astype(np.int64) - (origin << BITS - z) + half) >> shift for part, origin in ((xs, x), (ys, y))
    )


def members(points: Points, wanted: Wanted, feature: int) -> Numbers:
    """Return the points that a feature of a tile stands for: one company, or those wanted of a cell or stack.

    Raises:
        KeyError: there is no such feature.
    """
    if feature < 0 or feature >= 1 << 53:
        raise KeyError(feature)
    if feature < CLUSTER_IDS:
        found = np.flatnonzero(points.ids == np.uint64(feature))
        if not len(found):
            raise KeyError(feature)
        return found
    if feature >= STACK_IDS:
        zoom, number = _STACK_ZOOM, feature - STACK_IDS
    else:
        zoom, number = divmod(feature - CLUSTER_IDS, 1 << _CELL_BITS)
    if zoom not in (*ZOOMS, _STACK_ZOOM) or number >> 2 * zoom:
        raise KeyError(feature)
    return _kept_places(points, wanted, *_run(points, zoom, number))
