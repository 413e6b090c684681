"""Reading a file in the background: its tables, what becomes of each row, and the counts that the review shows."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import Department, User
from sanku.accounts.queries import rates_on
from sanku.common.beside import Ended
from sanku.common.bulk import blank, insert_rows
from sanku.common.geodata import LayerSheet
from sanku.common.sheets import Refused
from sanku.common.work import Overtaken, Stopped
from sanku.intake.columns import factor_of
from sanku.intake.kept import FoundTable, KeptRow, Known
from sanku.intake.models import Batch, BatchRow, BatchTable, Layout
from sanku.intake.operations.work import at_work, finish, taken_up
from sanku.intake.pipeline import Source, reading
from sanku.intake.planning.directory import Directory
from sanku.intake.planning.exports import exports_for
from sanku.intake.planning.own import own_fields
from sanku.intake.planning.plan import Plan, RowFacts, TableFacts
from sanku.intake.planning.planner import Planner
from sanku.intake.rowview import (
    as_written_of,
    is_converted,
    plain_words,
    problems_of_plan,
    table_headers,
)
from sanku.intake.rules import Action, State, may_import
from sanku.library.specs import Reader

if TYPE_CHECKING:
    from sanku.intake.parcels import Parcels

logger = logging.getLogger(__name__)
COMPANY_NAMES = ("enterprise.name", "project.investor_name", "visit.enterprise_name")
Json = dict[str, Any]
Tell = Callable[[int, int], None]


def read_file(batch_id: int, run: int, *, tell: Tell | None = None) -> None:
    """Read the file of a batch into tables and rows; may run twice: what an earlier run left is replaced.

    `tell` is called after each chunk with how many rows are done, and of how many.
    """
    batch = _take_up(batch_id, run)
    if batch is None:
        return
    with at_work(batch_id, run, State.READING):
        try:
            with reading(batch.file.path, batch.kind_wanted, known_words(batch.by)) as source:
                _read(batch, run, source, tell)
        except Refused as refused:
            _end(batch, State.REFUSED, reason=refused.reason, reason_detail=refused.detail[:200])
        except Ended as died:
            logger.error("import %s: reading: %s", batch_id, died)
            _end(batch, State.FAILED, reason="reader_died", reason_detail=died.how)


def _read(batch: Batch, run: int, source: Source, tell: Tell | None) -> None:
    tables = source.tables()
    if not tables:
        _end(batch, State.REFUSED, reason="no_table")
        return
    if not any(may_import(batch.by.role, table.kind) for table in tables):
        _end(batch, State.REFUSED, reason="kind_not_allowed", reason_detail=tables[0].kind)
        return
    whole = _Reading(batch, run, source, tell, total=sum(table.rows for table in tables))
    for position, table in enumerate(tables):
        whole.table(position, table)
    _end(batch, State.REVIEW, read_at=timezone.now())


def _end(batch: Batch, state: State, **values: Any) -> None:
    finish(batch.pk, batch.run, State.READING, state, **values)


def known_words(user: User) -> Known:
    """Return the fields of the user's zone, and what its people exported, to be known while a file is read."""
    return Known(tuple(own_fields(user)), exports_for(Reader(user, timezone.localdate())))


