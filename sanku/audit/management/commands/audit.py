"""`sanku audit verify`: prove that the ledger is whole."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from sanku.audit.queries import all_chains, verify_chain
from sanku.common.commands import SankuCommand


class Command(SankuCommand):
    """Check every zone's chain of entries from its first to its last."""

    help = "Prove that no ledger entry was changed, taken out or put in."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("what", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a zone; fail if any chain is broken."""
        broken = False
        for chain in all_chains():
            found = verify_chain(chain)
            if found is None:
                self.stdout.write(_("%(zone)s: %(count)d entries, chain whole") % _facts(chain))
            else:
                broken = True
                self.stderr.write(
                    _("%(zone)s: broken at entry %(number)d (%(what)s)")
                    % {**_facts(chain), "number": found.number, "what": found.what}
                )
        if broken:
            raise CommandError(
                _("The ledger was tampered with. Keep this database and restore the last backup aside.")
            )


def _facts(chain: Any) -> dict[str, Any]:
    return {"zone": chain.zone.name, "count": chain.length}
