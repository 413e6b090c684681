"""The libraries as layers: read by GDAL's own client, in the reader's scope, strictly as the standard says."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.operations import make_token
from sanku.audit.models import Action, Entry
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[116.5, 35.4], [116.6, 35.4], [116.6, 35.5], [116.5, 35.5], [116.5, 35.4]]],
}
FAR = {"type": "Polygon", "coordinates": [[[117.5, 36.4], [117.6, 36.4], [117.6, 36.5], [117.5, 36.4]]]}


def token_of(person: User, *, may_write: bool = False) -> str:
    return make_token(
        name="示例程序", may_write=may_write, days=30, actor=person, now=timezone.now(), via=make.VIA
    )[1]


@pytest.fixture
def client(cast: Cast, client_of: ClientOf) -> Any:
    return client_of(cast.office)


@pytest.fixture
def places(cast: Cast) -> Cast:
    make.site(
        cast.zone, "示例地块一", kind="land", boundary=SQUARE, lon=116.55, lat=35.45, area_total_m2="20000"
    )
    make.site(cast.zone, "示例地块二", kind="land", boundary=FAR)
    make.site(cast.zone, "示例厂房三", lon=116.7, lat=35.3)
    make.site(cast.zone, "示例厂房四")
    make.company(cast.zone, "示例甲公司", lon=116.6, lat=35.4, is_key=True, sector="equipment")
    make.company(cast.zone, "示例乙公司", sector="new_materials")
    make.company(cast.zone, "示例丙公司", removed_at=make.NOW)
    make.company(cast.other_zone, "示例外区公司", lon=116.6, lat=35.4)
    make.project(cast.zone, "示例己项目", department=cast.department, investment="1000000.50")
    make.project(cast.zone, "示例他项目", department=cast.rival_department)
    return cast


def items(client: Any, layer: str, status: int = 200, **query: Any) -> Any:
    answer = client.get(f"/ogc/collections/{layer}/items", query)
    assert answer.status_code == status, answer.content
    return answer.json()


def labels(page: Any) -> set[str]:
    return {one["properties"]["label"] for one in page["features"]}


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_the_layers_with_a_token(places: Cast, live_server: Any) -> None:
    more = [make.company(places.zone, f"示例批量{number}", lon=110.0, lat=30.0).name for number in range(230)]
    bearer = {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token_of(places.promotion)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.maps.gdal_reads", f"OAPIF:{live_server.url}/ogc/"],
        env={**os.environ, **bearer}, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["layers"] == ["companies", "carriers", "projects"]
    companies = sorted(["示例甲公司", "示例乙公司", *more])
    assert found["by 100"] == found["by 1000"] == [companies, 1]
    assert (found["in box"], found["carriers"]) == (["示例地块一"], 4)
    assert "CRS84" in found["crs"]
    assert found["projects"] == [["示例己项目"], 1]  # the rival department's is none of his


@pytest.mark.django_db
def test_whole_amounts_have_a_decimal_point(places: Cast, client: Any) -> None:
    """GDAL tells a column's type by the first figures it meets."""
    areas = [one["properties"]["area_total_m2"] for one in items(client, "carriers")["features"]]
    assert {type(area) for area in areas if area is not None} == {float}


def test_the_way_leads_from_the_landing_page_to_every_feature(places: Cast, client: Any) -> None:
    seen: set[str] = set()
    todo = ["http://testserver/ogc/"]
    while todo:
        url = todo.pop()
        if url in seen:
            continue
        seen.add(url)
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = answer.json()
        for part in [body, *body.get("collections", [])]:
            links = part.get("links", [])
            for one in links:
                assert {"href", "rel", "type"} <= one.keys()
                # What a link says of its target is so.
                if one["href"] == url:
                    assert answer.headers["Content-Type"] == one["type"], url
            todo += [one["href"] for one in links]
    assert "http://testserver/ogc/collections/carriers/items" in seen
    assert "http://testserver/ogc/collections/projects/queryables" in seen


