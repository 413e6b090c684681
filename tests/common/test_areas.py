"""Areas as offices write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanku.common.areas import m2_to_mu, mu_to_m2, parse_area_unit, read_area

MU = parse_area_unit("亩")


@pytest.mark.parametrize(
    ("written", "m2"),
    [
        ("100", "66666.6667"),
        ("约120亩", "80000"),
        ("5公顷", "50000"),
        ("5000 m2", "5000"),
        ("66,667平方米", "66667"),
        ("1.2万平方米", "12000"),
        ("0.5平方公里", "500000"),
        ("30畝", "20000"),
        ("120平米", "120"),
        ("净地30亩", "20000"),
        ("需用地30亩", "20000"),
        ("占地约30亩", "20000"),
        ("30亩工业用地", "20000"),
        ("一期30亩", "20000"),
    ],
)
def test_reads_areas_under_a_header_in_mu(written: str, m2: str) -> None:
    """A cell's own unit beats the header's."""
    assert read_area(written, MU).m2 == Decimal(m2)


@pytest.mark.parametrize(
    ("written", "problem"),
    [("50-80亩", "area_range"), ("面积待定", "not_a_number"), ("租赁厂房5000平方米", "not_a_number")],
)
def test_refuses_what_is_no_single_area(written: str, problem: str) -> None:
    """Ranges and words give no area."""
    assert read_area(written, MU).problem == problem


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_goes_there_and_back(mu: Decimal) -> None:
    """亩 → m² → 亩 loses less than a thousandth."""
    assert abs(m2_to_mu(mu_to_m2(mu)) - mu) <= Decimal("0.001")
