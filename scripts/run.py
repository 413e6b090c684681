"""Run Sanku on this machine: database, demo zone, web server and worker, until Ctrl-C."""

import contextlib
import ctypes
import errno
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from scripts.prepare import DIST, LOCK, STAMP
from scripts.processes import PR_SET_PDEATHSIG, die_with_parent, signal_group, stop
from scripts.steps import PROJECT, VENV, Step, digest, is_stamped

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
READY_SECONDS = 180  # a busy machine takes its time; a server that has ended is not waited for
WEB_PROCESSES = 2
WEB_THREADS = 4  # a process: pages wait for the database most of the time
# Who sits at this machine comes first, then what answers them, then what works in the background: a page that is
# scrolled or dragged shares the cores with the server that it asks.
WEB_NICENESS = 10
WORKER_NICENESS = 15
RESTARTS = 3
RESTARTS_WITHIN_SECONDS = 60


class CannotRun(Exception):
    """Sanku cannot start; the message says what to do."""


@dataclass
class Child:
    """A process that Sanku consists of, and when it was started."""

    title: str
    command: list[str]
    niceness: int = 0
    started: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches only us and we stop it in order."""
        self.started.append(time.monotonic())
        end_with_us = die_with_parent()

        def before() -> None:
            os.nice(self.niceness)
            end_with_us()

        self.process = subprocess.Popen(
            self.command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=before,
        )

    def has_ended(self) -> bool:
        """Return whether it was started and is gone."""
        return self.process is not None and self.process.poll() is not None

    def restart(self) -> None:
        """Start it again after it ended by itself.

        Raises:
            CannotRun: it keeps ending.
        """
        recent = [moment for moment in self.started if time.monotonic() - moment < RESTARTS_WITHIN_SECONDS]
        if self.process is not None:
            signal_group(self.process, signal.SIGKILL)  # what it started itself
            if len(recent) > RESTARTS:
                raise CannotRun(f"The {self.title} keeps ending (code {self.process.returncode}).")
            print(
                f"The {self.title} ended (code {self.process.returncode}) and is started again.", flush=True
            )
        time.sleep(1)
        self.start()


def holder_of(port: int) -> str:
    """Return words about the process that listens on a port."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and getattr(connection.laddr, "port", 0) == port
            if listens and connection.pid:
                holder = psutil.Process(connection.pid)
                # Of another Sanku name the process that started the web server, which would be started again.
                holder = next((up for up in holder.parents() if "scripts.run" in up.cmdline()), holder)
                return (
                    f"process {holder.pid} ({' '.join(holder.cmdline())[:100]}).\nStop it: kill {holder.pid}"
                )
    return "a process of another user"


def refuse_taken_port(port: int) -> None:
    """Make sure that nobody listens: the web server would share the port with another without a word.

    Raises:
        CannotRun: somebody does.
    """
    # Asking for a connection tells listeners apart from connections of the last run that linger.
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex((HOST, port)) == errno.ECONNREFUSED:
            return
    raise CannotRun(
        f"Port {port} is taken by {holder_of(port)}\nOr use another port: make run PORT={port + 1}"
    )


def prepare_database() -> str:
    """Bring the tables up to date, make a demo zone where there is nothing yet, and return its sign-ins."""
    import django
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanku.config.settings")
    django.setup()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        with Step("Database"):
            call_command("migrate", interactive=False, verbosity=0)
    sign_ins = io.StringIO()
    with Step("Demo zone"):
        call_command("demo", if_empty=True, stdout=sign_ins)
    prepare_base_map()
    collect_static()
    connections.close_all()
    return sign_ins.getvalue().strip()


def prepare_base_map() -> None:
    """Keep the boundaries of the country as the map needs them, if they are not kept yet: two seconds, once."""
    from sanku.maps import boundaries

    if not boundaries.is_prepared():
        with Step("Base map"):
            boundaries.prepare()


def collect_static() -> None:
    """Put the files of all apps where the web server reads them, if any changed."""
    from django.conf import settings
    from django.core.management import call_command

    value = digest([DIST / STAMP, LOCK, *PROJECT.glob("sanku/*/static/**/*")])
    target = Path(settings.STATIC_ROOT)
    if not is_stamped(target / STAMP, value):
        with Step("Static files"):
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            (target / STAMP).write_text(value, encoding="ascii")


def children(port: int) -> list[Child]:
    """Return the processes to run: the web server and the worker."""
    web = [
        *(str(VENV / "bin/granian"), "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--no-ws"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "5s", "--log-level", "warning"),
        "sanku.config.wsgi:application",
    ]
    worker = [str(VENV / "bin/sanku"), "db_worker", "--no-startup-delay", "--no-reload"]
    return [Child("web server", web, WEB_NICENESS), Child("worker", worker, WORKER_NICENESS)]


def wait_until_answering(port: int, web: Child) -> None:
    """Wait for the first page.

    Raises:
        CannotRun: it does not come, or is an error of the server.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not web.has_ended():
        try:
            opener.open(f"http://{HOST}:{port}/", timeout=30).close()
        except urllib.error.HTTPError as error:
            raise CannotRun(f"The first page answers with an error ({error.code}).") from error
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise CannotRun("The web server does not answer.")


def end_on_signals() -> None:
    """Turn the signals that ask us to end into an exit, Ctrl-C too where it was being ignored."""

    def leave(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, leave)
    if os.environ.get("MAKELEVEL") and sys.platform == "linux":  # started by make: end when it is killed
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def run(port: int) -> None:
    """Start everything, say where it is, and keep it running until a signal comes.

    Raises:
        CannotRun: something is missing or keeps ending.
        KeyboardInterrupt: somebody wants it to end.
    """
    refuse_taken_port(port)
    sign_ins = prepare_database()
    parts = children(port)
    try:
        for part in parts:
            part.start()
        wait_until_answering(port, parts[0])
        print(f"\nSanku runs at http://{HOST}:{port}/   (Ctrl-C stops it)\n{sign_ins}\n", flush=True)
        while True:
            time.sleep(0.5)
            for part in parts:
                if part.has_ended():
                    part.restart()
    finally:
        stop([part.process for part in parts if part.process is not None])


def main() -> int:
    """Run Sanku on the port of the environment variable PORT."""
    end_on_signals()
    try:
        run(int(os.environ.get("PORT") or DEFAULT_PORT))
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSanku has stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
