"""Every kind of filter leaves what it says, alone and together with the search."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


def names(client: Any, query: dict[str, Any], name: str = "companies:company") -> list[str]:
    listing = client.get(reverse(f"{name}-list"), {**query, "sort": "name"}).context["listing"]
    return [row["cells"][0]["text"] for row in listing["rows"]]


@pytest.fixture
def companies(cast: Cast) -> None:
    make.company(
        cast.zone, "示例甲", sector="equipment", is_key=True, honours=["listed", "high_tech"],
        registered_capital_cny=Decimal(50_000_000), established_on=date(2010, 5, 1), city="济宁",
    )  # fmt: skip
    make.company(
        cast.zone, "示例乙", sector="new_materials", honours=["high_tech"], registered_capital_cny=Decimal(10_000_000),
        established_on=date(2015, 5, 1), city="济南",
    )  # fmt: skip
    make.company(cast.zone, "示例丙", sector="information", city="青岛")


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({}, "甲乙丙"),
        ({"key": "1"}, "甲"),
        ({"sector": "equipment"}, "甲"),
        ({"sector": ["equipment", "information"]}, "甲丙"),
        ({"honour": "high_tech"}, "甲乙"),
        ({"honour": ["listed"]}, "甲"),
        ({"honour": ["listed", "high_tech"]}, "甲乙"),
        ({"honour": "high"}, ""),
        ({"city": "济"}, "甲乙"),
        ({"capital_min": "1000"}, "甲乙"),
        ({"capital_min": "1,001"}, "甲"),
        ({"capital_min": "１０００", "capital_max": "４０００"}, "乙"),
        ({"capital_max": "nonsense"}, "甲乙丙"),
        ({"established_from": "2010-05-01", "established_to": "2010-05-01"}, "甲"),
        ({"established_from": "2010-05-02"}, "乙"),
        ({"sector": "nonsense"}, ""),
        ({"q": "示例 乙", "honour": "high_tech"}, "乙"),
        ({"q": "乙", "key": "1"}, ""),
    ],
)
def test_a_filter_leaves_what_it_says(
    query: dict[str, Any], left: str, companies: None, cast: Cast, client_of: ClientOf
) -> None:
    assert {name.removeprefix("示例") for name in names(client_of(cast.office), query)} == set(left)


def test_filters_in_force_read_as_words_and_can_be_taken_away(
    companies: None, cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.office)
    query = {"sector": ["equipment", "information"], "capital_min": "100", "q": "示例"}
    listing = client.get(reverse("companies:company-list"), query, headers={"Accept-Language": "zh-hans"})
    chips = {str(chip["label"]): chip for chip in listing.context["listing"]["chips"]}
    assert set(chips) == {"搜索", "产业", "注册资本"}
    assert chips["产业"]["value"] == "装备制造、信息产业与服务"
    assert chips["注册资本"]["value"] == "≥ 100 万元"
    without = client.get(chips["注册资本"]["remove_url"]).context["listing"]
    assert [row["cells"][0]["text"] for row in without["rows"]] == ["示例丙", "示例甲"]
    assert listing.context["listing"]["total_all"] == 3


def test_an_empty_list_says_whether_it_is_the_filter(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    address = reverse("companies:company-list")
    assert client.get(address).context["listing"]["empty"]["action_url"] == reverse(
        "companies:company-create"
    )
    narrowed = client.get(address, {"q": "没有"}).context["listing"]["empty"]
    assert narrowed["action_url"] == address
    reader = client_of(cast.commander).get(address).context["listing"]
    assert reader["empty"]["action_url"] == ""
    assert reader["actions"] == []


def test_the_choice_of_columns_is_remembered_until_the_default_is_asked_for(
    companies: None, cast: Cast, client_of: ClientOf
) -> None:
    client, address = client_of(cast.office), reverse("companies:company-list")

    def shown(query: dict[str, Any]) -> list[str]:
        return [column["key"] for column in client.get(address, query).context["listing"]["columns"]]

    usual = shown({})
    assert shown({"column": ["city", "headcount"]}) == ["name", "headcount", "city"]
    assert shown({}) == ["name", "headcount", "city"]
    assert client.cookies["sanku_columns_companies"]["httponly"]
    assert shown({"column": "default"}) == usual
    assert shown({}) == usual
