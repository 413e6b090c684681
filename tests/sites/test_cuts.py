"""Cutting parcels and joining them again: areas add up, nothing is lost, nothing is found."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sanku.sites.corners import boundary_in_text, nested, text_of
from sanku.sites.cuts import adjoin, divided, divided_areas, hang_together, joined, pieces_of
from sanku.sites.shapes import areas_m2, boundary_of, shape_of

LON, LAT = 116.69, 35.42
METRE = 1e-5  # of a degree, about


def box(west: float, south: float, east: float, north: float) -> Any:
    """Return a rectangle in about metres from a place in Jining."""
    return shapely.box(LON + west * METRE, LAT + south * METRE, LON + east * METRE, LAT + north * METRE)


def line(*points: tuple[float, float]) -> Any:
    return shapely.linestrings([(LON + x * METRE, LAT + y * METRE) for x, y in points])


def array(*shapes: Any) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


@st.composite
def parcels(draw: st.DrawFn) -> Any:
    """Draw a parcel of 5 to 40 corners around a place, often with a hole."""
    count = draw(st.integers(5, 40))
    reaches = draw(st.lists(st.floats(60, 400), min_size=count, max_size=count))
    corners = [
        (
            LON + reach * METRE * math.cos(2 * math.pi * at / count),
            LAT + reach * METRE * math.sin(2 * math.pi * at / count),
        )
        for at, reach in enumerate(reaches)
    ]
    shell = shapely.Polygon(corners)
    if draw(st.booleans()):
        half = draw(st.floats(5, 20))
        hole = box(-half, -half, half, half)
        shell = shapely.difference(shell, hole) if shell.contains(hole) else shell
    return shape_of(boundary_of(shell))


lines = st.lists(
    st.tuples(st.floats(0, math.pi), st.floats(-50, 50)).map(
        lambda turn: line(
            (
                -900 * math.cos(turn[0]) - turn[1] * math.sin(turn[0]),
                -900 * math.sin(turn[0]) + turn[1] * math.cos(turn[0]),
            ),
            (
                900 * math.cos(turn[0]) - turn[1] * math.sin(turn[0]),
                900 * math.sin(turn[0]) + turn[1] * math.cos(turn[0]),
            ),
        )
    ),
    min_size=1,
    max_size=3,
)


@given(parcels(), lines)
def test_what_is_cut_and_joined_again_is_what_it_was(parcel: Any, cuts: list[Any]) -> None:
    pieces = pieces_of(parcel, cuts)
    assert len(pieces) >= 2
    whole = areas_m2(array(parcel))[0]
    # As they are stored: nine digits of a degree. A border is a geodesic from corner to corner, and cut it has one more.
    stored = array(*(shape_of(boundary_of(piece)) for piece in pieces))
    assert shapely.is_valid(pieces).all()
    assert areas_m2(stored).sum() == pytest.approx(whole, rel=1e-5, abs=0.02)
    for at, one in enumerate(pieces):
        for other in pieces[at + 1 :]:
            assert areas_m2(array(shapely.intersection(one, other)))[0] < 1e-3
    again = joined(stored)
    assert shapely.symmetric_difference(again, parcel).area * 1.24e10 < max(0.5, whole * 1e-5)
    assert len(shapely.get_parts(again)) == 1


@given(st.decimals(0, 10**9, places=2), st.lists(st.floats(0.5, 1e6), min_size=1, max_size=50))
def test_shares_add_up_to_the_cent(total: Decimal, weights: list[float]) -> None:
    shares = divided(total, weights)
    assert sum(shares) == total
    assert min(shares) >= 0
    for share, weight in zip(shares, weights, strict=True):
        assert float(share) == pytest.approx(float(total) * weight / sum(weights), abs=0.02)


@given(
    st.decimals(1, 10**8, places=2),
    st.decimals(0, 1, places=6),
    st.lists(st.floats(0.5, 1e6), min_size=1, max_size=20),
)
def test_no_share_has_more_free_than_there_is(total: Decimal, part: Decimal, weights: list[float]) -> None:
    free = (total * part).quantize(Decimal("0.01"))
    shares = divided_areas(total, free, weights)
    assert sum(one for one, _ in shares if one is not None) == total
    assert sum(one for _, one in shares if one is not None) == free
    assert all(other is not None and one is not None and 0 <= other <= one for one, other in shares)


def test_what_is_not_known_stays_unknown() -> None:
    assert divided_areas(None, None, [1, 2]) == [(None, None)] * 2
    assert divided_areas(Decimal(3), None, [1, 2]) == [(Decimal("1.00"), None), (Decimal("2.00"), None)]


def test_a_line_that_ends_inside_cuts_nothing_one_that_nearly_reaches_the_border_does() -> None:
    parcel = box(0, 0, 100, 100)
    assert len(pieces_of(parcel, [line((50, -10), (50, 60))])) == 1
    assert len(pieces_of(parcel, [line((50, 0.1), (50, 99.9))])) == 2
    assert len(pieces_of(parcel, [line((50, 0), (50, 100))])) == 2
    # Two lines that meet inside cut together.
    assert len(pieces_of(parcel, [line((50, -10), (50, 50)), line((50, 50), (110, 50))])) == 2


def test_a_cut_through_a_hole_and_one_through_one_of_several_parts() -> None:
    ring = shapely.difference(box(0, 0, 100, 100), box(40, 40, 60, 60))
    assert [piece.geom_type for piece in pieces_of(ring, [line((50, -5), (50, 105))])] == ["Polygon"] * 2
    assert len(pieces_of(ring, [line((50, -5), (50, 50))])) == 1
    two = shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 0, 300, 100)])
    assert len(pieces_of(two, [line((50, -5), (50, 105))])) == 3


def test_who_adjoins() -> None:
    parcel = box(0, 0, 100, 100)
    assert adjoin(parcel, box(100, 0, 200, 100))
    assert adjoin(parcel, box(100.05, 0, 200, 100))  # surveyed apart
    assert adjoin(parcel, box(50, 50, 200, 200))
    assert not adjoin(parcel, box(100, 100, 200, 200))  # a corner
    assert not adjoin(parcel, box(101, 0, 200, 100))
    assert hang_together(array(parcel, box(200, 0, 300, 100), box(100, 0, 200, 100)))
    assert not hang_together(array(parcel, box(200, 0, 300, 100)))


def test_joining_closes_a_gap_between_two_surveys_and_keeps_a_real_hole() -> None:
    apart = joined(array(box(0, 0, 100, 100), box(100.05, 0, 200, 100)))
    assert apart.geom_type == "Polygon"
    assert areas_m2(array(apart))[0] == pytest.approx(areas_m2(array(box(0, 0, 200, 100)))[0], rel=1e-4)
    around = [box(0, 0, 30, 100), box(70, 0, 100, 100), box(30, 0, 70, 30), box(30, 70, 70, 100)]
    assert len(joined(array(*around)).interiors) == 1


def test_rings_within_rings() -> None:
    def ring(half: float) -> list[tuple[float, float]]:
        return [(-half, -half), (half, -half), (half, half), (-half, half)]

    shape = nested([ring(1), ring(3), ring(2)])
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == 36 - 16 + 4
    assert [len(part.interiors) for part in shape.geoms] == [0, 1]


@pytest.mark.parametrize("system", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_corners_come_back_from_their_text(system: str) -> None:
    whole = shapely.MultiPolygon(
        [shapely.difference(box(0, 0, 90, 90), box(20, 20, 40, 40)), box(200, 0, 240, 40)]
    )
    found, problems = boundary_in_text(text_of(boundary_of(whole), system), system)
    assert problems == []
    assert shapely.hausdorff_distance(shape_of(found), whole) < 1e-8
    assert [len(part.interiors) for part in shape_of(found).geoms] == [1, 0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "corners_missing"),
        ("116.69, 35.42\n116.70, 35.42", "corners_few"),
        ("116.69, 35.42\n这里\n116.70, 35.43", "corner_unreadable"),
        ("\n".join(f"116.{n:06d}, 35.42" for n in range(10_001)), "corners_many"),
    ],
)
def test_text_that_is_no_boundary_says_why(text: str, code: str) -> None:
    found, problems = boundary_in_text(text, "wgs84")
    assert found is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].message()


def test_latitude_may_stand_first() -> None:
    turned, problems = boundary_in_text("35.42 116.69\n35.42 116.70\n35.43 116.70", "wgs84")
    assert not problems
    assert shape_of(turned).bounds == (116.69, 35.42, 116.70, 35.43)
