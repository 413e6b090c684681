"""What the two commands stand on: lock files anybody can install from, a licence, launchers that run."""

import gzip
import json
import os
import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LOCK_FILES = ["requirements.lock", "requirements-node.lock", "package-lock.json"]


@pytest.mark.parametrize("name", LOCK_FILES)
def test_lock_file_names_no_host(name: str) -> None:
    """An address in a lock file would bind every installation to one mirror."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|git\+\S+", text) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-node.lock"])
def test_every_pinned_package_has_hashes(name: str) -> None:
    """Setup installs with --require-hashes."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9.-]+)==\S+((?:.*\\\n)*.*)", text, flags=re.MULTILINE)
    assert pins
    assert [package for package, rest in pins if "--hash=sha256:" not in rest] == []


def test_lock_file_has_what_the_project_declares() -> None:
    """A dependency added to pyproject.toml without `scripts/lock` would be missing in a fresh clone."""
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = declared["project"]["dependencies"] + declared["dependency-groups"]["dev"]
    names = {re.split(r"[\[<>=!~; ]", requirement)[0].lower() for requirement in wanted}
    locked = re.findall(
        r"^([a-z0-9.-]+)==", (PROJECT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert names - set(locked) == set()


@pytest.mark.parametrize("name", ["scripts/setup", "scripts/lock", ".ci/run"])
def test_launchers_may_be_executed(name: str) -> None:
    """They are called by name."""
    assert os.access(PROJECT / name, os.X_OK)


def test_the_first_page_loads_less_than_300_kb_of_the_front_end() -> None:
    """Packed, without the map, whose page loads its own. Where there is no build: run `make setup`."""
    built = PROJECT / "sanku" / "static" / "dist"
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    names, files = ["frontend/main.ts"], set()
    for name in names:
        part = manifest[name]
        files |= {part["file"], *part.get("css", [])}
        names += [other for other in part.get("imports", []) if other not in names]
    assert {Path(file).suffix for file in files} >= {".js", ".css"}
    assert sum(len(gzip.compress((built / file).read_bytes())) for file in files) < 300_000
