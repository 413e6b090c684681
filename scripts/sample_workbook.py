"""Make docs/samples/示例_在谈项目台账.xlsx anew: an invented ledger, kept as offices keep theirs.

Every firm, person and sum in it is invented. It has what such files have: title rows, a unit in a line of its own, a
head of two levels, dates as text, amounts with their own units, a subtotal, and two mistakes that Sanku gives back.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from sanku.common.codes import expected_check_character

SAMPLE = Path(__file__).resolve().parents[1] / "docs" / "samples" / "示例_在谈项目台账.xlsx"
MADE_ON = datetime(2026, 11, 20)
# Group, heads and widths.
HEAD: list[tuple[str, list[tuple[str, int]]]] = [
    ("序号", [("", 6)]),
    ("项目名称", [("", 26)]),
    ("投资方", [("企业名称", 30), ("统一社会信用代码", 22)]),
    ("计划投资", [("总投资", 12), ("其中：固定资产", 14)]),
    ("用地（亩）", [("", 10)]),
    ("进展阶段", [("", 10)]),
    ("签约时间", [("", 13)]),
    ("责任部门", [("", 22)]),
    ("联系人及电话", [("", 22)]),
    ("备注", [("", 24)]),
]


def code(number: int) -> str:
    """Return an invented, valid unified social credit code."""
    body = f"91370800MA{number:07d}"
    return body + str(expected_check_character(body + "0"))


def rows() -> list[list[Any]]:
    """Return the rows of the ledger, in its own spelling."""
    wrong = code(66)[:17] + ("1" if code(66)[17] != "1" else "2")
    made: list[list[Any]] = [
        [1, "示例工程机械智能产线", "示例链条制造有限公司", code(15), 18000, 12600, 33, "在谈", None, "装备", "何示 13900000011", None],
        [2, "示例液压支架工厂", "示例重工集团有限公司", code(23), "12.6亿元", 88000, 186, "已签约", "2026.9.9", "装备", "周示 13900000022", "带动配套"],
        [3, "示例光纤气体传感", "示例光测仪器有限公司", code(31), 9600, None, 12, "在谈", None, "光电", "钱示 13900000033", "无锡客户"],
        [4, "示例储能电池组", "示例储能股份有限公司", code(58), "7.3亿", 51000, 88, "意向", None, "新材料", "李示 13900000044", None],
        [5, "示例特种轴承二期", "示例轴承有限公司", wrong, 21000, 15000, 36, "在谈", None, "装备", "周示 13900000055", "代码末位写错，导入时会退回"],
        [6, "示例冷链预制菜", "示例食品有限公司", code(74), 15500, None, 24, "意向", None, "食品", "吴示 13900000066", None],
        ["小计", None, None, None, 208100, None, 379, None, None, None, None, None],
        [7, "示例数字孪生平台", "示例云矿信息有限公司", code(82), "110,000,000元", None, None, "在谈", None, "信息", "郑示 13900000077", "租用楼宇"],
        [8, "示例医用高分子材料", "示例医械有限公司", code(103), 32000, 24000, 45, "签约", "2026年10月15日", "食品", "王示 13900000088", None],
        [9, "示例总部楼宇", "示例商服有限公司", code(111), "待定", None, "租3层", "在谈", None, "现代服务", "冯示 13900000099", None],
        [10, "示例车载激光雷达", "示例智驾科技有限公司", code(129), 42000, 30000, 40, "在谈", None, "光电", "陈示 13900000100", None],
        [11, "示例碳纤维部件", "示例碳材股份有限公司", code(138), "5亿", 36000, 62, "在谈", None, "新材料", "褚示 13900000111", None],
        [12, "示例储能检测中心", "示例检测有限公司", code(146), 8800, None, 15, "签约", "2026-02-30", "新材料", "卫示 13900000122", "没有这一天，导入时会退回"],
        [13, "示例半导体封装", "示例微电子（香港）有限公司", None, "3000万美元", None, 28, "在谈", None, "光电", "蒋示 13900000133", "外资"],
        [14, "示例工业软件园", "示例软件有限公司", code(154), 6500, None, None, "在谈", None, "信息", "沈示 13900000144", None],
        ["合计", None, None, None, 418400, None, 569, None, None, None, None, None],
    ]  # fmt: skip
    return made


def write(path: Path = SAMPLE) -> None:
    """Write the workbook; the same bytes at every run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties(
        {"title": "示例：在谈项目台账", "author": "Sanku", "comments": "虚构数据", "created": MADE_ON}
    )
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    small = book.add_format({"font_size": 9})
    head = book.add_format(
        {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True}
    )
    cell = book.add_format({"border": 1, "valign": "vcenter"})
    sheet = book.add_worksheet("在谈项目")
    width = sum(len(heads) for _, heads in HEAD)
    sheet.merge_range(0, 0, 0, width - 1, "示例高新区在谈、签约项目台账（虚构数据，供试导入）", title)
    sheet.write_string(1, 0, "填报单位：各招商小分队", small)
    sheet.write_string(1, width - 3, "单位：万元", small)
    sheet.write_string(1, width - 2, "填报日期：2026年11月20日", small)
    column = 0
    for group, heads in HEAD:
        if len(heads) == 1:
            sheet.merge_range(2, column, 3, column, group, head)
        else:
            sheet.merge_range(2, column, 2, column + len(heads) - 1, group, head)
            for offset, (text, _) in enumerate(heads):
                sheet.write_string(3, column + offset, text, head)
        for offset, (_, wide) in enumerate(heads):
            sheet.set_column(column + offset, column + offset, wide)
        column += len(heads)
    for line, values in enumerate(rows(), start=4):
        for position, value in enumerate(values):
            sheet.write(line, position, value, cell)
    sheet.write_string(4 + len(rows()), 0, "注：本表企业、人员、电话和金额均为虚构。", small)
    sheet.freeze_panes(4, 2)
    book.close()


if __name__ == "__main__":
    write()
