"""Boxes and drawn shapes as they stand in an address."""

from typing import Any

import pytest
from pyproj import Geod

from sanku.common.extents import Box, boundary_in, extent_of, metres_per_degree, read_box
from sanku.common.shapes import area_m2, points_in, read_shape, touched

SQUARE = "p:116.6,35.4;116.7,35.4;116.7,35.5;116.6,35.5"
ELLIPSOID = Geod(ellps="WGS84")


def test_a_box_is_read_and_cut_at_the_edge_of_the_world() -> None:
    assert read_box("116,35,117,36") == Box(116, 35, 117, 36)
    assert read_box("-200,-95,200,95") == Box(-180, -90, 180, 90)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "117,35,116,36", "nan,1,2,3", "1,2,3,4,5", "1e999,1,2,3"]
)
def test_what_is_no_box_is_none(text: str) -> None:
    assert read_box(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p:",
        "p:1,2;3,4",
        "p:1,2;3,4;x,5",
        "p:116,35;117,36;117,35;116,36",  # crosses itself
        "p:116,35;116,35;116,35",
        "p:200,35;201,35;201,36",
        "c:116,35",
        "c:116,35,0",
        "c:116,35,-5",
        "c:116,35,99999999",
        "c:116,89,1000",
        "q:1,2;3,4;5,6",
        "p:" + ";".join(f"{number / 100},1" for number in range(400)),
    ],
)
def test_what_is_no_shape_is_none(text: str) -> None:
    assert read_shape(text) is None


def test_areas_and_circles_agree_with_the_ellipsoid() -> None:
    square, around = read_shape(SQUARE), read_shape("c:116.65,35.42,1500")
    assert square is not None and around is not None
    assert area_m2(square) == pytest.approx(abs(ELLIPSOID.geometry_area_perimeter(square)[0]), rel=1e-3)
    for lon, lat in list(around.exterior.coords)[::12]:
        assert ELLIPSOID.inv(116.65, 35.42, lon, lat)[2] == pytest.approx(1500, rel=1e-3)
    assert metres_per_degree(35)[0] == pytest.approx(ELLIPSOID.inv(116, 35, 117, 35)[2], rel=1e-4)


def test_points_and_boundaries_in_a_shape() -> None:
    square = read_shape(SQUARE)
    assert square is not None
    assert points_in(square, [116.65, 116.75], [35.45, 35.45]).tolist() == [True, False]
    assert points_in(square, [], []).tolist() == []
    inside = {
        "type": "Polygon",
        "coordinates": [[[116.64, 35.44], [116.66, 35.44], [116.65, 35.46], [116.64, 35.44]]],
    }
    across = {"type": "Point", "coordinates": [116.7, 35.45]}
    outside = {"type": "MultiPolygon", "coordinates": [[[[117, 35], [118, 35], [118, 36], [117, 35]]]]}
    broken: dict[str, Any] = {"type": "Polygon", "coordinates": [[[1]]]}
    assert touched(square, [inside, across, outside, broken]).tolist() == [True, True, False, False]


def test_extents() -> None:
    assert extent_of({"type": "Polygon", "coordinates": [[[1, 2], [5, 2], [3, 7], [1, 2]]]}) == Box(
        1, 2, 5, 7
    )
    assert extent_of(None) is None
    assert extent_of({"type": "Polygon", "coordinates": []}) is None


def test_the_polygons_of_any_geojson_become_one_boundary() -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": polygon}
    assert boundary_in(polygon) == polygon
    assert boundary_in(feature) == polygon
    both = boundary_in({"type": "FeatureCollection", "features": [feature, feature]})
    assert both == {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}
    assert boundary_in({"type": "Point", "coordinates": [1, 2]}) is None
    assert boundary_in([1, 2]) is None
