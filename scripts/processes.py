"""Start child processes so that none is left behind, and stop them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int = signal.SIGTERM) -> Callable[[], None]:
    """Return what a child calls before it starts so that it ends when its parent is killed.

    Only Linux knows this; elsewhere it does nothing, and a parent killed by SIGKILL leaves its children.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # found now: a forked child should look nothing up

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)

    return ask_kernel


def signal_group(process: subprocess.Popen[bytes], signum: int) -> None:
    """Send a signal to a process that leads its own group, and to all of the group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signum)


def stop(
    processes: Sequence[subprocess.Popen[bytes]], *, with_signal: int = signal.SIGTERM, seconds: float = 10
) -> None:
    """Ask processes to end, and after some seconds end them and their groups by force."""
    deadline = time.monotonic() + seconds
    for process in processes:
        if process.poll() is None:
            process.send_signal(with_signal)
    try:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
    finally:
        for process in processes:
            signal_group(process, signal.SIGKILL)
            process.wait()
