"""Workbooks read from end to end: one test for each kind of mess."""

from pathlib import Path
from typing import Any

from sanku.intake.read import Decision, ReadTable, read_workbook
from tests.intake.build import Rows, code, raw_xlsx, text_file, worksheet, xlsx

FIRMS = [
    ["示例晨光机械有限公司", code(1), 500],
    ["示例远山机械有限公司", code(2), 600],
    ["示例海纳材料有限公司", code(3), 700],
]
FIRM_HEADER = ["企业名称", "统一社会信用代码", "注册资本（万元）"]


def only(path: Path, **options: Any) -> ReadTable:
    """Read a file of one table."""
    (table,) = read_workbook(path, **options).tables
    return table


def sheet(tmp_path: Path, rows: Rows, **options: Any) -> ReadTable:
    """Read one sheet of rows."""
    return only(xlsx(tmp_path / "a.xlsx", {"表": rows}, **options))


def records(table: ReadTable) -> list[dict[str, Any]]:
    """Return the records that would be imported."""
    return [row.record for row in table.rows if row.status in ("good", "doubtful")]


def column(table: ReadTable, name: str) -> list[Any]:
    """Return one field of all records."""
    return [record.get(name) for record in records(table)]


def refused(table: ReadTable) -> dict[int, str]:
    """Return row → code of the first problem that refuses it."""
    return {
        row.number: next(problem.code for problem in row.problems if problem.severity == "refused")
        for row in table.rows
        if row.status == "rejected"
    }


def skipped(table: ReadTable) -> dict[int, str | None]:
    """Return row → why it is no record."""
    return {row.number: row.skip for row in table.rows if row.status == "skipped"}


def test_reads_two_level_headers_and_fills_merged_provinces(tmp_path: Path) -> None:
    """Groups over names, a unit in the title line, a province merged over its firms."""
    table = sheet(
        tmp_path,
        [
            ["示例区目标客户名单"],
            ["填报单位：示例组   单位：亿元"],
            ["序号", "省份", "基本情况", None, "招商进展", None],
            [None, None, "企业名称", "营业收入", "责任小分队", "下步打算"],
            [1, "山东省", "示例晨光机械有限公司", 3.5, "一队", "登门"],
            [2, None, "示例远山机械有限公司", 4, "二队", None],
            [None, "小计", "2家", 7.5],
            ["注：数据均为虚构。"],
        ],
        merges={"表": [(0, 0, 0, 5), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5), (4, 1, 5, 1)]},
    )
    assert (table.kind, table.table.header_rows) == ("target_client", [3, 4])
    assert column(table, "enterprise.province") == ["山东", "山东"]
    assert column(table, "enterprise.revenue_cny") == [350_000_000, 400_000_000]
    assert skipped(table) == {7: "subtotal", 8: "footnote"}


def test_reads_two_level_headers_without_merged_cells(tmp_path: Path) -> None:
    """As text files have them."""
    rows = [
        ["序号", "企业情况", "", "招商情况", ""],
        ["", "企业名称", "省份", "责任小分队", "下步打算"],
        ["1", "示例晨光机械有限公司", "山东省", "一队", "登门"],
    ]
    table = only(text_file(tmp_path / "a.csv", rows))
    assert table.kind == "target_client"
    assert column(table, "enterprise.province") == ["山东"]


def test_refuses_rows_with_a_reason_and_keeps_the_rest(tmp_path: Path) -> None:
    """Each rule once; the good rows stay."""
    wrong = code(4)[:-1] + ("A" if code(4)[-1] != "A" else "B")
    rows = [
        [*FIRM_HEADER, "成立日期"],
        [*FIRMS[0], "2001.2.3"],
        ["示例甲公司", wrong, 1, "2001.2.3"],
        ["示例乙公司", code(5), -1, "2001.2.3"],
        ["示例丙公司", code(6), 1, "2001.2.30"],
        ["待定", code(7), 1, "2001.2.3"],
        [None, code(8), 1, "2001.2.3"],
        [*FIRMS[0], "2001.2.3"],
        ["示例丁公司", 9.13708e17, 1, "2001.2.3"],
    ]
    table = sheet(tmp_path, rows)
    assert refused(table) == {
        3: "uscc_check_character",
        4: "amount_negative",
        5: "date_impossible",
        6: "name_missing",
        7: "name_missing",
        8: "duplicate_in_file",
        9: "uscc_precision_lost",
    }
    assert len(records(table)) == 1


