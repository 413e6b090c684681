"""Merging two companies: what wins, what moves, what is found, who may, and what the other learns."""

from typing import Any

import pytest

from sanku.audit.models import Chain
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.common.problems import Refused
from sanku.common.search import matching
from sanku.companies.models import Company, Duplicate, Shareholder
from sanku.companies.operations import save_companies
from sanku.companies.queries import companies_for, similar_companies, survivor_of
from sanku.library.models import CustomField, Tag
from sanku.library.operations.fields import save_field
from sanku.library.operations.tags import save_tag
from sanku.library.specs import Reader
from sanku.merging.operations import merge_companies, unmerge_companies
from sanku.merging.page import merge_page
from sanku.merging.queries import merge_preview
from sanku.projects.models import Project
from tests import make
from tests.cast import Cast


def here(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "now": make.NOW, "via": make.VIA}


def enter(cast: Cast, **values: Any) -> Company:
    draft = Draft(Company(zone=cast.zone), values)
    save_companies([draft], **here(cast.office))
    return draft.record


def pair(
    cast: Cast, first: dict[str, Any] | None = None, second: dict[str, Any] | None = None
) -> list[Company]:
    return [
        enter(cast, **{"name": "示例甲机械有限公司", **(first or {})}),
        enter(cast, **{"name": "示例甲机械股份有限公司", **(second or {})}),
    ]


