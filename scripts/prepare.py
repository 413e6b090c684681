"""Make .venv, the messages and the front end; do only what changed since the last time.

Runs on a bare Python 3.11: only the standard library may be imported here.
"""

import contextlib
import fcntl
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

from scripts import machine
from scripts.steps import PROJECT, VENV, Step, StepFailed, digest, is_stamped, run_quietly

LOCK = PROJECT / "requirements.lock"
NODE_LOCK = PROJECT / "requirements-node.lock"
DIST = PROJECT / "sanku" / "static" / "dist"
STAMP = ".prepared-from"
UV_ENV = {"UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(VENV)}


def trust_of_system() -> dict[str, str]:
    """Return what makes uv and node trust the system's certificates, as offices have proxies of their own."""
    system = ssl.get_default_verify_paths().cafile
    if not system:
        return {}
    extra = os.environ.get("NODE_EXTRA_CA_CERTS", system)
    return {"UV_SYSTEM_CERTS": "true", "NODE_EXTRA_CA_CERTS": extra}


def pinned(*names: str) -> str:
    """Return the lines of the lock file that pin some packages, with their hashes."""
    blocks = re.findall(r"^\S+==(?:.*\\\n)*.*\n", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return "".join(block for block in blocks if block.split("==")[0] in names)


def make_venv() -> None:
    """Make .venv anew and put uv into it, and what builds packages that have no wheel."""
    shutil.rmtree(VENV, ignore_errors=True)
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not has_ensurepip and importlib.util.find_spec("pip") is None:
        machine.install(machine.PIP)
        has_ensurepip = True
    # Debian's Python may have pip and no ensurepip: then pip installs from outside into the new folder.
    venv.create(VENV, with_pip=has_ensurepip, symlinks=True)
    pip: list[str | Path] = (
        [VENV / "bin/python", "-m", "pip"]
        if has_ensurepip
        else [sys.executable, "-m", "pip", "--python", VENV / "bin/python"]
    )
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as first:
        first.write(pinned("uv", "setuptools"))
        first.flush()
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        run_quietly([*pip, "install", *options, "--requirement", first.name])


def works(program: Path) -> bool:
    """Return whether a program of .venv starts; it does not when the system's Python moved."""
    with contextlib.suppress(OSError):
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    return False


def prepare_python(*, with_node: bool) -> None:
    """Bring .venv to the state of the lock files, with Sanku itself installed from this folder."""
    locks = [LOCK, NODE_LOCK] if with_node else [LOCK]
    value = digest([*locks, PROJECT / "pyproject.toml"])
    if is_stamped(VENV / STAMP, value) and (VENV / "bin/python").exists():
        return
    with Step("Python packages"):
        uv = VENV / "bin/uv"
        if not (works(VENV / "bin/python") and works(uv)):
            make_venv()
        # No build isolation: a package without a wheel is built by the setuptools of the lock file.
        install = ["--quiet", "--no-build-isolation"]
        # Compiled now, once: where Python is told to keep no bytecode, every command would compile what it imports.
        env = {**UV_ENV, **trust_of_system(), "UV_COMPILE_BYTECODE": "1"}
        run_quietly([uv, "pip", "sync", *install, "--require-hashes", *locks], extra_env=env)
        run_quietly([uv, "pip", "install", *install, "--no-deps", "--editable", PROJECT], extra_env=env)
        run_quietly([VENV / "bin/python", "-m", "compileall", "-q", PROJECT / "sanku"])
        (VENV / STAMP).write_text(value, encoding="ascii")


def is_stale_message(po: Path, *, makers: list[Path]) -> bool:
    """Return whether a compiled form of a catalogue is missing or older than it, or than the programs that make it."""
    compiled = [po.with_suffix(".mo"), po.parents[2] / "zh_Hant" / "LC_MESSAGES" / f"{po.stem}.mo"]
    newest = max(path.stat().st_mtime for path in [po, *makers])
    return any(not mo.exists() or mo.stat().st_mtime < newest for mo in compiled)


def prepare_messages() -> None:
    """Compile each catalogue whose compiled forms, Simplified and Traditional, are older than what makes them."""
    makers = [PROJECT / "scripts" / name for name in ("catalogues.py", "traditional.py", "traditional.tsv")]
    stale = [
        po for po in PROJECT.glob("sanku/**/locale/*/LC_MESSAGES/*.po") if is_stale_message(po, makers=makers)
    ]
    if stale:
        with Step("Messages"):
            run_quietly([VENV / "bin/python", "-m", "scripts.catalogues", *stale])


def build_inputs() -> Iterator[Path]:
    """Yield the files the front end is built from: the templates too, as unused styles are left out."""
    yield from (PROJECT / name for name in ("package.json", "package-lock.json", "vite.config.ts"))
    yield from PROJECT.glob("tsconfig*.json")
    yield from (path for path in PROJECT.glob("frontend/**/*") if path.is_file())
    yield from PROJECT.glob("sanku/**/templates/**/*.html")
    yield from (path for path in PROJECT.glob("sanku/**/*.py") if "migrations" not in path.parts)


def prepare_front_end(node: Path) -> None:
    """Install the front end's packages and build it.

    Args:
        node: the folder of node and npm.
    """
    env = {"PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}", **trust_of_system()}
    npm = node / "npm"
    packages = digest(PROJECT / name for name in ("package.json", "package-lock.json", ".npmrc"))
    modules = PROJECT / "node_modules"
    if not is_stamped(modules / STAMP, packages):
        with Step("Front-end packages"):
            run_quietly([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], extra_env=env)
            (modules / STAMP).write_text(packages, encoding="ascii")
    built = digest(build_inputs())
    if not is_stamped(DIST / STAMP, built):
        with Step("Front-end build"):
            run_quietly([npm, "run", "--silent", "build"], extra_env=env)
            (DIST / STAMP).write_text(built, encoding="ascii")


def main() -> int:
    """Prepare everything; several callers at once wait for each other."""
    with (PROJECT / "Makefile").open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            node = machine.node_folder()
            prepare_python(with_node=node is None)
            prepare_messages()
            prepare_front_end(node or VENV / "bin")
        except StepFailed as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
