"""Restoring a backup: the whole of it, in one transaction, or nothing."""

import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import DataError, IntegrityError, OperationalError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import sanku
from sanku.common.search import index_texts
from sanku.common.values import index_values
from sanku.config.backup import contents
from sanku.config.backup.manifest import (
    NAME,
    BackupRefused,
    FileFacts,
    Manifest,
    OtherFormat,
    TableFacts,
    file_member,
    is_inside,
    table_member,
)

Tell = Callable[[str], None]
BLOCK_BYTES = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, IndexError)


def restore_backup(path: Path, *, replace: bool, tell: Tell) -> Manifest:
    """Put a backup in the place of what this installation holds, tables and files.

    An empty installation gets its tables first. `replace` says that what is there may go. Whatever fails, the old
    state stays.

    Raises:
        BackupRefused: the file is no backup, is damaged or of another version, or the installation is not empty.
    """
    with _opened(path) as (archive, manifest):
        _make_tables()
        _check_version(manifest)
        if not replace and _holds_something():
            raise BackupRefused(
                _(
                    "This installation holds records or files. Restore into an empty one, or add --replace: what is "
                    "here now is then lost."
                )
            )
        with _staged(archive, manifest, tell) as put_in_place:
            try:
                with connection.constraint_checks_disabled(), transaction.atomic(), _triggers_off():
                    _load(archive, manifest, tell)
                    connection.check_constraints()
                    put_in_place()
            except (*BROKEN, IntegrityError, DataError) as error:
                raise _damaged(path, error) from error
            except OperationalError as error:
                raise BackupRefused(
                    _(
                        "The database refused (%(error)s). Nothing was changed. Stop the server and the worker first."
                    )
                    % {"error": error}
                ) from error
    ContentType.objects.clear_cache()
    for name in settings.CACHES:  # sessions and figures of what was here before
        caches[name].clear()
    return manifest


def _damaged(path: Path, error: object) -> BackupRefused:
    return BackupRefused(
        _("%(path)s is damaged (%(error)s). Nothing was changed; take another backup.")
        % {"path": path, "error": error}
    )


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, *BROKEN) as error:
        why = (
            error.strerror
            if isinstance(error, OSError) and error.strerror
            else _("it is no whole backup file; take another one")
        )
        raise BackupRefused(f"{path}: {why}") from error
    with archive:
        try:
            manifest = Manifest.decoded(archive.read(NAME))
        except OtherFormat as other:
            raise BackupRefused(_wants_version(other.version)) from other
        except BROKEN as error:
            raise BackupRefused(_("%(path)s is no backup of Sanku.") % {"path": path}) from error
        if not all(is_inside(file.path) for file in manifest.files):
            raise _damaged(path, _("a file would be put outside its folder"))
        yield archive, manifest


def _wants_version(version: str) -> str:
    return _(
        "This backup was made by Sanku %(version)s, whose tables are not those of this version (%(here)s). Install "
        "Sanku %(version)s, restore it there, then update and run “sanku migrate”."
    ) % {"version": version, "here": sanku.__version__}


def _make_tables() -> None:
    """Make the tables where there are none at all."""
    if not contents.migrations_applied():
        call_command("migrate", verbosity=0, interactive=False)


def _check_version(manifest: Manifest) -> None:
    here = contents.migrations_applied()
    if here == manifest.migrations:
        return
    different = sorted(set(here) ^ set(manifest.migrations))
    first = _("The first difference: %(migration)s.") % {"migration": different[0]}
    if contents.migrations_known() == manifest.migrations:
        raise BackupRefused(
            _("The tables here are of an older version. Run “sanku migrate” first.") + " " + first
        )
    raise BackupRefused(f"{_wants_version(manifest.version)} {first}")


def _holds_something() -> bool:
    zones, people = apps.get_model("accounts", "Zone"), apps.get_model("accounts", "User")
    files = (next(contents.files_in(folder), None) for folder in contents.folders_kept().values())
    return zones.objects.exists() or people.objects.exists() or any(files)


# --- tables -----------------------------------------------------------------------------------