def test_keeps_old_codes_and_missing_ones(tmp_path: Path) -> None:
    """A 15-digit registration number is kept as found; “being applied for” is no code and no fault."""
    table = sheet(
        tmp_path,
        [
            FIRM_HEADER,
            ["示例甲公司", "370800228000123", 1],
            ["示例乙公司", "办理中", 2],
            ["示例丙公司", None, 3],
        ],
    )
    assert column(table, "enterprise.uscc") == ["370800228000123", None, None]


def test_takes_one_name_under_two_codes_for_two_firms(tmp_path: Path) -> None:
    """Only one code, or one name with no code against it, makes a duplicate."""
    table = sheet(
        tmp_path,
        [FIRM_HEADER, ["示例甲公司", code(1), 1], ["示例甲公司", code(2), 1], ["示例(甲)公司", None, 1]],
    )
    assert refused(table) == {4: "duplicate_in_file"}


def test_flags_amounts_that_are_no_single_figure(tmp_path: Path) -> None:
    """A range and a figure in the wrong unit are accepted empty, with a flag; an approximate one is taken."""
    rows = [
        ["项目名称", "投资方", "总投资（万元）", "项目阶段"],
        ["示例一", "示例甲公司", "2-3亿元", "在谈"],
        ["示例二", "示例乙公司", 120_000_000, "在谈"],
        ["示例三", "示例丙公司", "约5亿元", "在谈"],
        ["示例四", "示例丁公司", "待定", "在谈"],
    ]
    table = sheet(tmp_path, rows)
    assert [row.status for row in table.rows] == ["doubtful", "doubtful", "good", "good"]
    assert column(table, "project.investment_cny") == [None, None, 500_000_000, None]
    assert column(table, "project.investment_currency") == [None, "CNY", "CNY", None]


def test_converts_currencies_only_by_a_named_rate(tmp_path: Path) -> None:
    """A footnote's rate is used; without one the value in yuan stays empty."""
    rows = [
        ["项目名称", "投资方", "总投资（万元）", "项目阶段"],
        ["示例一", "示例甲公司", "1000万美元", "签约"],
        ["示例二", "示例乙公司", "EUR 2 million", "签约"],
        ["注：1美元=7.1元人民币"],
    ]
    table = sheet(tmp_path, rows)
    assert column(table, "project.investment_amount") == [10_000_000, 2_000_000]
    assert column(table, "project.investment_cny") == [71_000_000, None]


def test_takes_the_latest_of_several_years(tmp_path: Path) -> None:
    """Of last year's and this year's revenue the record holds this year's."""
    rows = [
        ["企业名称", "营业收入（万元）", None, "利润总额（万元）"],
        [None, "2024年", "2025年", None],
        ["示例甲公司", 100, 120, -5],
    ]
    (record,) = records(sheet(tmp_path, rows, merges={"表": [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3)]}))
    assert (record["enterprise.revenue_cny"], record["enterprise.profit_cny"]) == (1_200_000, -50_000)


def test_keeps_foreign_capital_apart_from_the_investment(tmp_path: Path) -> None:
    """Foreign capital stays in its currency and does not become the project's amount."""
    rows = [
        ["项目名称", "投资方", "合同外资（万美元）", "计划总投资（亿元）"],
        ["示例一", "示例甲公司", 500, 1.2],
    ]
    (record,) = records(sheet(tmp_path, rows))
    assert record["project.foreign_investment"] == 5_000_000
    assert (record["project.investment_amount"], record["project.investment_currency"]) == (
        120_000_000,
        "CNY",
    )


