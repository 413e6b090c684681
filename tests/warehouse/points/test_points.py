"""The columns of the map against a plain look at every row: counts, places, properties, ids."""

import itertools
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sanku.warehouse.points import planes, sieve
from sanku.warehouse.points.build import build
from sanku.warehouse.points.columns import Points, row_on_the_map
from sanku.warehouse.points.morton import morton_of
from sanku.warehouse.points.tiles import CLUSTER_IDS, LARGEST_ZOOM, MOST_IN_A_PLACE, counted, members, tile
from sanku.warehouse.points.wanted import Wanted
from sanku.warehouse.versions import Version
from tests.maps.decoded import layers_of
from tests.warehouse.bases import Row, invented_rows, publish_base

ROWS = 9_000  # more than two blocks of planes
ALL = Wanted()
FILTERS = [
    ALL,
    Wanted(industries=("C",)),
    Wanted(industries=("C34", "A")),
    Wanted(industries=("C3464", "unknown")),
    Wanted(industries=("Q99",)),
    Wanted(regions=("370000",)),
    Wanted(regions=("370800", "440305")),
    Wanted(regions=("unknown",)),
    Wanted(honours=("high_tech",)),
    Wanted(honours=("little_giant", "not_there")),
    Wanted(honours=("not_there",)),
    Wanted(statuses=("active",)),
    Wanted(statuses=("moved",)),
    Wanted(founded_from=2000),
    Wanted(founded_to=1999),
    Wanted(founded_from=1995, founded_to=2010, capital_min=1e6, capital_max=12_345_678.9),
    Wanted(capital_min=12_345_678.95),
    Wanted(capital_max=0),
    Wanted(("C",), ("370000",), ("high_tech",), ("active", "revoked"), 1990, 2020, 1e6, 1e9),
]


def meets(row: Row, wanted: Wanted) -> bool:
    """Say the filters' meaning once more, row by row."""
    industry, region = row["industry_code"] or "", row["region_code"] or ""
    year = row["registered_on"].year if row["registered_on"] else None
    capital = row["capital_cny"]
    ends = {
        one: one.removesuffix("0000") if one.endswith("0000") else one.removesuffix("00")
        for one in wanted.regions
    }
    return (
        (not wanted.industries or any(industry.startswith(one) or (one == "unknown" and not industry) for one in wanted.industries))
        and (not wanted.regions or any((region and region.startswith(ends[one])) or (one == "unknown" and not region) for one in wanted.regions))
        and (not wanted.honours or bool(set(wanted.honours) & set(row["honours"] or ())))
        and (not wanted.statuses or row["status"] in wanted.statuses)
        and (wanted.founded_from is None or (year is not None and year >= wanted.founded_from))
        and (wanted.founded_to is None or (year is not None and year <= wanted.founded_to))
        and (wanted.capital_min is None or (capital is not None and capital >= wanted.capital_min))
        and (wanted.capital_max is None or (capital is not None and capital <= wanted.capital_max))
    )  # fmt: skip


def world(row: Row) -> tuple[float, float]:
    y = 0.5 - math.asinh(math.tan(math.radians(row["lat"]))) / (2 * math.pi)
    return row["lon"] / 360 + 0.5, y


def tile_of(row: Row, z: int) -> tuple[int, int]:
    x, y = world(row)
    return int(x * 2**z), int(y * 2**z)


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    found = publish_base(tmp_path_factory.mktemp("base"), invented_rows(ROWS), files=3)
    told: list[tuple[int, int]] = []
    build(found, found.derived("points"), lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == told[0][1]
    return found


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for row in invented_rows(ROWS) if row["lon"] is not None]


@pytest.fixture(scope="module")
def points(version: Version) -> Points:
    return Points.open(version.derived("points"))


def shown(points: Points, wanted: Wanted, z: int, x: int, y: int) -> Counter[str]:
    layers = layers_of(tile(points, wanted, z, x, y))
    return Counter(
        companies=len(layers.get("companies", [])),
        all=len(layers.get("companies", []))
        + sum(one["properties"]["count"] for one in layers.get("clusters", [])),
    )


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_every_zoom_shows_exactly_the_companies_wanted(
    points: Points, rows: list[Row], wanted: Wanted
) -> None:
    meeting = [row for row in rows if meets(row, wanted)]
    assert counted(points, wanted, 0, 0, 0) == len(meeting)
    for z in (0, 3, 4, 7, 11, 12, 14):
        expected = Counter(tile_of(row, z) for row in meeting)
        busiest = [place for place, _count in expected.most_common(4)]
        for x, y in {*busiest, *(tile_of(row, z) for row in rows[:3])}:
            assert shown(points, wanted, z, x, y)["all"] == expected[x, y], (z, x, y)


