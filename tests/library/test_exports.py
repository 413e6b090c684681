"""What is exported is what the list shows, as numbers, dates and texts, with who took it, when and by which filter."""

import io
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import openpyxl
from django.urls import reverse

from sanku.audit.models import Action, Entry
from sanku.library.models import Export
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

SHOWN = ["企业", "统一社会信用代码", "产业", "省市", "注册资本（万元）", "荣誉资质", "成立日期", "登记状态"]


def workbook(client: Any, name: str, query: dict[str, Any] | None = None) -> openpyxl.Workbook:
    response = client.post(
        f"{reverse(f'{name}-export')}?{urlencode(query or {}, doseq=True)}", {"form": "xlsx"}
    )
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    content = io.BytesIO(b"".join(response.streaming_content))
    return openpyxl.load_workbook(content)


def cells(book: openpyxl.Workbook) -> list[list[Any]]:
    sheet = book.worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def about(book: openpyxl.Workbook) -> dict[str, str]:
    """Return the second sheet: what it says of the file, by its label."""
    rows = book.worksheets[1].iter_rows(values_only=True)
    return {str(label): str(value) for label, value in rows}


def test_amounts_are_numbers_in_the_unit_of_the_head(cast: Cast, client_of: ClientOf) -> None:
    make.company(
        cast.zone, "示例机械", registered_capital_cny=Decimal("123456789.50"), established_on=date(2017, 9, 8),
        sector="equipment", honours=["listed", "high_tech"],
    )  # fmt: skip
    make.company(cast.zone, "示例无额")
    query = {"column": ["sector", "capital", "honours", "established"], "sort": "-capital"}
    book = workbook(client_of(cast.office), "companies:company", query)
    head, first, second = cells(book)
    assert head == ["企业", "产业", "注册资本（万元）", "荣誉资质", "成立日期"]
    assert first[:3] == ["示例机械", "装备制造", 12345.67895]
    assert first[3] == "高新技术企业、上市公司"
    assert first[4].date() == date(2017, 9, 8)
    assert book.worksheets[0]["E2"].number_format == "yyyy-mm-dd"
    assert second == ["示例无额", None, None, None, None]


def test_areas_stand_in_the_zones_unit(cast: Cast, client_of: ClientOf) -> None:
    make.site(cast.zone, "示例地块", kind="land", area_total_m2=Decimal("66666.67"))
    head, row = cells(workbook(client_of(cast.office), "sites:site", {"column": ["area"]}))
    assert dict(zip(head, row, strict=True))["总面积（亩）"] == 100
    cast.zone.area_unit = "m2"
    cast.zone.save()
    head, row = cells(workbook(client_of(cast.office), "sites:site", {"column": ["area"]}))
    assert dict(zip(head, row, strict=True))["总面积（m²）"] == 66666.67


def test_text_that_looks_like_a_formula_stays_text(cast: Cast, client_of: ClientOf) -> None:
    dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK('x')", "\t=1", "https://example.com"]
    for name in dangerous:
        make.company(cast.zone, name)
    make.company(cast.zone, "示例\x01控制")
    book = workbook(client_of(cast.office), "companies:company", {"sort": "name", "column": "city"})
    column = [row[0] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in column} == {"s"}
    assert set(dangerous) <= {cell.value for cell in column}
    assert all(cell.hyperlink is None for cell in column)


def test_the_second_sheet_and_the_ledger_say_who_took_what(cast: Cast, client_of: ClientOf) -> None:
    for name in ("示例甲", "示例乙", "其他"):
        make.company(cast.zone, name, sector="equipment")
    query = {"q": "示例", "sector": "equipment"}
    book = workbook(client_of(cast.promotion), "companies:company", query)
    facts = about(book)
    assert facts["导出人"] == "示promotion（promotion）"
    assert facts["行数"] == "2"
    assert facts["园区"] == "示例甲区"
    assert facts["筛选"] == "搜索 示例；产业 装备制造"
    assert facts["导出时间"].startswith("20")
    assert facts["导出时间"].endswith("内容以此刻为准")
    entry = Entry.objects.get(action=Action.EXPORT)
    assert entry.actor == cast.promotion
    assert entry.library == "companies.company"
    facts = {change["field"]: change["new"] for change in entry.changes}
    assert facts.pop("sha256") == Export.objects.get().sha256
    assert facts == {"rows": 2, "columns": SHOWN, "form": "xlsx"}
    assert entry.why == "搜索 示例；产业 装备制造"


def test_the_order_is_that_of_the_list_and_selected_rows_stand_alone(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    made = [
        make.company(cast.zone, f"示例{number}", registered_capital_cny=capital)
        for number, capital in enumerate([None, Decimal(5), Decimal(9), None, Decimal(5)])
    ]
    for sort in ("capital", "-capital"):
        listing = client.get(reverse("companies:company-list"), {"sort": sort}).context["listing"]
        shown = [row["cells"][0]["text"] for row in listing["rows"]]
        exported = [row[0] for row in cells(workbook(client, "companies:company", {"sort": sort}))[1:]]
        assert exported == shown
    chosen = f"{made[1].pk},{made[3].pk}"
    few = cells(workbook(client, "companies:company", {"selected": chosen, "sort": "name"}))
    assert [row[0] for row in few[1:]] == ["示例1", "示例3"]


def test_only_what_is_in_scope_is_exported(cast: Cast, client_of: ClientOf) -> None:
    make.target(company=make.company(cast.zone, "示例我们的"), department=cast.department)
    make.target(company=make.company(cast.zone, "示例他们的"), department=cast.rival_department)
    for person, seen in (
        (cast.promotion, ["示例我们的"]),
        (cast.rival, ["示例他们的"]),
        (cast.outsider, []),
        (cast.commander, ["示例他们的", "示例我们的"]),
    ):
        rows = cells(workbook(client_of(person), "companies:target", {"sort": "company"}))[1:]
        assert [row[0] for row in rows] == seen
