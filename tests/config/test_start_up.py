"""What a process loads at its start: libraries that take a hundred megabytes come in with the first record that needs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.intake_web.books import COMPANIES, book

PROJECT = Path(__file__).resolve().parents[2]
SHAPES = {"numpy", "shapely", "pyproj", "pyogrio"}
# What reckons over whole tables; for figures only, never for a page of a list.
ANALYSIS = {"duckdb", "numba", "llvmlite", "ibis", "pyarrow", "pandas", "polars", "scipy"}

WEB = """
from django.urls import get_resolver
import sanku.config.wsgi
assert len(get_resolver().url_patterns) > 5  # every view is loaded now
"""
WORKER = """
import pkgutil
from importlib import import_module
import django
django.setup()
from django.apps import apps
import sanku.intake.management.commands.db_worker
for app in apps.get_app_configs():
    if app.name.startswith("sanku.") and any(found.name == "tasks" for found in pkgutil.iter_modules([app.path])):
        import_module(f"{app.name}.tasks")
from sanku.intake.read import read_workbook
assert [len(table.rows) for table in read_workbook(sys.argv[1]).tables] == [2]
"""
PARCELS = """
from sanku.common.geodata import open_geodata
assert len(open_geodata(sys.argv[2]).sheets) == 1
"""


def loaded(program: str, *arguments: str | Path) -> set[str]:
    """Return the packages that a program has loaded at its end, in a process of its own."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SANKU_DATA_DIR")}
    script = f"import json, sys\n{program}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=PROJECT,
        env={**env, "DJANGO_SETTINGS_MODULE": "sanku.config.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_the_web_server_starts_without_libraries_of_analysis_and_of_parcels() -> None:
    """Not even all views together load them. The map's tiles are made of numpy and shapely."""
    found = loaded(WEB)
    assert "django" in found
    assert not found & (ANALYSIS | SHAPES - {"numpy", "shapely"})


def test_the_worker_reads_a_workbook_without_libraries_of_shapes(tmp_path: Path) -> None:
    """A hundred thousand rows need the memory; a layer of parcels loads them, so the names here are the right ones."""
    workbook, layer = tmp_path / "book.xlsx", tmp_path / "layer.geojson"
    workbook.write_bytes(book([COMPANIES, ["示例机械一有限公司"], ["示例机械二有限公司"]]))
    ring = [[116.6, 35.4], [116.7, 35.4], [116.7, 35.5], [116.6, 35.4]]
    layer.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    assert not loaded(WORKER, workbook) & (ANALYSIS | SHAPES)
    assert loaded(WORKER + PARCELS, workbook, layer) >= SHAPES
