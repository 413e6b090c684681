"""Tags and a zone's own fields come in with a table: recognised by their names, judged, shown before, taken back."""

from typing import Any

import pytest
from django.urls import reverse

from sanku.audit.operations import Draft
from sanku.companies.models import Company, Target
from sanku.companies.operations import save_companies
from sanku.intake.models import Batch, BatchRow
from sanku.library.models import CustomField, Tag
from sanku.library.operations import fields, tags
from sanku.projects.models import Project
from sanku.sites.models import Site
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import book, bring_in, hand_in, save, take_back

HERE: dict[str, Any] = {"now": make.NOW, "via": make.VIA}
GRADES = [{"code": "a", "label": "优", "is_open": True}, {"code": "b", "label": "良、好", "is_open": True}]


def added(cast: Cast, label: str, kind: str = "text", **values: Any) -> CustomField:
    made = CustomField(zone=cast.zone)
    given = {
        "library": "companies", "label": label, "kind": kind, "help": "", "unit": "", "decimals": 0, "choices": [],
        "synonyms": "", "is_required": False, "section": "", "position": 0, **values,
    }  # fmt: skip
    fields.save_field(made, given, actor=cast.office, **HERE)
    return made


def tag(cast: Cast, name: str) -> Tag:
    made = Tag(zone=cast.zone)
    tags.save_tag(made, {"name": name, "hue": "c1", "library": ""}, actor=cast.office, **HERE)
    return made


def every_kind(cast: Cast, library: str = "companies") -> dict[str, CustomField]:
    return {
        "text": added(cast, "园内编号", library=library),
        "long": added(cast, "历史沿革", "long", library=library),
        "number": added(cast, "年用电量", "number", unit="万kWh", decimals=1, library=library),
        "money": added(cast, "扶持资金", "money", library=library),
        "date": added(cast, "入园日期", "date", library=library),
        "flag": added(cast, "是否上云", "flag", library=library, synonyms="上云\n云上企业"),
        "choice": added(cast, "亩均评价", "choice", choices=GRADES, library=library),
        "codes": added(cast, "服务事项", "codes", choices=GRADES, library=library),
        "link": added(cast, "官方网站", "link", library=library),
    }


HEAD = [
    "企业名称", "园内编号", "历史沿革", "年用电量（万kWh）", "扶持资金（万元）", "入园日期", "上云", "亩均评价", "服务事项",
    "官方网站", "标签",
]  # fmt: skip
ROW = [
    "示例甲机械有限公司", "007", "建于示例年\n迁入园区", "1,200.5", 30, "2021-03-04", "是", "优", "优、良、好",
    "https://example.com/a", "重点；外资",
]  # fmt: skip


def problems(batch: Batch) -> list[tuple[str, str]]:
    rows = BatchRow.objects.filter(batch=batch).order_by("pk")
    return [(problem["field"], problem["code"]) for row in rows for problem in row.problems]


def test_every_kind_of_field_is_recognised_read_shown_saved_and_taken_back(
    cast: Cast, client_of: ClientOf
) -> None:
    own = every_kind(cast)
    known = tag(cast, "外资")
    company = make.company(cast.zone, "示例甲机械有限公司")
    save_companies([Draft(company, {"custom": {own["text"].key: "001"}})], actor=cast.office, **HERE)
    batch = hand_in(cast.office, book([HEAD, ROW]))
    row = BatchRow.objects.get(batch=batch)
    assert (row.action, row.problems) == ("update", [])
    assert not Tag.objects.filter(name="重点").exists()
    client = client_of(cast.office)
    page = client.get(reverse("intake:batch-review", args=[batch.pk])).content.decode()
    for said in ("园内编号", "001", "007", "1,200.5", "重点（新标签）", "外资", "2021-03-04"):
        assert said in page, said
    columns = client.get(reverse("intake:batch-columns", args=[batch.pk])).content.decode()
    assert "自有字段 · 亩均评价" in columns
    batch = save(batch)
    company.refresh_from_db()
    assert company.custom == {
        own["text"].key: "007", own["long"].key: "建于示例年\n迁入园区", own["number"].key: 1200.5,
        own["money"].key: 300_000, own["date"].key: "2021-03-04", own["flag"].key: True, own["choice"].key: "a",
        own["codes"].key: ["a", "b"], own["link"].key: "https://example.com/a",
    }  # fmt: skip
    made = Tag.objects.get(name="重点")
    assert set(company.tags) == {str(known.pk), str(made.pk)}
    listed = client.get(f"{reverse('companies:company-list')}?tag={made.pk}&custom-{own['choice'].key}=a")
    assert "示例甲机械有限公司" in listed.content.decode()
    assert hand_in(cast.office, book([HEAD, ROW])).rows.get().action == "unchanged"
    take_back(batch)
    company.refresh_from_db()
    assert (company.custom, company.tags) == ({own["text"].key: "001"}, [])


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (3, "很多", "own_number"),
        (3, "1200.55", "own_decimals"),
        (4, "很多", "own_number"),
        (5, "2021-02-30", "date_impossible"),
        (5, "2021年", "date_unreadable"),
        (6, "大概", "own_flag"),
        (7, "差", "own_choice"),
        (8, "优、差", "own_choice"),
        (9, "example", "link_shape"),
        (1, "长" * 201, "too_long"),
        (10, "标" * 21, "tag_name"),
    ],
)
def test_a_wrong_value_refuses_its_row_with_field_and_remedy_and_can_be_corrected(
    cast: Cast, client_of: ClientOf, column: int, value: str, code: str
) -> None:
    every_kind(cast)
    good = ["示例乙机械有限公司", *ROW[1:]]
    batch = hand_in(cast.office, book([HEAD, [*ROW[:column], value, *ROW[column + 1 :]], good]))
    rows = list(BatchRow.objects.filter(batch=batch).order_by("pk"))
    assert [row.action for row in rows] == ["refuse", "create"]
    assert [problem["code"] for problem in rows[0].problems] == [code]
    assert rows[0].problems[0]["column"] == column
    client = client_of(cast.office)
    page = client.get(reverse("intake:batch-review", args=[batch.pk])).content.decode()
    assert f"第 2 行 · {'ABCDEFGHIJK'[column]} 列" in page
    right = {10: "重点"}.get(column, str(ROW[column]))
    client.post(reverse("intake:row-correct", args=[rows[0].pk]), {"column": column, "text": right})
    rows[0].refresh_from_db()
    assert rows[0].action == "create"


