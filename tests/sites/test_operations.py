"""Saving carriers: holds, numbers, who may; what the database keeps."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Refused
from sanku.sites.models import Site
from sanku.sites.operations import remove_site, restore_site, save_sites
from tests import make
from tests.cast import Cast


def saved(actor: User, record: Site | None = None, **values: Any) -> Site:
    draft = Draft(record or Site(zone=actor.zone), values)
    save_sites([draft], actor=actor, now=make.NOW, via=make.VIA)
    return Site.objects.get(pk=draft.record.pk)


def refused(actor: User, record: Site | None = None, **values: Any) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        saved(actor, record, **values)
    return {(problem.code, problem.field) for problem in caught.value.problems[0]}


def test_who_may_write(cast: Cast) -> None:
    for person in cast.who_may_not("write sites"):
        with pytest.raises(NotAllowed):
            saved(person, name="示例厂房", kind="factory")
    for person in cast.who_may("write sites"):
        assert saved(person, name="示例厂房", kind="factory").zone == cast.zone
    site = make.site(cast.zone)
    for act in (remove_site, restore_site):
        with pytest.raises(NotAllowed):
            act(site, actor=cast.promotion, now=make.NOW, via=make.VIA)


def test_a_hold_needs_its_date(cast: Cast) -> None:
    site = make.site(cast.zone)
    assert refused(cast.office, site, status="held") == {("held_without_until", "held_until")}
    site = saved(cast.office, site, status="held", held_for="示例项目", held_until=date(2026, 12, 1))
    assert refused(cast.office, site, held_until=None) == {("held_without_until", "held_until")}
    # What has nothing to do with the hold is not held up by it.
    assert saved(cast.office, site, park="示例园").held_until == date(2026, 12, 1)


def test_a_hold_that_ends_takes_its_fields_along_and_says_so(cast: Cast) -> None:
    site = make.site(cast.zone, status="held", held_for="示例项目", held_until=date(2026, 12, 1))
    site = saved(cast.office, site, status="offered", held_for="示例项目", held_until=date(2026, 12, 1))
    assert (site.status, site.held_for, site.held_until) == ("offered", "", None)
    entry = Entry.objects.filter(record_id=site.pk).latest("number")
    assert {change["field"]: (change["old"], change["new"]) for change in entry.changes} == {
        "status": ("held", "offered"),
        "held_for": ("示例项目", ""),
        "held_until": ("2026-12-01", None),
    }


def test_areas_are_judged_with_what_the_record_has(cast: Cast) -> None:
    site = make.site(cast.zone, area_total_m2=Decimal(100), area_free_m2=Decimal(80))
    assert refused(cast.office, site, area_total_m2=Decimal(50)) == {
        ("area_free_exceeds_total", "area_free_m2")
    }
    assert saved(cast.office, site, area_total_m2=Decimal(80)).area_total_m2 == 80


def test_a_number_is_given_once_in_a_zone(cast: Cast) -> None:
    first = saved(cast.office, name="示例甲", kind="land", code="GX-1")
    assert refused(cast.office, name="示例乙", kind="land", code="GX-1") == {("code_taken", "code")}
    assert saved(cast.outsider, name="示例丙", kind="land", code="GX-1").zone == cast.other_zone
    remove_site(first, actor=cast.office, now=make.NOW, via=make.VIA)
    saved(cast.office, name="示例丁", kind="land", code="GX-1")
    with pytest.raises(Refused):
        restore_site(Site.objects.get(pk=first.pk), actor=cast.office, now=make.NOW, via=make.VIA)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "castle"},
        {"status": "sold"},
        {"status": "held", "held_until": None},
        {"tenure": "loan"},
        {"listing": "lottery"},
        {"area_total_m2": 0},
        {"area_total_m2": 5, "area_free_m2": 6},
        {"area_smallest_m2": -1},
        {"price_sale_cny_m2": -1},
        {"price_rent_cny_m2_month": -1},
        {"clear_height_m": -1},
        {"power_kva": -1},
        {"lon": 181, "lat": 0},
        {"lon": 116, "lat": None},
        {"vacancy": Decimal("1.1")},
    ],
)
def test_the_database_keeps_what_the_rules_say(cast: Cast, values: dict[str, Any]) -> None:
    site = make.site(cast.zone)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(**values)


def test_the_database_keeps_numbers_unique(cast: Cast) -> None:
    make.site(cast.zone, code="GX-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.site(cast.zone, code="GX-1")
