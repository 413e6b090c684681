"""Writing what people keep about lists and records."""

from sanku.library.operations.saved_views import (
    arrange_tabs,
    change_view,
    keep_view,
    remove_view,
    restore_view,
)

__all__ = ["arrange_tabs", "change_view", "keep_view", "remove_view", "restore_view"]
