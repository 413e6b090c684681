"""The worker of the queue: before it takes up new work it looks after what a worker that died has left."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django_tasks_db.management.commands import db_worker

from sanku.intake import operations
from sanku.library.operations import clean_files, rescue_bulk_edits
from sanku.library.operations.exports import rescue_exports


class Command(db_worker.Command):
    """Run the worker, with unfinished imports and exports put back into the queue first."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Start imports and exports again whose worker gave no sign of life for a minute, clean up files, then work."""
        # What the worker writes is for people, not for the shell that it was started from.
        with translation.override(settings.LANGUAGE_CODE):
            operations.rescue(now=timezone.now())
            rescue_exports(now=timezone.now())
            rescue_bulk_edits(now=timezone.now())
            clean_files(now=timezone.now())
            super().handle(*args, **options)
