"""Tiles of the national base: server time of the whole request, at every zoom, with and without filters.

Places are drawn from the companies themselves, so where many are is asked for most. Each request passes Sanku's whole
middleware with a person's session; none is answered from a cache. "cold" is the first tile after the system has
forgotten the files. Beside the wall time stands the processor's (`cpu`), which does not hang on what else runs.

    python -m bench.base_tiles --base FOLDER [--peers] [--json]

The peer is PostGIS through tipg on the same points and tiles: from zoom 12 its own tiles of the table, below a
function that gathers the points of a cell as Sanku does, since a tile of a million points is no use to anybody.
"""

import argparse
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench.measure import quantile
from sanku.config.environment import PROJECT

if TYPE_CHECKING:
    from django.test import Client

    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.versions import Version

ZOOMS = range(15)
CALLS, COLD_CALLS = 150, 12
Tiles = list[tuple[int, int, int, str]]


def drawn_query(points: "Points", chance: random.Random) -> str:
    """Draw one to three filters whose values some company has."""
    known = points.values
    values: dict[str, Callable[[], str]] = {
        "industry": lambda: chance.choice(known["industry"])[: chance.choice((1, 3, 5))],
        "region": lambda: chance.choice(known["region"])[: chance.choice((2, 4))].ljust(6, "0"),
        "honour": lambda: chance.choice(known["honours"]),
        "status": lambda: chance.choice(known["status"]),
        "founded_from": lambda: str(chance.randint(1985, 2024)),
        "capital_min": lambda: str(chance.choice((1_000_000, 5_000_000, 10_000_000, 50_000_000))),
    }
    asked = [
        name
        for name in values
        if name in ("founded_from", "capital_min") or known.get(name.replace("honour", "honours"), True)
    ]
    return urlencode({name: values[name]() for name in chance.sample(asked, chance.randint(1, 3))})


def drawn_tiles(points: "Points", z: int, count: int, chance: random.Random, *, filtered: bool) -> Tiles:
    """Draw tiles by where the companies are."""
    found = []
    for _ in range(count):
        at = chance.randrange(points.size)
        x, y = int(points.x[at]) >> 32 - z, int(points.y[at]) >> 32 - z
        found.append((z, x, y, drawn_query(points, chance) if filtered else ""))
    return found


def signed_in() -> "Client":
    """Make a person and give his browser, as far as the server sees it."""
    from django.test import Client

    from bench.fill import people
    from sanku.accounts.models import Zone

    zone = Zone.objects.create(name="示例测图区", short_name="示例测图区", region_code="370811")
    office, _officers, _squads = people(zone)
    client = Client()
    client.force_login(office)
    return client


def asked(client: "Client", tile: tuple[int, int, int, str]) -> tuple[float, float, int]:
    """Ask for a tile; return the wall time and the processor's, in milliseconds, and its size in bytes."""
    z, x, y, query = tile
    begin, cpu = time.perf_counter(), time.thread_time()
    answer = client.get(f"/map/national/{z}/{x}/{y}.mvt?{query}")
    took = (time.perf_counter() - begin) * 1000, (time.thread_time() - cpu) * 1000
    if answer.status_code not in (200, 204):
        raise RuntimeError(f"{answer.status_code} for {z}/{x}/{y}?{query}: {answer.content[:200]!r}")
    return *took, len(answer.content)


def forget(version: "Version") -> None:
    """Close the columns and let the system forget their files."""
    from sanku.maps.national import serving

    serving._serving.cache_clear()
    gc.collect()
    for path in version.derived(serving.STRUCTURE).iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def figures_of(client: "Client", points: "Points", version: "Version") -> dict[str, float]:
    """Measure all zooms, warm and cold."""
    chance = random.Random(20261126)
    figures: dict[str, float] = {}
    for filtered in (False, True):
        kind = "_filtered" if filtered else ""
        for z in ZOOMS:
            tiles = drawn_tiles(points, z, CALLS, chance, filtered=filtered)
            asked(client, tiles[0])
            taken = [asked(client, tile) for tile in tiles]
            walls, cpus, sizes = (list(part) for part in zip(*taken, strict=True))
            for name, times in (("", walls), ("_cpu", cpus)):
                for share in (50, 95):
                    figures[f"z{z}{kind}{name}_p{share}_ms"] = quantile(times, share / 100)
            figures[f"z{z}{kind}_p95_bytes"] = quantile(sizes, 0.95)
    for z in (4, 8, 12, 14):
        times = []
        for tile in drawn_tiles(points, z, COLD_CALLS, chance, filtered=True):
            forget(version)
            times.append(asked(client, tile)[0])
        figures[f"z{z}_filtered_cold_p50_ms"] = quantile(times, 0.5)
        figures[f"z{z}_filtered_cold_max_ms"] = round(max(times), 2)
    return figures


def measured(rows: int, base: Path, *, peers: bool) -> dict[str, Any]:
    """Measure the current version of a base in the Django that is set up."""
    from django.conf import settings

    from bench.base_tiles_peer import peer_figures
    from bench.measure import machine
    from sanku.maps.national.serving import served

    settings.BASE_DIR = base
    begin = time.perf_counter()
    found = served()
    if found is None:
        raise SystemExit(
            f"{base} has no version whose points were derived. Derive them, or name another base."
        )
    opened = time.perf_counter() - begin
    client, points, version = signed_in(), found.reader, found.version
    begin = time.perf_counter()
    chance = random.Random(1)
    for z in (4, 12):  # compiled code is read from its cache
        asked(client, drawn_tiles(points, z, 1, chance, filtered=True)[0])
    first = time.perf_counter() - begin
    size = sum(path.stat().st_size for path in version.derived("points").iterdir())
    del found
    load = os.getloadavg()[0]
    figures = figures_of(client, points, version)
    figures |= {
        "opened_ms": round(opened * 1000, 1),
        "first_two_tiles_ms": round(first * 1000, 1),
        "bytes_a_point": round(size / points.size, 1),
        "load_before": round(load, 1),
    }
    compared = peer_figures(points, client, figures) if peers else {}
    return {"name": "tiles", "rows": rows, "figures": figures, "peers": compared, "machine": machine()}


def run(rows: int, options: Any) -> dict[str, Any]:
    """Measure on the base that the options name, else on the installation's own.

    `options` may have `base` (a folder) and `peers` (whether PostGIS is measured too; not above 10 million rows). In a
    process of its own: requests take a person and a session, which have no place in an installation's own database.
    """
    from django.conf import settings

    base = getattr(options, "base", None) or settings.BASE_DIR
    command = [sys.executable, "-m", "bench.base_tiles", "--base", str(base), "--rows", str(rows)]
    if getattr(options, "peers", False):
        command.append("--peers")
    lines = subprocess.run(command, cwd=PROJECT, check=True, text=True, stdout=subprocess.PIPE).stdout
    found: dict[str, Any] = json.loads(lines.splitlines()[-1])
    return found


def main() -> int:
    """Measure on a database that goes with this process, and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="bench.base_tiles", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of a base whose points are derived")
    parser.add_argument("--rows", type=int, default=0, help="how many rows to say it has")
    parser.add_argument("--peers", action="store_true", help="measure PostGIS through tipg too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanku-bench-") as folder:
        os.environ["SANKU_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        found = measured(options.rows, options.base.absolute(), peers=options.peers)
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
