"""The worker of the queue: before it takes up new work it looks after what a worker that died has left."""

from typing import Any

from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from sanku.intake import operations


class Command(db_worker.Command):
    """Run the worker, with unfinished imports put back into the queue first."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Start imports again whose worker gave no sign of life for a minute, then work."""
        operations.rescue(now=timezone.now())
        super().handle(*args, **options)
