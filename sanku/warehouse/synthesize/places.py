"""Where invented companies stand: counties drawn by population, positions in towns around their middle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.regions import Gazetteer, gazetteer, short_name

# Census of 2020, in 10,000 persons. What a province has beyond the cities listed is shared by its other cities in
# proportion to their counties.
PROVINCES = (
    "北京2189 天津1387 河北7461 山西3492 内蒙古2405 辽宁4259 吉林2407 黑龙江3185 上海2487 江苏8475 浙江6457 安徽6103 福建4154 "
    "江西4519 山东10153 河南9937 湖北5775 湖南6644 广东12601 广西5013 海南1008 重庆3205 四川8367 贵州3856 云南4721 西藏365 "
    "陕西3953 甘肃2502 青海592 宁夏720 新疆2585"
)
CITIES = (
    "石家庄1124 唐山772 保定924 邯郸941 太原530 沈阳907 大连745 长春907 哈尔滨1001 南京931 苏州1275 无锡746 徐州908 南通773 常州528 "
    "盐城671 杭州1194 宁波940 温州957 绍兴527 嘉兴540 金华705 台州662 合肥937 阜阳820 福州829 泉州878 厦门516 漳州505 南昌626 赣州897 "
    "上饶649 济南920 青岛1007 烟台710 潍坊939 济宁836 临沂1102 菏泽880 郑州1260 洛阳706 南阳971 周口903 商丘782 驻马店701 信阳623 "
    "新乡625 武汉1245 襄阳526 黄冈588 荆州523 长沙1005 衡阳665 邵阳656 岳阳505 常德528 永州529 广州1868 深圳1749 东莞1047 佛山950 "
    "湛江698 茂名617 惠州604 揭阳558 汕头550 中山442 江门480 南宁874 桂林493 玉林580 海口287 成都2094 南充561 绵阳487 达州539 宜宾459 "
    "贵阳599 遵义661 毕节690 昆明846 曲靖577 西安1218 渭南469 咸阳396 兰州436 西宁247 银川286 乌鲁木齐405"
)
# Within a city, an urban district draws as many firms as two counties.
OF_KIND = {"区": 2.0, "市": 1.5}
TOWNS = 4  # clusters of firms in a county
SPREAD = 0.045  # degrees, standard deviation of towns around the county's point
WITHIN = 0.012  # degrees, of firms around their town


@dataclass(frozen=True)
class Places:
    """Counties with their names, points and shares of all firms."""

    codes: list[str]
    provinces: list[str]
    cities: list[str]
    counties: list[str]
    city_shorts: list[str]
    province_numbers: NDArray[np.int32]
    points: NDArray[np.float64]  # (n, 2): lon, lat
    towns: NDArray[np.float64]  # (n, TOWNS, 2)
    shares: NDArray[np.float64]

    def draw(self, random: np.random.Generator, rows: int) -> NDArray[np.int64]:
        """Return the number of a county for each row, by population."""
        return np.searchsorted(np.cumsum(self.shares), random.random(rows), side="right").clip(
            max=len(self.codes) - 1
        )

    def positions(self, random: np.random.Generator, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a position (lon, lat) in one of the towns of each row's county."""
        # The first town of a county is the largest.
        town = np.minimum((random.random(len(at)) ** 2 * TOWNS).astype(np.int64), TOWNS - 1)
        return np.round(self.towns[at, town] + random.normal(0, WITHIN, (len(at), 2)), 6)


def populations(known: Gazetteer) -> dict[str, float]:
    """Return the population of each city (of each municipality as one), in 10,000 persons."""
    counties: dict[str, int] = {}
    for code in known.regions:
        if not code.endswith("00") or code[2:4] == "90" or len(_children(known, code)) == 0:
            city = city_of(code)
            if city[:2] not in ("71", "81", "82"):
                counties[city] = counties.get(city, 0) + 1
    figures: dict[str, float] = {}
    shorts = {short_name(known.regions[city].name): city for city in counties if city in known.regions}
    for each in CITIES.split():
        name = each.rstrip("0123456789")
        figures[shorts[name]] = float(each.removeprefix(name))
    for each in PROVINCES.split():
        name = each.rstrip("0123456789")
        province = known.named(name, "")
        inside = [city for city in counties if city[:2] == province[:2]]
        rest = float(each.removeprefix(name)) - sum(figures.get(city, 0) for city in inside)
        others = [city for city in inside if city not in figures]
        share = rest / max(1, sum(counties[city] for city in others))
        figures.update({city: share * counties[city] for city in others})
    return figures


def _children(known: Gazetteer, code: str) -> list[str]:
    digits = code[:4] if not code.endswith("0000") else code[:2]
    return [each for each in known.regions if each != code and each.startswith(digits)]


def city_of(code: str) -> str:
    """Return the code of the city: the municipality itself, or the county where it is directly under its province."""
    if code[:2] in ("11", "12", "31", "50"):
        return code[:2] + "0000"
    return code if code[2:4] == "90" else code[:4] + "00"


def places(seed: int) -> Places:
    """Return all counties of the mainland, with towns laid out by the seed."""
    known = gazetteer()
    figures = populations(known)
    leaves = [code for code in sorted(known.regions) if city_of(code) in figures and _is_leaf(known, code)]
    weights = np.array([OF_KIND.get(known.regions[code].name[-1], 1.0) for code in leaves])
    cities = [city_of(code) for code in leaves]
    totals: dict[str, float] = {}
    for city, weight in zip(cities, weights, strict=True):
        totals[city] = totals.get(city, 0) + float(weight)
    shares = np.array(
        [figures[city] * weight / totals[city] for city, weight in zip(cities, weights, strict=True)]
    )
    points = np.array([(known.regions[code].lon, known.regions[code].lat) for code in leaves])
    random = np.random.default_rng([seed, 1])
    return Places(
        codes=leaves,
        provinces=[known.regions[code[:2] + "0000"].name for code in leaves],
        cities=[known.regions[city].name for city in cities],
        counties=[known.regions[code].name for code in leaves],
        city_shorts=[short_name(known.regions[city].name) for city in cities],
        province_numbers=np.array([int(code[:2]) for code in leaves], dtype=np.int32),
        points=points,
        towns=points[:, None, :] + random.normal(0, SPREAD, (len(leaves), TOWNS, 2)),
        shares=shares / shares.sum(),
    )


def _is_leaf(known: Gazetteer, code: str) -> bool:
    return not code.endswith("00") or (
        not code.endswith("0000")
        and not any(each.startswith(code[:4]) for each in known.regions if each != code)
    )
