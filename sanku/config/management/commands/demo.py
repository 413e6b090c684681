"""`sanku demo`: the demonstration zone."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.demo_sign_ins import demo_sign_ins
from sanku.accounts.queries import any_zone, demo_zone
from sanku.common.commands import SankuCommand
from sanku.common.statistics import refresh_statistics
from sanku.config.demo.build import build_demo


class Command(SankuCommand):
    """Build the demonstration zone by calling operations, and print its sign-ins."""

    help = "Make the demonstration zone: invented firms on the real ground of Jining High-tech Zone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to leave an installation alone that has a zone."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is any zone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build it where it is missing, and say how to get in."""
        if options["if_empty"] and any_zone() is not None and demo_zone() is None:
            return
        zone = demo_zone()
        if zone is None:
            zone = build_demo(now=timezone.now())
            refresh_statistics()
            self.stdout.write(_("The demonstration zone is built: %(zone)s.") % {"zone": zone})
        elif not options["if_empty"]:
            self.stdout.write(_("The demonstration zone is there: %(zone)s.") % {"zone": zone})
        sign_ins = demo_sign_ins()
        if sign_ins:
            self.stdout.write(_("Sign in as one of these, all with the password %(password)s:") % sign_ins[0])
            for person in sign_ins:
                self.stdout.write(f"  {person['username']:15} {person['role_label']} {person['name']}")
