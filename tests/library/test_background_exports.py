"""Exports in the background: nothing is lost when a worker dies, nobody gets more than he may see now."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from sanku.accounts.models import User
from sanku.audit.models import Action, Entry
from sanku.common.alive import HEARTBEAT_LIMIT
from sanku.common.problems import Refused
from sanku.common.work import Stopped
from sanku.library.exports import rows_of
from sanku.library.models import Export
from sanku.library.operations import exports
from sanku.library.writing import Head, write_rows
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf


@pytest.fixture(autouse=True)
def _in_background(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(exports, "AT_ONCE", -1)


def ordered(person: User, library: str = "companies", query: str = "", form: str = "csv") -> Export:
    return exports.order_export(
        library, query, ["name", "company", "city"], form=form, actor=person, now=timezone.now(), via=make.VIA
    )


def ran(export: Export) -> Export:
    exports.make_export(export.pk, export.run, in_background=False)
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    return Path(default_storage.path(export.path)).read_bytes()


def test_a_long_view_goes_to_the_worker_and_is_fetched_from_the_page(cast: Cast, client_of: ClientOf) -> None:
    make.company(cast.zone, "示例甲", city="济宁")
    client = client_of(cast.office)
    answer = client.post(reverse("companies:company-export") + "?q=示例", {"form": "csv"})
    assert answer.headers["Location"] == reverse("exports:list")
    export = Export.objects.get()
    assert (export.state, export.rows_total) == ("waiting", 1)
    assert DBTaskResult.objects.filter(task_path="sanku.library.tasks.write_export").count() == 1
    page = client.get(reverse("exports:list")).content.decode()
    assert reverse("exports:progress", args=[export.pk]) in page
    ran(export)
    progress = client.get(reverse("exports:progress", args=[export.pk])).json()
    assert (progress["state"], progress["done"], progress["total"]) == ("done", 1, 1)
    file: Any = client.get(reverse("exports:file", args=[export.pk]))
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert "示例甲" in text
    assert "筛选：搜索 示例" in text
    export.refresh_from_db()
    assert export.fetched_at is not None
    assert Entry.objects.filter(action=Action.EXPORT).count() == 1


def test_the_scope_is_that_of_the_moment_when_it_is_written(cast: Cast) -> None:
    make.target(company=make.company(cast.zone, "示例我们的"), department=cast.department)
    make.target(company=make.company(cast.zone, "示例他们的"), department=cast.rival_department)
    export = ordered(cast.commander, "targets")
    User.objects.filter(pk=cast.commander.pk).update(role="promotion", department=cast.department)
    text = content(ran(export)).decode("utf-8-sig")
    assert "示例我们的" in text
    assert "示例他们的" not in text


def test_a_person_who_left_gets_nothing(cast: Cast) -> None:
    export = ordered(cast.office)
    User.objects.filter(pk=cast.office.pk).update(is_active=False)
    ran(export)
    assert (export.state, export.reason, export.path) == ("failed", "not_allowed", "")
    assert not Entry.objects.filter(action=Action.EXPORT).exists()


def test_a_file_is_its_makers_while_his_scope_is_the_same(cast: Cast, client_of: ClientOf) -> None:
    make.company(cast.zone, "示例甲")
    export = ran(ordered(cast.office))
    url = reverse("exports:file", args=[export.pk])
    assert client_of(cast.office).get(url).status_code == 200
    for other in (cast.commander, cast.administrator, cast.outsider):
        assert client_of(other).get(url).status_code == 404
    User.objects.filter(pk=cast.office.pk).update(role="landing")
    client = client_of(User.objects.get(pk=cast.office.pk))
    assert client.get(url).status_code == 404
    page = client.get(reverse("exports:list")).content.decode()
    assert "角色或单位已变动" in page
    assert reverse("exports:again", args=[export.pk]) in page


def test_a_killed_workers_export_is_written_by_another_run(cast: Cast) -> None:
    make.company(cast.zone, "示例甲")
    export = ordered(cast.office)
    now = timezone.now()
    # The worker took it up and died: no sign of life.
    silent = now - HEARTBEAT_LIMIT * 2
    Export.objects.update(state="running", started_at=silent, heartbeat_at=silent)
    assert exports.rescue_exports(now=now) == 1
    assert exports.rescue_exports(now=now) == 0
    old_run = export.run
    exports.make_export(export.pk, old_run, in_background=False)  # it was only slow, and wakes up
    export.refresh_from_db()
    assert (export.state, export.run) == ("waiting", old_run + 1)
    assert ran(export).state == "done"
    before = content(export)
    exports.make_export(export.pk, export.run, in_background=False)  # the task is run twice
    export.refresh_from_db()
    assert content(export) == before
    assert Entry.objects.filter(action=Action.EXPORT).count() == 1
    assert len(list(Path(default_storage.path("exports")).glob(f"{cast.zone.pk}/*"))) == 1


def test_what_waits_in_the_queue_is_not_taken_for_dead(cast: Cast) -> None:
    export = ordered(cast.office)
    assert not exports.start_again(export, now=timezone.now() + HEARTBEAT_LIMIT * 3)


def test_stopping_before_and_while_it_is_written(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.company(cast.zone, "示例甲")
    client = client_of(cast.office)
    waiting = ordered(cast.office)
    client.post(reverse("exports:stop", args=[waiting.pk]))
    assert ran(waiting).state == "stopped"
    export = ordered(cast.office)
    monkeypatch.setattr(exports, "LOOK_EVERY", 1)
    watched = exports._watched

    def pressed(rows: Any, pulse: Any) -> Any:
        pulse.ended = Stopped
        return watched(rows, pulse)

    monkeypatch.setattr(exports, "_watched", pressed)
    assert ran(export).state == "stopped"
    assert not Entry.objects.filter(action=Action.EXPORT).exists()
    assert not list(Path(default_storage.path("exports")).glob(f"{cast.zone.pk}/*"))


def test_the_beat_tells_how_far_it_is_and_learns_to_stop(cast: Cast) -> None:
    export = ordered(cast.office)
    Export.objects.update(state="running")
    pulse = exports.Pulse(done=400, total=900)
    exports._beat(export, pulse)
    export.refresh_from_db()
    assert (export.rows_done, export.rows_total, pulse.ended) == (400, 900, None)
    Export.objects.update(stop_asked=True)
    exports._beat(export, pulse)
    assert pulse.ended is Stopped


def test_files_are_removed_after_their_days_and_the_log_stays(cast: Cast, client_of: ClientOf) -> None:
    make.company(cast.zone, "示例甲")
    export = ran(ordered(cast.office, form="xlsx"))
    path = Path(default_storage.path(export.path))
    assert path.exists()
    assert exports.remove_old_files(now=timezone.now() + timedelta(days=6)) == 0
    assert exports.remove_old_files(now=timezone.now() + timedelta(days=8)) == 1
    assert not path.exists()
    assert client_of(cast.office).get(reverse("exports:file", args=[export.pk])).status_code == 404
    page = client_of(cast.administrator).get(reverse("exports:log")).content.decode()
    assert export.sha256[:12] in page
    assert cast.office.name in page


def test_one_person_does_not_fill_the_queue(cast: Cast) -> None:
    for _number in range(exports.MOST_AT_WORK):
        ordered(cast.office)
    with pytest.raises(Refused) as refused:
        ordered(cast.office)
    assert refused.value.problems[0][0].code == "export_too_many"
    ordered(cast.commander)


def test_a_kind_of_file_that_is_none_is_refused(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.office).post(reverse("companies:company-export"), {"form": "exe"}, follow=True)
    assert "没有这种文件格式" in answer.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize(("form", "encoding"), [("csv", "utf-8-sig"), ("csv_gb18030", "gb18030")])
def test_text_files_for_either_kind_of_program(form: str, encoding: str, cast: Cast) -> None:
    for name in ("=1+1", "+86 1", "@SUM(A1)", "-1", "㐂示例𠮷", '引"号,逗号'):
        make.company(cast.zone, name, city="济\n宁")
    raw = content(ran(ordered(cast.office, form=form)))
    assert raw.startswith(b"\xef\xbb\xbf") == (form == "csv")
    rows = list(csv.reader(io.StringIO(raw.decode(encoding), newline="")))
    head = rows.index(["企业", "城市"])
    assert [row[0].partition("：")[0] for row in rows[: head - 1]] == [
        "导出人",
        "导出时间",
        "园区",
        "行数",
        "筛选",
    ]
    names = {row[0] for row in rows[head + 1 :]}
    assert names == {"'=1+1", "'+86 1", "'@SUM(A1)", "'-1", "㐂示例𠮷", '引"号,逗号'}


def test_two_columns_of_one_name_and_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    heads = [Head("名称"), Head("名称")]
    write_rows(
        path, "xlsx", title="[甲]:乙", heads=heads, rows=[], facts=lambda: [("人", "甲"), ("时", "今")]
    )
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    assert [cell.value for cell in book.worksheets[0][1]] == ["名称", "名称 (2)"]
    assert [sheet.title for sheet in book] == ["甲  乙", "导出说明"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_as_of_one_moment_whatever_is_written_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.user("office")
    for number in range(3):
        make.company(person.zone, f"示例{number}")
    export = ordered(person)

    def written_meanwhile(state: Any, reader: Any, records: Any) -> Any:
        for number, row in enumerate(rows_of(state, reader, records)):
            if number == 0:
                in_another_thread(lambda: make.company(person.zone, "示例新"))
            yield row

    monkeypatch.setattr(exports, "rows_of", written_meanwhile)
    text = content(ran(export)).decode("utf-8-sig")
    assert "示例新" not in text
    assert "行数：3" in text
    assert export.rows_done == 3


def in_another_thread(call: Any) -> None:
    """Call on a connection of its own."""
    import threading

    from django.db import connection

    def run() -> None:
        call()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
