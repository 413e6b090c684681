"""Tags and the fields that a zone adds: kept, shown, filtered by, merged, removed and brought back."""

import json
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Refused
from sanku.common.values import values_by_zone
from sanku.companies.operations import save_companies
from sanku.config.backup.reading import _index_values
from sanku.library.models import CustomField, Tag
from sanku.library.operations import fields, tags
from sanku.library.operations.exports import order_export
from sanku.library.rules import Definition, merged_values, new_key, roots, value_problem
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

HERE: dict[str, Any] = {"now": make.NOW, "via": make.VIA}


def tag(cast: Cast, name: str, **values: Any) -> Tag:
    made = Tag(zone=cast.zone)
    tags.save_tag(made, {"name": name, "hue": "c1", "library": "", **values}, actor=cast.office, **HERE)
    return made


def added(cast: Cast, label: str, kind: str = "text", **values: Any) -> CustomField:
    made = CustomField(zone=cast.zone)
    given = {
        "library": "companies", "label": label, "kind": kind, "help": "", "unit": "", "decimals": 0, "choices": [],
        "synonyms": "", "is_required": False, "section": "", "position": 0, **values,
    }  # fmt: skip
    fields.save_field(made, given, actor=cast.office, **HERE)
    return made


def names(cast: Cast, client_of: ClientOf, query: str) -> str:
    return client_of(cast.office).get(f"{reverse('companies:company-list')}?{query}").content.decode()


# --- tags


def test_a_record_is_tagged_in_place_and_the_list_shows_and_filters_it(
    cast: Cast, client_of: ClientOf
) -> None:
    one, other = make.company(cast.zone, "示例甲公司"), make.company(cast.zone, "示例乙公司")
    client = client_of(cast.promotion)
    answer = client.post(reverse("companies:company-tags", args=[one.pk]), {"new": "重点走访，外资"})
    assert answer.status_code == 200 and "重点走访" in answer.content.decode()
    one.refresh_from_db()
    assert len(one.tags) == 2
    chosen = Tag.objects.get(name="重点走访")
    page = names(cast, client_of, f"tag={chosen.pk}")
    assert "示例甲公司" in page and "示例乙公司" not in page
    assert f'<span class="tag {chosen.hue}">重点走访</span>' in page
    timeline = client.get(reverse("companies:company-detail", args=[one.pk])).content.decode()
    assert "重点走访" in timeline
    client.post(reverse("companies:company-tags", args=[one.pk]), {"tag": [chosen.pk]})
    one.refresh_from_db()
    assert one.tags == [str(chosen.pk)]
    assert other.tags == []


def test_tags_are_renamed_merged_separated_removed_and_restored_on_all_records(
    cast: Cast, client_of: ClientOf
) -> None:
    first, second = tag(cast, "走访"), tag(cast, "拜访")
    make.company(cast.zone, "示例甲公司", tags=[str(first.pk)])
    make.company(cast.zone, "示例乙公司", tags=[str(second.pk)])
    tags.merge_tag(first, second, actor=cast.office, **HERE)
    page = names(cast, client_of, f"tag={second.pk}")
    assert "示例甲公司" in page and "示例乙公司" in page and ">走访<" not in page
    first.refresh_from_db()
    tags.separate_tag(first, actor=cast.office, **HERE)
    page = names(cast, client_of, f"tag={second.pk}")
    assert "示例甲公司" not in page and "示例乙公司" in page
    tags.save_tag(second, {"name": "上门"}, actor=cast.office, **HERE)
    assert ">上门<" in names(cast, client_of, "") and ">拜访<" not in names(cast, client_of, "")
    tags.remove_tag(second, actor=cast.office, **HERE)
    assert ">上门<" not in names(cast, client_of, "")
    tags.restore_tag(second, actor=cast.office, **HERE)
    assert ">上门<" in names(cast, client_of, "")


def test_tags_of_one_name_of_another_zone_and_without_right_are_refused(
    cast: Cast, client_of: ClientOf
) -> None:
    mine = tag(cast, "走访")
    with pytest.raises(Refused) as refused:
        tag(cast, "走访")
    assert refused.value.problems[0][0].code == "tag_taken"
    with pytest.raises(Refused):
        tag(cast, "甲、乙")
    with pytest.raises(NotAllowed):
        tags.save_tag(mine, {"name": "别名"}, actor=cast.promotion, **HERE)
    foreign = Tag(zone=cast.other_zone)
    tags.save_tag(foreign, {"name": "外区", "hue": "c1", "library": ""}, actor=cast.outsider, **HERE)
    company = make.company(cast.zone)
    with pytest.raises(Refused) as refused:
        save_companies([Draft(company, {"tags": [str(foreign.pk)]})], actor=cast.office, **HERE)
    assert refused.value.problems[0][0].code == "tag_unknown"
    assert client_of(cast.office).get(reverse("library:tag-edit", args=[foreign.pk])).status_code == 404


