"""Run every check that needs no test: format, lint, types, contracts, migrations, TypeScript."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts import machine
from scripts.steps import PROJECT, VENV, StepFailed, run_quietly

BIN = VENV / "bin"
NODE_BIN = PROJECT / "node_modules" / ".bin"
TYPED = [name for name in ("sanku", "scripts", "tests", "bench") if (PROJECT / name).is_dir()]
SHOWN_LINES = 60

Check = tuple[str, list[str | Path]]


def checks() -> list[Check]:
    """Return the checks, the longest first."""
    return [
        ("types (mypy --strict)", [BIN / "mypy", *TYPED]),
        ("migrations complete", [BIN / "sanku", "makemigrations", "--check", "--dry-run"]),
        ("lint (eslint)", [NODE_BIN / "eslint", "frontend", "vite.config.ts", "eslint.config.js"]),
        ("types (tsc)", [NODE_BIN / "tsc", "--noEmit"]),
        ("import contracts", [BIN / "lint-imports", "--no-cache", "--no-logo"]),
        ("lint (ruff)", [BIN / "ruff", "check", "--quiet", "--output-format", "concise"]),
        ("format (ruff)", [BIN / "ruff", "format", "--check", "--output-format", "concise"]),
    ]


def passes(check: Check) -> bool:
    """Run one check and say how it ended."""
    title, command = check
    started = time.monotonic()
    node = machine.node_folder() or BIN
    try:
        run_quietly(command, extra_env={"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"})
    except StepFailed as failure:
        lines = str(failure).splitlines()
        more = [f"… {len(lines) - SHOWN_LINES} lines more"] if len(lines) > SHOWN_LINES else []
        print("\n".join([f"FAILED  {title}", *lines[:SHOWN_LINES], *more]), flush=True)
        return False
    print(f"ok      {title}  {time.monotonic() - started:.1f} s", flush=True)
    return True


def main() -> int:
    """Run all checks, two at a time, and tell of every one that fails."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(passes, checks()))
    print(f"checks: {sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
