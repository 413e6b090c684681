"""Work in the background: nothing is lost when a worker dies, nothing is done twice, work can be stopped."""

import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from sanku.accounts.models import User
from sanku.common.alive import HEARTBEAT_LIMIT
from sanku.companies.models import Company
from sanku.intake import kept, operations
from sanku.intake.management.commands import db_worker as command
from sanku.intake.models import Batch, BatchRow, Saved
from sanku.intake.operations import reading, saving
from sanku.intake.operations.work import begin, locked
from sanku.intake.rules import State
from sanku.library.models import BulkEdit, Export
from sanku.library.operations import bulk_edits
from tests import make
from tests.cast import Cast, make_cast
from tests.fixtures import ClientOf
from tests.intake_web.books import COMPANIES, book, hand_in, take_back


def many(count: int) -> bytes:
    rows = [[f"示例第{n}有限公司", None, None, 5, "山东", "济宁", None, None] for n in range(count)]
    return book([COMPANIES, *rows])


def waiting(actor: User, content: bytes) -> Batch:
    from django.core.files.base import ContentFile

    return operations.receive_file(
        ContentFile(content, name="示例.xlsx"), name="示例.xlsx", actor=actor, now=timezone.now()
    )


def run_worker() -> None:
    """Run all that stands in the queue, as the worker does, on this test's connection."""
    worker = db_worker.Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="示例", excluded_queue_names=[],
    )  # fmt: skip
    while (found := DBTaskResult.objects.ready().first()) is not None:
        found.claim(worker.worker_id)
        worker.run_task(found)
        found.refresh_from_db()
        assert found.status == "SUCCESSFUL", found.traceback


def test_a_worker_looks_after_unfinished_work_before_it_takes_up_new(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = waiting(cast.office, many(1))
    DBTaskResult.objects.all().delete()
    Batch.objects.update(heartbeat_at=timezone.now() - HEARTBEAT_LIMIT * 2)
    seen: list[int] = []

    def run(self: db_worker.Worker) -> None:
        seen.append(DBTaskResult.objects.ready().count())

    monkeypatch.setattr(db_worker.Worker, "run", run)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda self: None)
    call_command("db_worker", batch=True, verbosity=0)
    assert seen == [1] and batch.pk


def test_a_file_goes_from_hand_in_to_saved_through_the_worker(cast: Cast) -> None:
    batch = waiting(cast.office, many(5))
    assert (batch.state, DBTaskResult.objects.count()) == ("uploaded", 1)
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("review", 5)
    operations.start_saving(batch, actor=cast.office, now=timezone.now())
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, batch.created_count, batch.work_done, batch.work_total) == ("done", 5, 5, 5)
    operations.start_undoing(batch, actor=cast.office, now=timezone.now())
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, Company.objects.filter(removed_at=None).count()) == ("undone", 0)


def test_the_task_is_enqueued_in_the_transaction_of_its_batch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanku.intake.operations import receiving

    def failing(batch: Batch, state: State, **about: object) -> int:
        begin(batch, state, **about)  # type: ignore[arg-type]
        raise RuntimeError("示例")

    monkeypatch.setattr(receiving, "begin", failing)
    with pytest.raises(RuntimeError):
        waiting(cast.office, many(1))
    assert not Batch.objects.exists() and not DBTaskResult.objects.exists()


class Died(BaseException):
    """The worker is gone; nobody cleans up."""


def test_saving_goes_on_where_a_worker_died(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "CHUNK", 3)
    batch = hand_in(cast.office, many(10))
    run = operations.start_saving(batch, actor=cast.office, now=timezone.now())
    step, steps = saving._Saver.step, []

    def dying(self: saving._Saver, current: Batch) -> bool:
        steps.append(current.saved_to)
        if len(steps) == 3:
            step(self, current)
            raise Died  # after writing, before the transaction ends
        return step(self, current)

    monkeypatch.setattr(saving._Saver, "step", dying)
    with pytest.raises(Died):
        operations.save_rows(batch.pk, run)
    batch.refresh_from_db()
    assert (batch.state, batch.work_done, Company.objects.count()) == ("saving", 6, 6)
    DBTaskResult.objects.all().delete()
    Batch.objects.update(heartbeat_at=timezone.now() - HEARTBEAT_LIMIT - timedelta(seconds=1))
    assert operations.rescue(now=timezone.now()) == 1
    monkeypatch.setattr(saving._Saver, "step", step)
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, batch.created_count, Company.objects.count()) == ("done", 10, 10)
    assert Saved.objects.filter(batch=batch).count() == 10


