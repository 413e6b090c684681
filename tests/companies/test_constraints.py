"""What the database itself refuses, whoever writes to it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanku.common.codes import is_valid_uscc
from sanku.companies.models import USCC_ALPHABET, Company, Duplicate, Shareholder
from tests import make

codes = st.text(alphabet=USCC_ALPHABET, min_size=18, max_size=18)


def accepted(code: str) -> bool:
    try:
        with transaction.atomic():
            make.company(uscc=code)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


@pytest.mark.django_db
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(codes, st.integers(0, 99_999_999).map(make.uscc), st.text(max_size=18).filter("\x00".__ne__))
)
def test_the_database_knows_a_code_as_the_rules_do(code: str) -> None:
    if "\x00" in code:
        return
    assert accepted(code) == (not code or is_valid_uscc(code))


@pytest.mark.django_db
def test_a_changed_character_of_a_code_is_refused() -> None:
    code = make.uscc(7)
    for position in range(18):
        other = next(sign for sign in "7AX" if sign != code[position])
        assert not accepted(code[:position] + other + code[position + 1 :])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"uscc": make.uscc(5).lower()},
        {"region_code": "3708"},
        {"registered_capital": -1},
        {"lon": 116.0},
        {"lon": 190.0, "lat": 10.0},
    ],
)
def test_a_company_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    company = make.company()
    with pytest.raises(DatabaseError), transaction.atomic():
        Company.objects.filter(pk=company.pk).update(**values)


@pytest.mark.django_db
def test_a_code_and_a_registry_number_are_one_companys_until_it_is_removed() -> None:
    first = make.company(uscc=make.uscc(3), country="DE", registry_number="HRB 1")
    for taken in ({"uscc": first.uscc}, {"country": "DE", "registry_number": "HRB 1"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            make.company(first.zone, **taken)
    make.company(first.zone, country="AT", registry_number="HRB 1")
    make.company(make.zone(), uscc=first.uscc)
    Company.objects.filter(pk=first.pk).update(removed_at=make.NOW)
    make.company(first.zone, uscc=first.uscc)


@pytest.mark.django_db
def test_one_department_follows_a_company() -> None:
    target = make.target()
    with pytest.raises(DatabaseError), transaction.atomic():
        make.target(company=target.company)


@pytest.mark.django_db
def test_a_contact_has_a_name_or_a_phone() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        make.contact(make.company(), name="")


@pytest.mark.django_db
def test_a_shareholder_is_named_once_and_holds_no_more_than_the_whole() -> None:
    company = make.company()
    Shareholder.objects.create(company=company, name="示股东", share="0.5")
    with pytest.raises(DatabaseError), transaction.atomic():
        Shareholder.objects.create(company=company, name="示股东")
    with pytest.raises(DatabaseError), transaction.atomic():
        Shareholder.objects.create(company=company, name="示乙", share="1.5")


@pytest.mark.django_db
def test_a_pair_stands_once_in_one_order() -> None:
    first, second = make.company(), make.company()
    Duplicate.objects.create(zone=first.zone, first=first, second=second, reason="name", found_at=make.NOW)
    for pair in ((first, second), (second, first)):
        with pytest.raises(DatabaseError), transaction.atomic():
            Duplicate.objects.create(
                zone=first.zone, first=pair[0], second=pair[1], reason="name", found_at=make.NOW
            )
