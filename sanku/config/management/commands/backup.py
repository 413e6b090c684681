"""`sanku backup FILE`: the database and all files in one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.common.commands import SankuCommand
from sanku.config.backup.manifest import BackupRefused
from sanku.config.backup.writing import write_backup


class Command(SankuCommand):
    """Back up this installation while it runs."""

    help = "Write the database and all files of this installation to FILE; the server may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to."""
        parser.add_argument("file", type=Path, help="the new file, readable by its owner only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, telling how far it has come."""
        try:
            manifest = write_backup(options["file"], now=timezone.now(), tell=self.stdout.write)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            _("Backed up to %(path)s: %(rows)s rows, %(files)s files.")
            % {
                "path": options["file"],
                "rows": f"{sum(table.rows for table in manifest.tables.values()):,}",
                "files": f"{len(manifest.files):,}",
            }
        )