def test_reading_again_replaces_what_a_dead_worker_left(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "CHUNK", 3)
    batch = waiting(cast.office, many(10))
    count, chunks = reading.count_rows, []

    def dying(*about: object) -> None:
        chunks.append(1)
        if len(chunks) == 3:
            raise Died
        count(*about)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "count_rows", dying)
    with pytest.raises(Died):
        operations.read_file(batch.pk, batch.run)
    assert BatchRow.objects.count() == 6
    monkeypatch.setattr(reading, "count_rows", count)
    Batch.objects.update(heartbeat_at=timezone.now() - HEARTBEAT_LIMIT - timedelta(seconds=1))
    operations.rescue(now=timezone.now())
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, BatchRow.objects.count(), batch.tables.get().counts["create"]) == ("review", 10, 10)


def test_a_worker_thought_dead_that_wakes_up_does_nothing(cast: Cast) -> None:
    batch = hand_in(cast.office, many(3))
    old = operations.start_saving(batch, actor=cast.office, now=timezone.now())
    Batch.objects.update(heartbeat_at=timezone.now() - HEARTBEAT_LIMIT * 2, work_started_at=timezone.now())
    assert operations.start_again(batch, now=timezone.now())
    operations.save_rows(batch.pk, old)
    assert not Company.objects.exists()
    run_worker()
    run_worker()
    assert Company.objects.count() == 3


def test_every_task_may_run_twice(cast: Cast) -> None:
    batch = hand_in(cast.office, many(3))
    operations.read_file(batch.pk, batch.run)
    assert BatchRow.objects.count() == 3
    run = operations.start_saving(batch, actor=cast.office, now=timezone.now(), in_background=False)
    for _ in range(2):
        operations.save_rows(batch.pk, run)
    batch.refresh_from_db()
    assert (batch.created_count, Company.objects.count()) == (3, 3)


def test_work_that_lives_or_waits_is_left_alone(cast: Cast) -> None:
    batch = waiting(cast.office, many(1))
    later = timezone.now() + HEARTBEAT_LIMIT * 3
    assert not operations.start_again(batch, now=timezone.now())
    assert not operations.start_again(
        batch, now=later
    )  # no worker is free: the task still stands in the queue
    DBTaskResult.objects.all().delete()
    assert operations.start_again(batch, now=later)


