"""Where things stand in Jining High-tech Zone: blocks of a simple grid on its real ground, and carriers in them.

Sub-districts, roads and the extent are real, positions in them schematic: this is no survey.
"""

import math
from decimal import Decimal
from random import Random
from typing import Any

from sanku.audit.operations import Draft
from sanku.config.demo.play import VIA, Play
from sanku.sites.models import Site
from sanku.sites.operations import save_sites

# Blocks GX-01 … GX-12: longitude and latitude of the middle (WGS-84), sub-district, two roads, park.
BLOCKS = [
    (116.6420, 35.4240, "洸河街道", "洸河路", "崇文大道", "高新区创业园"),
    (116.6425, 35.4010, "柳行街道", "吴泰闸路", "崇文大道", "大学科技园"),
    (116.6430, 35.3780, "接庄街道", "金宇路", "崇文大道", "现代服务园"),
    (116.6660, 35.4470, "黄屯街道", "327 国道", "西浦路", "物流园"),
    (116.6665, 35.4240, "洸河街道", "洸河路", "西浦路", "光电产业园"),
    (116.6670, 35.4010, "柳行街道", "吴泰闸路", "诗仙路", "软件园"),
    (116.6675, 35.3780, "接庄街道", "金宇路", "诗仙路", "生物产业园"),
    (116.6905, 35.4470, "黄屯街道", "327 国道", "海川路", "装备制造产业园"),
    (116.6910, 35.4240, "黄屯街道", "嘉达路", "海川路", "新材料产业园"),
    (116.6915, 35.4010, "柳行街道", "同济路", "海川路", "汽车零部件园"),
    (116.7150, 35.4470, "王因街道", "327 国道", "宁安大道", "重型装备园"),
    (116.7155, 35.4240, "王因街道", "嘉达路", "宁安大道", "食品产业园"),
]
SIDE = 5  # cells along a block's side
CELL_M = 330  # from the middle of one cell to the next
TURN = math.radians(-3)  # the roads run a little off north
METRES_PER_DEGREE = 111_320
KINDS = [("land", 92), ("factory", 104), ("office", 52), ("lab", 34), ("building", 18)]  # 300 = 12 × 5 × 5
STATUSES = ["free"] * 52 + ["offered"] * 20 + ["held"] * 9 + ["taken"] * 19
SECTORS_OF_PARK = {
    "装备制造产业园": ["equipment"],
    "重型装备园": ["equipment"],
    "新材料产业园": ["new_materials"],
    "光电产业园": ["opto_auto"],
    "汽车零部件园": ["opto_auto"],
    "生物产业园": ["food_biomed"],
    "食品产业园": ["food_biomed"],
    "物流园": ["modern_services"],
    "现代服务园": ["modern_services", "real_estate_hq"],
    "高新区创业园": ["real_estate_hq", "information"],
    "软件园": ["information"],
    "大学科技园": ["information", "food_biomed"],
}


