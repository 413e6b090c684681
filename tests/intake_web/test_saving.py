"""What an import saves: the same records as the web, found again, never twice, nothing lost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.companies.models import Company, Contact, Duplicate, Target, Touch
from sanku.companies.operations import save_companies
from sanku.intake.models import Batch, BatchRow, Saved
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from sanku.sites.models import Site
from tests import make
from tests.cast import Cast
from tests.intake_web.books import COMPANIES, PROJECTS, SITES, TARGETS, book, bring_in, hand_in, save

OWN = {"id", "created_at", "updated_at", "as_written"}


def values_of(record: Company | Project) -> dict[str, object]:
    return {
        f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if f.attname not in OWN
    }


def test_a_company_from_a_file_equals_one_from_the_form(cast: Cast) -> None:
    code, other = make.uscc(), make.uscc()
    bring_in(
        cast.office, [COMPANIES, ["示例甲机械有限公司", code, "2015-03-01", 500, "山东", "济宁", None, None]]
    )
    by_hand = Company(zone=cast.zone)
    values = {
        "name": "示例甲机械有限公司", "uscc": other, "established_on": date(2015, 3, 1),
        "registered_capital": Decimal(5_000_000), "registered_capital_currency": "CNY", "province": "山东", "city": "济宁",
    }  # fmt: skip
    save_companies([Draft(by_hand, values)], actor=cast.office, now=make.NOW, via=make.VIA)
    imported = Company.objects.get(uscc=code)
    by_form = Company.objects.get(uscc=other)
    same = values_of(imported) | {"uscc": other, "search_text": by_form.search_text}
    assert same == values_of(by_form)
    assert {n.core for n in imported.names.all()} == {n.core for n in by_form.names.all()}
    assert [e.action for e in Entry.objects.filter(record_id=imported.pk)] == ["create"]


def test_a_project_from_a_file_equals_one_from_the_form(cast: Cast) -> None:
    investor = make.company(cast.zone, "示例投资有限公司")
    row = ["示例产线项目", "示例投资有限公司", None, 12000, "签约", "2026-09-09", "示例装备局", 30, None]
    bring_in(cast.office, [PROJECTS, row])
    by_hand = Project(zone=cast.zone)
    values = {
        "name": "示例产线项目", "investor": investor, "investor_name": "示例投资有限公司", "investment": Decimal(120_000_000),
        "investment_currency": "CNY", "stage": "signed", "signed_on": date(2026, 9, 9), "stage_on": date(2026, 9, 9),
        "department": cast.department, "land_m2": Decimal("20000.00"), "is_unverified": True,
    }  # fmt: skip
    save_projects([Draft(by_hand, values)], actor=cast.office, now=make.NOW, via=make.VIA)
    imported, by_form = Project.objects.order_by("pk")
    apart = {"first_reported_at": None}
    assert values_of(imported) | apart == values_of(by_form) | apart
    assert imported.is_major and imported.investment_cny == Decimal(120_000_000)


def test_rows_that_are_in_the_library_are_found_again(cast: Cast) -> None:
    rows = [
        COMPANIES,
        ["示例甲机械有限公司", make.uscc(), "2015-03-01", 500, "山东", "济宁", "示例人", "13900000000"],
        ["示例乙机械有限公司", None, None, None, "山东", "济宁", None, None],
    ]
    first = bring_in(cast.office, rows)
    second = bring_in(cast.office, rows)
    assert (first.created_count, second.created_count, second.updated_count) == (2, 0, 0)
    assert second.unchanged_count == 2
    assert (Company.objects.count(), Contact.objects.count()) == (2, 1)


def test_an_update_is_shown_before_and_wipes_nothing(cast: Cast) -> None:
    code = make.uscc()
    company = make.company(cast.zone, "示例甲机械有限公司", uscc=code, city="济南", products="轴承")
    batch = hand_in(
        cast.office, book([COMPANIES, ["示例甲机械有限公司", code, None, 500, "山东", None, None, None]])
    )
    row = BatchRow.objects.get(batch=batch)
    assert row.action == "update"
    assert {(f["field"], f["old"], f["new"]) for f in row.changes[0]["fields"]} == {
        ("province", "", "山东"),
        ("registered_capital", None, "5000000"),
    }
    save(batch)
    company.refresh_from_db()
    assert (company.city, company.products, company.province) == ("济南", "轴承", "山东")
    assert batch.by == cast.office


def test_a_company_renamed_by_its_code_keeps_its_former_name(cast: Cast) -> None:
    code = make.uscc()
    company = make.company(cast.zone, "示例旧名有限公司", uscc=code)
    bring_in(cast.office, [COMPANIES, ["示例新名有限公司", code, None, 5, "山东", "济宁", None, None]])
    company.refresh_from_db()
    assert (company.name, company.former_names) == ("示例新名有限公司", "示例旧名有限公司")


def test_foreign_registered_capital_is_kept_in_its_currency(cast: Cast) -> None:
    """Without a rate its value in yuan is empty, the amount is not; what was promised counts, not what was paid."""
    rows = [
        ["企业名称", "所在省", "注册资本"],
        ["示例外资有限公司", "山东", "1000万美元"],
        ["示例内资有限公司", "山东", "实缴500万（认缴1000万）"],
    ]
    bring_in(cast.office, rows)
    foreign, own = Company.objects.order_by("pk")
    assert (foreign.registered_capital, foreign.registered_capital_currency) == (Decimal(10_000_000), "USD")
    assert (own.registered_capital, own.registered_capital_currency) == (Decimal(10_000_000), "CNY")
    assert bring_in(cast.office, rows).unchanged_count == 2


def test_two_companies_of_one_name_are_not_guessed_between(cast: Cast) -> None:
    for _ in range(2):
        make.company(cast.zone, "示例同名有限公司")
    batch = bring_in(
        cast.office, [COMPANIES, ["示例同名有限公司", None, None, 5, "山东", "济宁", None, None]]
    )
    assert [p["code"] for p in BatchRow.objects.get(batch=batch).problems] == ["company_unclear"]
    assert (batch.created_count, batch.refused_count) == (0, 1)


def test_another_code_under_one_name_is_another_company_and_a_pair_to_decide(cast: Cast) -> None:
    make.company(cast.zone, "示例同名有限公司", uscc=make.uscc())
    batch = hand_in(
        cast.office, book([COMPANIES, ["示例同名有限公司", make.uscc(), None, 5, "山东", "济宁", None, None]])
    )
    assert [p["code"] for p in BatchRow.objects.get(batch=batch).problems] == ["near_duplicate"]
    save(batch)
    assert (batch.created_count, batch.duplicate_count, Duplicate.objects.count()) == (1, 1, 1)


def test_bad_rows_stay_out_and_the_rest_goes_in(cast: Cast) -> None:
    good = make.uscc()
    bad = good[:17] + ("0" if good[17] != "0" else "1")
    batch = bring_in(
        cast.office,
        [
            COMPANIES,
            ["示例甲有限公司", good, "2015-03-01", 5, "山东", "济宁", None, None],
            ["示例乙有限公司", bad, "2015-03-01", 5, "山东", "济宁", None, None],
            ["示例丙有限公司", None, "2015-02-30", 5, "山东", "济宁", None, None],
            ["示例丁有限公司", None, "2015-03-01", -5, "山东", "济宁", None, None],
            ["示例戊有限公司", None, "2099-03-01", 5, "山东", "济宁", None, None],
        ],
    )
    assert (batch.created_count, batch.refused_count) == (1, 4)
    codes = [row.problems[-1]["code"] for row in BatchRow.objects.filter(batch=batch, action="refuse")]
    assert codes == ["uscc_check_character", "date_impossible", "amount_negative", "date_future"]


def test_words_without_a_place_are_kept_as_written(cast: Cast) -> None:
    row = ["示例产线", "示例方舟", None, 100, "已签", None, "没有这个部门", 3, "栏外的话"]
    bring_in(cast.office, [PROJECTS, row])
    project = Project.objects.get()
    assert project.investor is None and project.investor_name == "示例方舟"
    assert project.as_written == {"责任部门": "没有这个部门", "备用栏": "栏外的话"}


def test_a_project_makes_its_investor_once(cast: Cast) -> None:
    code = make.uscc()
    rows = [
        [f"示例{n}期项目", "示例投资有限公司", code, 100 * n, "在谈", None, "示例装备局", 3, None]
        for n in (1, 2, 3)
    ]
    batch = bring_in(cast.office, [PROJECTS, *rows])
    assert batch.created_count == 3
    company = Company.objects.get()
    assert company.uscc == code and company.projects.count() == 3
    assert Saved.objects.filter(batch=batch, library="companies.company").count() == 1


def test_a_target_client_with_squad_officer_status_and_focus(cast: Cast) -> None:
    officer = cast.promotion
    row = [
        "示例目标有限公司",
        make.uscc(),
        "大强、补链",
        "示例装备一队",
        officer.name,
        "洽谈中",
        "邀请来访",
        "2026-08-01",
    ]
    bring_in(cast.office, [TARGETS, row])
    target = Target.objects.get()
    assert (target.squad, target.officer, target.department) == (cast.squad, officer, cast.department)
    assert (target.status, target.facets) == ("negotiating", ["big_strong", "fill_chain"])
    assert (target.next_action, target.first_contact_on) == ("邀请来访", date(2026, 8, 1))
    assert target.as_written == {"对接进展": "洽谈中"}


def test_leads_become_projects_in_their_first_stage(cast: Cast) -> None:
    head = ["线索来源", "登记时间", "企业名称", "投资意向内容", "意向投资额（万元）", "联系人", "联系电话"]
    row = [
        "示例商会推荐",
        "2026-11-02 09:30",
        "示例线索有限公司",
        "建设轴承产线",
        8000,
        "示联系",
        "13800000000",
    ]
    bring_in(cast.promotion, [head, row])
    project = Project.objects.get()
    assert (project.stage, project.source, project.is_unverified) == ("lead", "示例商会推荐", False)
    assert project.first_reported_at is not None
    assert project.first_reported_at.isoformat() == "2026-11-02T01:30:00+00:00"
    assert (project.department, project.investment) == (cast.department, Decimal(80_000_000))
    assert Contact.objects.get().company == project.investor


def test_visits_become_touches_of_their_company(cast: Cast) -> None:
    company = make.company(cast.zone, "示例走访有限公司")
    head = ["走访时间", "走访企业", "走访方式", "参加人员", "走访内容", "办理结果"]
    row = ["2026-11-02", "示例走访有限公司", "上门", "示甲、示乙", "反映用电不足", "已转供电"]
    rows = [["企业走访记录"], head, row]
    assert bring_in(cast.promotion, rows).created_count == 1
    touch = Touch.objects.get()
    assert (touch.company, touch.on, touch.participants) == (company, date(2026, 11, 2), "示甲、示乙")
    assert bring_in(cast.promotion, rows).unchanged_count == 1


def test_responsibilities_name_leader_and_officer_where_they_exist(cast: Cast) -> None:
    company = make.company(cast.zone, "示例包保有限公司")
    head: list[Any] = ["序号", "企业名称", "包保领导", "服务专员", "备注"]
    rows: list[list[Any]] = [
        ["重点企业联系包保表"],
        head,
        [1, company.name, cast.leader.name, "查无此人", None],
    ]
    bring_in(cast.office, rows)
    company.refresh_from_db()
    assert company.responsible_leader == cast.leader
    assert company.service_officer is None and company.as_written == {"服务专员": "查无此人"}


def test_carriers_come_in_with_areas_and_are_matched_by_number(cast: Cast) -> None:
    rows: list[list[Any]] = [["土地资源表"], SITES, ["G2026-1", "示例路北", "工业用地", 30, 12, "空闲"]]
    bring_in(cast.landing, rows)
    site = Site.objects.get()
    assert (site.code, site.kind, site.area_total_m2) == ("G2026-1", "land", Decimal("20000.00"))
    rows[2][4] = 6
    assert bring_in(cast.landing, rows).updated_count == 1
    site.refresh_from_db()
    assert site.area_free_m2 == Decimal("4000.00")


def test_the_ledger_names_the_batch(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, ["示例甲有限公司", None, None, 5, "山东", "济宁", "示", "139"]])
    entries = Entry.objects.filter(batch_id=batch.pk)
    assert {(e.library, e.channel, e.actor_id) for e in entries} == {
        ("companies.company", "import", cast.office.pk),
        ("companies.contact", "import", cast.office.pk),
    }


@pytest.mark.parametrize(
    ("role", "sheet"), [("promotion", "site"), ("analyst", "project"), ("construction", "target")]
)
def test_a_role_imports_only_what_it_may_write(cast: Cast, role: str, sheet: str) -> None:
    tables: dict[str, list[list[Any]]] = {
        "site": [["土地资源表"], SITES, ["G2026-1", "示例路北", "工业用地", 30, 12, "空闲"]],
        "project": [PROJECTS, ["示例项目", "示例投资有限公司", None, 5, "在谈", None, None, None, None]],
        "target": [
            ["目标客户名单"],
            TARGETS,
            ["示例目标有限公司", None, "大强", None, None, None, None, None],
        ],
    }
    actor: User = cast.of(role)
    batch = hand_in(actor, book(tables[sheet]))
    assert (batch.state, batch.reason) == ("refused", "kind_not_allowed")
    assert not Site.objects.exists() and not Project.objects.exists() and not Target.objects.exists()


def test_what_another_department_holds_is_refused_by_its_name_alone(cast: Cast) -> None:
    held = make.target(
        company=make.company(cast.zone, "示例目标有限公司"),
        department=cast.rival_department,
        reason="机密理由",
    )
    row: list[Any] = [held.company.name, None, "大强", None, None, None, "抢先联系", None]
    batch = bring_in(cast.promotion, [["目标客户名单"], TARGETS, row])
    refused = BatchRow.objects.get(batch=batch)
    assert [(p["code"], p["params"]) for p in refused.problems] == [
        ("target_held", {"department": "示例新材料局"})
    ]
    assert "机密" not in str(refused.changes)
    project = make.project(name="示例项目", department=cast.rival_department, investor_name="示例投资")
    row = ["示例项目", "示例投资", None, 5, "在谈", None, None, None, None]
    batch = bring_in(cast.promotion, [PROJECTS, row])
    assert [p["code"] for p in BatchRow.objects.get(batch=batch).problems] == ["project_held"]
    project.refresh_from_db()
    assert project.investment is None


def test_an_officer_cannot_bring_in_records_of_another_department(cast: Cast) -> None:
    row = ["示例项目", "示例投资", None, 5, "在谈", None, "示例新材料局", None, None]
    batch = bring_in(cast.promotion, [PROJECTS, row])
    assert [p["code"] for p in BatchRow.objects.get(batch=batch).problems] == ["other_department"]
    assert not Project.objects.exists()


def test_another_zone_is_not_matched(cast: Cast) -> None:
    code = make.uscc()
    theirs = make.company(cast.other_zone, "示例甲有限公司", uscc=code)
    batch = bring_in(cast.office, [COMPANIES, ["示例甲有限公司", code, None, 5, "山东", "济宁", None, None]])
    assert batch.created_count == 1
    theirs.refresh_from_db()
    assert theirs.registered_capital is None


def test_one_row_that_the_database_does_not_take_does_not_stop_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import DatabaseError

    from sanku.intake.operations import saving

    def poisoned(drafts: list[Draft[Company]], **about: object) -> object:
        if any(draft.values.get("name") == "示例毒有限公司" for draft in drafts):
            raise DatabaseError("示例")
        return save_companies(drafts, **about)  # type: ignore[arg-type]

    monkeypatch.setitem(saving.SAVERS, "company", poisoned)
    names = ["示例一有限公司", "示例二有限公司", "示例毒有限公司", "示例四有限公司", "示例五有限公司"]
    batch = bring_in(
        cast.office, [COMPANIES, *[[name, None, None, 5, "山东", "济宁", None, None] for name in names]]
    )
    assert (batch.created_count, batch.refused_count) == (4, 1)
    assert BatchRow.objects.get(batch=batch, action="refuse").problems[-1]["code"] == "not_saved"


def test_the_same_file_by_the_command(
    cast: Cast, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    from sanku.intake.operations import import_file

    path = Path(str(tmp_path)) / "示例.xlsx"
    out = path.with_suffix(".json")
    path.write_bytes(
        book(
            [
                COMPANIES,
                ["示例甲有限公司", None, None, 5, "山东", "济宁", None, None],
                [None, None, None, 5, "山东", None, None, None],
            ]
        )
    )
    answer = import_file(str(path), actor="office", out=str(out))
    assert answer["counts"]["created"] == 1
    assert answer["refused_rows"] == [{"sheet": "Sheet1", "row": 3, "reasons": ["name_missing"]}]
    assert Batch.objects.get().state == "done" and out.exists()
    assert "1" in capsys.readouterr().err


def test_who_answers_for_a_company_is_the_offices_to_say(cast: Cast) -> None:
    """A promotion officer's list names leaders too: the rows are saved, the names kept as written."""
    leader = make.user("leader", zone=cast.zone, name="领例甲")
    head = ["企业名称", "统一社会信用代码", "包保领导", "联系人", "联系电话"]
    rows = [
        ["示例甲机械有限公司", make.uscc(), "领例甲", None, None],
        ["示例乙食品有限公司", make.uscc(), "领例甲", None, None],
    ]
    bring_in(cast.promotion, [head, *rows])
    saved = Company.objects.get(name="示例甲机械有限公司")
    assert saved.responsible_leader is None
    assert "领例甲" in saved.as_written.values()
    bring_in(cast.office, [head, *rows], name="示例二.xlsx")
    saved.refresh_from_db()
    assert saved.responsible_leader == leader
