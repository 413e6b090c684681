"""How long a peer may take: what did not finish is said in the result as such, not left out."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from bench.measure import quantile

BUILD_SECONDS = 900.0  # for loading and indexing
QUERY_SECONDS = 30.0  # for one query
KIND_SECONDS, LEAST_CALLS = 20.0, 6  # of one kind no further query is asked after so long, but so many are


class TookTooLong(Exception):
    """A peer was stopped at its limit."""


def not_finished(seconds: float) -> str:
    """Say that something was stopped."""
    return f"did not finish in {seconds:.0f} s"


class Deadline:
    """A moment by which something must be done."""

    def __init__(self, seconds: float) -> None:
        """Begin now."""
        self.seconds, self._end = seconds, time.perf_counter() + seconds

    @property
    def left_ms(self) -> int:
        """Return the milliseconds that are left, at least one: nought would mean no limit to PostgreSQL."""
        return max(1, round((self._end - time.perf_counter()) * 1000))

    @property
    def is_over(self) -> bool:
        """Tell whether it has passed."""
        return time.perf_counter() >= self._end

    def check(self) -> None:
        """Raise TookTooLong if it has passed."""
        if self.is_over:
            raise TookTooLong


def figures_of(kind: str, ask: Callable[[Any], Any], things: Iterable[Any]) -> dict[str, Any]:
    """Return p50 and p95 of a kind of query, how many were asked, and how many did not finish: these count with their limit."""
    times: list[float] = []
    begin, stopped = time.perf_counter(), 0
    for thing in things:
        asked = time.perf_counter()
        if len(times) >= LEAST_CALLS and asked - begin > KIND_SECONDS:
            break
        try:
            ask(thing)
        except TookTooLong:
            stopped += 1
            times.append(QUERY_SECONDS * 1000)
        else:
            times.append((time.perf_counter() - asked) * 1000)
    figures: dict[str, Any] = {
        f"{kind}_calls": len(times),
        f"{kind}_p50_ms": quantile(times, 0.5),
        f"{kind}_p95_ms": quantile(times, 0.95),
    }
    if stopped:
        figures[f"{kind}_stopped"] = f"{stopped} of {len(times)} {not_finished(QUERY_SECONDS)}"
    return figures
