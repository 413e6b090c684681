"""Undoing a merge after others have worked on what it made: each case has an end that is told."""

import re
from typing import Any

import pytest
from django.urls import reverse

from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed
from sanku.companies.models import Company, Contact, Duplicate, Shareholder, Target, Touch
from sanku.companies.operations import (
    decide_duplicate,
    remove_contact,
    remove_target,
    save_companies,
    save_contacts,
    save_targets,
    save_touches,
)
from sanku.companies.queries import duplicates_for, open_duplicates
from sanku.library.models import Attachment
from sanku.merging.operations import merge_companies, unmerge_companies
from sanku.merging.queries import merge_preview
from sanku.projects.operations import save_projects
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.merging.test_merging import enter, here, pair, refused


def codes(kept: Any) -> list[tuple[str, str]]:
    return [(one["label"], one["code"]) for one in kept]


def test_later_edits_stay_where_they_belong(cast: Cast) -> None:
    keep, merge = pair(
        cast,
        {"city": "济宁", "note": "甲记", "honours": ["listed"]},
        {"city": "曲阜", "note": "乙记", "address": "乙路"},
    )
    moved, removed = (make.contact(merge, cast.department, name=name) for name in ("示甲", "示乙"))
    done = merge_companies(keep, merge, choices={"city": "merge", "address": "merge"}, **here(cast.office))
    kept = Company.objects.get(pk=keep.pk)
    edits = {
        "address": "丙路",
        "note": f"{kept.note}\n丙记",
        "honours": ["listed", "unicorn"],
        "sector": "new_materials",
    }
    save_companies([Draft(kept, edits)], **here(cast.office))
    for contact in (moved, removed):
        contact.refresh_from_db()
    save_contacts([Draft(moved, {"phone": "13900000000"})], **here(cast.office))
    remove_contact(removed, **here(cast.office))
    fresh = make.contact(kept, cast.department, name="示丙")
    left = unmerge_companies(done, **here(cast.office))
    assert codes(left) == [("示例甲机械有限公司", "value_changed")] and left[0]["params"] == {
        "field": "address"
    }
    kept, back = Company.objects.get(pk=keep.pk), Company.objects.get(pk=merge.pk)
    assert (kept.city, kept.address, kept.note, kept.sector) == (
        "济宁",
        "丙路",
        "甲记\n丙记",
        "new_materials",
    )
    assert kept.honours == ["listed", "unicorn"]
    assert (back.city, back.address, back.note) == ("曲阜", "乙路", "乙记")
    for contact, company in ((moved, merge), (removed, merge), (fresh, keep)):
        contact.refresh_from_db()
        assert contact.company == company
    assert (moved.phone, removed.removed_at) == ("13900000000", make.NOW)


def test_a_project_that_went_to_another_investor_stays_there(cast: Cast, client_of: ClientOf) -> None:
    keep, merge = pair(cast)
    other = enter(cast, name="示例丙公司")
    project = make.project(cast.zone, "示例曌项目", investor=merge, department=cast.department)
    done = merge_companies(keep, merge, **here(cast.office))
    project.refresh_from_db()
    save_projects([Draft(project, {"investor": other})], **here(cast.office))
    page = client_of(cast.office).post(reverse("merging:merge-undo", args=[done.pk]), follow=True)
    assert "示例曌项目" in page.content.decode() and "已归到另一家企业" in page.content.decode()
    project.refresh_from_db()
    assert project.investor == other
    # Whoever may not see the project is not told of it.
    assert "示例曌项目" not in client_of(cast.rival).get(reverse("merging:merge-list")).content.decode()


def test_a_code_that_the_survivor_took_by_hand_is_not_given_back(cast: Cast) -> None:
    first, second = make.uscc(), make.uscc()
    keep, merge = pair(cast, {"uscc": first}, {"uscc": second})
    done = merge_companies(keep, merge, choices={"uscc": "keep"}, **here(cast.office))
    save_companies([Draft(Company.objects.get(pk=keep.pk), {"uscc": second})], **here(cast.office))
    assert codes(unmerge_companies(done, **here(cast.office))) == [("示例甲机械股份有限公司", "code_taken")]
    assert Company.objects.get(pk=keep.pk).uscc == second
    assert Company.objects.get(pk=merge.pk).uscc == ""


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merges_into_one_are_undone_in_either_order(order: tuple[int, int], cast: Cast) -> None:
    keep = enter(cast, name="示例甲公司")
    others = [
        enter(cast, name=f"示例{name}公司", city=city) for name, city in (("乙", "曲阜"), ("丙", "邹城"))
    ]
    merges = [merge_companies(keep, one, choices={"city": "merge"}, **here(cast.office)) for one in others]
    assert Company.objects.get(pk=keep.pk).city == "邹城"
    for place in order:
        assert unmerge_companies(merges[place], **here(cast.office)) == []
    kept = Company.objects.get(pk=keep.pk)
    assert (kept.city, kept.former_names, kept.merged_text, kept.other_codes) == ("", "", "", "")


