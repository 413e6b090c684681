"""Coordinates of the four datums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.coordinates import Datum, find_datum, from_wgs84, read_degrees, read_pair, to_wgs84


@given(st.floats(75, 134), st.floats(5, 53), st.sampled_from(["GCJ-02", "BD-09", "CGCS2000", "WGS-84"]))
def test_comes_back_within_a_millionth_of_a_degree(lon: float, lat: float, datum: Datum) -> None:
    """There and back again through every datum."""
    there = from_wgs84(lon, lat, datum)
    back = to_wgs84(there.lon, there.lat, datum)
    assert abs(back.lon - lon) < 1e-6
    assert abs(back.lat - lat) < 1e-6


def test_shifts_by_hundreds_of_metres() -> None:
    """GCJ-02 lies some hundred metres off, BD-09 further: they are not interchangeable."""
    gcj, baidu = to_wgs84(116.5, 35.5, "GCJ-02"), to_wgs84(116.5, 35.5, "BD-09")
    assert 0.003 < 116.5 - gcj.lon < 0.008
    assert 0.009 < 116.5 - baidu.lon < 0.015


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("经度(GCJ-02)", "GCJ-02"),
        ("坐标系：百度BD-09", "BD-09"),
        ("国家2000", "CGCS2000"),
        ("GPS坐标", "WGS-84"),
        ("经度", None),
    ],
)
def test_finds_the_datum_in_a_header(text: str, datum: Datum | None) -> None:
    """Headers and notes name the datum in many ways."""
    assert find_datum(text) == datum


@pytest.mark.parametrize("text", ["116°35′24″", "116度35分24秒", "E116°35'24\"", "东经116°35′24″", "116.59"])
def test_reads_degrees_minutes_and_seconds(text: str) -> None:
    """One longitude in five writings."""
    assert read_degrees(text) == pytest.approx(116.59)


@pytest.mark.parametrize(
    "text",
    [
        "116.59,35.44",
        "116.59，35.44",
        "(116.59, 35.44)",
        "116.59 35.44",
        "E116.59 N35.44",
        "经度116.59 纬度35.44",
        "东经116.59°，北纬35.44°",
        "116.59E 35.44N",
        "POINT(116.59 35.44)",
    ],
)
def test_reads_pairs(text: str) -> None:
    """One pair in nine writings."""
    assert read_pair(text) == pytest.approx((116.59, 35.44))


def test_reads_no_position_from_words() -> None:
    """“To be measured” is no position, nor are more than 60 minutes."""
    assert read_pair("待测") is None
    assert read_degrees("116°75′") is None
