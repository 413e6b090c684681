"""One line on the screen for each thing done; what a command says is shown only when it fails."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"


class StepFailed(Exception):
    """A command of a step ended with an error; its output is the message."""


def run_quietly(
    command: Sequence[str | Path], *, extra_env: Mapping[str, str] | None = None, cwd: Path = PROJECT
) -> str:
    """Run a command to its end and return what it wrote.

    Raises:
        StepFailed: it could not be started, or ended with an error.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **(extra_env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise StepFailed(f"{words[0]}: {error.strerror}") from error
    if done.returncode:
        raise StepFailed(f"{' '.join(words)}\n{done.stdout.rstrip()}")
    return done.stdout


class Step:
    """Announce what is being done, and how long it took once it is done."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()

    def __enter__(self) -> "Step":
        sys.stdout.write(f"{self.title} … ")
        sys.stdout.flush()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        print("failed" if kind else f"{time.monotonic() - self.started:.1f} s", flush=True)


def digest(paths: Iterable[Path], *, also: str = "") -> str:
    """Return a hash of the names and contents of files; a missing one counts as missing."""
    total = hashlib.sha256(also.encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(PROJECT)).encode() + b"\0")
        total.update(path.read_bytes() if path.is_file() else b"missing")
        total.update(b"\0")
    return total.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Return whether a step was already done with the same inputs."""
    return stamp.is_file() and stamp.read_text(encoding="ascii") == value
