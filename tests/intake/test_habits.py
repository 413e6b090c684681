"""Habits of those who keep tables: sums, sections, parts, ticks and units where no column is meant for them."""

from pathlib import Path

from sanku.intake.read import read_workbook
from sanku.intake.words import stage_of
from tests.intake.build import code, xlsx
from tests.intake.test_read import only, records, sheet


def test_skips_sections_with_sums_and_parts_of_a_record(tmp_path: Path) -> None:
    """一 and （二） number sections where 1, 2, 3 number records; 其中 begins a part of the record above."""
    rows = [
        ["序号", "项目名称", "建设单位", "总投资（亿元）", "开工时间"],
        ["总计", "（共2个）", None, 12, None],
        ["一", "制造业（1个）", None, 7, None],
        [1, "示例齿轮", "示例甲公司", 7, "2023.10"],
        [None, "其中：一期", None, 3, None],
        [None, "二期", None, 4, None],
        ["二", "服务业（1个）", None, 5, None],
        ["（一）", "物流", None, 5, None],
        [2, "示例云仓", "示例乙公司", 5, "2024.3"],
    ]
    table = sheet(tmp_path, rows)
    assert [record["project.name"] for record in records(table)] == ["示例齿轮", "示例云仓"]
    assert all(row.status != "rejected" for row in table.rows)


def test_skips_what_each_printed_page_repeats(tmp_path: Path) -> None:
    """Page numbers, days of printing, signatures."""
    header = ["企业名称", "信用代码", "注册资本（万元）", "成立时间", "联系电话"]
    rows = [
        ["企业名录"], header, ["示例甲公司", code(1), 100, "2010/1/1", 13500000001],
        ["第2页 共3页", None, None, None, "打印日期：2024-03-01"], header,
        ["示例乙公司", code(2), 100, "2010/1/1", "1.3500000002E+10"],
        ["（盖章）", None, None, None, "2024年3月31日"],
    ]  # fmt: skip
    table = sheet(tmp_path, rows)
    assert [record["contact.phone"] for record in records(table)] == ["13500000001", "13500000002"]
    assert all(row.status != "rejected" for row in table.rows)


def test_reads_ticks_under_the_stages(tmp_path: Path) -> None:
    """The furthest ticked stage is where the project stands."""
    rows = [
        ["项目名称", "投资方", "总投资（亿元）", "项目进展", None, None],
        [None, None, None, "在谈", "签约", "开工"],
        ["示例甲项目", "示例甲公司", 1, "√", None, None],
        ["示例乙项目", "示例乙公司", 2, "√", "√", "√"],
    ]
    path = xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": [(0, 3, 0, 5)]})
    assert [record["project.stage"] for record in records(only(path))] == ["negotiation", "construction"]


