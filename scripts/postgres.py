"""Start a PostgreSQL of one's own for as long as something runs: own data folder, socket, port and user.

    .venv/bin/python -m scripts.postgres             print DATABASE_URL and wait for Ctrl-C
    .venv/bin/python -m scripts.postgres COMMAND …   run a command with DATABASE_URL set

Nothing is written durably (fsync is off): never for data that anybody wants to keep.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from scripts import machine
from scripts.processes import die_with_parent, stop
from scripts.steps import StepFailed

START_SECONDS = 60
ROLE = "sanku"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "50",
    "logging_collector": "off",
}


class ServerFailed(StepFailed):
    """The server did not start; its log is the message."""


def unprivileged() -> dict[str, Any]:
    """Return what makes a child run as a user PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def init_data(programs: Path, folder: Path, password: str, identity: dict[str, Any]) -> Path:
    """Make the data folder and return it.

    Raises:
        ServerFailed: initdb ended with an error.
    """
    data, password_file = folder / "data", folder / "password"
    password_file.write_text(password, encoding="ascii")
    if identity:
        for path in (folder, password_file):
            os.chown(path, identity["user"], identity["group"])
    made = subprocess.run(
        [
            *(programs / "initdb", "--pgdata", data, "--username", ROLE, "--pwfile", password_file),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        **identity,
    )
    if made.returncode:
        raise ServerFailed(f"initdb failed.\n{made.stdout}{made.stderr}")
    return data


def wait_until_ready(server: subprocess.Popen[bytes], url: str, data: Path, log: Path) -> None:
    """Wait for the server to answer, and make sure that the one answering is ours.

    Raises:
        ServerFailed: it ended or did not answer in time, or another server has the port.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                row = connection.execute("show data_directory").fetchone()
        except psycopg.OperationalError:
            time.sleep(0.1)
            continue
        if row is None or Path(row[0]).resolve() != data.resolve():
            raise ServerFailed(f"Another PostgreSQL answers on this port: its data folder is {row}.")
        return
    raise ServerFailed(f"PostgreSQL did not start.\n{log.read_text(encoding='utf-8', errors='replace')}")


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Give the URL of an empty database on a server that is stopped and removed afterwards.

    Raises:
        Missing: there is no PostgreSQL, and it could not be installed.
        ServerFailed: it did not start.
    """
    programs = machine.need_postgres()
    identity = unprivileged()
    # A socket's path may have 107 bytes at most: not below a long TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="sanku-postgres-", dir="/tmp"))
    log = folder / "log"
    server: subprocess.Popen[bytes] | None = None
    try:
        password, port = secrets.token_hex(16), free_port()
        data = init_data(programs, folder, password, identity)
        settings = {**FAST, "port": str(port), "listen_addresses": "127.0.0.1"}
        settings["unix_socket_directories"] = str(folder)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                process_group=0,  # Ctrl-C is for the tests; the server is stopped after them
                preexec_fn=die_with_parent(signal.SIGINT),
                **identity,
            )
        url = f"postgres://{ROLE}:{password}@127.0.0.1:{port}/postgres"
        wait_until_ready(server, url, data, log)
        yield url
    finally:
        if server is not None:
            stop([server], with_signal=signal.SIGINT, seconds=20)  # "fast": ends open sessions
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command against a temporary server, or wait beside one."""
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, _: sys.exit(128 + number))
    try:
        with temporary_postgres() as url:
            if command:
                return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
            print(f"DATABASE_URL={url}", flush=True)
            threading.Event().wait()
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