def test_features_are_geojson_with_their_values_and_no_contacts(places: Cast, client: Any) -> None:
    page = items(client, "carriers")
    assert (page["type"], page["numberMatched"], page["numberReturned"]) == ("FeatureCollection", 4, 4)
    shapes = {one["properties"]["label"]: one["geometry"] for one in page["features"]}
    assert shapes["示例地块一"] == SQUARE
    assert shapes["示例厂房三"] == {"type": "Point", "coordinates": [116.7, 35.3]}
    assert shapes["示例厂房四"] is None
    parcel = next(one for one in page["features"] if one["properties"]["label"] == "示例地块一")
    assert parcel["properties"]["area_total_m2"] == 20000
    assert "boundary" not in parcel["properties"] and "search_text" not in parcel["properties"]
    one = client.get(f"/ogc/collections/carriers/items/{parcel['id']}").json()
    assert (one["geometry"], one["properties"]) == (parcel["geometry"], parcel["properties"])
    project = items(client, "projects", q="示例己")["features"][0]
    assert project["geometry"] is None and project["properties"]["investment"] == 1000000.5
    contact = make.contact(make.company(places.zone), places.department, name="示曌人", phone="13800001234")
    text = client.get("/ogc/collections/companies/items").content.decode()
    assert contact.name not in text and contact.phone not in text


def test_everybody_sees_his_own_only(places: Cast, client_of: ClientOf) -> None:
    assert labels(items(client_of(places.promotion), "projects")) == {"示例己项目"}
    assert labels(items(client_of(places.rival), "projects")) == {"示例他项目"}
    assert labels(items(client_of(places.outsider), "companies")) == {"示例外区公司"}
    theirs = items(client_of(places.rival), "projects")["features"][0]["id"]
    assert client_of(places.promotion).get(f"/ogc/collections/projects/items/{theirs}").status_code == 404
    assert (
        client_of(places.promotion).get("/ogc/collections/projects/items/99999999999999999999").status_code
        == 404
    )


def test_a_box_finds_what_it_touches_in_every_reference_system(places: Cast, client: Any) -> None:
    def found(box: str, **more: Any) -> set[str]:
        return labels(items(client, "carriers", bbox=box, **more))

    assert found("116.4,35.3,116.52,35.41") == {"示例地块一"}  # its position is not in it, its boundary is
    assert found("116.65,35.2,116.8,35.39") == {"示例厂房三"}
    assert found("35.2,116.65,35.4,116.8", **{"bbox-crs": "http://www.opengis.net/def/crs/EPSG/0/4490"}) == {
        "示例厂房三"
    }
    assert found("170,-10,-170,10") == set()
    assert found("110,35.2,0,116.8,35.39,9") == {"示例厂房三"}
    assert labels(items(client, "companies", bbox="116,35,117,36")) == {"示例甲公司"}
    assert items(client, "projects", bbox="116,35,117,36")["numberMatched"] == 0


def test_axes_are_turned_where_the_reference_system_has_latitude_first(places: Cast, client: Any) -> None:
    crs = "http://www.opengis.net/def/crs/EPSG/0/4326"
    answer = client.get("/ogc/collections/carriers/items", {"crs": crs})
    assert answer.headers["Content-Crs"] == f"<{crs}>"
    shapes = {one["properties"]["label"]: one["geometry"] for one in answer.json()["features"]}
    assert shapes["示例厂房三"]["coordinates"] == [35.3, 116.7]
    assert shapes["示例地块一"]["coordinates"][0][1] == [35.4, 116.6]
    assert "CRS84" in client.get("/ogc/collections/carriers/items").headers["Content-Crs"]


def test_filters_are_those_of_the_library(places: Cast, client: Any) -> None:
    assert labels(items(client, "companies", key="1")) == {"示例甲公司"}
    assert labels(items(client, "companies", sector="new_materials")) == {"示例乙公司"}
    assert labels(items(client, "companies", q="乙公司")) == {"示例乙公司"}
    known = client.get("/ogc/collections/companies/queryables").json()["properties"]
    assert {"key", "sector", "capital_min", "established_from", "geometry"} <= known.keys()


