"""Drawing, splitting and merging parcels: what is saved, what is refused, what comes back, two at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import shapely
from django.urls import reverse

from sanku.accounts.models import User, Zone
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.sites.models import Reshape, Site
from sanku.sites.operations import remove_site, restore_site, save_sites
from sanku.sites.operations.drawing import Unconfirmed, save_boundary, save_drawn, seen_of
from sanku.sites.operations.merging import merge_parcels, merged_plan
from sanku.sites.operations.splitting import split_parcel, split_plan
from sanku.sites.operations.undoing import undo_reshape
from sanku.sites.queries import parcel_merged_into, sites_for
from sanku.sites.shapes import areas_m2, boundary_of, shape_of, shapes_of
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.scopes.test_races import at_once
from tests.sites.test_cuts import box, line

MIDDLE = [line((50, -10), (50, 110))]
HOW: Any = {"now": make.NOW + timedelta(hours=1), "via": make.VIA}


def parcel(name: str, *where: float, zone: Zone | None = None, **values: Any) -> Any:
    """Make a parcel of about so many metres, its stated area the drawn one."""
    shape = box(*where)
    area = Decimal(str(round(float(areas_m2(shapes_of([boundary_of(shape)]))[0]), 2)))
    values = {
        "area_total_m2": area, "area_free_m2": area, "kind": "land", "code": name, "boundary": boundary_of(shape), **values,
    }  # fmt: skip
    return make.site(zone, f"示例{name}", **values)


def _site(pk: Any) -> Any:
    return Site.objects.get(pk=pk)


def known(site: Site) -> Any:
    return sites_for(make.user("office", site.zone)).get(pk=site.pk)


def codes(raised: Any) -> set[str]:
    return {problem.code for found in raised.value.problems.values() for problem in found}


def split(actor: User, site: Site, **values: Any) -> Reshape:
    given: Any = {"keeps": 0, "named": {1: ("示例新", "新-1")}, "seen": seen_of(site), **values}
    return split_parcel(site, given.pop("lines", MIDDLE), actor=actor, **HOW, **given)


def merge(actor: User, kept: Site, *others: Site, agreed: str = "") -> Reshape:
    seen = {one.pk: seen_of(one) for one in (kept, *others)}
    return merge_parcels(kept, others, seen=seen, agreed=agreed, actor=actor, **HOW)


# --- drawing


def test_a_drawn_boundary_gives_place_and_area_and_is_on_record(cast: Cast) -> None:
    site = make.site(cast.zone, "示例甲", kind="land")
    save_boundary(
        site, boundary_of(box(0, 0, 100, 100)), seen=seen_of(site), agreed="", actor=cast.office, **HOW
    )
    saved = _site(site.pk)
    assert saved.area_total_m2 == pytest.approx(Decimal("10080"), abs=Decimal(30))
    assert shapely.intersects_xy(shape_of(saved.boundary), saved.lon, saved.lat)
    assert {change["field"] for change in Entry.objects.get(record_id=site.pk).changes} >= {
        "boundary",
        "area_total_m2",
    }


def test_holes_and_several_parts_stay(cast: Cast) -> None:
    shape = shapely.MultiPolygon(
        [shapely.difference(box(0, 0, 100, 100), box(20, 20, 40, 40)), box(200, 0, 250, 50)]
    )
    site = make.site(cast.zone, "示例甲", kind="land")
    save_boundary(site, boundary_of(shape), seen=seen_of(site), agreed="", actor=cast.office, **HOW)
    assert shapely.equals(shape_of(_site(site.pk).boundary), shape_of(boundary_of(shape)))


def test_what_the_checks_say_must_be_agreed_to_as_it_is_said(cast: Cast) -> None:
    cast.zone.boundary = boundary_of(box(-500, -500, 500, 500))
    cast.zone.save()
    actor = User.objects.get(pk=cast.office.pk)
    parcel("邻", 90, 0, 200, 100, zone=cast.zone)
    site = make.site(cast.zone, "示例甲", kind="land", area_total_m2=Decimal(5000))

    def save(shape: Any, agreed: str = "") -> None:
        save_boundary(site, boundary_of(shape), seen=seen_of(site), agreed=agreed, actor=actor, **HOW)

    with pytest.raises(Unconfirmed) as said:
        save(box(0, 0, 100, 600))
    assert {one.code for one in said.value.checked.findings} == {
        "boundary_area_differs", "boundary_overlaps", "boundary_partly_outside",
    }  # fmt: skip
    # Agreed to another shape: it is asked again.
    with pytest.raises(Unconfirmed):
        save(box(0, 0, 110, 600), said.value.checked.mark)
    assert _site(site.pk).boundary is None
    save(box(0, 0, 100, 600), said.value.checked.mark)
    assert _site(site.pk).area_total_m2 == 5000


def test_a_boundary_that_crosses_itself_is_refused_whatever_was_agreed_to(cast: Cast) -> None:
    bow = {
        "type": "Polygon",
        "coordinates": [[[116.6, 35.4], [116.61, 35.41], [116.61, 35.4], [116.6, 35.41], [116.6, 35.4]]],
    }
    site = make.site(cast.zone, "示例甲", kind="land")
    with pytest.raises(Unconfirmed) as said:
        save_boundary(site, bow, seen=seen_of(site), agreed="", actor=cast.office, **HOW)
    assert [one.code for one in said.value.checked.refused] == ["boundary_crosses_itself"]
    with pytest.raises(Unconfirmed):
        save_boundary(site, bow, seen=seen_of(site), agreed=said.value.checked.mark, actor=cast.office, **HOW)


def test_who_was_quicker_is_not_overwritten_and_who_may_not_writes_nothing(cast: Cast) -> None:
    site = make.site(cast.zone, "示例甲", kind="land")
    old = seen_of(site)
    save_sites([Draft(site, {"note": "示例"})], actor=cast.office, now=make.NOW + timedelta(1), via=make.VIA)
    shape = boundary_of(box(0, 0, 100, 100))
    with pytest.raises(Refused) as refused:
        save_boundary(site, shape, seen=old, agreed="", actor=cast.office, **HOW)
    assert codes(refused) == {"parcel_changed"}
    with pytest.raises(Refused):  # another zone's carrier does not exist for him
        save_boundary(site, shape, seen=seen_of(site), agreed="", actor=cast.outsider, **HOW)
    for person in cast.who_may_not("write sites"):
        with pytest.raises(NotAllowed):
            save_boundary(site, shape, seen=seen_of(site), agreed="", actor=person, **HOW)


def test_the_drawn_area_can_be_taken_and_what_was_all_free_stays_so(cast: Cast) -> None:
    site = make.site(cast.zone, "示例甲", kind="land", area_total_m2=Decimal(5), area_free_m2=Decimal(5))
    save_boundary(
        site,
        boundary_of(box(0, 0, 100, 100)),
        seen=seen_of(site),
        agreed="",
        take_area=True,
        actor=cast.office,
        **HOW,
    )
    saved = _site(site.pk)
    assert saved.area_total_m2 == saved.area_free_m2 != 5


def test_a_removed_parcel_does_not_come_back_onto_ground_drawn_since(cast: Cast) -> None:
    old, beside = parcel("旧", 0, 0, 100, 100), parcel("旁", 95, 0, 200, 100)
    later = make.NOW + timedelta(1)
    remove_site(old, actor=cast.office, **HOW)
    restore_site(_site(old.pk), actor=cast.office, **HOW)  # what lay over it before is no news
    remove_site(_site(old.pk), actor=cast.office, **HOW)
    new = Site(zone=cast.zone)
    draft = Draft(new, {"name": "示例新", "kind": "land", "boundary": boundary_of(box(10, 10, 90, 90))})
    save_drawn(draft, agreed="", actor=cast.office, now=later, via=make.VIA)
    with pytest.raises(Refused) as refused:
        restore_site(_site(old.pk), actor=cast.office, **HOW)
    assert codes(refused) == {"boundary_overlaps_now"}
    assert "示例新" in refused.value.problems[0][0].message()
    assert beside.name not in refused.value.problems[0][0].message()


# --- splitting


def test_a_split_divides_areas_and_inherits_the_rest(cast: Cast) -> None:
    site = parcel("甲", 0, 0, 80, 100, area_free_m2=Decimal(1000), zoning="工业", note="示例")
    done = split(cast.office, site)
    kept, part = _site(site.pk), _site(done.parts.get().site_id)
    assert (part.name, part.code, part.zoning, part.note) == (
        "示例新",
        "新-1",
        "工业",
        "示例",
    )
    assert kept.area_total_m2 + part.area_total_m2 == site.area_total_m2
    assert kept.area_free_m2 + part.area_free_m2 == 1000
    assert kept.area_free_m2 == pytest.approx(Decimal(625), abs=1)
    assert shapely.equals(shape_of(kept.boundary).union(shape_of(part.boundary)), shape_of(site.boundary))
    for one in (kept, part):
        assert shapely.intersects_xy(shape_of(one.boundary), one.lon, one.lat)
    why = {entry.record_id: entry.why for entry in Entry.objects.all()}
    assert f"/sites/{site.pk}/" in why[part.pk] and "2" in why[site.pk]


def test_a_split_is_undone_and_the_parcel_is_what_it_was(cast: Cast) -> None:
    site = parcel("甲", 0, 0, 80, 100)
    done = split(cast.office, site)
    save_sites([Draft(_site(site.pk), {"note": "之后"})], actor=cast.office, **HOW)
    undo_reshape(done, actor=cast.office, **HOW)
    back = _site(site.pk)
    assert (back.boundary, back.area_total_m2, back.area_free_m2) == (
        site.boundary,
        site.area_total_m2,
        site.area_free_m2,
    )
    assert back.note == "之后"
    assert [one.pk for one in sites_for(cast.office)] == [site.pk]
    with pytest.raises(Refused) as refused:
        undo_reshape(done, actor=cast.office, **HOW)
    assert codes(refused) == {"reshape_undone"}


def test_a_split_whose_pieces_changed_since_is_not_undone(cast: Cast) -> None:
    site = parcel("甲", 0, 0, 80, 100)
    done = split(cast.office, site)
    part = done.parts.get().site
    held = {"status": "held", "held_until": make.TODAY, "held_for": "示例项目"}
    save_sites([Draft(part, held)], actor=cast.office, **HOW)
    with pytest.raises(Refused) as refused:
        undo_reshape(done, actor=cast.office, **HOW)
    assert codes(refused) == {"reshape_changed"}
    save_sites([Draft(part, {"status": "free"})], actor=cast.office, **HOW)
    undo_reshape(done, actor=cast.office, **HOW)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"status": "held", "held_until": make.TODAY + timedelta(9000)}, "split_held"),
        ({"status": "taken"}, "split_taken"),
        ({"boundary": None}, "parcel_undrawn"),
        ({"area_smallest_m2": Decimal(7000)}, "cut_smallest"),
        ({"lines": [line((50, -10), (50, 50))]}, "cut_misses"),
        ({"lines": [line((0.001, -10), (0.001, 110))]}, "cut_sliver"),
        ({"lines": [line((x, -10), (x, 110)) for x in range(1, 80)]}, "cut_many"),
    ],
)
def test_what_cannot_be_split_says_why(cast: Cast, values: dict[str, Any], code: str) -> None:
    lines = values.pop("lines", MIDDLE)
    site = known(parcel("甲", 0, 0, 100, 100, **values))
    with pytest.raises(Refused) as refused:
        split_plan(site, lines)
    assert codes(refused) == {code}
    assert "%(" not in refused.value.problems[0][0].message()


def test_a_lapsed_hold_does_not_stand_in_the_way_and_does_not_go_along(cast: Cast) -> None:
    site = parcel(
        "甲", 0, 0, 80, 100, status="held", held_for="示例", held_until=make.TODAY - timedelta(5000)
    )
    done = split(cast.office, site)
    assert done.parts.get().site.status == "free"
    assert done.parts.get().site.held_for == ""


def test_a_number_that_is_taken_refuses_the_piece_and_nothing_is_saved(cast: Cast) -> None:
    site = parcel("甲", 0, 0, 80, 100)
    parcel("新-1", 500, 0, 600, 100)
    with pytest.raises(Refused) as refused:
        split(cast.office, site)
    assert list(refused.value.problems) == [1]
    assert codes(refused) == {"code_taken"}
    assert _site(site.pk).boundary == site.boundary
    assert not Reshape.objects.exists()


def test_who_may_split_merge_and_undo(cast: Cast) -> None:
    site, other = parcel("甲", 0, 0, 80, 100), parcel("乙", 80, 0, 160, 100)
    for person in cast.who_may_not("write sites"):
        with pytest.raises(NotAllowed):
            split(person, site)
        with pytest.raises(NotAllowed):
            merge(person, site, other)
    with pytest.raises(Refused) as refused:
        split(cast.outsider, site)
    assert codes(refused) == {"parcel_gone"}
    with pytest.raises(Refused) as refused:
        merge(cast.outsider, site, other)
    assert codes(refused) == {"parcel_gone"}
    done = split(cast.office, site)
    for person in (*cast.who_may_not("write sites"), cast.outsider):
        with pytest.raises(NotAllowed):
            undo_reshape(done, actor=person, **HOW)


# --- merging


def test_merged_parcels_are_one_with_the_areas_of_all(cast: Cast, client_of: ClientOf) -> None:
    one, two, three = (parcel(name, at * 80, 0, at * 80 + 80, 100) for at, name in enumerate("甲乙丙"))
    done = merge(cast.office, two, one, three)
    kept = _site(two.pk)
    assert kept.area_total_m2 == one.area_total_m2 + two.area_total_m2 + three.area_total_m2
    assert shapely.symmetric_difference(shape_of(kept.boundary), box(0, 0, 240, 100)).area < 1e-12
    assert [site.pk for site in sites_for(cast.office)] == [two.pk]
    assert f"/sites/{two.pk}/" in Entry.objects.get(record_id=one.pk).why
    # Whoever has the old address is led on.
    assert parcel_merged_into(cast.office, one.pk) == kept
    assert parcel_merged_into(cast.outsider, one.pk) is None
    answer = client_of(cast.office).get(reverse("sites:site-detail", args=[one.pk]))
    assert answer.headers["Location"] == reverse("sites:site-detail", args=[two.pk])
    undo_reshape(done, actor=cast.office, **HOW)
    for site in (one, two, three):
        back = _site(site.pk)
        assert (back.boundary, back.area_total_m2, back.removed_at) == (
            site.boundary,
            site.area_total_m2,
            None,
        )
    assert parcel_merged_into(cast.office, one.pk) is None


def test_a_split_merged_again_is_the_parcel_it_was(cast: Cast) -> None:
    site = parcel("甲", 0, 0, 80, 100)
    part: Any = split(cast.office, site).parts.get().site
    merge(cast.office, _site(site.pk), part)
    again = _site(site.pk)
    assert again.area_total_m2 == site.area_total_m2
    assert shapely.equals(shape_of(again.boundary), shape_of(site.boundary))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"where": (200, 0, 300, 100)}, "merge_apart"),
        ({"where": (100, 100, 200, 200)}, "merge_apart"),
        ({"kind": "factory"}, "merge_kinds"),
        ({"status": "taken"}, "merge_holds"),
        ({"status": "held", "held_for": "示例", "held_until": make.TODAY + timedelta(9000)}, "merge_holds"),
        ({"boundary": None}, "parcel_undrawn"),
    ],
)
def test_what_cannot_be_merged_says_why(cast: Cast, values: dict[str, Any], code: str) -> None:
    where = values.pop("where", (100, 0, 200, 100))
    one = known(parcel("甲", 0, 0, 100, 100))
    other = known(parcel("乙", *where, **values))
    with pytest.raises(Refused) as refused:
        merged_plan(one, [other], user=cast.office)
    assert codes(refused) == {code}
    with pytest.raises(Refused):
        merged_plan(one, [], user=cast.office)
    assert "%(" not in refused.value.problems[0][0].message()


def test_parcels_held_alike_are_merged_and_stay_held(cast: Cast) -> None:
    held: Any = {"status": "held", "held_for": "示例", "held_until": make.TODAY + timedelta(9000)}
    one, other = parcel("甲", 0, 0, 100, 100, **held), parcel("乙", 100, 0, 200, 100, **held)
    merge(cast.office, one, other)
    assert _site(one.pk).held_for == "示例"


def test_parcels_that_overlap_are_merged_once_that_was_agreed_to(cast: Cast) -> None:
    one, other = known(parcel("甲", 0, 0, 100, 100)), known(parcel("乙", 80, 0, 200, 100))
    plan = merged_plan(one, [other], user=cast.office)
    assert [finding.code for finding in plan.checked.findings] == ["boundary_area_differs"]
    with pytest.raises(Unconfirmed):
        merge(cast.office, one, other)
    assert Site.objects.filter(removed_at=None).count() == 2
    merge(cast.office, one, other, agreed=plan.checked.mark)


# --- two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_draw_on_the_same_ground_one_is_told() -> None:
    office = make.user("office")
    zone = office.zone

    def draw(number: int) -> None:
        shape = boundary_of(box(number * 10, 0, number * 10 + 100, 100))
        draft = Draft(Site(zone=zone), {"name": f"示例{number}", "kind": "land", "boundary": shape})
        try:
            save_drawn(draft, agreed="", actor=office, **HOW)
        except Unconfirmed as said:
            raise Refused({0: [Problem(said.checked.findings[0].code)]}) from said

    assert at_once(draw) == ["boundary_overlaps", "done"]
    assert Site.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_split_one_parcel_at_once_one_is_told() -> None:
    office = make.user("office")
    site = parcel("甲", 0, 0, 80, 100)
    assert at_once(lambda number: split(office, site, named={1: (f"示例{number}", "")})) == [
        "done",
        "parcel_changed",
    ]
    assert Site.objects.filter(removed_at=None).count() == 2
