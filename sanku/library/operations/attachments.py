"""Hanging files on records, taking them off, and cleaning up what nothing refers to any more."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from sanku.accounts.models import User
from sanku.audit.operations import Draft, Via, chunks, save_records
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.files import (
    KINDS,
    checked_kind,
    content_path,
    draw_thumbnail,
    keep_content,
    thumbnail_path,
)
from sanku.library.models import Attachment
from sanku.library.records import may_write
from sanku.library.specs import Library

MOST_FILES = 200  # on one record
KEPT_FOR = timedelta(days=30)  # a removed attachment can be brought back
UNFINISHED_FOR = timedelta(days=1)  # a file that no attachment refers to may be one whose upload is not over


def add_attachment(
    library: Library,
    record: Any,
    file: IO[bytes],
    *,
    name: str,
    size_bytes: int,
    actor: User,
    now: datetime,
    via: Via,
) -> Attachment:
    """Hang a file on a record. It is read by whom a note of the actor's would be.

    Raises:
        NotAllowed: the actor may not write the record.
        Refused: too large, too many, or a content that is not what its name says, or not taken.
    """
    if not may_write(library, actor, record):
        raise NotAllowed
    name = " ".join(name.split())[-200:]
    if size_bytes > settings.ATTACHMENT_LIMIT_BYTES:
        limit = settings.ATTACHMENT_LIMIT_BYTES // 1_000_000
        raise Refused({0: [Problem("file_too_large", "file", {"name": name, "limit": limit})]})
    kind = checked_kind(file, name)
    table = record._meta.label_lower
    if Attachment.objects.filter(table=table, record_id=record.pk, removed_at=None).count() >= MOST_FILES:
        raise Refused({0: [Problem("file_too_many", "file", {"limit": MOST_FILES})]})
    sha256 = keep_content(file)
    attachment = Attachment(
        zone_id=record.zone_id,
        table=table,
        record_id=record.pk,
        department_id=library.note_department(actor, record),
        by=actor,
        created_at=now,
    )
    values = {
        "name": name,
        "kind": kind,
        "size_bytes": size_bytes,
        "sha256": sha256,
        "has_thumbnail": KINDS[kind].is_picture and draw_thumbnail(sha256),
    }
    _save(attachment, values, actor=actor, now=now, via=via)
    return attachment


def remove_attachment(
    library: Library, record: Any, attachment: Attachment, *, actor: User, now: datetime, via: Via
) -> None:
    """Take a file off its record; it can be brought back. Raises NotAllowed where the record is not his to write."""
    if not may_write(library, actor, record):
        raise NotAllowed
    _save(attachment, {"removed_at": now}, actor=actor, now=now, via=via)


def restore_attachment(
    library: Library, record: Any, attachment: Attachment, *, actor: User, now: datetime, via: Via
) -> None:
    """Bring a removed file back. Raises NotAllowed where the record is not his to write."""
    if not may_write(library, actor, record):
        raise NotAllowed
    _save(attachment, {"removed_at": None}, actor=actor, now=now, via=via)


def _save(attachment: Attachment, values: dict[str, Any], *, actor: User, now: datetime, via: Via) -> None:
    # The entry is read by whom the file is.
    readers = {0: attachment.department_id}
    save_records([Draft(attachment, values)], actor=actor, now=now, via=via, department_of=readers)


def clean_files(*, now: datetime) -> int:
    """Delete what can no longer be asked for: files removed long ago and contents without an attachment.

    The ledger keeps that they were there. Returns how many contents were deleted.
    """
    with transaction.atomic():
        Attachment.objects.filter(removed_at__lt=now - KEPT_FOR).delete()
    folder = Path(settings.ATTACHMENT_DIR)
    if not folder.exists():
        return 0
    oldest = (now - UNFINISHED_FOR).timestamp()
    for half in folder.glob("new-*"):
        if half.stat().st_mtime < oldest:
            half.unlink(missing_ok=True)
    contents = [
        path.name for path in folder.glob("??/*") if not path.suffix and path.stat().st_mtime < oldest
    ]
    count = 0
    for some in chunks(contents):
        used = set(Attachment.objects.filter(sha256__in=some).values_list("sha256", flat=True))
        for sha256 in set(some) - used:
            content_path(sha256).unlink(missing_ok=True)
            thumbnail_path(sha256).unlink(missing_ok=True)
            count += 1
    return count
