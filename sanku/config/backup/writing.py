"""Making a backup: one consistent picture of the database and the files, while the server runs."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

import sanku
from sanku.config.backup import contents
from sanku.config.backup.manifest import (
    NAME,
    BackupRefused,
    FileFacts,
    Manifest,
    TableFacts,
    file_member,
    table_member,
)

Tell = Callable[[str], None]
BLOCK_BYTES = 1 << 20
FILES_BETWEEN = 500  # files after which progress is told


def write_backup(path: Path, *, now: datetime, tell: Tell) -> Manifest:
    """Write a backup to a new file that only its owner may read; it is there whole or not at all.

    Raises:
        BackupRefused: there is such a file already, or it would stand among the files that are backed up.
    """
    path = path.absolute()
    if path.exists():
        raise BackupRefused(
            _("%(path)s is there already. Give another name, or move it away.") % {"path": path}
        )
    if not path.parent.is_dir():
        raise BackupRefused(_("There is no folder %(path)s. Make it first.") % {"path": path.parent})
    if any(path.resolve().is_relative_to(folder.resolve()) for folder in contents.folders_kept().values()):
        raise BackupRefused(_("%(path)s stands among the files that are backed up.") % {"path": path})
    with (
        contents.lean_database(),
        _whole_or_none(path) as half,
        zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive,
    ):
        with snapshot():
            manifest = Manifest(
                version=sanku.__version__,
                made_at=now.isoformat(),
                database=connection.vendor,
                migrations=contents.migrations_applied(),
                zones=list(
                    apps.get_model("accounts", "Zone").objects.order_by("pk").values_list("name", flat=True)
                ),
            )
            _write_tables(archive, manifest, tell)
        # A file stands on the disk before its record does: every record of the picture has its file.
        _write_files(archive, manifest, tell)
        archive.writestr(NAME, manifest.encoded())
    return manifest


@contextmanager
def _whole_or_none(path: Path) -> Iterator[Path]:
    """Give a file beside the wanted one, readable by its owner, which takes its place when all went well."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    half = Path(name)
    try:
        yield half
        with half.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one moment of the database, whatever others write meanwhile, and without keeping them waiting."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Sanku's own transactions are IMMEDIATE and make writers wait; with the log of WAL a reader needs no lock.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT count(*) FROM sqlite_master")
            cursor.fetchall()
            yield
        finally:
            cursor.execute("ROLLBACK")


def _write_tables(archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> None:
    kept = contents.models_kept()
    for place, model in enumerate(kept, start=1):
        name = model._meta.db_table
        facts = manifest.tables[name] = _write_table(archive, model)
        if facts.rows:
            tell(
                _("Table %(place)d of %(count)d: %(name)s, %(rows)s rows")
                % {"place": place, "count": len(kept), "name": name, "rows": f"{facts.rows:,}"}
            )


def _write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> TableFacts:
    digest, rows = hashlib.sha256(), 0
    with archive.open(table_member(model._meta.db_table), "w", force_zip64=True) as member:
        buffer = bytearray()
        for line in contents.lines_of(model):
            rows += 1
            buffer += line
            if len(buffer) >= BLOCK_BYTES:
                digest.update(buffer)
                member.write(buffer)
                buffer.clear()
        digest.update(buffer)
        member.write(buffer)
    columns = [field.column for field in contents.fields_of(model)]
    return TableFacts(columns, rows, digest.hexdigest(), contents.sequence_of(model))


def _write_files(archive: zipfile.ZipFile, manifest: Manifest, tell: Tell) -> None:
    for folder, root in contents.folders_kept().items():
        for path in contents.files_in(root):
            name = path.relative_to(root).as_posix()
            try:
                source = path.open("rb")
            except FileNotFoundError:
                tell(_("%(path)s was deleted while the backup was made and is not in it.") % {"path": name})
                continue
            digest, size = hashlib.sha256(), 0
            with source, archive.open(file_member(folder, name), "w", force_zip64=True) as member:
                while block := source.read(BLOCK_BYTES):
                    digest.update(block)
                    size += len(block)
                    member.write(block)
            manifest.files.append(FileFacts(folder, name, size, digest.hexdigest()))
            if len(manifest.files) % FILES_BETWEEN == 0:
                tell(_("%(count)s files") % {"count": f"{len(manifest.files):,}"})
