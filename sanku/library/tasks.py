"""Background entries: each takes ids and makes one call. Every one may run twice without harm."""

from django.utils import timezone
from django_tasks import task

from sanku.library.operations import bulk_edits, exports


@task()
def write_export(export_id: int, run: int) -> None:
    """Write the file of an export, and remove files whose days are over."""
    exports.make_export(export_id, run)
    exports.remove_old_files(now=timezone.now())


@task()
def work_on_bulk_edit(edit_id: int, run: int) -> None:
    """Work out, save or undo a bulk edit."""
    bulk_edits.work_on(edit_id, run)