def test_reads_groups_that_say_what_their_dates_mean(tmp_path: Path) -> None:
    """签约情况 over 时间, 开竣工时间 over 开工; of one area in two units the second fills the gaps of the first."""
    rows = [
        ["项目名称", "投资方", "总投资（亿元）", "签约情况", None, "开竣工时间", None, "规划占地", None],
        [None, None, None, "是否签约", "时间", "开工", "竣工", "亩", "㎡"],
        ["示例甲项目", "示例甲公司", 1, "是", "2024-1-1", "2024-3", "2025-6", 150, 100_000],
        ["示例乙项目", "示例乙公司", 2, "否", None, "2024年10月", None, "—", "20,000"],
    ]
    merges = [(0, 3, 0, 4), (0, 5, 0, 6), (0, 7, 0, 8)]
    first, second = records(only(xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": merges})))
    assert (first["project.signed_date"], first["project.start_date"]) == ("2024-01-01", "2024-03")
    assert (first["project.land_m2"], second["project.land_m2"]) == (100_000, 20_000)


def test_takes_a_column_of_units_for_what_it_is(tmp_path: Path) -> None:
    """单位 over 亿元 and 万美元 heads no firms."""
    rows = [
        ["项目名称", "客商", "投资规模", "单位", "进展情况"],
        ["示例甲", "示例甲公司", 3, "亿元", "签约"],
        ["示例乙", "示例乙公司", 8000, "万元", "在谈"],
        ["示例丙", "示例丙公司", 200, "万美元", "流失"],
    ]
    found = records(sheet(tmp_path, rows))
    assert [record["project.investment_amount"] for record in found] == [300_000_000, 80_000_000, 2_000_000]


def test_reads_a_form_of_two_columns_with_a_header(tmp_path: Path) -> None:
    """项目 | 内容 head the form, they are no project."""
    rows = [
        ["项目", "内容"], ["企业名称", "示例甲公司"], ["信用代码", f"代码：{code(1)}"], ["注册资本", "5000万元"],
        ["职工人数", "320人"], ["2023年营业收入", "4.2亿元"], ["联系人", "示例经理"],
    ]  # fmt: skip
    (record,) = records(sheet(tmp_path, rows))
    assert (record["enterprise.uscc"], record["enterprise.headcount"]) == (code(1), 320)


def test_reads_units_in_brackets_under_the_header_and_figures_of_last_year(tmp_path: Path) -> None:
    """A row of （门类） （万元） （人） belongs to the header."""
    rows = [
        ["企业名称", "所属行业", "上年度营业收入", "上年度税收", "在职人数"],
        [None, "（门类）", "（万元）", "（万元）", "（人）"],
        ["示例甲公司", "制造业", 1200, 30, 45],
    ]
    table = sheet(tmp_path, rows)
    assert [row.number for row in table.rows] == [3]
    assert records(table)[0]["enterprise.tax_cny"] == 300_000


def test_takes_a_list_of_clients_with_its_progress_for_target_clients(tmp_path: Path) -> None:
    """客户名称 beside 对接进展, without a title."""
    rows = [
        ["客户名称", "行业", "营业收入（万元）", "对接人", "对接进展"],
        ["示例甲公司", "软件", 5000, "甲", "已来访"],
    ]
    table = sheet(tmp_path, rows)
    assert table.kind == "target_client"


def test_takes_ticked_facets_for_target_clients(tmp_path: Path) -> None:
    """Without a title; × is no tick."""
    rows = [
        ["企业名称", "所属行业", "主攻方向", None, None, "联系人"],
        [None, None, "大强", "新高", "补链", None],
        ["示例甲公司", "装备", "√", "×", "√", "甲"],
    ]
    table = only(xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": [(0, 2, 0, 4)]}))
    assert table.kind == "target_client"
    assert records(table)[0]["target.focus_facets"] == ["big_strong", "fill_chain"]


def test_reads_heights_in_metres(tmp_path: Path) -> None:
    """7.5m is no 7.5 million."""
    rows = [
        ["厂房名称", "建筑面积（㎡）", "层高"],
        ["示例1#", 1000, "7.5m"], ["示例2#", "1500㎡/2.25亩", "750cm"],
    ]  # fmt: skip
    found = records(sheet(tmp_path, rows))
    assert [record["site.clear_height_m"] for record in found] == [7.5, 7.5]
    assert found[1]["site.area_total_m2"] == 1500


def test_does_not_take_a_planned_day_for_the_deed() -> None:
    """拟于4月签约 is an intent still."""
    assert stage_of("拟于4月签约") == "intent"


def test_reads_units_that_stand_in_a_column_of_their_own(tmp_path: Path) -> None:
    """A form whose records stand in columns: 指标 | 单位 | 项目一 | 项目二 | 备注."""
    rows = [
        ["序号", None, 1, 2, "备注"],
        ["项目名称", "—", "示例甲", "示例乙", None],
        ["投资方", "—", "示例甲公司", "示例乙公司", None],
        ["总投资", "亿元", 3, "约1", "以合同为准"],
        ["用地面积", "亩", 30, "60亩", None],
        ["预计用工", "人", 200, "150人", None],
    ]
    first, second = records(sheet(tmp_path, rows))
    assert (first["project.investment_cny"], first["project.land_m2"]) == (300_000_000, 20_000)
    assert (second["project.investment_cny"], second["project.jobs"]) == (100_000_000, 150)


def test_reads_a_row_of_units_with_gaps(tmp_path: Path) -> None:
    """Strokes where a column has no unit."""
    rows = [
        ["项目名称", "投资主体", "计划总投资", "用地规模", "开工时间"],
        ["/", "/", "万元", "亩", "年/月"],
        ["示例甲", "示例甲公司", 5000, 30, "2024/3"],
    ]
    (record,) = records(sheet(tmp_path, rows))
    assert (record["project.investment_cny"], record["project.start_date"]) == (50_000_000, "2024-03")


def test_takes_the_unit_of_a_load_from_its_header(tmp_path: Path) -> None:
    """承重(kg/㎡) over 2000; 名称 names carriers where the sheet says that it lists them."""
    rows = [
        ["名称", "建筑面积（㎡）", "承重(kg/㎡)", "状态"],
        ["示例一期", 1000, 2000, "空置"],
        ["示例二期", 900, "1.5t", "空置"],
    ]
    table = only(xlsx(tmp_path / "a.xlsx", {"厂房": rows}))
    assert [record["site.floor_load_t_m2"] for record in records(table)] == [2, 1.5]


def test_finds_telephones_in_a_column_of_people(tmp_path: Path) -> None:
    """联系人 alone over “示例经理 13000000001”."""
    rows = [
        ["企业名称", "信用代码", "注册资本（万元）", "联系人"],
        ["示例甲公司", code(1), 100, "示例经理 13000000001"],
        ["示例乙公司", code(2), 100, "示例主任：0537-0000001"],
    ]
    (first, second) = records(sheet(tmp_path, rows))
    assert (first["contact.name"], first["contact.phone"]) == ("示例经理", "13000000001")
    assert second["contact.phone"] == "0537-0000001"


def test_skips_sections_whose_name_and_sum_stand_where_records_have_theirs(tmp_path: Path) -> None:
    """二、续建项目（3个） over the sum of its projects is none of them; a project may well begin with a numeral."""
    rows = [
        ["序号", "项目名称", "建设单位", "总投资（万元）", "引进单位"],
        [None, "一、新开工项目", None, None, None],
        [1, "示例齿轮", "示例甲公司", 7000, "装备制造局"],
        [None, "二、续建项目（3个）", None, 150_000, None],
        [2, "一、二期示例厂房", "示例乙公司", 5000, "新材料局"],
    ]
    found = records(sheet(tmp_path, rows))
    assert [record["project.name"] for record in found] == ["示例齿轮", "一、二期示例厂房"]
    assert [record["project.owner_department"] for record in found] == ["装备制造局", "新材料局"]


def test_takes_who_brought_a_project_in_for_a_firm_only_where_it_is_one(tmp_path: Path) -> None:
    """引进单位 over firms heads the investors."""
    rows = [["项目名称", "引进单位", "签约", "开工"], ["示例甲", "示例甲有限公司", "2026.3.5", "3月"],
            ["示例乙", "示例乙有限公司", "2026年4月", "8.10"]]  # fmt: skip
    first, second = records(only(xlsx(tmp_path / "a.xlsx", {"2026年": rows})))
    assert first["project.investor_name"] == "示例甲有限公司"
    assert (first["project.signed_date"], first["project.start_date"]) == ("2026-03-05", "2026-03")
    assert second["project.start_date"] == "2026-08-10"


def test_reads_days_written_as_two_figures(tmp_path: Path) -> None:
    """In a list of 2026, 11.9 is a day of that year and 9.8 typed as a number too; of a founding 12.8 may be 2012."""
    rows = [
        ["走访台账（2026年）"],
        ["走访日期", "走访企业", "走访人员", "成立时间"],
        ["11.9", "示例甲公司", "张示例", "12.8"],
        ["10.13", "示例乙公司", "张示例", None],
        [9.8, "示例丙公司", "张示例", None],
        [9.1, "示例丁公司", "张示例", None],
    ]
    table = sheet(tmp_path, rows)
    days = [record["visit.date"] for record in records(table)]
    assert days == ["2026-11-09", "2026-10-13", "2026-09-08", None]
    assert [problem.code for problem in table.rows[-1].problems] == ["date_ambiguous"]


def test_reads_periods_under_the_header(tmp_path: Path) -> None:
    """1-9月 and 期末 under 营业收入 and 从业人员 are no record."""
    rows = [
        ["企业名称", "营业收入（万元）", "从业人员"],
        [None, "1-9月", "期末"],
        ["示例甲公司", 100, 20],
    ]
    (record,) = records(sheet(tmp_path, rows))
    assert (record["enterprise.revenue_cny"], record["enterprise.headcount"]) == (1_000_000, 20)


def test_reads_cards_one_under_the_other(tmp_path: Path) -> None:
    """Each form of a sheet is a record of its own, not four halves."""
    rows = []
    for number in (1, 2):
        rows += [
            ["招商项目信息登记表"],
            ["项目名称", f"示例{number}号项目", "投资方", f"示例{number}公司"],
            ["总投资（万元）", 20_000, "用地需求（亩）", 50],
            ["联系人", "刘示例", "联系电话", "13900000000"],
            [],
        ]
    tables = read_workbook(xlsx(tmp_path / "a.xlsx", {"表": rows})).tables
    found = [record for table in tables for record in records(table)]
    assert [(record["project.name"], record["project.investor_name"]) for record in found] == [
        ("示例1号项目", "示例1公司"),
        ("示例2号项目", "示例2公司"),
    ]
    assert [table.key(0) for table in tables] == ["B2", "B7"]


def test_takes_client_firms_with_next_steps_for_target_clients(tmp_path: Path) -> None:
    """客户企业 heads whom the zone wants."""
    rows = [
        ["客户企业", "主要产品", "聚焦方向", "下一步工作"],
        ["示例甲公司", "轴承", "补链、新高", "赴企业洽谈"],
    ]
    table = sheet(tmp_path, rows)
    (record,) = records(table)
    assert table.kind == "target_client" and record["target.focus_facets"] == ["fill_chain", "new_high"]


def test_reads_rents_by_day_and_flat_metre_and_areas_in_acres(tmp_path: Path) -> None:
    """0.5元/天/平 is 15.21 yuan a month; 拟出让 is still free; an acre is 4046.86 square metres."""
    rows = [["地块编号", "面积", "租金", "状态"], ["DK1", "10 acres", "0.5元/天/平", "拟出让"],
            ["DK2", "3公顷", "12", "净地"]]  # fmt: skip
    first, _ = records(sheet(tmp_path, rows))
    assert first["site.price_rent_cny_m2_month"] == 15.2083 and first["site.status"] == "free"
    assert first["site.area_total_m2"] == 40_468.56


def test_reads_positions_headed_by_single_letters(tmp_path: Path) -> None:
    """X and Y head a position; a row of letters and numbers under the header only counts the columns."""
    rows = [
        ["宗地号", "面积（亩）", "X", "Y", "现状"],
        ["A", "B", "C", "D", "E"],
        ["ZD1", 50, 116.62, 35.42, "空闲"],
    ]
    (record,) = records(sheet(tmp_path, rows))
    assert (record["site.lon_wgs84"], record["site.lat_wgs84"]) == (116.62, 35.42)


def test_reads_dates_whose_parts_stand_in_columns(tmp_path: Path) -> None:
    """签约时间 over 年 and 月."""
    rows = [
        ["项目名称", "投资方", "签约时间", None, "进展"],
        [None, None, "年", "月", None],
        ["示例甲项目", "示例甲公司", 2026, 3, "设备进场"],
        ["示例乙项目", "示例乙公司", "2025年", None, "已签"],
    ]
    path = xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": [(0, 2, 0, 3)]})
    first, second = records(only(path))
    assert (first["project.signed_date"], second["project.signed_date"]) == ("2026-03", "2025")
    assert first["project.stage"] == "construction"


def test_reads_what_is_free_of_an_area_and_answers_to_questions(tmp_path: Path) -> None:
    """可租 under 建筑面积 is the free area; 否 under 是否空置 means taken; what is in brackets names no kind."""
    rows = [
        ["标准厂房（含写字楼）空置情况"],
        ["园区", "楼栋", "建筑面积（㎡）", None, "是否空置", "招商联系人及电话"],
        [None, None, "总面积", "可租", None, None],
        ["示例园", "A1", 1000, 400, "是", "王示例13800000000"],
        ["示例园", "A2", 900, 0, "否", "李示例"],
    ]
    path = xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": [(0, 0, 0, 5), (1, 2, 1, 3)]})
    first, second = records(only(path))
    assert (first["site.area_free_m2"], first["site.status"], second["site.status"]) == (400, "free", "taken")
    assert (first["site.kind"], first["contact.phone"]) == ("factory", "13800000000")


def test_reads_this_period_beside_the_last(tmp_path: Path) -> None:
    """营业收入 over 本期 and 上年同期: the first is meant."""
    rows = [
        ["企业名称", "营业收入（千元）", None],
        [None, "本期", "上年同期"],
        ["示例甲公司", 123, 100],
    ]
    path = xlsx(tmp_path / "a.xlsx", {"表": rows}, merges={"表": [(0, 1, 0, 2)]})
    (record,) = records(only(path))
    assert record["enterprise.revenue_cny"] == 123_000


def test_takes_a_register_of_leads_for_what_it_is(tmp_path: Path) -> None:
    """Who reported it when and whence, even where every row names a project; 万元 without a figure is no amount."""
    rows = [
        ["首报时间", "企业名称", "拟投资项目", "拟投资额", "用地需求", "联系人", "信息来源"],
        ["2026年11月2日", "示例甲公司", "示例电机项目", "2亿元", "50亩", "张示例", "展会"],
        ["2026/11/3", "示例乙公司", "示例纤维项目", "万元", None, None, "网络"],
    ]
    table = sheet(tmp_path, rows)
    assert table.kind == "lead"
    assert [record["project.investment_cny"] for record in records(table)] == [200_000_000, None]
