"""Kinds of mess that tables come with, one small invented table for each."""

from datetime import date
from pathlib import Path

from sanku.intake.words import facets_of, split_place
from tests.intake.build import code, xlsx
from tests.intake.test_read import only, records, sheet


def test_gives_dates_without_a_year_that_of_the_title(tmp_path: Path) -> None:
    """Where title and header agree on one year."""
    rows = [
        ["2026年企业走访登记表", None, None],
        ["走访时间", "走访企业", "走访内容"],
        ["3月5日", "示例甲公司", "用工"],
        ["3月6日下午", "示例乙公司", "用电"],
        [date(2025, 12, 30).isoformat(), "示例丙公司", "融资"],
    ]
    assert [record["visit.date"] for record in records(sheet(tmp_path, rows))] == [
        "2026-03-05",
        "2026-03-06",
        "2025-12-30",
    ]


def test_guesses_no_year_where_titles_give_two(tmp_path: Path) -> None:
    """A table over two years leaves such dates open."""
    rows = [
        ["2025年12月至2026年3月走访登记表", None, None],
        ["走访时间", "走访企业", "走访内容"],
        ["3月5日", "示例甲公司", "用工"],
    ]
    assert records(sheet(tmp_path, rows))[0]["visit.date"] is None


def test_finds_a_few_known_columns_among_hundreds(tmp_path: Path) -> None:
    """An export of everything is a table though most of its columns mean nothing here."""
    header = [f"指标{number}" for number in range(150)]
    values = ["1"] * 150
    known = {
        10: ("企业名称", "示例甲公司"), 40: ("统一社会信用代码", code(1)), 41: ("所属行业", "食品"), 60: ("注册资本（万元）", "500"),
        90: ("成立日期", "2001-02-03"), 91: ("联系人", "示例经理"), 149: ("联系电话", "0537-0000001"),
    }  # fmt: skip
    for column, (head, value) in known.items():
        header[column], values[column] = head, value
    (record,) = records(sheet(tmp_path, [header, values]))
    assert record["enterprise.registered_capital_cny"] == 5_000_000
    assert record["contact.name"] == "示例经理"


def test_takes_no_letter_of_a_column_for_its_meaning(tmp_path: Path) -> None:
    """In a list without headers, columns E and N are not east and north."""
    rows = [[f"示例{number}有限公司", code(number), None, None, number] for number in range(1, 9)]
    assert not any("site.lon_wgs84" in record for record in records(sheet(tmp_path, rows)))
    assert "E" not in {column.header.strip("（）") for column in sheet(tmp_path, rows).mapping.columns}


def test_tells_the_whole_investment_from_that_of_a_year(tmp_path: Path) -> None:
    """The plan for one year is a part of it."""
    rows = [
        ["项目名称", "投资方", "总投资（万元）", "2026年计划投资（万元）", "项目阶段"],
        ["示例项目", "示例甲公司", 35000, 5000, "在建"],
    ]
    assert records(sheet(tmp_path, rows))[0]["project.investment_cny"] == 350_000_000


def test_knows_units_of_its_own_for_power_and_load(tmp_path: Path) -> None:
    """千伏安 is no thousand of anything, and floors are also loaded in kilograms."""
    rows = [
        ["园区名称", "楼栋", "建筑面积（㎡）", "楼面荷载", "配电容量", "状态"],
        ["示例园", "1号楼", 1200, "800kg/㎡", "1000千伏安", "空置"],
        ["示例园", "2号楼", 1200, "1.5吨/㎡", "1.25MVA", "空置"],
    ]
    found = [
        (record["site.floor_load_t_m2"], record["site.power_kva"])
        for record in records(sheet(tmp_path, rows))
    ]
    assert found == [(0.8, 1000), (1.5, 1250)]


def test_reads_growth_told_in_words(tmp_path: Path) -> None:
    """A fall is a negative growth."""
    rows = [
        ["企业名称", "成立日期", "营收增速"],
        ["示例甲公司", "2001-01-01", "下降3.5%"],
        ["示例乙公司", "2001-01-01", "增长12%"],
    ]
    assert [record["enterprise.revenue_growth"] for record in records(sheet(tmp_path, rows))] == [
        -0.035,
        0.12,
    ]


def test_leaves_the_word_for_telephone_out_of_the_name(tmp_path: Path) -> None:
    """“王经理电话139…” is a name and a number."""
    rows = [
        ["企业名称", "成立日期", "联系人及电话"],
        ["示例甲公司", "2001-01-01", "王经理电话139****0001"],
    ]
    (record,) = records(sheet(tmp_path, rows))
    assert (record["contact.name"], record["contact.phone"]) == ("王经理", "139****0001")


def test_reads_places_and_facets_with_marks_between() -> None:
    """Brackets around the city, commas inside a facet."""
    assert split_place("山东省（青岛）") == ("山东", "青岛")
    assert facets_of("新、高；建链") == ["new_high", "build_chain"]


def test_reads_text_codes_of_an_export(tmp_path: Path) -> None:
    """Codes kept as text by ="…" are whole."""
    path = tmp_path / "a.csv"
    path.write_text(
        f'企业名称,统一社会信用代码,成立日期\n示例甲公司,"=""{code(1)}""",2001-02-03\n', encoding="utf-8"
    )
    assert records(only(path))[0]["enterprise.uscc"] == code(1)


def test_reads_texts_that_an_export_guards(tmp_path: Path) -> None:
    """The apostrophe before what a spreadsheet would take for a formula is no part of the text; any other is."""
    path = tmp_path / "a.csv"
    path.write_text(
        "企业名称,地址,备注\n示例甲公司,虚构路1号,'- 第一条\n示例乙公司,虚构路2号,'甲'\n", encoding="utf-8"
    )
    assert [record["enterprise.note"] for record in records(only(path))] == ["- 第一条", "'甲'"]


def test_takes_a_list_of_firms_headed_only_by_name_for_enterprises(tmp_path: Path) -> None:
    """名称 may also head projects, but nothing else here does."""
    rows = [
        ["名称", "联系人", "电话", "地址"],
        ["示例甲有限公司", "王经理", "0537-0000001", "虚构路1号"],
        ["示例乙有限公司", "李经理", "0537-0000002", "虚构路2号"],
    ]
    assert sheet(tmp_path, rows).kind == "enterprise"


def test_takes_the_unit_from_the_name_of_a_sheet(tmp_path: Path) -> None:
    """Where nothing nearer gives one."""
    rows = [["项目名称", "投资方", "总投资"], ["示例项目", "示例甲公司", 5000]]
    (record,) = records(only(xlsx(tmp_path / "a.xlsx", {"签约项目（万元）": rows})))
    assert record["project.investment_cny"] == 50_000_000
