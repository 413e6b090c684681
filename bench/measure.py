"""Measuring: repeated calls, their distribution, and what the machine was doing meanwhile."""

import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("django", "django-import-export", "openpyxl", "rustpy-xlsxwriter", "xlrd", "xlsxwriter")


def quantile(times_ms: list[float], share: float) -> float:
    """Return a quantile of times by the nearest rank, in milliseconds with two decimals."""
    ordered = sorted(times_ms)
    rank = max(0, min(len(ordered) - 1, round(share * len(ordered) + 0.5) - 1))
    return round(ordered[rank], 2)


def timed(calls: Iterable[Callable[[], Any]]) -> list[float]:
    """Return the wall time of each call, in milliseconds."""
    found = []
    for call in calls:
        begin = time.perf_counter()
        call()
        found.append((time.perf_counter() - begin) * 1000)
    return found


class Together(threading.Thread):
    """Looks again and again at the memory that this process and its children hold, pages that they share counted once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_mb = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Look until it is over: each look takes some 20 ms, in which the import itself may wait."""
        while not self.over.wait(1.0):
            own = os.getpid()
            children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()
            self.most_mb = max(self.most_mb, sum(map(_held_kb, [str(own), *children])) // 1024)


def _held_kb(process: str) -> int:
    try:
        held = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0
    return int(held.split("\nPss:")[1].split()[0])


def cpu_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def summary(times_ms: list[float]) -> dict[str, float]:
    """Return what is reported of a series of times, in milliseconds."""
    return {
        "calls": len(times_ms),
        "p50_ms": quantile(times_ms, 0.5),
        "p95_ms": quantile(times_ms, 0.95),
        "max_ms": round(max(times_ms), 2),
    }


def pace() -> float:
    """Return how many milliseconds a fixed piece of plain Python takes here and now, the best of five.

    Rented machines differ threefold from day to day: figures of two days are compared by it, or by their peers'.
    """

    def piece() -> None:
        kept = {number % 1000: str(number).upper() for number in range(200_000)}
        assert len(kept) == 1000

    return round(min(timed([piece] * 5)), 1)


def machine() -> dict[str, Any]:
    """Return what the figures depend on: cores, load, pace, versions."""
    from django.db import connection

    database = {"engine": connection.vendor}
    if connection.vendor == "sqlite":
        import sqlite3

        database["version"] = sqlite3.sqlite_version
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database["version"] = cursor.fetchone()[0]
    return {
        "cores": os.cpu_count(),
        "load_1_5_15": [round(part, 2) for part in os.getloadavg()],
        "pace_ms": pace(),
        "python": platform.python_version(),
        "database": database,
        "versions": {name: version(name) for name in PACKAGES},
    }


def write(
    name: str, rows: Any, figures: dict[str, Any], peers: dict[str, Any], settings: dict[str, Any]
) -> None:
    """Write one benchmark's JSON file and print it as one line."""
    RESULTS.mkdir(exist_ok=True)
    result = {
        "name": name,
        "rows": rows,
        "figures": figures,
        "peers": peers,
        "settings": settings,
        "machine": machine(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
    (RESULTS / f"{name}.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(result, ensure_ascii=False))


def machine_of_base() -> dict[str, Any]:
    """Return what figures of the national base depend on: cores, memory, load, versions of the engines."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    names = ("duckdb", "ibis-framework", "pyarrow", "numpy", "numba", "polars", "pandas")
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 1e9, 1),
        "load_1_5_15": [round(part, 2) for part in os.getloadavg()],
        "python": platform.python_version(),
        "versions": found,
    }
