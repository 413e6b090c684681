"""Import of 10,000 parcels with all checks, beside GeoPandas reading the same file.

Each runs in a process of its own. Sanku's run includes what the peer does not do: columns, areas, the zone's boundary,
overlaps measured, ledger, search. The peer reads, converts to degrees and looks for invalid shapes and overlaps.
"""

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from bench.imports import peak_mb
from bench.measure import write
from sanku.common.geodata.systems import from_wgs84

WEST, SOUTH, STEP = 116.4, 35.2, 0.002  # degrees; invented parcels of about 60 mu
VERTICES = 20


def shapefile(path: Path, count: int) -> None:
    """Write invented parcels in a grid as a zipped shapefile in CGCS2000 zone 39; one in a hundred overlaps."""
    side = int(np.ceil(count**0.5))
    shapes = np.empty(count, dtype=object)
    for at in range(count):
        west, south = WEST + at % side * STEP, SOUTH + at // side * STEP
        over = STEP * 1.2 if at % 100 == 50 else STEP
        shapes[at] = shapely.segmentize(
            shapely.box(west, south, west + over, south + STEP), STEP / (VERTICES / 4)
        )
    own = path.parent / "parcels.shp"
    pyogrio.raw.write(
        own,
        shapely.to_wkb(from_wgs84(shapes, "epsg:4527")),
        [np.array([f"示-{at}" for at in range(count)], dtype=object), np.full(count, 60.5)],
        ["DKBH", "MJ_MU"],
        geometry_type="Polygon",
        driver="ESRI Shapefile",
        crs="EPSG:4527",
        encoding="UTF-8",
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(path.parent.glob("parcels.*")):
            if part != path:
                archive.write(part, part.name)


def run(folder: Path, count: int = 10_000) -> None:
    """Measure both and write the results."""
    (folder / "parcels").mkdir()
    path = folder / "parcels" / "parcels.zip"
    shapefile(path, count)
    figures, peers = {str(count): apart("sanku", path)}, {str(count): apart("peer", path)}
    settings = {
        "vertices": VERTICES,
        "system": "EPSG:4527",
        "peer": "geopandas: read_file, to_crs, is_valid, sjoin overlaps",
    }
    write("parcels", [count], figures, peers, settings)


def apart(which: str, path: Path) -> dict[str, Any]:
    """Run one of the two in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.parcels", which, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def sanku(path: Path) -> dict[str, Any]:
    """Import with Sanku: read, convert, check, save."""
    from bench.fill import people
    from sanku.accounts.models import Zone
    from sanku.intake.operations import import_file
    from sanku.sites.models import Site
    from sanku.sites.shapes import boundary_of

    whole = boundary_of(shapely.box(116, 35, 117, 36))
    zone = Zone.objects.create(
        name=f"示例区{time.time()}", short_name="示例", region_code="370800", lon=116.7, boundary=whole
    )
    begin, cpu = time.perf_counter(), time.process_time()
    import_file(str(path), actor=people(zone)[0])
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "saved": Site.objects.filter(zone=zone, boundary__isnull=False).count(),
    }


def peer(path: Path) -> dict[str, Any]:
    """Read, convert, check and compare with GeoPandas."""
    import geopandas

    begin, cpu = time.perf_counter(), time.process_time()
    frame = geopandas.read_file(f"zip://{path}").to_crs(4326)
    valid = int(frame.is_valid.sum())
    pairs = len(geopandas.sjoin(frame, frame, predicate="overlaps")) // 2
    return {
        "seconds": round(time.perf_counter() - begin, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "read": len(frame),
        "valid": valid,
        "overlaps": pairs,
    }


if __name__ == "__main__":
    import django

    django.setup()
    found = {"sanku": sanku, "peer": peer}[sys.argv[1]](Path(sys.argv[2]))
    found["peak_mb"] = peak_mb()
    print(json.dumps(found))
