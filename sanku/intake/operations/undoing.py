"""Taking back what an import did, whole or row by row, also after later edits."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.models import Action as LedgerAction
from sanku.audit.models import Channel, Entry
from sanku.audit.operations import Draft, Via, as_json, chunks, from_json
from sanku.audit.rules import undo_update
from sanku.common.problems import NotAllowed, NotNow, Refused
from sanku.companies.models import Company, Contact, Target, Touch
from sanku.intake.models import Batch, BatchRow, Saved
from sanku.intake.operations.saving import SAVERS
from sanku.intake.operations.work import at_work, begin, finish, locked, taken_up
from sanku.intake.planning.plan import ORDER
from sanku.intake.rules import State, may_follow
from sanku.projects.models import Project

CHUNK = 1_000
MOST_KEPT = 500  # of what could not be undone is told one by one
LIBRARIES = {
    "company": "companies.company",
    "contact": "companies.contact",
    "touch": "companies.touch",
    "target": "companies.target",
    "project": "projects.project",
    "site": "sites.site",
}
EDITS = (
    LedgerAction.CREATE,
    LedgerAction.UPDATE,
    LedgerAction.REMOVE,
    LedgerAction.RESTORE,
    LedgerAction.NOTE,
)


def may_undo(batch: Batch, actor: User) -> bool:
    """Return whether a person may take back a batch: his own."""
    return batch.by_id == actor.pk and may_follow(batch.state, State.UNDOING)


def _undoable(batch: Batch, actor: User) -> None:
    if batch.by_id != actor.pk:
        raise NotAllowed
    if not may_follow(batch.state, State.UNDOING):
        raise NotNow


def start_undoing(batch: Batch, *, actor: User, now: datetime, in_background: bool = True) -> int:
    """Have a batch taken back whole; return the number of the run.

    Raises:
        NotAllowed: it is somebody else's.
        NotNow: nothing of it was saved, or it is being worked on.
    """
    with transaction.atomic():
        current = locked(batch.pk)
        _undoable(current, actor)
        if not current.saved.filter(undone_at=None).exists():
            raise NotNow
        return begin(current, State.UNDOING, now=now, in_background=in_background)


def undo_rows(batch_id: int, run: int) -> None:
    """Take back what is left of a batch, the latest first; may run twice."""
    with at_work(batch_id, run, State.UNDOING):
        while True:
            with transaction.atomic():
                batch = taken_up(batch_id, run, State.UNDOING)
                left = batch.saved.filter(undone_at=None)
                batch.work_total = (
                    batch.work_done + left.count() if not batch.work_total else batch.work_total
                )
                saved = list(left.order_by("-pk")[:CHUNK])
                if saved:
                    _undo(batch, saved, address="", now=timezone.now(), whole=True)
                    batch.work_done += len(saved)
                batch.save()
                if not saved:
                    break
        finish(batch_id, run, State.UNDOING, State.UNDONE, undone_at=timezone.now())


def undo_row(row: BatchRow, *, actor: User, now: datetime, address: str = "") -> dict[str, Any]:
    """Take back what one row did; return what was and what was not undone.

    Raises:
        NotAllowed: it is somebody else's batch.
        NotNow: it is being worked on.
    """
    with transaction.atomic():
        batch = locked(row.batch_id)
        _undoable(batch, actor)
        saved = list(row.saved.filter(undone_at=None).order_by("-pk"))
        report = _undo(batch, saved, address=address, now=now, whole=False)
        batch.save(update_fields=["undo_report"])
        return report


def _undo(
    batch: Batch, saved: Sequence[Saved], *, address: str, now: datetime, whole: bool
) -> dict[str, Any]:
    """Take back some records, those that refer to others first, in the caller's transaction."""
    via = Via(Channel.WEB, address=address, batch_id=batch.pk)
    undo = _Undo(batch, via, now)
    by_library: dict[str, list[Saved]] = defaultdict(list)
    for one in saved:
        by_library[one.library].append(one)
    for library in reversed(ORDER):
        if by_library[LIBRARIES[library]]:
            undo.library(library, by_library[LIBRARIES[library]])
    # A row can be taken back again, once the merge is undone that it waits for; a whole batch goes on to its end.
    waiting = [one for one in saved if one.pk in undo.waiting and not whole]
    done = [one for one in saved if one not in waiting]
    Saved.objects.filter(pk__in=[one.pk for one in done]).update(undone_at=now)
    for some in chunks(sorted({one.row_id for one in done} - {one.row_id for one in waiting})):
        BatchRow.objects.filter(pk__in=some).update(is_undone=True)
    report = batch.undo_report or {"removed": 0, "restored": 0, "kept_count": 0, "kept": []}
    report["removed"] += undo.counts["removed"]
    report["restored"] += undo.counts["restored"]
    report["kept_count"] += len(undo.kept)
    report["kept"] = [*report["kept"], *undo.kept][:MOST_KEPT]
    batch.undo_report = report
    return {"removed": undo.counts["removed"], "restored": undo.counts["restored"], "kept": undo.kept}


