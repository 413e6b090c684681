"""The pages of carriers: scopes, status as of today, units, coordinates, cost."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sanku.accounts.models import User, Zone
from sanku.audit.models import Entry
from sanku.common.coordinates import from_wgs84
from sanku.sites.models import Site
from sanku.sites.queries import sites_for
from tests import make
from tests.cast import MAY, ROLES, Cast
from tests.fixtures import ClientOf

LIST = reverse("sites:site-list")
SECTIONS = ["identity", "status", "area", "building", "utilities", "place"]
SQUARE = [[116.60, 35.40], [116.61, 35.40], [116.61, 35.41], [116.60, 35.41], [116.60, 35.40]]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it Monday, 23 November 2026, for every page."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def listed(client: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{LIST}?{query}").context["listing"]
    return found


def names(client: Client, query: str = "") -> list[str]:
    return [row["cells"][0]["text"] for row in listed(client, query)["rows"]]


def edit(client: Client, site: Site, section: str, **fields: Any) -> Any:
    return client.post(reverse("sites:site-section-edit", args=[site.pk, section]), fields)


def addresses(site: Site) -> Iterator[tuple[str, str]]:
    for page in ("detail", "preview", "timeline", "tags"):
        yield "get", reverse(f"sites:site-{page}", args=[site.pk])
    for key in SECTIONS:
        yield "get", reverse("sites:site-section", args=[site.pk, key])
        for method in ("get", "post"):
            yield method, reverse("sites:site-section-edit", args=[site.pk, key])
    for page in ("boundary", "split", "merge"):
        for method in ("get", "post"):
            yield method, reverse(f"sites:site-{page}", args=[site.pk])
    for page in ("note", "remove", "restore", "tags"):
        yield "post", reverse(f"sites:site-{page}", args=[site.pk])


# --- scopes ---------------------------------------------------------------------------------------


def test_the_second_zone_finds_nothing(cast: Cast, client_of: ClientOf) -> None:
    site = make.site(cast.zone, "示例一号厂房", code="CF-1")
    client = client_of(cast.outsider)
    assert {getattr(client, method)(url).status_code for method, url in addresses(site)} == {404}
    assert names(client) == []
    assert site.name not in client.get(reverse("sites:site-similar"), {"name": site.name}).content.decode()
    assert listed(client)["heading_parts"][0]["value"] == "0"
    site.refresh_from_db()
    assert site.removed_at is None


def test_the_list_of_addresses_is_complete() -> None:
    """A new page of a carrier must be tried by outsiders too."""
    from sanku.sites.urls import urlpatterns

    of_one = {str(pattern.name) for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)}
    tried: tuple[str, ...] = (
        "detail",
        "preview",
        "timeline",
        "section",
        "section-edit",
        "note",
        "remove",
        "restore",
        "tags",
    )
    tried += ("boundary", "split", "merge", "reshape-undo")  # the last in tests/scopes
    tried += (
        "note-item",
        "note-edit",
        "note-remove",
        "note-restore",
        "people",
    )  # in tests of notes and of people
    # Files are tried on every library in tests/library/test_attachments.py.
    files = {name for name in of_one if name.startswith("site-attachment")}
    assert of_one - files == {f"site-{page}" for page in tried}


@pytest.mark.parametrize("role", ROLES)
def test_all_staff_read_and_some_write(cast: Cast, client_of: ClientOf, role: str) -> None:
    site, client = make.site(cast.zone, "示例一号厂房"), client_of(cast.of(role))
    writes = role in MAY["write sites"]
    assert names(client) == ["示例一号厂房"]
    page = client.get(reverse("sites:site-detail", args=[site.pk]))
    assert any(section["edit_url"] for section in page.context["sections"]) is writes
    edit(client, site, "identity", name="示例二号厂房", kind="factory")
    site.refresh_from_db()
    assert site.name == ("示例二号厂房" if writes else "示例一号厂房")
    assert client.get(reverse("sites:site-create")).status_code == (200 if writes else 403)


# --- status ---------------------------------------------------------------------------------------


def test_a_hold_expires_by_itself_on_every_surface(cast: Cast, client_of: ClientOf) -> None:
    """Row, filter, heading, footer, page and export say the same: free from the day after its last."""
    area = {"area_total_m2": Decimal(2000), "area_free_m2": Decimal(2000)}
    expired = make.site(
        cast.zone,
        "甲",
        status="held",
        held_until=make.TODAY - timedelta(days=1),
        held_for="示例丙项目",
        **area,
    )
    make.site(cast.zone, "乙", status="held", held_until=make.TODAY, held_for="示例丁项目", **area)
    client = client_of(cast.promotion)
    assert names(client, "status=free") == ["甲"]
    assert names(client, "status=held") == ["乙"]
    shown = listed(client, "column=status&column=held&column=held_until")
    marks = {row["cells"][0]["text"]: row["cells"][1:] for row in shown["rows"]}
    assert "空闲" in marks["甲"][0]["html"]
    assert "锁定" in marks["乙"][0]["html"]
    assert (marks["甲"][1]["text"], marks["乙"][1]["text"]) == ("", "示例丁项目")
    assert shown["totals"] == ["空闲 1 个 3 亩", "锁定 1 个 3 亩"]
    page = client.get(reverse("sites:site-detail", args=[expired.pk])).content.decode()
    assert "为示例丙项目锁定，已于 2026-11-22 到期" in page
    answer = client.post(
        f"{reverse('sites:site-export')}?column=status&column=held&column=held_until&sort=name"
    )
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = [row[:3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert sorted(rows) == [("乙", "锁定", "示例丁项目"), ("甲", "空闲", None)]


def test_the_status_of_another_day_can_be_asked_for(cast: Cast) -> None:
    site = make.site(cast.zone, status="held", held_until=make.TODAY)
    for day, status in ((make.TODAY, "held"), (make.TODAY + timedelta(days=1), "free")):
        assert sites_for(cast.office, on=day).get(pk=site.pk).status_now == status


def test_a_hold_without_its_date_is_refused_at_its_field(cast: Cast, client_of: ClientOf) -> None:
    site, client = make.site(cast.zone), client_of(cast.landing)
    answer = edit(client, site, "status", status="held", held_for="示例项目")
    assert list(answer.context["form"].errors) == ["held_until"]
    answer = edit(client, site, "status", status="held", held_for="示例项目", held_until="2026-12-01")
    (entry,) = answer.context["timeline"]
    assert ("状态", "空闲", "锁定") in {
        (str(change["label"]), str(change["old"]), str(change["new"])) for change in entry["changes"]
    }


# --- the list -------------------------------------------------------------------------------------


def test_filters(cast: Cast, client_of: ClientOf) -> None:
    make.site(
        cast.zone, "甲", kind="factory", park="示例园", tenure="both", area_total_m2=Decimal("13333.33"),
        area_free_m2=Decimal("4866.67"), price_sale_cny_m2=Decimal(2600), price_rent_cny_m2_month=Decimal(15),
        clear_height_m=Decimal(9), floor_load_t_m2=Decimal(2), power_kva=Decimal(2000),
        allowed_sectors=["equipment"], available_on=date(2027, 1, 1),
    )  # fmt: skip
    make.site(
        cast.zone,
        "乙",
        kind="office",
        tenure="sale",
        clear_height_m=Decimal(3),
        available_on=date(2028, 1, 1),
    )
    client = client_of(cast.analyst)
    queries = [
        "kind=factory", "park=示例园", "tenure=rent", "area_min=20&area_max=20", "free_min=7.3&free_max=7.3",
        "sale_max=3000", "rent_min=15&rent_max=15", "height_min=8", "load_min=2", "power_min=2000",
        "sector=equipment", "available_to=2027-06-30", "available_from=2026-01-01&available_to=2027-01-01", "q=示例园",
    ]  # fmt: skip
    assert {query: names(client, query) for query in queries} == {query: ["甲"] for query in queries}
    assert names(client, "tenure=sale&sort=-name") == sorted(["甲", "乙"], reverse=True)
    make.site(cast.zone, "丙")
    # What names no date can be had at once: by a day it is there, but not from a day on.
    assert set(names(client, "available_to=2027-06-30")) == {"甲", "丙"}
    assert names(client, "available_from=2026-01-01&available_to=2027-01-01") == ["甲"]


def test_areas_stand_in_the_unit_of_the_zone(cast: Cast, client_of: ClientOf) -> None:
    make.site(cast.zone, "甲", area_total_m2=Decimal(2000), area_free_m2=Decimal(1000))
    shown = listed(client_of(cast.office), "column=area")
    assert (shown["columns"][1]["unit"], shown["rows"][0]["cells"][1]["text"]) == ("亩", "3")
    assert shown["rows"][0]["cells"][1]["title"] == "2,000 m²"
    assert [part["value"] + part["unit"] for part in shown["heading_parts"]] == ["1个载体", "1.5亩"]
    Zone.objects.filter(pk=cast.zone.pk).update(area_unit="m2")
    shown = listed(client_of(User.objects.get(pk=cast.office.pk)), "column=area&area_min=2000&area_max=2000")
    assert (shown["columns"][1]["unit"], shown["rows"][0]["cells"][1]["text"]) == ("m²", "2,000")
    assert [part["value"] + part["unit"] for part in shown["heading_parts"]] == ["1个载体", "1,000m²"]


def test_a_list_page_costs_few_queries(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        make.site(cast.zone, park=f"示例园{number % 5}", status="held", held_until=make.TODAY)
    client = client_of(cast.office)
    every = "&".join(f"column={key}" for key, *_rest in listed(client)["column_choices"])
    with django_assert_max_num_queries(12):
        client.get(f"{LIST}?{every}&status=held&tenure=&sort=-free&q=示例")


@pytest.mark.parametrize("sort", ["free", "-free", "clear_height_m", "park", "-available", "unheard-of"])
def test_paging_reaches_every_row_once(cast: Cast, client_of: ClientOf, sort: str) -> None:
    for number in range(110):
        value = Decimal(number % 6) if number % 3 else None
        make.site(
            cast.zone,
            area_free_m2=value,
            clear_height_m=value,
            park=f"示例园{number % 4}",
            available_on=make.TODAY + timedelta(days=number % 5) if number % 4 else None,
        )
    client = client_of(cast.office)
    url: str | None = f"{LIST}?sort={sort}"
    seen: list[int] = []
    for _page in range(3):
        assert url is not None
        shown = client.get(url).context["listing"]
        seen += [row["id"] for row in shown["rows"]]
        url = shown["page"]["next_url"]
    assert url is None
    assert len(seen) == len(set(seen)) == 110


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("datum", ["WGS-84", "CGCS2000", "GCJ-02", "BD-09"])
def test_coordinates_are_stored_in_wgs_84_whatever_they_came_in(
    cast: Cast, client_of: ClientOf, datum: Any
) -> None:
    site = make.site(cast.zone)
    given = from_wgs84(116.6416, 35.4181, datum)
    fields = {"longitude": f"{given.lon:.9f}", "latitude": f"{given.lat:.9f}", "datum": datum}
    edit(client_of(cast.office), site, "place", **fields)
    site.refresh_from_db()
    assert site.lon == pytest.approx(116.6416, abs=1e-8)
    assert site.lat == pytest.approx(35.4181, abs=1e-8)


def test_half_a_position_is_refused(cast: Cast, client_of: ClientOf) -> None:
    site = make.site(cast.zone)
    answer = edit(client_of(cast.office), site, "place", longitude="116.6", datum="WGS-84")
    assert list(answer.context["form"].errors) == ["longitude"]


def test_a_position_saved_again_does_not_move(cast: Cast, client_of: ClientOf) -> None:
    site, client = make.site(cast.zone, lon=116.641619, lat=35.418079), client_of(cast.office)
    for _again in range(3):
        form = client.get(reverse("sites:site-section-edit", args=[site.pk, "place"])).context["form"]
        edit(
            client, site, "place", **{name: form[name].value() for name in ("longitude", "latitude", "datum")}
        )
    site.refresh_from_db()
    assert (site.lon, site.lat) == (116.641619, 35.418079)
    assert not Entry.objects.filter(record_id=site.pk).exists()


def test_areas_are_taken_in_both_units_without_drift(cast: Cast, client_of: ClientOf) -> None:
    site, client = make.site(cast.zone), client_of(cast.office)
    edit(
        client,
        site,
        "area",
        area_total_m2="20",
        area_total_unit="mu",
        area_free_m2="4,866.67",
        area_free_unit="m2",
    )
    for _again in range(4):
        site.refresh_from_db()
        assert (site.area_total_m2, site.area_free_m2) == (Decimal("13333.33"), Decimal("4866.67"))
        form = client.get(reverse("sites:site-section-edit", args=[site.pk, "area"])).context["form"]
        fields = ("area_total_m2", "area_total_unit", "area_free_m2", "area_free_unit")
        edit(client, site, "area", **{name: form[name].value() for name in fields})
    assert Entry.objects.filter(record_id=site.pk).count() == 1


def test_the_boundary_is_drawn_where_there_is_one(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.counterpart)
    drawn = make.site(
        cast.zone, status="held", held_until=make.TODAY, boundary={"type": "Polygon", "coordinates": [SQUARE]}
    )
    page = client.get(reverse("sites:site-detail", args=[drawn.pk])).content.decode()
    assert 'class="p-held"' in page
    assert "500 m" in page
    plain = make.site(cast.zone, address="示例路 1 号")
    assert "<figure" not in client.get(reverse("sites:site-detail", args=[plain.pk])).content.decode()


def test_a_carrier_is_entered_and_its_double_recognised(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.landing)
    fields = {"name": "示例 3 号厂房", "code": "CF-3", "kind": "factory", "status": "free"}
    answer = client.post(reverse("sites:site-create"), fields)
    site = Site.objects.get()
    assert answer.headers["Location"] == reverse("sites:site-detail", args=[site.pk])
    url = reverse("sites:site-similar")
    assert "名称相同" in client.get(url, {"name": "示例３号厂房"}).content.decode()
    assert "编号相同" in client.get(url, {"name": "别的", "code": "CF-3"}).content.decode()
    assert "示例 3 号厂房" not in client.get(url, {"name": "示例 4 号厂房"}).content.decode()
