"""Run the tests on a real Spark cluster of this machine: a master and two workers on loopback, from the PyPI package.

    make test-spark

Installs PySpark beside the rest and Java from Debian's packages where they are missing, or says what to install. Stops
what it started, also when it is interrupted.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import machine
from scripts.postgres import free_port
from scripts.processes import die_with_parent, stop
from scripts.steps import PROJECT, VENV, Step, StepFailed, run_quietly
from scripts.test import count

JAVA = machine.Need("Java 17", ("openjdk-17-jre-headless",), "install a Java runtime 17 or 21")
WORKERS = 2
SECONDS_TO_START = 90


def spark_home() -> Path:
    """Return the folder of PySpark, installed from the lock if it is missing."""
    found = next(VENV.glob("lib/python3*/site-packages/pyspark"), None)
    if found is None:
        with Step("Installing PySpark"):
            uv = [str(VENV / "bin/uv"), "pip", "install", "--quiet", "--require-hashes"]
            quiet = {"VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
            run_quietly([*uv, "-r", "requirements-spark.lock"], extra_env=quiet)
        found = next(VENV.glob("lib/python3*/site-packages/pyspark"))
    return found


@contextmanager
def cluster(home: Path, scratch: Path) -> Iterator[str]:
    """Start a master and its workers; yield the master's address and stop them all."""
    port, page = free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    env = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYTHONPATH": str(PROJECT),
    }
    common = [str(home / "bin/spark-class")]
    commands = [
        [*common, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port),
         "--webui-port", str(page)]
    ]  # fmt: skip
    for number in range(WORKERS):
        commands.append(
            [*common, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g",
             "--webui-port", str(free_port()), "--work-dir", str(scratch / f"worker{number}"), master]
        )  # fmt: skip
    started: list[subprocess.Popen[bytes]] = []
    log = (scratch / "cluster.log").open("wb")
    try:
        for command in commands:
            started.append(
                subprocess.Popen(
                    command,
                    env=env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=die_with_parent(),
                )
            )
            if len(started) == 1:
                wait_for(lambda: listens(port), scratch)
        said = scratch / "cluster.log"
        wait_for(lambda: said.read_text(errors="replace").count("Registering worker") >= WORKERS, scratch)
        yield master
    finally:
        stop(started)
        log.close()


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(ready: Callable[[], bool], scratch: Path) -> None:
    """Wait until something is so.

    Raises:
        StepFailed: it is not so in time; with the end of the cluster's log.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while not ready():
        if time.monotonic() > deadline:
            tail = (scratch / "cluster.log").read_text(errors="replace")[-2000:]
            raise StepFailed(f"The Spark cluster did not start within {SECONDS_TO_START} s.\n{tail}")
        time.sleep(0.3)


def main(arguments: list[str]) -> int:
    """Run tests/spark on a cluster of its own; a skipped test counts as failed."""
    try:
        if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
            machine.install(JAVA)
        home = spark_home()
        with tempfile.TemporaryDirectory(prefix="sanku-spark-") as folder:
            scratch = Path(folder)
            with cluster(home, scratch) as master:
                report = scratch / "report.xml"
                env = {
                    **os.environ,
                    "SPARK_MASTER_OF_TESTS": master,
                    "SPARK_LOCAL_IP": "127.0.0.1",
                }
                command = [
                    str(VENV / "bin/python"),
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "tests/spark",
                ]
                code = subprocess.run(
                    [*command, f"--junitxml={report}", *arguments], cwd=PROJECT, env=env
                ).returncode
                outcome = count(report)
    except KeyboardInterrupt:
        return 130
    except StepFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"spark: {outcome.figures}{', ' + outcome.problem if outcome.problem else ''}")
    return 0 if outcome.is_good and not code else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