def test_reads_a_currency_column(tmp_path: Path) -> None:
    """The original amount, its currency and the amount in yuan in columns of their own."""
    rows = [
        ["项目名称", "投资方", "币种", "总投资（万，原币）", "折人民币（万元）", "阶段"],
        ["示例一", "示例甲公司", "欧元", 1000, 7800, "签约"],
        ["示例二", "示例乙公司", "人民币", 500, 500, "签约"],
    ]
    first, second = records(sheet(tmp_path, rows))
    assert (
        first["project.investment_currency"],
        first["project.investment_amount"],
        first["project.investment_cny"],
    ) == (
        "EUR",
        10_000_000,
        78_000_000,
    )
    assert second["project.investment_amount"] == 5_000_000


def test_reads_the_unit_of_each_row(tmp_path: Path) -> None:
    """A column of units beats the header's."""
    rows = [
        ["项目名称", "投资方", "计划总投资", "金额单位", "项目阶段"],
        ["示例一", "示例甲公司", 3.5, "亿元", "在谈"],
        ["示例二", "示例乙公司", 3000, "万元", "在谈"],
        ["示例三", "示例丙公司", 100, "万美元", "在谈"],
    ]
    table = sheet(tmp_path, rows)
    assert column(table, "project.investment_amount") == [350_000_000, 30_000_000, 1_000_000]
    assert column(table, "project.investment_currency") == ["CNY", "CNY", "USD"]


def test_takes_the_unit_of_a_number_format(tmp_path: Path) -> None:
    """A cell that prints 3.5亿元 holds 3.5."""
    rows = [["项目名称", "投资方", "总投资", "完成率"], ["示例一", "示例甲公司", 3.5, 0.25]]
    formats = {("表", 1, 2): '0.0"亿元"', ("表", 1, 3): "0%"}
    (record,) = records(sheet(tmp_path, rows, formats=formats))
    assert (record["project.investment_cny"], record["project.progress"]) == (350_000_000, 0.25)


def test_reads_carriers_with_prices_positions_and_holds(tmp_path: Path) -> None:
    """亩 and 万元/亩, GCJ-02, exchanged coordinates, a hold with its end."""
    rows = [
        ["可供土地台账"],
        [
            "地块编号",
            "总面积（亩）",
            "剩余面积（亩）",
            "出让价格（万元/亩）",
            "经度(GCJ-02)",
            "纬度(GCJ-02)",
            "状态",
        ],
        ["示-1", 60, 30, 13.5, 116.5, 35.5, "预留（示例项目，至2018-11-24）"],
        ["示-2", 60, "2公顷", "面议", 35.5, 116.5, "空置"],
        ["示-3", 60, 80, 1, None, None, "已租"],
        ["示-4", 0, 0, 1, None, None, "已租"],
        ["示-5", 60, 0, 1, 216.6, 35.5, "已租"],
        ["示-1", 60, 0, 1, None, None, "已租"],
        [None, 60, 0, 1, None, None, "已租"],
    ]
    table = sheet(tmp_path, rows)
    first, second = records(table)
    assert first["site.kind"] == "land"
    assert (first["site.area_total_m2"], first["site.price_sale_cny_m2"]) == (40_000, 202.5)
    assert (first["site.status"], first["site.held_for"], first["site.held_until"]) == (
        "held",
        "示例项目",
        "2018-11-24",
    )
    assert 116.49 < float(first["site.lon_wgs84"]) < 116.5
    assert second["site.area_free_m2"] == 20_000
    assert second["site.lon_wgs84"] == first["site.lon_wgs84"]
    assert [problem.code for problem in table.rows[1].problems if problem.severity == "doubtful"] == [
        "coordinates_exchanged"
    ]
    assert list(refused(table).values()) == [
        "free_exceeds_total",
        "area_zero",
        "coordinate_out_of_range",
        "duplicate_in_file",
        "name_missing",
    ]


