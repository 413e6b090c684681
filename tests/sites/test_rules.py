"""The rules of carriers, and the drawing of their boundary, on plain values."""

import math
from decimal import Decimal
from typing import Any

import pytest

from sanku.accounts.models import Sector
from sanku.common.extents import is_boundary
from sanku.sites.models import Listing, SiteKind, SiteStatus, Tenure
from sanku.sites.operations import VOCABULARY
from sanku.sites.outline import HEIGHT, WIDTH, bar_of, outline_of
from sanku.sites.rules import site_problems

SQUARE = [[116.60, 35.40], [116.61, 35.40], [116.61, 35.41], [116.60, 35.41], [116.60, 35.40]]


def codes(values: dict[str, Any], *, is_new: bool = False) -> set[tuple[str, str]]:
    found = site_problems(values, is_new=is_new, vocabulary=VOCABULARY)
    return {(problem.code, problem.field) for problem in found}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": " "}, ("name_missing", "name")),
        ({"kind": ""}, ("site_kind_missing", "kind")),
        ({"kind": "castle"}, ("choice_unknown", "kind")),
        ({"status": "sold"}, ("choice_unknown", "status")),
        ({"tenure": "loan"}, ("choice_unknown", "tenure")),
        ({"listing": "lottery"}, ("choice_unknown", "listing")),
        ({"allowed_sectors": ["mining"]}, ("choice_unknown", "allowed_sectors")),
        ({"area_total_m2": Decimal(0)}, ("area_negative", "area_total_m2")),
        ({"area_free_m2": Decimal(-1)}, ("area_negative", "area_free_m2")),
        ({"area_total_m2": 5, "area_free_m2": 6}, ("area_free_exceeds_total", "area_free_m2")),
        ({"area_total_m2": 5, "area_smallest_m2": 6}, ("area_smallest_exceeds_total", "area_smallest_m2")),
        ({"status": "held", "held_until": None}, ("held_without_until", "held_until")),
        ({"price_rent_cny_m2_month": Decimal(-1)}, ("amount_negative", "price_rent_cny_m2_month")),
        ({"vacancy": Decimal(2)}, ("share_range", "vacancy")),
        ({"lon": 116.6, "lat": None}, ("coordinates_half", "lon")),
        ({"lon": 216.6, "lat": 35.4}, ("coordinates_outside", "lon")),
        ({"boundary": {"type": "Point", "coordinates": [1, 2]}}, ("boundary_shape", "boundary")),
        ({"name": "长" * 201}, ("too_long", "name")),
    ],
)
def test_what_is_refused(values: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(values) == {problem}


def test_what_is_taken() -> None:
    assert codes({"name": "示例地块", "kind": "land"}, is_new=True) == set()
    assert codes({}, is_new=True) == {("name_missing", "name"), ("site_kind_missing", "kind")}
    assert codes({"area_total_m2": 5, "area_free_m2": 5, "area_smallest_m2": 5}) == set()
    assert codes({"boundary": {"type": "Polygon", "coordinates": [SQUARE]}}) == set()


def test_the_vocabulary_is_that_of_the_columns() -> None:
    assert {
        "kind": SiteKind.values,
        "status": SiteStatus.values,
        "tenure": Tenure.values,
        "listing": Listing.values,
        "allowed_sectors": Sector.values,
    } == VOCABULARY


@pytest.mark.parametrize(
    "shape",
    [
        None, [], "POLYGON", {}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [SQUARE[:3]]}, {"type": "Polygon", "coordinates": [SQUARE[:-1]]},
        {"type": "Polygon", "coordinates": [[[216, 35], *SQUARE[1:-1], [216, 35]]]},
        {"type": "Polygon", "coordinates": [[["a", "b"], *SQUARE[1:-1], ["a", "b"]]]},
        {"type": "Polygon", "coordinates": SQUARE}, {"type": "MultiPolygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[]]},
    ],
)  # fmt: skip
def test_what_is_no_boundary(shape: Any) -> None:
    assert not is_boundary(shape)


def test_a_square_is_drawn_square_north_up_with_its_scale() -> None:
    """A degree of longitude is shorter than one of latitude: 10″ each way are higher than wide."""
    width = 0.01 * math.cos(math.radians(35.405))
    square = [
        [116.60, 35.40],
        [116.61, 35.40],
        [116.61, 35.40 + width],
        [116.60, 35.40 + width],
        [116.60, 35.40],
    ]
    drawn = outline_of({"type": "Polygon", "coordinates": [square]})
    assert drawn is not None
    assert drawn.width_m == pytest.approx(drawn.height_m, rel=1e-3)
    assert drawn.width_m == pytest.approx(907, rel=0.01)
    points = [tuple(map(float, point.split())) for point in drawn.path.strip("MZ").split("L")]
    (west, south), (east, _), (_, north), _ = points
    assert east - west == pytest.approx(south - north, abs=0.3)
    assert north < south
    assert drawn.bar_m == 500
    assert drawn.bar_px == pytest.approx(500 * (east - west) / drawn.width_m, rel=0.01)


def test_the_drawing_keeps_inside_its_frame_and_draws_holes() -> None:
    hole = [[116.603, 35.403], [116.606, 35.403], [116.606, 35.406], [116.603, 35.403]]
    far = [[116.70, 35.40], [116.71, 35.40], [116.71, 35.405], [116.70, 35.40]]
    drawn = outline_of({"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [far]]})
    assert drawn is not None
    assert drawn.path.count("M") == drawn.path.count("Z") == 3
    for part in drawn.path.replace("Z", "").replace("M", "L").split("L")[1:]:
        x, y = map(float, part.split())
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_a_point_or_nothing_is_not_drawn() -> None:
    spot = [[116.6, 35.4]] * 4
    assert outline_of({"type": "Polygon", "coordinates": [spot]}) is None
    assert outline_of({"type": "Polygon", "coordinates": []}) is None


@pytest.mark.parametrize(
    ("most", "bar"), [(0.4, 1), (1, 1), (3, 2), (9.9, 5), (10, 10), (499, 200), (12345, 10000)]
)
def test_bars_of_scale_are_round(most: float, bar: int) -> None:
    assert bar_of(most) == bar
