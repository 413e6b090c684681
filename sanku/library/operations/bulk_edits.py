"""Changing many records at once: worked out beforehand by saving and taking back, saved in chunks, undone later.

Every chunk is one transaction that goes through the library's own save operation, so that a bulk edit is refused
what a form would be refused, and the ledger tells of each record.
"""

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.models import Channel
from sanku.audit.operations import Draft, Via, as_json, from_json
from sanku.audit.rules import undo_update
from sanku.common.alive import is_silent
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.common.work import Overtaken, Stopped, waits_in_queue
from sanku.library.bulk import Instruction, instructions, values_of
from sanku.library.known import libraries
from sanku.library.models import BulkEdit, BulkRow, BulkState, NoticeKind, RowState
from sanku.library.operations.notices import tell_done
from sanku.library.records import may_write
from sanku.library.specs import CUSTOM, Library, Reader
from sanku.library.zoned import zoned

logger = logging.getLogger(__name__)
AT_ONCE = 500  # records that are worked on while the person waits
CHUNK = 200
MOST_RECORDS = 20_000
AT_WORK = (BulkState.PREVIEWING, BulkState.SAVING, BulkState.UNDOING)
ENDS = {
    BulkState.PREVIEWING: BulkState.READY,
    BulkState.SAVING: BulkState.DONE,
    BulkState.UNDOING: BulkState.UNDONE,
}
# Rows that a kind of work takes up.
TAKES = {
    BulkState.PREVIEWING: RowState.WAITING,
    BulkState.SAVING: RowState.READY,
    BulkState.UNDOING: RowState.SAVED,
}


def start_bulk_edit(
    library: Library,
    ids: Sequence[int],
    *,
    actions: Mapping[str, str],
    sent: QueryDict,
    came_from: str,
    actor: User,
    now: datetime,
    via: Via,
) -> BulkEdit:
    """Work out what changes would do to records, without changing any; many are worked out by the worker.

    Raises:
        NotAllowed: the actor writes nothing in this library.
        Refused: no record, too many, no field, or a value that cannot be.
    """
    if not actor.may(library.writers):
        raise NotAllowed
    _wanted, problems = instructions(library, actions, sent, Reader(actor, timezone.localdate(now)))
    if not actions:
        problems.append(Problem("bulk_nothing"))
    if not ids:
        problems.append(Problem("bulk_no_records"))
    if len(ids) > MOST_RECORDS:
        problems.append(Problem("bulk_too_many", "", {"limit": MOST_RECORDS, "count": len(ids)}))
    if problems:
        raise Refused({0: problems})
    with transaction.atomic():
        edit = BulkEdit.objects.create(
            zone_id=actor.zone_id,
            by=actor,
            library=library.name,
            actions=dict(actions),
            values=sent.urlencode(),
            came_from=came_from,
            address=via.address,
            state=BulkState.PREVIEWING,
            work_total=len(ids),
            heartbeat_at=now,
            created_at=now,
        )
        rows = [BulkRow(edit=edit, record_id=pk) for pk in dict.fromkeys(ids)]
        BulkRow.objects.bulk_create(rows, batch_size=2_000)
    _begin(edit)
    return edit


def save_bulk_edit(edit: BulkEdit, *, reason: str, actor: User, now: datetime, via: Via) -> None:
    """Save what was worked out; `reason` stands in the ledger at every record.

    Raises:
        NotAllowed: it is somebody else's, or not waiting to be saved.
    """
    _move(
        edit,
        (BulkState.READY, BulkState.STOPPED),
        BulkState.SAVING,
        actor=actor,
        now=now,
        address=via.address,
        reason=reason[:300],
    )
    _begin(edit)


def undo_bulk_edit(edit: BulkEdit, *, actor: User, now: datetime, via: Via) -> None:
    """Take back what a bulk edit did, as far as nobody changed it since.

    Raises:
        NotAllowed: it is somebody else's, or nothing of it was saved.
    """
    before = (BulkState.DONE, BulkState.STOPPED)
    _move(edit, before, BulkState.UNDOING, actor=actor, now=now, address=via.address)
    _begin(edit)