def test_turns_rents_into_yuan_a_month(tmp_path: Path) -> None:
    """A day's rent times 365 / 12; a cell's own unit beats the header's; a range is flagged."""
    rows = [
        ["楼宇名称", "房号", "面积（㎡）", "租金（元/㎡/天）", "状态"],
        ["示例大厦", "101室", 100, 1, "空置"],
        ["示例大厦", "102室", 100, "30元/㎡·月", "空置"],
        ["示例大厦", "103室", 100, "1-2", "空置"],
    ]
    table = sheet(tmp_path, rows)
    assert column(table, "site.price_rent_cny_m2_month") == [30.4167, 30, None]
    assert [row.status for row in table.rows] == ["good", "good", "doubtful"]


def test_tells_titles_totals_and_repeated_headers_from_records(tmp_path: Path) -> None:
    """Sections, page headers, serials without content, signatures."""
    rows = [
        ["序号", *FIRM_HEADER],
        ["一、机械行业（1家）"],
        [1, *FIRMS[0]],
        [None, "二、材料行业"],
        ["序号", *FIRM_HEADER],
        [2, *FIRMS[1]],
        [3],
        ["合计", None, None, 1100],
        ["填表人：示例甲    审核人：示例乙"],
    ]
    table = sheet(tmp_path, rows)
    assert skipped(table) == {
        2: "section_title",
        4: "section_title",
        5: "repeated_header",
        7: "serial_only",
        8: "total",
        9: "footnote",
    }
    assert len(records(table)) == 2


def test_skips_the_instructions_of_a_template(tmp_path: Path) -> None:
    """How to fill in, and an example, are no records."""
    rows = [
        ["序号", "*项目名称", "*投资方", "总投资（万元）", "签约日期"],
        ["填写说明", "与备案一致", "写全称", "只填数字", "格式：2026-01-01"],
        ["样例", "某某项目", "某某公司", 10000, "2026-01-01"],
        [1, "示例一", "示例甲公司", 5000, "2026-02-03"],
    ]
    table = sheet(tmp_path, rows)
    assert skipped(table) == {2: "instruction", 3: "example"}
    assert column(table, "project.name") == ["示例一"]


def test_reads_tables_side_by_side(tmp_path: Path) -> None:
    """Each with its own title, units and columns."""
    rows = [
        ["标准厂房", None, None, None, None, "商务楼宇"],
        ["园区名称", "楼栋", "建筑面积（㎡）", "状态", None, "楼宇名称", "房号", "建筑面积（㎡）", "状态"],
        ["示例园", "1号楼", 500, "空置", None, "示例大厦", "101室", 50, "已租"],
        ["示例园", "2号楼", 600, "空置", None, "示例大厦", "102室", 60, "已租"],
    ]
    left, right = read_workbook(xlsx(tmp_path / "a.xlsx", {"载体": rows})).tables
    assert column(left, "site.kind") == ["factory", "factory"]
    assert column(right, "site.kind") == ["office", "office"]
    assert column(right, "site.area_total_m2") == [50, 60]
    assert [right.key(item.index) for item in right.mapping.columns] == ["F", "G", "H", "I"]


def test_reads_a_list_printed_in_two_halves(tmp_path: Path) -> None:
    """The same columns twice, without a gap."""
    rows = [[*FIRM_HEADER, *FIRM_HEADER], [*FIRMS[0], *FIRMS[1]], [*FIRMS[2], None, None, None]]
    left, right = read_workbook(xlsx(tmp_path / "a.xlsx", {"名单": rows})).tables
    assert (len(records(left)), len(records(right))) == (2, 1)


