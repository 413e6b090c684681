"""The dry run's answer and its exit code."""

import io
import json
from pathlib import Path

import pytest

from sanku.common.sheets import Refused
from sanku.intake.answer import answer_file, write_answer
from sanku.intake.read import read_workbook
from tests.intake.build import code, xlsx

ROWS = [
    ["企业名称", "信用代码", "注册资本（万元）", "甲栏"],
    ["示例甲公司", code(1), "1-2亿元", "x"],
    ["示例乙公司", "91", 1, "y"],
    ["合计", None, 3],
]


def test_answers_with_everything_found(tmp_path: Path) -> None:
    """Kind, columns with their units, rows with their reasons, all records."""
    stream = io.StringIO()
    write_answer(read_workbook(xlsx(tmp_path / "a.xlsx", {"名录": ROWS, "空": []})), stream)
    answer = json.loads(stream.getvalue())
    table, empty = answer["sheets"]
    assert (answer["readable"], table["kind"], table["header_rows"], table["first_data_row"]) == (
        True,
        "enterprise",
        [1],
        2,
    )
    assert table["columns"]["C"]["field"] == "enterprise.registered_capital_cny"
    assert table["columns"]["C"]["unit"] == "万元"
    assert table["unmapped_columns"] == {"D": "甲栏"}
    assert (table["good_rows"], len(table["all_records"])) == (1, 1)
    assert table["doubtful_rows"][0]["reason"] == "amount_range"
    assert table["rejected_rows"][0]["problems"] == [
        {"code": "uscc_length", "column": "B", "field": "enterprise.uscc", "value": "91"}
    ]
    assert table["skipped_rows"] == [{"row": 4, "reason": "total"}]
    assert (empty["kind"], empty["good_rows"]) == ("none", 0)


def test_answers_a_refusal(tmp_path: Path) -> None:
    """A refused file has its reason in the answer."""
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    workbook, refusal = answer_file(str(tmp_path / "a.xlsx"), out=str(tmp_path / "out.json"))
    answer = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert workbook is None
    assert refusal is not None
    assert (answer["readable"], answer["reason"]) == (False, "wrong_type")


def test_raises_for_those_who_ask_directly(tmp_path: Path) -> None:
    """`read_workbook` raises what `answer_file` reports."""
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    with pytest.raises(Refused):
        read_workbook(tmp_path / "a.xlsx")
