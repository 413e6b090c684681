"""Two at once, and what breaks off halfway: nothing half done, nothing twice, and words instead of a mistake."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from sanku.accounts.models import Zone
from sanku.accounts.operations import save_people
from sanku.audit import operations as audit
from sanku.audit.models import Chain, Entry
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.common.bulk import insert_rows
from sanku.common.problems import Problem, Refused
from sanku.common.search import matching
from sanku.companies.models import Company, Target
from sanku.companies.operations import remove_company, save_companies, save_targets
from sanku.projects.models import Project
from sanku.projects.operations import remove_project, restore_project, save_projects
from sanku.sites.models import Site
from sanku.sites.operations import save_sites
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


def at_once(what: Callable[[int], Any]) -> list[str]:
    """Do something twice at the same time; return how each ended: "done" or the code of the refusal."""

    def one(number: int) -> str:
        try:
            what(number)
        except Refused as refused:
            return refused.problems[0][0].code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(done.result(60) for done in [pool.submit(one, number) for number in range(2)])


@pytest.fixture
def _both_look_before_either_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two writers meet after they looked whether a code is free; on SQLite the second waits before he looks."""
    meeting, insert = threading.Barrier(2), insert_rows

    def meet(records: Any, **options: Any) -> None:
        if records and isinstance(records[0], Company | Target | Project | Site):
            with suppress(threading.BrokenBarrierError):
                meeting.wait(2)
        insert(records, **options)

    monkeypatch.setattr(audit, "insert_rows", meet)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_both_look_before_either_saves")
@pytest.mark.parametrize("library", ["company", "registry", "target", "project", "site"])
def test_what_two_claim_at_once_one_gets(library: str) -> None:
    office, code = make.user("office"), make.uscc()
    company, department = make.company(office.zone), make.department(office.zone)
    claims: dict[str, tuple[Any, type[Any], dict[str, Any], str]] = {
        "company": (save_companies, Company, {"name": "示例", "uscc": code}, "uscc_taken"),
        "registry": (
            save_companies,
            Company,
            {"name": "示例", "country": "DE", "registry_number": "HRB 1"},
            "registry_number_taken",
        ),
        "target": (save_targets, Target, {"company": company, "department": department}, "target_held"),
        "project": (save_projects, Project, {"name": "示例", "code": "XM-1"}, "code_taken"),
        "site": (save_sites, Site, {"name": "示例", "kind": "land", "code": "ZT-1"}, "code_taken"),
    }
    save, model, values, refusal = claims[library]

    def claim(number: int) -> None:
        zone = Zone.objects.get(pk=office.zone_id)
        save([Draft(model(zone=zone), dict(values))], actor=office, now=make.NOW, via=make.VIA)

    assert at_once(claim) == sorted(["done", refusal])
    assert Entry.objects.count() == 1
    assert verify_chain(Chain.objects.get(zone=office.zone)) is None


@pytest.mark.django_db(transaction=True)
def test_two_sessions_do_not_overwrite_each_other(client_of: ClientOf) -> None:
    office = make.user("office")
    company = make.company(office.zone, "示例")
    here, there = client_of(office), client_of(office)
    page = here.get(reverse("companies:company-detail", args=[company.pk]))
    url = next(part["edit_url"] for part in page.context["sections"] if part["key"] == "zone")

    def save(number: int) -> None:
        # What a page's context was is told to all threads; the page itself is each one's own.
        if (
            "您编辑期间有人保存了"
            in (here, there)[number].post(url, {"note": f"第{number}次"}).content.decode()
        ):
            raise Refused({0: [Problem("changed")]})

    assert at_once(save) == ["changed", "done"]
    assert Entry.objects.count() == 1


