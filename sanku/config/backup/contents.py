"""What a backup holds: which tables and folders, and how a row is written so that both databases read it alike."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Sessions are keys to open doors: they stay out, and everybody signs in again after a restore.
LEFT_OUT = frozenset({"django_session"})
CHUNK = 2_000
PLAIN_FIELDS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
)


def models_kept() -> list[type[models.Model]]:
    """Return the models whose tables a backup holds, in the order of their tables' names."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    }
    return [found[name] for name in sorted(found)]


def folders_kept() -> dict[str, Path]:
    """Return the folders of files that a backup holds, by the name that each has in it."""
    return {name: Path(path) for name, path in settings.BACKED_UP_FOLDERS.items()}


def files_in(folder: Path) -> Iterator[Path]:
    """Yield the regular files below a folder; links are not followed."""
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def migrations_applied() -> list[str]:
    """Return the migrations that made the tables as they are: "companies.0002_grams".

    One that stands for several is not among them, they are: a database counts the same whichever it was made by.
    """
    replacing = {key for key, one in MigrationLoader(None).disk_migrations.items() if one.replaces}
    return _named(set(MigrationRecorder(connection).applied_migrations()) - replacing)


def migrations_known() -> list[str]:
    """Return the migrations that this version has, those it has in one for several by their own names."""
    found: set[tuple[str, str]] = set()
    for key, one in MigrationLoader(None).disk_migrations.items():
        found |= set(one.replaces) or {key}
    return _named(found)


def _named(migrations: set[tuple[str, str]]) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in migrations)


def fields_of(model: type[models.Model]) -> list["models.Field[Any, Any]"]:
    """Return the fields that have a column that is written."""
    return [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """Yield a table's rows by their key, each a line of JSON, the same on either database. Memory stays flat."""
    names = [field.attname for field in fields_of(model)]
    rows = model._base_manager.order_by(model._meta.pk.attname).values_list(*names)
    spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_spelled).encode
    for row in rows.iterator(CHUNK):
        yield spell(row).encode() + b"\n"


def _spelled(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case UUID():
            return value.hex
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"a backup cannot spell {type(value).__name__}")


def row_reader(model: type[models.Model]) -> Callable[[bytes], list[Any]]:
    """Return what reads a line back into the values that the database takes."""
    readers = [_reader(field) for field in fields_of(model)]

    def read(line: bytes) -> list[Any]:
        row = json.loads(line)
        return [
            value if value is None or as_is else convert(value)
            for value, (as_is, convert) in zip(row, readers, strict=True)
        ]

    return read


def _reader(field: "models.Field[Any, Any]") -> tuple[bool, Callable[[Any], Any]]:
    """Return whether a field's values go to the database as they are, and otherwise what converts them."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    ours = not type(target).__module__.startswith("django.")
    as_is = isinstance(target, PLAIN_FIELDS) and not ours and not isinstance(target, models.UUIDField)

    def convert(value: Any) -> Any:
        return field.get_db_prep_save(field.to_python(value), connection)

    return as_is, convert


def insert(model: type[models.Model], rows: Iterable[list[Any]]) -> int:
    """Put rows into an empty table; return how many."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields_of(model))
    into = f"{quote(model._meta.db_table)} ({columns})"
    count = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
            return count
        marks = ", ".join(["%s"] * len(fields_of(model)))
        rows = iter(rows)
        while some := list(islice(rows, CHUNK)):
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", some)
            count += len(some)
    return count


def sequence_of(model: type[models.Model]) -> int | None:
    """Return the last id that a table gave, also to a row that is gone; None where it gives none."""
    if not isinstance(model._meta.pk, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", _sequence_owner(model))
            (name,) = cursor.fetchone() or (None,)
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            last, called = cursor.fetchone() or (0, False)
            return int(last) if called else 0
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
        return int(found[0]) if found else 0


def set_sequence(model: type[models.Model], last: int) -> None:
    """Let a table go on giving ids after the last one it gave."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [*_sequence_owner(model), max(last, 1), last > 0],
            )
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, last]
        )


def _sequence_owner(model: type[models.Model]) -> list[str]:
    return [connection.ops.quote_name(model._meta.db_table), model._meta.pk.column or ""]


# What an embedded database may hold beside the rows under way: pages in kB; nothing mapped; what is put aside on disk.
LEAN = {"cache_size": -16_000, "mmap_size": 0, "temp_store": 1}


@contextmanager
def lean_database() -> Iterator[None]:
    """Let the embedded database hold little in memory, however large it is; afterwards it holds what it did.

    PostgreSQL holds nothing here: rows come through a cursor of the server's and go by COPY.
    """
    if connection.vendor != "sqlite":
        yield
        return
    # Where temporary tables stand cannot be changed within a transaction.
    wanted = {
        name: value for name, value in LEAN.items() if name != "temp_store" or not connection.in_atomic_block
    }
    with connection.cursor() as cursor:
        before = {}
        for name, value in wanted.items():
            cursor.execute(f"PRAGMA {name}")
            before[name] = (cursor.fetchone() or (value,))[0]
            cursor.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def empty_tables() -> None:
    """Take every row out of every table, also out of those that the ledger's triggers guard."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        grams = [name for name in tables if name.endswith(("_grams", "_values"))]
        names = [model._meta.db_table for model in models_kept()] + sorted(LEFT_OUT) + grams
        if connection.vendor == "postgresql":
            quoted = ", ".join(map(connection.ops.quote_name, names))
            cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY")
            return
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")
