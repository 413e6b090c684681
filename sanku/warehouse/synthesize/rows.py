"""Rows of an invented register, a block at a time; the same seed and block give the same rows, whatever came before."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.warehouse.synthesize import words
from sanku.warehouse.synthesize.codes import encode
from sanku.warehouse.synthesize.places import Places

BLOCK = 250_000
HEADERS = (
    "企业名称", "统一社会信用代码", "成立日期", "企业类型", "注册资本", "经营范围", "省份", "城市", "区县", "注册地址", "经度", "纬度",
    "行业代码", "登记状态", "曾用名", "简称", "荣誉",
)  # fmt: skip
BRANCHES, GROUP_NAMED, DIRTY = 0.04, 0.03, 0.03
FIRST_DAY, LAST_DAY = np.datetime64("1982-01-01"), np.datetime64("2025-12-31")

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Names:
    """The names of a block and the parts they are made of."""

    full: pa.Array
    short: pa.Array  # place and brand
    trade: Numbers
    form: Numbers
    branch: NDArray[np.bool_]


def text(values: Any) -> pa.Array:
    """Return values as an array of text."""
    return pa.array(values, pa.string())


def pick(random: np.random.Generator, shares: Numbers, rows: int) -> Numbers:
    """Draw the number of a choice for each row, by shares that need not add up to one."""
    bounds = np.cumsum(shares / shares.sum())
    return np.searchsorted(bounds, random.random(rows), side="right").clip(max=len(shares) - 1)


def join(*parts: Any) -> pa.Array:
    """Return texts put together row by row."""
    return pc.binary_join_element_wise(*parts, "")


def brands(random: np.random.Generator, rows: int) -> pa.Array:
    """Return a brand of two to four characters for each row; some characters are much commoner than others."""
    characters = text(list(dict.fromkeys(words.BRAND_CHARACTERS)))
    rank = (random.random((rows, 4)) ** 1.6 * len(characters)).astype(np.int64)
    length = pick(random, np.array([0.72, 0.2, 0.08]), rows) + 2
    parts = []
    for position in range(4):
        part = characters.take(pa.array(rank[:, position]))
        parts.append(part if position < 2 else pc.if_else(pa.array(position < length), part, ""))
    return join(*parts)


def names(random: np.random.Generator, places: Places, at: Numbers) -> Names:
    """Return names as the register writes them: place, brand, trade, form; branches name their parent's place first."""
    rows = len(at)
    trade = pick(random, np.array([each.share for each in words.TRADES]), rows)
    options = [each.words for each in words.TRADES]
    flat = text([word for option in options for word in option])
    firsts = np.cumsum([0] + [len(option) for option in options])[:-1]
    sizes = np.array([len(option) for option in options])
    word = flat.take(pa.array(firsts[trade] + (random.random(rows) * sizes[trade]).astype(np.int64)))
    form = pick(random, np.array([share for _, share in words.FORMS]), rows)
    shorts, cities = text(places.city_shorts), text(places.cities)
    where = random.random(rows)
    place = pc.if_else(pa.array(where < 0.6), shorts.take(pa.array(at)), cities.take(pa.array(at)))
    counties = text(places.counties).take(pa.array(at))
    place = pc.if_else(pa.array(where > 0.93), join(place, counties), place)
    branch = random.random(rows) < BRANCHES
    home = shorts.take(pa.array(np.where(branch, places.draw(random, rows), at)))
    place = pc.if_else(pa.array(branch), home, place)
    brand = brands(random, rows)
    company = join(place, brand, word, text([form for form, _ in words.FORMS]).take(pa.array(form)))
    # (集团) and the place in brackets are as common as place first.
    bracketed = join(brand, "（", place, "）", word, "有限公司")
    company = pc.if_else(pa.array(random.random(rows) < GROUP_NAMED), bracketed, company)
    full = pc.if_else(pa.array(branch), join(company, shorts.take(pa.array(at)), "分公司"), company)
    return Names(full, join(place, brand), trade, form, branch)