def test_what_changed_when_is_asked_for_by_moment_and_interval(places: Cast, client: Any) -> None:
    later = make.company(places.zone, "示例晚公司")
    type(later).objects.filter(pk=later.pk).update(updated_at=make.NOW + timedelta(days=3))
    for asked, found in {
        "2026-11-26T01:30:00Z": {"示例晚公司"},
        "2026-11-26": {"示例晚公司"},
        "2026-11-25T00:00:00Z/..": {"示例晚公司"},
        "../2026-11-25T00:00:00+08:00": {"示例甲公司", "示例乙公司"},
        "/2026-11-25": {"示例甲公司", "示例乙公司"},
        "2026-11-23/2026-11-26": {"示例甲公司", "示例乙公司", "示例晚公司"},
    }.items():
        assert labels(items(client, "companies", datetime=asked)) == found, asked


def test_pages_follow_each_other_by_key_and_count_once(
    places: Cast, client: Any, django_assert_max_num_queries: Any
) -> None:
    made = [make.company(places.zone, f"示例{number}") for number in range(30)]
    url, seen, depth = "/ogc/collections/companies/items?limit=5", [], 0
    while url:
        with django_assert_max_num_queries(5):
            page = client.get(url).json()
        assert page["numberMatched"] == 32
        seen += [one["id"] for one in page["features"]]
        url = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
        depth += 1
    assert (len(seen), len(set(seen)), depth) == (32, 32, 7)
    assert {one.pk for one in made} <= set(seen)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "x"}, {"limit": "-1"}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "nan,0,1,1"},
        {"bbox": "0,10,1,5"}, {"crs": "EPSG:3857"}, {"bbox-crs": "x"}, {"datetime": "yesterday"}, {"datetime": "2026-13-01"},
        {"datetime": "2026-11-23T99:00:00Z"}, {"cursor": "1"}, {"cursor": "a.b"}, {"secor": "equipment"}, {"sector": "nonsense"},
        {"datetime": "2026-12-01/2026-01-01"}, {"cursor": "0.5.entered"}, {"foo": "1"},
        {"capital_min": "many"}, {"established_from": "soon"}, {"key": "yes"}, {"f": "html"}, {"sector": "x" * 300},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_not_left_out(places: Cast, client: Any, query: Any) -> None:
    answer = items(client, "companies", 400, **query)
    assert answer["code"] == "InvalidParameterValue"
    assert answer["description"].startswith(next(iter(query)))


def test_more_than_a_page_of_a_list_is_an_export_in_the_ledger(places: Cast, client: Any) -> None:
    for number in range(60):
        make.company(places.zone, f"示例{number}")
    items(client, "companies", limit=50)
    assert not Entry.objects.filter(action=Action.EXPORT).exists()
    page = items(client, "companies", limit=55, sector="equipment")
    page = items(client, "companies", limit=55)
    entry = Entry.objects.get(action=Action.EXPORT)
    assert (entry.channel, entry.actor, entry.changes[0]["new"]) == ("api", places.office, 62)
    rest = next(one["href"] for one in page["links"] if one["rel"] == "next")
    assert client.get(rest).json()["numberReturned"] == 7
    assert Entry.objects.filter(action=Action.EXPORT).count() == 1


def test_unknown_collections_are_not_there_and_nobody_gets_in_without_a_key(
    places: Cast, client: Any
) -> None:
    for page in ("", "/items", "/queryables", "/items/1"):
        assert client.get(f"/ogc/collections/contacts{page}").status_code == 404
    client.logout()
    answer = client.get("/ogc/collections/companies/items")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "not_signed_in")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_the_description_of_the_interface_is_whole(places: Cast, client: Any) -> None:
    api = client.get("/ogc/api").json()
    assert api["openapi"].startswith("3.0")
    for path in api["paths"]:
        url = f"/ogc{path}".replace("{featureId}", "1")
        assert client.get(url).status_code in (200, 404), url
    parameters = {one["name"] for one in api["paths"]["/collections/companies/items"]["get"]["parameters"]}
    assert {"limit", "bbox", "datetime", "crs", "bbox-crs", "sector"} <= parameters


