"""Loading: rows a second from CSV to a sorted version, and the memory it takes; the same cleaning in Polars and pandas.

Each measurement runs in a process of its own, so that its peak memory is its own. The file is invented, unless
`base-ROWS/companies.csv` is in the folder for benchmarks already: `sanku base synthesize` may have made it, and it stays.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.limits import not_finished

PEER_ROWS = 10_000_000
PEER_SECONDS = 1_800.0
DUPLICATES = ("duplicate_code", "duplicate_name")
OURS = """
import json, os, resource, sys, time
import django
django.setup()
from pathlib import Path
from sanku.warehouse.loading.load import Order, load
from sanku.warehouse.versions import Base, Version
from sanku.warehouse.derive import derive
base, files, deriving = Base(Path(sys.argv[1])), sys.argv[2:3], sys.argv[3:] == ["derive"]
begin, cpu = time.perf_counter(), time.process_time()
version = load(base, Order(files, derived=False)).version
seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
derived = derive(version) if deriving else {}
print(json.dumps({"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "peak_mb": round(peak), "rows": version.rows,
    "read": version.manifest["read"]["companies"], "refused": version.manifest["refused"],
    "bytes": sum(each["bytes"] for each in version.manifest["companies"]["files"]),
    "derived_seconds": derived}))
"""


def run(rows: int, options: Any) -> dict[str, Any]:
    """Invent rows, load them, and let the peers clean the same file; the base stays for the other benchmarks."""
    from bench.base_ready import SEED, folder_of
    from sanku.warehouse.synthesize import synthesize

    base = folder_of(rows)
    source = base / "companies.csv"
    found = source.exists()
    for path in base.glob("*"):
        if path != source:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    try:
        if not found:
            synthesize(rows, source, seed=SEED)
        figures = loaded(rows, base, source, derived=options.derived)
        peers = {} if not options.peers or rows > PEER_ROWS else of_peers(rows, source)
    finally:
        if not found:
            source.unlink(missing_ok=True)
    made = "was there" if found else f"invented, seed {SEED}"
    return {
        "figures": figures,
        "peers": peers,
        "settings": {"source": made, "from": "CSV, UTF-8, 17 columns"},
    }


def loaded(rows: int, base: Path, source: Path, *, derived: bool) -> dict[str, Any]:
    """Load a file into an empty base and derive what stands on it; return the figures of both."""
    found = measured(OURS, str(base), str(source), "derive" if derived else "")
    refused = sum(count for reason, count in found["refused"].items() if reason not in DUPLICATES)
    if found["read"] + refused != rows:
        raise ValueError(f"{source} holds {found['read'] + refused:,} rows, not {rows:,}: remove it")
    return {
        "rows_per_s": round(rows / found["seconds"]),
        "rows_per_cpu_s": round(rows / found["cpu_seconds"]),
        "peak_mb": found["peak_mb"],
        "seconds": found["seconds"],
        "csv_mb": round(source.stat().st_size / 1e6),
        "parquet_mb": round(found["bytes"] / 1e6),
        "companies": found["rows"],
        "derived_seconds": found["derived_seconds"] or "left out",
    }


def of_peers(rows: int, source: Path) -> dict[str, Any]:
    """Let Polars and pandas do the same cleaning, sorting and writing."""
    found = {}
    for name in ("polars", "pandas"):
        made = source.with_name(f"{name}.parquet")
        try:
            program = Path(__file__).with_name(f"peer_{name}.py")
            measured_one = measured(program, str(source), str(made), seconds=PEER_SECONDS)
        except subprocess.TimeoutExpired:
            found[name] = {"error": not_finished(PEER_SECONDS)}
            continue
        except subprocess.CalledProcessError as failed:
            lines = failed.stderr.strip().splitlines()
            said = " … ".join([lines[0], lines[-1]] if lines else [])  # Rust says why first, Python last
            killed = failed.returncode == -signal.SIGKILL
            found[name] = {"error": "killed, most likely for want of memory" if killed else said}
            continue
        finally:
            made.unlink(missing_ok=True)
        found[name] = {"rows_per_s": round(rows / measured_one["seconds"])} | measured_one
    return found


def measured(program: str | Path, *arguments: str, seconds: float | None = None) -> dict[str, Any]:
    """Run a program in a process of its own and return the JSON of its last line."""
    command = [sys.executable, str(program)] if isinstance(program, Path) else [sys.executable, "-c", program]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "sanku.config.settings",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    done = subprocess.run(
        [*command, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=seconds
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