def test_reads_tables_one_under_the_other(tmp_path: Path) -> None:
    """With other columns, or with other units."""
    rows = [
        ["表一  单位：万元"],
        ["项目名称", "投资方", "总投资", "项目阶段"],
        ["示例一", "示例甲公司", 5000, "签约"],
        ["合计", None, 5000],
        ["表二  单位：亿元"],
        ["项目名称", "投资方", "总投资", "项目阶段"],
        ["示例二", "示例乙公司", 3.5, "在谈"],
        ["表三"],
        ["企业名称", "走访日期", "走访方式", "走访内容"],
        ["示例丙公司", "2026-01-02", "电话", "问需"],
    ]
    tables = read_workbook(xlsx(tmp_path / "a.xlsx", {"表": rows})).tables
    assert [table.kind for table in tables] == ["project", "project", "visit"]
    assert [column(table, "project.investment_cny") for table in tables[:2]] == [[50_000_000], [350_000_000]]
    assert column(tables[2], "visit.enterprise_name") == ["示例丙公司"]


def test_reads_records_that_stand_in_columns(tmp_path: Path) -> None:
    """Labels down, firms across, a column of units between."""
    rows = [
        ["指标", "单位", "企业一", "企业二"],
        ["企业名称", None, "示例晨光机械有限公司", "示例远山机械有限公司"],
        ["信用代码", None, code(1), code(2)],
        ["注册资本", "万元", 500, 600],
        ["营业收入", "亿元", 1.5, 2],
        ["职工人数", "人", 20, "约30人"],
    ]
    table = sheet(tmp_path, rows)
    assert table.table.transposed
    assert [table.place(row.number) for row in table.rows] == ["C", "D"]
    assert table.key(table.mapping.columns[0].index) == "2"
    assert column(table, "enterprise.revenue_cny") == [150_000_000, 200_000_000]
    assert column(table, "enterprise.headcount") == [20, 30]


def test_reads_a_card_of_one_record(tmp_path: Path) -> None:
    """Labels beside their values, in two pairs of columns."""
    rows = [
        ["企业基本情况表"],
        ["企业名称", "示例晨光机械有限公司", "信用代码", code(1)],
        ["注册资本（万元）", 500, "成立日期", "2015.3.2"],
        ["联系人", None, "联系电话", "0537-0000000"],
    ]
    table = sheet(tmp_path, rows)
    (record,) = records(table)
    assert record["enterprise.registered_capital_cny"] == 5_000_000
    assert record["contact.name"] is None and record["contact.phone"] == "0537-0000000"
    assert table.key(1) == "D2"


def test_reads_a_list_without_a_header(tmp_path: Path) -> None:
    """By its values alone."""
    table = sheet(
        tmp_path, [[name, number, f"1390000000{index}"] for index, (name, number, _) in enumerate(FIRMS)]
    )
    assert [item.field.name for item in table.mapping.columns] == [
        "enterprise.name",
        "enterprise.uscc",
        "contact.phone",
    ]
    assert len(records(table)) == 3


def test_repeats_what_ditto_marks_stand_for(tmp_path: Path) -> None:
    """同上 and 〃 mean the cell above."""
    rows = [
        ["包保企业责任清单"],
        ["企业名称", "包保领导", "联系电话"],
        ["示例甲公司", "领导甲", "1"],
        ["示例乙公司", "同上", "2"],
        ["示例丙公司", "〃", "3"],
    ]
    table = sheet(tmp_path, rows)
    assert table.kind == "assignment"
    assert column(table, "assignment.leader") == ["领导甲"] * 3


def test_reads_ticked_columns_as_facets(tmp_path: Path) -> None:
    """One column for each focus, ticked."""
    rows = [
        ["企业名称", "主攻方向（打√）", None, None, "招商专员", "对接次数"],
        [None, "大强", "补链", "才智", None, None],
        ["示例甲公司", "√", None, "✓", "专员甲", "3次"],
    ]
    merges = {"表": [(0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 1, 4), (0, 5, 1, 5)]}
    (record,) = records(sheet(tmp_path, rows, merges=merges))
    assert record["target.focus_facets"] == ["big_strong", "talent"]
    assert record["target.touch_count"] == 3


def test_keeps_formula_like_text_as_text(tmp_path: Path) -> None:
    """What begins with = + - @ is never evaluated."""
    table = sheet(
        tmp_path,
        [
            ["企业名称", "信用代码", "备注"],
            ["示例甲公司", code(1), "=cmd|'/C calc'!A0"],
            ["示例乙公司", code(2), "-重点"],
        ],
    )
    assert column(table, "enterprise.note") == ["=cmd|'/C calc'!A0", "-重点"]