def dates(random: np.random.Generator, rows: int) -> tuple[pa.Array, Numbers]:
    """Return dates in several forms, more of them in late years, and the years."""
    days = (LAST_DAY - FIRST_DAY).astype(int)
    on = FIRST_DAY + (days * random.random(rows) ** 0.35).astype("timedelta64[D]")
    plain = pa.array(on).cast(pa.string())
    year, month, day = (pc.utf8_slice_codeunits(plain, *span) for span in ((0, 4), (5, 7), (8, 10)))
    form = random.random(rows)
    found = plain
    for share, other in (
        (0.03, join(year, "/", pc.utf8_ltrim(month, "0"), "/", pc.utf8_ltrim(day, "0"))),
        (0.02, join(year, "年", pc.utf8_ltrim(month, "0"), "月", pc.utf8_ltrim(day, "0"), "日")),
        (0.01, join(year, month, day)),
        (0.005, join(year, ".", month, ".", day)),
    ):
        found = pc.if_else(pa.array(form < share), other, found)
        form = np.where(form < share, 1.0, form)
    return found, on.astype("datetime64[Y]").astype(int) + 1970


def capitals(random: np.random.Generator, rows: int) -> pa.Array:
    """Return registered capital as registers write it, most of it round sums in 万."""
    round_sums = np.array([10, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10000, 50000])
    shares = np.array([9, 4, 14, 24, 12, 6, 13, 10, 3, 2, 2, 0.8, 0.2])
    figure = round_sums[pick(random, shares, rows)].astype(float)
    odd = random.random(rows) < 0.08
    figure = np.where(odd, np.round(figure * random.lognormal(0, 0.6, rows), 2), figure)
    written = pc.utf8_rtrim(pc.replace_substring_regex(pa.array(figure).cast(pa.string()), r"\.0$", ""), " ")
    units = text(["万人民币", "(万元人民币)", "万元", "万元人民币", "万美元", "(万元)", "万港元", "万欧元"])
    found = join(
        written, units.take(pa.array(pick(random, np.array([50, 20, 14, 8, 1.2, 6, 0.6, 0.1]), rows)))
    )
    return pc.if_else(pa.array(random.random(rows) < 0.03), "N/A", found)


def addresses(random: np.random.Generator, places: Places, at: Numbers) -> pa.Array:
    """Return addresses, some with the province, some from the county on."""
    rows = len(at)
    index = pa.array(at)
    province, city, county = (
        text(each).take(index) for each in (places.provinces, places.cities, places.counties)
    )
    city = pc.if_else(pc.equal(city, province), "", city)
    county = pc.if_else(pc.equal(city, county), "", county)
    form = random.random(rows)
    head = pc.if_else(
        pa.array(form < 0.55),
        join(province, city, county),
        pc.if_else(pa.array(form < 0.85), join(city, county), county),
    )
    street = text(list(words.STREETS)).take(pa.array(random.integers(0, len(words.STREETS), rows)))
    number = pa.array(random.integers(1, 999, rows)).cast(pa.string())
    room = pa.array(random.integers(101, 2999, rows)).cast(pa.string())
    plain = join(head, street, number, "号")
    return pc.if_else(pa.array(random.random(rows) < 0.5), join(plain, room, "室"), plain)


def full_width(values: pa.Array) -> pa.Array:
    """Return a text with its digits and capital letters in full width."""
    table = {code: code + 0xFEE0 for code in range(0x30, 0x5B)}
    return text([value.translate(table) for value in values.to_pylist()])


def dirty(random: np.random.Generator, columns: dict[str, pa.Array]) -> None:
    """Spoil some cells as bought files are spoiled: full-width codes, blanks, wrong check characters, no place."""
    rows = len(columns["企业名称"])

    def spoil(name: str, share: float, change: Any) -> None:
        rows_hit = np.flatnonzero(random.random(rows) < share)
        if len(rows_hit):
            mask = np.zeros(rows, dtype=bool)
            mask[rows_hit] = True
            columns[name] = pc.replace_with_mask(
                columns[name], pa.array(mask), change(columns[name].take(pa.array(rows_hit)))
            )

    codes = "统一社会信用代码"
    spoil("企业名称", DIRTY / 3, lambda found: join(" ", found, "　"))
    spoil("企业名称", DIRTY / 6, full_width)
    spoil(codes, DIRTY / 3, full_width)
    spoil(codes, DIRTY / 6, lambda found: pc.utf8_lower(found))
    spoil(codes, DIRTY / 6, lambda found: join(pc.utf8_slice_codeunits(found, 0, 17), "0"))
    spoil(codes, DIRTY / 3, lambda found: pa.array([""] * len(found), pa.string()))
    spoil("城市", DIRTY, lambda found: pc.utf8_rtrim(found, "市"))
    spoil("城市", DIRTY / 3, lambda found: pa.array([""] * len(found), pa.string()))
    spoil("成立日期", DIRTY / 10, lambda found: pa.array(["不详"] * len(found), pa.string()))
    spoil("企业名称", DIRTY / 300, lambda found: pa.array([""] * len(found), pa.string()))


