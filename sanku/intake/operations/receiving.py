"""Taking a file in: streamed to disk, known by its digest, read in the background."""

import hashlib
import re
from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.db import transaction

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import MAY_IMPORT
from sanku.common.problems import NotAllowed, NotNow
from sanku.intake.models import Batch
from sanku.intake.operations.work import begin, locked
from sanku.intake.rules import AT_WORK, State

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class FileTooLarge(Exception):
    """A file is larger than this installation takes."""


def shown_name(name: str) -> str:
    """Return a file's name without its folders and without characters that would mislead the eye."""
    return _UNPRINTABLE.sub("", re.split(r"[\\/]", name)[-1])[-200:] or "—"


def receive_file(
    file: "File[bytes]",
    *,
    name: str,
    actor: User,
    now: datetime,
    kind: str = "",
    crs: str = "",
    in_background: bool = True,
) -> Batch:
    """Take a file in and have it read; `kind` says what its tables hold instead of finding out, `crs` in which system parcels are.

    Raises:
        NotAllowed: the actor's role imports nothing.
        FileTooLarge: nothing was kept.
    """
    require(actor, MAY_IMPORT)
    if file.size > settings.UPLOAD_LIMIT_BYTES:
        raise FileTooLarge
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    batch = Batch(
        zone=actor.zone,
        by=actor,
        file_name=shown_name(name),
        sha256=digest.hexdigest(),
        size_bytes=file.size,
        kind_wanted=kind,
        decided={"all": {"crs": crs}} if crs else {},
        created_at=now,
    )
    file.seek(0)
    batch.file.save("file", file, save=False)
    try:
        with transaction.atomic():
            begin(batch, State.UPLOADED, now=now, in_background=in_background)
    except BaseException:
        batch.file.delete(save=False)
        raise
    return batch


def discard_batch(batch: Batch, *, actor: User) -> None:
    """Throw away a file of which nothing was saved: rows, tables and the file itself.

    Raises:
        NotAllowed: it is somebody else's.
        NotNow: it is being worked on, or something of it was saved.
    """
    with transaction.atomic():
        current = locked(batch.pk)
        if current.by_id != actor.pk:
            raise NotAllowed
        if current.state in AT_WORK or current.saved.exists():
            raise NotNow
        current.rows.all()._raw_delete(current.rows.db)
        current.delete()
    batch.file.delete(save=False)
