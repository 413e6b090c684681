"""Reading what people keep about lists and records, within the reader's scope."""

from typing import Any

from django.db import models
from django.db.models import Q

from sanku.accounts.models import User
from sanku.library.models import Attachment, BulkEdit, BulkRow, SavedView, Shared
from sanku.library.specs import Library


def saved_views_for(user: User, library: str = "", *, removed: bool = False) -> models.QuerySet[SavedView]:
    """Return the saved views that the user sees: his own, his department's, the zone's."""
    seen = Q(owner=user) | Q(shared=Shared.ZONE)
    if user.department_id is not None:
        seen |= Q(shared=Shared.DEPARTMENT, department_id=user.department_id)
    views = SavedView.objects.filter(seen, zone_id=user.zone_id, removed_at__isnull=not removed)
    if library:
        views = views.filter(library=library)
    return views.select_related("owner").order_by("id")


def attachments_for(
    user: User, library: Library, record: Any, *, removed: bool | None = False
) -> models.QuerySet[Attachment]:
    """Return the files on a record that the user sees, by the rule of notes; `removed=None` gives both kinds.

    Whether he sees the record itself is decided by the library's own query.
    """
    files = Attachment.objects.filter(
        zone_id=user.zone_id, table=record._meta.label_lower, record_id=record.pk
    )
    if removed is not None:
        files = files.filter(removed_at__isnull=not removed)
    if not user.sees_all:
        open_to_all = Q() if not library.closed_notes else Q(by=user)
        own = Q(department_id=user.department_id) if user.department_id is not None else Q(pk=None)
        files = files.filter(Q(department=None) & open_to_all | own)
    return files.select_related("by").order_by("-id")


def bulk_edits_for(user: User, library: str) -> models.QuerySet[BulkEdit]:
    """Return the bulk edits that the user made in a library, the newest first."""
    return BulkEdit.objects.filter(by=user, zone_id=user.zone_id, library=library).order_by("-id")


def bulk_rows_for(user: User, library: str) -> models.QuerySet[BulkRow]:
    """Return the rows of the bulk edits that the user made in a library."""
    return BulkRow.objects.filter(edit__by=user, edit__zone_id=user.zone_id, edit__library=library)