def undo_bulk_row(row: BulkRow, *, actor: User, now: datetime, via: Via) -> None:
    """Take back what a bulk edit did to one record. Raises NotAllowed where it is somebody else's."""
    with transaction.atomic():
        edit = (
            BulkEdit.objects.select_for_update(of=("self",))
            .select_related("by", "by__zone")
            .get(pk=row.edit_id)
        )
        if edit.by_id != actor.pk or edit.state in AT_WORK or row.state != RowState.SAVED:
            raise NotAllowed
        _undo(edit, [row], now=now, via=via)


def stop_bulk_edit(edit: BulkEdit, *, actor: User) -> None:
    """Stop the work on a bulk edit after the chunk that is under way; what was saved stays until it is undone."""
    BulkEdit.objects.filter(pk=edit.pk, by=actor, state__in=AT_WORK).update(
        state=BulkState.STOPPED, run=edit.run + 1
    )


def _move(
    edit: BulkEdit, before: Sequence[str], after: str, *, actor: User, now: datetime, **values: Any
) -> None:
    with transaction.atomic():
        current = BulkEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
        left = current.rows.filter(state=TAKES[BulkState(after)]).count()
        if current.by_id != actor.pk or current.state not in before or not left:
            raise NotAllowed
        values |= {
            "state": after,
            "run": current.run + 1,
            "work_done": 0,
            "work_total": left,
            "heartbeat_at": now,
        }
        BulkEdit.objects.filter(pk=edit.pk).update(work_started_at=None, **values)
    edit.refresh_from_db()


def _begin(edit: BulkEdit) -> None:
    """Do a little work at once, leave much to the worker."""
    if edit.work_total > AT_ONCE:
        _enqueue(edit)
        return
    work_on(edit.pk, edit.run, in_background=False)
    edit.refresh_from_db()


def _enqueue(edit: BulkEdit) -> None:
    # The task module calls operations, so it is looked up only here.
    from sanku.library import tasks

    tasks.work_on_bulk_edit.enqueue(edit.pk, edit.run)


def work_on(edit_id: int, run: int, *, in_background: bool = True) -> None:
    """Do what a bulk edit is waiting for, chunk by chunk; may run twice. Its maker is told of work in the background."""
    try:
        while _chunk(edit_id, run, tell=in_background):
            pass
    except (Overtaken, Stopped):
        return
    except Exception:
        with transaction.atomic():
            if BulkEdit.objects.filter(pk=edit_id, run=run).update(state=BulkState.FAILED) and in_background:
                _tell(BulkEdit.objects.get(pk=edit_id), now=timezone.now())
        raise


def _tell(edit: BulkEdit, *, now: datetime) -> None:
    tell_done(
        edit.by_id, edit.zone_id, NoticeKind.BULK, edit.pk, now=now, state=edit.state, count=edit.work_total
    )


def _chunk(edit_id: int, run: int, *, tell: bool) -> bool:
    """Do one chunk in one transaction; return whether there is more to do."""
    now = timezone.now()
    with transaction.atomic():
        edit = (
            BulkEdit.objects.select_for_update(of=("self",)).select_related("by", "by__zone").get(pk=edit_id)
        )
        if edit.run != run or edit.state not in AT_WORK:
            raise Overtaken
        state = BulkState(edit.state)
        rows = list(edit.rows.filter(state=TAKES[state]).order_by("pk")[:CHUNK])
        edit.heartbeat_at = now
        edit.work_started_at = edit.work_started_at or now
        edit.work_done += len(rows)
        if rows:
            STEPS[state](edit, rows, now=now, via=Via(Channel.WEB, edit.address))
        else:
            edit.state = ENDS[state]
            if state == BulkState.SAVING:
                edit.saved_at = now
            elif state == BulkState.UNDOING:
                edit.undone_at = now
        edit.save()
        if not rows and tell:
            _tell(edit, now=now)
        return bool(rows)


