"""What `sanku backup` writes, `sanku restore` puts back: every table, every file, on either database, or nothing."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from sanku.accounts.models import User
from sanku.audit.models import Chain, Entry
from sanku.audit.operations import Draft
from sanku.audit.queries import verify_chain
from sanku.common.search import matching
from sanku.companies.models import Company, Contact
from sanku.companies.operations import remove_company, save_companies
from sanku.config.backup import contents
from sanku.config.backup.manifest import BackupRefused, Manifest
from sanku.config.backup.reading import restore_backup
from sanku.config.backup.writing import write_backup
from sanku.projects.models import Project
from sanku.sites.models import Reshape, Site
from tests import make
from tests.cast import Cast
from tests.databases import copy_migrated
from tests.scopes.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
WHERE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> Path:
    """Keep uploads in a folder of this test's own, with something in it."""
    folder = tmp_path / "files"
    settings.MEDIA_ROOT = str(folder)
    settings.BACKED_UP_FOLDERS = {"files": folder}
    (folder / "imports" / "1").mkdir(parents=True)
    (folder / "imports" / "1" / "示例表").write_bytes(b"\x00\xff" * 700_000)
    (folder / "empty").write_bytes(b"")
    return folder


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """Make one of everything, with a ledger, and an id that was given to a row that is gone."""
    make_world(cast)
    enter(cast.office, "示例机器人有限公司", former_names="示例甲\n示例乙", honours=["sse", "chain_leader"])
    remove_company(enter(cast.office, "示例退出公司"), actor=cast.office, now=make.NOW, via=make.VIA)
    make.site(
        cast.zone,
        "示例地块",
        boundary={
            "type": "Polygon",
            "coordinates": [[[116.5, 35.4], [116.6, 35.4], [116.6, 35.5], [116.5, 35.4]]],
        },
    )
    make.project(cast.zone, investment="12345678901.25", investment_cny="12345678901.25")
    make.contact(make.company(cast.zone)).delete()
    return cast


def enter(actor: User, name: str, **values: Any) -> Company:
    draft = Draft(Company(zone=actor.zone), {"name": name, **values})
    save_companies([draft], actor=actor, now=make.NOW, via=make.VIA)
    return draft.record


def backed_up(path: Path, tell: Callable[[str], None] = lambda line: None) -> Manifest:
    return write_backup(path, now=make.NOW, tell=tell)


def restored(path: Path, *, replace: bool = True) -> Manifest:
    return restore_backup(path, replace=replace, tell=lambda line: None)


def everything() -> dict[str, list[Any]]:
    """Read every row of every table. The order of keys in JSON is a database's own matter."""
    return {
        model._meta.db_table: [json.loads(line) for line in contents.lines_of(model)]
        for model in contents.models_kept()
    }


def rows_in(archive: zipfile.ZipFile, table: str) -> list[Any]:
    return [json.loads(line) for line in archive.read(f"tables/{table}.jsonl").splitlines()]


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in contents.files_in(folder)}


def migrated(folder: Path) -> Path:
    """Return a folder with an embedded database that holds nothing: to restore into it migrates nothing."""
    copy_migrated(folder / "sanku.sqlite3")
    return folder


def elsewhere(folder: Path, *arguments: str) -> str:
    """Run `sanku` on an embedded database in a folder of its own."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    done = subprocess.run(
        [sys.executable, "-m", "sanku.config.command", *arguments],
        cwd=WHERE, env={**env, "SANKU_DATA_DIR": str(folder)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_table_of_the_database_is_in_a_backup_or_follows_from_it() -> None:
    kept = (
        {model._meta.db_table for model in contents.models_kept()} | contents.LEFT_OUT | {"django_migrations"}
    )
    rest = set(connection.introspection.table_names()) - kept
    assert {
        name
        for name in rest
        if not re.search(r"_grams(_config|_content|_data|_docsize|_idx)?$|_values$|^sqlite_stat1$", name)
    } == set()


def test_an_empty_folder_gets_every_table_and_file_back(filled: Cast, files: Path, tmp_path: Path) -> None:
    manifest = backed_up(tmp_path / "one.sanku")
    new = tmp_path / "new"
    if connection.vendor == "postgresql":
        # The new folder's database is an embedded one whatever this is: that it migrates itself is proved there.
        migrated(new)
    said = elsewhere(new, "restore", str(tmp_path / "one.sanku"))
    assert "示例甲区" in said
    assert files_of(new / "files") == files_of(files)
    elsewhere(new, "audit", "verify")
    elsewhere(new, "backup", str(tmp_path / "two.sanku"))
    with zipfile.ZipFile(tmp_path / "two.sanku") as archive:
        again = Manifest.decoded(archive.read("manifest.json"))
        for name, lines in everything().items():
            assert rows_in(archive, name) == lines, name
    assert (again.tables, again.files, again.zones) == (
        manifest.tables,
        manifest.files,
        ["示例甲区", "示例乙区"],
    )


@pytest.mark.sqlite
def test_the_rows_are_the_same_to_the_letter(filled: Cast, tmp_path: Path) -> None:
    backed_up(tmp_path / "one.sanku")
    elsewhere(migrated(tmp_path / "new"), "restore", str(tmp_path / "one.sanku"))
    here, there = (
        raw_rows(Path(path)) for path in (connection.settings_dict["NAME"], tmp_path / "new/sanku.sqlite3")
    )
    assert here == there
    assert len(here["audit_entry"]) == Entry.objects.count() > 0
    assert here["companies_company_grams_content"]


def spelled(value: Any) -> Any:
    """Return a value as it stands; JSON in one spelling, as many rows at once are written in another than one."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return json.dumps(json.loads(value))
    return value


