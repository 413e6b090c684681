"""Places as people write them."""

import pytest

from sanku.warehouse.regions import from_package, gazetteer


@pytest.mark.parametrize(
    ("province", "city", "county", "code"),
    [
        ("山东", "济宁", "", "370800"),
        ("鲁", "济宁市", "", "370800"),
        ("山東省", "濟寧", "曲阜", "370881"),
        ("北京", "朝阳", "", "110105"),
        ("内蒙古", "呼和浩特", "", "150100"),
        ("四川", "甘孜", "", "513300"),
        ("吉林", "延边州", "", "222400"),
        ("吉林", "吉林", "", "220200"),
        ("", "曲阜市", "", "370881"),
        ("湖北", "仙桃", "", "429004"),
        ("青海", "海南", "", "632500"),
        ("上海", "上海市", "浦东新区", "310115"),
        ("山东省济宁市", "", "", "370800"),
        ("火星", "", "", ""),
    ],
)
def test_columns_of_places(province: str, city: str, county: str, code: str) -> None:
    assert gazetteer().named(province, city, county) == code


@pytest.mark.parametrize(
    ("address", "above", "code"),
    [
        ("北京市朝阳区黑庄户乡", "", "110105"),
        ("中国山东省济宁市任城区洸河路", "", "370811"),
        ("济宁任城区洸河路", "", "370811"),
        ("任城区洸河路", "370800", "370811"),
        ("吉林市船营区", "", "220204"),
        ("内蒙古自治区呼和浩特市回民区", "", "150103"),
        ("新疆石河子市", "", "659001"),
        ("广东省东莞市长安镇", "", "441900"),
        ("朝阳区某路", "", ""),  # of Beijing or Changchun
        ("东湖径河农场", "420100", "420100"),
        ("新华路1号", "", ""),
    ],
)
def test_beginnings_of_addresses(address: str, above: str, code: str) -> None:
    assert gazetteer().addressed(address, above) == code


def test_every_region_has_a_point_inside_china() -> None:
    for region in gazetteer().regions.values():
        assert 73 < region.lon < 136 and 3 < region.lat < 54, region


def test_the_table_is_that_of_the_package() -> None:
    """Provinces and cities stand for all: the districts' polygons take seconds to read."""
    of_package = from_package(("province", "city"))
    known = gazetteer().regions
    assert len(of_package) > 300
    assert [known[each.code] for each in of_package] == of_package