def repeated(random: np.random.Generator, table: pa.Table) -> pa.Table:
    """Put rows of the block in twice, some of them with less in them, as merged lists hold them."""
    rows = table.num_rows
    again = random.random(rows) < 0.01
    index = np.arange(rows)
    index[again] = random.integers(0, rows, int(again.sum()))
    return table.take(pa.array(index))


def block(places: Places, seed: int, number: int, rows: int) -> pa.Table:
    """Return a block of invented companies, all columns as text."""
    random = np.random.default_rng([seed, 2, number])
    at = places.draw(random, rows)
    called = names(random, places, at)
    index = pa.array(at)
    spots = places.positions(random, at)
    located = random.random(rows) < 0.7
    trade_classes = [each.classes for each in words.TRADES]
    classes = text([each for group in trade_classes for each in group])
    firsts = np.cumsum([0] + [len(group) for group in trade_classes])[:-1]
    sizes = np.array([len(group) for group in trade_classes])
    industry = classes.take(
        pa.array(firsts[called.trade] + (random.random(rows) * sizes[called.trade]).astype(np.int64))
    )
    on, _ = dates(random, rows)
    kinds = text([words.KINDS[form] for form, _ in words.FORMS]).take(pa.array(called.form))
    statuses = np.array([share for _, share in words.STATUSES])
    columns = {
        "企业名称": called.full,
        "统一社会信用代码": encode(random, places.codes, at),
        "成立日期": on,
        "企业类型": pc.if_else(pa.array(called.branch), words.KINDS["分公司"], kinds),
        "注册资本": pc.if_else(pa.array(called.branch), "", capitals(random, rows)),
        "经营范围": scopes(random, called.trade),
        "省份": text(places.provinces).take(index),
        "城市": text(places.cities).take(index),
        "区县": pc.if_else(pa.array(random.random(rows) < 0.8), text(places.counties).take(index), ""),
        "注册地址": addresses(random, places, at),
        "经度": pc.if_else(pa.array(located), pa.array(spots[:, 0]).cast(pa.string()), ""),
        "纬度": pc.if_else(pa.array(located), pa.array(spots[:, 1]).cast(pa.string()), ""),
        "行业代码": pc.if_else(pa.array(random.random(rows) < 0.95), industry, ""),
        "登记状态": text([word for word, _ in words.STATUSES]).take(pa.array(pick(random, statuses, rows))),
        "曾用名": former_names(random, called),
        "简称": pc.if_else(pa.array(random.random(rows) < 0.03), called.short, ""),
        "荣誉": honours(random, called.branch),
    }
    dirty(random, columns)
    return repeated(random, pa.table({name: columns[name] for name in HEADERS}))


def scopes(random: np.random.Generator, trade: Numbers) -> pa.Array:
    """Return business scopes: the trade's own, and often another one."""
    all_scopes = text([each.scope for each in words.TRADES])
    own = all_scopes.take(pa.array(trade))
    other = all_scopes.take(pa.array(random.integers(0, len(words.TRADES), len(trade))))
    closing = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    more = pc.if_else(pa.array(random.random(len(trade)) < 0.5), join(own, "；", other), own)
    return pc.if_else(pa.array(random.random(len(trade)) < 0.3), join(more, closing), more)


def former_names(random: np.random.Generator, called: Names) -> pa.Array:
    """Return an earlier name for a few: the same brand in another trade."""
    rows = len(called.trade)
    word = text([each.words[0] for each in words.TRADES]).take(
        pa.array(random.integers(0, len(words.TRADES), rows))
    )
    return pc.if_else(pa.array(random.random(rows) < 0.04), join(called.short, word, "有限公司"), "")


def honours(random: np.random.Generator, branch: NDArray[np.bool_]) -> pa.Array:
    """Return codes of the lists that name a company, for few, never for a branch; several are joined by ;"""
    rows = len(branch)
    found = text([""] * rows)
    for code, share in words.HONOURS:
        named = pa.array((random.random(rows) < share) & ~branch)
        found = pc.if_else(named, pc.if_else(pc.equal(found, ""), code, join(found, ";", code)), found)
    return found
