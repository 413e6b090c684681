"""What is derived from a version, and by what: one command builds all of it, and it goes with the version."""

import shutil
import time
from collections.abc import Callable
from importlib import import_module

from sanku.warehouse.progress import Tell, silent
from sanku.warehouse.versions import Version

# Structure → the module whose `build(version, folder, tell)` makes it of the Parquet files. A new one takes its line here.
BUILDERS = {
    "counts": "sanku.warehouse.counts",
    "names": "sanku.warehouse.names.build",
    "points": "sanku.warehouse.points.build",
    "matching": "sanku.warehouse.matching.bases",
}


def derive(
    version: Version,
    bars: Callable[[str], Tell] = lambda what: silent,
    *,
    only: list[str] | None = None,
    anew: bool = False,
    before: Version | None = None,
) -> dict[str, float]:
    """Build what a version lacks, or all of it anew; return how many seconds each took.

    Each structure is built beside its place and moved there whole. Of a structure that has `renew`, what did not change
    since the version before is taken over.
    """
    seconds = {}
    for structure, module in BUILDERS.items():
        target = version.derived(structure)
        if (only and structure not in only) or (target.exists() and not anew):
            continue
        unfinished = target.with_name(f"{structure}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        begin = time.perf_counter()
        builder = import_module(module)
        if before is not None and before.derived(structure).exists() and hasattr(builder, "renew"):
            builder.renew(version, before, unfinished, bars(structure))
        else:
            builder.build(version, unfinished, bars(structure))
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
        seconds[structure] = round(time.perf_counter() - begin, 2)
    return seconds
