"""`sanku base …`: the national base from the command line. Needs neither server nor database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from sanku.warehouse.progress import bar


class Command(BaseCommand):
    """Invent, load, list, choose and remove versions of the national base."""

    help = "The national base: load files into it, choose the version that people get, remove old ones."
    requires_system_checks: list[str] = []  # noqa: RUF012
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        actions = parser.add_subparsers(dest="action", required=True)
        self._add_synthesize(actions)
        self._add_versions(actions)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what is wrong is said in one line."""
        getattr(self, f"_{options['action']}")(options)

    def _add_synthesize(self, actions: Any) -> None:
        parser = actions.add_parser("synthesize", help="invent a register: the same seed gives the same rows")
        parser.add_argument("rows", type=int)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE|FOLDER", help=".csv, .parquet or a folder"
        )
        parser.add_argument("--investments", type=Path, metavar="FILE", help="investments among them as well")

    def _synthesize(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.synthesize import synthesize

        if options["rows"] < 1:
            raise CommandError(_("ROWS must be at least 1."))
        synthesize(
            options["rows"],
            options["out"],
            seed=options["seed"],
            investments=options["investments"],
            tell=bar(_("Inventing")),
        )
        self.stdout.write(
            _("Invented %(rows)s companies: %(path)s")
            % {"rows": f"{options['rows']:,}", "path": options["out"]}
        )

    def _add_versions(self, actions: Any) -> None:
        actions.add_parser("versions", help="list the versions; * marks the one in use")
        for name, what in (
            ("use", "give people this version"),
            ("drop", "remove a version that nobody reads"),
        ):
            actions.add_parser(name, help=what).add_argument("version")

    def _versions(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.versions import Base

        base = Base(settings.BASE_DIR)
        current = base.current()
        for version in base.versions():
            mark = "*" if current and version.name == current.name else " "
            manifest = version.manifest
            self.stdout.write(
                _("%(mark)s %(name)s  %(rows)s companies, %(investments)s investments, published %(on)s")
                % {
                    "mark": mark,
                    "name": version.name,
                    "rows": f"{version.rows:,}",
                    "investments": f"{manifest['investments']['rows']:,}",
                    "on": manifest["published_at"],
                }
            )
        if not base.versions():
            self.stdout.write(_("The base is empty: load files with `sanku base load FILE…`."))

    def _use(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.versions import Base, NoSuchVersion

        try:
            Base(settings.BASE_DIR).use(options["version"])
        except NoSuchVersion as unknown:
            raise CommandError(_no_such(options["version"])) from unknown
        self.stdout.write(_("People get version %(name)s from now on.") % {"name": options["version"]})

    def _drop(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.versions import Base, NoSuchVersion, VersionInUse

        try:
            Base(settings.BASE_DIR).drop(options["version"])
        except NoSuchVersion as unknown:
            raise CommandError(_no_such(options["version"])) from unknown
        except VersionInUse as used:
            raise CommandError(
                _(
                    "Version %(name)s is in use: choose another one with `sanku base use`, and wait until nobody reads it."
                )
                % {"name": options["version"]}
            ) from used
        self.stdout.write(_("Version %(name)s is removed.") % {"name": options["version"]})


def _no_such(name: str) -> str:
    return _("There is no version “%(name)s”: `sanku base versions` lists them.") % {"name": name}