@given(st.lists(st.sampled_from("abcdef"), min_size=0, max_size=12))
def test_merged_tags_lead_to_one_that_was_not_merged(order: list[str]) -> None:
    merged: dict[str, str | None] = dict.fromkeys("abcdef")
    for one, into in pairwise(order):
        if one != into and roots(merged)[into] != one and merged[one] is None:
            merged[one] = roots(merged)[into]
    found = roots(merged)
    assert all(merged[root] is None for root in found.values())


# --- fields


def test_a_field_is_asked_for_shown_filtered_chosen_and_told_in_the_timeline(
    cast: Cast, client_of: ClientOf
) -> None:
    weight = added(cast, "年产能", "number", unit="吨", decimals=1, section="business")
    grade = added(cast, "评级", "choice", choices=[{"code": "c1", "label": "优", "is_open": True}])
    client = client_of(cast.office)
    page = client.get(reverse("companies:company-create")).content.decode()
    assert "年产能" in page and "评级" in page
    company, other = make.company(cast.zone, "示例甲公司"), make.company(cast.zone, "示例乙公司")
    url = reverse("companies:company-section-edit", args=[company.pk, "business"])
    form = {
        "registered_capital_unit": "10000",
        "registered_capital_currency": "CNY",
        f"custom-{weight.key}": "1,200.5",
    }
    assert client.post(url, form).status_code == 200
    company.refresh_from_db()
    assert company.custom == {weight.key: 1200.5}
    save_companies([Draft(other, {"custom": {weight.key: 3, grade.key: "c1"}})], actor=cast.office, **HERE)
    page = client.get(reverse("companies:company-detail", args=[company.pk])).content.decode()
    assert page.count("1,200.5") >= 2  # in the section and in the timeline
    listed = names(cast, client_of, f"custom-{weight.key}_min=1000")
    assert "示例甲公司" in listed and "示例乙公司" not in listed
    listed = names(
        cast, client_of, f"custom-{grade.key}=c1&column=custom-{weight.key}&column=custom-{grade.key}"
    )
    assert "示例乙公司" in listed and "示例甲公司" not in listed and "优" in listed


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("number", "12", "number_shape"),
        ("number", True, "number_shape"),
        ("number", 10**15, "amount_too_large"),
        ("date", "2026-02-30", "date_impossible"),
        ("flag", "yes", "yes_or_no"),
        ("link", "javascript:alert(1)", "link_shape"),
        ("text", "字" * 201, "too_long"),
        ("text", "a\x00b", "text_unreadable"),
        ("choice", "c9", "choice_unknown"),
        ("codes", ["c1", "c9"], "choice_unknown"),
        ("codes", "c1", "choice_unknown"),
    ],
)
def test_a_value_of_another_shape_is_refused(cast: Cast, kind: str, value: Any, code: str) -> None:
    choices = [{"code": "c1", "label": "甲", "is_open": True}]
    field = added(cast, "某项", kind, choices=choices if kind in ("choice", "codes") else [])
    with pytest.raises(Refused) as refused:
        save_companies(
            [Draft(make.company(cast.zone), {"custom": {field.key: value}})], actor=cast.office, **HERE
        )
    problem = refused.value.problems[0][0]
    assert (problem.code, problem.field) == (code, f"custom-{field.key}")
    assert problem.message()


@example(float("nan"))
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())))
def test_what_the_rules_take_fits_into_json_and_comes_back(value: Any) -> None:
    for kind in ("text", "long", "number", "money", "date", "flag", "choice", "codes", "link"):
        field = Definition("k", kind, choices={"a": "甲"}, open_choices=frozenset("a"))
        if value is not None and value_problem(field, value) is None:
            assert json.loads(json.dumps(value, allow_nan=False)) == value


@given(st.text(), st.sets(st.sampled_from(["field", "a", "ab", "tags", "a2"])))
def test_a_new_key_is_plain_and_new(stem: str, taken: set[str]) -> None:
    key = new_key(stem, taken)
    assert key not in taken and key.isascii() and key.isalnum() and key[0].isalpha()


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers()), st.dictionaries(st.sampled_from("abc"), st.none())
)
def test_none_takes_a_value_away(old: dict[str, int], away: dict[str, None]) -> None:
    assert merged_values(old, away) == {key: value for key, value in old.items() if key not in away}


def test_a_removed_field_keeps_its_values_and_a_used_choice_does_not_vanish(
    cast: Cast, client_of: ClientOf
) -> None:
    choices = [{"code": "c1", "label": "优", "is_open": True}, {"code": "c2", "label": "良", "is_open": True}]
    grade = added(cast, "评级", "choice", choices=choices)
    company = make.company(cast.zone, "示例甲公司", custom={grade.key: "c1"})
    fields.save_field(
        grade, {"choices": [{"code": "c3", "label": "中", "is_open": True}]}, actor=cast.office, **HERE
    )
    assert [(one["code"], one["is_open"]) for one in grade.choices] == [("c3", True), ("c1", False)]
    page = client_of(cast.office).get(reverse("companies:company-detail", args=[company.pk])).content.decode()
    assert "优" in page
    with pytest.raises(Refused) as refused:
        fields.save_field(grade, {"kind": "number"}, actor=cast.office, **HERE)
    assert refused.value.problems[0][0].code == "kind_in_use"
    grade.refresh_from_db()
    fields.remove_field(grade, actor=cast.office, **HERE)
    page = client_of(cast.office).get(reverse("companies:company-detail", args=[company.pk])).content.decode()
    assert "评级" not in page.split("timeline")[0]
    listed = names(cast, client_of, f"custom-{grade.key}=c1")
    assert "评级" in listed  # the address asks for a field that is gone: said, not passed over
    fields.restore_field(grade, actor=cast.office, **HERE)
    page = client_of(cast.office).get(reverse("companies:company-detail", args=[company.pk])).content.decode()
    assert "优" in page