@contextmanager
def _triggers_off() -> Iterator[None]:
    """Put the triggers aside that refuse to change the ledger; they are back before anybody else sees a row."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = [connection.ops.quote_name(model._meta.db_table) for model in contents.models_kept()]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # PostgreSQL alters no table that has checks to come
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def _load(archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> None:
    kept = contents.models_kept()
    if {model._meta.db_table for model in kept} != set(manifest.tables):
        raise ValueError(_("its tables are not all there"))
    contents.empty_tables()
    for place, model in enumerate(kept, start=1):
        facts = manifest.tables[model._meta.db_table]
        _load_table(archive, model, facts)
        if facts.rows:
            tell(
                _("Table %(place)d of %(count)d: %(name)s, %(rows)s rows")
                % {
                    "place": place,
                    "count": len(kept),
                    "name": model._meta.db_table,
                    "rows": f"{facts.rows:,}",
                }
            )
    tables = set(connection.introspection.table_names())
    for model in kept:
        if f"{model._meta.db_table}_grams" in tables:
            _index(model)
        if f"{model._meta.db_table}_values" in tables:
            _index_values(model)


def _load_table(archive: zipfile.ZipFile, model: type[models.Model], facts: TableFacts) -> None:
    name = model._meta.db_table
    if facts.columns != [field.column for field in contents.fields_of(model)]:
        raise ValueError(_("table %(name)s has other columns") % {"name": name})
    digest, read = hashlib.sha256(), contents.row_reader(model)

    def rows() -> Iterator[list[object]]:
        with archive.open(table_member(name)) as member:
            for line in member:
                digest.update(line)
                yield read(line)

    count = contents.insert(model, rows())
    if count != facts.rows or digest.hexdigest() != facts.sha256:
        raise ValueError(_("table %(name)s is not as it was backed up") % {"name": name})
    if facts.last_id is not None:
        contents.set_sequence(model, facts.last_id)


def _index_values(model: type[models.Model]) -> None:
    """Make the rows by which records are found by their tags and their zone's own fields."""
    told = model._base_manager.exclude(Q(tags=[]) & Q(custom={})).only("zone_id", "tags", "custom")
    some: list[models.Model] = []
    for record in told.iterator(contents.CHUNK):
        some.append(record)
        if len(some) >= contents.CHUNK:
            index_values(some, replace=False)
            some = []
    index_values(some, replace=False)


def _index(model: type[models.Model]) -> None:
    """Make the table by which records are found; it follows from their search texts."""
    texts: dict[int, str] = {}
    for pk, text in model._base_manager.values_list("pk", "search_text").iterator(contents.CHUNK):
        texts[pk] = text
        if len(texts) >= contents.CHUNK:
            index_texts(model, texts)
            texts = {}
    index_texts(model, texts)


# --- files ------------------------------------------------------------------------------------


@contextmanager
def _staged(archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> Iterator[Callable[[], None]]:
    """Unpack the files beside their folders; give what puts them in place. On an error the old ones come back."""
    folders = contents.folders_kept()
    new: dict[str, Path] = {}
    old: dict[str, Path] = {}
    done = False
    try:
        for name, folder in folders.items():
            folder.parent.mkdir(parents=True, exist_ok=True)
            new[name] = Path(tempfile.mkdtemp(prefix=f"{folder.name}.restored-", dir=folder.parent))
        for count, file in enumerate(manifest.files, start=1):
            if file.folder not in new:
                raise BackupRefused(
                    _("The backup holds a folder “%(name)s” that this version does not know.")
                    % {"name": file.folder}
                )
            _unpack(archive, file, new[file.folder].joinpath(*PurePosixPath(file.path).parts))
            if count % 500 == 0:
                tell(_("%(count)s files") % {"count": f"{count:,}"})

        def put_in_place() -> None:
            for name, folder in folders.items():
                if folder.exists():
                    aside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.replaced-", dir=folder.parent))
                    old[name] = folder.rename(aside)
                new[name].rename(folder)

        yield put_in_place
        done = True
    except BROKEN as error:
        raise _damaged(Path(archive.filename or ""), error) from error
    finally:
        if not done:
            for name, aside in old.items():
                if folders[name].exists():
                    folders[name].rename(new[name])
                aside.rename(folders[name])
        for path in [*new.values(), *old.values()]:
            shutil.rmtree(path, ignore_errors=True)


def _unpack(archive: zipfile.ZipFile, file: FileFacts, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    target.touch(mode=0o600)
    with archive.open(file_member(file.folder, file.path)) as member, target.open("wb") as out:
        while block := member.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            if size > file.size_bytes:
                break
            out.write(block)
    if size != file.size_bytes or digest.hexdigest() != file.sha256:
        raise ValueError(_("file %(path)s is not as it was backed up") % {"path": file.path})
