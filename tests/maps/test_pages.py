"""The map's page and the list beside it: exact, in scope, in step with the lists."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from sanku.accounts.models import Zone
from sanku.audit.models import Entry
from sanku.config.environment import PROJECT, Environment
from sanku.config.security import ContentSecurityPolicyMiddleware
from sanku.library.known import libraries
from sanku.library.state import filter_names
from sanku.maps.base import addresses, pictures
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

LON, LAT = 116.69, 35.42
HERE = f"{LON - 0.01},{LAT - 0.01},{LON + 0.01},{LAT + 0.01}"
RING = [[116.6, 35.3], [116.8, 35.3], [116.8, 35.5], [116.6, 35.3]]


@pytest.fixture
def office(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.office)


def listed(client: Client, query: str) -> dict[str, Any]:
    """Return the context of the list."""
    answer = client.get(f"/map/list/?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["listing"]
    return found


def test_the_list_holds_what_is_in_view_and_counts_what_no_map_shows(office: Client, cast: Cast) -> None:
    make.site(cast.zone, "示例此处", lon=LON, lat=LAT)
    make.site(cast.zone, "示例别处", lon=LON + 1, lat=LAT)
    make.site(cast.zone, "示例无处")
    make.site(cast.other_zone, "示例他区", lon=LON, lat=LAT)
    found = listed(office, f"in=sites&box={HERE}")
    assert [row["title"] for row in found["rows"]] == ["示例此处"]
    assert (found["total"], found["unplaced"]) == (1, 1)
    assert listed(office, "in=sites")["total"] == 2


def test_no_filter_is_called_as_a_word_of_the_maps_addresses() -> None:
    """A tile that said for which edition of the ledger it was asked was filtered by the honours list of that number."""
    written = (PROJECT / "frontend/map/address.ts").read_text(encoding="utf-8")
    words = {*re.findall(r'(?:take|\.set)\("([^"]+)"', written), *libraries()}
    assert {"in", "at", "box", "as-of", "companies"} <= words
    filters = {
        name for library in libraries().values() for spec in library.filters for name in filter_names(spec)
    }
    assert "edition" in filters
    assert not words & filters


def test_a_carrier_is_in_view_as_soon_as_its_ground_is(office: Client, cast: Cast) -> None:
    wide = [[LON - 1, LAT - 1], [LON, LAT - 1], [LON, LAT], [LON - 1, LAT], [LON - 1, LAT - 1]]
    make.site(cast.zone, boundary={"type": "Polygon", "coordinates": [wide]})
    assert listed(office, f"in=sites&box={HERE}")["total"] == 1


def test_tabs_count_the_other_layers_by_their_own_filters(office: Client, cast: Cast) -> None:
    for stage in ("lead", "signed", "signed"):
        make.project(cast.zone, stage=stage, lon=LON, lat=LAT)
    make.company(cast.zone, lon=LON, lat=LAT)
    found = listed(office, f"in=sites&box={HERE}&projects=stage%3Dsigned&layers=sites,projects")
    counts = {tab["name"]: tab["count"] for tab in found["tabs"]}
    assert counts == {"sites": 0, "projects": 2, "companies": None, "targets": None}


def test_a_drawn_shape_lists_the_same_on_the_map_in_the_list_and_in_the_export(
    office: Client, cast: Cast
) -> None:
    inside = make.site(cast.zone, "示例圈内", lon=LON, lat=LAT)
    make.site(cast.zone, "示例圈外", lon=LON + 0.5, lat=LAT)
    ground = [[LON + 0.02, LAT], [LON + 0.2, LAT], [LON + 0.2, LAT + 0.1], [LON + 0.02, LAT]]
    touching = make.site(cast.zone, "示例相交", boundary={"type": "Polygon", "coordinates": [ground]})
    shape = f"within=c:{LON},{LAT},3000"
    on_map = listed(office, f"in=sites&{shape}&box=1,1,2,2")
    assert on_map["drawn"] and {row["id"] for row in on_map["rows"]} == {inside.pk, touching.pk}
    in_list = office.get(f"/sites/?{shape}").context["listing"]
    assert {row["id"] for row in in_list["rows"]} == {inside.pk, touching.pk}
    assert "mu" not in in_list["chips"][0]["value"] and "亩" in in_list["chips"][0]["value"]
    assert on_map["export_url"] and "within=" in on_map["export_url"]


@pytest.mark.parametrize("library", ["projects", "companies", "targets"])
def test_a_drawn_shape_holds_for_every_library(office: Client, cast: Cast, library: str) -> None:
    for lon in (LON, LON + 0.5):
        company = make.company(cast.zone, lon=lon, lat=LAT)
        make.target(company=company, department=cast.department)
        make.project(cast.zone, investor=company)
    assert listed(office, f"in={library}&within=c:{LON},{LAT},3000")["total"] == 1
    assert office.get(f"/{library}/?within=c:{LON},{LAT},3000").context["listing"]["page"]["total"] == 1


@pytest.mark.parametrize("shape", ["x", "p:1,2;3,4", "c:1,2,-1", "p:" + "9," * 200])
def test_what_is_no_shape_does_not_filter(office: Client, cast: Cast, shape: str) -> None:
    make.site(cast.zone, lon=LON, lat=LAT)
    assert listed(office, f"in=sites&within={shape}")["total"] == 1


def test_pages_of_the_list_follow_one_another(office: Client, cast: Cast) -> None:
    for number in range(60):
        make.site(cast.zone, f"示例{number:03}", lon=LON, lat=LAT)
    first = listed(office, f"in=sites&box={HERE}")
    assert (len(first["rows"]), first["page"]["total"]) == (50, 60)
    following = first["page"]["next_url"].split("?")[1]
    second = listed(office, f"in=sites&box={HERE}&{following}")
    assert [row["title"] for row in second["rows"]] == [f"示例{number:03}" for number in range(50, 60)]


def test_projects_of_others_are_not_listed(cast: Cast, client_of: ClientOf) -> None:
    make.project(cast.zone, department=cast.department, lon=LON, lat=LAT)
    assert listed(client_of(cast.promotion), f"in=projects&box={HERE}")["total"] == 1
    assert listed(client_of(cast.rival), f"in=projects&box={HERE}")["total"] == 0


def test_a_picked_record_comes_with_its_place_to_whoever_may_see_it(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(cast.zone, department=cast.department, lon=LON, lat=LAT)

    def picked(client: Client) -> Any:
        return client.get(f"/map/?pick=projects:{project.pk}").context["settings"]["picked"]

    assert picked(client_of(cast.office)) == {"layer": "projects", "id": project.pk, "lon": LON, "lat": LAT}
    assert picked(client_of(cast.rival)) is None
    assert picked(client_of(cast.outsider)) is None


@pytest.mark.parametrize(
    "query", ["pick=x", "pick=sites:²", "in=nothing", "at=x", "layers=,,", "box=1", "sites=%00%FF&page=zzz"]
)
def test_no_address_breaks_the_map(office: Client, query: str) -> None:
    assert office.get(f"/map/?{query}").status_code == 200
    assert office.get(f"/map/list/?{query}").status_code == 200


def test_the_list_keeps_to_its_queries(
    office: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        company = make.company(cast.zone, lon=LON, lat=LAT)
        make.project(cast.zone, investor=company, department=cast.department)
    query = f"/map/list/?in=projects&box={HERE}&layers=sites,projects,companies,targets"
    office.get(query)
    with django_assert_max_num_queries(14):
        office.get(query)


# --- the base ---------------------------------------------------------------------------------


def test_the_policy_names_the_hosts_of_the_base_only_where_one_is_set(settings: LazySettings) -> None:
    def policy() -> str:
        return ContentSecurityPolicyMiddleware(lambda request: None).policy  # type: ignore[arg-type,return-value]

    assert "connect-src 'self';" in policy() and "http" not in policy()
    settings.BASE_MAP = {
        **settings.BASE_MAP,
        "kind": "xyz",
        "url": "https://t{1-2}.example.org/{z}/{x}/{y}.png",
    }
    assert "connect-src 'self' https://t1.example.org https://t2.example.org;" in policy()
    settings.BASE_MAP = {**settings.BASE_MAP, "url": "/tiles/{z}/{x}/{y}.png"}
    assert "http" not in policy()


def test_tianditu_has_two_layers_with_the_key_of_the_zone(settings: LazySettings) -> None:
    settings.BASE_MAP = {**settings.BASE_MAP, "kind": "tianditu", "key": "abc"}
    found = pictures()
    assert [picture["kind"] for picture in found] == ["raster", "raster"]
    assert len(found[0]["addresses"]) == 8
    assert all(address.endswith("tk=abc") for picture in found for address in picture["addresses"])
    assert {"vec_w" in found[0]["addresses"][0], "cva_w" in found[1]["addresses"][0]} == {True}


def test_a_template_may_stand_for_several_machines() -> None:
    assert addresses("http://a{1-3}.example/{z}") == [
        f"http://a{number}.example/{{z}}" for number in (1, 2, 3)
    ]
    assert addresses("http://a.example/{z}/{x}/{y}") == ["http://a.example/{z}/{x}/{y}"]


@pytest.mark.parametrize(
    "values",
    [
        {"base_map": "tianditu"},
        {"base_map": "xyz"},
        {"base_map": "xyz", "base_map_url": "http://a.example/tiles.png"},
        {"base_map": "mvt", "base_map_url": "http://a.example/{z}/{x}/{y}", "base_map_datum": "GCJ-02"},
        {"base_map": "other"},
    ],
)
def test_a_base_that_cannot_be_shown_refuses_the_start(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"base_map|SANKU_BASE_MAP|address of a base map"):
        Environment(**values)  # type: ignore[arg-type]


def test_the_review_number_stands_in_place_of_the_note(office: Client, settings: LazySettings) -> None:
    assert "审图号" in office.get("/map/base.json").json()["review"]
    settings.BASE_MAP = {**settings.BASE_MAP, "review_number": "GS(2024)0001"}
    assert office.get("/map/base.json").json()["review"] == "审图号：GS(2024)0001"


def test_boundaries_are_served_for_ever_by_their_edition(office: Client) -> None:
    from sanku.maps.boundaries import EDITION

    answer = office.get(f"/map/boundaries/{EDITION}/3/6/3.mvt")
    assert answer.status_code == 200 and len(answer.content) > 1_000
    assert "immutable" in answer.headers["Cache-Control"]
    assert "山东省".encode() in office.get(f"/map/boundaries/{EDITION}/5/26/12.mvt").content
    assert office.get("/map/boundaries/0-0/3/6/3.mvt").status_code == 404
    assert office.get(f"/map/boundaries/{EDITION}/11/6/3.mvt").status_code == 404


def test_places_keep_their_own_character_in_traditional_names() -> None:
    from sanku.maps.boundaries import TRADITIONAL, traditional_name

    names = ["瀋陽市", "台州市", "餘干縣", "新干縣", "湖里區"]
    assert [traditional_name(one) for one in ("沈阳市", "台州市", "余干县", "新干县", "湖里区")] == names
    assert all(traditional_name(one) != one for one in TRADITIONAL)


def test_boundaries_are_read_from_the_package_once(settings: LazySettings, tmp_path: Path) -> None:
    from sanku.maps import boundaries
    from sanku.maps.mercator import Tile

    boundaries._level.cache_clear()
    settings.DATA_DIR = tmp_path
    assert not boundaries.is_prepared()
    boundaries.prepare()
    assert boundaries.is_prepared()
    tile = Tile(8, 210, 101)
    made = boundaries.made_tile(tile)
    boundaries._level.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "_read", None)  # what is kept is enough
        assert boundaries.made_tile(tile) == made and "济宁市".encode() in made and "濟寧市".encode() in made
    boundaries._level.cache_clear()
    (tmp_path / "base-tiles" / boundaries.EDITION / "county.npz").write_bytes(b"half a fi")
    assert boundaries.made_tile(tile) == made  # read anew
    boundaries._level.cache_clear()


# --- the zone's boundary ----------------------------------------------------------------------


def test_the_administrator_sets_the_zones_boundary_from_a_file(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "zone.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [RING]}}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    call_command("boundary", str(file), username="administrator", source="示例批复")
    zone = Zone.objects.get(pk=cast.zone.pk)
    assert zone.boundary == {"type": "Polygon", "coordinates": [RING]}
    assert zone.boundary_source == "示例批复"
    assert Entry.objects.filter(zone=zone, library="accounts.zone").exists()
    assert Zone.objects.get(pk=cast.other_zone.pk).boundary is None
    call_command("boundary", "-", username="administrator")
    assert Zone.objects.get(pk=cast.zone.pk).boundary is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no json", "GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "面要素"),
        ('{"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}', "边界"),
        ('{"type": "Polygon", "coordinates": [[[35, 116], [35, 117], [36, 117], [35, 116]]]}', "边界"),
    ],
)
def test_a_boundary_that_is_none_is_refused(cast: Cast, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "zone.geojson"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("boundary", str(file), username="administrator")


@pytest.mark.parametrize("who", ["office", "nobody"])
def test_only_the_administrator_sets_it(cast: Cast, tmp_path: Path, who: str) -> None:
    file = tmp_path / "zone.geojson"
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [RING]}), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("boundary", str(file), username=who)
