"""Who sees which project: what is out of scope is not there, on every address."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sanku.accounts.models import User
from sanku.projects.models import Project
from sanku.projects.queries import projects_for, similar_projects
from tests import make
from tests.cast import ROLES, SEES_ALL, Cast
from tests.fixtures import ClientOf

STAGES = "lead negotiation intent signed landed construction production growth suspended lost".split()
GROUPS = {"landing": {"signed", "landed"}, "construction": {"landed", "construction", "production"}}
PAGES = ["detail", "preview", "timeline", "tags"]
SECTIONS = ["overview", "stage", "investment", "needs", "people", "marks", "dates"]


def addresses(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the method and address of every page of one project."""
    for page in PAGES:
        yield "get", reverse(f"projects:project-{page}", args=[project.pk])
    for key in SECTIONS:
        yield "get", reverse("projects:project-section", args=[project.pk, key])
        for method in ("get", "post"):
            yield method, reverse("projects:project-section-edit", args=[project.pk, key])
    for page in ("note", "remove", "restore"):
        yield "post", reverse(f"projects:project-{page}", args=[project.pk])
    yield "get", reverse("projects:project-investor", args=[project.pk])


def answers(client: Client, project: Project) -> set[int]:
    return {getattr(client, method)(url).status_code for method, url in addresses(project)}


@pytest.fixture
def project(cast: Cast) -> Project:
    return make.project(
        name="示例项目", department=cast.department, investor=make.company(cast.zone, "示例重工有限公司")
    )


@pytest.mark.usefixtures("bare_404")
def test_nobody_out_of_scope_finds_a_project(cast: Cast, client_of: ClientOf, project: Project) -> None:
    """The second zone, the other department, the groups whose stage it is not, and roles without projects."""
    for person in (
        cast.outsider, cast.rival, cast.landing, cast.construction, cast.leader, cast.service,
        cast.counterpart, cast.analyst, cast.administrator,
    ):  # fmt: skip
        assert answers(client_of(person), project) == {404}, person.role
    project.refresh_from_db()
    assert project.removed_at is None


def test_every_address_is_there_for_who_may(cast: Cast, client_of: ClientOf, project: Project) -> None:
    for method, url in addresses(project):
        if url.endswith(("/remove/", "/restore/")):
            continue
        assert getattr(client_of(cast.promotion), method)(url).status_code == 200, url