def test_a_survivor_that_was_merged_on_comes_back_first(cast: Cast) -> None:
    first, second, third = (enter(cast, name=f"示例{name}公司") for name in "甲乙丙")
    contact = make.contact(first, cast.department)
    one = merge_companies(second, first, **here(cast.office))
    two = merge_companies(third, second, **here(cast.office))
    assert refused(unmerge_companies, one, **here(cast.office)) == ["merge_survivor_merged"]
    assert unmerge_companies(two, **here(cast.office)) == unmerge_companies(one, **here(cast.office)) == []
    contact.refresh_from_db()
    assert contact.company == first


# --- target clients


def follow(cast: Cast, company: Company, actor: Any, **values: Any) -> Target:
    draft = Draft(Target(zone=cast.zone), {"company": company, **values})
    save_targets([draft], **here(actor))
    return draft.record


def test_of_two_departments_the_office_decides_and_the_first_report_is_proposed(cast: Cast) -> None:
    keep, merge = pair(cast)
    later = follow(cast, keep, cast.rival, first_reported_at=make.NOW, reason="曌由")
    first = follow(cast, merge, cast.promotion, first_reported_at=make.NOW.replace(year=2025))
    assert refused(merge_companies, keep, merge, **here(cast.promotion)) == ["merge_two_departments"]
    preview = merge_preview(cast.office, keep, merge)
    (target,) = [field for field in preview.fields if field.name == "target"]
    assert (target.side, target.keep, target.merge) == ("merge", "示例新材料局", "示例装备局")
    done = merge_companies(keep, merge, **here(cast.office))
    first.refresh_from_db()
    later.refresh_from_db()
    assert (first.company, first.reason) == (keep, "")
    assert [one.pk for one in Target.objects.filter(removed_at=None)] == [first.pk]
    unmerge_companies(done, **here(cast.office))
    later.refresh_from_db()
    first.refresh_from_db()
    assert (later.company, first.company) == (keep, merge)
    assert Target.objects.filter(removed_at=None).count() == 2


def test_a_claim_that_was_taken_since_is_not_forced_back(cast: Cast) -> None:
    keep, merge = pair(cast)
    lost = follow(cast, keep, cast.rival)
    won = follow(cast, merge, cast.promotion)
    done = merge_companies(keep, merge, choices={"target": "merge"}, **here(cast.office))
    won.refresh_from_db()
    remove_target(won, **here(cast.office))
    again = follow(cast, Company.objects.get(pk=keep.pk), cast.promotion)
    assert (
        codes(unmerge_companies(done, **here(cast.office))) == []
    )  # the office does not see removed clients
    lost.refresh_from_db()
    assert (lost.removed_at, again.company) == (make.NOW, keep)
    done.refresh_from_db()
    assert [one["code"] for one in done.kept] == ["taken"]


def test_two_clients_of_one_department_become_one_with_all_touches(cast: Cast) -> None:
    keep, merge = pair(cast)
    first = follow(cast, keep, cast.promotion, facets=["talent"])
    second = follow(cast, merge, cast.promotion, reason="示由", facets=["new_high"])
    for company, count in ((keep, 1), (merge, 2)):
        for number in range(count):
            touch = Touch(zone=cast.zone, company=company)
            save_touches(
                [Draft(touch, {"on": make.TODAY, "content": f"{company.pk}第{number}次"})],
                **here(cast.promotion),
            )
    done = merge_companies(keep, merge, **here(cast.promotion))
    first.refresh_from_db()
    assert (first.touch_count, first.reason, first.facets) == (3, "示由", ["new_high", "talent"])
    touch = Touch(zone=cast.zone, company=Company.objects.get(pk=keep.pk))
    save_touches([Draft(touch, {"on": make.TODAY, "content": "合并后"})], **here(cast.promotion))
    unmerge_companies(done, **here(cast.promotion))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.touch_count, first.reason, first.facets) == (2, "", ["talent"])
    assert (second.touch_count, second.removed_at, second.company) == (2, None, merge)


