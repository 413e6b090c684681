"""Imports and merges: rows of a merged company mean the survivor, and either can be undone after the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from sanku.audit.operations import Draft
from sanku.companies.models import Company, Contact, Duplicate
from sanku.companies.operations import decide_duplicate, save_companies
from sanku.intake import operations
from sanku.intake.models import Batch, BatchRow
from sanku.merging.models import Merge
from sanku.merging.operations import merge_companies, unmerge_companies
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import COMPANIES, bring_in, take_back

LATER = make.NOW + timedelta(hours=1)
FIRST, SECOND = "示例甲机械有限公司", "示例甲机械股份有限公司"


def row(name: str, code: str | None = None, city: str = "济宁") -> list[Any]:
    return [name, code, None, None, "山东", city, "示人", "13900000000"]


def here(cast: Cast) -> dict[str, Any]:
    return {"actor": cast.office, "now": make.NOW, "via": make.VIA}


def merged(
    cast: Cast, keep: str = FIRST, merge: str = SECOND, **choices: str
) -> tuple[Company, Company, Merge]:
    one, other = (Company.objects.get(name=name) for name in (keep, merge))
    return one, other, merge_companies(one, other, choices=choices, **here(cast))


def reasons(batch: Batch) -> list[tuple[str, str, str]]:
    kept = batch.undo_report["kept"] if batch.undo_report else []
    return [(one["label"], one["reason"], one.get("other", "")) for one in kept]


@pytest.mark.parametrize("winner", ["keep", "merge"])
def test_a_later_row_with_name_or_code_of_either_means_the_survivor(winner: str, cast: Cast) -> None:
    codes = {FIRST: make.uscc(), SECOND: make.uscc()}
    bring_in(cast.office, [COMPANIES, *(row(name, code) for name, code in codes.items())])
    keep, *_ = merged(cast, name=winner, uscc=winner)
    before = Company.objects.values("name", "uscc", "former_names").get(pk=keep.pk)
    batch = bring_in(
        cast.office,
        [COMPANIES, *(row(name, code, "曲阜") for name, code in codes.items()), row(FIRST), row(SECOND)],
    )
    assert (batch.created_count, Company.objects.count()) == (0, 2)
    assert Company.objects.values("name", "uscc", "former_names").get(pk=keep.pk) == before
    assert Company.objects.get(pk=keep.pk).city == "曲阜"


def test_a_pair_that_is_not_the_same_is_not_asked_again_by_an_import(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, row(FIRST), row(SECOND)])
    assert batch.duplicate_count == 1
    decide_duplicate(Duplicate.objects.get(), state="different", **here(cast))
    batch = bring_in(cast.office, [COMPANIES, row(FIRST, city="曲阜"), row(SECOND, city="邹城")])
    assert (batch.duplicate_count, Duplicate.objects.get().state) == (0, "different")


def test_undoing_the_import_of_a_merged_company_keeps_it_and_names_the_remedy(
    cast: Cast, client_of: ClientOf
) -> None:
    bring_in(cast.office, [COMPANIES, row(FIRST)])
    batch = bring_in(cast.office, [COMPANIES, row(SECOND)])
    keep, gone, done = merged(cast)
    batch = take_back(batch)
    assert reasons(batch) == [(SECOND, "merged_since", FIRST)]
    # What the row brought beside the company, and nobody but the merge touched, is taken back.
    assert Contact.objects.filter(removed_at=None).count() == 1
    page = client_of(cast.office).get(reverse("intake:batch-detail", args=[batch.pk])).content.decode()
    assert "撤销该合并" in page
    unmerge_companies(done, **here(cast))
    assert Company.objects.filter(removed_at=None).count() == 2
    assert not Contact.objects.filter(company=gone, removed_at=None).exists()
    assert Contact.objects.filter(company=keep, removed_at=None).exists()


def test_undoing_the_import_that_made_the_survivor(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, row(FIRST)])
    bring_in(cast.office, [COMPANIES, row(SECOND)])
    keep, _gone, done = merged(cast)
    batch = take_back(batch)
    assert reasons(batch) == [(FIRST, "absorbed_since", SECOND)]
    unmerge_companies(done, **here(cast))
    keep.refresh_from_db()
    assert (keep.name, keep.removed_at) == (FIRST, None)


def test_a_row_can_be_taken_back_again_once_the_merge_is_undone(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, row(FIRST), row(SECOND)])
    _keep, gone, done = merged(cast)
    second = BatchRow.objects.filter(batch=batch).order_by("pk")[1]
    report = operations.undo_row(second, actor=cast.office, now=LATER)
    second.refresh_from_db()
    assert ([one["reason"] for one in report["kept"]], second.is_undone) == (["merged_since"], False)
    unmerge_companies(done, **here(cast))
    report = operations.undo_row(second, actor=cast.office, now=LATER)
    second.refresh_from_db()
    gone.refresh_from_db()
    assert (report["kept"], second.is_undone, gone.removed_at) == ([], True, LATER)


def test_an_update_is_taken_back_at_the_survivor_but_not_at_the_tombstone(cast: Cast) -> None:
    bring_in(cast.office, [COMPANIES, row(FIRST, city="邹城"), row(SECOND)])
    batch = bring_in(cast.office, [COMPANIES, row(FIRST, city="曲阜"), row(SECOND, city="曲阜")])
    keep, gone, done = merged(cast)
    batch = take_back(batch)
    keep.refresh_from_db()
    assert (keep.city, reasons(batch)) == ("邹城", [(SECOND, "merged_since", FIRST)])
    unmerge_companies(done, **here(cast))
    assert Company.objects.get(pk=gone.pk).city == "曲阜"


def test_merging_what_an_import_has_taken_back(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, row(SECOND)])
    keep = make.company(cast.zone, FIRST)
    take_back(batch)
    assert not Company.objects.filter(name=SECOND, removed_at=None).exists()
    save_companies([Draft(keep, {"city": "曲阜"})], **here(cast))
    assert Duplicate.objects.filter(state="open").count() == 0
