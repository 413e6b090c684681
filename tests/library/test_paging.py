"""Pages by key show what a plain sorted list would, forwards, backwards and from the end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models.expressions import RawSQL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanku.companies.library import COMPANIES
from sanku.companies.models import Company
from sanku.companies.target_library import TARGETS
from sanku.library import paging
from sanku.library.paging import Narrowed, page_of
from sanku.library.state import Place, State
from tests import make
from tests.cast import Cast

SIZE = 3
FIELDS = {"established": "established_on", "capital": "registered_capital_cny", "name": "name"}

rows_strategy = st.lists(
    st.tuples(
        st.one_of(st.none(), st.dates(date(1990, 1, 1), date(1990, 1, 4))),
        st.one_of(st.none(), st.sampled_from([Decimal("0.01"), Decimal(1), Decimal("99999999999.5")])),
        st.sampled_from(["示例甲", "示例乙", "Example", "示例 丙"]),
    ),
    max_size=14,
)


def state_of(library: Any, column: str, descending: bool) -> State:
    return State(
        library=library,
        query="",
        filters={},
        sort=library.column(column),
        descending=descending,
        columns=library.columns,
        chosen_columns=False,
        place=Place(),
        selected=[],
    )


def in_order(records: list[Any], field: str, descending: bool) -> list[int]:
    """Return the ids in the order that a list promises: empty values last, either way."""
    filled = [record for record in records if getattr(record, field) is not None]
    empty = [record for record in records if getattr(record, field) is None]
    filled.sort(key=lambda record: (getattr(record, field), record.pk), reverse=descending)
    empty.sort(key=lambda record: record.pk, reverse=descending)
    return [record.pk for record in filled + empty]


def walk(state: State, step: str, narrowed: Narrowed | None = None) -> list[list[int]]:
    """Return the pages met from the state's place on; every place goes through an address and back."""
    records = Company.objects.all() if narrowed is None else narrowed.plain
    total, pages = records.count(), []
    while True:
        page = page_of(records, state, total=total, size=SIZE, narrowed=narrowed)
        pages.append([record.pk for record in page.rows])
        if page.rows:
            everything = list(records)
            assert 1 <= page.first <= len(everything)
        place = getattr(page, step)
        if place is None:
            return pages
        state = replace(state, place=Place.decoded(place.encoded()))


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows_strategy, column=st.sampled_from(sorted(FIELDS)), descending=st.booleans())
def test_pages_are_slices_of_the_sorted_list(
    rows: list[tuple[Any, Any, str]], column: str, descending: bool
) -> None:
    with transaction.atomic():
        made = [
            make.company(name=name, established_on=founded, registered_capital_cny=capital)
            for founded, capital, name in rows
        ]
        wanted = in_order(made, FIELDS[column], descending)
        state = state_of(COMPANIES, column, descending)
        slices = [wanted[start : start + SIZE] for start in range(0, len(wanted), SIZE)] or [[]]
        assert walk(state, "following") == slices
        backwards = walk(replace(state, place=Place("last")), "previous")
        assert [pk for page in reversed(backwards) for pk in page] == wanted
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=rows_strategy,
    fitting=st.sets(st.integers(0, 13)),
    column=st.sampled_from(sorted(FIELDS)),
    descending=st.booleans(),
    ahead=st.sampled_from([0, 4, 5_000]),  # never looked near by; mostly too few; all
    common=st.sampled_from([0, 20_000]),  # the sort's index is walked; what fits is sorted
    by_id=st.sampled_from(["", "records", "lookup"]),  # no index by id; it is asked for these hits
)
def test_what_filters_leave_is_paged_as_a_plain_sorted_list(
    rows: list[tuple[Any, Any, str]],
    fitting: set[int],
    column: str,
    descending: bool,
    ahead: int,
    common: int,
    by_id: str,
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "AHEAD", ahead)
        patch.setattr(paging, "COMMON", common)
        patch.setattr(paging, "MANY_AHEAD", 0)
        if not by_id:
            patch.setattr(paging, "index_by_id", lambda model, field: None)
        made = [
            make.company(
                name=name,
                established_on=founded,
                registered_capital_cny=capital,
                city="示例市" if place in fitting else "",
            )
            for place, (founded, capital, name) in enumerate(rows)
        ]
        kept = [company for company in made if company.city]
        wanted = in_order(kept, FIELDS[column], descending)
        plain = Company.objects.filter(city="示例市")
        lookup = RawSQL("SELECT id FROM companies_company WHERE city = %s", ["示例市"])
        narrowed = Narrowed(
            Company.objects.all(), plain, len(kept), len(made), lookup if by_id == "lookup" else None
        )
        state = state_of(COMPANIES, column, descending)
        slices = [wanted[start : start + SIZE] for start in range(0, len(wanted), SIZE)] or [[]]
        assert walk(state, "following", narrowed) == slices
        backwards = walk(replace(state, place=Place("last")), "previous", narrowed)
        assert [pk for page in reversed(backwards) for pk in page] == wanted
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("place", range(0, 9))
def test_the_page_before_the_next_is_the_same_page(place: int, descending: bool) -> None:
    """Going on and coming back shows the same rows with the same numbers, at the border of the empty values too."""
    for number in range(11):
        founded = date(2000, 1, 1 + number // 2) if number < 6 else None
        make.company(established_on=founded)
    state, records = state_of(COMPANIES, "established", descending), Company.objects.all()
    for _ in range(place // SIZE):
        following = page_of(records, state, total=11, size=SIZE).following
        assert following is not None
        state = replace(state, place=following)
    page = page_of(records, state, total=11, size=SIZE)
    assert page.following is not None
    after = page_of(records, replace(state, place=page.following), total=11, size=SIZE)
    assert after.previous is not None
    again = page_of(records, replace(state, place=after.previous), total=11, size=SIZE)
    assert [row.pk for row in again.rows] == [row.pk for row in page.rows]
    assert again.first == page.first
    assert after.first == page.first + SIZE


def test_a_list_can_be_sorted_by_what_a_reference_is_called(cast: Cast) -> None:
    names = ["示例丙", "示例甲", "示例乙", "示例丁"]
    for name in names:
        make.target(company=make.company(cast.zone, name), department=cast.department)
    state = state_of(TARGETS, "company", False)
    records = TARGETS.records(cast.office)
    first = page_of(records, state, total=4, size=SIZE)
    assert first.following is not None
    rest = page_of(records, replace(state, place=first.following), total=4, size=SIZE)
    assert [str(row) for row in (*first.rows, *rest.rows)] == sorted(names)