def refused(what: Any, *args: Any, **values: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        what(*args, **values)
    assert all(problem.message() for problem in caught.value.problems[0])
    return [problem.code for problem in caught.value.problems[0]]


def test_the_one_record_has_what_either_knew(cast: Cast) -> None:
    code, other = make.uscc(), make.uscc()
    keep, merge = pair(
        cast,
        {"city": "济宁", "honours": ["listed"], "note": "甲记"},
        {
            "uscc": code,
            "short_name": "示甲",
            "honours": ["unicorn"],
            "address": "示例路",
            "note": "乙记",
            "is_key": True,
        },
    )
    merge_companies(keep, merge, **here(cast.office))
    kept = Company.objects.get(pk=keep.pk)
    assert (kept.name, kept.short_name, kept.uscc) == ("示例甲机械股份有限公司", "示甲", code)
    assert (kept.city, kept.address, kept.is_key) == ("济宁", "示例路", True)
    assert (kept.honours, kept.note) == (["listed", "unicorn"], "甲记\n乙记")
    assert kept.former_names == "示例甲机械有限公司"
    gone = Company.objects.get(pk=merge.pk)
    assert (gone.merged_into, gone.removed_at, gone.uscc) == (kept, make.NOW, code)
    assert survivor_of(cast.rival, gone.pk) == kept
    assert survivor_of(cast.outsider, gone.pk) is None
    assert not companies_for(cast.office, removed=True).exists()
    for word in ("机械有限", "机械股份", code, "示甲"):
        assert list(matching(companies_for(cast.office), word)) == [kept], word
    assert other not in kept.search_text
    assert verify_chain(Chain.objects.get(zone=cast.zone)) is None


def test_a_person_chooses_otherwise_and_the_code_that_lost_still_leads_there(cast: Cast) -> None:
    first, second = make.uscc(), make.uscc()
    keep, merge = pair(cast, {"uscc": first, "city": "济宁"}, {"uscc": second, "city": "曲阜"})
    preview = merge_preview(cast.office, keep, merge)
    assert [note.code for note in preview.notes] == ["merge_two_codes"]
    assert preview.choices["city"] == "keep"
    choices = {**preview.choices, "uscc": "merge", "city": "merge"}
    merge_companies(keep, merge, choices=choices, seen=preview.seen, **here(cast.office))
    kept = Company.objects.get(pk=keep.pk)
    assert (kept.uscc, kept.city) == (second, "曲阜")
    for code in (first, second):
        assert [one.pk for one, _why, _held in similar_companies(cast.office, "别的", code)] == [kept.pk]
        assert list(matching(companies_for(cast.office), code)) == [kept]
    draft = Draft(Company(zone=cast.zone), {"name": "另一家", "uscc": first})
    assert refused(save_companies, [draft], **here(cast.office)) == ["code_merged"]
    save_companies([Draft(kept, {"uscc": first})], **here(cast.office))
    assert refused(merge_companies, keep, merge, choices={"city": "merge"}, **here(cast.office)) == [
        "merged_already"
    ]


def test_undone_at_once_everything_is_as_it_was(cast: Cast) -> None:
    keep, merge = pair(cast, {"city": "济宁"}, {"uscc": make.uscc(), "city": "曲阜"})
    contact = make.contact(merge, cast.department)
    project = make.project(cast.zone, investor=merge)
    target = make.target(company=merge, department=cast.department)
    child = make.company(cast.zone, parent=merge)
    holding = Shareholder.objects.create(company=child, name="示例", holder=merge)
    done = merge_companies(keep, merge, **here(cast.office))
    for row, name in (
        (contact, "company"),
        (project, "investor"),
        (target, "company"),
        (child, "parent"),
        (holding, "holder"),
    ):
        row.refresh_from_db()
        assert getattr(row, name) == keep, name
    assert list(matching(Project.objects.all(), "示例甲机械股份")) == [project]
    assert unmerge_companies(done, **here(cast.office)) == []
    for row, name in (
        (contact, "company"),
        (project, "investor"),
        (target, "company"),
        (child, "parent"),
        (holding, "holder"),
    ):
        row.refresh_from_db()
        assert getattr(row, name) == merge, name
    back, kept = Company.objects.get(pk=merge.pk), Company.objects.get(pk=keep.pk)
    assert (back.removed_at, back.merged_into, back.city) == (None, None, "曲阜")
    assert (kept.name, kept.uscc, kept.city, kept.former_names) == ("示例甲机械有限公司", "", "济宁", "")
    assert refused(unmerge_companies, done, **here(cast.office)) == ["merge_undone"]
    assert Duplicate.objects.filter(rests=False).count() == 1


def test_a_pair_that_the_merge_dropped_comes_back_as_it_was(cast: Cast) -> None:
    """The survivor takes the other's former names, by which it is like nobody; the undo gives it its own again."""
    enter(cast, name="示例丙轴承有限公司")
    keep = enter(cast, name="示例甲机械有限公司", former_names="示例丙轴承厂\n示例丙轴承公司")
    merge = enter(cast, name="示例乙电子有限公司", former_names="示例丁电子公司")
    before = list(Duplicate.objects.values())
    assert len(before) == 1
    done = merge_companies(keep, merge, choices={"former_names": "merge"}, **here(cast.office))
    assert not Duplicate.objects.exists()
    assert unmerge_companies(done, **here(cast.office)) == []
    assert list(Duplicate.objects.values()) == before


def test_a_place_is_taken_whole(cast: Cast) -> None:
    keep, merge = pair(
        cast,
        {"province": "山东", "city": "济宁", "region_code": "370800"},
        {"province": "浙江", "address": "示例路"},
    )
    fields = {field.name: field.side for field in merge_preview(cast.office, keep, merge).fields}
    assert {fields[name] for name in ("province", "city", "region_code", "address")} == {"keep"}
    merge_companies(keep, merge, choices={"address": "merge"}, **here(cast.office))
    kept = Company.objects.get(pk=keep.pk)
    assert (kept.city, kept.region_code, kept.address) == ("济宁", "370800", "示例路")


def test_tags_and_fields_of_the_zone_are_shown_by_their_names(cast: Cast) -> None:
    tag, field = Tag(zone=cast.zone), CustomField(zone=cast.zone)
    save_tag(tag, {"name": "示例标签", "hue": "c1", "library": ""}, **here(cast.office))
    of_field = {
        "library": "companies",
        "label": "示例等级",
        "kind": "choice",
        "help": "",
        "unit": "",
        "decimals": 0,
    }
    choices = [{"code": "c1", "label": "<甲>", "is_open": True}]
    beside = {"choices": choices, "synonyms": "", "is_required": False, "section": "", "position": 0}
    save_field(field, of_field | beside, **here(cast.office))
    keep, merge = pair(cast, {}, {"tags": [str(tag.pk)], "custom": {field.key: "c1"}})
    page = merge_page(merge_preview(cast.office, keep, merge), Reader(cast.office, make.TODAY), given={})
    shown = {row["name"]: str(row["options"][1]["shown"]) for row in page["rows"]}
    assert (shown["tags"], shown["custom"]) == ("<p>示例标签</p>", "<p>示例等级 &lt;甲&gt;</p>")
