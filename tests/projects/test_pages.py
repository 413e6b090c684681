"""The pages of projects: what they show, what they take, how much they cost."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sanku.accounts.models import User, Zone
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.dates import working_days_between
from sanku.library.specs import Reader
from sanku.projects import cells
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from sanku.projects.rules import overdue_starts
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

LIST = reverse("projects:project-list")
MONEY = {"investment_currency": "CNY", "contracted_currency": "CNY"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it Monday, 23 November 2026, for every page."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: make.NOW)


def listed(client: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{LIST}?{query}").context["listing"]
    return found


def names(client: Client, query: str = "") -> list[str]:
    return [row["cells"][0]["text"] for row in listed(client, query)["rows"]]


def edit(client: Client, project: Project, section: str, **fields: Any) -> Any:
    url = reverse("projects:project-section-edit", args=[project.pk, section])
    return client.post(url, fields)


# --- the list -------------------------------------------------------------------------------------


def test_the_heading_and_the_footer_follow_the_filters(cast: Cast, client_of: ClientOf) -> None:
    for stage, amount in (("negotiation", 3), ("negotiation", 5), ("signed", 12), ("lost", None)):
        cny = None if amount is None else Decimal(amount) * 100_000_000
        make.project(cast.zone, stage=stage, investment=cny, investment_cny=cny)
    shown = listed(client_of(cast.office))
    assert [(part["value"], part["unit"]) for part in shown["heading_parts"]] == [
        ("4", "个项目"),
        ("20.00", "亿元"),
    ]
    assert shown["totals"] == ["在谈 2 个 8.00 亿元", "签约 1 个 12.00 亿元", "流失 1 个"]
    shown = listed(client_of(cast.office), "stage=signed")
    assert shown["totals"] == ["签约 1 个 12.00 亿元"]
    assert shown["total_all"] == 4


def test_filters(cast: Cast, client_of: ClientOf) -> None:
    day = make.TODAY
    make.project(
        cast.zone,
        "甲",
        stage="signed",
        stage_on=day,
        department=cast.department,
        sector="equipment",
        investment=Decimal(3) * 10**8,
        investment_cny=Decimal(3) * 10**8,
        land_m2=Decimal(20_000),
        is_major=True,
        money_origin="abroad",
        signed_on=date(2026, 9, 9),
        next_action_on=date(2026, 11, 29),
        lead=cast.office,
        is_high_energy=True,
        environmental_class="report",
    )
    make.project(
        cast.zone,
        "乙",
        stage="negotiation",
        department=cast.rival_department,
        is_unverified=True,
        stage_on=day,
    )
    make.project(cast.zone, "丙", stage="lost", next_action_on=date(2026, 1, 1))
    client = client_of(cast.office)
    queries = [
        f"department={cast.department.pk}",
        "stage=signed",
        "sector=equipment",
        "investment_min=3&investment_max=3",
        "land_min=30&land_max=30",
        "major=1",
        "mine=1",
        "origin=abroad",
        "signed_from=2026-09-09&signed_to=2026-09-09",
        "next_from=2026-11-29",
        "week=1",
        "high_energy=1",
        "environmental=report",
        "q=j",
    ]
    found = {query: names(client, query) for query in queries}
    assert found == {query: ["甲"] for query in queries}
    assert names(client, "unverified=1") == ["乙"]
    assert names(client, "stage=signed&stage=negotiation&sort=name") == ["乙", "甲"]
    # What cannot be read does not filter.
    assert len(names(client, "department=x&investment_min=viel&stage=")) == 3


def test_land_is_filtered_in_the_unit_of_the_zone(cast: Cast, client_of: ClientOf) -> None:
    make.project(cast.zone, "甲", land_m2=Decimal(20_000))
    Zone.objects.filter(pk=cast.zone.pk).update(area_unit="m2")
    client = client_of(User.objects.get(pk=cast.office.pk))
    assert names(client, "land_min=20000&land_max=20000") == ["甲"]
    shown = listed(client, "column=land")
    assert (shown["columns"][1]["unit"], shown["rows"][0]["cells"][1]["text"]) == ("m²", "20,000")


def test_the_overdue_filter_agrees_with_the_lights(cast: Cast, client_of: ClientOf) -> None:
    for stage, start in overdue_starts(on=make.TODAY).items():
        make.project(cast.zone, f"{stage}超期", stage=stage, stage_on=start)
        make.project(cast.zone, f"{stage}临期", stage=stage, stage_on=start + timedelta(days=1))
    make.project(cast.zone, "下一步超期", next_action_on=make.TODAY - timedelta(days=1), stage_on=make.TODAY)
    make.project(cast.zone, "下一步今天", next_action_on=make.TODAY, stage_on=make.TODAY)
    make.project(cast.zone, "流失", stage="lost", next_action_on=date(2020, 1, 1), stage_on=date(2020, 1, 1))
    reader = Reader(cast.office, make.TODAY)
    red = {
        project.name
        for project in Project.objects.all()
        if 'class="lt r"' in str(cells.days_cell(project, reader).get("html"))
        or cells.next_day_cell(project, reader).get("light") == "r"
    }
    assert set(names(client_of(cast.office), "overdue=1")) == red
    assert len(red) == 8


def test_only_who_sees_several_departments_filters_by_them(cast: Cast, client_of: ClientOf) -> None:
    keys = {
        person: {spec["key"] for spec in listed(client_of(person))["filters"]}
        for person in (cast.office, cast.promotion, cast.landing)
    }
    assert "department" in keys[cast.office] & keys[cast.landing]
    assert "department" not in keys[cast.promotion]


def test_cells_say_days_dates_and_money(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例重工集团有限公司", short_name="示例重工")
    make.project(
        cast.zone,
        "示例支架工厂",
        investor=company,
        chain_segment="液压支架",
        stage="signed",
        stage_on=date(2026, 9, 9),
        investment=Decimal(1_260_000_000),
        investment_cny=Decimal(1_260_000_000),
        land_m2=Decimal(124_000),
        next_action="核对附件",
        next_action_on=date(2026, 11, 12),
    )
    row = listed(client_of(cast.office))["rows"][0]["cells"]
    used = working_days_between(date(2026, 9, 9), make.TODAY)
    assert (row[0]["text"], row[0]["sub"]) == ("示例支架工厂", "示例重工 · 液压支架")
    assert 'class="stg s4"' in row[1]["html"]
    assert (row[2]["text"], row[3]["text"], row[3]["title"]) == ("12.60", "186", "124,000 m²")
    assert f"{used} / 60" in row[4]["html"]
    assert (row[6]["text"], row[6]["light"], row[6]["sub"]) == ("超期 7 个工作日", "r", "11-12")


@pytest.mark.parametrize(
    "sort", ["investment", "-investment", "next", "-next", "days", "-days", "land", "-land"]
)
def test_paging_reaches_every_row_once_with_empty_values_last(
    cast: Cast, client_of: ClientOf, sort: str
) -> None:
    for number in range(120):
        value = Decimal(number % 7) if number % 3 else None
        day = make.TODAY + timedelta(days=number % 5) if number % 4 else None
        make.project(
            cast.zone,
            f"示例{number:03d}",
            investment=value,
            investment_cny=value,
            land_m2=value,
            next_action_on=day,
            stage_on=day,
        )
    client = client_of(cast.office)
    url: str | None = f"{LIST}?sort={sort}"
    seen: list[int] = []
    for _page in range(3):
        assert url is not None
        shown = client.get(url).context["listing"]
        seen += [row["id"] for row in shown["rows"]]
        url = shown["page"]["next_url"]
    assert url is None
    assert len(seen) == len(set(seen)) == 120
    by_id = Project.objects.in_bulk(seen)
    field = {"investment": "investment_cny", "next": "next_action_on", "days": "stage_on", "land": "land_m2"}
    values = [getattr(by_id[pk], field[sort.lstrip("-")]) for pk in seen]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (120 - len(known))
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_a_list_page_costs_few_queries(
    cast: Cast, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(60):
        make.project(
            cast.zone,
            investor=make.company(cast.zone),
            department=cast.department,
            squad=cast.squad,
            lead=cast.promotion,
            responsible_leader=cast.leader,
            service_officer=cast.service,
        )
    every = "&".join(f"column={key}" for key, *_rest in listed(client_of(cast.office))["column_choices"])
    for person in (cast.office, cast.promotion):
        client = client_of(person)
        with django_assert_max_num_queries(12):
            client.get(f"{LIST}?{every}&stage=lead&overdue=&sort=-next")


def test_the_export_has_the_rows_the_units_and_the_filter(cast: Cast, client_of: ClientOf) -> None:
    make.project(
        cast.zone,
        "示例甲",
        stage="signed",
        stage_on=date(2026, 11, 20),
        investment=Decimal(2) * 10**8,
        investment_cny=Decimal(2) * 10**8,
        land_m2=Decimal(2000),
        next_action_on=date(2026, 11, 24),
    )
    make.project(cast.zone, "=示例乙", stage="lead")
    make.project(cast.other_zone, "示例丙", stage="signed")
    client = client_of(cast.office)
    answer = client.post(reverse("projects:project-export") + "?stage=signed")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:5] == ("项目", "阶段", "计划投资（亿元）", "用地（亩）", "在本阶段 / 时限（工作日）")
    assert [row[:5] for row in rows[1:]] == [("示例甲", "签约", 2, 3, 1)]
    source = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert "阶段 签约" in source.values()
    entry = Entry.objects.get(action="export")
    assert (entry.actor, entry.changes[0]["new"]) == (cast.office, 1)


# --- the record -----------------------------------------------------------------------------------


def test_the_head_shows_the_path_the_lights_and_who_answers(cast: Cast, client_of: ClientOf) -> None:
    project = Project(zone=cast.zone)
    moves = [("lead", date(2026, 8, 3)), ("negotiation", date(2026, 8, 17)), ("signed", date(2026, 9, 9))]
    for stage, day in moves:
        values = {"stage": stage, "stage_on": day}
        if stage == "lead":
            values |= {
                "name": "示例项目",
                "squad": cast.squad,
                "lead": cast.promotion,
                "responsible_leader": cast.leader,
            }
        save_projects([Draft(project, values)], actor=cast.office, now=make.NOW, via=make.VIA)
    page = client_of(cast.office).get(reverse("projects:project-detail", args=[project.pk]))
    head = page.context["record"]
    path = [(step["label"], step["note"], step["state"]) for step in head["path"]]
    assert path[:5] == [
        ("线索", "用 10 天", "done"),
        ("在谈", "用 17 天", "done"),
        ("意向", "—", "done"),
        ("签约", f"第 {working_days_between(date(2026, 9, 9), make.TODAY)} 天 / 60", "now"),
        ("落地", "时限 120", ""),
    ]
    assert "阶段临期" in head["status_html"]
    assert head["owner"] == {"name": "示promotion", "unit": "示例装备一队 · 包保领导 示leader"}


def test_a_lost_project_stands_apart_from_the_path(cast: Cast, client_of: ClientOf) -> None:
    project = Project(zone=cast.zone)
    for stage in ("lead", "negotiation", "lost"):
        save_projects(
            [Draft(project, {"name": "示例项目", "stage": stage})],
            actor=cast.office,
            now=make.NOW,
            via=make.VIA,
        )
    head = client_of(cast.office).get(reverse("projects:project-detail", args=[project.pk])).context["record"]
    assert [step["state"] for step in head["path"]] == ["done", "done", "", "", "", "", "", ""]
    assert 'class="stg lost">流失' in head["status_html"]


def test_an_opening_entry_is_marked(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(cast.zone, "示例项目", stage="signed", is_unverified=True)
    client = client_of(cast.office)
    assert listed(client)["rows"][0]["tags"] == ["期初未核实"]
    page = client.get(reverse("projects:project-detail", args=[project.pk]))
    assert "期初未核实" in page.context["record"]["tags"]


def test_a_move_shows_in_the_timeline(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(department=cast.department)
    answer = edit(client_of(cast.promotion), project, "stage", stage="negotiation", next_action="首次走访")
    (entry,) = answer.context["timeline"]
    moved = next(change for change in entry["changes"] if change["label"] == "阶段")
    assert (str(moved["old"]), str(moved["new"])) == ("线索", "在谈")
    assert entry["key"]


@pytest.mark.parametrize(
    ("typed", "unit", "currency", "amount", "kept_in"),
    [
        ("3,500", "10000", "CNY", Decimal(35_000_000), "CNY"),
        ("３，５００", "10000", "CNY", Decimal(35_000_000), "CNY"),
        ("3,500 万元", "100000000", "CNY", Decimal(35_000_000), "CNY"),
        ("12.6亿", "1", "CNY", Decimal(1_260_000_000), "CNY"),
        ("600 万美元", "1", "CNY", Decimal(6_000_000), "USD"),
        ("600", "10000", "USD", Decimal(6_000_000), "USD"),
        ("0.01", "1", "CNY", Decimal("0.01"), "CNY"),
    ],
)
def test_amounts_are_typed_as_people_write_them(
    cast: Cast, client_of: ClientOf, typed: str, unit: str, currency: str, amount: Decimal, kept_in: str
) -> None:
    project = make.project(department=cast.department)
    fields = MONEY | {"investment": typed, "investment_unit": unit, "investment_currency": currency}
    edit(client_of(cast.promotion), project, "investment", **fields)
    project.refresh_from_db()
    assert (project.investment, project.investment_currency) == (amount, kept_in)
    assert project.investment_cny == (amount if kept_in == "CNY" else None)


def test_amounts_that_cannot_be_are_refused_at_their_field(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(department=cast.department)
    for typed in ("-5", "3-5亿元", "很多", "9" * 18, "9" * 40, "NaN", "1e30"):
        fields = MONEY | {"investment": typed, "investment_unit": "100000000"}
        answer = edit(client_of(cast.promotion), project, "investment", **fields)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["investment"], typed
    project.refresh_from_db()
    assert project.investment is None


def test_areas_do_not_drift(cast: Cast, client_of: ClientOf) -> None:
    """What is saved again and again as the form shows it stays as it was, entered in either unit."""
    project, client = make.project(department=cast.department), client_of(cast.promotion)
    for typed, unit, kept in (
        ("186", "mu", "124000.00"),
        ("7.3", "mu", "4866.67"),
        ("4866.67", "m2", "4866.67"),
        ("12,345.67", "m2", "12345.67"),
        ("20 亩", "m2", "13333.33"),
    ):
        edit(client, project, "needs", land_m2=typed, land_unit=unit)
        for _again in range(4):
            project.refresh_from_db()
            assert project.land_m2 == Decimal(kept)
            form = client.get(reverse("projects:project-section-edit", args=[project.pk, "needs"])).context[
                "form"
            ]
            fields = {name: form[name].value() for name in ("land_m2", "land_unit")}
            edit(client, project, "needs", **fields)
        assert Entry.objects.filter(record_id=project.pk).count() <= 5


def test_the_investor_is_named_by_name_or_code(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例重工有限公司", uscc=make.uscc())
    foreign = make.company(cast.other_zone, "示例外区有限公司")
    project, client = make.project(department=cast.department), client_of(cast.promotion)
    for typed in (company.name, company.uscc):
        edit(client, project, "overview", name="示例项目", investor=typed)
        project.refresh_from_db()
        assert project.investor == company
        edit(client, project, "overview", name="示例项目", investor="")
        project.refresh_from_db()
        assert project.investor is None
    answer = edit(client, project, "overview", name="示例项目", investor=foreign.name)
    assert list(answer.context["form"].errors) == ["investor"]


def test_a_project_is_entered_and_found(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.promotion)
    form = client.get(reverse("projects:project-create")).context["form"]
    fields = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    fields |= {
        "name": "示例减速器产线",
        "investment": "1.2",
        "investment_unit": "100000000",
        "next_action": "首访",
    }
    answer = client.post(reverse("projects:project-create"), fields)
    project = Project.objects.get()
    assert answer.headers["Location"] == reverse("projects:project-detail", args=[project.pk])
    assert (project.department, project.squad, project.lead) == (cast.department, cast.squad, cast.promotion)
    assert (project.investment_cny, project.is_major, project.is_unverified) == (120_000_000, True, False)
    assert names(client, "q=sljsq") == ["示例减速器产线"]


def test_a_company_page_starts_a_project_of_it(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, "示例重工有限公司", sector="new_materials")
    form = (
        client_of(cast.office)
        .get(f"{reverse('projects:project-create')}?company={company.pk}")
        .context["form"]
    )
    assert (form["investor"].value(), form["sector"].value()) == ("示例重工有限公司", "new_materials")
    foreign = make.company(cast.other_zone)
    form = (
        client_of(cast.office)
        .get(f"{reverse('projects:project-create')}?company={foreign.pk}")
        .context["form"]
    )
    assert form["investor"].value() == ""


def test_two_people_do_not_overwrite_each_other(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(department=cast.department)
    url = reverse("projects:project-section-edit", args=[project.pk, "stage"])
    answer = client_of(cast.promotion).post(f"{url}?seen=1", {"stage": "negotiation"})
    assert answer.context["form"].non_field_errors()
    project.refresh_from_db()
    assert project.stage == "lead"
