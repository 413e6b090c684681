"""A total that is read from one table of lookups says the same as a total of the records."""

from functools import partial
from typing import Any

import pytest
from django.db import models
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from sanku.common import search
from sanku.companies.library import COMPANIES
from sanku.companies.models import Company
from sanku.library import counting, listing, paging
from sanku.library.models import CustomField, Tag
from sanku.library.operations.fields import save_field
from sanku.library.operations.tags import make_tags
from sanku.library.specs import Library, Reader
from sanku.library.state import filtered, filtered_by_reading, state_of
from sanku.library.zoned import zoned
from sanku.projects.library import PROJECTS
from tests import make
from tests.cast import Cast

QUERIES = ["", "q=示例", "q=示例 机械", "q=示例&sector=energy", "tag=TAG", "tag=TAG&tag=OTHER", "tag=TAG&custom-df_min=1",
           "custom-df_min=3", "custom-df_min=3&custom-df_max=5", "custom-df_max=0", "selected=1&tag=TAG",
           "q=示例&tag=TAG", "q=机械&tag=TAG&custom-df_min=3", "sector=energy&tag=TAG&custom-df_min=1", "city=宁",
           "city=宁&resident=1", "city=%25", "city=_", "province=", "honour=listed", "honour=listed&honour=little_giant"]  # fmt: skip


def _filled(cast: Cast, *, alone: bool = False) -> list[Tag]:
    """Make companies and projects with tags and values: some removed, and some of another zone unless `alone`."""
    given: dict[str, Any] = {"actor": cast.office, "now": make.NOW, "via": make.VIA}
    for library in ("companies", "projects"):
        save_field(CustomField(), {"library": library, "label": "得分", "kind": "number"}, **given)
    tags = list(make_tags(["走访", "外资"], library="", **given).values())
    elsewhere = make.zone()
    for number in range(8):
        zone = elsewhere if number == 7 and not alone else cast.zone
        own = {"tags": [str(tag.pk) for tag in tags[: number % 3]], "custom": {"df": number}}
        removed = timezone.now() if number == 5 else None
        place: dict[str, Any] = {"city": ("济宁", "南京", "50%区")[number % 3], "is_resident": number > 3}
        honours = [["listed"], [], ["listed", "little_giant"]][number % 3]
        make.company(zone, f"示例机械{number}厂", removed_at=removed, honours=honours, **place, **own)
        make.project(
            zone, f"示例项目{number}", investment_cny=number, investment=number, removed_at=removed, **own
        )
    return tags


