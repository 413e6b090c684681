"""Databases of tests: the migrations run once, every test process gets a copy of what they made.

Migrating an empty database takes as long as a hundred tests. The copy for the embedded database is kept beside pytest's
own cache, on PostgreSQL it is a database of the server; both are called by a digest of the migrations, so that changed
ones are run again. Django runs what may still be missing in a copy, as it does with a database that is kept.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.db import connection

PROJECT = Path(__file__).resolve().parents[1]
KEPT = PROJECT / ".pytest_cache" / "databases"


@cache
def digest() -> str:
    """Return a digest of all that the tables come from: migrations, models, settings, the packages that bring others."""
    found = hashlib.sha256()
    package = PROJECT / "sanku"
    files = {*package.glob("*/migrations/*.py"), *package.glob("*/models.py"), *package.glob("*/models/*.py")}
    for path in sorted(files | {package / "config" / "settings.py", PROJECT / "requirements.lock"}):
        found.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let the other test processes wait: the first makes what all need."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def migrated_file() -> Path:
    """Return an embedded database without a row of anybody's, making it where there is none yet."""
    kept = KEPT / f"{digest()}.sqlite3"
    with one_at_a_time():
        if not kept.exists():
            shutil.rmtree(KEPT / "new", ignore_errors=True)
            env = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
            subprocess.run(
                [sys.executable, "-m", "sanku.config.command", "migrate", "--verbosity", "0"],
                cwd=PROJECT,
                env={**env, "SANKU_DATA_DIR": str(KEPT / "new")},
                check=True,
            )
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            (KEPT / "new" / "sanku.sqlite3").rename(kept)
    return kept


def copy_migrated(path: Path) -> None:
    """Put a migrated embedded database at a path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    shutil.copyfile(migrated_file(), path)


def migrated_template() -> str:
    """Return the name of a PostgreSQL database without a row of anybody's, making it where there is none yet."""
    name, tests_own = f"sanku_tests_{digest()}", connection.settings_dict["NAME"]
    with one_at_a_time(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}_new")
            cursor.execute(f"CREATE DATABASE {name}_new")
            connection.settings_dict["NAME"] = f"{name}_new"
            try:
                call_command("migrate", verbosity=0, interactive=False)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = tests_own
            cursor.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name
