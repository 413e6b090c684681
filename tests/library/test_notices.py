"""Notes that mention people, and the notices that follow: told is only who may read the note, and only while he may."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.models import Action, Chain, Entry
from sanku.audit.queries import verify_chain
from sanku.library.models import BulkEdit, Export, Notice
from sanku.library.operations import bulk_edits, exports
from sanku.merging.operations import merge_companies
from sanku.projects.models import Project
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.test_work import many, run_worker, waiting

LIST = "/notices/"


def note(client: Client, record: Any, text: str, **more: str) -> Any:
    name = f"{record._meta.app_label}:{record._meta.model_name}-note"
    return client.post(reverse(name, args=[record.pk]), {"text": text, **more})


def change(client: Client, what: str, project: Project, number: int, **sent: str) -> Any:
    return client.post(reverse(f"projects:project-note-{what}", args=[project.pk, number]), sent)


def told(client: Client) -> list[str]:
    """Return what the page of notices says, without its markup."""
    groups = client.get(LIST).context["groups"]
    return [f"{one.html}{one.excerpt}" for group in groups for one in group["told"]]


def unread(client: Client) -> int:
    return int(client.get(f"{LIST}unread/").json()["count"])


@pytest.fixture
def project(cast: Cast) -> Project:
    return make.project(cast.zone, "示例机密项目", department=cast.department)


def test_whoever_is_mentioned_is_told_and_led_to_the_note(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    officer, office = client_of(cast.promotion), client_of(cast.office)
    page = note(officer, project, "请@示office 看一下，@示promotion 也看")
    entry = Entry.objects.get(action=Action.NOTE)
    assert f'<a class="mention" href="/people/{cast.office.pk}/">@示office</a>' in page.content.decode()
    assert Notice.objects.get().to == cast.office, "nobody is told of his own note"
    assert told(office) == [f"<b>{cast.promotion}</b> 在 <b>示例机密项目</b> 提到了您{entry.why}"]
    assert unread(office) == 1 and unread(officer) == 0
    led = office.get(reverse("notices:open", args=[Notice.objects.get().pk]))
    assert led["Location"] == f"/projects/{project.pk}/?entry={entry.number}#entry-{entry.number}"
    assert unread(office) == 0
    assert f'id="entry-{entry.number}"' in office.get(led["Location"]).content.decode()


def test_an_old_note_is_on_the_page_that_a_notice_leads_to(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    office = client_of(cast.office)
    note(client_of(cast.promotion), project, "@示office 旧话")
    for number in range(40):
        note(office, project, f"话{number}")
    first = Entry.objects.earliest("number")
    assert f'id="entry-{first.number}"' not in office.get(f"/projects/{project.pk}/").content.decode()
    assert (
        f'id="entry-{first.number}"'
        in office.get(f"/projects/{project.pk}/?entry={first.number}").content.decode()
    )
    assert office.get(f"/projects/{project.pk}/?entry={'9' * 30}").status_code == 200


def test_who_would_not_see_the_note_is_named_and_not_told(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    officer = client_of(cast.promotion)
    text = f"@{cast.rival.name} 与 @示office"
    page = note(officer, project, text)
    assert not Entry.objects.exists() and not Notice.objects.exists()
    content = page.content.decode()
    assert f"{cast.rival.name} 看不到这条记录" in content and text in content
    note(officer, project, text, untold="1")
    assert [notice.to for notice in Notice.objects.all()] == [cast.office]
    assert told(client_of(cast.rival)) == []


def test_a_note_on_a_company_is_its_departments(cast: Cast, client_of: ClientOf) -> None:
    """Everybody sees the company; what one department notes on it, only that department and those who see all."""
    company = make.company(cast.zone)
    colleague = make.user("promotion", cast.zone, name="示同事", department=cast.department)
    officer = client_of(cast.promotion)
    for person in (cast.rival, cast.analyst, cast.service):
        assert person.name in note(officer, company, f"@{person.name}").context["draft"]["problems"][0]
    note(officer, company, "@示同事 @示commander")
    assert {notice.to for notice in Notice.objects.all()} == {colleague, cast.commander}


def test_nobody_of_another_zone_and_nobody_who_left_is_mentioned(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    User.objects.filter(pk=cast.commander.pk).update(is_active=False)
    officer = client_of(cast.promotion)
    page = note(officer, project, f"@{cast.outsider.name} @示commander")
    assert "mention" not in page.content.decode().replace("sk-mentions", "").replace("mentions people", "")
    assert not Notice.objects.exists()
    offered = officer.get(reverse("projects:project-people", args=[project.pk]), {"q": ""}).content.decode()
    assert cast.outsider.name not in offered and "示commander" not in offered


def test_people_are_offered_by_name_initials_and_department(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    make.user("office", cast.zone, name="张三", department=cast.counterpart_department)
    make.user("promotion", cast.zone, name="张三", username="zs2", department=cast.department)
    client = client_of(cast.promotion)

    def offered(q: str) -> list[tuple[str, bool]]:
        found = client.get(reverse("projects:project-people", args=[project.pk]), {"q": q}).context["offered"]
        return [(one["called"], one["blind"]) for one in found]

    assert next(called for called, _blind in offered("zs")) == "张三（zs2）", (
        "one's own department comes first"
    )
    assert {called.partition("（")[0] for called, _blind in offered("张")} == {"张三"}
    assert (cast.rival.name, True) in offered("示例新材料")
    assert (cast.rival.name, True) in offered("slxcl")
    assert offered("没有这样的人") == []


def test_two_people_of_one_name_are_told_apart(cast: Cast, client_of: ClientOf, project: Project) -> None:
    for username in ("zhangsan", "zhangsan2"):
        make.user("office", cast.zone, name="张三", username=username)
    officer = client_of(cast.promotion)
    assert "几位同事都叫张三" in note(officer, project, "@张三 看").context["draft"]["problems"][0]
    note(officer, project, "@张三（zhangsan2） 看")
    assert Notice.objects.get().to.username == "zhangsan2"


def test_what_is_written_is_no_markup(cast: Cast, client_of: ClientOf, project: Project) -> None:
    make.user("office", cast.zone, name="<i>张三</i>")
    page = note(client_of(cast.promotion), project, '<script>1</script>@<i>张三</i> "x"').content.decode()
    assert "<script>1" not in page and "<i>张三" not in page
    assert 'class="mention" href="/people/' in page and "@&lt;i&gt;张三" in page


# --- changing a note --------------------------------------------------------------------------


def test_a_note_is_changed_and_taken_back_by_its_author(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    officer, office, commander = (client_of(one) for one in (cast.promotion, cast.office, cast.commander))
    note(officer, project, "@示office 一稿")
    number = Entry.objects.get(action=Action.NOTE).number
    change(officer, "edit", project, number, text="@示commander 二稿")
    assert told(office) == [] and len(told(commander)) == 1
    assert "二稿" in told(commander)[0]
    page = office.get(f"/projects/{project.pk}/").content.decode()
    assert "二稿" in page and "一稿" not in page and "修改过" in page
    change(officer, "remove", project, number)
    assert told(commander) == [] and not Notice.objects.exists()
    page = office.get(f"/projects/{project.pk}/").content.decode()
    assert "二稿" not in page and "有一条记录已撤回" in page
    change(officer, "restore", project, number)
    assert "二稿" in office.get(f"/projects/{project.pk}/").content.decode()
    assert len(told(commander)) == 1
    assert Entry.objects.get(number=number).why == "@示office 一稿", "the ledger keeps what was said"
    assert verify_chain(Chain.objects.get(zone=cast.zone)) is None


def test_nobody_changes_the_note_of_another(cast: Cast, client_of: ClientOf, project: Project) -> None:
    note(client_of(cast.promotion), project, "示例")
    number = Entry.objects.get().number
    for person in (cast.office, cast.commander, cast.rival, cast.outsider):
        for what in ("edit", "remove", "restore"):
            assert change(client_of(person), what, project, number, text="别的").status_code == 404
    assert Entry.objects.count() == 1
    other = make.project(cast.zone, department=cast.department)
    assert change(client_of(cast.promotion), "remove", other, number).status_code == 404


def test_a_change_that_mentions_somebody_blind_is_refused(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    officer = client_of(cast.promotion)
    note(officer, project, "示例")
    number = Entry.objects.get().number
    page = change(officer, "edit", project, number, text=f"@{cast.rival.name}")
    assert "看不到这条记录" in page.content.decode()
    assert Entry.objects.count() == 1 and not Notice.objects.exists()


# --- what one may no longer see ---------------------------------------------------------------


def test_what_a_person_may_no_longer_see_goes_from_his_notices(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    colleague = make.user("promotion", cast.zone, name="示同事", department=cast.department)
    note(client_of(cast.office), project, "@示同事 底价三亿")
    page = reverse("notices:open", args=[Notice.objects.get().pk])
    assert len(told(client_of(colleague))) == 1
    User.objects.filter(pk=colleague.pk).update(department=cast.rival_department)
    client = client_of(User.objects.get(pk=colleague.pk))
    content = client.get(LIST).content.decode()
    assert "示例机密项目" not in content and "底价" not in content
    assert unread(client) == 0
    assert client.get(page).status_code == 404
    Notice.objects.update(zone=cast.other_zone)
    assert told(client_of(colleague)) == []


def test_a_removed_record_goes_from_the_notices_and_comes_back(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    office = client_of(cast.office)
    note(client_of(cast.promotion), project, "@示office")
    office.post(reverse("projects:project-remove", args=[project.pk]))
    assert told(office) == [] and unread(office) == 0
    office.post(reverse("projects:project-restore", args=[project.pk]))
    assert len(told(office)) == 1


def test_a_notice_leads_to_the_company_that_stays(cast: Cast, client_of: ClientOf) -> None:
    stays, goes = make.company(cast.zone, "示例甲"), make.company(cast.zone, "示例乙")
    note(client_of(cast.commander), goes, "@示office 旧")
    merge_companies(stays, goes, choices={}, actor=cast.office, now=make.NOW, via=make.VIA)
    office = client_of(cast.office)
    assert "<b>示例甲</b>" in told(office)[0]
    led = office.get(reverse("notices:open", args=[Notice.objects.get().pk]))["Location"]
    assert led.startswith(f"/companies/{stays.pk}/?entry=")
    assert "旧" in office.get(led).content.decode()


def test_the_bell_costs_little_however_many_notices(cast: Cast, client_of: ClientOf) -> None:
    officer, office = client_of(cast.promotion), client_of(cast.office)
    for _number in range(12):
        note(officer, make.project(cast.zone, department=cast.department), "@示office")
        note(officer, make.company(cast.zone), "@示office")
    with CaptureQueriesContext(connection) as captured:
        assert unread(office) == 24
    assert len(captured) <= 10, "\n".join(entry["sql"] for entry in captured.captured_queries)
    with CaptureQueriesContext(connection) as captured:
        unread(officer)
    assert len(captured) <= 4  # session, person, zone, and that there are none
    office.post(f"{LIST}read/", {"newest": Notice.objects.order_by("pk")[5].pk})
    assert unread(office) == 18, "what came after the page was made stays unread"
    office.post(f"{LIST}read/")
    assert unread(office) == 0 and unread(officer) == 0


def test_notices_of_today_stand_before_earlier_ones(
    cast: Cast, client_of: ClientOf, project: Project
) -> None:
    officer, office = client_of(cast.promotion), client_of(cast.office)
    note(officer, project, "@示office 早")
    Notice.objects.update(at=timezone.now() - timedelta(days=2))
    note(officer, project, "@示office 今")
    groups = office.get(LIST).context["groups"]
    assert [(group["title"], len(group["told"])) for group in groups] == [("今天", 1), ("更早", 1)]
    one = groups[1]["told"][0].notice.pk
    office.post(reverse("notices:read", args=[one]))
    assert unread(office) == 1
    assert officer.post(reverse("notices:read", args=[one])).status_code == 404


# --- work in the background -------------------------------------------------------------------


def test_work_in_the_background_tells_its_person_when_it_ends(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(exports, "AT_ONCE", -1)
    monkeypatch.setattr(bulk_edits, "AT_ONCE", -1)
    client, other = client_of(cast.office), client_of(cast.commander)
    make.company(cast.zone, "示例甲")
    client.post(reverse("companies:company-export"), {"form": "csv"})
    project = make.project(cast.zone)
    address = f"{reverse('projects:project-bulk-new')}?selected={project.pk}"
    client.post(address, {"do-next_action": "set", "next_action": "示例步"})
    batch = waiting(cast.office, many(2))
    assert unread(client) == 0
    run_worker()
    edit, export = BulkEdit.objects.get(), Export.objects.get()
    said = " ".join(told(client))
    assert export.file_name in said and "1 条记录的批量修改已算出" in said and "示例.xlsx" in said
    assert unread(client) == 3 and unread(other) == 0
    # Whoever has the page before him need not be told.
    client.get(reverse("exports:list"))
    client.get(reverse("projects:project-bulk", args=[edit.pk]))
    client.get(reverse("intake:batch-detail", args=[batch.pk]))
    assert unread(client) == 0
    client.post(reverse("projects:project-bulk-save", args=[edit.pk]))
    run_worker()
    assert unread(client) == 1, "of one thing only the latest is told"
    assert len(told(client)) == 3


def test_work_while_the_person_waits_tells_nothing(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.office)
    make.company(cast.zone, "示例甲")
    client.post(reverse("companies:company-export"), {"form": "csv"})
    assert Export.objects.get().state == "done" and not Notice.objects.exists()


def test_an_export_that_failed_says_so_and_no_name(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(exports, "AT_ONCE", -1)
    monkeypatch.setattr(exports, "write_view", lambda *about, **named: 1 / 0)
    client = client_of(cast.office)
    client.post(reverse("companies:company-export"), {"form": "csv"})
    export = Export.objects.get()
    with pytest.raises(ZeroDivisionError):
        exports.make_export(export.pk, export.run, in_background=True)
    assert told(client) == ["导出 <b>企业</b> 失败"]
