"""`make run` as a newcomer meets it: it starts from nothing, starts again quickly, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from scripts.postgres import free_port
from scripts.run import WEB_NICENESS, WORKER_NICENESS

PROJECT = Path(__file__).resolve().parents[2]
FIRST_START_SECONDS = 180
SECOND_START_SECONDS = 20  # 10 s are promised; the other tests keep this machine busy meanwhile

pytestmark = pytest.mark.e2e


@contextmanager
def running(data: Path, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start Sanku on an own data folder, and make sure that it ends."""
    kept = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    env = {name: value for name, value in os.environ.items() if name in kept}
    env |= {"SANKU_DATA_DIR": str(data), "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"], cwd=PROJECT, env=env, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_until_running(process: subprocess.Popen[bytes], log: Path, seconds: float) -> float:
    """Return how many seconds it took until the address was printed."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if "Sanku runs at" in log.read_text(encoding="utf-8"):
            return time.monotonic() - started
        assert process.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(f"not running after {seconds} s:\n{log.read_text(encoding='utf-8')}")


def printed_sign_ins(log: Path) -> list[str]:
    """Return the indented lines below the address."""
    below = log.read_text(encoding="utf-8").split("Sanku runs at")[1].splitlines()[1:]
    return [line for line in below if line.startswith("  ")]


def read(address: str) -> str:
    """Return what the server answers; an error of the server is one of the test."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


def stop_with_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    """Stop it as Ctrl-C does, and prove that every process it started is gone."""
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3  # web server, its own processes, worker
    own = psutil.Process(process.pid).nice()
    assert {one.nice() for one in family} == {min(19, own + more) for more in (WEB_NICENESS, WORKER_NICENESS)}
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_start_from_nothing_second_start_and_stop(tmp_path: Path) -> None:
    """The first start makes the demo zone and names its sign-ins, the second finds all in place."""
    data, port = tmp_path / "data", free_port()
    first, second, refused = tmp_path / "first", tmp_path / "second", tmp_path / "refused"
    with running(data, port, first) as sanku:
        wait_until_running(sanku, first, FIRST_START_SECONDS)
        page = read(f"http://127.0.0.1:{port}/")
        assert 'name="login"' in page
        files = set(re.findall(r'"(/static/[^"#]+)"', page))
        assert {Path(file).suffix for file in files} >= {".css", ".js"}
        assert all(read(f"http://127.0.0.1:{port}{file}") for file in files)
        with running(data, port, refused) as another:
            assert another.wait(timeout=30) == 1
            assert f"Port {port} is taken by process {sanku.pid} " in refused.read_text(encoding="utf-8")
        stop_with_ctrl_c(sanku)
    with running(data, port, second) as sanku:
        assert wait_until_running(sanku, second, FIRST_START_SECONDS) < SECOND_START_SECONDS
        stop_with_ctrl_c(sanku)
    sign_ins = printed_sign_ins(first)
    assert len(sign_ins) >= 10  # one for every role
    assert printed_sign_ins(second) == sign_ins