@pytest.mark.django_db(transaction=True)
def test_a_living_worker_finds_what_a_dead_one_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies while another lives: the other goes on with its import, export and bulk edit."""
    cast = make_cast()
    batch = waiting(cast.office, many(1))
    edit = make.bulk_edit(cast.office, "projects")
    export = Export.objects.create(
        zone=cast.zone,
        by=cast.office,
        library="companies",
        form="csv",
        language="zh-hans",
        created_at=make.NOW,
    )
    found: list[str] = []

    def living(self: db_worker.Worker) -> None:
        """Stand in for a worker that has nothing to do, while the work of another falls silent."""
        assert not DBTaskResult.objects.exists(), "when it started all was well"
        dead = {"heartbeat_at": timezone.now() - HEARTBEAT_LIMIT * 2}
        Batch.objects.update(state="reading", work_started_at=make.NOW, **dead)
        Export.objects.update(state="running", started_at=make.NOW, **dead)
        BulkEdit.objects.update(state="saving", work_started_at=make.NOW, **dead)
        until = time.monotonic() + 20
        while time.monotonic() < until and DBTaskResult.objects.count() < 3:
            time.sleep(0.05)
        found.extend(DBTaskResult.objects.values_list("task_path", flat=True))

    Batch.objects.update(heartbeat_at=timezone.now())
    Export.objects.update(heartbeat_at=timezone.now())
    DBTaskResult.objects.all().delete()
    monkeypatch.setattr(command, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(db_worker.Worker, "run", living)
    monkeypatch.setattr(db_worker.Worker, "configure_signals", lambda self: None)
    call_command("db_worker", batch=True, verbosity=0)
    assert sorted(path.rpartition(".")[2] for path in found) == [
        "read_batch",
        "work_on_bulk_edit",
        "write_export",
    ]
    for thing in (batch, edit, export):
        before = thing.run
        thing.refresh_from_db()
        assert thing.run == before + 1


def test_two_workers_that_look_at_once_start_a_bulk_edit_once(cast: Cast) -> None:
    edit = make.bulk_edit(cast.office, "projects")
    BulkEdit.objects.update(state="saving", work_started_at=make.NOW, heartbeat_at=make.NOW)
    edit.refresh_from_db()
    now = timezone.now()
    assert [bulk_edits.start_again(edit, now=now) for _ in range(2)] == [True, False]
    assert DBTaskResult.objects.count() == 1
    # It waits for a free worker: silence is no death.
    assert not bulk_edits.start_again(edit, now=now + HEARTBEAT_LIMIT * 3)
    run_worker()
    edit.refresh_from_db()
    assert edit.state == "done"


def test_a_look_that_fails_does_not_end_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []

    def failing(*, now: object) -> int:
        raise RuntimeError("示例")

    def working(*, now: object) -> int:
        looked.append(now)
        return 0

    monkeypatch.setattr(command, "RESCUES", (failing, working))
    command.look_after(make.NOW)
    assert looked == [make.NOW]


def test_the_progress_page_wakes_the_work_of_a_dead_worker(cast: Cast, client_of: ClientOf) -> None:
    batch = waiting(cast.office, many(1))
    DBTaskResult.objects.all().delete()
    Batch.objects.update(
        state="reading", work_started_at=timezone.now(), heartbeat_at=timezone.now() - HEARTBEAT_LIMIT * 2
    )
    answer = client_of(cast.office).get(f"/imports/{batch.pk}/progress/").json()
    assert answer["state"] == "waiting"
    run_worker()
    answer = client_of(cast.office).get(f"/imports/{batch.pk}/progress/").json()
    assert (answer["state"], answer["url"]) == ("done", f"/imports/{batch.pk}/")


def test_saving_stops_at_the_next_chunk_and_goes_on_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "CHUNK", 3)
    batch = hand_in(cast.office, many(10))
    run = operations.start_saving(batch, actor=cast.office, now=timezone.now())
    step = saving._Saver.step

    def stopping(self: saving._Saver, current: Batch) -> bool:
        found = step(self, current)
        Batch.objects.filter(pk=current.pk).update(stop_asked=True)
        return found

    monkeypatch.setattr(saving._Saver, "step", stopping)
    operations.save_rows(batch.pk, run)
    batch.refresh_from_db()
    assert (batch.state, Company.objects.count()) == ("stopped", 3)
    monkeypatch.setattr(saving._Saver, "step", step)
    operations.go_on(batch, actor=cast.office, now=timezone.now())
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, Company.objects.count()) == ("done", 10)


def test_what_no_worker_took_up_stops_at_once(cast: Cast) -> None:
    batch = waiting(cast.office, many(1))
    operations.stop(batch, now=timezone.now())
    batch.refresh_from_db()
    assert batch.state == "stopped"
    run_worker()
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("stopped", 0)


def test_an_error_stands_on_the_batch_and_saving_can_be_tried_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = hand_in(cast.office, many(2))
    run = operations.start_saving(batch, actor=cast.office, now=timezone.now())

    def broken(*about: object) -> None:
        raise RuntimeError("示例")

    with monkeypatch.context() as patch:
        patch.setattr(saving, "table_facts", broken)
        with pytest.raises(RuntimeError):
            operations.save_rows(batch.pk, run)
    batch.refresh_from_db()
    assert (batch.state, batch.reason) == ("failed", "internal")
    operations.go_on(batch, actor=cast.office, now=make.NOW)
    batch.refresh_from_db()
    operations.save_rows(batch.pk, batch.run)
    batch.refresh_from_db()
    assert (batch.state, Company.objects.count()) == ("done", 2)
    assert take_back(batch).state == "undone"


def test_a_batch_is_locked_with_its_person(cast: Cast) -> None:
    from django.db import transaction

    batch = hand_in(cast.office, many(1))
    with transaction.atomic():
        assert locked(batch.pk).by == cast.office
