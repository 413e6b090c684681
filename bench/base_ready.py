"""A base of a given size to measure on: invented and loaded once, kept in the data folder for the next benchmark."""

import os
from pathlib import Path

SEED = 1


def folder_of(rows: int) -> Path:
    """Return the folder of a base of so many invented companies."""
    from django.conf import settings

    return Path(os.environ.get("SANKU_BENCH_DIR") or settings.DATA_DIR / "bench") / f"base-{rows}"


def ready(rows: int) -> Path:
    """Return the folder of a base of so many invented companies, with everything derived."""
    from sanku.warehouse.loading.load import Order, load
    from sanku.warehouse.progress import bar
    from sanku.warehouse.synthesize import synthesize
    from sanku.warehouse.versions import Base

    folder = folder_of(rows)
    if Base(folder).current() is None:
        source = folder / "companies.csv"
        synthesize(rows, source, seed=SEED, tell=bar("synthesize"))
        load(Base(folder), Order([str(source)]), bar)
        source.unlink()
    return folder