def raw_rows(path: Path) -> dict[str, list[Any]]:
    """Read every table of an embedded database without Django."""
    with sqlite3.connect(path) as base:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # The moments of migrations, sessions, statistics, and how the search packs its index are no content.
        skipped = re.compile(
            r"django_migrations|django_session|_grams_(data|idx|config)$|_grams$|sqlite_sequence|sqlite_stat1"
        )
        rows = {
            name: sorted(repr([*map(spelled, row)]) for row in base.execute(f'SELECT * FROM "{name}"'))
            for name in names
            if not skipped.search(name)
        }
        rows["sqlite_sequence"] = sorted(
            repr(row)
            for row in base.execute(
                "SELECT name, seq FROM sqlite_sequence WHERE seq > 0 AND name != 'django_migrations'"
            )
        )
    return rows


def test_a_backup_of_one_database_is_restored_into_the_other(
    filled: Cast, files: Path, tmp_path: Path
) -> None:
    before = everything()
    backed_up(tmp_path / "one.sanku")
    elsewhere(migrated(tmp_path / "new"), "restore", str(tmp_path / "one.sanku"))
    elsewhere(tmp_path / "new", "backup", str(tmp_path / "two.sanku"))  # always of the embedded database
    with transaction.atomic():
        contents_gone()
    restored(tmp_path / "two.sanku")
    assert everything() == before


def contents_gone() -> None:
    make.company(name="示例别的公司")
    Reshape.objects.all().delete()
    Site.objects.all().delete()


def test_search_triggers_ids_and_the_ledger_work_after_a_restore(filled: Cast, tmp_path: Path) -> None:
    last = contents.sequence_of(Contact)
    assert last is not None and not Contact.objects.filter(pk=last).exists()
    backed_up(tmp_path / "one.sanku")
    enter(filled.office, "示例后来公司")
    restored(tmp_path / "one.sanku")
    assert [company.name for company in matching(Company.objects.all(), "机器人")] == ["示例机器人有限公司"]
    assert not matching(Company.objects.all(), "后来").exists()
    assert all(verify_chain(chain) is None for chain in Chain.objects.all())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()
    made = enter(User.objects.get(username="office"), "示例新公司")
    assert make.contact(made).pk == last + 1  # the last id was given to a row that is gone
    assert all(verify_chain(chain) is None for chain in Chain.objects.all())


def test_an_installation_that_holds_something_is_not_overwritten_unless_told(
    filled: Cast, files: Path, tmp_path: Path
) -> None:
    backed_up(tmp_path / "one.sanku")
    enter(filled.office, "示例后来公司")
    (files / "later").write_bytes(b"later")
    before = everything()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "one.sanku"))
    assert everything() == before
    call_command("restore", str(tmp_path / "one.sanku"), "--replace")
    assert not Company.objects.filter(name="示例后来公司").exists()
    assert set(files_of(files)) >= {"empty", "imports/1/示例表"}
    assert "later" not in files_of(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "one.sanku"]


