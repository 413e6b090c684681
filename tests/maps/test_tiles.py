"""Tiles of records: exact, filtered like the lists, never more than the reader may see."""

import math
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyogrio import list_layers
from pyogrio.raw import read

from sanku.accounts.models import User
from tests import make
from tests.cast import ROLES, Cast
from tests.fixtures import ClientOf

LON, LAT = 116.69, 35.42
GROUND = {
    "type": "Polygon",
    "coordinates": [
        [[LON, LAT], [LON + 0.004, LAT], [LON + 0.004, LAT + 0.003], [LON, LAT + 0.003], [LON, LAT]]
    ],
}


def tile_of(lon: float, lat: float, z: int) -> str:
    """Return z/x/y of the tile at a position."""
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    return f"{z}/{x}/{y}"


def layers_in(tile: bytes, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the features of a tile by layer, as GDAL reads them."""
    if not tile:
        return {}
    file = folder / "tile.mvt"
    file.write_bytes(tile)
    found = {}
    for name, _kind in list_layers(file):
        meta, _fids, _geometries, columns = read(f"MVT:{file}", layer=name)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        found[name] = [dict(zip(meta["fields"].tolist(), row, strict=True)) for row in rows]
    return found


def asked(client: Client, layer: str, z: int, query: str = "") -> bytes:
    answer = client.get(f"/map/tiles/{layer}/{tile_of(LON, LAT, z)}.mvt{query}")
    assert answer.status_code == 200
    return bytes(answer.content)


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.office)


def test_a_carrier_is_a_point_from_afar_and_its_ground_near_by(
    office: Client, cast: Cast, tmp_path: Path
) -> None:
    site = make.site(cast.zone, "示例地块", kind="land", status="offered", boundary=GROUND)
    far, near = (layers_in(asked(office, "sites", z), tmp_path) for z in (8, 13))
    assert list(far) == ["spots"]
    assert [(one["mvt_id"], one["kind"], one["label"]) for one in far["spots"]] == [
        (site.pk, "offered", "示例地块")
    ]
    assert [(one["mvt_id"], one["kind"]) for one in near["areas"]] == [(site.pk, "offered")]
    assert bool(near["spots"][0]["ground"])
    # Its label would hide the ground at this zoom and has room on it later.
    at_hand = layers_in(asked(office, "sites", 15), tmp_path)["spots"][0]
    assert (near["spots"][0]["below"], at_hand.get("below")) == (22, None)


def test_a_hold_that_has_lapsed_shows_the_carrier_free(office: Client, cast: Cast, tmp_path: Path) -> None:
    make.site(cast.zone, status="held", held_until=make.TODAY.replace(year=2020), lon=LON, lat=LAT)
    assert layers_in(asked(office, "sites", 9), tmp_path)["spots"][0]["kind"] == "free"


def test_clusters_count_exactly_and_say_what_they_span(office: Client, cast: Cast, tmp_path: Path) -> None:
    for number in range(7):
        make.company(cast.zone, lon=LON + number / 10_000, lat=LAT)
    make.company(cast.zone, "示例远处公司")  # without a position
    clusters = layers_in(asked(office, "companies", 6), tmp_path)["clusters"]
    assert [one["count"] for one in clusters] == [7]
    west, south, east, north = map(float, clusters[0]["box"].split(","))
    assert west <= LON <= LON + 0.0006 <= east and south <= LAT <= north


@pytest.mark.parametrize("z", [0, 3, 7, 11, 14, 18])
def test_no_record_is_lost_or_drawn_twice_over_neighbouring_tiles(
    office: Client, cast: Cast, tmp_path: Path, z: int
) -> None:
    spots = [(LON + dx / 800, LAT + dy / 800) for dx in range(-3, 4) for dy in range(-3, 4)]
    for lon, lat in spots:
        make.company(cast.zone, lon=lon, lat=lat)
    tiles = {tile_of(lon, lat, z) for lon, lat in spots}
    total = 0
    for tile in tiles:
        found = layers_in(office.get(f"/map/tiles/companies/{tile}.mvt").content, tmp_path)
        total += len(found.get("spots", [])) + sum(one["count"] for one in found.get("clusters", []))
    assert total == len(spots)


def test_tiles_take_the_query_of_the_list(office: Client, cast: Cast, tmp_path: Path) -> None:
    make.project(cast.zone, "示例甲", stage="signed", lon=LON, lat=LAT)
    make.project(cast.zone, "示例乙", stage="lead", lon=LON, lat=LAT)
    signed = layers_in(asked(office, "projects", 9, "?stage=signed"), tmp_path)
    assert [one["label"] for one in signed["spots"]] == ["示例甲"]
    assert [one["count"] for one in layers_in(asked(office, "projects", 9), tmp_path)["clusters"]] == [2]
    assert asked(office, "projects", 9, "?q=没有这样的项目") == b""


def test_a_project_without_a_place_stands_at_its_investor(office: Client, cast: Cast, tmp_path: Path) -> None:
    investor = make.company(cast.zone, lon=LON, lat=LAT)
    make.project(cast.zone, "示例丙", investor=investor)
    make.project(cast.zone, "示例丁", investor=investor, lon=10.0, lat=10.0)
    make.project(cast.zone, "示例戊")
    found = layers_in(asked(office, "projects", 12), tmp_path)
    assert [one["label"] for one in found["spots"]] == ["示例丙"]


def seen(person: User, client_of: ClientOf, layer: str, folder: Path) -> int:
    """Return how many records a person's tile of the whole world holds."""
    found = layers_in(client_of(person).get(f"/map/tiles/{layer}/0/0/0.mvt").content, folder)
    gathered: int = sum(one["count"] for one in found.get("clusters", []))
    return len(found.get("spots", [])) + gathered


@pytest.mark.parametrize("layer", ["sites", "projects", "companies", "targets"])
def test_a_tile_holds_what_the_list_holds_for_everybody(
    cast: Cast, client_of: ClientOf, tmp_path: Path, layer: str
) -> None:
    from sanku.maps.layers import LAYERS

    for zone in (cast.zone, cast.other_zone):
        for number in range(3):
            company = make.company(zone, lon=LON + number, lat=LAT)
            holder = cast.department if zone == cast.zone else make.department(zone)
            make.target(company=company, department=holder)
            make.project(
                zone, department=holder, lon=LON + number, lat=LAT, stage=["lead", "signed", "landed"][number]
            )
            make.site(zone, lon=LON, lat=LAT)
    make.site(cast.zone, lon=LON, lat=LAT, removed_at=make.NOW)
    for person in [*map(cast.of, ROLES), cast.rival, cast.outsider]:
        may_see = LAYERS[layer].library.records(person).count()
        assert seen(person, client_of, layer, tmp_path) == may_see, person.username
    assert seen(cast.outsider, client_of, layer, tmp_path) == 3
    if layer in ("projects", "targets"):
        assert seen(cast.rival, client_of, layer, tmp_path) == 0


def test_an_unchanged_tile_is_not_sent_again_and_belongs_to_its_reader(
    cast: Cast, client_of: ClientOf
) -> None:
    from sanku.audit.operations import Draft
    from sanku.sites.models import Site
    from sanku.sites.operations import save_sites

    office, outsider = client_of(cast.office), client_of(cast.outsider)
    address = "/map/tiles/sites/0/0/0.mvt"
    first = office.get(address)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert office.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert outsider.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert office.get(f"{address}?status=free", headers={"If-None-Match": tag}).status_code == 200
    draft = Draft(Site(zone=cast.zone), {"name": "示例新地块", "kind": "land", "lon": LON, "lat": LAT})
    save_sites([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    assert office.get(address, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("address", ["sites/3/8/0", "sites/23/0/0", "nothing/0/0/0", "sites/1/0/2"])
def test_what_is_no_tile_is_not_there(office: Client, address: str) -> None:
    assert office.get(f"/map/tiles/{address}.mvt").status_code == 404


def test_a_boundary_that_crosses_itself_breaks_no_tile(office: Client, cast: Cast) -> None:
    bow = [[LON, LAT], [LON + 0.01, LAT + 0.01], [LON + 0.01, LAT], [LON, LAT + 0.01], [LON, LAT]]
    make.site(cast.zone, boundary={"type": "Polygon", "coordinates": [bow]})
    assert asked(office, "sites", 13)