def test_an_address_that_names_no_field_says_so(cast: Cast, client_of: ClientOf) -> None:
    assert "custom-nichts" in names(cast, client_of, "custom-nichts_min=3")


def test_the_field_pages_add_change_and_refuse(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.administrator)
    given = {"library": "sites", "label": "评级", "kind": "choice", "choices": "优\n良\n优"}
    assert client.post(reverse("library:field-add"), given).status_code == 302
    made = CustomField.objects.get()
    assert [one["label"] for one in made.choices] == ["优", "良"] and made.library == "sites"
    assert client.post(reverse("library:field-add"), given).status_code == 200
    again = {**given, "choices": "差", "choice-c1": "优秀", "choice-c2": ""}
    assert client.post(reverse("library:field-edit", args=[made.pk]), again).status_code == 302
    made.refresh_from_db()
    assert [(one["code"], one["label"]) for one in made.choices] == [("c1", "优秀"), ("c3", "差")]
    assert client_of(cast.promotion).get(reverse("library:field-list")).status_code == 404
    assert client.get(reverse("library:field-list")).status_code == 200


def test_a_field_is_not_called_as_one_that_every_zone_has(cast: Cast) -> None:
    for label in ("营业收入", " 名称 "):
        with pytest.raises(Refused) as refused:
            added(cast, label)
        assert [one.code for one in refused.value.problems[0]] == ["field_taken"]
    added(cast, "投资方", library="companies")  # a column of projects alone


def test_money_is_typed_with_its_unit_and_listed_in_ten_thousands(cast: Cast, client_of: ClientOf) -> None:
    cost = added(cast, "补贴", "money")
    company = make.company(cast.zone, "示例甲公司")
    url = reverse("companies:company-section-edit", args=[company.pk, "custom"])
    client_of(cast.office).post(url, {f"custom-{cost.key}": "350", f"custom-{cost.key}_unit": "10000"})
    company.refresh_from_db()
    assert Decimal(str(company.custom[cost.key])) == 3_500_000
    assert "示例甲公司" in names(cast, client_of, f"custom-{cost.key}_min=349&custom-{cost.key}_max=351")
    assert "示例甲公司" not in names(cast, client_of, f"custom-{cost.key}_min=351")


def test_the_ledger_knows_who_changed_a_field(cast: Cast) -> None:
    field = added(cast, "备案号")
    company = make.company(cast.zone)
    save_companies([Draft(company, {"custom": {field.key: "甲 1"}})], actor=cast.office, **HERE)
    entry = Entry.objects.filter(library="companies.company", record_id=company.pk).last()
    assert entry is not None and entry.changes == [{"field": "custom", "old": {}, "new": {field.key: "甲 1"}}]


def test_a_view_by_a_zones_own_field_is_exported_as_it_is_seen(cast: Cast) -> None:
    grade = added(cast, "备案号")
    make.company(cast.zone, "示例甲公司", custom={grade.key: "甲 1"})
    make.company(cast.zone, "示例乙公司")
    query, columns = f"custom-{grade.key}=甲", ["name", f"custom-{grade.key}"]
    export = order_export(
        "companies", query, columns, form="csv", actor=cast.office, now=make.NOW, via=make.VIA
    )
    assert export.rows_total == 1


def test_a_restored_record_is_found_by_its_values(cast: Cast, client_of: ClientOf) -> None:
    one = tag(cast, "走访")
    company = make.company(cast.zone, "示例甲公司", tags=[str(one.pk)])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM companies_company_values")
    assert "示例甲公司" not in names(cast, client_of, f"tag={one.pk}")
    _index_values(type(company))
    assert "示例甲公司" in names(cast, client_of, f"tag={one.pk}")


def test_values_keep_to_their_records_when_the_zone_is_put_before_them(cast: Cast) -> None:
    make.company(make.zone(), "示例乙公司", custom={"pj": "A", "df": 7})
    make.company(cast.zone, "示例甲公司", custom={"pj": "A"})
    connection.check_constraints()  # PostgreSQL changes no table that has references to check
    step = values_by_zone("companies_company")
    editor = connection.SchemaEditorClass(connection, atomic=False)

    def rows() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM companies_company_values ORDER BY key, text, id")
            return list(cursor.fetchall())

    before = rows()
    step.reverse_code(None, editor)
    assert rows() == [row[1:] for row in before]
    connection.check_constraints()
    step.code(None, editor)
    assert rows() == before and len(before) == 3