def test_the_list_of_addresses_is_complete() -> None:
    """A new page of a project must be tried by outsiders too."""
    from sanku.projects.urls import urlpatterns

    of_one = {str(pattern.name) for pattern in urlpatterns if "<int:pk>" in str(pattern.pattern)}
    # Files are tried on every library in tests/library/test_attachments.py.
    assert {name for name in of_one if "-attachment" not in name} == {
        *(
            f"project-{page}"
            for page in (*PAGES, "section", "section-edit", "note", "remove", "restore", "investor")
        ),
        # Tried by outsiders in the tests of notes and of who may be told.
        *(f"project-{page}" for page in ("note-item", "note-edit", "note-remove", "note-restore", "people")),
        "company-projects",
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_which_stage_and_department(cast: Cast, role: str) -> None:
    for stage in STAGES:
        for department in (cast.department, cast.rival_department):
            make.project(name=f"{stage}", stage=stage, department=department)
    make.project(cast.other_zone, "外区")
    seen = {(project.stage, project.department_id) for project in projects_for(cast.of(role))}
    departments = {cast.department.pk, cast.rival_department.pk}
    expected: set[tuple[str, int | None]] = set()
    if role in SEES_ALL:
        expected = {(stage, department) for stage in STAGES for department in departments}
    elif role == "promotion":
        expected = {(stage, cast.department.pk) for stage in STAGES}
    elif role in GROUPS:
        expected = {(stage, department) for stage in GROUPS[role] for department in departments}
    assert seen == expected


def test_who_leads_or_answers_for_a_project_sees_it_anywhere(cast: Cast) -> None:
    for person, field in (
        (cast.promotion, "lead"),
        (cast.leader, "responsible_leader"),
        (cast.service, "service_officer"),
        (cast.landing, "lead"),
    ):
        answer: dict[str, Any] = {field: person}
        project = make.project(department=cast.rival_department, **answer)
        assert list(projects_for(person)) == [project]
        project.delete()


def test_removed_projects_are_gone_and_come_back(cast: Cast, client_of: ClientOf, project: Project) -> None:
    client = client_of(cast.promotion)
    client.post(reverse("projects:project-remove", args=[project.pk]))
    assert client.get(reverse("projects:project-detail", args=[project.pk])).status_code == 404
    assert not projects_for(cast.promotion).exists()
    assert (
        client_of(cast.rival).post(reverse("projects:project-restore", args=[project.pk])).status_code == 404
    )
    client.post(reverse("projects:project-restore", args=[project.pk]))
    assert list(projects_for(cast.promotion)) == [project]


def may_edit(client: Client, project: Project) -> bool:
    page = client.get(reverse("projects:project-detail", args=[project.pk]))
    return any(section["edit_url"] for section in page.context["sections"])


def test_who_only_reads_is_offered_no_edit_and_refused_one(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    url = reverse("projects:project-section-edit", args=[project.pk, "stage"])
    for person, allowed in (
        (cast.office, True),
        (cast.promotion, True),
        (cast.commander, False),
        (cast.supervision, False),
    ):
        client = client_of(person)
        assert may_edit(client, project) is allowed
        client.post(url, {"stage": "negotiation"})
        project.refresh_from_db()
        assert project.stage == ("negotiation" if allowed else "lead")
        Project.objects.update(stage="lead")


def test_lists_and_exports_hold_nothing_out_of_scope(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    for person in (cast.rival, cast.outsider, cast.analyst):
        client = client_of(person)
        page = client.get(reverse("projects:project-list") + "?q=示例")
        assert project.name not in page.content.decode()
        selected = client.get(f"{reverse('projects:project-list')}?selected={project.pk}")
        assert project.name not in selected.content.decode()


def test_a_companys_projects_are_those_the_reader_may_see(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    assert project.investor is not None
    company = project.investor
    make.project(name="示例他局项目", department=cast.rival_department, investor=company, stage="signed")
    url = reverse("projects:company-projects", args=[company.pk])

    def shown(person: User) -> set[str]:
        text = client_of(person).get(url).content.decode()
        assert 'id="panel-projects"' in text
        return {name for name in ("示例项目", "示例他局项目") if f"<b>{name}</b>" in text}

    assert shown(cast.office) == {"示例项目", "示例他局项目"}
    assert shown(cast.promotion) == {"示例项目"}
    assert shown(cast.rival) == shown(cast.landing) == {"示例他局项目"}
    assert shown(cast.analyst) == set()
    assert client_of(cast.outsider).get(url).status_code == 404


def test_the_investors_panel_names_his_other_projects_in_scope(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    make.project(name="示例他局项目", department=cast.rival_department, investor=project.investor)
    url = reverse("projects:project-investor", args=[project.pk])
    assert "示例他局项目" in client_of(cast.office).get(url).content.decode()
    text = client_of(cast.promotion).get(url).content.decode()
    assert "示例他局项目" not in text
    assert "示例重工有限公司" in text
    alone = make.project(department=cast.department)
    assert (
        client_of(cast.promotion).get(reverse("projects:project-investor", args=[alone.pk])).status_code
        == 404
    )


# --- possible duplicates -----------------------------------------------------------------------------


def test_the_same_core_name_is_recognised(cast: Cast, project: Project) -> None:
    found = similar_projects(cast.promotion, "示例 建设项目")
    assert [(other, visible) for other, _why, visible in found] == [(project, True)]
    assert similar_projects(cast.promotion, "示例另一项目") == []
    assert similar_projects(cast.promotion, "") == []


def test_the_same_investor_with_a_similar_name_is_recognised(cast: Cast) -> None:
    company = make.company(cast.zone, "示例重工有限公司")
    plant = make.project(cast.zone, "矿用智能液压支架工厂", investor=company)
    written = make.project(cast.zone, "矿用液压支架智能工厂", investor_name="示例重工")
    make.project(cast.zone, "职工公寓", investor=company)
    make.project(cast.other_zone, "矿用智能液压支架工厂")
    found = {
        other
        for other, _why, _visible in similar_projects(cast.office, "矿用智能支架工厂", "示例重工有限责任公司")
    }
    assert found == {plant}
    found = {other for other, _why, _visible in similar_projects(cast.office, "矿用智能支架工厂", "示例重工")}
    assert found == {plant, written}
    assert similar_projects(cast.office, "矿用智能支架工厂") == []


def test_another_departments_project_is_told_by_name_and_holder_only(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    url = reverse("projects:project-similar")
    text = client_of(cast.rival).get(url, {"name": "示例"}).content.decode()
    assert "示例项目" in text
    assert "示例装备局" in text
    assert "示例重工" not in text
    assert reverse("projects:project-detail", args=[project.pk]) not in text
    own = client_of(cast.promotion).get(url, {"name": "示例"}).content.decode()
    assert reverse("projects:project-detail", args=[project.pk]) in own
    assert "示例项目" not in client_of(cast.outsider).get(url, {"name": "示例"}).content.decode()
