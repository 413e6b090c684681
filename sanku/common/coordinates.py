"""Convert coordinates as maps in China give them into WGS-84 degrees.

GCJ-02 (Gaode, Tencent) and BD-09 (Baidu) are shifted on purpose; the published forward formulas are inverted here by
iteration, so that forward(inverse(p)) = p within 1e-9 degrees. CGCS2000 differs from WGS-84 by centimetres and is
taken as equal.
"""

import math
import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from sanku.common.text import to_half_width

Datum = Literal["WGS-84", "CGCS2000", "GCJ-02", "BD-09"]

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BAIDU_PI = math.pi * 3000.0 / 180.0


class Position(NamedTuple):
    """A longitude and a latitude, both in degrees."""

    lon: float
    lat: float


_DATUM_WORDS: tuple[tuple[Datum, str], ...] = (
    ("BD-09", r"bd-?_?0?9|百度|baidu"),
    ("GCJ-02", r"gcj-?_?0?2|火星|高德|腾讯|騰訊|amap|gaode|国测局|國測局"),
    ("CGCS2000", r"cgcs|国家2000|國家2000|2000国家|2000國家|国家大地|2000坐标"),
    ("WGS-84", r"wgs-?_?84|gps|天地图|天地圖|谷歌|google"),
)


def find_datum(text: str) -> Datum | None:
    """Return the datum that a header or note names, if any."""
    lowered = to_half_width(text).lower()
    for datum, pattern in _DATUM_WORDS:
        if re.search(pattern, lowered):
            return datum
    return None


def in_china(lon: float, lat: float) -> bool:
    """Tell whether a position lies in the box around China in which GCJ-02 is shifted."""
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def to_wgs84(lon: float, lat: float, datum: Datum) -> Position:
    """Convert degrees of the named datum into WGS-84 degrees."""
    if datum == "GCJ-02":
        return gcj02_to_wgs84(lon, lat)
    if datum == "BD-09":
        return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))
    return Position(lon, lat)


def from_wgs84(lon: float, lat: float, datum: Datum) -> Position:
    """Convert WGS-84 degrees into degrees of the named datum."""
    if datum == "GCJ-02":
        return wgs84_to_gcj02(lon, lat)
    if datum == "BD-09":
        return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return Position(lon, lat)


def wgs84_to_gcj02(lon: float, lat: float) -> Position:
    """Apply the GCJ-02 shift; outside China nothing is shifted."""
    if not in_china(lon, lat):
        return Position(lon, lat)
    d_lon, d_lat = gcj02_shift(lon, lat, math)
    return Position(lon + d_lon, lat + d_lat)


def gcj02_shift(lon: Any, lat: Any, of: Any) -> tuple[Any, Any]:
    """Return by how many degrees GCJ-02 moves a place in China, or with numpy as `of` many places at once."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    ripple = (20.0 * of.sin(6.0 * x * pi) + 20.0 * of.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * of.sqrt(abs(x)) + ripple
    d_lat = d_lat + (20.0 * of.sin(y * pi) + 40.0 * of.sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat = d_lat + (160.0 * of.sin(y / 12.0 * pi) + 320 * of.sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * of.sqrt(abs(x)) + ripple
    d_lon = d_lon + (20.0 * of.sin(x * pi) + 40.0 * of.sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lon = d_lon + (150.0 * of.sin(x / 12.0 * pi) + 300.0 * of.sin(x / 30.0 * pi)) * 2.0 / 3.0
    lat_rad = of.radians(lat)
    magic = 1 - _ECCENTRICITY_2 * of.sin(lat_rad) ** 2
    root = of.sqrt(magic)
    d_lat = of.degrees(d_lat / (_SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / (magic * root)))
    return of.degrees(d_lon / (_SEMI_MAJOR_M / root * of.cos(lat_rad))), d_lat


def gcj02_to_wgs84(lon: float, lat: float) -> Position:
    """Undo the GCJ-02 shift."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: float, lat: float) -> Position:
    """Apply Baidu's second shift to GCJ-02 degrees."""
    return Position(*bd09_moved(lon, lat, math))


def bd09_moved(lon: Any, lat: Any, of: Any) -> tuple[Any, Any]:
    """Return where Baidu moves a place of GCJ-02, or with numpy as `of` many places at once."""
    radius = of.hypot(lon, lat) + 0.00002 * of.sin(lat * _BAIDU_PI)
    angle = of.atan2(lat, lon) + 0.000003 * of.cos(lon * _BAIDU_PI)
    return radius * of.cos(angle) + 0.0065, radius * of.sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> Position:
    """Undo Baidu's second shift."""
    return _invert(gcj02_to_bd09, lon, lat)


def _invert(forward: Callable[[float, float], Position], lon: float, lat: float) -> Position:
    """Find the point that the forward shift moves to the one given; the shift is small and smooth, so it converges."""
    guess_lon, guess_lat = lon, lat
    for _ in range(30):
        there = forward(guess_lon, guess_lat)
        off_lon, off_lat = there.lon - lon, there.lat - lat
        guess_lon, guess_lat = guess_lon - off_lon, guess_lat - off_lat
        if abs(off_lon) < 1e-11 and abs(off_lat) < 1e-11:
            break
    return Position(guess_lon, guess_lat)


_DMS = re.compile(
    r"(?P<sign>[-+])?(?P<head>[EWNS东西南北東])?(?:经|纬|經|緯)?:?"
    r"(?P<deg>\d{1,3}(?:\.\d+)?)(?:[°度d:]+"
    r"(?:(?P<min>\d{1,2}(?:\.\d+)?)[′'’‘分m:]+)?"
    r"(?:(?P<sec>\d{1,2}(?:\.\d+)?)(?:[″\"”“秒s]|''|′′)*)?)?"
    r"(?P<tail>[EWNS东西南北東])?",
    re.IGNORECASE,
)


def read_degrees(text: str | float) -> float | None:
    """Read one coordinate: decimal degrees or degrees, minutes and seconds (116°35′23.14″, 北纬35度26分), else None."""
    if isinstance(text, int | float):
        return float(text)
    found = _DMS.fullmatch(re.sub(r"\s+", "", to_half_width(text)))
    if not found:
        return None
    minutes, seconds = float(found["min"] or 0), float(found["sec"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = float(found["deg"]) + minutes / 60 + seconds / 3600
    south_or_west = (found["head"] or found["tail"] or "").upper() in {"S", "W", "南", "西"}
    return -degrees if south_or_west or found["sign"] == "-" else degrees


def read_pair(text: str) -> tuple[float, float] | None:
    """Read two coordinates from one text, in the order written, else None."""
    plain = re.sub(r"(?i)^\s*point\s*\(", "", to_half_width(text)).strip(" ()[]{}（）【】\n\t")
    plain = re.sub(
        r"(?i)(东经|北纬|东經|北緯|经度|纬度|經度|緯度|坐标|lng|lon(?:gitude)?|lat(?:itude)?|[XY](?=\s*[:=]))\s*[:=]?\s*",
        " ",
        plain,
    )
    parts = [part for part in re.split(r"\s*[,;、/|\n\t，；]\s*", plain.strip()) if part]
    if len(parts) != 2:
        parts = [part for part in re.split(r"\s+|(?<=[″\"秒])(?=\S)|(?=[NSns北南]\d)(?<=\d)", plain) if part]
    if len(parts) != 2:
        return None
    first, second = read_degrees(parts[0]), read_degrees(parts[1])
    return None if first is None or second is None else (first, second)