def rewritten(path: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write a backup anew with its parts changed; None leaves one out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return to


def in_manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[str, bytes], bytes]:
    def changed(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        change(manifest)
        return json.dumps(manifest).encode()

    return changed


def broken_ones(whole: Path, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield damaged copies of a backup and what is said of each."""
    cut = folder / "cut"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    yield cut, "no whole backup|不是完整"
    flipped = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        info = archive.getinfo("tables/sites_site.jsonl")
    flipped[info.header_offset + 200] ^= 0xFF
    (folder / "flipped").write_bytes(flipped)
    yield folder / "flipped", "damaged|损坏"
    for name, change in {
        "row": lambda name, content: content.replace("示例厂房甲".encode(), "示例厂房乙".encode()),
        "fewer": lambda name, content: (
            content.split(b"\n", 1)[1] if name == "tables/sites_site.jsonl" else content
        ),
        "table": lambda name, content: None if name == "tables/sites_site.jsonl" else content,
        "file": lambda name, content: content + b"x" if name == "files/files/empty" else content,
        "no-file": lambda name, content: None if name == "files/files/empty" else content,
        "orphan": in_manifest(lambda manifest: manifest["tables"].pop("sites_site")),
        "outside": in_manifest(lambda manifest: manifest["files"][0].update(path="../outside")),
        "absolute": in_manifest(lambda manifest: manifest["files"][0].update(path="/tmp/outside")),
    }.items():
        yield rewritten(whole, folder / name, change), "damaged|损坏"
    (folder / "text").write_text("no backup")
    yield folder / "text", "no whole backup|不是完整"
    with zipfile.ZipFile(folder / "zip", "w") as archive:
        archive.writestr("a", "b")
    yield folder / "zip", "no backup|不是"
    yield folder / "missing", "missing"


def test_a_broken_backup_leaves_everything_as_it_was(filled: Cast, files: Path, tmp_path: Path) -> None:
    backed_up(tmp_path / "one.sanku")
    enter(filled.office, "示例后来公司")
    (files / "later").write_bytes(b"later")
    before, files_before = everything(), files_of(files)
    folder = tmp_path / "broken"
    folder.mkdir()
    for path, message in broken_ones(tmp_path / "one.sanku", folder):
        with pytest.raises(BackupRefused, match=message):
            restored(path)
        assert everything() == before, path.name
        assert files_of(files) == files_before, path.name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "files", "one.sanku"]
    assert [company.name for company in matching(Company.objects.all(), "后来")] == ["示例后来公司"]


def test_an_error_at_the_very_end_brings_the_old_files_back(
    filled: Cast, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(tmp_path / "one.sanku")
    (files / "later").write_bytes(b"later")
    before, files_before = everything(), files_of(files)
    rename, renamed = Path.rename, []

    def breaking(path: Path, target: Path) -> Path:
        renamed.append(target)
        if len(renamed) == 2:
            raise OSError("示例 disk full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", breaking)
    with pytest.raises(OSError, match="disk full"):
        restored(tmp_path / "one.sanku")
    assert (everything(), files_of(files)) == (before, files_before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda manifest: manifest["migrations"].append("companies.9999_later"),
            "Sanku 7.0.*companies.9999_later",
        ),
        (
            lambda manifest: manifest["migrations"].remove("sites.0001_initial"),
            "Sanku 7.0.*sites.0001_initial",
        ),
        (lambda manifest: manifest.update(format=2, sealed=True), "Sanku 7.0"),
    ],
)
def test_a_backup_of_another_version_says_which_version_restores_it(
    filled: Cast, tmp_path: Path, change: Callable[[dict[str, Any]], None], message: str
) -> None:
    backed_up(tmp_path / "one.sanku")

    def other(manifest: dict[str, Any]) -> None:
        manifest["version"] = "7.0"
        change(manifest)

    path = rewritten(tmp_path / "one.sanku", tmp_path / "other", in_manifest(other))
    with pytest.raises(BackupRefused, match=message):
        restored(path)
    assert Company.objects.exists()


def test_a_migration_that_stands_for_several_makes_no_other_version(filled: Cast) -> None:
    """A database that went through all the steps has the same tables as one that was made at once."""
    applied = contents.migrations_applied()
    assert applied == contents.migrations_known()
    assert {"sites.0001_initial", "sites.0002_grams"} <= {*applied} and "sites.0001_tables" not in applied


def test_a_backup_is_for_its_owner_and_holds_no_sessions(
    filled: Cast, client_of: Any, tmp_path: Path
) -> None:
    client_of(filled.office)
    backed_up(tmp_path / "one.sanku")
    assert (tmp_path / "one.sanku").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "one.sanku") as archive:
        assert not [name for name in archive.namelist() if "session" in name]
        assert archive.testzip() is None


def test_a_backup_never_overwrites_and_leaves_no_half_file(filled: Cast, files: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("older")
    with pytest.raises(CommandError, match="there"):
        call_command("backup", str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "older"
    with pytest.raises(BackupRefused):
        backed_up(files / "inside")
    with pytest.raises(BackupRefused):
        backed_up(tmp_path / "no folder" / "file")

    def stop(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backed_up(tmp_path / "half", tell=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["files", "there"]
    assert not connection.in_atomic_block
    make.company(filled.zone)  # the connection is as it was


def test_what_is_written_meanwhile_is_not_in_the_backup_and_does_not_wait(
    filled: Cast, tmp_path: Path
) -> None:
    before = everything()
    written: list[str] = []

    def write() -> None:
        make.project(filled.zone, "示例其间项目")
        make.site(filled.zone, "示例其间厂房")
        written.append("done")
        connection.close()

    def tell(line: str) -> None:
        if not written:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(15)
            assert written == ["done"]

    backed_up(tmp_path / "one.sanku", tell=tell)
    assert Project.objects.filter(name="示例其间项目").exists()
    with zipfile.ZipFile(tmp_path / "one.sanku") as archive:
        for name, lines in before.items():
            assert rows_in(archive, name) == lines, name
