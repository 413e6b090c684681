"""Counts by region × industry over the whole base: from the versioned aggregate, exact against a full scan."""

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.measure import summary, timed


def run(rows: int, options: Any) -> dict[str, Any]:
    """Count the base that the options name."""
    from sanku.warehouse.versions import Base

    folder = Path(tempfile.mkdtemp(prefix="sanku-bench-counts-", dir=os.environ.get("SANKU_BENCH_DIR")))
    try:
        version = Base(options.base).current()
        if version is None:
            raise SystemExit(f"{options.base} holds no version")
        return measured(version, folder, peers=options.peers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measured(version: Any, folder: Path, *, peers: bool) -> dict[str, Any]:
    """Build the aggregate, read it cold and warm, and compare it with a scan of all rows."""
    from sanku.warehouse import counts
    from sanku.warehouse.engine import duck

    begin = time.perf_counter()
    counts.build(version, folder / "counts")
    build_s = time.perf_counter() - begin

    def once() -> Any:
        return counts.open(folder / "counts").by(["region_code", "industry"])

    cold = timed([once])[0]
    warm = summary(timed([once] * 20))
    matrix = once()
    files = ", ".join(f"'{path}'" for path in version.company_files)
    scan = f"""select region_code, left(industry_code, 3) as industry, count(*) as companies
        from read_parquet([{files}], hive_partitioning=false) group by all order by 1 nulls last, 2 nulls last"""
    with duck(folder) as connection:
        begin = time.perf_counter()
        found = connection.execute(scan).to_arrow_table()
        scan_s = time.perf_counter() - begin
    same = matrix.select(found.column_names).to_pylist() == found.to_pylist()
    return {
        "rows": version.rows,
        "figures": {
            "region_industry_cold_s": round(cold / 1000, 4),
            "region_industry_p50_s": round(warm["p50_ms"] / 1000, 4),
            "region_industry_p95_s": round(warm["p95_ms"] / 1000, 4),
            "cells": matrix.num_rows,
            "build_s": round(build_s, 2),
            "exact": same,
        },
        "peers": {"duckdb_full_scan": {"seconds": round(scan_s, 3)}} if peers else {},
    }