def test_a_code_is_not_left_out_and_so_comes_back(cast: Cast) -> None:
    """Left out at the merge and replaced later, it would be nobody's after the undo."""
    code = make.uscc()
    for first, second, side in (({"uscc": code}, {}, "keep"), ({}, {"uscc": make.uscc()}, "merge")):
        keep, merge = pair(cast, first, second)
        (field,) = [one for one in merge_preview(cast.office, keep, merge).fields if one.name == "uscc"]
        assert field.sides == (side,) and field.side == side
        other = {"uscc": "merge" if side == "keep" else "keep"}
        assert refused(merge_companies, keep, merge, choices=other, **here(cast.office)) == ["choice_unknown"]
        done = merge_companies(keep, merge, **here(cast.office))
        assert Company.objects.get(pk=keep.pk).uscc
        unmerge_companies(done, **here(cast.office))
        assert [one.uscc for one in Company.objects.filter(pk__in=(keep.pk, merge.pk)).order_by("pk")] == [
            keep.uscc,
            merge.uscc,
        ]


# --- owners, doubles, files


def test_lists_of_owners_that_do_not_fit_together(cast: Cast) -> None:
    keep, merge = pair(cast)
    for company, share in ((keep, "0.7"), (merge, "0.6")):
        Shareholder.objects.create(company=company, name=f"示例{company.pk}", share=share)
    Shareholder.objects.create(company=keep, name="示例自持", holder=merge)
    (field,) = [one for one in merge_preview(cast.office, keep, merge).fields if one.name == "shareholders"]
    assert (field.side, field.sides) == ("keep", ("keep", "merge"))
    done = merge_companies(keep, merge, **here(cast.office))
    living = Shareholder.objects.filter(company=keep, removed_at=None).values_list("name", "holder_id")
    assert dict(living) == {f"示例{keep.pk}": None, "示例自持": None}
    assert Shareholder.objects.filter(company=keep).count() == 3
    unmerge_companies(done, **here(cast.office))
    assert Shareholder.objects.get(name="示例自持").holder == merge
    assert Shareholder.objects.filter(company=merge, removed_at=None).count() == 1


def test_what_both_have_stands_once_and_a_file_moves_along(cast: Cast) -> None:
    keep, merge = pair(cast)
    for company in (keep, merge):
        make.contact(company, cast.department, name="示某", phone="13900000000")
    values = {
        "kind": "pdf",
        "size_bytes": 1,
        "sha256": "0" * 64,
        "created_at": make.NOW,
        "updated_at": make.NOW,
    }
    file = Attachment.objects.create(
        zone=cast.zone,
        table="companies.company",
        record_id=merge.pk,
        name="示例.pdf",
        by=cast.office,
        **values,
    )
    done = merge_companies(keep, merge, **here(cast.office))
    file.refresh_from_db()
    assert file.record_id == keep.pk
    assert Contact.objects.filter(company=keep, removed_at=None).count() == 1
    unmerge_companies(done, **here(cast.office))
    file.refresh_from_db()
    assert file.record_id == merge.pk
    assert Contact.objects.filter(company=merge, removed_at=None).count() == 1


def test_neither_of_two_owns_itself_when_they_are_one(cast: Cast) -> None:
    keep, merge = pair(cast)
    for company, holder in ((keep, merge), (merge, keep)):
        Shareholder.objects.create(company=company, name=f"示例{holder.pk}", holder=holder)
    done = merge_companies(keep, merge, choices={"shareholders": "both"}, **here(cast.office))
    assert Shareholder.objects.filter(company=keep, holder=None).count() == 2
    unmerge_companies(done, **here(cast.office))
    back = {(one.company_id, one.holder_id) for one in Shareholder.objects.all()}
    assert back == {(keep.pk, merge.pk), (merge.pk, keep.pk)}


# --- not the same


def test_not_the_same_holds_for_whatever_it_is_merged_into(cast: Cast) -> None:
    first, second = pair(cast)
    third = enter(cast, name="示例甲机械集团有限公司")
    for one in Duplicate.objects.filter(second=third):
        decide_duplicate(one, state="different" if one.first_id == first.pk else "open", **here(cast.office))
    done = merge_companies(second, first, **here(cast.office))
    assert duplicates_for(cast.office, "different").count() == 1 and open_duplicates(cast.office, 9) == 0
    assert refused(merge_companies, second, third, **here(cast.office)) == ["merge_different"]
    save_companies(
        [Draft(Company.objects.get(pk=second.pk), {"short_name": "示例甲机械"})], **here(cast.office)
    )
    assert open_duplicates(cast.office, 9) == 0
    unmerge_companies(done, **here(cast.office))
    states = {(one.first_id, one.second_id): one.state for one in Duplicate.objects.all()}
    assert states == {
        (first.pk, second.pk): "open",
        (first.pk, third.pk): "different",
        (second.pk, third.pk): "open",
    }


