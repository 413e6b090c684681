"""Taking an import back: whole or by row, also after others have worked on what it brought."""

from decimal import Decimal
from typing import Any

import pytest

from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed
from sanku.companies.models import Company, Contact, Touch
from sanku.companies.operations import save_companies
from sanku.intake import operations
from sanku.intake.models import BatchRow
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from tests import make
from tests.cast import Cast
from tests.intake_web.books import COMPANIES, PROJECTS, bring_in, take_back

NEW = ["示例甲有限公司", None, "2015-03-01", 500, "山东", "济宁", "示人", "13900000000"]


def alive(model: type[Company] | type[Project] | type[Contact] | type[Touch]) -> int:
    return model.objects.filter(removed_at=None).count()


def test_what_an_import_made_is_removed_with_ledger_entries(cast: Cast) -> None:
    batch = take_back(bring_in(cast.office, [COMPANIES, NEW]))
    assert (batch.state, alive(Company), alive(Contact)) == ("undone", 0, 0)
    assert batch.undo_report == {"removed": 2, "restored": 0, "kept_count": 0, "kept": []}
    removed = Entry.objects.filter(batch_id=batch.pk, action="remove")
    assert {(e.library, e.actor_id) for e in removed} == {
        ("companies.company", cast.office.pk),
        ("companies.contact", cast.office.pk),
    }


def test_an_updated_field_gets_its_old_value_back(cast: Cast) -> None:
    company = make.company(cast.zone, "示例甲有限公司", city="济南", as_written={"旧栏": "旧话"})
    batch = bring_in(cast.office, [[*COMPANIES, "栏外"], [*NEW[:6], None, None, "新话"]])
    company.refresh_from_db()
    assert (company.city, company.as_written) == ("济宁", {"旧栏": "旧话", "栏外": "新话"})
    take_back(batch)
    company.refresh_from_db()
    assert (company.city, company.province, company.registered_capital) == ("济南", "", None)
    assert (company.as_written, company.removed_at) == ({"旧栏": "旧话"}, None)


def test_a_later_edit_is_kept_and_told(cast: Cast) -> None:
    company = make.company(cast.zone, "示例甲有限公司", city="济南")
    batch = bring_in(cast.office, [COMPANIES, [*NEW[:6], None, None]])
    company.refresh_from_db()
    save_companies([Draft(company, {"city": "曲阜"})], actor=cast.analyst, now=make.NOW, via=make.VIA)
    batch = take_back(batch)
    company.refresh_from_db()
    assert (company.city, company.province) == ("曲阜", "")
    kept = batch.undo_report["kept"]
    assert [(one["label"], one["reason"], one["fields"]) for one in kept] == [
        ("示例甲有限公司", "edited_since", ["city"])
    ]


TWICE: tuple[list[list[Any]], list[list[Any]]] = (
    [["项目名称", "投资方", "计划投资（万元）", "项目阶段"], ["示例甲项目", "示例甲公司", 5000, "在谈"]],
    [["项目名称", "投资方", "计划投资（万元）", "项目阶段"], ["示例甲项目", "示例甲公司", 6000, "签约"]],
)


def test_a_record_on_two_sheets_goes_with_its_import(cast: Cast) -> None:
    """One row makes it and another changes it: undone it is gone, not emptied of what it was made with."""
    batch = take_back(bring_in(cast.office, *TWICE))
    assert (batch.state, alive(Project), alive(Company)) == ("undone", 0, 0)
    assert batch.undo_report["kept"] == []


def test_a_row_that_changed_what_another_made_gives_back_what_that_one_gave(cast: Cast) -> None:
    batch = bring_in(cast.office, *TWICE)
    project = Project.objects.get()
    assert (project.investment, project.stage) == (Decimal(60_000_000), "signed")
    row = BatchRow.objects.filter(batch=batch).order_by("pk").last()
    assert row is not None
    operations.undo_row(row, actor=cast.office, now=make.NOW)
    project.refresh_from_db()
    assert (project.investment, project.stage) == (Decimal(50_000_000), "negotiation")
    assert (project.name, project.removed_at) == ("示例甲项目", None)


def test_two_rows_that_changed_one_record_give_back_what_was_before_both(cast: Cast) -> None:
    bring_in(cast.office, TWICE[0])
    batch = take_back(
        bring_in(cast.office, TWICE[1], [TWICE[1][0], ["示例甲项目", "示例甲公司", 7000, "落地"]])
    )
    project = Project.objects.get()
    assert (batch.state, project.investment, project.stage) == ("undone", Decimal(50_000_000), "negotiation")


