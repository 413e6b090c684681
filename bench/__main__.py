"""Run the benchmarks named, or all: `python -m bench [list] [search] [import] [export] [map] [parcels] [backup] [load] [--sizes 1000] [--keep FOLDER]`."""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

NAMES = ("list", "search", "import", "export", "map", "parcels", "backup")
OF_BASE = (
    "load",
    "typeahead",
    "tiles",
    "match",
    "counts",
)  # the national base: `sanku bench NAME` runs one of them


def main() -> int:
    """Prepare a database of their own, then run the benchmarks in it."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        default=[*NAMES, *OF_BASE],
        help="which: " + ", ".join([*NAMES, *OF_BASE]),
    )
    parser.add_argument("--sizes", default="1000,10000,100000", help="projects; twice as many companies")
    parser.add_argument("--rows", default="1000,10000,100000", help="rows of the imported workbook")
    parser.add_argument("--companies", default="1000000", help="rows of the national base, joined by commas")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the filled database for the next run")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="sanku-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["SANKU_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        sizes = [int(part) for part in options.sizes.split(",")]
        if {"list", "search"} & set(options.names):
            from bench import pages

            pages.run(sizes, [name for name in options.names if name in ("list", "search")])
        if "import" in options.names:
            from bench import imports

            imports.run([int(part) for part in options.rows.split(",")], folder)
        if "map" in options.names:
            from bench import map as one_map

            one_map.run()
        if "parcels" in options.names:
            from bench import parcels

            parcels.run(folder)
        if "export" in options.names:
            from bench import exports

            exports.run([int(part) for part in options.rows.split(",")], folder)
        if "backup" in options.names:
            from bench import backup

            backup.run(sizes, folder)
        of_base([name for name in options.names if name in OF_BASE], options.companies)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def of_base(names: list[str], companies: str) -> None:
    """Measure the national base in processes of their own, and keep one file a benchmark and size."""
    import json
    import subprocess

    from bench.measure import RESULTS

    for name in names:
        for rows in companies.split(","):
            command = [sys.executable, "-m", "sanku.config.command", "bench", name, "--rows", rows, "--json"]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                print(f"{name} at {rows} failed", file=sys.stderr)
                continue
            result = json.loads(done.stdout.strip().splitlines()[-1])
            text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
            (RESULTS / f"base_{name}-{rows}.json").write_text(text, encoding="utf-8")
            print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
