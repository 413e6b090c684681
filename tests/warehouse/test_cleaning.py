"""Cleaning whole columns gives what the functions of `sanku.common` give cell by cell."""

import datetime as dt
import hashlib
import random

import numpy as np
import pyarrow as pa
import pytest

from sanku.common.codes import is_valid_uscc
from sanku.common.names import core_name, initials, normalise
from sanku.warehouse import raw
from sanku.warehouse.cleaning import cores, text, values
from sanku.warehouse.cleaning.companies import clean_companies
from sanku.warehouse.cleaning.gazetteer import address_codes
from sanku.warehouse.cleaning.hashes import first_52_bits
from sanku.warehouse.regions import gazetteer
from sanku.warehouse.synthesize.places import places
from sanku.warehouse.synthesize.rows import block

ODD = [
    "", " ", "ﬁ公司", "㈱示例", "１２３ＡＢＣ有限公司", "É́tude 有限公司", "示例（济宁）有限公司", "𠮷野家", "ΣΑΣ", "straße", "各ㅏᆨ",
    "濟寧示例機械股份有限公司", "·示·例", "a有限公司", "ab有限公司", "济宁市任城区市", "山东省济宁市示例集团有限公司", "示例(有限合伙)", "例有限公司",
    "股份有限公司", "有限公司", "A Co.,Ltd.", "ACME Co., Ltd", "\u200b示例\ufeff", "①示例", "北京市省示例公司",
]  # fmt: skip


def cleaned(**columns: list[str | None]) -> list[dict[str, object]]:
    rows = len(next(iter(columns.values())))
    table = pa.table(
        [pa.array(columns.get(name, [None] * rows), pa.string()) for name in raw.COMPANY_FIELDS]
        + [pa.array([0] * rows, pa.int32()), pa.array(range(2, rows + 2), pa.int64())],
        schema=raw.COMPANIES,
    )
    found: list[dict[str, object]] = clean_companies(table).to_pylist()
    return found


def test_every_character_and_odd_names_are_normalised_alike() -> None:
    everything = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    shuffled = random.Random(1).sample(everything, len(everything))
    names = ODD + ["".join(shuffled[at : at + 7]) for at in range(0, len(shuffled), 7)]
    column = pa.array(names, pa.string())
    assert text.normalise_column(column).to_pylist() == [normalise(name) for name in names]
    assert text.initials_column(column).to_pylist() == [initials(name) for name in names]
    assert text.normalise_column(column.slice(3, 9)).to_pylist() == [normalise(name) for name in names[3:12]]


def test_core_names_are_those_of_the_function() -> None:
    names = [name for name in ODD if normalise(name)] + [
        name for name in block(places(1), 1, 0, 3_000)["企业名称"].to_pylist() if name.strip()
    ]
    for name, row in zip(names, cleaned(name=list(names)), strict=True):
        assert row["core_name"] == core_name(name), name
        assert row["name_norm"] == normalise(name)


def test_cores_of_any_order_of_parts_are_those_of_the_function() -> None:
    parts = [
        "省",
        "市",
        "(",
        "集团",
        "(集团)",
        "有限公司",
        "公司",
        "济",
        "南",
        "()",
        "(有限合伙)",
        "a",
        "co.,ltd",
        "ltd.",
        "𠮷",
    ]
    drawn = random.Random(2)
    names = [normalise("".join(drawn.choices(parts, k=drawn.randrange(9)))) for _ in range(3_000)]
    assert cores.core_column(pa.array(names)).to_pylist() == [core_name(name) for name in names]


def test_addresses_are_read_as_the_gazetteer_reads_them() -> None:
    drawn, regions = random.Random(3), gazetteer()
    names, codes = [name for level in regions.names() for name in level], ["", *regions.regions]
    addresses, above = [], []
    for _ in range(6_000):
        address = drawn.choice(["", "中国"]) + "".join(drawn.choices(names, k=drawn.randrange(4)))
        addresses.append(address[: drawn.randrange(4, 40)] + drawn.choice(["", "路1号", "市场", "𠮷", "ﬁ"]))
        above.append(drawn.choice(codes) if drawn.random() < 0.7 else "")
    found = address_codes(pa.array(addresses), np.array([int(code or 0) for code in above]))
    expected = map(regions.addressed, map(normalise, addresses), above)
    assert found.tolist() == [int(code or 0) for code in expected]


def test_ids_begin_as_md5_does() -> None:
    texts = ["甲" * size for size in range(90)]
    expected = [int(hashlib.md5(text.encode()).hexdigest()[:13], 16) for text in texts]
    assert first_52_bits(pa.array(texts)).tolist() == expected


def test_degrees() -> None:
    written = [
        "119.188819",
        "35",
        "116.5°E",
        " 36.7 ",
        "-12.25",
        "1.",
        "",
        "abc",
        "1234",
        "36.690507123456789",
    ]
    expected = [119.188819, 35, 116.5, 36.7, -12.25, None, None, None, None, 36.690507123456789]
    found = values.degrees_column(pa.array(written)).tolist()
    assert [None if np.isnan(each) else each for each in found] == expected


