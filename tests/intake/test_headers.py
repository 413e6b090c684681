"""Headers: what they mean, and the units and datum they carry."""

import pytest

from sanku.intake.headers import find_units, header_fields


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("统一社会\n信用代码", "enterprise.uscc"),
        ("企 业 名 称", "enterprise.name"),
        ("企业（单位）名称", "enterprise.name"),
        ("*项目名称", "project.name"),
        ("項目名稱", "project.name"),
        ("2016年主营收入(万元)", "enterprise.revenue_cny"),
        ("其中：固定资产投资（万元）", "project.fixed_asset_cny"),
        ("Total Investment (RMB mn)", "project.investment_cny"),
        ("可供地時間", "site.available_date"),
        ("建筑面积㎡", "site.area_total_m2"),
        ("最近一次联系时间", "target.last_touch_date"),
        ("线索来源", "lead.source"),
        ("包保责任人", "assignment.leader"),
        ("走访内容及企业反映情况", "visit.content"),
        ("企业反映问题及诉求", "visit.content"),
        ("签约日", "project.signed_date"),
        ("主营产品或业务", "enterprise.products"),
        ("用地/厂房需求", "target.site_wish"),
        ("总部地址", "enterprise.address"),
        ("上年度税收", "enterprise.tax_cny"),
        ("合同引资额（万元）", "project.investment_cny"),
        ("意向投资内容", "project.content"),
        ("首席服务官", "project.team_lead"),
        ("拟出让价格", "site.price_sale_cny_m2"),
        ("对接人及电话", "contact.name+phone"),
    ],
)
def test_knows_headers(text: str, field: str) -> None:
    """Line breaks, marks, years, brackets, Traditional characters and English change nothing."""
    assert field in [found.name for found, _ in header_fields(text)]


@pytest.mark.parametrize(
    "text", ["单位：万元", "填报单位：示例部", "", "一、签约项目", "法定代表人", "注：本表为演示数据"]
)
def test_takes_nothing_else_for_a_header(text: str) -> None:
    """A line that says something heads nothing."""
    assert header_fields(text) == ()


def test_finds_units_in_headers() -> None:
    """In brackets, at the end, in two currencies."""
    money = find_units("营业收入\n（亿元）").money
    assert money is not None and money.factor == 10**8
    dollars = find_units("总投资（万美元）").money
    assert dollars is not None and dollars.factor == 10**4 and dollars.currency == "USD"
    rent = find_units("租金（元/㎡/天）").rent
    assert rent is not None and rent.per_year == 365
    price = find_units("出讓價格（萬元/畝）").price
    assert price is not None and price.money.factor == 10**4
    assert find_units("层高(m)").money is None


def test_finds_units_in_a_line_of_text() -> None:
    """The unit line of an office table speaks of several dimensions at once."""
    units = find_units(
        "填报单位：示例部   单位：平方米、元/平方米·月   坐标系：百度BD-09（纬度,经度）", whole=True
    )
    assert units.area is not None and units.area.m2 == 1
    assert units.rent is not None and units.rent.per_year == 12
    assert (units.datum, units.lat_first, units.money) == ("BD-09", True, None)


@pytest.mark.parametrize(
    ("line", "currency"),
    [
        ("Investment pipeline (USD mn unless stated)", "USD"),
        ("Unit: USD million", "USD"),
        ("All amounts in RMB million", "CNY"),
    ],
)
def test_finds_english_units_of_two_words(line: str, currency: str) -> None:
    """The blank in USD million parts no words: 12 is twelve million."""
    money = find_units(line, whole=True).money
    assert money is not None and (int(money.factor), money.currency) == (10**6, currency)
