"""Writing imports: taking a file, reading it, deciding about it, saving its rows, undoing them."""

from sanku.intake.operations.command import import_file
from sanku.intake.operations.deciding import correct_cell, decide_tables, drop_row
from sanku.intake.operations.reading import read_file
from sanku.intake.operations.receiving import FileTooLarge, discard_batch, receive_file
from sanku.intake.operations.saving import save_rows, start_saving
from sanku.intake.operations.undoing import start_undoing, undo_row, undo_rows
from sanku.intake.operations.work import go_on, rescue, start_again, stop

__all__ = [
    "FileTooLarge",
    "correct_cell",
    "decide_tables",
    "discard_batch",
    "drop_row",
    "go_on",
    "import_file",
    "read_file",
    "receive_file",
    "rescue",
    "save_rows",
    "start_again",
    "start_saving",
    "start_undoing",
    "stop",
    "undo_row",
    "undo_rows",
]
