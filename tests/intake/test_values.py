"""Single cells read as fields, words read as terms."""

import pytest

from sanku.intake.words import (
    facets_of,
    sector_of,
    short_city,
    short_province,
    site_kind_of,
    site_status_of,
    split_place,
    stage_of,
)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("有意向线索", "lead"),
        ("在谈（已考察两次）", "negotiation"),
        ("拟签约", "intent"),
        ("已签框架协议", "intent"),
        ("已签（待注册）", "signed"),
        ("签约未落地", "signed"),
        ("完成工商注册", "landed"),
        ("未开工", "landed"),
        ("设备安装", "construction"),
        ("已摘牌", "landed"),
        ("取得施工许可", "landed"),
        ("打桩", "construction"),
        ("战略合作协议", "intent"),
        ("竣工投产", "production"),
        ("达产达效", "growth"),
        ("搁置", "suspended"),
        ("流失", "lost"),
        ("Under construction", "construction"),
        ("LOI signed", "intent"),
        ("示例", None),
    ],
)
def test_reads_stages(text: str, stage: str | None) -> None:
    """What has not happened yet is the stage before."""
    assert stage_of(text) == stage


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("未出租", "free"),
        ("可供應", "free"),
        ("推介中", "offered"),
        ("预留（示例项目）", "held"),
        ("已出让", "taken"),
        ("入驻", "taken"),
        ("已使用", "taken"),
        ("招租中", "free"),
        ("甲", None),
    ],
)
def test_reads_statuses_of_carriers(text: str, status: str | None) -> None:
    """“Not let” is free though it holds the word for let."""
    assert site_status_of(text) == status


def test_splits_places() -> None:
    """Province and city in one cell, in many writings."""
    assert split_place("广东省佛山市") == ("广东", "佛山")
    assert split_place("四川·成都") == ("四川", "成都")
    assert split_place("贵州黔东南") == ("贵州", "黔东南")
    assert split_place("吉林吉林") == ("吉林", "吉林")
    assert split_place("北京市") == ("北京", None)
    assert split_place("深圳市") == (None, "深圳")


def test_shortens_places() -> None:
    """Short names, as people say them."""
    assert [short_province(text) for text in ("山东省", "广西壮族自治区", "內蒙古")] == [
        "山东",
        "广西",
        "内蒙古",
    ]
    assert [short_city(text) for text in ("常州市", "黔东南苗族侗族自治州", "朝阳")] == [
        "常州",
        "黔东南",
        "朝阳",
    ]


def test_reads_terms_of_the_zone() -> None:
    """Sectors, facets, kinds of carrier."""
    assert [sector_of(text) for text in ("食品及生物医药", "光电及汽车零部件", "信息产业")] == [
        "food_biomed",
        "opto_auto",
        "information",
    ]
    assert facets_of("补链/大强") == ["fill_chain", "big_strong"]
    assert [site_kind_of(text) for text in ("标准厂房", "商务楼宇", "可供土地")] == [
        "factory",
        "office",
        "land",
    ]
