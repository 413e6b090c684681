"""`sanku boundary FILE --as USERNAME`: say where the zone's boundary runs, from a GeoJSON file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.operations import save_zone
from sanku.accounts.problems import message
from sanku.accounts.queries import person_named
from sanku.audit.via import COMMAND_VIA
from sanku.common.commands import SankuCommand
from sanku.common.extents import boundary_in
from sanku.common.problems import NotAllowed, Refused

LARGEST_BYTES = 5_000_000


class Command(SankuCommand):
    """Set or take away the boundary that the map shows of a zone."""

    help = "Set the boundary of the zone from a GeoJSON file in WGS-84 (longitude first)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, who does it, and where the boundary is from."""
        parser.add_argument("file", help="a polygon, a feature or a collection of features; - takes it away")
        parser.add_argument(
            "--as", dest="username", required=True, help="the sign-in name of the zone's administrator"
        )
        parser.add_argument("--source", default="", help="where the boundary is from: shown beside it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Save the boundary; nothing is saved where anything is refused."""
        boundary = None if options["file"] == "-" else self._read(Path(options["file"]))
        actor = person_named(options["username"])
        if actor is None:
            raise CommandError(_("Nobody signs in as %(username)s.") % {"username": options["username"]})
        values = {"boundary": boundary, "boundary_source": options["source"]}
        try:
            save_zone(values, actor=actor, now=timezone.now(), via=COMMAND_VIA)
        except NotAllowed as refusal:
            raise CommandError(
                _("%(username)s does not administer the zone.") % {"username": options["username"]}
            ) from refusal
        except Refused as refused:
            problems = [problem for found in refused.problems.values() for problem in found]
            raise CommandError("\n".join(map(message, problems))) from refused
        said = _("The boundary of %(zone)s is saved.") if boundary else _("%(zone)s has no boundary now.")
        self.stdout.write(said % {"zone": actor.zone})

    def _read(self, file: Path) -> Any:
        try:
            if file.stat().st_size > LARGEST_BYTES:
                raise CommandError(_("The file is larger than 5 MB: simplify the boundary first."))
            found = boundary_in(json.loads(file.read_text(encoding="utf-8-sig")))
        except OSError as problem:
            raise CommandError(_("The file %(file)s cannot be read.") % {"file": file}) from problem
        except (ValueError, RecursionError) as problem:
            raise CommandError(_("%(file)s is no GeoJSON file.") % {"file": file}) from problem
        if found is None:
            raise CommandError(_("There is no polygon in %(file)s.") % {"file": file})
        return found
