"""Saving the rows of a batch in the background: chunk by chunk, each by the operations that the web uses too."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.models import Channel
from sanku.audit.operations import Draft, Via, is_new
from sanku.common.bulk import blank, insert_rows, update_rows
from sanku.common.problems import NotAllowed, NotNow, Problem, Refused
from sanku.common.statistics import MANY, refresh_statistics
from sanku.companies.models import Company, Duplicate
from sanku.companies.operations import save_companies, save_contacts, save_targets, save_touches
from sanku.intake import ahead
from sanku.intake.models import Batch, BatchRow, BatchTable, Saved
from sanku.intake.operations.coming import Coming, RowToSave, foreseer_of, rows_to_save
from sanku.intake.operations.reading import Tell, table_facts
from sanku.intake.operations.work import at_work, begin, finish, locked, taken_up
from sanku.intake.planning.directory import Directory
from sanku.intake.planning.plan import ORDER, Plan
from sanku.intake.planning.planner import Planner
from sanku.intake.rowview import as_written_of, problems_of_plan
from sanku.intake.rules import Action, State, asks_system, may_follow
from sanku.projects.operations import save_projects
from sanku.sites.operations import save_sites

CHUNK = 2_000
SAVERS: dict[str, Callable[..., Any]] = {
    "company": save_companies,
    "contact": save_contacts,
    "touch": save_touches,
    "target": save_targets,
    "project": save_projects,
    "site": save_sites,
}
# A row that was saved, its plan, and its drafts with whether each was new.
Outcome = tuple[RowToSave, Plan, list[tuple[Draft[Any], bool]]]


def start_saving(batch: Batch, *, actor: User, now: datetime, in_background: bool = True) -> int:
    """Have the rows saved that are to be; return the number of the run.

    Raises:
        NotAllowed: it is somebody else's batch.
        NotNow: it is not waiting for this.
        Refused: nobody has said in which coordinate system its parcels are.
    """
    with transaction.atomic():
        current = locked(batch.pk)
        if current.by_id != actor.pk:
            raise NotAllowed
        if current.state == State.SAVING or not may_follow(current.state, State.SAVING):
            raise NotNow
        unsaid = [table for table in current.tables.filter(is_taken=True) if asks_system(table.mapping)]
        if unsaid:  # the page says so, and has no button
            proposed = ", ".join(sorted({table.mapping["crs"]["system"] or "?" for table in unsaid}))
            raise Refused({0: [Problem("system_unsaid", "crs", {"proposed": proposed})]})
        return begin(current, State.SAVING, now=now, in_background=in_background)


def save_rows(batch_id: int, run: int, *, tell: Tell | None = None) -> None:
    """Save what is left of a batch; may run twice: each chunk is one transaction that also moves the mark.

    `tell` is called after each chunk with how many rows are done, and of how many.
    """
    with at_work(batch_id, run, State.SAVING), ExitStack() as ends:
        saver: _Saver | None = None
        while True:
            with transaction.atomic():
                batch = taken_up(batch_id, run, State.SAVING)
                if saver is None:
                    saver = _Saver(batch)
                    ends.callback(saver.coming.end)
                if not saver.step(batch):
                    break
            if tell is not None:
                tell(batch.work_done, batch.work_total)
        _finish(batch_id, run)


def _finish(batch_id: int, run: int) -> None:
    batch = Batch.objects.get(pk=batch_id)
    rows = Counter(dict(_counted(batch)))
    now = timezone.now()
    finish(
        batch_id,
        run,
        State.SAVING,
        State.DONE,
        saved_at=now,
        refused_count=rows["refuse"],
        skipped_count=rows["skip"],
        unchanged_count=rows["unchanged"],
        duplicate_count=_duplicates(batch),
    )
    if batch.work_total >= MANY:
        refresh_statistics()


def _counted(batch: Batch) -> list[tuple[str, int]]:
    rows = BatchRow.objects.filter(batch=batch, table__is_taken=True, is_dropped=False)
    return list(rows.order_by().values_list("action").annotate(Count("pk")))


def _duplicates(batch: Batch) -> int:
    """Return how many open pairs of the worklist have a company that this batch made or renamed."""
    mine = Saved.objects.filter(batch=batch, library=Company._meta.label_lower).values("record_id")
    pairs = Duplicate.objects.filter(zone_id=batch.zone_id, rests=False, state=Duplicate.State.OPEN)
    return pairs.filter(Q(first__in=mine) | Q(second__in=mine)).count()


class _Saver:
    """Saves chunk after chunk of one run."""

    def __init__(self, batch: Batch) -> None:
        self.actor: User = batch.by
        self.via = Via(Channel.IMPORT, batch_id=batch.pk)
        self.directory = Directory(self.actor)
        tables = list(batch.tables.filter(is_taken=True).order_by("position"))
        left = {table.pk: rows_to_save(table, batch.saved_to).count() for table in tables}
        batch.work_total = batch.work_done + sum(left.values())
        companies = [table for table in tables if table.kind == "enterprise"]
        is_large = sum(left[table.pk] for table in companies) >= ahead.WORTH_WHILE
        self.coming = Coming(
            tables, batch.saved_to, CHUNK, foreseer_of(companies, self.actor) if is_large else None
        )

    def step(self, batch: Batch) -> bool:
        """Save the next chunk, in the caller's transaction; return whether there was one."""
        table, rows = self.coming.take()
        if table is None:
            batch.save(update_fields=["heartbeat_at", "work_started_at", "work_total"])
            return False
        self.now = timezone.now()
        planner = Planner(
            self.actor,
            table_facts(table, self.actor),
            self.directory,
            now=self.now,
            lock=True,
            via=self.via,
        )
        refused: dict[int, list[dict[str, Any]]] = {}
        plans = self._save(rows, table, planner, refused)
        self._note(batch, rows, plans, refused)
        batch.saved_to = rows[-1].pk
        batch.work_done += len(rows)
        batch.save()
        return True

    def _save(
        self,
        rows: Sequence[RowToSave],
        table: BatchTable,
        planner: Planner,
        refused: dict[int, list[dict[str, Any]]],
    ) -> list[Outcome]:
        """Save rows all at once; what is refused is left out and the rest saved; where nothing tells which row it
        is, the rows are halved."""
        if not rows:
            return []
        kept = as_written_of(table)
        plans = planner.plan([row.planned(position, kept) for position, row in enumerate(rows)])
        bad = {position: plan for position, plan in enumerate(plans) if plan.problems or plan.main is None}
        if bad:
            for position, plan in bad.items():
                refused[rows[position].pk] = problems_of_plan(plan, table)
            return self._save([row for at, row in enumerate(rows) if at not in bad], table, planner, refused)
        drafts = _drafts(plans)
        news = {id(draft): is_new(draft.record) for found in drafts.values() for draft in found}
        try:
            with transaction.atomic():
                for library in ORDER:
                    if drafts[library]:
                        more = (
                            {"agreed": self._agreed(drafts[library], plans, rows)}
                            if library == "site"
                            else {}
                        )
                        self._call(library, drafts[library], plans, **more)
        except _RowsRefused as error:
            for position, problems in error.problems.items():
                plans[position].problems = problems
                refused[rows[position].pk] = problems_of_plan(plans[position], table)
            return self._save(
                [row for at, row in enumerate(rows) if at not in error.problems], table, planner, refused
            )
        except (NotAllowed, DatabaseError) as error:
            if len(rows) == 1:
                code = "not_allowed" if isinstance(error, NotAllowed) else "not_saved"
                refused[rows[0].pk] = [{"code": code, "severity": "refused"}]
                return []
            half = len(rows) // 2
            return self._save(rows[:half], table, planner, refused) + self._save(
                rows[half:], table, planner, refused
            )
        return [
            (row, plan, [(i.draft, news[id(i.draft)]) for i in plan.intents if id(i.draft) in news])
            for row, plan in zip(rows, plans, strict=True)
        ]

    def _agreed(
        self, drafts: Sequence[Draft[Any]], plans: Sequence[Plan], rows: Sequence[RowToSave]
    ) -> dict[int, set[int]]:
        """Return the carriers that each boundary may overlap: those the review named, and those of the same file.

        What lies in the file was compared with itself at the review; what came into the library since was not.
        """
        if not any(draft.values.get("boundary") for draft in drafts):
            return {}
        assert self.via.batch_id is not None  # an import is always a batch's
        batch = Saved.objects.filter(batch_id=self.via.batch_id, library="sites.site")
        of_file = set(batch.values_list("record_id", flat=True))
        named: dict[int, set[int]] = defaultdict(set)
        for plan, row in zip(plans, rows, strict=True):
            for problem in row.texts.problems:
                if plan.main is not None and problem["code"] == "boundary_overlaps":
                    named[id(plan.main.draft)].update(problem["params"].get("ids", ()))
        # One set for all that name none: a copy for each would be as many times the whole file.
        return {
            at: of_file | named[id(draft)] if id(draft) in named else of_file
            for at, draft in enumerate(drafts)
        }

    def _call(self, library: str, drafts: list[Draft[Any]], plans: Sequence[Plan], **more: Any) -> None:
        try:
            SAVERS[library](drafts, actor=self.actor, now=self.now, via=self.via, **more)
        except Refused as refused:
            guilty = {id(drafts[at].record): problems for at, problems in refused.problems.items()}
            found: dict[int, list[tuple[str, Problem]]] = defaultdict(list)
            for position, plan in enumerate(plans):
                for intent in plan.intents:
                    problems = guilty.get(id(intent.draft.record), ())
                    found[position] += [(library, problem) for problem in problems]
            raise _RowsRefused({at: problems for at, problems in found.items() if problems}) from refused

    def _note(
        self,
        batch: Batch,
        rows: Sequence[RowToSave],
        saved: Sequence[Outcome],
        refused: dict[int, list[dict[str, Any]]],
    ) -> None:
        """Keep which records the rows made or changed, and put right the rows that went otherwise than foreseen."""
        batch_id, made = batch.pk, list[Saved]()
        seen: set[int] = set()
        otherwise: list[tuple[RowToSave, Action, list[dict[str, Any]]]] = []
        for row, plan, touched in saved:
            assert plan.main is not None
            main_new = next((new for draft, new in touched if draft is plan.main.draft), False)
            first_time = id(plan.main.draft) not in seen
            action = (
                Action.CREATE if main_new and first_time else Action.UPDATE if touched else Action.UNCHANGED
            )
            batch.created_count += action == Action.CREATE
            batch.updated_count += action == Action.UPDATE
            for draft, new in touched:
                if id(draft) not in seen:
                    seen.add(id(draft))
                    record = draft.record
                    about = {"library": record._meta.label_lower, "record_id": record.pk, "is_new": new}
                    made.append(blank(Saved, batch_id=batch_id, row_id=row.pk, **about))
            if row.action != action:
                otherwise.append((row, action, []))
        otherwise += [(row, Action.REFUSE, refused[row.pk]) for row in rows if row.pk in refused]
        insert_rows(made)
        update_rows(
            [
                blank(BatchRow, id=row.pk, action=action, problems=[*row.texts.problems, *problems])
                for row, action, problems in otherwise
            ],
            ["action", "problems"],
        )


class _RowsRefused(Exception):
    def __init__(self, problems: dict[int, list[tuple[str, Problem]]]) -> None:
        super().__init__()
        self.problems = problems


def _drafts(plans: Sequence[Plan]) -> dict[str, list[Draft[Any]]]:
    """Return what is to be saved, by library, each draft once; those that change nothing are left out."""
    found: dict[str, dict[int, Draft[Any]]] = {library: {} for library in ORDER}
    for plan in plans:
        for intent in plan.intents:
            if intent.is_new or intent.draft.values:
                found[intent.library].setdefault(id(intent.draft), intent.draft)
    return {library: list(drafts.values()) for library, drafts in found.items()}