def shifted(lon: float, lat: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the point so many metres along the zone's roads; near enough for a few kilometres."""
    x = east_m * math.cos(TURN) - north_m * math.sin(TURN)
    y = east_m * math.sin(TURN) + north_m * math.cos(TURN)
    return (
        round(lon + x / (METRES_PER_DEGREE * math.cos(math.radians(lat))), 6),
        round(lat + y / METRES_PER_DEGREE, 6),
    )


def somewhere(dice: Random, block: int) -> tuple[float, float]:
    """Return a point in a block."""
    reach = SIDE * CELL_M / 2 - 60
    lon, lat = BLOCKS[block][:2]
    return shifted(lon, lat, dice.uniform(-reach, reach), dice.uniform(-reach, reach))


def address(dice: Random, block: int) -> str:
    """Return an address in a block."""
    _, _, district, east_road, north_road, _ = BLOCKS[block]
    return f"济宁高新区{district}{dice.choice([east_road, north_road])} {dice.randint(1, 399)} 号"


def build_sites(play: Play) -> None:
    """Enter three hundred carriers, one a cell, so that none overlaps another."""
    dice = play.random("sites")
    kinds = [kind for kind, count in KINDS for _ in range(count)]
    dice.shuffle(kinds)
    drafts = []
    for block in range(len(BLOCKS)):
        for cell in range(SIDE * SIDE):
            values = _site(play, dice, block, cell, kinds.pop())
            drafts.append(Draft(Site(zone=play.zone), {**values, "is_demo": True}))
    # What is on the market first; in later rounds it finds its takers.
    taken = [draft for draft in drafts if draft.values["status"] != "free"]
    later = [{name: draft.values.pop(name) for name in _MARKET if name in draft.values} for draft in taken]
    clerks = play.role("landing")
    save_sites(drafts, actor=clerks[1], now=play.ago(400), via=VIA)
    changes = [Draft(draft.record, values) for draft, values in zip(taken, later, strict=True)]
    for round_, days in enumerate((240, 110, 20)):
        save_sites(changes[round_::3], actor=clerks[round_ + 1], now=play.ago(days), via=VIA)


_MARKET = ("status", "held_for", "held_until", "occupier_name", "area_free_m2")


def _site(play: Play, dice: Random, block: int, cell: int, kind: str) -> dict[str, Any]:
    lon, lat, district, east_road, north_road, park = BLOCKS[block]
    row, column = divmod(cell, SIDE)
    east_m, north_m = (column - SIDE // 2) * CELL_M, (row - SIDE // 2) * CELL_M
    width_m, depth_m = _extent(dice, kind)
    middle = shifted(lon, lat, east_m, north_m)
    corners = [
        shifted(lon, lat, east_m + x * width_m / 2, north_m + y * depth_m / 2)
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    code = f"GX-{block + 1:02d}-{cell + 1:02d}"
    road = dice.choice([east_road, north_road])
    values: dict[str, Any] = {
        "code": code,
        "kind": kind,
        "park": park,
        "address": f"济宁高新区{district}{road} {dice.randint(1, 399)} 号",
        "lon": middle[0],
        "lat": middle[1],
        "boundary": {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]},
        "allowed_sectors": sorted(SECTORS_OF_PARK[park]),
        "road_access": f"临{road}",
        "available_on": play.day(dice.choice([0, 0, 0, 30, 60, 120])),
        "owner_name": dice.choice(["示例高新城投有限公司", "示例高新产业园运营有限公司", "示例国际创业中心"]),
    }
    makers = {"land": _land, "factory": _factory, "office": _office, "lab": _lab, "building": _building}
    values |= makers[kind](dice, code, road, Decimal(str(round(width_m * depth_m))))
    return values | _market(play, dice, values)


def _extent(dice: Random, kind: str) -> tuple[float, float]:
    """Return width and depth in metres; a cell has room for 290."""
    if kind == "land":
        return dice.choice([140, 180, 220, 260, 285]), dice.choice([120, 160, 200, 240, 285])
    if kind == "factory":
        return dice.choice([60, 72, 96, 120]), dice.choice([24, 36, 48, 60])
    return dice.choice([42, 54, 66]), dice.choice([18, 24, 30])


def _market(play: Play, dice: Random, values: dict[str, Any]) -> dict[str, Any]:
    """Return whether it can be had, and for whom it is held."""
    status = dice.choice(STATUSES)
    total = values["area_total_m2"]
    free = total
    found: dict[str, Any] = {"status": status}
    if status == "taken":
        free = Decimal(0)
        found["occupier_name"] = f"示例{dice.choice('恒启瑞盛昌')}{dice.choice('达源泰宇')}公司"
    elif status == "held":
        found["held_until"] = play.day(dice.randint(5, 75))
        found["held_for"] = f"示例洽谈项目 {dice.randint(1, 40)} 号"
    elif values["is_divisible"] and dice.random() < 0.3:
        free = (total * Decimal(str(dice.choice([0.4, 0.5, 0.75])))).quantize(Decimal(1))
    return {**found, "area_free_m2": free}


def _utilities(dice: Random, scale: int) -> dict[str, Any]:
    return {
        "power_kva": Decimal(dice.choice([315, 630, 1250, 2000, 4000]) * scale),
        "water_t_d": Decimal(dice.choice([20, 50, 120, 300]) * scale),
        "sewage_class": dice.choice(["一级", "二级", "三级"]),
    }


def _land(dice: Random, code: str, road: str, area_m2: Decimal) -> dict[str, Any]:
    return {
        "name": f"{code} 地块（{road}）",
        "area_total_m2": area_m2,
        "is_divisible": area_m2 > 40_000,
        "area_smallest_m2": Decimal(20_000) if area_m2 > 40_000 else None,
        "tenure": "sale",
        "price_sale_cny_m2": Decimal(dice.choice([336, 384, 420, 465])),
        "zoning": dice.choice(["一类工业用地", "二类工业用地", "二类工业用地", "仓储用地", "商务用地"]),
        "plot_ratio": dice.choice(["≥1.0", "1.2–2.0", "≥1.5"]),
        "listing": dice.choice(["listed", "listed", "auction", "agreement"]),
        "gas_m3_h": Decimal(dice.choice([500, 1000, 2000])),
        "steam_t_h": Decimal(dice.choice([5, 10, 20])),
        **_utilities(dice, 2),
    }


def _factory(dice: Random, code: str, road: str, area_m2: Decimal) -> dict[str, Any]:
    floors = dice.choice([1, 1, 2, 3])
    return {
        "name": f"{code} 标准厂房",
        "building": f"{dice.randint(1, 24)} 号厂房",
        "floor": f"1–{floors} 层" if floors > 1 else "1 层",
        "area_total_m2": area_m2 * floors,
        "is_divisible": floors > 1,
        "area_smallest_m2": area_m2 if floors > 1 else None,
        "tenure": dice.choice(["rent", "rent", "both"]),
        "price_rent_cny_m2_month": Decimal(dice.choice([9, 11, 12, 14, 15])),
        "price_sale_cny_m2": Decimal(dice.choice([2600, 2900, 3200])),
        "zoning": "二类工业用地",
        "clear_height_m": Decimal(str(dice.choice([6.0, 8.1, 9.0, 12.0]))),
        "floor_load_t_m2": Decimal(str(dice.choice([0.75, 1.0, 2.0, 5.0]))),
        "gas_m3_h": Decimal(dice.choice([100, 200, 500])),
        **_utilities(dice, 1),
    }


def _office(dice: Random, code: str, road: str, area_m2: Decimal) -> dict[str, Any]:
    floor = dice.randint(2, 22)
    return {
        "name": f"{code} 写字楼 {floor} 层",
        "building": dice.choice(["A 座", "B 座", "C 座"]),
        "floor": f"{floor} 层",
        "area_total_m2": area_m2,
        "is_divisible": True,
        "area_smallest_m2": Decimal(120),
        "tenure": "rent",
        "price_rent_cny_m2_month": Decimal(dice.choice([24, 27, 30, 36])),
        "service_fee_cny_m2_month": Decimal("3.5"),
        "zoning": "商务用地",
    }


def _lab(dice: Random, code: str, road: str, area_m2: Decimal) -> dict[str, Any]:
    return {
        "name": f"{code} 孵化实验室",
        "building": f"{dice.randint(1, 6)} 号楼",
        "floor": f"{dice.randint(1, 6)} 层",
        "unit": f"{dice.randint(101, 624)} 室",
        "area_total_m2": (area_m2 / 4).quantize(Decimal(1)),
        "is_divisible": False,
        "tenure": "rent",
        "price_rent_cny_m2_month": Decimal(dice.choice([18, 22, 25])),
        "zoning": "科研用地",
        "floor_load_t_m2": Decimal("0.5"),
        **_utilities(dice, 1),
    }


def _building(dice: Random, code: str, road: str, area_m2: Decimal) -> dict[str, Any]:
    floors = dice.randint(5, 16)
    return {
        "name": f"{code} 整栋楼宇",
        "building": f"{dice.randint(1, 12)} 号楼",
        "floor": f"1–{floors} 层",
        "area_total_m2": area_m2 * floors,
        "is_divisible": True,
        "area_smallest_m2": area_m2,
        "tenure": "both",
        "price_rent_cny_m2_month": Decimal(dice.choice([20, 24, 28])),
        "price_sale_cny_m2": Decimal(dice.choice([5200, 5800, 6400])),
        "zoning": "商务用地",
        **_utilities(dice, 2),
    }