def test_what_breaks_off_leaves_neither_record_nor_entry_nor_search_text(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Exception):
        pass

    def break_off(*args: Any, **kwargs: Any) -> None:
        raise Broken

    draft = Draft(Company(zone=cast.zone), {"name": "示例断电公司"})
    for module, name in (
        ("sanku.companies.operations.companies", "note_duplicates"),
        ("sanku.audit.operations", "write_entries"),
        ("sanku.audit.operations", "index_texts"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"{module}.{name}", break_off)
            with pytest.raises(Broken):
                save_companies([draft], actor=cast.office, now=make.NOW, via=make.VIA)
        draft = Draft(Company(zone=cast.zone), {"name": "示例断电公司"})
        assert not Company.objects.exists() and not Entry.objects.exists()
        assert not matching(Company.objects.all(), "断电").exists()
    save_companies([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    assert [company.name for company in matching(Company.objects.all(), "断电")] == ["示例断电公司"]


def test_a_refused_new_record_can_be_mended_and_saved(cast: Cast) -> None:
    """The id that it got in vain is taken back, or it would be taken for one that is there."""
    draft = Draft(Site(zone=cast.zone), {"name": "示例", "kind": "land", "area_total_m2": 10**13})
    with pytest.raises(Refused):
        save_sites([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    draft.values["area_total_m2"] = 10**6
    save_sites([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    assert Site.objects.get().area_total_m2 == 10**6


# --- what hangs together -----------------------------------------------------------------------------


def refusal(operation: Any, record: Any, cast: Cast) -> str:
    with pytest.raises(Refused) as caught:
        operation(record, actor=cast.office, now=make.NOW, via=make.VIA)
    return caught.value.problems[0][0].message()


def test_a_company_that_others_depend_on_stays_and_says_why(cast: Cast, client_of: ClientOf) -> None:
    company = make.company(cast.zone)
    target = make.target(company=company, department=cast.department)
    projects = [make.project(cast.zone, investor=company) for _ in range(2)]
    assert "示例装备局" in refusal(remove_company, company, cast)
    Target.objects.filter(pk=target.pk).update(removed_at=make.NOW)
    assert "2 个项目" in refusal(remove_company, company, cast)
    page = client_of(cast.rival).post(reverse("companies:company-remove", args=[company.pk]), follow=True)
    assert "2 个项目" in page.content.decode()
    for project in projects:
        remove_project(project, actor=cast.office, now=make.NOW, via=make.VIA)
    remove_company(company, actor=cast.office, now=make.NOW, via=make.VIA)
    gone = Project.objects.select_related("investor").get(pk=projects[0].pk)
    assert "恢复" in refusal(restore_project, gone, cast)


def test_a_renamed_company_is_found_by_its_new_name_wherever_it_stands(cast: Cast) -> None:
    company = make.company(cast.zone, "示例旧名公司")
    target = make.target(company=company, department=cast.department)
    project = make.project(cast.zone, "示例项目", investor=company)
    draft = Draft(company, {"name": "示例新号公司"})
    save_companies([draft], actor=cast.office, now=make.NOW, via=make.VIA)
    for records, record in ((Target.objects.all(), target), (Project.objects.all(), project)):
        assert list(matching(records, "新号")) == [record]
        assert not matching(records, "旧名").exists()


@pytest.mark.parametrize("field", ["lead", "responsible_leader", "service_officer"])
def test_saving_the_rest_does_not_erase_who_has_left(cast: Cast, client_of: ClientOf, field: str) -> None:
    values: dict[str, Any] = {field: cast.service}
    project = make.project(department=cast.department, **values)
    save_people(
        [Draft(cast.service, {"is_active": False})], actor=cast.administrator, now=make.NOW, via=make.VIA
    )
    client, url = (
        client_of(cast.office),
        reverse("projects:project-section-edit", args=[project.pk, "people"]),
    )
    form = client.get(url).context["form"]
    sent = {name: value for name in form.fields if (value := form[name].value()) is not None}
    assert sent[field] == cast.service.pk
    assert client.post(url, {**sent, "reporter": "示某"}).status_code == 200
    project.refresh_from_db()
    assert (project.reporter, getattr(project, field)) == ("示某", cast.service)


# --- the ledger --------------------------------------------------------------------------------------


def test_every_way_of_writing_enters_what_it_did(cast: Cast, client_of: ClientOf) -> None:
    """People, passwords, departments, squads, rates, records, rows, decisions, notes, readings, exports."""
    admin, office = client_of(cast.administrator), client_of(cast.office)
    company = make.company(cast.zone, "示例甲机械有限公司")
    contact, touch = make.contact(company, cast.department), make.touch(company, cast.department)
    target, project = make.target(department=cast.department), make.project(department=cast.department)
    site, rate = make.site(cast.zone), make.rate(zone=cast.zone)
    day = "2026-11-02"
    steps: list[tuple[Any, str, list[Any], dict[str, Any]]] = [
        (admin, "accounts:person-add", [], {"name": "示新", "username": "shixin", "role": "analyst"}),
        (admin, "accounts:person-section-edit", [cast.service.pk, "skills"], {"degree": "master"}),
        (admin, "accounts:person-password", [cast.service.pk], {}),
        (admin, "accounts:person-activity", [cast.service.pk], {}),
        (admin, "accounts:department-add", [],
         {"name": "示新局", "short_name": "新", "kind": "group", "position": 9, "is_active": "on"}),
        (admin, "accounts:department-edit", [cast.department.pk],
         {"name": "示改局", "short_name": "改", "kind": "sector", "sector": "equipment", "position": 1, "is_active": "on"}),
        (admin, "accounts:squad-add", [], {"name": "示新队", "department": cast.department.pk, "is_active": "on"}),
        (admin, "accounts:rate-add", [], {"currency": "EUR", "on": day, "cny": "7.9"}),
        (admin, "accounts:rate-edit", [rate.pk], {"currency": "USD", "on": "2026-01-01", "cny": "7.2"}),
        (office, "companies:company-create", [], {"name": "示例甲机械集团公司", "status": "active", "country": "CN"}),
        (office, "companies:company-section-edit", [company.pk, "place"], {"city": "济宁"}),
        (office, "companies:company-note", [company.pk], {"text": "示"}),
        (office, "companies:company-contact-create", [company.pk], {"name": "示"}),
        (office, "companies:company-contact-edit", [company.pk, contact.pk], {"name": "示改"}),
        (office, "companies:company-contact-show", [company.pk, contact.pk], {}),
        (office, "companies:company-contact-remove", [company.pk, contact.pk], {}),
        (office, "companies:company-contact-restore", [company.pk, contact.pk], {}),
        (office, "companies:company-touch-create", [company.pk], {"on": day}),
        (office, "companies:company-touch-edit", [company.pk, touch.pk], {"on": day}),
        (office, "companies:company-touch-remove", [company.pk, touch.pk], {}),
        (office, "companies:company-shareholder-create", [company.pk], {"name": "示股"}),
        (office, "companies:target-create", [],
         {"company": company.name, "status": "new", "department": cast.department.pk}),
        (office, "companies:target-section-edit", [target.pk, "reason"], {"reason": "示"}),
        (office, "companies:target-action", [target.pk], {"next_action": "示"}),
        (office, "companies:target-remove", [target.pk], {}),
        (office, "companies:target-restore", [target.pk], {}),
        (office, "projects:project-create", [], {"name": "示新", "stage": "lead"}),
        (office, "projects:project-section-edit", [project.pk, "stage"], {"stage": "intent"}),
        (office, "projects:project-remove", [project.pk], {}),
        (office, "projects:project-restore", [project.pk], {}),
        (office, "sites:site-create", [], {"name": "示新", "kind": "land", "status": "free"}),
        (office, "sites:site-section-edit", [site.pk, "status"], {"status": "offered"}),
        (office, "sites:site-remove", [site.pk], {}),
        (office, "sites:site-restore", [site.pk], {}),
    ]  # fmt: skip
    for client, name, ids, sent in steps:
        before = Entry.objects.count()
        answer = client.post(reverse(name, args=ids), sent)
        assert answer.status_code in (200, 302), name
        assert Entry.objects.count() > before, (name, answer.context and answer.context.get("form"))
    pair = office.get(reverse("companies:duplicate-list")).context["pairs"][0]
    for name, pk in (("duplicate-decide", pair["id"]), ("company-remove", make.company(cast.zone).pk)):
        before = Entry.objects.count()
        office.post(reverse(f"companies:{name}", args=[pk]), {"state": "different"})
        assert Entry.objects.count() > before, name
    for library in ("companies:company", "companies:target", "projects:project", "sites:site"):
        before = Entry.objects.count()
        file: Any = office.post(reverse(f"{library}-export"))
        assert b"".join(file.streaming_content)
        assert Entry.objects.count() == before + 1, library
    assert set(Entry.objects.values_list("address", flat=True)) == {"127.0.0.1"}
    assert not Entry.objects.filter(actor=None).exists()
    assert verify_chain(Chain.objects.get(zone=cast.zone)) is None
