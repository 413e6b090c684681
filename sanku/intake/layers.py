"""A layer of geodata as a table: its fields are columns, whatever ten letters a shapefile left of their names."""

import re

from sanku.common.geodata import LayerSheet
from sanku.intake.table import Header, Table

FIELD = "site.boundary"
BOUNDARY_HEADER = "边界"
# The short names that land surveys and drawing programs give to fields, and what they stand for.
SHORT_NAMES: tuple[tuple[str, str], ...] = (
    (r"dkbh|dkbm|dkdm|zdbh|zddm|zdbm|zdh|dkh|zdtybm|parcelno|parcel_no|parcel_id|plot_no|bsm", "地块编号"),
    (r"dkmc|zdmc|name|mc|名称|标题|title", "要素名称"),
    (r"mj_?mu|mjm|mianji_mu|area_?mu|mj_m|zdmj_?mu|亩数", "面积（亩）"),
    (r"mj_?ha|mj_?gq|area_?ha|hectares?", "面积（公顷）"),
    (r"mj_?m2|mj_?pfm|area_?m2", "面积（平方米）"),
    (r"mj|zdmj|dkmj|tdmj|scmj|ydmj|mianji", "面积"),
    (r"syqlx|ydxz|tdyt|tdxz|dlmc|dldm|ghyt|yt|landuse|land_use", "土地用途"),
    (r"symj_?mu", "剩余面积（亩）"),
    (r"lx|zdlx", "载体类型"),
    (r"rjl|far", "容积率"),
    (r"tdzl|zl|zldz|wz|dz|address|location", "坐落"),
    (r"qlr|qlrmc|qsdw|qsdwmc|syqr|tdsyz|owner", "权利人"),
    (r"yq|yqmc|park", "园区名称"),
    (r"zt|status|zk", "状态"),
    (r"bz|remarks?|note|memo|description", "备注"),
    (r"crj|dj|price", "出让价"),
    # Ten bytes of UTF-8 are three characters.
    (r"地块编|宗地编|地块代|宗地代", "地块编号"),
    (r"土地用|用地性|规划用", "土地用途"),
    (r"权属单|权属人|使用权", "权利人"),
    (r"总面积|用地面|土地面|占地面", "面积"),
    (r"剩余面|可用面", "剩余面积"),
    (r"地块位|土地坐|坐落位", "坐落"),
    (r"所在园|所属园", "园区名称"),
)
_SHORT = [(re.compile(words), long) for words, long in SHORT_NAMES]


def table_of(sheet: LayerSheet) -> Table:
    """Return a layer as the table that it is; its boundary is the last column."""
    names = [str(name) for name in sheet.rows.get(1, [])]
    headers = [Header(column, [long_name(name)]) for column, name in enumerate(names)]
    headers.append(Header(len(names), [BOUNDARY_HEADER]))
    return Table(sheet, [1], headers, 2, max(sheet.rows, default=1), [sheet.name] if sheet.name else [])


def long_name(name: str) -> str:
    """Return what a field is called: a short name with what it stands for before it, as in 面积（亩）（MJ_MU）."""
    short = name.strip().lower()
    long = next((long for words, long in _SHORT if words.fullmatch(short)), None)
    if long is None or long == name:
        return name
    return f"{long}（{name}）"