class _Undo:
    """Takes back records of one batch."""

    def __init__(self, batch: Batch, via: Via, now: datetime) -> None:
        self.batch, self.via, self.now = batch, via, now
        self.actor: User = batch.by
        self.counts: Counter[str] = Counter()
        self.kept: list[dict[str, Any]] = []
        self.waiting: set[int] = set()  # what can be taken back once a merge is undone

    def library(self, library: str, saved: Sequence[Saved]) -> None:
        """Take back what was done in one library."""
        model: type[models.Model] = apps.get_model(LIBRARIES[library])
        records: dict[int, Any] = {}
        entries: dict[int, list[Entry]] = defaultdict(list)
        for some in chunks([one.record_id for one in saved]):
            records.update(model._default_manager.select_for_update().in_bulk(list(some)))
            told = (*EDITS, LedgerAction.MERGE)
            happened = Entry.objects.filter(library=LIBRARIES[library], record_id__in=some, action__in=told)
            for entry in happened.select_related("actor").order_by("number"):
                if entry.record_id is not None:
                    entries[entry.record_id].append(entry)
        used = _used(records) if library == "company" else set()
        merged = _merged(records) if library == "company" else {}
        # A record that several rows of the file say is made by one and changed by the others.
        made, restored = {one.record_id for one in saved if one.is_new}, set[int]()
        removals: list[Draft[Any]] = []
        restorals: list[Draft[Any]] = []
        for one in saved:
            record = records.get(one.record_id)
            if one.record_id in merged and (one.is_new or merged[one.record_id][0] == "merged_since"):
                self._keep_merged(one, records[one.record_id], merged[one.record_id])
                continue
            if record is None or (
                record.removed_at is not None and not _removed_by_merge(entries[record.pk])
            ):
                continue
            mine = [
                entry
                for entry in entries[record.pk]
                if self._is_mine(entry) and entry.action != LedgerAction.CREATE
            ]
            if one.is_new:
                edits = [entry for entry in entries[record.pk] if entry.action in EDITS]
                later = [entry for entry in edits if entry.batch_id != self.batch.pk]
                if later:
                    self._keep(library, record, "changed_since", by=later[-1])
                elif record.pk in used:
                    self._keep(library, record, "in_use")
                else:
                    removals.append(Draft(record, {"removed_at": self.now}))
            elif record.pk in made or record.pk in restored:
                continue
            elif (draft := self._restored(library, record, mine)) is not None:
                restorals.append(draft)
                restored.add(record.pk)
        self.counts["removed"] += self._save(library, removals)
        self.counts["restored"] += self._save(library, restorals)

    def _is_mine(self, entry: Entry) -> bool:
        return entry.batch_id == self.batch.pk and entry.channel == Channel.IMPORT

    def _restored(self, library: str, record: Any, mine: Sequence[Entry]) -> Draft[Any] | None:
        """Return the draft that gives a record its values from before the import, as far as nobody changed them."""
        changes: dict[str, dict[str, Any]] = {}
        for entry in mine:
            for change in entry.changes:
                first = changes.setdefault(change["field"], dict(change))
                first["new"] = change["new"]
        names = {model_field.name for model_field in record._meta.concrete_fields}
        current = {name: as_json(getattr(record, name)) for name in changes if name in names}
        restore, kept = undo_update(list(changes.values()), current)
        if kept:
            self._keep(library, record, "edited_since", fields=kept)
        values = {name: from_json(record, name, value) for name, value in restore.items()}
        return Draft(record, values) if values else None

    def _save(self, library: str, drafts: list[Draft[Any]]) -> int:
        """Save drafts; what is refused is kept and told."""
        if not drafts:
            return 0
        try:
            with transaction.atomic():
                SAVERS[library](drafts, actor=self.actor, now=self.now, via=self.via)
            return len(drafts)
        except (Refused, NotAllowed):
            if len(drafts) == 1:
                self._keep(library, drafts[0].record, "refused")
                return 0
        fresh = [
            Draft(type(draft.record)._default_manager.get(pk=draft.record.pk), draft.values)
            for draft in drafts
        ]
        half = len(fresh) // 2
        return self._save(library, fresh[:half]) + self._save(library, fresh[half:])

    def _keep_merged(self, one: Saved, record: Company, merged: tuple[str, Company]) -> None:
        reason, other = merged
        self.waiting.add(one.pk)
        self._keep("company", record, reason, other=other.name[:200])

    def _keep(
        self,
        library: str,
        record: Any,
        reason: str,
        *,
        by: Entry | None = None,
        fields: Sequence[str] = (),
        other: str = "",
    ) -> None:
        self.kept.append(
            {
                "library": library,
                "id": record.pk,
                "label": str(record)[:200],
                "reason": reason,
                "by": str(by.actor or "") if by is not None else "",
                "at": by.at.isoformat() if by is not None else "",
                "fields": list(fields),
                **({"other": other} if other else {}),
            }
        )


def _merged(companies: Mapping[int, Any]) -> dict[int, tuple[str, Any]]:
    """Return which companies a standing merge made one of two: why each is kept, and what the other record is.

    What is to be taken back may have gone to the other record with the merge: the merge is undone first.
    """
    found: dict[int, tuple[str, Any]] = {}
    for some in chunks(list(companies)):
        tombstones = Company.objects.filter(
            Q(pk__in=some) | Q(merged_into__in=some), merged_into__isnull=False
        )
        for tombstone in tombstones.select_related("merged_into"):
            found.setdefault(tombstone.merged_into_id or 0, ("absorbed_since", tombstone))
            found[tombstone.pk] = ("merged_since", tombstone.end)
    return found


def _removed_by_merge(entries: Sequence[Entry]) -> bool:
    """Return whether a merge removed a record, as the survivor had the same: it would bring it back when undone."""
    return bool(entries) and entries[-1].action == LedgerAction.MERGE


def _used(companies: Mapping[int, Any]) -> set[int]:
    """Return which companies something alive refers to."""
    used: set[int] = set()
    references: tuple[tuple[type[models.Model], str], ...] = (
        (Project, "investor_id"),
        (Target, "company_id"),
        (Contact, "company_id"),
        (Touch, "company_id"),
        (Company, "parent_id"),
    )
    for model, name in references:
        for some in chunks(list(companies)):
            alive = model._default_manager.filter(Q(removed_at=None), **{f"{name}__in": some})
            used.update(alive.values_list(name, flat=True))
    return used
