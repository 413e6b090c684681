"""Setting up does what changed and nothing else, and tells plainly what is missing."""

import gettext
from pathlib import Path

import pytest

from scripts import machine, prepare, steps
from scripts.catalogues import compile_catalogue

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Company"
msgstr "企业"

#, fuzzy
msgid "Project"
msgstr "企业项目"
"""


def test_stamp_changes_with_content_name_and_absence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is done again when any of its inputs differs."""
    monkeypatch.setattr(steps, "PROJECT", tmp_path)
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("one")
    seen = {steps.digest([first]), steps.digest([first, second])}
    second.write_text("one")
    seen |= {steps.digest([first, second]), steps.digest([second])}
    first.write_text("two")
    seen.add(steps.digest([first]))
    assert len(seen) == 5


def test_bootstrap_takes_uv_from_the_lock_file_with_its_hashes() -> None:
    """What installs everything else is pinned as well."""
    lines = prepare.pinned("uv", "setuptools")
    assert [line.split("==")[0] for line in lines.splitlines() if "==" in line] == ["setuptools", "uv"]
    assert lines.count("--hash=sha256:") >= 2


def test_failed_command_shows_what_it_said() -> None:
    """Its output is hidden only while all goes well."""
    with pytest.raises(steps.StepFailed, match="no such thing"):
        steps.run_quietly(["sh", "-c", "echo no such thing; exit 3"])


def test_missing_tool_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may not install, it names Debian's package and another way."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(machine, "postgres_folder", lambda: None)
    with pytest.raises(machine.Missing, match=r"apt-get install postgresql\. Elsewhere: "):
        machine.need_postgres()


@pytest.mark.parametrize(
    ("version", "is_used"),
    [("v18.20.4", False), ("v20.18.0", False), ("v20.19.0", True), ("v22.11.0", False), ("v24.1.0", True)],
)
def test_only_a_node_that_vite_runs_on_is_used(
    version: str, is_used: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older one on the machine is left alone and Node.js installed beside."""
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert (machine.node_folder() == tmp_path) is is_used


def test_catalogue_is_compiled_without_its_doubtful_messages(tmp_path: Path) -> None:
    """A fuzzy translation is not shown to anybody."""
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po = folder / "django.po"
    po.write_text(PO, encoding="utf-8")
    compile_catalogue(po)
    with po.with_suffix(".mo").open("rb") as compiled:
        messages = gettext.GNUTranslations(compiled)
    assert messages.gettext("Company") == "企业"
    assert messages.gettext("Project") == "Project"
