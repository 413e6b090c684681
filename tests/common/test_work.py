"""Work that shows that it lives."""

import threading

from django.db import OperationalError

from sanku.common.work import heart


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
