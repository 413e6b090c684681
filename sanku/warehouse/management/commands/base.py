"""`sanku base …`: the national base from the command line. Needs neither server nor database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from sanku.common.commands import SankuCommand
from sanku.common.coordinates import Datum
from sanku.warehouse.progress import bar

if TYPE_CHECKING:
    from sanku.warehouse.versions import Version

# What companies can be counted by: the column of the counts and how many characters of it.
DIMENSIONS = {
    "province": ("region_code", 2),
    "city": ("region_code", 4),
    "region": ("region_code", 6),
    "section": ("industry", 1),
    "division": ("industry", 3),
    "year": ("year", 0),
    "status": ("status", 0),
}


class Command(SankuCommand):
    """Invent, load, list, choose and remove versions of the national base."""

    help = "The national base: load files into it, choose the version that people get, remove old ones."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        actions = parser.add_subparsers(dest="action", required=True)
        self._add_synthesize(actions)
        self._add_load(actions)
        self._add_search(actions)
        self._add_versions(actions)
        self._add_derived(actions)

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

    def _add_load(self, actions: Any) -> None:
        parser = actions.add_parser("load", help="load files, folders or s3:// addresses into a new version")
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help=".csv, .tsv, .xlsx, .parquet, .gz, or a folder"
        )
        parser.add_argument("--name", default="", metavar="VERSION", help="the new version's name")
        parser.add_argument(
            "--mapping", action="append", default=[], metavar="COLUMN=FIELD", help="what a column is; or JSON"
        )
        parser.add_argument(
            "--datum", default="WGS-84", choices=get_args(Datum), help="of the coordinates in the files"
        )
        parser.add_argument(
            "--increment",
            action="store_true",
            help="changes of the version in use: rewrites only what they touch",
        )
        parser.add_argument("--no-wait", action="store_true", help="give up where another load is at work")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def _load(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.loading.headers import read_mapping
        from sanku.warehouse.loading.increment import increment
        from sanku.warehouse.loading.load import Order, load
        from sanku.warehouse.loading.problems import LoadRefused
        from sanku.warehouse.loading.report import as_json, report
        from sanku.warehouse.versions import Base

        try:
            order = Order(
                options["files"],
                name=options["name"],
                mapping=read_mapping(options["mapping"]),
                datum=options["datum"],
                wait=not options["no_wait"],
            )
            work = increment if options["increment"] else load
            outcome = work(Base(settings.BASE_DIR), order, bar, self.stderr.write)
        except LoadRefused as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(as_json(outcome.version, fresh=outcome.fresh), ensure_ascii=False))
            return
        for line in report(outcome.version, fresh=outcome.fresh):
            self.stdout.write(line)

    def _add_derived(self, actions: Any) -> None:
        parser = actions.add_parser(
            "derive", help="build what is derived from a version and lacks, or all anew"
        )
        parser.add_argument("version", nargs="?", default="")
        parser.add_argument("--only", action="append", metavar="STRUCTURE")
        parser.add_argument("--anew", action="store_true")
        parser = actions.add_parser("counts", help="count companies by region, industry, year and status")
        parser.add_argument("--version", default="", dest="of_version")
        parser.add_argument(
            "--by", default="province,section", help="|".join(DIMENSIONS) + ", joined by commas"
        )
        parser.add_argument("--region", default="", help="only codes that begin so")
        parser.add_argument("--industry", default="", help="only codes that begin so")
        parser.add_argument("--status", default="")
        parser.add_argument("--json", action="store_true")

    def _derive(self, options: dict[str, Any]) -> None:
        from sanku.warehouse.derive import BUILDERS, derive
        from sanku.warehouse.loading.problems import LoadRefused, told

        unknown = set(options["only"] or ()) - set(BUILDERS)
        if unknown:
            raise CommandError(
                _("There is no structure “%(name)s”: %(known)s.")
                % {"name": unknown.pop(), "known": ", ".join(BUILDERS)}
            )
        version = _version(options["version"])
        try:
            with told():
                built = derive(version, bar, only=options["only"], anew=options["anew"])
        except LoadRefused as refused:
            raise CommandError(str(refused)) from refused
        for structure, seconds in built.items():
            self.stdout.write(_("%(what)s: %(seconds)s s") % {"what": structure, "seconds": f"{seconds:.1f}"})

    def _counts(self, options: dict[str, Any]) -> None:
        from sanku.warehouse import counts

        asked = options["by"].split(",")
        if unknown := [name for name in asked if name not in DIMENSIONS]:
            raise CommandError(
                _("Companies are not counted by “%(name)s”: %(known)s.")
                % {"name": unknown[0], "known": ", ".join(DIMENSIONS)}
            )
        version = _version(options["of_version"])
        if not version.derived("counts").exists():
            raise CommandError(
                _("This version has no counts yet: `sanku base derive %(name)s`.") % {"name": version.name}
            )
        digits = [DIMENSIONS[name] for name in asked]
        table = counts.open(version.derived("counts")).by(
            [column for column, _length in digits],
            region=options["region"],
            industry=options["industry"],
            status=options["status"],
            region_digits=min((length for column, length in digits if column == "region_code"), default=6),
            industry_characters=min((length for column, length in digits if column == "industry"), default=3),
        )
        if options["json"]:
            self.stdout.write(json.dumps(table.to_pylist(), ensure_ascii=False))
            return
        for row in table.to_pylist():
            keys = "\t".join("" if row[column] is None else str(row[column]) for column, _length in digits)
            self.stdout.write(f"{keys}\t{row['companies']}\t{row['capital_cny']:.0f}")

    def _add_search(self, actions: Any) -> None:
        parser = actions.add_parser("search", help="find companies by any part of a name, initials or a code")
        parser.add_argument("text")
        parser.add_argument("--version", default="", dest="of_version")
        for name, what in (
            ("region", "two, four or six digits"),
            ("industry", "a letter and digits"),
            ("honour", "a code"),
        ):
            parser.add_argument(f"--{name}", action="append", default=[], help=f"only these: {what}")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--json", action="store_true")

    def _search(self, options: dict[str, Any]) -> None:
        from dataclasses import asdict

        from sanku.warehouse.names.reader import Filters, Names, OtherForm

        version = _version(options["of_version"])
        try:
            names = Names(version.derived("names"))
        except (FileNotFoundError, OtherForm) as missing:
            raise CommandError(
                _("This version has no index of names: `sanku base derive %(name)s --only names --anew`.")
                % {"name": version.name}
            ) from missing
        filters = Filters(
            options["region"], [code.upper() for code in options["industry"]], options["honour"]
        )
        found = names.search(options["text"], limit=options["limit"], filters=filters)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False))
            return
        if not found:
            self.stderr.write(_("Nothing in version %(name)s is found by this.") % {"name": version.name})
        for one in found:
            place = names.place_of(one.region_code)
            self.stdout.write("\t".join((one.uscc or "-", one.name, place, one.industry_code, one.how)))

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


def _version(name: str) -> "Version":
    """Return a version by its name, or the one in use."""
    from sanku.warehouse.versions import Base, NoSuchVersion

    base = Base(settings.BASE_DIR)
    try:
        version = base.get(name) if name else base.current()
    except NoSuchVersion as unknown:
        raise CommandError(_no_such(name)) from unknown
    if version is None:
        raise CommandError(_("The base is empty: load files with `sanku base load FILE…`."))
    return version


def _no_such(name: str) -> str:
    return _("There is no version “%(name)s”: `sanku base versions` lists them.") % {"name": name}