def start_again(edit: BulkEdit, *, now: datetime) -> bool:
    """Go on with a bulk edit whose worker has died; return whether it had."""
    with transaction.atomic():
        current = BulkEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
        if current.state not in AT_WORK or not is_silent(current.heartbeat_at, now=now):
            return False
        if current.work_started_at is None and waits_in_queue(
            "sanku.library.tasks", [current.pk, current.run]
        ):
            return False
        logger.warning("bulk edit %s: no sign of life since %s", current.pk, current.heartbeat_at)
        current.run += 1
        current.work_started_at, current.heartbeat_at = None, now
        current.save(update_fields=["run", "work_started_at", "heartbeat_at"])
        _enqueue(current)
    return True


def rescue_bulk_edits(*, now: datetime) -> int:
    """Go on with all bulk edits whose worker died; return how many."""
    return sum(start_again(edit, now=now) for edit in BulkEdit.objects.filter(state__in=AT_WORK))


# --- the three kinds of work ------------------------------------------------------------------


def _records(edit: BulkEdit, rows: Sequence[BulkRow], *, lock: bool) -> tuple[Library, dict[int, Any]]:
    library = zoned(libraries()[edit.library], edit.by)
    records = library.records(edit.by)
    if lock:
        records = records.select_for_update(of=("self",))
    return library, records.select_related(*library.related).in_bulk([row.record_id for row in rows])


def _wanted(edit: BulkEdit, library: Library, now: datetime) -> list[Instruction]:
    reader = Reader(edit.by, timezone.localdate(now))
    return instructions(library, edit.actions, QueryDict(edit.values), reader)[0]


def _preview(edit: BulkEdit, rows: Sequence[BulkRow], *, now: datetime, via: Via) -> None:
    """Save the changes and take them back, so that what is shown is what saving will do."""
    library, records = _records(edit, rows, lock=False)
    wanted = _wanted(edit, library, now)
    drafts = {pk: values_of(wanted, record) for pk, record in records.items()}
    with transaction.atomic():
        changes, problems = save_what_can_be(
            library, _writable(library, edit.by, records), drafts, why="", actor=edit.by, now=now, via=via
        )
        transaction.set_rollback(True)
    for row in rows:
        record = records.get(row.record_id)
        row.label = str(record)[:300] if record is not None else row.label
        found = problems.get(row.record_id) or _shut_out(library, edit.by, record)
        row.changes = changes.get(row.record_id, [])
        row.problems = [_problem_json(problem) for problem in found]
        row.state = RowState.REFUSED if found else RowState.READY if row.changes else RowState.SAME
    BulkRow.objects.bulk_update(rows, ["label", "changes", "problems", "state"])


def _save(edit: BulkEdit, rows: Sequence[BulkRow], *, now: datetime, via: Via) -> None:
    """Save the changes, but not over what somebody changed since they were worked out."""
    library, records = _records(edit, rows, lock=True)
    wanted = _wanted(edit, library, now)
    problems: dict[int, Sequence[Problem]] = {}
    for row in rows:
        record = records.get(row.record_id)
        problems[row.record_id] = _shut_out(library, edit.by, record) or _moved_on(row, record)
    free = {pk: record for pk, record in records.items() if not problems[pk]}
    drafts = {pk: values_of(wanted, record) for pk, record in free.items()}
    changes, refused = save_what_can_be(
        library, free, drafts, why=edit.reason, actor=edit.by, now=now, via=via
    )
    for row in rows:
        found = refused.get(row.record_id) or problems[row.record_id]
        row.changes = changes.get(row.record_id, row.changes)
        row.problems = [_problem_json(problem) for problem in found]
        row.state = RowState.REFUSED if found else RowState.SAVED
    BulkRow.objects.bulk_update(rows, ["changes", "problems", "state"])