def test_near_by_a_tile_holds_each_company_at_its_place_with_its_values(
    points: Points, rows: list[Row]
) -> None:
    for z in (12, 13, 14):
        (x, y), count = Counter(tile_of(row, z) for row in rows).most_common(1)[0]
        layers = layers_of(tile(points, ALL, z, x, y))
        found = {one["id"]: one for one in layers["companies"]}
        here = {row["company_id"]: row for row in rows if tile_of(row, z) == (x, y)}
        assert (list(layers), found.keys(), len(found)) == (["companies"], here.keys(), count)
        for pk, row in here.items():
            at = [(part * 2**z - origin) * 4096 for part, origin in zip(world(row), (x, y), strict=True)]
            assert all(abs(a - b) <= 0.51 for a, b in zip(found[pk]["at"], at, strict=True))
            said = {
                "industry": row["industry_code"], "region": row["region_code"], "status": row["status"],
                "year": row["registered_on"] and row["registered_on"].year, "capital": row["capital_cny"],
                "honours": ",".join(sorted(row["honours"] or ())),
            }  # fmt: skip
            assert found[pk]["properties"] == {
                key: value for key, value in said.items() if value not in (None, "")
            }


@pytest.mark.parametrize("wanted", [ALL, Wanted(founded_from=2000)], ids=str)
def test_a_cluster_stands_in_the_middle_of_its_cell_and_keeps_its_id(
    points: Points, rows: list[Row], wanted: Wanted
) -> None:
    z = 8
    (x, y), _count = Counter(tile_of(row, z) for row in rows).most_common(1)[0]
    by_cell: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        if meets(row, wanted) and tile_of(row, z) == (x, y):
            by_cell.setdefault(tile_of(row, z + 4), []).append(row)
    layers = layers_of(tile(points, wanted, z, x, y))
    found = {tuple(part // 256 for part in one["at"]): one for one in layers["clusters"]}
    several = {cell: inside for cell, inside in by_cell.items() if len(inside) > 1}
    assert {(cell[0] - 16 * x, cell[1] - 16 * y) for cell in several} == found.keys()
    for cell, inside in several.items():
        one = found[cell[0] - 16 * x, cell[1] - 16 * y]
        assert one["properties"] == {"count": len(inside)}
        middle = [sum(world(row)[axis] for row in inside) / len(inside) for axis in (0, 1)]
        wide = [(part * 2**z - origin) * 4096 for part, origin in zip(middle, (x, y), strict=True)]
        # Without filters exact; with them every 64 neighbours count at their own middle.
        assert all(abs(a - b) <= (1 if wanted == ALL else 30) for a, b in zip(one["at"], wide, strict=True))
        ids = {int(points.ids[at]) for at in members(points, wanted, one["id"])}
        assert ids == {row["company_id"] for row in inside} and one["id"] >= CLUSTER_IDS
    lone = {inside[0]["company_id"] for inside in by_cell.values() if len(inside) == 1}
    assert {one["id"] for one in layers.get("companies", [])} == lone


def test_ids_are_numbers_of_javascript_and_every_tile_s_own(points: Points, rows: list[Row]) -> None:
    ids: list[int] = []
    for z in (5, 9):
        for x, y in {tile_of(row, z) for row in rows}:
            layers = layers_of(tile(points, ALL, z, x, y))
            ids += [one["id"] for one in layers.get("clusters", [])]
    assert len(ids) == len(set(ids)) and max(ids) < 1 << 53


def test_many_companies_in_one_place_are_one_feature(tmp_path: Path) -> None:
    crowd = [{"company_id": 1 + at, "lon": 116.5, "lat": 35.4} for at in range(MOST_IN_A_PLACE + 1)]
    pair = [{"company_id": 500 + at, "lon": 116.501, "lat": 35.4} for at in range(2)]
    known = [{**row, "industry_code": "C34" if row["company_id"] % 2 else "F51"} for row in crowd + pair]
    version = publish_base(tmp_path, known)
    build(version, version.derived("points"), lambda done, total: None)
    points = Points.open(version.derived("points"))
    x, y = tile_of(crowd[0], 14)
    layers = layers_of(tile(points, ALL, 14, x, y))
    [stack] = layers["clusters"]
    assert stack["properties"] == {"count": len(crowd)}
    assert sorted(one["id"] for one in layers["companies"]) == [500, 501]
    only = Wanted(industries=("F",))
    assert sorted(points.ids[members(points, only, stack["id"])].tolist()) == list(
        range(2, len(crowd) + 1, 2)
    )
    # Fewer than a crowd are left: each stands for itself.
    assert len(layers_of(tile(points, only, 14, x, y))["companies"]) == MOST_IN_A_PLACE // 2 + 1


@pytest.mark.parametrize("count", [0, 1, 64, 4096, 4097])
def test_sizes_at_the_edge_of_words_and_blocks(tmp_path: Path, count: int) -> None:
    rows = [{**row, "lon": 100.0 + at / 1000, "lat": 30.0} for at, row in enumerate(invented_rows(count))]
    version = publish_base(tmp_path, rows)
    build(version, version.derived("points"), lambda done, total: None)
    points = Points.open(version.derived("points"))
    for wanted in (ALL, Wanted(statuses=("active",))):
        assert counted(points, wanted, 0, 0, 0) == sum(meets(row, wanted) for row in rows)


def test_places_at_the_edge_of_the_world_and_beyond(tmp_path: Path) -> None:
    ends = [-180.0, 180.0, 0.0]
    rows = [
        {"company_id": 1 + at, "lon": lon, "lat": lat}
        for at, (lon, lat) in enumerate(itertools.product(ends, (-90.0, 90.0, 0.0)))
    ]
    wrong: list[dict[str, Any]] = [
        {"company_id": 90, "lon": 181.0, "lat": 1.0},
        {"company_id": 91, "lon": 1.0, "lat": math.nan},
    ]
    version = publish_base(tmp_path, [*rows, *wrong])
    build(version, version.derived("points"), lambda done, total: None)
    points = Points.open(version.derived("points"))
    assert (points.size, points.rows) == (9, 11)
    for z in (0, 1, 11, 12):
        side = 1 << z
        corners = {(x, y) for x in (0, side // 2, side - 1) for y in (0, side // 2, side - 1)}
        assert sum(shown(points, ALL, z, x, y)["all"] for x, y in corners) == 9


def test_a_broken_build_leaves_what_was_there(version: Version) -> None:
    folder = version.derived("points")

    def broken(done: int, total: int) -> None:
        raise KeyboardInterrupt

    before = sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir())
    with pytest.raises(KeyboardInterrupt):
        build(version, folder, broken)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()) == before
    assert [path.name for path in folder.parent.iterdir()] == ["points"]


@pytest.mark.parametrize("place", [(LARGEST_ZOOM + 1, 0, 0), (3, 8, 0), (3, 0, -1), (-1, 0, 0)])
def test_a_tile_that_is_none(points: Points, place: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):
        tile(points, ALL, *place)


@pytest.mark.parametrize(
    "feature", [-1, 5, CLUSTER_IDS - 1, CLUSTER_IDS + (40 << 30), (1 << 53) - 1, 1 << 60]
)
def test_a_feature_that_is_none(points: Points, feature: int) -> None:
    with pytest.raises(KeyError):
        members(points, ALL, feature)


def test_a_company_is_found_on_the_map_by_its_id(tmp_path: Path) -> None:
    np.save(tmp_path / "id.npy", np.array([7, 1 << 51, 9], np.uint64))
    np.save(tmp_path / "row.npy", np.array([2, 0, 1], np.uint32))
    assert [row_on_the_map(tmp_path, each) for each in (7, 1 << 51, 9)] == [2, 0, 1]
    assert [row_on_the_map(tmp_path, each) for each in (8, -1, 1 << 60)] == [None] * 3
    assert row_on_the_map(tmp_path / "none", 7) is None


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_pieces_and_threads_change_nothing(
    points: Points, monkeypatch: pytest.MonkeyPatch, wanted: Wanted
) -> None:
    def seen() -> list[Any]:
        found: list[Any] = [
            tile(points, wanted, z, *(int(half[0]) >> 32 - z for half in (points.x, points.y)))
            for z in (0, 2, 5)
        ]
        return [*found, members(points, wanted, CLUSTER_IDS + (4 << 30) + morton_of(*cell)).tolist()]

    cell = (int(points.x[0]) >> 28, int(points.y[0]) >> 28)
    at_once = seen()
    monkeypatch.setattr(sieve, "PIECE", 1)
    assert seen() == at_once
    monkeypatch.setattr(sieve, "ALONE", 1)
    assert seen() == at_once


@pytest.mark.parametrize("left", ["all", "few", "none"])
def test_spans_of_codes_are_found_among_bits(left: str) -> None:
    """Whatever a span's ends have to do with the codes of a block, and however many points are left of it."""
    chance = np.random.default_rng(4)
    codes = np.sort(chance.integers(0, 200, 3 * planes.BLOCK - 10)).astype(np.uint32)
    codes[planes.BLOCK :] = chance.permutation(codes[planes.BLOCK :])
    bits = np.zeros((3, planes.bits_for(int(codes.max())), planes.WORDS), np.uint64)
    planes.fill_planes(codes, bits)
    bounds = planes.find_bounds(codes)
    share = {"all": 1.0, "few": 2 * planes.FEW / planes.BLOCK, "none": 0.0}[left]
    before = chance.random(3 * planes.BLOCK) < share
    some = np.flatnonzero(before[: len(codes)])
    for low, high in [
        (0, 255),
        (0, 0),
        (1, 199),
        (64, 128),
        (127, 127),
        (128, 255),
        (0, 63),
        (199, 199),
        (60, 90),
    ]:
        kept = np.packbits(before, bitorder="little").view(np.uint64).reshape(3, planes.WORDS).copy()
        planes.narrow(bits, bounds, codes, np.array([[low, high]]), 0, kept)
        found = planes.places(kept, 0, 0, len(codes))
        assert found.tolist() == some[(codes[some] >= low) & (codes[some] <= high)].tolist()