def test_a_record_that_somebody_changed_since_stays(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, [*NEW[:6], None, None]])
    company = Company.objects.get()
    save_companies([Draft(company, {"city": "曲阜"})], actor=cast.analyst, now=make.NOW, via=make.VIA)
    batch = take_back(batch)
    assert alive(Company) == 1
    (kept,) = batch.undo_report["kept"]
    assert (kept["reason"], kept["by"]) == ("changed_since", cast.analyst.name)


def test_a_company_that_others_refer_to_stays(cast: Cast) -> None:
    batch = bring_in(cast.office, [COMPANIES, [*NEW[:6], None, None]])
    make.target(company=Company.objects.get(), department=cast.department)
    batch = take_back(batch)
    assert alive(Company) == 1 and batch.undo_report["kept"][0]["reason"] == "in_use"


def test_one_row_is_taken_back_and_the_rest_stays(cast: Cast) -> None:
    rows = [
        ["示例一期", "示例投资有限公司", None, 100, "在谈", None, "示例装备局", None, None],
        ["示例二期", "示例投资有限公司", None, 200, "在谈", None, "示例装备局", None, None],
    ]
    batch = bring_in(cast.office, [PROJECTS, *rows])
    first, second = BatchRow.objects.filter(batch=batch)
    report = operations.undo_row(first, actor=cast.office, now=make.NOW)
    # The investor is the second project's too.
    assert (report["removed"], [kept["reason"] for kept in report["kept"]]) == (1, ["in_use"])
    assert [p.name for p in Project.objects.filter(removed_at=None)] == ["示例二期"]
    first.refresh_from_db()
    assert first.is_undone
    batch.refresh_from_db()
    assert batch.state == "done"
    assert take_back(batch).undo_report["removed"] == 2
    assert (alive(Project), alive(Company)) == (0, 1)
    assert second.pk


def test_amounts_and_stages_come_back(cast: Cast) -> None:
    project = make.project(
        name="示例项目", department=cast.department, investor_name="示例投资", stage="negotiation",
        investment=Decimal(10_000_000), investment_cny=Decimal(10_000_000),
    )  # fmt: skip
    batch = bring_in(
        cast.office, [PROJECTS, ["示例项目", "示例投资", None, 5000, "签约", "2026-09-09", None, 30, None]]
    )
    project.refresh_from_db()
    assert (project.stage, project.investment_cny, project.is_unverified) == (
        "signed",
        Decimal(50_000_000),
        True,
    )
    take_back(batch)
    project.refresh_from_db()
    assert (project.stage, project.investment_cny, project.land_m2) == (
        "negotiation",
        Decimal(10_000_000),
        None,
    )
    assert (project.signed_on, project.is_unverified) == (None, False)


def test_a_department_changed_since_stays_changed(cast: Cast) -> None:
    batch = bring_in(
        cast.office, [PROJECTS, ["示例项目", "示例投资", None, 5, "在谈", None, "示例装备局", None, None]]
    )
    project = Project.objects.get()
    save_projects(
        [Draft(project, {"department": cast.rival_department})], actor=cast.office, now=make.NOW, via=make.VIA
    )
    batch = take_back(batch)
    project.refresh_from_db()
    assert (project.removed_at, project.department) == (None, cast.rival_department)


def test_visits_are_taken_back(cast: Cast) -> None:
    head = ["走访时间", "走访企业", "走访方式", "参加人员", "走访内容", "办理结果"]
    rows = [
        ["企业走访记录"],
        head,
        ["2026-11-02", "示例走访有限公司", "上门", "示甲", "反映用电不足", "已办"],
    ]
    batch = bring_in(cast.promotion, rows)
    assert (alive(Touch), alive(Company)) == (1, 1)
    take_back(batch)
    assert (alive(Touch), alive(Company)) == (0, 0)


def test_only_the_person_who_brought_it_takes_it_back(cast: Cast) -> None:
    batch = bring_in(cast.promotion, [COMPANIES, NEW])
    row = BatchRow.objects.get()
    for other in (cast.office, cast.rival, cast.commander):
        with pytest.raises(NotAllowed):
            operations.start_undoing(batch, actor=other, now=make.NOW)
        with pytest.raises(NotAllowed):
            operations.undo_row(row, actor=other, now=make.NOW)
    assert alive(Company) == 1


def test_what_was_taken_back_can_be_brought_in_again(cast: Cast) -> None:
    rows = [COMPANIES, ["示例甲有限公司", make.uscc(), None, 5, "山东", "济宁", None, None]]
    take_back(bring_in(cast.office, rows))
    again = bring_in(cast.office, rows)
    assert (again.created_count, alive(Company)) == (1, 1)
