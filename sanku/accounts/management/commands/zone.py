"""`sanku zone NAME`: found a zone with its first administrator."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.operations import found_zone
from sanku.accounts.problems import message
from sanku.audit.via import COMMAND_VIA
from sanku.common.commands import SankuCommand
from sanku.common.problems import Refused


class Command(SankuCommand):
    """Found a zone and print its administrator's one-time password."""

    help = "Found a zone with its first administrator, whose one-time password is printed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the zone is called and who administers it."""
        parser.add_argument("name", help="the zone's full name")
        parser.add_argument(
            "--short", required=True, help="its short name, shown in the corner of every page"
        )
        parser.add_argument("--region", required=True, help="its region code, six digits (GB/T 2260)")
        parser.add_argument(
            "--admin", required=True, metavar="USERNAME", help="the administrator's sign-in name"
        )
        parser.add_argument(
            "--admin-name", default="", metavar="NAME", help="his name; the sign-in name if none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Found the zone; nothing is saved where anything is refused."""
        values = {
            "name": options["name"],
            "short_name": options["short"],
            "region_code": options["region"],
        }
        name = options["admin_name"] or options["admin"]
        try:
            administrator, password = found_zone(
                values, username=options["admin"], name=name, now=timezone.now(), via=COMMAND_VIA
            )
        except Refused as refused:
            problems = [problem for found in refused.problems.values() for problem in found]
            raise CommandError("\n".join(map(message, problems))) from refused
        self.stdout.write(_("The zone is founded: %(zone)s.") % {"zone": administrator.zone})
        said = _("Sign in as %(username)s with the one-time password %(password)s; it must be changed then.")
        self.stdout.write(said % {"username": administrator.username, "password": password})
