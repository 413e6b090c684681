"""Background work on a batch: starting it, showing that it lives, stopping it, finding it again when its worker died."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import User
from sanku.common.problems import NotAllowed, NotNow
from sanku.common.work import Overtaken, Stopped, calm_collector, heart, rare_checkpoints, waits_in_queue
from sanku.intake.models import Batch
from sanku.intake.rules import AT_WORK, State, is_stale, may_follow
from sanku.library.models import NoticeKind
from sanku.library.operations.notices import tell_done

logger = logging.getLogger(__name__)
BEAT_SECONDS = 10.0


def begin(batch: Batch, state: State, *, now: datetime, in_background: bool = True) -> int:
    """Start a run of work on a locked batch and enqueue it in this transaction; return the number of the run.

    Raises:
        NotNow: the batch is not in a state from which that can follow.
    """
    if not may_follow(batch.state, state) and batch.state != state:
        raise NotNow
    batch.state, batch.run, batch.stop_asked = state, batch.run + 1, False
    batch.work_done = batch.work_total = 0
    batch.work_started_at = None
    # Until the worker takes it up it is as alive as it was just now.
    batch.heartbeat_at = now
    batch.reason = batch.reason_detail = ""
    batch.save()
    if in_background:
        _enqueue(batch)
    return batch.run


def _enqueue(batch: Batch) -> None:
    # The task modules call operations, so they are looked up only here.
    from sanku.intake import tasks

    work = {State.READING: tasks.read_batch, State.UPLOADED: tasks.read_batch, State.SAVING: tasks.save_batch}
    work.get(State(batch.state), tasks.undo_batch).enqueue(batch.pk, batch.run)


def locked(batch_id: int) -> Batch:
    """Return a batch, locked until the transaction ends."""
    return (
        Batch.objects.select_for_update(of=("self",))
        .select_related("by", "by__department", "zone")
        .get(pk=batch_id)
    )


def taken_up(batch_id: int, run: int, state: State, *, total: int = 0) -> Batch:
    """Lock a batch for a step of a run, and show that the work lives.

    Raises:
        Overtaken: this run is not the latest, or the batch is in another state.
        Stopped: the person asked for it.
    """
    batch = locked(batch_id)
    if batch.run != run or batch.state != state:
        raise Overtaken
    if batch.stop_asked:
        raise Stopped
    batch.heartbeat_at = timezone.now()
    batch.work_started_at = batch.work_started_at or batch.heartbeat_at
    if total:
        batch.work_total = total
    return batch


@contextmanager
def at_work(batch_id: int, run: int, state: State) -> Iterator[None]:
    """Run work: the heart beats meanwhile, and whatever ends it stands on the batch."""

    def beat() -> None:
        Batch.objects.filter(pk=batch_id, run=run).update(heartbeat_at=timezone.now())

    # Reading a large file is one call that takes longer than a chunk.
    with heart(beat, seconds=BEAT_SECONDS), calm_collector(), rare_checkpoints():
        try:
            yield
        except Overtaken:
            logger.info("import %s: run %s was overtaken", batch_id, run)
        except Stopped:
            finish(batch_id, run, state, State.STOPPED)
        except Exception:
            finish(batch_id, run, state, State.FAILED, reason="internal")
            raise


def finish(batch_id: int, run: int, before: State, after: State, **values: Any) -> None:
    """Put a batch of this run into the state that ends its work, and tell its person; nothing where another run has it.

    He stopped it himself: that he knows.
    """
    now = timezone.now()
    ending = Batch.objects.filter(pk=batch_id, run=run, state=before)
    with transaction.atomic():
        if (
            ending.update(state=after, stop_asked=False, heartbeat_at=now, **values)
            and after != State.STOPPED
        ):
            batch = Batch.objects.get(pk=batch_id)
            said = {"state": str(after), "file": batch.file_name}
            tell_done(batch.by_id, batch.zone_id, NoticeKind.IMPORT, batch.pk, now=now, **said)


def stop(batch: Batch, *, now: datetime) -> None:
    """Ask the work on a batch to stop at the next chunk; work that no worker has taken up stops at once."""
    with transaction.atomic():
        current = locked(batch.pk)
        if current.state not in AT_WORK:
            return
        current.stop_asked = True
        if current.work_started_at is None or is_stale(current.state, current.heartbeat_at, now=now):
            current.run += 1
            current.state, current.stop_asked = State.STOPPED, False
        current.save(update_fields=["stop_asked", "run", "state"])


def go_on(batch: Batch, *, actor: User, now: datetime, in_background: bool = True) -> int:
    """Go on with work that was stopped or failed: with saving where something had been read, else with reading.

    Raises:
        NotAllowed: it is somebody else's.
        NotNow: its work has not stopped.
    """
    with transaction.atomic():
        current = locked(batch.pk)
        if current.by_id != actor.pk:
            raise NotAllowed
        if current.state not in (State.STOPPED, State.FAILED):
            raise NotNow
        was_read = current.read_at is not None
        return begin(
            current, State.SAVING if was_read else State.READING, now=now, in_background=in_background
        )


def start_again(batch: Batch, *, now: datetime, in_background: bool = True) -> bool:
    """Start the work of a batch again if its worker has died; return whether it had."""
    with transaction.atomic():
        current = locked(batch.pk)
        if not is_stale(current.state, current.heartbeat_at, now=now) or _waits(current):
            return False
        logger.warning("import %s: no sign of life since %s, started again", current.pk, current.heartbeat_at)
        begin(current, State(current.state), now=now, in_background=in_background)
        return True


def _waits(batch: Batch) -> bool:
    """Return whether the latest run still stands in the queue: then no worker died, none was free."""
    return batch.work_started_at is None and waits_in_queue("sanku.intake.tasks", [batch.pk, batch.run])


def rescue(*, now: datetime) -> int:
    """Start again all work whose worker died; return how many batches."""
    at_work_now = Batch.objects.filter(state__in=[state.value for state in AT_WORK])
    return sum(start_again(batch, now=now) for batch in at_work_now)
