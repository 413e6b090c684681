"""Work that shows that it lives."""

import threading

import pytest
from django.db import OperationalError, connection

from sanku.common.work import heart, rare_checkpoints


def test_a_beat_that_finds_the_database_locked_does_not_stop_the_heart() -> None:
    beaten: list[int] = []
    again = threading.Event()

    def beat() -> None:
        beaten.append(len(beaten))
        if len(beaten) == 1:
            raise OperationalError("database is locked")
        again.set()

    with heart(beat, seconds=0.01):
        assert again.wait(10)
    assert beaten[:2] == [0, 1]


@pytest.mark.django_db
def test_checkpoints_are_rare_while_a_file_is_taken_in() -> None:
    def after() -> list[int]:
        if connection.vendor != "sqlite":
            return []
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint")
            return list(cursor.fetchone())

    with rare_checkpoints():
        assert after() in ([24_000], [])
    assert after() in ([1_000], [])
