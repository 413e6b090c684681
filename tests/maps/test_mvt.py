"""The tiles' encoder, read back by GDAL: a decoder that shares nothing with it."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyogrio import list_layers
from pyogrio.raw import read

from sanku.maps.mvt import EXTENT, LINE, POINT, POLYGON, Features, Points, encode_tile, varint, varints


def decoded(tile: bytes, layer: str, folder: Path) -> tuple[list[Any], dict[str, list[Any]]]:
    """Return geometries, y down again, and columns of a layer as GDAL reads them."""
    file = folder / "tile.mvt"
    file.write_bytes(tile)
    meta, _fids, geometries, columns = read(f"MVT:{file}", layer=layer)
    found = shapely.transform(
        shapely.from_wkb(geometries), lambda xy: np.column_stack((xy[:, 0], EXTENT - xy[:, 1]))
    )
    return list(found), {name: list(column) for name, column in zip(meta["fields"], columns, strict=True)}


def test_points_keep_places_ids_and_values_of_every_type(tmp_path: Path) -> None:
    layer = Points(
        "spots",
        np.array([0.2, 100.6, 4095.0]),
        np.array([0.0, 200.4, 1.0]),
        {
            "name": ["甲", "乙", "甲"],
            "count": [1, -2, 300],
            "share": [0.5, None, 2.5],
            "held": [True, None, False],
        },
        [7, 1_000_000, 3],
    )
    spots, columns = decoded(encode_tile([layer]), "spots", tmp_path)
    assert [(one.x, one.y) for one in spots] == [(0, 0), (101, 200), (4095, 1)]
    assert columns["mvt_id"] == [7, 1_000_000, 3]
    assert columns["name"] == ["甲", "乙", "甲"]
    assert columns["count"] == [1, -2, 300]
    assert columns["share"][0] == 0.5 and np.isnan(columns["share"][1])
    assert [bool(one) for one in columns["held"] if one is not None and one == one] == [True, False]


def test_polygons_keep_holes_parts_and_the_turn_of_their_rings(tmp_path: Path) -> None:
    holed = shapely.Polygon(
        [(0, 0), (0, 100), (100, 100), (100, 0)], [[(20, 20), (40, 20), (40, 40), (20, 40)]]
    )
    parts = shapely.MultiPolygon([shapely.box(200, 200, 260, 260), shapely.box(300, 300, 333, 377)])
    layer = Features(
        "areas", POLYGON, np.array([holed, parts], dtype=object), {"kind": ["free", "held"]}, [1, 2]
    )
    areas, columns = decoded(encode_tile([layer]), "areas", tmp_path)
    assert columns["kind"] == ["free", "held"]
    assert areas[0].equals(holed) and areas[1].equals(parts)
    assert [area.area for area in areas] == [holed.area, parts.area]


def test_lines_of_several_parts(tmp_path: Path) -> None:
    line = shapely.MultiLineString([[(0, 0), (10, 10), (20, 0)], [(50, 50), (60, 60)]])
    lines, _columns = decoded(encode_tile([Features("line", LINE, np.array([line]))]), "line", tmp_path)
    assert lines[0].equals(line)


def test_what_rounding_leaves_nothing_of_is_left_out(tmp_path: Path) -> None:
    tiny = shapely.box(10.1, 10.1, 10.3, 10.3)
    with_tiny_hole = shapely.box(0, 0, 50, 50).difference(tiny)
    layer = Features("areas", POLYGON, np.array([tiny, with_tiny_hole], dtype=object), {"n": [1, 2]}, [1, 2])
    areas, columns = decoded(encode_tile([layer]), "areas", tmp_path)
    assert columns["n"] == [2]
    assert areas[0].equals(shapely.box(0, 0, 50, 50))
    assert encode_tile([Features("areas", POLYGON, np.array([tiny], dtype=object))]) == b""


def test_a_tile_of_nothing_is_empty_and_layers_stand_side_by_side(tmp_path: Path) -> None:
    nothing = np.array([])
    assert encode_tile([Points("none", nothing, nothing)]) == b""
    assert encode_tile([Features("none", POLYGON, np.array([], dtype=object))]) == b""
    both = encode_tile(
        [
            Points("a", np.array([1.0]), np.array([2.0])),
            Features("b", POINT, np.array([shapely.Point(3, 4)], dtype=object)),
        ]
    )
    (tmp_path / "tile.mvt").write_bytes(both)
    assert [name for name, _kind in list_layers(tmp_path / "tile.mvt")] == ["a", "b"]
    spots, _columns = decoded(both, "b", tmp_path)
    assert (spots[0].x, spots[0].y) == (3, 4)


def test_a_layer_of_points_takes_one_point_a_feature() -> None:
    with pytest.raises(ValueError, match="one point"):
        encode_tile([Features("b", POINT, np.array([shapely.MultiPoint([(1, 1), (2, 2)])], dtype=object))])


@given(st.lists(st.integers(0, 2**62), max_size=50))
def test_numbers_in_bulk_are_the_numbers_one_by_one(numbers: list[int]) -> None:
    together, sizes = varints(np.array(numbers, dtype=np.int64))
    assert together == b"".join(map(varint, numbers))
    assert sizes.tolist() == [len(varint(number)) for number in numbers]


# Within the tile: GDAL cuts off what lies beyond.
corner = st.tuples(st.integers(0, EXTENT), st.integers(0, EXTENT))


@given(st.lists(st.lists(corner, min_size=3, max_size=12, unique=True), min_size=1, max_size=8))
def test_any_polygons_come_back_the_same(rings: list[list[tuple[int, int]]]) -> None:
    polygons = [shapely.Polygon(ring).convex_hull for ring in rings]
    kept = [one for one in polygons if one.geom_type == "Polygon" and one.area > 0]
    tile = encode_tile(
        [Features("areas", POLYGON, np.array(kept, dtype=object), {"n": list(range(len(kept)))})]
    )
    if not kept:
        assert tile == b""
        return
    with tempfile.TemporaryDirectory() as folder:
        areas, columns = decoded(tile, "areas", Path(folder))
    assert columns["n"] == list(range(len(kept)))
    assert all(found.equals(given) for found, given in zip(areas, kept, strict=True))
