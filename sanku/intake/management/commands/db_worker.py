"""The worker of the queue: it also looks after what workers that died have left, when it starts and as it goes on."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django_tasks_db.management.commands import db_worker

from sanku.common.statistics import refresh_statistics
from sanku.common.work import heart
from sanku.intake import operations
from sanku.library.operations import clean_files, rescue_bulk_edits
from sanku.library.operations.exports import remove_old_files, rescue_exports

logger = logging.getLogger(__name__)
LOOK_SECONDS = 20.0
RESCUES: tuple[Callable[..., int], ...] = (operations.rescue, rescue_exports, rescue_bulk_edits)


def look_after(now: datetime | None = None) -> None:
    """Start imports, exports and bulk edits again whose worker gave no sign of life for a minute."""
    for rescue in RESCUES:
        try:
            rescue(now=now or timezone.now())
        except Exception:  # the next look may go better; the worker itself goes on
            logger.exception("could not look after what dead workers left")


class Command(db_worker.Command):
    """Run the worker, with unfinished work of dead ones put back into the queue."""

    # The checks are of the code, which `make check` asks; they load every page of the product, which a worker draws none of.
    requires_system_checks: list[str] = []  # noqa: RUF012

    def handle(self, *args: Any, **options: Any) -> None:
        """Look after what is left, clean up files, then work; a thread of its own looks again every few seconds."""
        # What the worker writes is for people, not for the shell that it was started from.
        with translation.override(settings.LANGUAGE_CODE):
            look_after()
            remove_old_files(now=timezone.now())
            clean_files(now=timezone.now())
            refresh_statistics()
            with heart(look_after, seconds=LOOK_SECONDS):
                super().handle(*args, **options)
