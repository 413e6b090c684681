"""What people keep about the libraries' lists and records, whichever library it is."""

from sanku.library.models.attachments import Attachment
from sanku.library.models.bulk_edits import BulkEdit, BulkRow, BulkState, RowState
from sanku.library.models.custom import CustomField, Kind
from sanku.library.models.exports import AT_WORK, Export, ExportForm, ExportState
from sanku.library.models.notices import Notice, NoticeKind
from sanku.library.models.saved_views import SavedView, Shared
from sanku.library.models.tags import Tag

__all__ = [
    "AT_WORK",
    "Attachment",
    "BulkEdit",
    "BulkRow",
    "BulkState",
    "CustomField",
    "Export",
    "ExportForm",
    "ExportState",
    "Kind",
    "Notice",
    "NoticeKind",
    "RowState",
    "SavedView",
    "Shared",
    "Tag",
]