def _take_up(batch_id: int, run: int) -> Batch | None:
    """Claim a batch for reading, without what an earlier run read."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch_id, run=run, state=State.UPLOADED).update(state=State.READING)
        try:
            batch = taken_up(batch_id, run, State.READING)
        except (Overtaken, Stopped, Batch.DoesNotExist):
            return None
        batch.rows.all()._raw_delete(batch.rows.db)
        batch.tables.all()._raw_delete(batch.tables.db)
        batch.save(update_fields=["heartbeat_at", "work_started_at"])
        return batch


class _Reading:
    """One pass over the tables of a file."""

    def __init__(self, batch: Batch, run: int, source: Source, tell: Tell | None, *, total: int) -> None:
        self.batch, self.run, self.source, self.tell = batch, run, source, tell
        self.actor: User = batch.by
        self.now: datetime = timezone.now()
        self.directory = Directory(self.actor)
        self.rates = rates_on(batch.zone, timezone.localdate(self.now))
        self.total, self.done = total, 0

    def table(self, position: int, found: FoundTable) -> None:
        """Store a table and its rows, a chunk of rows a transaction."""
        decided = self._decided(position, found.signature)
        parcels = _parcels(self.source.layer(position), decided, self.actor)
        mapping, chunks = self.source.rows(position, decided, parcels.find_unit if parcels else None)
        allowed = may_import(self.actor.role, mapping["kind"])
        table = BatchTable(
            batch=self.batch,
            position=position,
            sheet=found.sheet,
            kind=mapping["kind"],
            is_taken=allowed and decided.get("taken", True),
            is_transposed=found.is_transposed,
            title=found.title,
            signature=found.signature,
            head=found.head,
            headers=found.headers,
            mapping=mapping,
            decided=decided,
        )
        if parcels is not None:
            table.mapping["crs"] = parcels.as_json()
        facts = table_facts(table, self.actor)
        planner = Planner(self.actor, facts, self.directory, now=self.now, lock=False)
        counts: Counter[str] = Counter()
        shaped = parcels and _shaped(chunks, parcels, mapping["columns"][-1]["index"])
        for made in shaped or _made(chunks):
            good = [row for row in made if row.action != Action.SKIP]
            plan_rows(good, table, planner, allowed=allowed)
            self._keep(table, made, counts)
        table.counts = dict(counts)
        table.save()

    def _keep(self, table: BatchTable, made: Sequence[BatchRow], counts: Counter[str]) -> None:
        with transaction.atomic():
            batch = taken_up(self.batch.pk, self.run, State.READING, total=self.total)
            if table._state.adding:
                table.save()
            for row in made:
                row.batch_id, row.table_id = batch.pk, table.pk
            count_rows(made, table, counts, self.rates)
            insert_rows(made)
            self.done += len(made)
            batch.work_done = self.done
            batch.save(update_fields=["heartbeat_at", "work_started_at", "work_done", "work_total"])
        if self.tell is not None:
            self.tell(self.done, self.total)

    def _decided(self, position: int, mark: str) -> Json:
        """Return what a person chose for this table, now or when a table of this layout came before."""
        chosen: Json | None = self.batch.decided.get(str(position), self.batch.decided.get("all"))
        if chosen is not None:
            return chosen
        layout = Layout.objects.filter(zone_id=self.batch.zone_id, signature=mark).first()
        return {**layout.decided, "remembered": True} if layout is not None else {}


def _parcels(layer: LayerSheet | None, decided: Json, actor: User) -> "Parcels | None":
    """Judge the shapes of a layer; None of a table without shapes."""
    if layer is None:
        return None
    from sanku.intake.parcels import Parcels  # loads the libraries of shapes

    return Parcels(layer, decided, actor)


def _made(chunks: Iterable[list[KeptRow]]) -> Iterator[list[BatchRow]]:
    for chunk in chunks:
        yield [blank(BatchRow, **row._asdict()) for row in chunk]


def _shaped(chunks: Iterable[list[KeptRow]], parcels: "Parcels", column: int) -> Iterator[list[BatchRow]]:
    """Put into rows what their shapes give; all are read first, as any two may overlap."""
    whole = list(chunks)
    shapes = parcels.read([row for chunk in whole for row in chunk], column)
    for rows in _made(whole):
        for row in rows:
            put_shape(row, *shapes[row.number])
            row.cells = [
                *row.cells[:column], *[None] * (column - len(row.cells)), parcels.text(row.number)
            ]  # fmt: skip
        yield rows


def put_shape(row: BatchRow, facts: Json, problems: Sequence[Json]) -> None:
    """Put into a row what its shape gives and what is wrong with it; one without a name is called by its place."""
    row.facts = {**row.facts, **facts}
    if problems:
        row.problems = [*row.problems, *problems]
    severities = {problem["severity"] for problem in row.problems}
    if "refused" in severities:
        row.action = Action.REFUSE
    row.is_doubtful = row.action != Action.REFUSE and "doubtful" in severities


def table_facts(table: BatchTable, actor: User) -> TableFacts:
    """Return what the planner needs to know of a table."""
    department = None
    if table.decided.get("department"):
        department = Department.objects.filter(zone_id=actor.zone_id, pk=table.decided["department"]).first()
    return TableFacts(
        kind=table.kind,
        site_kind=table.mapping.get("site_kind") or "",
        department=department,
        headers=table_headers(table),
    )


def plan_rows(rows: Sequence[BatchRow], table: BatchTable, planner: Planner, *, allowed: bool = True) -> None:
    """Decide what becomes of rows that were read well: their action, their changes, what the rules refuse."""
    good = [row for row in rows if row.action != Action.REFUSE]
    if not allowed:
        for row in good:
            row.action = Action.REFUSE
            row.problems = [
                *row.problems,
                {"code": "kind_not_allowed", "severity": "refused", "params": {"kind": table.kind}},
            ]
        return
    kept = as_written_of(table)
    plans = planner.plan([RowFacts(position, row.facts, kept(row)) for position, row in enumerate(good)])
    for row, plan in zip(good, plans, strict=True):
        settle(row, plan, table)


def settle(row: BatchRow, plan: Plan, table: BatchTable) -> None:
    """Put what a plan says into its row."""
    row.action = plan.action()
    row.changes = plan.changes() if row.action == Action.UPDATE else []
    if plan.problems:
        row.problems = [*row.problems, *problems_of_plan(plan, table)]
    elif plan.similar:
        row.problems = [
            *row.problems,
            {
                "code": "near_duplicate",
                "severity": "duplicate",
                "value": plan.similar,
                "column": company_column(table),
            },
        ]
    row.amount_cny = _amount(plan)  # type: ignore[attr-defined]


def company_column(table: BatchTable) -> int | None:
    """Return the column that names the company."""
    places = {column["field"]: column["index"] for column in table.mapping["columns"]}
    named = [places[field] for field in COMPANY_NAMES if field in places]
    return named[0] if named else None


def _amount(plan: Plan) -> tuple[Decimal | None, str, Decimal | None]:
    """Return the planned investment that a row brings, its currency, and what stood there in yuan."""
    if plan.main is None or plan.main.library != "project" or "investment" not in plan.main.draft.values:
        return None, "CNY", None
    values, record = plan.main.draft.values, plan.main.draft.record
    return (
        values["investment"],
        values.get("investment_currency", record.investment_currency),
        record.investment_cny,
    )


def count_rows(
    rows: Sequence[BatchRow], table: BatchTable, counts: Counter[str], rates: dict[str, Decimal]
) -> None:
    """Add rows to a table's counts: actions, flags, cells as read, converted and refused, investment in yuan."""
    fields = [
        (column["index"], column["field"], factor_of(column), plain_words(column))
        for column in table.mapping["columns"]
    ]
    for row in rows:
        counts[row.action] += 1
        counts["doubtful"] += row.is_doubtful and row.action != Action.REFUSE
        if row.action == Action.SKIP:
            continue
        refused = {problem.get("column") for problem in row.problems if problem["severity"] == "refused"} - {
            None
        }
        counts["cells_refused"] += len(refused)
        counts["duplicate"] += any(problem["severity"] == "duplicate" for problem in row.problems)
        if row.action == Action.REFUSE:
            continue
        converted = filled = 0
        for index, field, factor, words in fields:
            written = row.cells[index] if index < len(row.cells) else None
            if written is None:
                continue
            filled += 1
            fact = row.facts.get(field)
            if fact is not None and fact != written:
                converted += is_converted(row.cells, index, fact, factor, words)
        row.is_converted = bool(converted)
        counts["cells_converted"] += converted
        counts["cells_as_read"] += filled - converted
        _count_amount(row, counts, rates)


def _count_amount(row: BatchRow, counts: Counter[str], rates: dict[str, Decimal]) -> None:
    amount, currency, before = getattr(row, "amount_cny", (None, "CNY", None))
    if amount is None or currency not in rates:
        return
    yuan = int(amount * rates[currency])
    if row.action == Action.CREATE:
        counts["investment_new"] += yuan
    elif row.action == Action.UPDATE:
        counts["investment_changed"] += 1
        counts["investment_net"] += yuan - int(before or 0)
