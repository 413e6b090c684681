"""Run all tests: on SQLite, the same on PostgreSQL, the front end's, and in a browser.

    make test                     everything
    make test PARTS="sqlite"      some parts: sqlite postgres frontend browser

A part whose tools are missing installs them or fails and says what to do. A skipped test counts as failed.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import machine
from scripts.postgres import temporary_postgres
from scripts.steps import PROJECT, VENV, StepFailed

PROCESSES = min(4, os.cpu_count() or 1)
PYTEST = [str(VENV / "bin/python"), "-m", "pytest", "--quiet", "--numprocesses", str(PROCESSES)]
# Some tests take a hundred times as long as most: whoever is done takes over from the others.
PYTEST += ["--dist", "worksteal"]


@dataclass
class Outcome:
    """How a part ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Whether tests ran and all passed."""
        return not (self.problem or self.failed or self.skipped) and self.passed > 0

    @property
    def figures(self) -> str:
        """The counts in words."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count(report: Path) -> Outcome:
    """Read a JUnit report."""
    if not report.exists():
        return Outcome(problem="no test ran")
    outcome = Outcome()
    for case in ET.parse(report).iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            outcome.failed += 1
        elif "skipped" in kinds:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome


def run(command: Sequence[str], report: Path, extra_env: Mapping[str, str]) -> Outcome:
    """Run tests with their output on the screen and return their counts."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MAKEFLAGS")}
    code = subprocess.run(command, cwd=PROJECT, env={**env, **extra_env}, stdin=subprocess.DEVNULL).returncode
    outcome = count(report)
    if code and not outcome.failed and not outcome.problem:
        outcome.problem = f"ended with code {code}"
    return outcome


def sqlite(report: Path) -> Outcome:
    """Run all but the browser tests on the embedded database."""
    return run([*PYTEST, "-m", "not e2e", f"--junitxml={report}"], report, {})


def postgres(report: Path) -> Outcome:
    """Run all but the browser tests on a PostgreSQL started for them."""
    with temporary_postgres() as url:
        return run([*PYTEST, "-m", "not e2e", f"--junitxml={report}"], report, {"DATABASE_URL": url})


def frontend(report: Path) -> Outcome:
    """Run the tests of the front end's elements."""
    node = machine.node_folder() or VENV / "bin"
    vitest = [str(PROJECT / "node_modules/.bin/vitest"), "run", "--reporter=default", "--reporter=junit"]
    return run(
        [*vitest, f"--outputFile.junit={report}"],
        report,
        {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"},
    )


def browser(report: Path) -> Outcome:
    """Run the browser tests in the machine's Chromium."""
    executable = machine.need_chromium()
    return run(
        [*PYTEST, "-m", "e2e", "--screenshot=only-on-failure", f"--junitxml={report}"],
        report,
        {"SANKU_CHROMIUM": str(executable)},
    )


PARTS: dict[str, Callable[[Path], Outcome]] = {
    "sqlite": sqlite,
    "postgres": postgres,
    "frontend": frontend,
    "browser": browser,
}


def run_part(name: str, folder: Path) -> Outcome:
    """Run one part and tell how it ended, also when it could not start."""
    print(f"\n=== {name}: {(PARTS[name].__doc__ or '').splitlines()[0]}", flush=True)
    started = time.monotonic()
    try:
        outcome = PARTS[name](folder / f"{name}.xml")
    except StepFailed as failure:
        outcome = Outcome(problem=str(failure))
    outcome.seconds = time.monotonic() - started
    if not outcome.problem and outcome.passed + outcome.failed == 0:
        outcome.problem = "no test ran"
    return outcome


def main() -> int:
    """Run the parts named in the environment variable PARTS, or all."""
    names = os.environ.get("PARTS", "").split() or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No such part: {' '.join(unknown)}. There are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="sanku-reports-") as folder:
        outcomes = {name: run_part(name, Path(folder)) for name in names}
    print()
    for name, outcome in outcomes.items():
        mark = "ok    " if outcome.is_good else "FAILED"
        problem = f" – {outcome.problem}" if outcome.problem else ""
        print(f"{mark}  {name:9} {outcome.figures}, {outcome.seconds:.0f} s{problem}")
    total = Outcome(
        passed=sum(each.passed for each in outcomes.values()),
        failed=sum(each.failed for each in outcomes.values()),
        skipped=sum(each.skipped for each in outcomes.values()),
    )
    print(f"tests: {total.figures}", flush=True)
    return 0 if all(outcome.is_good for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
