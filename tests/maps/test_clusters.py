"""Gathering points: no point is lost, none is counted twice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanku.maps.clusters import NEAREST, clustered
from sanku.maps.mvt import EXTENT

place = st.floats(0, EXTENT, exclude_max=True)


@given(st.lists(st.tuples(place, place), min_size=1, max_size=80), st.integers(3, 19))
def test_every_point_is_in_one_cluster(points: list[tuple[float, float]], z: int) -> None:
    xs, ys = np.array(points).T
    found = clustered(xs, ys, z)
    assert found.counts.sum() == len(points)
    assert np.array_equal(np.bincount(found.members), found.counts)
    assert all(found.members[first] == number for number, first in enumerate(found.first))


def test_near_ones_become_one_far_ones_stay() -> None:
    xs = np.array([511.0, 513.0, 2000.0])  # the first two on either side of a cell's edge
    found = clustered(xs, np.array([100.0, 100.0, 100.0]), 12)
    assert sorted(found.counts.tolist()) == [1, 2]
    assert NEAREST > 513 - 511


def test_close_up_only_what_stands_together_is_gathered() -> None:
    xs, ys = np.array([100.0, 101.0, 300.0]), np.array([100.0, 100.0, 100.0])
    assert sorted(clustered(xs, ys, 18).counts.tolist()) == [1, 2]
    assert clustered(xs, ys, 12).counts.tolist() == [3]
