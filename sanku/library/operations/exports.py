"""Taking a view of a library out as a file, at once or in the background."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation

from sanku.accounts.models import User
from sanku.audit.models import Channel
from sanku.audit.operations import Via, log_export
from sanku.common.alive import is_silent
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.common.work import Overtaken, Stopped, calm_collector, heart, snapshot, waits_in_queue
from sanku.library.exports import records_of, rows_of, titles_of, view_of, write_view
from sanku.library.known import libraries
from sanku.library.listing import filter_words
from sanku.library.models import AT_WORK, Export, ExportForm, ExportState, NoticeKind
from sanku.library.models.exports import kept_as
from sanku.library.operations.notices import tell_done
from sanku.library.specs import Reader
from sanku.library.writing import MOST_SHEET_ROWS, Cells
from sanku.library.zoned import zoned

logger = logging.getLogger(__name__)
AT_ONCE = 2_000  # rows that are written while the person waits
MOST_AT_WORK = 5  # exports of one person under way
BEAT_SECONDS = 1.0
LOOK_EVERY = 200  # rows between two looks at whether to go on


def standing_of(user: User) -> str:
    """Return what decides over a person's scope: his zone, role and unit."""
    return f"{user.zone_id}/{user.role}/{user.department_id}/{user.squad_id}/{user.is_active}"


def order_export(
    library: str, query: str, columns: list[str], *, form: str, actor: User, now: datetime, via: Via
) -> Export:
    """Have a view written as a file in the background, or at once where it has few rows.

    `query` is the address of the view, `columns` are keys.

    Raises:
        Refused: no such kind of file, too many rows for it, or too many exports of the person are under way.
    """
    if form not in ExportForm.values:
        raise Refused({0: [Problem("export_form", "form")]})
    reader = Reader(actor, timezone.localdate(now))
    total = records_of(view_of(zoned(libraries()[library], actor), query, columns), reader).order_by().count()
    if form == ExportForm.XLSX and total > MOST_SHEET_ROWS:
        raise Refused({0: [Problem("export_too_long", "form", {"most": MOST_SHEET_ROWS, "rows": total})]})
    with transaction.atomic():
        at_work = Export.objects.filter(by=actor, state__in=AT_WORK).count()
        if at_work >= MOST_AT_WORK:
            raise Refused({0: [Problem("export_too_many", "", {"count": at_work})]})
        made = Export.objects.create(
            zone_id=actor.zone_id,
            by=actor,
            library=library,
            query=query,
            columns=columns,
            form=form,
            language=translation.get_language() or settings.LANGUAGE_CODE,
            address=via.address,
            rows_total=total,
            heartbeat_at=now,
            created_at=now,
        )
        if total > AT_ONCE:
            _enqueue(made)
    if total <= AT_ONCE:
        make_export(made.pk, made.run, in_background=False)
        made.refresh_from_db()
    return made


def _enqueue(export: Export) -> None:
    # The task module calls operations, so it is looked up only here.
    from sanku.library import tasks

    tasks.write_export.enqueue(export.pk, export.run)


@dataclass(slots=True)
class Pulse:
    """How far a run is, for the thread that tells of it, and what that thread has learnt: whether to go on."""

    done: int = 0
    total: int = 0
    ended: type[Exception] | None = None


def make_export(export_id: int, run: int, *, in_background: bool = True) -> None:
    """Write the file of an export; a run that is not the latest, or no longer wanted, leaves nothing."""
    try:
        export = _taken_up(export_id, run)
    except (Overtaken, Export.DoesNotExist):
        return
    path = Path(default_storage.path(kept_as(export.zone_id)))
    path.parent.mkdir(parents=True, exist_ok=True)
    pulse = Pulse()
    beating = heart(lambda: _beat(export, pulse), seconds=BEAT_SECONDS) if in_background else nullcontext()
    try:
        with translation.override(export.language), beating, calm_collector():
            found = _write(export, path, pulse)
            _finish(export, path, found, tell=in_background)
    except Overtaken:
        logger.info("export %s: run %s was overtaken", export_id, run)
        path.unlink(missing_ok=True)
    except Stopped:
        path.unlink(missing_ok=True)
        _end(export, ExportState.STOPPED)
    except NotAllowed:
        path.unlink(missing_ok=True)
        _end(export, ExportState.FAILED, reason="not_allowed", tell=in_background)
    except BaseException:
        path.unlink(missing_ok=True)
        _end(export, ExportState.FAILED, reason="internal", tell=in_background)
        raise


def _taken_up(export_id: int, run: int) -> Export:
    with transaction.atomic():
        export = Export.objects.select_for_update().get(pk=export_id)
        if export.run != run or export.state not in AT_WORK:
            raise Overtaken
        export.state, export.heartbeat_at = ExportState.RUNNING, timezone.now()
        export.started_at = export.heartbeat_at
        export.save(update_fields=["state", "heartbeat_at", "started_at"])
    return export


def _beat(export: Export, pulse: Pulse) -> None:
    """Say how far the run is, and learn whether it is still wanted."""
    mine = Export.objects.filter(pk=export.pk, run=export.run, state=ExportState.RUNNING)
    asked = mine.values_list("stop_asked", flat=True).first()
    if asked is None:
        pulse.ended = Overtaken
    elif asked:
        pulse.ended = Stopped
    mine.update(heartbeat_at=timezone.now(), rows_done=pulse.done, rows_total=pulse.total)


