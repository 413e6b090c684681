"""The national base on the map: who gets its tiles, how they are kept, what is refused, which version is served."""

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sanku.maps.national.serving import served
from sanku.warehouse.points.build import build
from sanku.warehouse.versions import Base, Version, VersionInUse
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.maps.decoded import layers_of
from tests.maps.test_tiles import layers_in
from tests.warehouse.bases import Row, invented_rows, publish_base

LON, LAT = 116.6, 35.4
ADDRESS = "/map/national"


def published(folder: Path, rows: list[Row], name: str = "2026-11") -> Version:
    version = publish_base(folder, rows, name)
    build(version, version.derived("points"), lambda done, total: None)
    return version


def at(z: int, lon: float = LON, lat: float = LAT) -> tuple[int, int]:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(y * 2**z)


def address(z: int, query: str = "") -> str:
    x, y = at(z)
    return f"{ADDRESS}/{z}/{x}/{y}.mvt{query}"


def total(tile: bytes) -> int:
    layers = layers_of(tile)
    found: int = len(layers.get("companies", [])) + sum(
        one["properties"]["count"] for one in layers.get("clusters", [])
    )
    return found


@pytest.fixture
def base(tmp_path: Path, settings: Any) -> Path:
    settings.BASE_DIR = tmp_path / "base"
    return tmp_path / "base"


@pytest.fixture
def version(base: Path) -> Version:
    return published(base, invented_rows(400))


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.office)


def test_whoever_is_signed_in_gets_the_same_tile_and_nobody_else_any(
    version: Version, cast: Cast, client_of: ClientOf
) -> None:
    tiles = [client_of(person).get(address(5)) for person in (cast.office, cast.service, cast.outsider)]
    assert [one.status_code for one in tiles] == [200] * 3
    assert len({one.content for one in tiles}) == 1
    for page in (address(5), f"{ADDRESS}/tiles.json"):
        answer = Client().get(page)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert Client().get("/ogc/tiles/WebMercatorQuad/0/0/0").status_code == 401


def test_records_of_a_zone_are_in_no_tile_of_the_base(version: Version, cast: Cast, client: Client) -> None:
    before = client.get(address(12)).content
    make.company(cast.zone, "示例机密公司", lon=LON, lat=LAT)
    assert client.get(address(12)).content == before


def test_a_tile_that_the_browser_has_is_not_sent_again(version: Version, client: Client) -> None:
    first = client.get(address(6, "?industry=C&founded_from=2000"))
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache" and "Cookie" in first.headers["Vary"]
    again = client.get(
        address(6, "?founded_from=2000&industry=C,C"), headers={"If-None-Match": f'"x", W/{tag}'}
    )
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    others = [address(6), address(6, "?industry=C"), address(7, "?industry=C&founded_from=2000")]
    assert tag not in {client.get(other).headers["ETag"] for other in others}


