"""A Spark cluster at work for the base: the address stands in SANKU_ENGINE, the functions are those of one machine.

Tasks run the project's own functions on partitions (cleaning a block, linking some rows); counting is an Ibis expression
that Spark runs itself. Every machine has the same Sanku installed at the same place and reads and writes the folder of
the base, which is shared.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanku.warehouse.engine import EngineNotAvailable, address

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PROJECT = Path(__file__).parents[2]
WAVES = 2  # items a core that are handed out at a time: what waits lies in the memory of nobody


@cache
def session() -> "SparkSession":
    """Return the session on the cluster, opened with the first use.

    Raises:
        EngineNotAvailable: SANKU_ENGINE is no address of Spark, PySpark is not installed, or nobody answers there.
    """
    if not address().startswith(("spark://", "local[")):
        raise EngineNotAvailable(address())
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise EngineNotAvailable(f"{address()}: {missing}") from missing
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # of the tasks; the same path on every machine
    builder = (
        SparkSession.builder.master(address())
        .appName("sanku")
        .config("spark.executorEnv.PYTHONPATH", str(PROJECT))
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
    )
    for pair in filter(None, os.environ.get("SANKU_SPARK_CONF", "").split(";")):
        key, _, value = pair.partition("=")
        builder = builder.config(key.strip(), value.strip())
    try:
        return builder.getOrCreate()
    except Exception as unreachable:  # Py4J and the JVM have no common ancestor
        raise EngineNotAvailable(f"{address()}: {str(unreachable).splitlines()[0][:200]}") from unreachable


def cores() -> int:
    """Return how many tasks the cluster runs at a time, as far as its executors have reported."""
    return max(1, int(session().sparkContext.defaultParallelism))


def spread(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
    """Yield what a function makes of each item, in order; the cluster runs it, one item a task.

    A task whose machine fails is run again on another one, so the function must bear that. Items are drawn in waves.
    """
    context = session().sparkContext
    rest = iter(items)
    while some := list(islice(rest, WAVES * cores())):
        yield from context.parallelize(some, len(some)).map(function).collect()
