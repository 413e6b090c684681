"""How far long work has come, on a terminal as a bar, in a log as a line now and then."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

Tell = Callable[[int, int], None]
WIDTH, SECONDS_IN_A_LOG = 32, 30.0


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def bar(what: str, out: TextIO | None = None) -> Tell:
    """Return what shows progress: call it with what is done and the total, in any unit."""
    out = out or sys.stderr
    begin = last = time.monotonic()
    on_terminal = out.isatty()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        finished = done >= total
        if not finished and now - last < (0.1 if on_terminal else SECONDS_IN_A_LOG):
            return
        last = now
        share = min(1.0, done / total) if total else 1.0
        seconds = now - begin
        left = f", {seconds / share - seconds:.0f} s to go" if 0 < share < 1 else f", {seconds:.1f} s"
        drawn = f"{what} [{'#' * round(share * WIDTH):<{WIDTH}}] {share:4.0%}{left}"
        if on_terminal:
            out.write(f"\r{drawn:<100}" + ("\n" if finished else ""))
        elif not finished or seconds >= SECONDS_IN_A_LOG:
            out.write(drawn + "\n")
        out.flush()

    return tell