def test_a_choice_that_is_no_longer_offered_stays_where_it_is_and_is_refused_elsewhere(cast: Cast) -> None:
    grade = added(cast, "亩均评价", "choice", choices=GRADES)
    has = make.company(cast.zone, "示例甲机械有限公司")
    save_companies([Draft(has, {"custom": {grade.key: "a"}})], actor=cast.office, **HERE)
    make.company(cast.zone, "示例乙机械有限公司")
    fields.save_field(grade, {"choices": GRADES[1:]}, actor=cast.office, **HERE)
    head = ["企业名称", "亩均评价"]
    batch = hand_in(cast.office, book([head, ["示例甲机械有限公司", "优"], ["示例乙机械有限公司", "优"]]))
    assert [row.action for row in BatchRow.objects.filter(batch=batch).order_by("pk")] == [
        "unchanged",
        "refuse",
    ]
    has.refresh_from_db()
    assert has.custom == {grade.key: "a"}


def test_fields_of_every_library_are_recognised_by_name_and_few_columns_suffice(cast: Cast) -> None:
    for library, label in (("targets", "客户等级"), ("projects", "项目等级甲"), ("sites", "载体等级")):
        added(cast, label, library=library)
    bring_in(cast.office, [["企业名称", "客户等级", "标签"], ["示例甲机械有限公司", "A", "走访"]])
    bring_in(cast.office, [["项目名称", "项目等级甲"], ["示例甲项目", "B"]])
    bring_in(cast.office, [["地块编号", "载体等级", "用地性质"], ["示例-01", "C", "工业"]])
    assert list(Project.objects.get().custom.values()) == ["B"]
    assert list(Site.objects.get().custom.values()) == ["C"]
    # Of a target client a department is needed: the office says which, else the row is refused.
    assert Target.objects.count() == 0
    bring_in(cast.promotion, [["企业名称", "客户等级", "标签"], ["示例乙机械有限公司", "A", "走访"]])
    target = Target.objects.get()
    assert (list(target.custom.values()), len(target.tags)) == (["A"], 1)


def test_a_label_that_means_something_else_everywhere_means_the_zones_field_here(cast: Cast) -> None:
    one = added(cast, "从业人数（社保）", "number")
    company = make.company(cast.zone, "示例甲机械有限公司", headcount=5)
    bring_in(cast.office, [["企业名称", "从业人数（社保）"], ["示例甲机械有限公司", 7]])
    company.refresh_from_db()
    assert (company.headcount, company.custom) == (5, {one.key: 7})


def test_another_zones_fields_and_tags_are_not_known(cast: Cast) -> None:
    added(cast, "亩均评价", "choice", choices=GRADES)
    tag(cast, "重点")
    batch = bring_in(
        cast.outsider,
        [["企业名称", "所在市", "亩均评价", "标签"], ["示例丙机械有限公司", "济宁", "差", "重点"]],
    )
    assert batch.refused_count == 0
    company = Company.objects.get(name="示例丙机械有限公司")
    assert (company.custom, company.as_written) == ({}, {"亩均评价": "差"})
    assert company.tags != [] and Tag.objects.filter(name="重点").count() == 2


def test_what_somebody_changed_since_stays_and_the_other_own_fields_go_back(cast: Cast) -> None:
    first, second = added(cast, "园内编号"), added(cast, "联络渠道甲")
    company = make.company(cast.zone, "示例甲机械有限公司")
    batch = bring_in(cast.office, [["企业名称", "园内编号", "联络渠道甲"], ["示例甲机械有限公司", "1", "2"]])
    company.refresh_from_db()
    save_companies(
        [Draft(company, {"custom": {**company.custom, second.key: "3"}})], actor=cast.analyst, **HERE
    )
    batch = take_back(batch)
    company.refresh_from_db()
    assert company.custom == {second.key: "3"}
    assert [one["fields"] for one in batch.undo_report["kept"]] == [[f"custom-{second.key}"]]
    assert first.key not in company.custom
