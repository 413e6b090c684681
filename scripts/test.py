"""Run all tests: on SQLite, the same on PostgreSQL, the front end's, and in a browser.

    make test                     everything
    make test PARTS="sqlite"      some parts: sqlite postgres frontend browser

A part whose tools are missing installs them or fails and says what to do. A skipped test counts as failed.
Two lanes go on at once: what waits for a browser leaves its processor to the others. The output of the first lane is
shown as it comes, that of the second when the first is done.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from scripts import machine
from scripts.postgres import temporary_postgres
from scripts.steps import PROJECT, VENV, StepFailed

PROCESSES = min(4, os.cpu_count() or 1)
PYTEST = [str(VENV / "bin/python"), "-m", "pytest", "--quiet"]
# Some tests take a hundred times as long as most: whoever is done takes over from the others.
# Without Playwright, which the browser tests alone need.
WITHOUT_BROWSER = [*PYTEST, "--numprocesses", str(PROCESSES), "--dist", "worksteal"]
WITHOUT_BROWSER += ["-p", "no:playwright", "--ignore=tests/e2e", "-m", "not e2e"]
DEAREST = 10


@dataclass
class Outcome:
    """How a part ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problem: str = ""
    seconds_by_file: dict[str, float] = field(default_factory=lambda: defaultdict(float))

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
        outcome.seconds_by_file[case.get("classname", "")] += float(case.get("time", 0))
        if kinds & {"failure", "error"}:
            outcome.failed += 1
        elif "skipped" in kinds:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome


def run(
    command: Sequence[str], report: Path, output: IO[str] | None, extra_env: Mapping[str, str]
) -> Outcome:
    """Run tests with their output on the screen, or in a file, and return their counts."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "MAKEFLAGS")}
    code = subprocess.run(
        command,
        cwd=PROJECT,
        env={**env, **extra_env},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
    ).returncode
    outcome = count(report)
    if code and not outcome.failed and not outcome.problem:
        outcome.problem = f"ended with code {code}"
    return outcome


def sqlite(report: Path, output: IO[str] | None) -> Outcome:
    """Run all but the browser tests on the embedded database."""
    return run([*WITHOUT_BROWSER, f"--junitxml={report}"], report, output, {})


def postgres(report: Path, output: IO[str] | None) -> Outcome:
    """Run all but the browser tests on a PostgreSQL started for them."""
    with temporary_postgres() as url:
        return run([*WITHOUT_BROWSER, f"--junitxml={report}"], report, output, {"DATABASE_URL": url})


def frontend(report: Path, output: IO[str] | None) -> Outcome:
    """Run the tests of the front end's elements."""
    node = machine.node_folder() or VENV / "bin"
    vitest = [str(PROJECT / "node_modules/.bin/vitest"), "run", "--reporter=default", "--reporter=junit"]
    return run(
        [*vitest, f"--outputFile.junit={report}"],
        report,
        output,
        {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"},
    )


def browser(report: Path, output: IO[str] | None) -> Outcome:
    """Run the browser tests in the machine's Chromium."""
    executable = machine.need_chromium()
    command = [*PYTEST, "-m", "e2e", "--screenshot=only-on-failure", f"--junitxml={report}"]
    return run(command, report, output, {"SANKU_CHROMIUM": str(executable)})


PARTS: dict[str, Callable[[Path, IO[str] | None], Outcome]] = {
    "sqlite": sqlite,
    "postgres": postgres,
    "frontend": frontend,
    "browser": browser,
}
BESIDE = ("frontend", "browser")  # the second lane


def run_part(name: str, folder: Path, output: IO[str] | None = None) -> Outcome:
    """Run one part and tell how it ended, also when it could not start."""
    print(f"\n=== {name}: {(PARTS[name].__doc__ or '').splitlines()[0]}", file=output, flush=True)
    started = time.monotonic()
    try:
        outcome = PARTS[name](folder / f"{name}.xml", output)
    except StepFailed as failure:
        outcome = Outcome(problem=str(failure))
    outcome.seconds = time.monotonic() - started
    if not outcome.problem and outcome.passed + outcome.failed == 0:
        outcome.problem = "no test ran"
    return outcome


def run_parts(names: Sequence[str], folder: Path) -> dict[str, Outcome]:
    """Run parts in two lanes, one after the other in each, and return how they ended in the order given."""
    beside = [name for name in names if name in BESIDE]
    kept = folder / "output"
    with kept.open("w", encoding="utf-8") as output, ThreadPoolExecutor(max_workers=1) as lane:
        # Nobody to wait for: the second lane may speak for itself.
        quiet = output if len(beside) < len(names) else None
        running = {name: lane.submit(run_part, name, folder, quiet) for name in beside}
        done = {name: run_part(name, folder) for name in names if name not in BESIDE}
        done.update({name: future.result() for name, future in running.items()})
    print(kept.read_text(encoding="utf-8", errors="replace"), end="")
    return {name: done[name] for name in names}


def tell(outcomes: Mapping[str, Outcome]) -> None:
    """Print how each part ended, and the files that took longest: they are where time can be saved."""
    by_file = [
        (seconds, file, part)
        for part, outcome in outcomes.items()
        for file, seconds in outcome.seconds_by_file.items()
    ]
    print("\nThe files that took longest, in seconds of all processes together:")
    for seconds, file, part in sorted(by_file, reverse=True)[:DEAREST]:
        print(f"{seconds:7.1f}  {file} ({part})")
    print()
    for name, outcome in outcomes.items():
        mark = "ok    " if outcome.is_good else "FAILED"
        problem = f" – {outcome.problem}" if outcome.problem else ""
        print(f"{mark}  {name:9} {outcome.figures}, {outcome.seconds:.0f} s{problem}")


def main() -> int:
    """Run the parts named in the environment variable PARTS, or all."""
    names = list(dict.fromkeys(os.environ.get("PARTS", "").split())) or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"No such part: {' '.join(unknown)}. There are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="sanku-reports-") as folder:
        outcomes = run_parts(names, Path(folder))
    tell(outcomes)
    total = Outcome(
        passed=sum(each.passed for each in outcomes.values()),
        failed=sum(each.failed for each in outcomes.values()),
        skipped=sum(each.skipped for each in outcomes.values()),
    )
    print(f"tests: {total.figures}", flush=True)
    return 0 if all(outcome.is_good for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