def test_a_tile_costs_no_more_than_the_sign_in(
    version: Version, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(address(6))
    with django_assert_max_num_queries(2):
        client.get(address(6, "?region=370000"))


def test_filters_leave_what_they_say(version: Version, client: Client) -> None:
    rows = [row for row in invented_rows(400) if row["lon"] is not None]

    def count(query: str) -> int:
        return total(client.get(f"{ADDRESS}/0/0/0.mvt?{query}").content)

    assert count("") == len(rows)
    assert count("industry=c34&industry=F") == sum(
        (row["industry_code"] or "")[:3] in ("C34", "F51") for row in rows
    )
    assert count("region=3708,44") == sum((row["region_code"] or "")[:4] in ("3708", "4403") for row in rows)
    assert count("honour=little_giant") == sum("little_giant" in (row["honours"] or ()) for row in rows)
    assert count("status=active,revoked") == sum(row["status"] != "cancelled" for row in rows)
    assert count("capital_min=10000000&capital_max=") == sum((row["capital_cny"] or 0) >= 1e7 for row in rows)


def test_a_tile_without_companies_has_no_content(version: Version, client: Client) -> None:
    for url in (f"{ADDRESS}/14/0/0.mvt", f"{ADDRESS}/3/0/0.mvt", address(5, "?honour=none_such")):
        answer = client.get(url)
        assert (answer.status_code, answer.content) == (204, b"") and answer.headers["ETag"]


@pytest.mark.parametrize(
    "query",
    [
        "industry=Z", "industry=c3", "industry=34", "region=3", "region=37081", "region=abc", "honour=%27", "status=alive",
        "founded_from=20", "founded_to=nan", "founded_from=2020&founded_to=2010", "capital_min=-1", "capital_min=1e9",
        "capital_max=inf", "capital_min=5&capital_max=4", "color=red", "industry=" + ",".join(f"A{n:02}" for n in range(70)),
        "region=%00", "founded_from=%ff%fe", "capital_min=" + "9" * 4000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_not_left_out(version: Version, client: Client, query: str) -> None:
    for url in (f"{ADDRESS}/0/0/0.mvt", f"{ADDRESS}/tiles.json", "/ogc/tiles/WebMercatorQuad/0/0/0.mvt"):
        answer = client.get(f"{url}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameterValue"), url
        assert query.split("=")[0].split("_")[0] in answer.json()["description"]


@pytest.mark.parametrize(
    "place", ["15/0/0", "3/8/0", "3/0/8", "0/1/0", "99999999999999999999/0/0", "9/0/99999999999999999999"]
)
def test_a_tile_that_is_none_is_not_there(version: Version, client: Client, place: str) -> None:
    assert client.get(f"{ADDRESS}/{place}.mvt").status_code == 404
    assert client.get(f"/ogc/tiles/WebMercatorQuad/{place}").status_code == 404


def test_without_a_base_nothing_is_offered(base: Path, client: Client) -> None:
    def offered() -> list[int]:
        urls = (
            f"{ADDRESS}/tiles.json",
            address(0),
            "/ogc/tiles",
            "/ogc/tileMatrixSets",
            "/ogc/tiles/WebMercatorQuad",
        )
        return [client.get(url).status_code for url in urls]

    assert offered() == [404] * 5
    assert "tilesets" not in client.get("/ogc/").content.decode()
    version = publish_base(base, invented_rows(20))
    assert offered() == [404] * 5  # a version whose points were not derived yet
    build(version, version.derived("points"), lambda done, total: None)
    assert offered() == [200] * 5
    assert "tilesets-vector" in client.get("/ogc/").content.decode()


def test_another_version_is_served_from_the_next_request_on(base: Path, client: Client) -> None:
    published(base, invented_rows(100), "first")
    first = client.get(f"{ADDRESS}/0/0/0.mvt")
    published(base, invented_rows(300), "second")
    second = client.get(f"{ADDRESS}/0/0/0.mvt", headers={"If-None-Match": first.headers["ETag"]})
    assert (total(first.content), second.status_code) == (
        len([1 for row in invented_rows(100) if row["lon"]]),
        200,
    )
    assert total(second.content) == len([1 for row in invented_rows(300) if row["lon"]])
    Base(base).drop("first")  # nobody holds it any more
    Base(base).use("second")
    assert client.get(f"{ADDRESS}/0/0/0.mvt").content == second.content


def test_a_version_that_is_open_is_not_dropped(base: Path) -> None:
    published(base, invented_rows(50), "old")
    reading = served()
    assert reading is not None
    published(base, invented_rows(50), "new")
    with pytest.raises(VersionInUse):
        Base(base).drop("old")
    assert served() is not reading
    del reading
    Base(base).drop("old")


def test_points_made_anew_are_tagged_anew(base: Path, version: Version, client: Client) -> None:
    tag = client.get(address(0)).headers["ETag"]
    build(version, version.derived("points"), lambda done, total: None)
    assert client.get(address(0)).headers["ETag"] != tag


def test_points_of_another_edition_of_the_program_are_not_served(version: Version, client: Client) -> None:
    meta = version.derived("points") / "meta.json"
    meta.write_text(meta.read_text().replace('"edition": 1', '"edition": 0'))
    assert client.get(address(0)).status_code == 404


def test_tilejson_leads_to_tiles_that_gdal_reads(version: Version, client: Client, tmp_path: Path) -> None:
    found = client.get(f"{ADDRESS}/tiles.json?status=active").json()
    assert (found["tilejson"], found["minzoom"], found["maxzoom"]) == ("3.0.0", 0, 14)
    west, south, east, north = found["bounds"]
    assert west < LON < east and south < LAT < north
    x, y = at(10)
    url = found["tiles"][0].format(z=10, x=x, y=y)
    tile = client.get(url.removeprefix("http://testserver")).content
    read = layers_in(tile, tmp_path)
    described = {one["id"]: one["fields"].keys() for one in found["vector_layers"]}
    own = layers_of(tile)
    for name, features in read.items():
        assert set().union(*features) - {"mvt_id"} <= described[name]
        assert sorted(one["mvt_id"] for one in features) == sorted(one["id"] for one in own[name])
    assert {one["status"] for one in read["companies"]} == {"active"}


def test_ogc_tiles_lead_from_the_landing_page_to_a_tile(version: Version, client: Client) -> None:
    landing = client.get("/ogc/").json()["links"]
    lists = next(one["href"] for one in landing if one["rel"].endswith("tilesets-vector"))
    [listed] = client.get(lists).json()["tilesets"]
    links = {one["rel"].rpartition("/")[2]: one for one in listed["links"]}
    whole = client.get(links["self"]["href"]).json()
    matrices = client.get(links["tiling-scheme"]["href"]).json()
    assert (whole["dataType"], whole["tileMatrixSetURI"]) == ("vector", matrices["uri"])
    assert [one["id"] for one in matrices["tileMatrices"]] == [str(z) for z in range(15)]
    assert matrices["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    assert {layer["id"] for layer in whole["layers"]} == {"companies", "clusters"}
    assert (links["item"]["templated"], links["item"]["type"]) == (True, "application/vnd.mapbox-vector-tile")
    x, y = at(7)
    url = links["item"]["href"].format(tileMatrix=7, tileRow=y, tileCol=x)
    answer = client.get(url, headers={"Accept": "application/vnd.mapbox-vector-tile"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert (
        answer.content
        == client.get(f"{ADDRESS}/7/{x}/{y}.mvt").content
        == client.get(f"{url}.mvt?f=mvt").content
    )
    assert client.get(url, headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"{url}?f=png").status_code == 400
    assert client.get("/ogc/tiles/Other").status_code == 404
    conforms = client.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt" in conforms
    paths = json.dumps(client.get("/ogc/api").json()["paths"])
    assert "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}" in paths


def test_a_click_shows_the_company_with_its_industry_and_capital(base: Path, client: Client) -> None:
    rows = [
        {"company_id": 7, "name": "示例机床有限公司", "lon": LON, "lat": LAT, "industry_code": "C3421", "capital_cny": 25_000_000.0,
         "registered_on": date(2015, 4, 1), "position_source": "given", "uscc": "91370811MA3C0XQ10T", "honours": ["high_tech"]},
        {"company_id": 8, "name": "示例<b>商贸</b>有限公司", "lon": LON + 5, "lat": LAT, "position_source": "place"},
    ]  # fmt: skip
    published(base, rows)
    card = client.get(f"{ADDRESS}/features/7/").content.decode()
    for said in (
        "示例机床有限公司",
        "制造业",
        "C3421",
        "2,500",
        "2015-04-01",
        "91370811MA3C0XQ10T",
        "high_tech",
    ):
        assert said in card, said
    assert "代表点" not in card
    assert 'href="/base/2026-11/0/"' in card and client.get("/base/2026-11/0/").status_code == 200
    other = client.get(f"{ADDRESS}/features/8/").content.decode()
    assert "代表点" in other and "示例&lt;b&gt;商贸" in other
    for gone in ("9", str(1 << 52), "99999999999999999999"):
        assert client.get(f"{ADDRESS}/features/{gone}/").status_code == 404
    assert client.get(f"{ADDRESS}/features/7/?industry=x").status_code == 400


def test_many_companies_in_one_place_are_listed_as_far_as_wanted(base: Path, client: Client) -> None:
    rows = [
        {
            "company_id": 1 + at,
            "lon": LON,
            "lat": LAT,
            "capital_cny": at * 1e6,
            "status": "active" if at % 2 else "revoked",
        }
        for at in range(70)
    ]
    published(base, rows)
    [stack] = layers_of(client.get(address(14)).content)["clusters"]
    card = client.get(f"{ADDRESS}/features/{stack['id']}/").content.decode()
    assert "此处 70 家企业" in card and card.count("data-national-id") == 20 and "另有 50 家" in card
    assert 'data-national-id="70"' in card and 'data-national-id="1"' not in card
    active = client.get(f"{ADDRESS}/features/{stack['id']}/?status=active").content.decode()
    assert "此处 35 家企业" in active
    assert client.get(f"{ADDRESS}/features/{stack['id']}/?status=moved").status_code == 404


def test_the_page_offers_the_layer_where_there_is_a_base(base: Path, client: Client) -> None:
    assert "data-national" not in client.get("/map/").content.decode()
    published(base, invented_rows(30))
    page = client.get("/map/").content.decode()
    assert "data-national-panel" in page and '"/map/national/{z}/{x}/{y}.mvt"' in page
    for value in ("C", "370000", "revoked", "high_tech"):
        assert f'<option value="{value}">' in page
