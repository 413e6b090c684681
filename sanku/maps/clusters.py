"""Gather points that would lie on one another into clusters with exact counts. Numpy alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanku.maps.mvt import EXTENT

CELL = EXTENT // 8  # 64 pixels of a tile of 512
NEAREST = EXTENT // 14  # two clusters nearer than 36 pixels become one
LAST_ZOOM = 16  # closer, only points that lie within a few metres of each other are gathered
TOGETHER = EXTENT // 64


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters: their middles, how many points each has, its first point, and which points each gathers.

    `first` and `members` are places in the arrays given; `members` names the cluster of each point.
    """

    xs: NDArray[Any]
    ys: NDArray[Any]
    counts: NDArray[np.int64]
    first: NDArray[np.int64]
    members: NDArray[np.int64]


def clustered(xs: NDArray[Any], ys: NDArray[Any], z: int) -> Clusters:
    """Gather the points of a tile, in its units, by cells of a grid; near neighbours then become one."""
    cell = CELL if z <= LAST_ZOOM else TOGETHER
    column, row = (xs // cell).astype(np.int64), (ys // cell).astype(np.int64)
    found = _gathered(xs, ys, row * (EXTENT // cell + 1) + column)
    if z > LAST_ZOOM or len(found.xs) < 2:
        return found
    return _gathered(xs, ys, _joined(found)[found.members])


def _gathered(xs: NDArray[Any], ys: NDArray[Any], keys: NDArray[np.int64]) -> Clusters:
    _keys, first, members, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    return Clusters(
        xs=np.bincount(members, weights=xs) / counts,
        ys=np.bincount(members, weights=ys) / counts,
        counts=counts,
        first=first,
        members=members,
    )


def _joined(found: Clusters) -> NDArray[np.int64]:
    """Return for each cluster the one that takes it in: the largest that is near enough, or itself."""
    apart = np.hypot(found.xs[:, None] - found.xs, found.ys[:, None] - found.ys)
    keeper = np.full(len(found.xs), -1, dtype=np.int64)
    for place in np.argsort(-found.counts, kind="stable"):
        if keeper[place] < 0:
            near = (apart[place] < NEAREST) & (keeper < 0)
            keeper[near] = place
    return keeper