def _undo(edit: BulkEdit, rows: Sequence[BulkRow], *, now: datetime, via: Via) -> None:
    """Give records their values from before, field by field, where nobody changed them since."""
    library, records = _records(edit, rows, lock=True)
    drafts: dict[int, dict[str, Any]] = {}
    kept: dict[int, list[str]] = {}
    for row in rows:
        record = records.get(row.record_id)
        if record is None or not may_write(library, edit.by, record):
            continue
        current = {change["field"]: as_json(getattr(record, change["field"])) for change in row.changes}
        restore, kept[row.record_id] = undo_update(row.changes, current)
        if restore:
            drafts[row.record_id] = {name: from_json(record, name, value) for name, value in restore.items()}
    some = {pk: records[pk] for pk in drafts}
    done, refused = save_what_can_be(library, some, drafts, why=edit.reason, actor=edit.by, now=now, via=via)
    for row in rows:
        pk = row.record_id
        fields = kept.get(pk, [])
        found = [*refused.get(pk, ()), *_shut_out(library, edit.by, records.get(pk))]
        found += [Problem("bulk_edited_since", name) for name in fields]
        row.problems = [_problem_json(problem) for problem in found]
        row.state = RowState.UNDONE if pk in done else RowState.KEPT
    BulkRow.objects.bulk_update(rows, ["problems", "state"])


STEPS: dict[BulkState, Callable[..., None]] = {
    BulkState.PREVIEWING: _preview,
    BulkState.SAVING: _save,
    BulkState.UNDOING: _undo,
}


def save_what_can_be(
    library: Library,
    records: Mapping[int, Any],
    values: Mapping[int, dict[str, Any]],
    *,
    why: str,
    actor: User,
    now: datetime,
    via: Via,
) -> tuple[dict[int, list[dict[str, Any]]], dict[int, Sequence[Problem]]]:
    """Save records, leaving out those that are refused; return the changes and what was refused, by id."""
    changes: dict[int, list[dict[str, Any]]] = {}
    refused: dict[int, Sequence[Problem]] = {}
    waiting = [list(records)]
    while waiting:
        some = waiting.pop()
        if not some:
            continue
        # A refused attempt may have touched them.
        drafts = [Draft(copy.copy(records[pk]), dict(values[pk]), why=why) for pk in some]
        try:
            with transaction.atomic():
                saved = library.save(drafts, actor=actor, now=now, via=via)
        except Refused as problems:
            found = {some[position]: list(what) for position, what in problems.problems.items() if what}
            refused |= found
            waiting.append([pk for pk in some if pk not in found] if found else [])
        except NotAllowed:
            if len(some) == 1:
                refused[some[0]] = [Problem("not_allowed")]
            else:
                waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
        else:
            changes |= dict(zip(some, saved, strict=True))
    return changes, refused


def _writable(library: Library, actor: User, records: Mapping[int, Any]) -> dict[int, Any]:
    return {pk: record for pk, record in records.items() if may_write(library, actor, record)}


def _shut_out(library: Library, actor: User, record: Any) -> list[Problem]:
    if record is None:
        return [Problem("bulk_gone")]
    return [] if may_write(library, actor, record) else [Problem("not_allowed")]


def _moved_on(row: BulkRow, record: Any) -> list[Problem]:
    """Return the fields that are not what they were when the changes were shown."""
    moved = []
    for change in row.changes:
        name, old, new = change["field"], change["old"], change["new"]
        now = as_json(getattr(record, name))
        if name == "custom":  # each of the zone's own fields is a field by itself
            keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            moved += [CUSTOM + key for key in keys if now.get(key) != old.get(key)]
        elif now != old:
            moved.append(name)
    return [Problem("bulk_changed_meanwhile", name) for name in moved]


def _problem_json(problem: Problem) -> dict[str, Any]:
    params = {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in problem.params.items()
    }
    return {"code": problem.code, "field": problem.field, "params": params}