def _write(export: Export, path: Path, pulse: Pulse) -> dict[str, Any]:
    """Write the rows that the person may see now, all as of one moment; return what is to be kept about them.

    Raises:
        NotAllowed: the person has left, or has gone to another zone.
    """
    with snapshot():
        # Read anew: his role may be another than when he asked.
        person = User.objects.select_related("zone", "department", "squad").get(pk=export.by_id)
        if not person.is_active or person.zone_id != export.zone_id:
            raise NotAllowed
        at = timezone.now()
        reader = Reader(person, timezone.localdate(at))
        state = view_of(zoned(libraries()[export.library], person), export.query, export.columns)
        records = records_of(state, reader)
        pulse.total = records.order_by().count()
        rows = _watched(rows_of(state, reader, records), pulse)
        write_view(path, export.form, state, reader, rows=rows, count=pulse.total, at=at)
        return {
            "person": person,
            "library": state.library,
            "filters": filter_words(state, person),
            "columns": titles_of(state.columns, reader),
            "rows": pulse.done,
        }


def _watched(rows: Iterator[Cells], pulse: Pulse) -> Iterator[Cells]:
    for number, row in enumerate(rows, start=1):
        if number % LOOK_EVERY == 0:
            pulse.done = number
            if pulse.ended is not None:
                raise pulse.ended
        yield row
    pulse.done = pulse.total


def _finish(export: Export, path: Path, found: dict[str, Any], *, tell: bool) -> None:
    """Keep the file, enter in the ledger who has taken what, and tell the person where he did not wait for it."""
    os.chmod(path, settings.FILE_UPLOAD_PERMISSIONS)
    person, library, now = found["person"], found["library"], timezone.now()
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        export = _still_mine(export)
        export.state, export.filters, export.sha256 = ExportState.DONE, found["filters"], digest
        export.rows_done = export.rows_total = found["rows"]
        export.path = str(path.relative_to(default_storage.path("")))
        export.size_bytes = path.stat().st_size
        suffix = "xlsx" if export.form == ExportForm.XLSX else "csv"
        export.file_name = f"{library.title}-{timezone.localtime(now):%Y%m%d-%H%M}.{suffix}"
        export.standing, export.done_at = standing_of(person), now
        export.expires_at = now + timedelta(days=settings.EXPORT_DAYS)
        export.save()
        log_export(
            library.records(person).model,
            rows=found["rows"],
            filters=found["filters"],
            actor=person,
            now=now,
            via=Via(Channel.WEB, export.address),
            columns=found["columns"],
            form=export.form,
            sha256=digest,
        )
        if tell:
            _tell(export, now=now)


def _still_mine(export: Export) -> Export:
    current = Export.objects.select_for_update().get(pk=export.pk)
    if current.run != export.run or current.state != ExportState.RUNNING:
        raise Overtaken
    if current.stop_asked:
        raise Stopped
    return current


def _end(export: Export, state: ExportState, *, reason: str = "", tell: bool = False) -> None:
    now = timezone.now()
    running = Export.objects.filter(pk=export.pk, run=export.run, state=ExportState.RUNNING)
    with transaction.atomic():
        if running.update(state=state, reason=reason, done_at=now) and tell:
            _tell(Export.objects.get(pk=export.pk), now=now)


def _tell(export: Export, *, now: datetime) -> None:
    said = {"state": export.state, "library": export.library, "file": export.file_name}
    tell_done(export.by_id, export.zone_id, NoticeKind.EXPORT, export.pk, now=now, **said)


def stop_export(export: Export, *, actor: User, now: datetime) -> None:
    """Stop an export of one's own: at once where nothing is written yet, else within a second or two.

    Raises:
        NotAllowed: it is somebody else's.
    """
    with transaction.atomic():
        current = Export.objects.select_for_update().get(pk=export.pk)
        if current.by_id != actor.pk:
            raise NotAllowed
        if current.state not in AT_WORK:
            return
        current.stop_asked = True
        if current.state == ExportState.WAITING or is_silent(current.heartbeat_at, now=now):
            current.state, current.done_at = ExportState.STOPPED, now
            current.run += 1
        current.save(update_fields=["stop_asked", "state", "run", "done_at"])


def start_again(export: Export, *, now: datetime) -> bool:
    """Start an export again whose worker has died; return whether it had."""
    with transaction.atomic():
        current = Export.objects.select_for_update().get(pk=export.pk)
        if current.state not in AT_WORK or not is_silent(current.heartbeat_at, now=now):
            return False
        if current.started_at is None and waits_in_queue("sanku.library.tasks", [current.pk, current.run]):
            return False
        logger.warning("export %s: no sign of life since %s, started again", current.pk, current.heartbeat_at)
        current.run += 1
        current.state, current.started_at, current.heartbeat_at = ExportState.WAITING, None, now
        current.rows_done = 0
        current.save(update_fields=["run", "state", "started_at", "heartbeat_at", "rows_done"])
        _enqueue(current)
    return True


def note_fetched(export: Export, *, now: datetime) -> None:
    """Remember when the file was first fetched."""
    Export.objects.filter(pk=export.pk, fetched_at=None).update(fetched_at=now)


def remove_old_files(*, now: datetime) -> int:
    """Remove the files of exports whose days are over, and what dead workers left; return how many."""
    old = list(Export.objects.filter(expires_at__lte=now).exclude(path=""))
    for export in old:
        default_storage.delete(export.path)
    Export.objects.filter(pk__in=[export.pk for export in old]).update(path="")
    return len(old) + _sweep(now)


def _sweep(now: datetime) -> int:
    folder, count = Path(default_storage.path("exports")), 0
    for path in folder.glob("*/*"):
        old = now.timestamp() - path.stat().st_mtime > timedelta(days=1).total_seconds()
        if old and not Export.objects.filter(path=str(path.relative_to(folder.parent))).exists():
            path.unlink(missing_ok=True)
            count += 1
    return count


def rescue_exports(*, now: datetime) -> int:
    """Start again all exports whose worker died; return how many."""
    return sum(start_again(export, now=now) for export in Export.objects.filter(state__in=AT_WORK))
