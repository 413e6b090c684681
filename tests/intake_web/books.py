"""Small workbooks made for a test, and imports of them in the foreground."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.base import ContentFile

from sanku.accounts.models import User
from sanku.intake import operations
from sanku.intake.models import Batch
from tests import make

Rows = Sequence[Sequence[Any]]


def book(*sheets: Rows, names: Sequence[str] = ()) -> bytes:
    """Return an xlsx file with these sheets; values are written as they are typed, nothing is a formula."""
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"})
    for position, rows in enumerate(sheets):
        sheet = made.add_worksheet(names[position] if names else None)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write(line, column, value)
    made.close()
    return file.getvalue()


def hand_in(actor: User, content: bytes, name: str = "示例.xlsx", kind: str = "") -> Batch:
    """Hand a file in and read it."""
    batch = operations.receive_file(
        ContentFile(content, name=name), name=name, actor=actor, now=make.NOW, kind=kind, in_background=False
    )
    operations.read_file(batch.pk, batch.run)
    batch.refresh_from_db()
    return batch


def save(batch: Batch) -> Batch:
    """Save what was read."""
    run = operations.start_saving(batch, actor=batch.by, now=make.NOW, in_background=False)
    operations.save_rows(batch.pk, run)
    batch.refresh_from_db()
    return batch


def bring_in(actor: User, *sheets: Rows, name: str = "示例.xlsx") -> Batch:
    """Hand in, read and save a workbook of these sheets."""
    return save(hand_in(actor, book(*sheets), name))


def take_back(batch: Batch) -> Batch:
    """Undo a whole batch."""
    run = operations.start_undoing(batch, actor=batch.by, now=make.NOW, in_background=False)
    operations.undo_rows(batch.pk, run)
    batch.refresh_from_db()
    return batch


COMPANIES: list[Any] = [
    "企业名称",
    "统一社会信用代码",
    "成立日期",
    "注册资本（万元）",
    "所在省",
    "所在市",
    "联系人",
    "联系电话",
]
PROJECTS: list[Any] = [
    "项目名称",
    "投资方",
    "投资方信用代码",
    "计划投资（万元）",
    "项目阶段",
    "签约时间",
    "责任部门",
    "用地（亩）",
    "备用栏",
]
SITES: list[Any] = ["地块编号", "位置", "用地性质", "面积（亩）", "剩余面积（亩）", "状态"]
TARGETS: list[Any] = [
    "企业名称",
    "统一社会信用代码",
    "主攻方向",
    "小分队",
    "招商专员",
    "对接进展",
    "下步打算",
    "首次对接时间",
]
