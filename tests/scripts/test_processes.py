"""Nothing that was started stays behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from scripts.processes import stop

PROJECT = Path(__file__).resolve().parents[2]

PARENT = """
import subprocess, time
from scripts.processes import die_with_parent
child = subprocess.Popen(["sleep", "60"], process_group=0, preexec_fn=die_with_parent())
print(child.pid, flush=True)
time.sleep(60)
"""

LISTENER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("ready", flush=True)
time.sleep(60)
"""


def ends_within(pid: int, seconds: float) -> bool:
    """Return whether a process is gone, or only waits to be reaped, before the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_children_end_when_their_parent_is_killed() -> None:
    """SIGKILL gives the parent no chance to stop anything itself."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ends_within(child, 5)


def test_stop_ends_what_does_not_listen_and_what_it_started() -> None:
    """A shell that ignores the polite signal is ended by force, with its own child."""
    shell = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; while true; do wait; done"],
        process_group=0,
        stdout=subprocess.PIPE,
    )
    assert shell.stdout is not None
    grandchild = int(shell.stdout.readline())
    stop([shell], seconds=0.3)
    shell.stdout.close()
    assert shell.returncode == -signal.SIGKILL
    assert ends_within(grandchild, 5)


def test_stop_lets_a_process_end_by_itself() -> None:
    """What ends when asked is not ended by force."""
    process = subprocess.Popen([sys.executable, "-c", LISTENER], process_group=0, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    stop([process], seconds=10)
    process.stdout.close()
    assert process.returncode == 7
