"""Read a workbook from the command line: try it out without a database, or import it."""

from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _

from sanku.common.commands import SankuCommand
from sanku.common.geodata import LayerSheet
from sanku.common.geodata.names import is_known
from sanku.intake.answer import accepted, answer_file
from sanku.intake.fields import KINDS

REFUSALS = {
    "password_protected": _("the file is protected by a password: save it without one"),
    "corrupt": _("the file is damaged or incomplete: open it in a spreadsheet program and save it again"),
    "expands_too_far": _(
        "the file would unpack to far more than a table holds: copy the table into a new workbook"
    ),
    "wrong_type": _("this is no workbook: save the table as .xlsx, .xls, .ods or .csv"),
    "shapefile_parts": _("the shapefile is incomplete: put .shp, .shx, .dbf and .prj into one zip"),
    "no_area": _("there is no area in the file, only points or lines"),
    "no_parcel": _("there is no parcel in the file"),
    "macros": _("the file holds macros: save it as .xlsx without them"),
}


class Command(SankuCommand):
    """Import FILE, or only say what would become of it."""

    help = (
        "Import a workbook (.xlsx, .xls, .ods, .csv); with --dry-run only say what would become of each row."
    )
    # A dry run needs neither the database nor the rest of the product.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", help="the workbook")
        parser.add_argument("--kind", choices=KINDS, help="what the records are, instead of finding out")
        parser.add_argument(
            "--crs",
            default="",
            metavar="SYSTEM",
            help="coordinate system of parcels: wgs84, cgcs2000, gcj02, bd09 or epsg:4548",
        )
        parser.add_argument("--dry-run", action="store_true", help="read and check only; touches no database")
        parser.add_argument("--json", metavar="OUT", help="write the answer as JSON into this file")
        parser.add_argument(
            "--user",
            "--actor",
            dest="actor",
            metavar="NAME",
            help="user name in whose name the rows are imported",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the command: exit code 2 and one line of reason where the file is refused."""
        if options["crs"] and not is_known(options["crs"]):
            raise CommandError(
                _("There is no coordinate system “%(name)s”: use wgs84, cgcs2000, gcj02, bd09 or epsg:4548.")
                % {"name": options["crs"]},
                returncode=1,
            )
        if options["dry_run"]:
            self._try_out(options["file"], options["kind"], options["json"])
        elif find_spec("sanku.intake.operations") is None:
            raise CommandError(_("Only --dry-run is available."), returncode=1)
        else:
            from sanku.intake import operations  # type: ignore[attr-defined, unused-ignore]

            operations.import_file(
                options["file"],
                kind=options["kind"],
                crs=options["crs"],
                actor=options["actor"],
                out=options["json"],
            )

    def _try_out(self, path: str, kind: str | None, out: str | None) -> None:
        try:
            workbook, refusal = answer_file(path, kind=kind, out=out)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=1) from error
        if refusal is not None:
            raise CommandError(
                f"{refusal.reason}: {REFUSALS[refusal.reason]} ({refusal.detail})", returncode=2
            )
        if workbook is not None:
            for table in workbook.tables:
                counts = {
                    status: sum(row.status == status for row in table.rows)
                    for status in ("rejected", "doubtful", "skipped")
                }
                good = sum(1 for _row in accepted(table))
                said = ", ".join(f"{count} {status}" for status, count in counts.items())
                self.stdout.write(f"{table.sheet.name or '-'}: {table.kind}: {good} good, {said}")
            if any(isinstance(table.sheet, LayerSheet) for table in workbook.tables):
                self.stdout.write(
                    str(
                        _(
                            "Boundaries are not checked here: hand the file in on the page, or without --dry-run, to have that done."
                        )
                    )
                )
            if not workbook.tables:
                self.stdout.write(str(_("No table of a known kind was found.")))
