"""Money as offices write it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.amounts import parse_money_unit, parse_rates, read_amount, write_amount

WAN = parse_money_unit("万元")


@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("3.5亿元", 350_000_000, "CNY"),
        ("12000万元", 120_000_000, "CNY"),
        ("5000", 50_000_000, "CNY"),
        ("１２，０００", 120_000_000, "CNY"),
        ("三亿五千万元", 350_000_000, "CNY"),
        ("3亿5000万元", 350_000_000, "CNY"),
        ("一亿二", 120_000_000, "CNY"),
        ("1,200 万美元", 12_000_000, "USD"),
        ("USD 3.2m", 3_200_000, "USD"),
        ("5000万港币", 50_000_000, "HKD"),
        ("500（万元人民币）", 5_000_000, "CNY"),
        ("100.0000万", 1_000_000, "CNY"),
        ("10亿元（其中一期3亿元）", 1_000_000_000, "CNY"),
        ("約5億元", 500_000_000, "CNY"),
        ("500多万元", 5_000_000, "CNY"),
        ("1.2个亿", 120_000_000, "CNY"),
        ("三个亿", 300_000_000, "CNY"),
        ("3亿元（其中外资5000万美元）", 300_000_000, "CNY"),
        ("3亿（美元）", 300_000_000, "USD"),
        ("一期5000万元", 50_000_000, "CNY"),
        ("合同额3亿元", 300_000_000, "CNY"),
        ("5000w", 50_000_000, "CNY"),
        ("5仟万元", 50_000_000, "CNY"),
        ("总投资3亿元，其中设备投资1亿元", 300_000_000, "CNY"),
        ("'4500", 45_000_000, "CNY"),
        ("￥5,000,000元", 5_000_000, "CNY"),
        ("(500)", -5_000_000, "CNY"),
    ],
)
def test_reads_amounts_under_a_header_in_wan(written: str, value: int, currency: str) -> None:
    """A cell's own unit beats the header's; a bare number takes the header's."""
    amount = read_amount(written, WAN)
    assert (amount.value, amount.currency, amount.problem) == (Decimal(value), currency, None)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("2-3亿元", "amount_range"),
        ("2亿至3亿元", "amount_range"),
        ("不低于3亿元", "amount_bound"),
        ("3亿元以上", "amount_bound"),
        ("一期3亿元，二期5亿元", "amount_several"),
        ("面议", "not_a_number"),
        ("租赁厂房5000平方米", "not_a_number"),
    ],
)
def test_invents_no_single_figure(written: str, problem: str) -> None:
    """A range, a bound or several amounts give no value."""
    amount = read_amount(written, WAN)
    assert (amount.value, amount.problem) == (None, problem)


@pytest.mark.parametrize("written", ["", "—", "／", "待定", "暂无", "N/A"])
def test_takes_placeholders_for_nothing(written: str) -> None:
    """What stands for “not known” is neither a value nor a problem."""
    assert read_amount(written, WAN).problem is None
    assert read_amount(written, WAN).value is None


def test_keeps_binary_dust_out_of_amounts() -> None:
    """0.1 + 0.2 in a cell is 0.3 of its unit."""
    assert read_amount(0.1 + 0.2, parse_money_unit("亿元")).value == Decimal(30_000_000)


def test_finds_rates_in_a_note() -> None:
    """A footnote's rates hold for one unit of the currency."""
    rates = parse_rates("注：1.外资按1美元=6.60元人民币折算；100日元=5.2元")
    assert rates == {"USD": Decimal("6.60"), "JPY": Decimal("0.052")}
    assert parse_rates("2.美元按7.1折算。") == {"USD": Decimal("7.1")}


@given(
    st.decimals(min_value=0, max_value=10**6, places=4),
    st.sampled_from(["元", "万元", "亿元", "千元", "百万元"]),
)
def test_reads_back_any_figure_with_its_unit(figure: Decimal, unit: str) -> None:
    """Figure and unit written together give their exact product."""
    money = parse_money_unit(unit)
    assert money is not None
    assert read_amount(f"{figure}{unit}").value == figure * money.factor


def test_writes_wan_below_and_yi_from_a_hundred_million() -> None:
    """Offices read 万元 under 1 亿 and 亿元 above."""
    assert [write_amount(n) for n in (99_990_000, 120_000_000, 123_456_789_012)] == [
        "9,999 万元",
        "1.2 亿元",
        "1,234.57 亿元",
    ]
