"""Background entries: each takes ids and makes one call. Every one may run twice without harm."""

from django_tasks import task

from sanku.intake import operations


@task()
def read_batch(batch_id: int, run: int) -> None:
    """Read a file into rows to be checked."""
    operations.read_file(batch_id, run)


@task()
def save_batch(batch_id: int, run: int) -> None:
    """Save the rows that were checked."""
    operations.save_rows(batch_id, run)


@task()
def undo_batch(batch_id: int, run: int) -> None:
    """Take back what a batch did."""
    operations.undo_rows(batch_id, run)
