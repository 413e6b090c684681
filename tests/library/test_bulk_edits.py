"""Many records are changed at once: every change is shown before, saved by the library's own operation, undone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanku.audit.models import Entry
from sanku.library.models import BulkEdit, CustomField, Tag
from sanku.library.operations import bulk_edits, fields, tags
from sanku.projects.models import Project
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


def start(client: Client, *records: Any, library: str = "projects:project", **sent: Any) -> Any:
    ids = ",".join(str(record.pk) for record in records)
    fields = {name.replace("do_", "do-"): value for name, value in sent.items()}
    return client.post(f"{reverse(f'{library}-bulk-new')}?selected={ids}", fields)


def page(client: Client, edit: BulkEdit, query: str = "") -> Any:
    return client.get(reverse("projects:project-bulk", args=[edit.pk]) + query).context


def act(client: Client, what: str, edit: BulkEdit, **sent: Any) -> None:
    client.post(reverse(f"projects:project-bulk-{what}", args=[edit.pk]), sent)
    edit.refresh_from_db()


def test_every_change_is_shown_then_saved_with_its_reason_then_undone(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.office)
    one = make.project(cast.zone, "示例甲", next_action="旧步", sector="equipment")
    two = make.project(cast.zone, "示例乙", next_action="新步")
    answer = start(client, one, two, do_next_action="set", next_action="新步", do_sector="clear")
    edit = BulkEdit.objects.get()
    assert answer["Location"] == reverse("projects:project-bulk", args=[edit.pk])
    shown = page(client, edit)
    changes = [(str(change["label"]), change["old"], change["new"]) for change in shown["rows"][0]["changes"]]
    assert ("下一步", "旧步", "新步") in changes and len(changes) == 2
    assert len(shown["rows"]) == 1  # the other is as it is to be already
    one.refresh_from_db()
    assert one.next_action == "旧步" and not Entry.objects.exists()
    act(client, "save", edit, reason="示例原因")
    one.refresh_from_db()
    assert (one.next_action, one.sector) == ("新步", "")
    entry = Entry.objects.get()
    assert (entry.why, entry.actor, entry.record_id) == ("示例原因", cast.office, one.pk)
    act(client, "undo", edit)
    one.refresh_from_db()
    assert (one.next_action, one.sector) == ("旧步", "equipment")
    assert edit.state == "undone"


def test_what_is_refused_stays_and_says_why(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.promotion)
    mine = make.project(department=cast.department, stage="negotiation")
    led = make.project(department=cast.rival_department, lead=cast.promotion, stage="lead")
    start(
        client,
        mine,
        led,
        do_department="set",
        department=str(cast.department.pk),
        do_next_action="set",
        next_action="新步",
    )
    edit = BulkEdit.objects.get()
    rows = {row["label"]: row for row in page(client, edit)["rows"]}
    assert rows[mine.name]["state"] == "ready"
    assert rows[led.name]["state"] == "refused" and "办公室" in rows[led.name]["problems"][0]
    act(client, "save", edit)
    mine.refresh_from_db()
    led.refresh_from_db()
    assert (mine.next_action, led.next_action, led.department) == ("新步", "", cast.rival_department)


def test_nothing_is_saved_over_what_somebody_changed_meanwhile(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    one, two = (make.project(cast.zone, name, next_action="旧步") for name in ("示例甲", "示例乙"))
    start(client, one, two, do_next_action="set", next_action="新步")
    edit = BulkEdit.objects.get()
    Project.objects.filter(pk=one.pk).update(next_action="别人的")
    act(client, "save", edit)
    assert [Project.objects.get(pk=pk).next_action for pk in (one.pk, two.pk)] == ["别人的", "新步"]
    refused = next(row for row in page(client, edit)["rows"] if row["state"] == "refused")
    assert "预览之后有人改过" in refused["problems"][0]


def test_undo_by_row_and_after_later_edits(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    projects = [make.project(cast.zone, next_action="旧步", chain_segment="旧段") for _ in range(3)]
    start(
        client,
        *projects,
        do_next_action="set",
        next_action="新步",
        do_chain_segment="set",
        chain_segment="新段",
    )
    edit = BulkEdit.objects.get()
    act(client, "save", edit)
    first = edit.rows.order_by("pk")[0]
    client.post(reverse("projects:project-bulk-row-undo", args=[first.pk]))
    Project.objects.filter(pk=projects[1].pk).update(next_action="后来的")
    act(client, "undo", edit)
    now = [(one.next_action, one.chain_segment) for one in Project.objects.order_by("pk")]
    assert now == [("旧步", "旧段"), ("后来的", "旧段"), ("旧步", "旧段")]
    said = [problem for row in page(client, edit)["rows"] for problem in row["problems"]]
    assert len(said) == 1 and "下一步" in said[0]


def test_codes_are_added_and_taken_away(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    company = make.company(cast.zone, honours=["central_soe"])
    start(client, company, library="companies:company", do_honours="add", honours=["chain_leader"])
    edit = BulkEdit.objects.get()
    client.post(reverse("companies:company-bulk-save", args=[edit.pk]))
    company.refresh_from_db()
    assert sorted(company.honours) == ["central_soe", "chain_leader"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "至少选择一个"),
        ({"do-next_action": "set"}, "新值"),
        ({"do-planned_start_on": "set", "planned_start_on": "2026-02-30"}, "计划"),
        ({"do-name": "set", "name": "同名"}, "name"),
        ({"do-stage": "clear"}, "stage"),
    ],
)
def test_a_change_that_cannot_be_is_refused_before_anything(
    cast: Cast, client_of: ClientOf, sent: dict[str, str], words: str
) -> None:
    client, project = client_of(cast.office), make.project(cast.zone)
    answer = client.post(f"{reverse('projects:project-bulk-new')}?selected={project.pk}", sent)
    assert words in " ".join(answer.context["problems"])
    assert not BulkEdit.objects.exists()


def test_many_are_left_to_the_worker(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_edits, "AT_ONCE", 2)
    monkeypatch.setattr(bulk_edits, "CHUNK", 2)
    client = client_of(cast.office)
    for _ in range(5):
        make.project(cast.zone, next_action="旧步")
    url = reverse("projects:project-bulk-new")
    client.post(f"{url}?all=1", {"do-next_action": "set", "next_action": "新步"})
    edit = BulkEdit.objects.get()
    assert edit.state == "previewing"
    progress = client.get(reverse("projects:project-bulk-progress", args=[edit.pk])).json()
    assert (progress["state"], progress["total"]) == ("waiting", 5)
    bulk_edits.work_on(edit.pk, edit.run)
    bulk_edits.work_on(edit.pk, edit.run)  # twice does no harm
    edit.refresh_from_db()
    assert edit.state == "ready"
    act(client, "save", edit)
    bulk_edits.work_on(edit.pk, edit.run - 1)  # a run that was overtaken does nothing
    assert Project.objects.filter(next_action="新步").count() == 0
    bulk_edits.work_on(edit.pk, edit.run)
    assert Project.objects.filter(next_action="新步").count() == 5


def test_a_bulk_edit_is_its_makers_alone_and_keeps_to_his_scope(cast: Cast, client_of: ClientOf) -> None:
    theirs = make.project(department=cast.department, stage="negotiation")
    start(client_of(cast.rival), theirs, do_next_action="set", next_action="偷改")
    assert not BulkEdit.objects.exists()
    start(client_of(cast.promotion), theirs, do_next_action="set", next_action="新步")
    edit = BulkEdit.objects.get()
    for person in (cast.rival, cast.office, cast.outsider):
        for what in ("save", "undo", "stop"):
            url = reverse(f"projects:project-bulk-{what}", args=[edit.pk])
            assert client_of(person).post(url).status_code == 404
        assert client_of(person).get(reverse("projects:project-bulk", args=[edit.pk])).status_code == 404
    assert client_of(cast.commander).get(reverse("projects:project-bulk-new")).status_code == 403


def test_records_stand_side_by_side_with_what_differs(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    one = make.company(cast.zone, "示例甲公司", sector="equipment", city="济宁")
    two = make.company(cast.zone, "示例乙公司", sector="equipment", city="青岛")
    stranger = make.company(cast.other_zone, "示例外区公司")
    url = reverse("companies:company-compare")
    context = client.get(f"{url}?selected={two.pk},{one.pk},{stranger.pk}").context
    assert [head["title"] for head in context["heads"]] == ["示例乙公司", "示例甲公司"]
    rows = {str(row["label"]): row["differs"] for section in context["sections"] for row in section["rows"]}
    assert rows["城市"] and True in rows.values() and False in rows.values()
    assert context["left_out"] == 1 and context["merge"]["url"].endswith(f"?of={two.pk},{one.pk}")
    assert "示例外区公司" not in client.get(f"{url}?selected={stranger.pk},{one.pk}").content.decode()
    assert not client.get(f"{url}?selected={one.pk}").context["is_enough"]
    assert client_of(cast.commander).get(f"{url}?selected={one.pk},{two.pk}").context["merge"] is None


# --- the zone's own fields and tags


def own_field(cast: Cast, label: str, kind: str = "text", **values: Any) -> CustomField:
    made = CustomField(zone=cast.zone)
    given = {
        "library": "projects", "label": label, "kind": kind, "help": "", "unit": "", "decimals": 0, "choices": [],
        "synonyms": "", "is_required": False, "section": "", "position": 0, **values,
    }  # fmt: skip
    fields.save_field(made, given, actor=cast.office, now=make.NOW, via=make.VIA)
    return made


GRADES = [{"code": "a", "label": "优", "is_open": True}, {"code": "b", "label": "良", "is_open": True}]


def test_own_fields_and_tags_are_changed_shown_saved_and_undone_each_by_itself(
    cast: Cast, client_of: ClientOf
) -> None:
    first, second = own_field(cast, "园内编号"), own_field(cast, "亩均评价", "codes", choices=GRADES)
    flag = own_field(cast, "是否上云", "flag")
    made = Tag(zone=cast.zone)
    tags.save_tag(
        made, {"name": "重点", "hue": "c1", "library": ""}, actor=cast.office, now=make.NOW, via=make.VIA
    )
    one = make.project(cast.zone, "示例甲", custom={first.key: "旧", second.key: ["a"]})
    two = make.project(cast.zone, "示例乙", tags=[str(made.pk)], custom={second.key: ["b"], flag.key: False})
    client = client_of(cast.office)
    form = client.get(f"{reverse('projects:project-bulk-new')}?selected={one.pk},{two.pk}").content.decode()
    assert "园内编号" in form and "重点" in form
    sent: dict[str, Any] = {
        f"do_custom-{first.key}": "clear", f"do_custom-{second.key}": "add", f"custom-{second.key}": ["b"],
        f"do_custom-{flag.key}": "set", f"custom-{flag.key}": "no", "do_tags": "add", "tags": [str(made.pk)],
    }  # fmt: skip
    start(client, one, two, **sent)
    edit = BulkEdit.objects.get()
    [row] = page(client, edit)["rows"]
    # PostgreSQL keeps what will change by field in an order of its own; the zone's fields are shown in theirs.
    shown = [str(change["label"]) for change in row["changes"]]
    assert [label for label in shown if label != "标签"] == ["园内编号", "亩均评价", "是否上云"]
    assert {(str(change["label"]), change["old"], change["new"]) for change in row["changes"]} == {
        ("园内编号", "旧", ""), ("亩均评价", "优", "优、良"), ("是否上云", "", "否"), ("标签", "", "重点"),
    }  # fmt: skip
    # Somebody changes another of the own fields meanwhile: nothing of it is lost.
    Project.objects.filter(pk=one.pk).update(custom={**one.custom, "other": 1})
    act(client, "save", edit)
    one.refresh_from_db()
    assert one.custom == {second.key: ["a", "b"], flag.key: False, "other": 1}
    assert one.tags == [str(made.pk)]
    Project.objects.filter(pk=one.pk).update(custom={**one.custom, flag.key: True})
    act(client, "undo", edit)
    one.refresh_from_db()
    assert one.custom == {first.key: "旧", second.key: ["a"], flag.key: True, "other": 1}
    assert one.tags == []
    row = page(client, edit)["rows"][0]
    assert row["state"] in ("undone", "kept") and "是否上云" in row["problems"][0]


def test_an_own_field_that_somebody_changed_meanwhile_is_not_overwritten(
    cast: Cast, client_of: ClientOf
) -> None:
    first = own_field(cast, "园内编号")
    one = make.project(cast.zone, "示例甲")
    client = client_of(cast.office)
    start(client, one, **{f"do_custom-{first.key}": "set", f"custom-{first.key}": "新"})
    edit = BulkEdit.objects.get()
    Project.objects.filter(pk=one.pk).update(custom={first.key: "别人的"})
    act(client, "save", edit)
    one.refresh_from_db()
    assert one.custom == {first.key: "别人的"}
    row = page(client, edit)["rows"][0]
    assert row["state"] == "refused" and "园内编号" in row["problems"][0]
