"""Writing what people keep about lists and records."""

from sanku.library.operations.attachments import (
    add_attachment,
    clean_files,
    remove_attachment,
    restore_attachment,
)
from sanku.library.operations.bulk_edits import (
    rescue_bulk_edits,
    save_bulk_edit,
    start_bulk_edit,
    stop_bulk_edit,
    undo_bulk_edit,
    undo_bulk_row,
)
from sanku.library.operations.saved_views import (
    arrange_tabs,
    change_view,
    keep_view,
    remove_view,
    restore_view,
)

__all__ = [
    "add_attachment",
    "arrange_tabs",
    "change_view",
    "clean_files",
    "keep_view",
    "remove_attachment",
    "remove_view",
    "rescue_bulk_edits",
    "restore_attachment",
    "restore_view",
    "save_bulk_edit",
    "start_bulk_edit",
    "stop_bulk_edit",
    "undo_bulk_edit",
    "undo_bulk_row",
]
