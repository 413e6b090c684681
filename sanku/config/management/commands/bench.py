"""`sanku bench NAME`: measure the national base on this machine; the last line is the result as JSON."""

import json
import sys
import time
from argparse import ArgumentParser
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from sanku.common.commands import SankuCommand
from sanku.config.environment import PROJECT

NAMES = ("load", "typeahead", "tiles", "match", "counts")


class Command(SankuCommand):
    """Run one benchmark of the base and its peers."""

    help = "Measure the national base: load, typeahead, tiles, match or counts."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what is measured and on how much."""
        parser.add_argument("name", choices=NAMES)
        parser.add_argument("--rows", type=int, default=1_000_000)
        parser.add_argument("--no-peers", action="store_true", help="measure Sanku alone")
        parser.add_argument("--no-derive", action="store_true", help="of load: leave out what is derived")
        parser.add_argument(
            "--base", type=Path, metavar="FOLDER", help="a base that holds as many rows already"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, and print what was found."""
        module = f"bench.base_{options['name']}"
        if (PROJECT / "bench").is_dir() and str(PROJECT) not in sys.path:
            sys.path.insert(0, str(PROJECT))  # a script in .venv/bin does not look there
        if find_spec("bench") is None or find_spec(module) is None:
            raise CommandError(
                _("The benchmarks come with the source: run this in its folder, after `make setup`.")
            )
        rows, name = options["rows"], options["name"]
        base = options["base"]
        if base is None and name != "load":
            base = import_module("bench.base_ready").ready(rows)
        asked = SimpleNamespace(
            base=base, peers=not options["no_peers"], derived=not options["no_derive"], set=None
        )
        found = import_module(module).run(rows, asked)
        machine = import_module("bench.measure").machine_of_base()
        result = (
            {"name": name, "rows": rows}
            | found
            | {"machine": machine, "at": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
        )
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