def test_undone_as_not_the_same_it_is_not_asked_again_and_can_be_taken_back(
    cast: Cast, client_of: ClientOf
) -> None:
    keep, merge = pair(cast)
    done = merge_companies(keep, merge, **here(cast.office))
    client_of(cast.office).post(reverse("merging:merge-undo", args=[done.pk]), {"different": "1"})
    assert Duplicate.objects.get().state == "different"
    save_companies([Draft(Company.objects.get(pk=merge.pk), {"city": "曲阜"})], **here(cast.office))
    assert refused(merge_companies, keep, merge, **here(cast.office)) == ["merge_different"]
    decide_duplicate(Duplicate.objects.get(), state="open", **here(cast.office))
    assert merge_companies(keep, merge, **here(cast.office)).pk


# --- who may, and what he learns


def test_who_may_merge(cast: Cast) -> None:
    for person in cast.who_may("merge companies"):
        keep, merge = pair(cast)
        done = merge_companies(keep, merge, **here(person))
        unmerge_companies(done, **here(person))
        Company.objects.update(removed_at=make.NOW)
    keep, merge = pair(cast)
    done = merge_companies(keep, merge, **here(cast.office))
    for person in [*cast.who_may_not("merge companies"), cast.outsider]:
        for attempt in (
            lambda who: merge_companies(keep, merge, **here(who)),
            lambda who: unmerge_companies(done, **here(who)),
        ):
            with pytest.raises(NotAllowed):
                attempt(person)


def test_the_preview_tells_nothing_of_what_others_hold(cast: Cast, client_of: ClientOf) -> None:
    keep, merge = pair(cast)
    url = f"{reverse('merging:merge')}?keep={keep.pk}&merge={merge.pk}"
    client = client_of(cast.rival)
    empty = client.get(url).content.decode()
    contact = make.contact(merge, cast.department, name="示曌")
    touch = make.touch(merge, cast.department, content="曌谈")
    project = make.project(cast.zone, "示例曌项目", investor=merge, department=cast.department)
    for holder in (None, cast.department):
        Attachment.objects.create(
            zone=cast.zone,
            table="companies.company",
            record_id=merge.pk,
            department=holder,
            name="曌.pdf",
            by=cast.commander,
            kind="pdf",
            size_bytes=1,
            sha256="0" * 64,
            created_at=make.NOW,
            updated_at=make.NOW,
        )
    assert token(client.get(url).content.decode()) == token(empty)
    assert "一并转移，仍只由原部门查看" in empty
    told = client_of(cast.promotion).get(url).content.decode()
    assert "1 位联系人、1 条往来记录、1 个项目、1 个附件" in told
    merge_companies(keep, merge, **here(cast.rival))
    for row, name in ((contact, "company"), (touch, "company"), (project, "investor")):
        row.refresh_from_db()
        assert getattr(row, name) == keep
    page = client.get(reverse("companies:company-detail", args=[keep.pk])).content.decode()
    assert "曌" not in page
    held = Entry.objects.filter(library="companies.contact", record_id=contact.pk, action="merge").get()
    assert held.department == cast.department


def token(page: str) -> str:
    """Return a page without what differs at every request."""
    return re.sub(r'[A-Za-z0-9]{64}|nonce="[^"]*"', "", page)


def test_who_answers_for_one_of_them_gets_nothing_by_merging(cast: Cast) -> None:
    keep, merge = pair(cast)
    Company.objects.filter(pk=merge.pk).update(service_officer=cast.promotion)
    merge.refresh_from_db()
    make.contact(keep, cast.rival_department)
    assert refused(merge_companies, keep, merge, **here(cast.promotion)) == ["merge_answering"]
    merge_companies(keep, merge, **here(cast.office))
    assert Company.objects.get(pk=keep.pk).service_officer == cast.promotion


def test_the_timeline_of_the_survivor_tells_of_both(cast: Cast, client_of: ClientOf) -> None:
    keep, merge = pair(cast)
    client = client_of(cast.promotion)
    client.post(reverse("companies:company-note", args=[merge.pk]), {"text": "曌记"})
    done = merge_companies(keep, merge, **here(cast.office))
    url = reverse("companies:company-detail", args=[keep.pk])
    assert "曌记" in client.get(url).content.decode()
    assert "曌记" not in client_of(cast.rival).get(url).content.decode()
    unmerge_companies(done, **here(cast.office))
    assert "曌记" not in client.get(url).content.decode()
    assert "曌记" in client.get(reverse("companies:company-detail", args=[merge.pk])).content.decode()