def test_codes_are_checked() -> None:
    codes = [
        "91370811MA3C0XXX0A",
        "911000000000192465",
        "911000000000192466",
        "9110000000001924",
        "",
        "91１10000710925462X",
    ]
    regions = text.registering_regions(pa.array(codes)).tolist()
    assert regions == [int(code[2:8]) if is_valid_uscc(code) else -1 for code in codes]
    rows = cleaned(
        name=["甲公司", "乙公司", "丙公司", "丁公司"],
        uscc=["９１１000000000192465", " 911000000000192466", "370800123456789", None],
    )
    assert [(row["uscc"], row["other_code"]) for row in rows] == [
        ("911000000000192465", None),
        (None, "911000000000192466"),
        (None, "370800123456789"),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("1000万人民币", 1e7), ("50(万元人民币)", 5e5), ("66万美元", 66e4 * values.RATES["USD"]), ("34(万)", 34e4),
        ("1,000(万元)", 1e7), ("5(万香港元)", 5e4 * values.RATES["HKD"]), ("3(万元(港币))", 3e4 * values.RATES["HKD"]),
        ("500000", 5e5), ("壹佰万元", 1e6), ("10（万元）", 1e5), ("0.03万元", 300), ("12(万德国马克)", None), ("9()", None),
        ("50", None), ("N/A", None), ("100-200万", None), ("", None),
    ],
)  # fmt: skip
def test_capital(written: str, yuan: float | None) -> None:
    assert values.capital_column(pa.array([written])).to_pylist() == [pytest.approx(yuan) if yuan else None]


def test_dates() -> None:
    written = [
        "2001-01-02",
        "2001年1月2日",
        "20010102",
        "2001/1/2",
        "36893",
        "不详",
        "1700-01-01",
        "3000-01-01",
        "2001",
        None,
    ]
    day = dt.date(2001, 1, 2)
    assert values.day_column(pa.array(written)).to_pylist() == [day] * 5 + [None] * 3 + [
        dt.date(2001, 1, 1),
        None,
    ]


def test_days_as_registers_write_them_are_those_of_the_function() -> None:
    some = [
        f"{year}-{month:02}-{day:02}"
        for year in (1839, 1840, 1999, 2000, 2100, 2011)
        for month in range(14)
        for day in range(33)
    ]
    some += [
        form.format(y=2011, m=month, d=day)
        for form in (
            "{y}/{m}/{d}",
            "{y}.{m}.{d}",
            "{y}年{m}月{d}日",
            "{y}{m:02}{d:02}",
            "{y}-{m}/{d}",
            "{y}年{m}月",
            "{y}/{m}/{d} 0",
        )
        for month in (0, 1, 9, 12, 13)
        for day in (0, 1, 9, 10, 28, 31, 32)
    ]
    some += ["2011/05/09", "20110509  ", "2011-5-009", "-011-05-09", "二〇一一年五月", ""]
    read = [values.read_day(each) for each in some]
    found = values.day_column(pa.array([*some, None])).cast(pa.int32()).to_pylist()
    assert found == [*read, None]
    assert sum(day is not None for day in read) > 1000


def test_places_come_from_what_is_said_most_exactly() -> None:
    rows = cleaned(
        name=["甲", "乙", "丙", "丁", "戊", "己", "庚公司"],
        region_code=["370811", None, None, None, None, None, None],
        province=["湖北省", "山东", "鲁", None, None, "山东", None],
        city=["武汉市", "济宁", "济宁市", None, None, None, None],
        address=[None, "济宁市任城区洸河路1号", "某路3号", "曲阜市春秋路", "某路5号", "某路9号", None],
        uscc=[None, None, None, None, "91370882MA3C0XXX0B", None, None],
        lon=["116.5", None, "35.4", None, "999", None, None],
        lat=["35.4", None, "116.5", None, "35", None, None],
    )
    assert [(row["region_code"], row["region_source"], row["position_source"]) for row in rows] == [
        ("370811", "given", "given"),
        ("370811", "address", "place"),
        ("370800", "city", "given"),  # degrees the wrong way round are exchanged
        ("370881", "address", "place"),
        (None, None, None),  # a code with a wrong check character says nothing
        ("370000", "city", "place"),
        (None, None, None),
    ]
    assert rows[2]["lon"] == 116.5
    assert [row["note_position"] for row in rows] == [False, False, False, False, True, False, False]


def test_status_lists_and_industry() -> None:
    rows = cleaned(
        name=["甲", "乙", "丙", "丁", "戊", "己"],
        status=["存续", "吊销，未注销", "注销", "吊销，已注销", None, "Active"],
        honours=["high_tech;listed", " high_tech ； listed;", None, None, None, None],
        industry_code=["C3511", "c34", "3511", "制造业", "C", None],
        former_names=["旧名一公司、旧名二公司", None, None, None, None, None],
    )
    assert [row["status"] for row in rows] == [
        "active",
        "revoked",
        "cancelled",
        "cancelled",
        "unknown",
        "active",
    ]
    assert rows[0]["honours"] == rows[1]["honours"] == ["high_tech", "listed"]
    assert rows[2]["honours"] is None
    assert [row["industry_code"] for row in rows] == ["C3511", "C34", None, None, "C", None]
    assert rows[0]["former_names"] == ["旧名一公司", "旧名二公司"]


def test_what_is_no_company_is_refused() -> None:
    rows = cleaned(
        name=[None, "名" * 201, "12345", "好公司"], business_scope=[None, None, None, "x" * 40_000]
    )
    assert [row["problem"] for row in rows] == [
        "no_name",
        "name_too_long",
        "name_is_a_number",
        "text_too_long",
    ]


def test_morton_numbers_interleave_and_the_unknown_come_last() -> None:
    numbers = values.morton(
        np.array([0.0, -180.0, 179.999999, np.nan]), np.array([0.0, 85.05112877, -85.05112877, 10.0])
    )
    assert numbers[0] == 3 << 42  # the middle of the world: half of each side
    assert numbers[1] == 0
    assert numbers[2] > numbers[0]
    assert numbers[3] == values.NOWHERE
