"""`sanku restore FILE`: what `sanku backup` wrote, put back."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sanku.common.commands import SankuCommand
from sanku.common.statistics import refresh_statistics
from sanku.config.backup.manifest import BackupRefused
from sanku.config.backup.reading import restore_backup


class Command(SankuCommand):
    """Restore a backup, on the same kind of database or the other."""

    help = "Put the database and all files of a backup in the place of this installation's. Stop the server first."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take from where, and whether what is here may go."""
        parser.add_argument("file", type=Path, help="a file that “sanku backup” wrote")
        parser.add_argument(
            "--replace", action="store_true", help="also where there are records or files: they are lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it, telling how far it has come."""
        try:
            manifest = restore_backup(options["file"], replace=options["replace"], tell=self.stdout.write)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        refresh_statistics()
        self.stdout.write(
            _("Restored: %(zones)s, as of %(at)s, %(rows)s rows, %(files)s files.")
            % {
                "zones": _(", ").join(manifest.zones) or "–",
                "at": f"{localtime(datetime.fromisoformat(manifest.made_at)):%Y-%m-%d %H:%M}",
                "rows": f"{sum(table.rows for table in manifest.tables.values()):,}",
                "files": f"{len(manifest.files):,}",
            }
        )
        self.stdout.write(_("Prove the ledger with “sanku audit verify”, then start the server."))
