"""Background work that shows that it lives: what imports and exports share."""

import gc
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction


class Overtaken(Exception):
    """Another run of the same work has taken it over, or it is not under way any more."""


class Stopped(Exception):
    """The person asked to stop."""


@contextmanager
def heart(beat: Callable[[], Any], *, seconds: float) -> Iterator[None]:
    """Call `beat` every few seconds from a thread of its own, with a connection of its own, while work goes on."""
    done = threading.Event()

    def beating() -> None:
        try:
            while not done.wait(seconds):
                # On a busy machine the one who writes may keep the others waiting for too long: the next beat
                # makes up for one that was missed, but a heart that stops would have the work done twice.
                with suppress(OperationalError):
                    beat()
        finally:
            connection.close()

    thread = threading.Thread(target=beating, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def calm_collector() -> Iterator[None]:
    """Look for cycles of garbage seldom: a large table is hundreds of thousands of objects, all of them in use."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def rare_checkpoints() -> Iterator[None]:
    """Have SQLite copy what was written into its file after 96 MB, not 4, and keep more of it at hand.

    A chunk changes the same pages as the one before, and more of them than would be kept: the indexes have no order.
    96 MB of them are kept: with 160 an import was 4 % faster, and with the processes beside it at 598 of its 600 MB.
    """
    if connection.vendor != "sqlite":
        yield
        return
    usual = _pragmas(wal_autocheckpoint=24_000, cache_size=-96_000)
    try:
        yield
    finally:
        with suppress(DatabaseError):  # of a transaction that failed; the next connection begins anew
            _pragmas(**usual)
            if not connection.in_atomic_block:
                with connection.cursor() as cursor:  # or the next page that somebody saves would wait for it
                    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _pragmas(**values: int) -> dict[str, int]:
    """Set pragmas of this connection, and return what they were."""
    usual: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name, value in values.items():
            usual[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
            cursor.execute(f"PRAGMA {name}={value}")
    return usual


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything within as it stands at the first read; nothing may be written on this connection meanwhile.

    Writers are not kept waiting. Inside a transaction it is that transaction's view.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django's own transactions on SQLite take the lock of writers at once.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def waits_in_queue(tasks: str, arguments: Sequence[int]) -> bool:
    """Return whether a task of a module with these arguments is still to be taken up: then no worker died with it."""
    from django_tasks_db.models import DBTaskResult

    return bool(
        DBTaskResult.objects.filter(
            status="READY", task_path__startswith=f"{tasks}.", args_kwargs__args=list(arguments)
        ).exists()
    )
