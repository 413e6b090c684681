"""The analytic engine of the national base: the one place that opens one, and where engines differ.

DuckDB is embedded. With `SANKU_ENGINE=spark://…` a cluster (`cluster.py`) cleans blocks, counts and links rows; within a
task, and where a version is put together, DuckDB is at work all the same.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

Thing = TypeVar("Thing")
Result = TypeVar("Result")

# Of DuckDB, so that a load of any size stays below 4 GB; SANKU_ENGINE_MEMORY takes its place.
MEMORY = "1500MB"


class EngineNotAvailable(Exception):
    """The environment asks for an engine that is not known or does not answer."""


def address() -> str:
    """Return the engine that the environment asks for: "duckdb", or the address of a Spark master."""
    return os.environ.get("SANKU_ENGINE", "") or "duckdb"


def threads_at_hand() -> int:
    """Return how many cores may work at once on one thing."""
    return max(1, min(4, len(os.sched_getaffinity(0))))


def in_threads(call: Callable[[Thing], Result], things: Iterable[Thing], many: int) -> Iterator[Result]:
    """Yield what a call makes of each thing, in their order, in so many threads; things are taken only a few ahead."""
    with ThreadPoolExecutor(many) as pool:
        under_way: deque[Future[Result]] = deque()
        for thing in things:
            under_way.append(pool.submit(call, thing))
            if len(under_way) > many:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def on_spark() -> bool:
    """Tell whether a cluster does the work."""
    return address() != "duckdb"


@contextmanager
def duck(
    spill: Path | None = None, *, memory: str = "", threads: int | None = None
) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Open DuckDB in memory, bounded; what exceeds it is spilled into a folder. Nothing is fetched from a network."""
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": memory or os.environ.get("SANKU_ENGINE_MEMORY", "") or MEMORY,
        "threads": threads or os.cpu_count() or 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if spill is not None:
        settings["temp_directory"] = str(spill)
    connection = duckdb.connect(":memory:", config=settings)
    try:
        yield connection
    finally:
        connection.close()


def compiled(expression: "ir.Table") -> str:
    """Return the SQL of an expression for DuckDB.

    Steps stay apart: fused into one, each value would be computed again wherever it is used.
    """
    import ibis  # half a second: not for those who only ask which engine it is

    fuse, ibis.options.sql.fuse_selects = ibis.options.sql.fuse_selects, False
    try:
        return str(ibis.to_sql(expression, dialect="duckdb"))
    finally:
        ibis.options.sql.fuse_selects = fuse