@pytest.mark.parametrize(
    ("few", "sample", "alone"), [(0, 1, False), (0, counting.SAMPLE, True), (99, 1, False)]
)
def test_a_total_by_lookup_is_that_of_the_records(
    cast: Cast, few: int, sample: int, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEW_RECORDS", few)
    monkeypatch.setattr(counting, "SAMPLE", sample)
    if (
        alone
    ):  # PostgreSQL looks up each id instead of reading all, and reads texts instead of looking words up
        monkeypatch.setattr(counting, "MANY_OF", 1)
        monkeypatch.setattr(search, "_in_nearly_all", lambda *_: True)
    tags = _filled(cast, alone=alone)
    # Who sees a part of the projects has the totals of that part.
    make.project(
        cast.zone,
        "示例项目甲",
        department=cast.department,
        investment=50,
        investment_cny=50,
        tags=[str(tags[0].pk)],
    )
    of_projects = [(PROJECTS, user) for user in (cast.office, cast.promotion, cast.leader)]
    for library, user in [(COMPANIES, cast.office), *of_projects]:
        own: Library = zoned(library, user)
        for query in QUERIES:
            query = query.replace("TAG", str(tags[0].pk)).replace("OTHER", str(tags[1].pk))
            state = state_of(QueryDict(query), own)
            everything = counting.count_all(own, user)
            records = filtered(state, user)
            assert {record.pk for record in records} == {
                record.pk for record in filtered_by_reading(state, user)
            }
            others = counting.beside(own, user)
            assert others == (0 if library.sees_zone(user) else min(few + 1, 7))
            count, measured, parts = counting.totals_at(
                state, user, partial(filtered, state, user), everything, others
            )
            plain = counting.totals_of(records, own)
            assert (count, measured, sorted(parts)) == (len(records), plain[1], sorted(plain[2])), (
                own.name,
                query,
            )
            common_to_all = counting.common_words(state, everything, count)
            assert {record.pk for record in records} == {
                record.pk for record in filtered(state, user, common=common_to_all)
            }


@pytest.mark.parametrize("most", [0, counting.BESIDE])
def test_all_are_those_of_the_zone_that_were_not_removed(
    cast: Cast, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "BESIDE", most)
    _filled(cast)
    for library in (COMPANIES, PROJECTS):
        for user in (cast.office, cast.promotion):
            assert counting.count_all(library, user) == len(library.records(user))
    assert counting.count_all(PROJECTS, cast.office) == 6


@pytest.mark.parametrize("alone", [True, False])
def test_a_lookup_counts_what_is_in_the_zone_and_not_removed(
    cast: Cast, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEW_RECORDS", 0)
    tags = _filled(cast, alone=alone)

    def refused(*_: Any) -> Any:
        raise AssertionError

    # Nothing but the lookup may be asked.
    monkeypatch.setattr(counting, "totals_of", refused)
    own = zoned(COMPANIES, cast.promotion)
    state = state_of(QueryDict(f"tag={tags[0].pk}"), own)
    known = Company.objects.filter(zone=cast.zone, removed_at=None)
    said = sum(str(tags[0].pk) in company.tags for company in known)
    total = counting.totals_at(state, cast.promotion, refused, counting.count_all(own, cast.promotion))[0]
    assert total == said == 3 + alone


@pytest.mark.parametrize(
    ("sort", "by_id"), [("-name", True), ("capital", True), ("investment", True), ("capital", False)]
)
def test_a_page_of_a_large_list_holds_what_fits_in_its_order(
    cast: Cast, sort: str, by_id: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = _filled(cast)
    if not by_id:  # where many fit: the index of the filters gives the order too, if it has all that is asked
        monkeypatch.setattr(paging, "index_by_id", lambda *_: None)
    Company.objects.filter(zone=cast.zone, removed_at=None).update(
        registered_capital_cny=F("id") * 1_000_000 % 7_000_000
    )
    for name in ("AHEAD", "FEW"):
        monkeypatch.setattr(listing, name, 0)
    bounds = ["capital_min=200", "capital_min=200&capital_max=500&city=宁", "investment_min=0.00000003"]
    for library, user in [(COMPANIES, cast.office), (PROJECTS, cast.office), (PROJECTS, cast.leader)]:
        own, reader = zoned(library, user), Reader(user, timezone.localdate())
        for query in [*QUERIES, *bounds]:
            query = query.replace("TAG", str(tags[0].pk)).replace("OTHER", str(tags[1].pk))
            state = state_of(QueryDict(f"{query}&sort={sort}"), own)
            records = filtered(state, user)
            everything = len(library.records(user))
            page = listing.page_at(records, state, reader, total=len(records), everything=everything)
            order, sign = F(state.sort_field), "-" if state.descending else ""
            wanted = order.desc(nulls_last=True) if state.descending else order.asc(nulls_last=True)
            assert page.rows == list(records.order_by(wanted, f"{sign}pk")), (library.name, query)


@pytest.mark.parametrize("library", [COMPANIES, PROJECTS], ids=lambda library: library.name)
def test_no_cell_reads_what_the_list_leaves_where_it_is(
    library: Library, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(cast)
    own, reader = zoned(library, cast.office), Reader(cast.office, timezone.localdate())

    def refused(record: Any, fields: Any = None, **_: Any) -> Any:
        raise AssertionError(fields)

    monkeypatch.setattr(models.Model, "refresh_from_db", refused)
    for column in own.columns:
        state = state_of(QueryDict(f"column={column.key}" + f"&sort={column.key}" * bool(column.sort)), own)
        records = library.records(cast.office)
        page = listing.page_at(records, state, reader, total=5, everything=5, size=5, whole=False)
        assert len(page.rows) == len(listing._rows(page.rows, state, reader)) == 5
