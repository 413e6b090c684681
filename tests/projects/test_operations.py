"""Saving projects: what follows by itself, what is refused, what is entered in the ledger."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed, Refused
from sanku.projects.models import Project
from sanku.projects.operations import remove_project, restore_project, save_projects
from sanku.projects.queries import stage_history
from sanku.projects.rules import Spell
from tests import make
from tests.cast import Cast


def saved(actor: User, record: Project | None = None, *, now: datetime = make.NOW, **values: Any) -> Project:
    draft = Draft(record or Project(zone=actor.zone), values)
    save_projects([draft], actor=actor, now=now, via=make.VIA)
    return Project.objects.get(pk=draft.record.pk)


def refused(actor: User, record: Project | None = None, **values: Any) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        saved(actor, record, **values)
    return {(problem.code, problem.field) for problem in caught.value.problems[0]}


# --- what follows by itself -----------------------------------------------------------------------


def test_a_new_project_belongs_to_the_officers_department_since_today(cast: Cast) -> None:
    project = saved(cast.promotion, name="示例项目")
    assert project.department == cast.department
    assert (project.stage, project.stage_on, project.first_reported_at) == ("lead", make.TODAY, make.NOW)
    assert not project.is_unverified


def test_a_squad_brings_its_department(cast: Cast) -> None:
    assert saved(cast.office, name="示例项目", squad=cast.squad).department == cast.department


def test_a_squad_of_another_department_is_refused(cast: Cast) -> None:
    problems = refused(cast.office, name="示例项目", squad=cast.squad, department=cast.rival_department)
    assert problems == {("squad_of_other_department", "squad")}


def test_a_squad_leaves_with_its_department(cast: Cast) -> None:
    project = make.project(department=cast.department, squad=cast.squad)
    project = saved(cast.office, project, department=cast.rival_department)
    assert (project.department, project.squad) == (cast.rival_department, None)


def test_who_enters_past_the_first_stage_makes_an_opening_entry(cast: Cast) -> None:
    assert saved(cast.office, name="示例台账项目", stage="construction").is_unverified
    assert not saved(cast.office, name="示例项目", stage="signed", is_unverified=False).is_unverified


def test_large_projects_are_major_and_only_the_office_marks(cast: Cast) -> None:
    large = saved(
        cast.promotion, name="示例大项目", investment=Decimal(100_000_000), investment_currency="CNY"
    )
    small = saved(
        cast.promotion, name="示例小项目", investment=Decimal(99_999_999), investment_currency="CNY"
    )
    assert (large.is_major, small.is_major) == (True, False)
    assert refused(cast.promotion, small, is_major=True) == {("office_only", "is_major")}
    assert saved(cast.promotion, large, is_major=True, jobs=12).jobs == 12
    assert saved(cast.office, small, is_major=True).is_major


# --- money ----------------------------------------------------------------------------------------


def test_a_foreign_amount_gets_its_value_at_the_dated_rate(cast: Cast) -> None:
    make.rate("USD", "7.0", date(2026, 1, 1), cast.zone)
    make.rate("USD", "7.2", date(2026, 6, 1), cast.zone)
    make.rate("USD", "9.9", date(2026, 12, 1), cast.zone)  # not yet
    make.rate("USD", "1.0", date(2026, 1, 1), cast.other_zone)  # another zone's
    project = saved(
        cast.office, name="示例外资项目", investment=Decimal(6_000_000), investment_currency="USD"
    )
    assert project.investment_cny == Decimal("43200000.00")


def test_the_contract_counts_at_the_rate_of_its_signing(cast: Cast) -> None:
    make.rate("EUR", "7.5", date(2026, 1, 1), cast.zone)
    make.rate("EUR", "8.0", date(2026, 9, 1), cast.zone)
    project = saved(
        cast.office,
        name="示例外资项目",
        investment=Decimal(1_000_000),
        investment_currency="EUR",
        contracted=Decimal(1_000_000),
        contracted_currency="EUR",
        signed_on=date(2026, 8, 31),
    )
    assert (project.investment_cny, project.contracted_cny) == (Decimal(8_000_000), Decimal(7_500_000))
    # The day of signing alone was wrong: the value follows.
    assert saved(cast.office, project, signed_on=date(2026, 9, 1)).contracted_cny == Decimal(8_000_000)


def test_without_a_rate_the_value_stays_empty(cast: Cast) -> None:
    make.rate("USD", "7.2", date(2026, 12, 1), cast.zone)
    project = saved(cast.office, name="示例外资项目", investment=Decimal(5), investment_currency="USD")
    assert (project.investment, project.investment_cny, project.is_major) == (Decimal(5), None, False)


def test_an_amount_taken_back_takes_its_value_along(cast: Cast) -> None:
    project = saved(cast.office, name="示例项目", investment=Decimal(5), investment_currency="CNY")
    assert saved(cast.office, project, investment=None).investment_cny is None


def test_a_value_in_yuan_alone_is_the_amount(cast: Cast) -> None:
    project = saved(cast.office, name="示例项目", investment_cny=Decimal(7))
    assert (project.investment, project.investment_currency, project.investment_cny) == (7, "CNY", 7)


def test_money_a_mu(cast: Cast) -> None:
    project = make.project(investment=1, investment_cny=Decimal(1_260_000_000), land_m2=Decimal(124_000))
    per_mu = project.per_mu("investment_cny")
    assert per_mu is not None
    assert round(per_mu / 10_000) == 677
    assert project.per_mu("expected_tax_cny") is None
    assert make.project(investment=1, investment_cny=1, land_m2=0).per_mu("investment_cny") is None


# --- stages ---------------------------------------------------------------------------------------


def test_a_move_is_entered_with_old_and_new(cast: Cast) -> None:
    project = saved(cast.promotion, name="示例项目", stage_on=date(2026, 11, 2))
    project = saved(cast.promotion, project, stage="negotiation")
    assert project.stage_on == make.TODAY
    entry = Entry.objects.filter(record_id=project.pk, library="projects.project").latest("number")
    changes = {change["field"]: (change["old"], change["new"]) for change in entry.changes}
    assert changes == {"stage": ("lead", "negotiation"), "stage_on": ("2026-11-02", "2026-11-23")}
    assert entry.actor == cast.promotion


def test_a_form_that_sends_the_old_date_along_starts_the_new_stage_today(cast: Cast) -> None:
    project = make.project(department=cast.department, stage_on=date(2026, 9, 1))
    project = saved(cast.promotion, project, stage="negotiation", stage_on=date(2026, 9, 1))
    assert project.stage_on == make.TODAY
    project = saved(cast.promotion, project, stage="intent", stage_on=date(2026, 11, 20))
    assert project.stage_on == date(2026, 11, 20)


def test_the_history_of_stages_is_read_from_the_ledger(cast: Cast) -> None:
    march, may = datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 5, 6, 2, tzinfo=UTC)
    project = saved(cast.promotion, name="示例项目", now=march)
    project = saved(cast.promotion, project, stage="negotiation", now=may)
    saved(cast.promotion, project, jobs=5)
    assert stage_history(cast.commander, project) == [
        Spell("lead", date(2026, 3, 2)),
        Spell("negotiation", date(2026, 5, 6)),
    ]


# --- who may --------------------------------------------------------------------------------------


def test_roles_that_do_not_write_are_refused(cast: Cast) -> None:
    for person in cast.who_may_not("write projects"):
        with pytest.raises(NotAllowed):
            saved(person, name="示例项目")
    assert not Project.objects.exists()


def test_another_departments_project_is_not_mine_to_change(cast: Cast) -> None:
    project = make.project(department=cast.department)
    with pytest.raises(NotAllowed):
        saved(cast.rival, project, jobs=1)
    with pytest.raises(NotAllowed):
        saved(cast.promotion, project, department=cast.rival_department)
    with pytest.raises(NotAllowed):
        remove_project(project, actor=cast.rival, now=make.NOW, via=make.VIA)


def test_an_officer_cannot_leave_a_project_without_a_holder(cast: Cast) -> None:
    project = make.project(department=cast.department)
    assert refused(cast.promotion, project, department=None) == {("department_missing", "department")}
    assert saved(cast.office, project, department=None).department is None


def test_groups_write_in_their_stages(cast: Cast) -> None:
    signed, landed, built = (
        make.project(department=cast.department, stage=stage)
        for stage in ("signed", "landed", "construction")
    )
    assert saved(cast.landing, signed, stage="landed").stage == "landed"
    assert saved(cast.construction, landed, progress=Decimal("0.1")).progress == Decimal("0.1")
    with pytest.raises(NotAllowed):
        saved(cast.landing, built, jobs=1)
    with pytest.raises(NotAllowed):
        saved(cast.construction, make.project(stage="signed"), jobs=1)


def test_who_answers_for_a_project_may_write_it_if_the_role_writes(cast: Cast) -> None:
    project = make.project(service_officer=cast.service, responsible_leader=cast.leader)
    assert saved(cast.service, project, jobs=3).jobs == 3
    with pytest.raises(NotAllowed):
        saved(cast.leader, project, jobs=4)
    with pytest.raises(NotAllowed):
        remove_project(project, actor=cast.leader, now=make.NOW, via=make.VIA)


# --- integrity ------------------------------------------------------------------------------------


def test_a_number_is_given_once_in_a_zone(cast: Cast) -> None:
    first = saved(cast.office, name="示例甲", code="XM-1")
    assert refused(cast.office, name="示例乙", code="XM-1") == {("code_taken", "code")}
    assert saved(cast.outsider, name="示例丙", code="XM-1").zone == cast.other_zone
    remove_project(first, actor=cast.office, now=make.NOW, via=make.VIA)
    saved(cast.office, name="示例丁", code="XM-1")
    with pytest.raises(Refused):
        restore_project(Project.objects.get(pk=first.pk), actor=cast.office, now=make.NOW, via=make.VIA)


def test_one_refused_draft_saves_none(cast: Cast) -> None:
    drafts = [Draft(Project(zone=cast.zone), {"name": name}) for name in ("示例甲", "")]
    with pytest.raises(Refused) as caught:
        save_projects(drafts, actor=cast.office, now=make.NOW, via=make.VIA)
    assert set(caught.value.problems) == {1}
    assert not Project.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"stage": "dreaming"},
        {"investment": -1},
        {"investment": 1, "investment_currency": ""},
        {"contracted": -1},
        {"investment_cny": 1},
        {"money_in_place_cny": -1},
        {"land_m2": -1},
        {"progress": Decimal("1.1")},
    ],
)
def test_the_database_keeps_what_the_rules_say(cast: Cast, values: dict[str, Any]) -> None:
    project = make.project()
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(**values)


def test_the_database_keeps_numbers_unique_and_squads_held(cast: Cast) -> None:
    make.project(code="XM-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.project(code="XM-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.project(squad=cast.squad)
