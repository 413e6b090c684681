"""Writing what people keep about lists and records."""

from sanku.library.operations.attachments import (
    add_attachment,
    clean_files,
    remove_attachment,
    restore_attachment,
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
    "restore_attachment",
    "restore_view",
]
