"""The national base in the product: searched by all staff, picked once, whatever zone asks."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from sanku.audit.models import Entry
from sanku.base.queries import Known
from sanku.companies.models import Company, Target
from sanku.warehouse.versions import Base, Version
from tests import make
from tests.api.test_records import Program
from tests.base.published import published
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.warehouse.make_version import company

pytestmark = pytest.mark.django_db
CODE, OTHER = make.uscc(), make.uscc()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("base")


@pytest.fixture(scope="module")
def version(folder: Path) -> Version:
    return published(
        folder,
        [
            company(
                11, "示例重型机械（集团）有限公司", uscc=CODE, region_code="370811", industry_code="C3411", weight=3.0,
                capital_cny=50_000_000.0, capital_text="5000万元人民币", short_names=["示例重机"], honours=["high_tech"],
                former_names=["示例机械总厂"], lon=116.6, lat=35.4, position_source="place", business_scope="机械制造",
            ),
            company(12, "示例重型机械销售有限公司", uscc=OTHER, region_code="330100", industry_code="F51"),
            company(13, "示例重型机械厂", region_code="370800"),
            company(14, "示例锻压厂", region_code="370800"),
            company(15, "示例锻压厂", region_code="330100"),
        ],
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _base(folder: Path, version: Version, settings: LazySettings) -> None:
    settings.BASE_DIR = folder


def key(version: Version, row: int) -> str:
    return f"{version.name}:{row}"


def test_all_staff_search_the_base_and_see_what_their_own_zone_has(cast: Cast, client_of: ClientOf) -> None:
    ours = make.company(cast.zone, "示例重型机械销售", uscc=OTHER)
    for person in (cast.counterpart, cast.outsider):
        page = client_of(person).get(reverse("base:search"), {"q": "zxjx"})
        assert page.context["hits"][0]["name"] == "示例重型机械（集团）有限公司"
    linked = {
        hit["name"]: hit["record_url"] for hit in client_of(cast.office).get("/base/?q=重型").context["hits"]
    }
    assert linked["示例重型机械销售有限公司"] == reverse("companies:company-detail", args=[ours.pk])
    assert not any(hit["record_url"] for hit in client_of(cast.outsider).get("/base/?q=重型").context["hits"])


def test_filters_narrow_a_search(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    page = client.get("/base/", {"q": "重型", "province": "370000", "city": "370800", "industry": "C"})
    assert [hit["name"] for hit in page.context["hits"]] == ["示例重型机械（集团）有限公司"]
    assert ("370800", "济宁市") in page.context["cities"]
    # The city of a province that is no more chosen narrows nothing.
    assert (
        len(client.get("/base/", {"q": "重型", "province": "330000", "city": "370800"}).context["hits"]) == 1
    )
    assert len(client.get("/base/", {"q": "重型", "honour": "high_tech"}).context["hits"]) == 1
    part = client.get("/base/", {"q": "重型"}, headers={"HX-Request": "true", "HX-Target": "base-results"})
    assert "<html" not in part.content.decode() and "hx-swap-oob" in part.content.decode()


def test_a_page_of_hits_costs_few_queries(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.office)
    with django_assert_max_num_queries(12):
        client.get("/base/?q=重型")


def test_one_click_makes_the_record_with_what_the_base_knows(
    cast: Cast, client_of: ClientOf, version: Version
) -> None:
    client = client_of(cast.promotion)
    answer = client.post(reverse("base:pick"), {"company": key(version, 0)})
    record = Company.objects.get(uscc=CODE)
    assert answer.headers["Location"] == reverse("companies:company-detail", args=[record.pk])
    assert (record.zone_id, record.name, record.short_name) == (
        cast.zone.pk,
        "示例重型机械（集团）有限公司",
        "示例重机",
    )
    assert (record.province, record.city, record.region_code) == ("山东省", "济宁市", "370811")
    assert (str(record.registered_capital_cny), record.industry_code) == ("50000000.00", "C3411")
    assert (record.former_names, record.honours) == ("示例机械总厂", ["high_tech"])
    assert record.lon is None  # the middle of a town is not where the company is
    assert (record.base_version, record.base_id) == (version.name, 11)
    assert version.name in Entry.objects.get(record_id=record.pk, action="create").why


def test_picking_again_finds_the_record_and_changes_nothing(
    cast: Cast, client_of: ClientOf, version: Version
) -> None:
    client = client_of(cast.office)
    client.post(reverse("base:pick"), {"company": [key(version, 0), key(version, 1), key(version, 2)]})
    assert Company.objects.count() == 3
    Company.objects.filter(uscc=CODE).update(name="示例改了名")
    before = Entry.objects.count()
    client.post(
        reverse("base:pick"), {"company": [key(version, 0), key(version, 2)], "next": "/base/?q=重型"}
    )
    assert Company.objects.count() == 3 and Entry.objects.count() == before
    client_of(cast.outsider).post(reverse("base:pick"), {"company": key(version, 0)})
    assert Company.objects.filter(uscc=CODE).count() == 2  # another zone has a record of its own


def test_a_namesake_with_another_code_is_another_company(
    cast: Cast, client_of: ClientOf, version: Version
) -> None:
    make.company(cast.zone, "示例重型机械（集团）有限公司", uscc=make.uscc())
    client_of(cast.office).post(reverse("base:pick"), {"company": key(version, 0)})
    assert Company.objects.filter(name="示例重型机械（集团）有限公司").count() == 2


def test_a_namesake_without_a_code_in_another_city_is_another_company(
    cast: Cast, client_of: ClientOf, version: Version
) -> None:
    client = client_of(cast.office)
    for row in (3, 4, 4, 3):
        client.post(reverse("base:pick"), {"company": key(version, row)})
    records = Company.objects.filter(name="示例锻压厂").order_by("pk")
    assert [record.region_code for record in records] == ["370800", "330100"]
    hits = client.get("/base/", {"q": "锻压"}).context["hits"]
    urls = {reverse("companies:company-detail", args=[record.pk]) for record in records}
    assert {hit["record_url"] for hit in hits} == urls


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("370811", "370800", False), ("370811", "370000", False), ("370811", "", False), ("370811", "330000", True),
     ("370811", "370100", True), ("", "", False)],
)  # fmt: skip
def test_cities_tell_namesakes_apart_as_far_as_both_are_known(one: str, other: str, *, apart: bool) -> None:
    record = Company(name="示例机械厂", region_code=one)
    assert Known("", "示例机械厂", other).is_named(record) is not apart


def test_who_may_not_write_companies_picks_none(cast: Cast, client_of: ClientOf, version: Version) -> None:
    client = client_of(cast.commander)
    assert client.post(reverse("base:pick"), {"company": key(version, 0)}).status_code == 403
    assert b"base/pick" not in client.get(reverse("base:company", args=[version.name, 0])).content
    assert not Company.objects.exists()


@pytest.mark.parametrize("wrong", ["", "x", "none:0", "{}:99", "{}:-1", "../../etc:0", "{}:0:1"])
def test_what_is_not_in_the_base_is_not_picked(
    cast: Cast, client_of: ClientOf, version: Version, wrong: str
) -> None:
    client = client_of(cast.office)
    answer = client.post(reverse("base:pick"), {"company": wrong.format(version.name)}, follow=True)
    assert answer.status_code == 200 and list(answer.context["messages"])
    assert not Company.objects.exists()


def test_a_company_of_the_base_has_a_page(cast: Cast, client_of: ClientOf, version: Version) -> None:
    client = client_of(cast.counterpart)
    page = client.get(reverse("base:company-by-id", args=[11]), follow=True)
    assert page.redirect_chain[-1][0] == reverse("base:company", args=[version.name, 0])
    text = page.content.decode()
    assert CODE in text and "济宁市" in text and "5000" in text
    for gone in (("none", 0), (version.name, 9)):
        assert client.get(reverse("base:company", args=gone)).status_code == 404
    assert client.get(reverse("base:company-by-id", args=[99])).status_code == 404


def test_the_box_finds_companies_of_the_base_that_the_zone_has_not(
    cast: Cast, client_of: ClientOf, version: Version
) -> None:
    make.company(cast.zone, "示例重型机械销售有限公司", uscc=OTHER)
    groups = client_of(cast.office).get(reverse("search:search"), {"q": "重型"}).context["groups"]
    base = {hit["title"] for group in groups if group.url.startswith("/base/") for hit in group.hits}
    assert base == {"示例重型机械（集团）有限公司", "示例重型机械厂"}


def test_a_target_is_made_of_a_company_of_the_base(cast: Cast, client_of: ClientOf, version: Version) -> None:
    client = client_of(cast.promotion)
    offered = client.get(reverse("companies:target-similar"), {"company": "示例重机"}).content.decode()
    url = f"{reverse('base:company', args=[version.name, 0])}?then=target"
    assert url in offered
    assert 'name="then" value="target"' in client.get(url).content.decode()
    answer = client.post(reverse("base:pick"), {"company": key(version, 0), "then": "target"})
    record = Company.objects.get(uscc=CODE)
    assert answer.headers["Location"] == f"{reverse('companies:target-create')}?company={record.pk}"
    assert not Target.objects.exists()


def test_programs_search_and_pick(cast: Cast, version: Version) -> None:
    office = Program(cast.office)
    found = office.ask("get", "/base/companies", q="重型", region="37", limit="5")
    assert (found["version"], [one["row"] for one in found["items"]]) == (version.name, [0, 2])
    taken = office.ask("post", "/base/pick", 200, {"version": version.name, "rows": [0, 0, 2]})
    assert len(taken["made"]) == 2 and taken["found"] == []
    assert office.ask("get", "/base/companies", q=CODE)["items"][0]["company"] == taken["made"][0]
    office.ask("post", "/base/pick", 422, {"version": "none", "rows": [0]})
    Program(cast.commander).ask("post", "/base/pick", 403, {"version": version.name, "rows": [0]})


def test_without_a_base_the_page_says_what_belongs_here(
    cast: Cast, client_of: ClientOf, settings: LazySettings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path / "none"
    client = client_of(cast.office)
    assert "sanku base load" in client.get(reverse("base:search")).content.decode()
    assert client.get(reverse("search:search"), {"q": "重型"}).context["groups"] == []
    Program(cast.office).ask("get", "/base/companies", 404, q="重型")


def test_another_version_is_searched_from_the_next_request_on(
    cast: Cast, client_of: ClientOf, settings: LazySettings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path / "two"
    client = client_of(cast.office)

    def names() -> list[str]:
        return [hit["name"] for hit in client.get("/base/?q=示例").context["hits"]]

    published(tmp_path / "two", [company(1, "示例甲")], name="first")
    assert names() == ["示例甲"]
    published(tmp_path / "two", [company(1, "示例乙")], name="second")
    assert names() == ["示例乙"]
    Base(tmp_path / "two").use("first")
    assert names() == ["示例甲"]
