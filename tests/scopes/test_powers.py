"""Nobody gets by a form what his role does not give him."""

from typing import Any

import pytest
from django.urls import reverse

from sanku.accounts.models import User
from sanku.audit.models import Entry
from sanku.audit.operations import Draft
from sanku.common.problems import NotAllowed
from sanku.companies.models import Company, Target
from sanku.companies.operations import save_companies, save_contacts, save_targets
from sanku.companies.queries import contacts_for
from sanku.projects.models import Project
from sanku.projects.operations import save_projects
from sanku.sites.models import Site
from sanku.sites.operations import save_sites
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf

COMPANY = {"name": "示例有限公司", "status": "active", "country": "CN"}
PROJECT = {"name": "示例项目", "stage": "lead"}


def edit(client: Any, name: str, record: Any, section: str, sent: dict[str, Any], **headers: str) -> Any:
    url = reverse(f"{name}-section-edit", args=[record.pk, section])
    answer = client.post(url, sent, headers=headers)
    record.refresh_from_db()
    return answer


@pytest.mark.parametrize("who", ["promotion", "rival", "landing", "construction", "service", "analyst"])
@pytest.mark.parametrize("field", ["responsible_leader", "service_officer"])
def test_nobody_appoints_himself_to_read_what_others_hold(
    cast: Cast, client_of: ClientOf, who: str, field: str
) -> None:
    """Whoever answers for a company sees every department's contacts: the office says who does."""
    company, holder = make.company(cast.zone), make.department(cast.zone)
    make.contact(company, holder)
    person, client = getattr(cast, who), client_of(getattr(cast, who))
    answer = edit(client, "companies:company", company, "zone", {field: person.pk})
    assert "办公室" in answer.content.decode()
    assert getattr(company, field) is None
    assert not contacts_for(person).exists()
    client.post(reverse("companies:company-create"), {**COMPANY, field: person.pk})
    assert not Company.objects.filter(**{field: person}).exists()
    edit(client_of(cast.office), "companies:company", company, "zone", {field: person.pk})
    assert getattr(company, field) == person


def test_who_answers_for_a_company_may_still_edit_it(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone, service_officer=cast.service, responsible_leader=cast.leader)
    sent = {"service_officer": cast.service.pk, "responsible_leader": cast.leader.pk, "note": "示例"}
    edit(client_of(cast.service), "companies:company", company, "zone", sent)
    assert company.note == "示例"


def test_whoever_leads_anothers_project_does_not_take_it_to_his_department(
    cast: Cast, client_of: ClientOf
) -> None:
    project = make.project(department=cast.rival_department, lead=cast.promotion)
    client = client_of(cast.promotion)
    answer = edit(client, "projects:project", project, "people", {"department": cast.department.pk})
    assert "办公室" in answer.content.decode()
    assert project.department == cast.rival_department
    # His form keeps the department that he may not choose, so that he can change the rest.
    sent = {"department": cast.rival_department.pk, "lead": cast.promotion.pk, "reporter": "示某"}
    edit(client, "projects:project", project, "people", sent)
    assert (project.reporter, project.department) == ("示某", cast.rival_department)


@pytest.mark.parametrize("who", ["promotion", "landing"])
def test_a_project_changes_its_department_by_the_office_alone(
    cast: Cast, client_of: ClientOf, who: str
) -> None:
    project = make.project(department=cast.department, stage="landed")
    sent = {"department": cast.rival_department.pk}
    edit(client_of(getattr(cast, who)), "projects:project", project, "people", sent)
    assert project.department == cast.department
    edit(client_of(cast.office), "projects:project", project, "people", sent)
    assert project.department == cast.rival_department


@pytest.mark.parametrize(
    ("who", "start", "end", "moved"),
    [
        ("landing", "signed", "landed", True),
        ("landing", "landed", "construction", False),
        ("landing", "signed", "lead", False),
        ("construction", "landed", "construction", True),
        ("construction", "production", "growth", False),
        ("office", "production", "growth", True),
    ],
)
def test_a_group_moves_projects_within_its_stages(
    cast: Cast, client_of: ClientOf, who: str, start: str, end: str, moved: bool
) -> None:
    project = make.project(department=cast.department, stage=start)
    answer = edit(client_of(getattr(cast, who)), "projects:project", project, "stage", {"stage": end})
    assert answer.status_code == 200
    assert project.stage == (end if moved else start)


