"""One box finds companies, clients, projects, carriers and people, within the reader's scope."""

import pytest
from django.db import connection
from django.test import Client

from sanku.accounts.models import User
from sanku.search import queries
from tests import make

pytestmark = pytest.mark.django_db


def titles(client: Client, text: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": text}).context["groups"]
    return {group.icon: [hit["title"] for hit in group.hits] for group in groups}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("text", ["安邦", "邦", "anbang"[:0] + "slab", "示例安邦", "91370800"])
def test_a_company_is_found_by_part_of_its_name_initials_or_code(text: str) -> None:
    office = make.user("office")
    company = make.company(name="示例安邦机械有限公司", uscc="91370800MA0000015H")
    assert titles(signed_in(office), text)["building"] == [company.name]


def test_what_begins_with_the_text_comes_first() -> None:
    office = make.user("office")
    make.company(name="济宁示例安邦机械有限公司")
    make.company(name="安邦示例科技有限公司")
    assert titles(signed_in(office), "安邦")["building"][0] == "安邦示例科技有限公司"


def test_an_old_record_that_begins_with_the_text_is_not_lost_among_new_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    office = make.user("office")
    make.company(name="安邦示例科技有限公司")
    for number in range(6):
        make.company(name=f"济宁示例安邦机械{number}厂")
    assert titles(signed_in(office), "安邦")["building"][0] == "安邦示例科技有限公司"


@pytest.mark.parametrize("near", [1, 2, 100])
def test_old_records_are_found_as_well_as_new_ones(near: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "NEAR", near)
    office = make.user("office")
    wanted = {make.company(name=f"示例安邦{number}厂").name for number in range(3)}
    make.company(name="示例鑫泽厂")
    assert set(titles(signed_in(office), "安邦")["building"]) == wanted


def test_projects_of_another_department_are_not_found() -> None:
    mine, other = make.department(), make.department()
    officer = make.user("promotion", department=mine)
    make.project(name="示例安邦一期", department=mine)
    make.project(name="示例安邦二期", department=other)
    assert titles(signed_in(officer), "安邦")["briefcase"] == ["示例安邦一期"]


def test_nothing_crosses_between_zones() -> None:
    here, there = make.zone(), make.zone()
    make.company(name="示例安邦机械有限公司", zone=there)
    make.user("office", zone=there, name="安邦示")
    assert titles(signed_in(make.user("office", zone=here)), "安邦") == {}


def test_people_are_found_by_name_and_initials() -> None:
    office = make.user("office")
    make.user("commander", name="钟例邦")
    assert titles(signed_in(office), "zlb")["users"] == ["钟例邦"]
    assert titles(signed_in(office), "例邦")["users"] == ["钟例邦"]


def test_a_text_that_is_no_text_finds_nothing() -> None:
    client = signed_in(make.user("office"))
    for text in ("", "   ", "\x00", "％" * 5000, "'; drop table--"):
        assert client.get("/search/", {"q": text}).status_code == 200


def test_the_box_costs_few_queries(
    django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make.user("office")
    for number in range(4):
        company = make.company(name=f"示例安邦{number}有限公司", zone=office.zone)
        make.target(company=company)
        make.project(
            office.zone, f"示例安邦项目{number}", investor=company, land_m2=9, investment=5, investment_cny=5
        )
        make.site(office.zone, name=f"示例安邦厂房{number}")
    if connection.vendor == "postgresql":  # it knows then how small its tables are, and would read them whole
        with connection.cursor() as cursor:
            cursor.execute(
                "ANALYZE companies_company_grams, companies_target_grams, projects_project_grams, sites_site_grams"
            )
    client = signed_in(office)
    headers = {"HX-Request": "true", "HX-Target": "sk-found"}
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/search/", {"q": "安邦"}, headers=headers)
    monkeypatch.setattr(queries, "NEAR", 1)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/search/", {"q": "安邦"}, headers=headers)