def test_a_project_stands_where_the_map_places_it(places: Cast, client: Any) -> None:
    investor = make.company(places.zone, "示例投资方", lon=116.2, lat=35.2)
    make.project(places.zone, "示例随投资方", department=places.department, investor=investor)
    make.project(
        places.zone, "示例自有位置", department=places.department, investor=investor, lon=116.9, lat=35.9
    )
    shapes = {one["properties"]["label"]: one["geometry"] for one in items(client, "projects")["features"]}
    assert shapes["示例随投资方"] == {"type": "Point", "coordinates": [116.2, 35.2]}
    assert shapes["示例自有位置"] == {"type": "Point", "coordinates": [116.9, 35.9]}
    assert shapes["示例己项目"] is None
    assert labels(items(client, "projects", bbox="116.1,35.1,116.3,35.3")) == {"示例随投资方"}
    assert labels(items(client, "projects", bbox="116.8,35.8,117,36")) == {"示例自有位置"}
    described = client.get("/ogc/collections/projects/queryables").json()["properties"]["geometry"]
    assert described["format"] == "geometry-point"


def test_a_box_across_the_180th_meridian_finds_both_sides(places: Cast, client: Any) -> None:
    for lon in (179.5, -179.5, 0.0):
        make.site(places.zone, f"示例{lon}", lon=lon, lat=10.0)
    assert labels(items(client, "carriers", bbox="170,0,-170,20")) == {"示例179.5", "示例-179.5"}


def test_a_hold_that_has_lapsed_is_nobodys(places: Cast, client: Any) -> None:
    """By both interfaces; the table and its exports say so elsewhere."""
    day = make.TODAY.replace(year=2020)
    lapsed = make.site(places.zone, "示例过期", status="held", held_until=day, held_for="示例丙项目")
    day = make.TODAY.replace(year=2099)
    held = make.site(places.zone, "示例在押", status="held", held_until=day, held_for="示例丁项目")
    for site, said in (
        (lapsed, ("free", "", None)),
        (held, ("held", "示例丁项目", "2099" + day.isoformat()[4:])),
    ):
        feature = client.get(f"/ogc/collections/carriers/items/{site.pk}").json()["properties"]
        record = client.get(f"/api/sites/{site.pk}").json()
        for found in (feature, record):
            assert (found["status"], found["held_for"], found["held_until"]) == said
    assert "示例丙项目" not in client.get("/ogc/collections/carriers/items").content.decode()


def test_every_page_refuses_parameters_that_it_does_not_know(places: Cast, client: Any) -> None:
    one = items(client, "companies")["features"][0]["id"]
    for path in ("", "conformance", "api", "collections", "collections/companies", "collections/companies/queryables",
                 f"collections/companies/items/{one}"):  # fmt: skip
        assert client.get(f"/ogc/{path}", {"f": "json"}).status_code == 200, path
        for query in ({"foo": "1"}, {"f": "html"}):
            answer = client.get(f"/ogc/{path}", query)
            assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameterValue"), path
    assert client.get(f"/ogc/collections/companies/items/{one}", {"limit": "5"}).status_code == 400


def test_what_is_not_there_is_said_in_json(places: Cast, client: Any) -> None:
    for path in (
        "/ogc/nothing",
        "/ogc/collections/companies/items/abc",
        "/ogc/collections/a%20b",
        "/api/nothing",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["Content-Type"] == "application/json", path
        answer.json()
    assert client.post("/ogc/collections/companies/items").status_code in (403, 405)
    answer = client.head("/ogc/collections/companies/items")
    assert (answer.status_code, answer.content) == (200, b"")


def test_nobody_takes_a_library_past_the_ledger_by_a_page_of_his_own_making(
    places: Cast, client: Any
) -> None:
    """A cursor of small pages, which need no entry, opens no large one."""
    for number in range(60):
        make.company(places.zone, f"示例{number}")
    small = items(client, "companies", limit=2)
    following = next(one["href"] for one in small["links"] if one["rel"] == "next")
    assert not Entry.objects.filter(action=Action.EXPORT).exists()
    assert client.get(following.replace("limit=2", "limit=55")).json()["numberReturned"] == 55
    assert Entry.objects.filter(action=Action.EXPORT).count() == 1
    assert client.get(f"{following}&sector=equipment").status_code == 400