def test_flags_a_formula_that_was_never_calculated(tmp_path: Path) -> None:
    """A number that only the program would show is not imported as nothing."""
    cells = "".join(
        f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("企业名称", "注册资本（万元）", "联系人")
    )
    row = '<c t="inlineStr"><is><t>示例甲公司</t></is></c><c><f>1+1</f></c><c t="inlineStr"><is><t>王某</t></is></c>'
    table = only(raw_xlsx(tmp_path / "a.xlsx", worksheet(f"<row>{cells}</row><row>{row}</row>")))
    assert [problem.code for problem in table.rows[0].problems] == ["formula_without_value"]


def test_counts_text_records_after_the_header_and_refuses_broken_ones(tmp_path: Path) -> None:
    """Row numbers of a text file are its records; too many or too few fields refuse one."""
    lines = ["企业名称,信用代码,经营范围,联系人"] + [f"示例{n}号公司,,机械,王某" for n in range(1, 30)]
    lines[5] = "示例五公司,,机械, 电子, 化工,王某"
    lines[7] = "示例七公司,"
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="gb18030")
    table = only(path)
    assert {table.place(number): reason for number, reason in refused(table).items()} == {
        5: "column_count",
        7: "column_count",
    }
    assert table.place(table.rows[0].number) == 1


def test_leaves_sheets_without_records_alone(tmp_path: Path) -> None:
    """Letters, summaries, dictionaries, lists of other things, hidden sheets."""
    sheets: dict[str, Rows] = {
        "说明": [["填表说明"], ["1. 总投资以万元为单位。"]],
        "汇总": [["部门", "项目数", "总投资（亿元）"], ["示例部", 5, 3.5]],
        "政策": [["序号", "政策名称", "发文单位", "发布日期"], [1, "示例政策", "示例部门", "2026-01-02"]],
        "通讯录": [["姓名", "部门", "职务", "联系电话"], ["张某", "示例部", "部长", "0537-0000000"]],
        "字典": [["所属产业", "项目阶段"], ["装备制造", "线索"]],
        "旧表": [FIRM_HEADER, *FIRMS],
    }
    assert read_workbook(xlsx(tmp_path / "a.xlsx", sheets, hidden_sheets=["旧表"])).tables == []


def test_reads_hidden_rows_and_says_so(tmp_path: Path) -> None:
    """A filter must not lose records."""
    table = sheet(tmp_path, [FIRM_HEADER, *FIRMS], hidden_rows={"表": [2]})
    assert [row.hidden for row in table.rows] == [False, True, False]
    assert len(records(table)) == 3


def test_obeys_what_a_person_decided(tmp_path: Path) -> None:
    """A kind and the meaning of a column given by hand win over what the words suggest."""
    path = xlsx(
        tmp_path / "a.xlsx", {"表": [[*FIRM_HEADER, "甲栏"], *[[*firm, "示例路1号"] for firm in FIRMS]]}
    )
    assert only(path, kind="lead").kind == "lead"
    decided = only(path, mappings={("表", 0): Decision(columns={3: "enterprise.address", 2: ""})})
    assert column(decided, "enterprise.address") == ["示例路1号"] * 3
    assert column(decided, "enterprise.registered_capital_cny") == [None] * 3


def test_shows_each_cell_as_written_and_as_read(tmp_path: Path) -> None:
    """For the eyes of the person importing."""
    table = sheet(tmp_path, [FIRM_HEADER, ["示例甲公司", "91-错", "约5千万元"]])
    name, number, capital = table.reader.cells(2)
    assert (name.written, name.read, name.problem) == ("示例甲公司", {"enterprise.name": "示例甲公司"}, None)
    assert number.problem is not None and number.problem.code == "uscc_length"
    assert (capital.written, capital.read) == ("约5千万元", {"enterprise.registered_capital_cny": 50_000_000})