def test_handing_a_project_on_is_saved_though_one_sees_it_no_longer(cast: Cast, client_of: ClientOf) -> None:
    project = make.project(department=cast.rival_department, lead=cast.promotion)
    sent = {"department": cast.rival_department.pk, "lead": cast.rival.pk}
    client = client_of(cast.promotion)
    answer = edit(client, "projects:project", project, "people", sent, **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, reverse("projects:project-list"))
    assert project.lead == cast.rival
    assert client.get(reverse("projects:project-detail", args=[project.pk])).status_code == 404
    assert Entry.objects.count() == 1


def test_a_target_goes_to_no_other_department_squad_or_officer(cast: Cast, client_of: ClientOf) -> None:
    target = make.target(department=cast.department)
    squad, client = make.squad(cast.rival_department), client_of(cast.promotion)
    for sent in (
        {"department": cast.rival_department.pk},
        {"department": cast.department.pk, "squad": squad.pk},
        {"department": cast.department.pk, "officer": cast.rival.pk},
        {"department": cast.department.pk, "officer": cast.outsider.pk},
    ):
        assert edit(client, "companies:target", target, "owner", sent).context["form"].errors
        assert (target.department, target.squad, target.officer) == (cast.department, None, None)


def test_what_no_form_asks_for_is_not_taken(cast: Cast, client_of: ClientOf) -> None:
    extra = {
        "zone": cast.other_zone.pk, "zone_id": cast.other_zone.pk, "is_demo": "on", "removed_at": "2026-01-01",
        "created_at": "2020-01-01", "search_text": "x", "touch_count": "99", "score": "99", "is_major": "on", "id": "77",
        "is_superuser": "on", "core": "x", "first_reported_at": "2020-01-01", "investment_cny": "9",
    }  # fmt: skip
    client = client_of(cast.promotion)
    assert client.post(reverse("companies:company-create"), {**COMPANY, **extra}).status_code == 302
    assert (
        client.post(
            reverse("projects:project-create"), {**PROJECT, **extra, "department": cast.department.pk}
        ).status_code
        == 302
    )
    target = make.target(department=cast.department)
    assert edit(client, "companies:target", target, "reason", extra).status_code == 200
    company, project = Company.objects.get(name=COMPANY["name"]), Project.objects.get()
    for record in (company, project, target):
        assert (record.zone, record.is_demo, record.removed_at) == (cast.zone, False, None)
        assert record.created_at.year == 2026 and record.pk != 77
    assert (project.is_major, project.investment_cny, project.core) == (False, None, "示例")
    assert (target.touch_count, target.score) == (0, None)


def test_no_form_makes_an_administrator(cast: Cast, client_of: ClientOf) -> None:
    for person in (cast.office, cast.commander, cast.promotion):
        url = reverse("accounts:person-section-edit", args=[person.pk, "place"])
        assert (
            client_of(person).post(url, {"role": "administrator", "name": "示", "username": "xx"}).status_code
            == 404
        )
    assert User.objects.filter(role="administrator").count() == 1
    # Nor does an administrator reach into the other zone.
    url = reverse("accounts:person-section-edit", args=[cast.outsider.pk, "place"])
    assert client_of(cast.administrator).post(url, {"role": "office"}).status_code == 404


def test_no_operation_writes_into_another_zone(cast: Cast) -> None:
    """Views ask within the zone; the operations do not count on it."""
    theirs, ours = make.company(cast.other_zone), make.company(cast.zone)
    attempts: list[tuple[Any, Draft[Any]]] = [
        (save_companies, Draft(theirs, {"note": "x"})),
        (save_companies, Draft(Company(zone=cast.other_zone), {"name": "示例"})),
        (save_companies, Draft(ours, {"service_officer": cast.outsider})),
        (save_contacts, Draft(make.contact(theirs), {"note": "x"})),
        (save_targets, Draft(Target(zone=cast.zone), {"company": theirs, "department": cast.department})),
        (save_projects, Draft(Project(zone=cast.zone), {"name": "示例", "investor": theirs})),
        (save_projects, Draft(make.project(cast.other_zone), {"note": "x"})),
        (save_sites, Draft(Site(zone=cast.other_zone), {"name": "示例", "kind": "land"})),
    ]
    for save, draft in attempts:
        with pytest.raises(NotAllowed):
            save([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    assert not Entry.objects.exists()
