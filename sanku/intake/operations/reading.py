"""Reading a file in the background: its tables, what becomes of each row, and the counts that the review shows."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import Department, User
from sanku.accounts.queries import rates_on
from sanku.common.bulk import blank, insert_rows
from sanku.common.geodata import LayerSheet
from sanku.common.sheets import Refused, Sheet
from sanku.common.work import Overtaken, Stopped
from sanku.intake.columns import KEEP, LEAVE, decided_units, factor_of, mapping_to_json
from sanku.intake.exported import knowing_exports
from sanku.intake.mapping import Mapping, map_table
from sanku.intake.models import Batch, BatchRow, BatchTable, Layout
from sanku.intake.operations.work import at_work, finish, taken_up
from sanku.intake.own import columns_of
from sanku.intake.planning.directory import Directory
from sanku.intake.planning.exports import exports_for
from sanku.intake.planning.own import own_fields
from sanku.intake.planning.plan import Plan, RowFacts, TableFacts
from sanku.intake.planning.planner import Planner
from sanku.intake.read import ReadTable, Workbook, read_workbook
from sanku.intake.rows import Row, RowReader
from sanku.intake.rowview import (
    RowCells,
    as_written_of,
    headers_of,
    is_converted,
    plain_words,
    problems_of_plan,
    problems_of_row,
)
from sanku.intake.rules import Action, State, may_import, signature
from sanku.library.specs import Reader

if TYPE_CHECKING:
    from sanku.intake.parcels import Parcels

CHUNK = 2_000
HEAD_ROWS = 12
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
            with known_words(batch.by):
                workbook = read_workbook(batch.file.path, kind=batch.kind_wanted or None)  # type: ignore[arg-type]
        except Refused as refused:
            finish(
                batch_id,
                run,
                State.READING,
                State.REFUSED,
                reason=refused.reason,
                reason_detail=refused.detail[:200],
            )
            return
        if not workbook.tables:
            finish(batch_id, run, State.READING, State.REFUSED, reason="no_table")
            return
        if not any(may_import(batch.by.role, table.kind) for table in workbook.tables):
            kind = workbook.tables[0].kind
            finish(batch_id, run, State.READING, State.REFUSED, reason="kind_not_allowed", reason_detail=kind)
            return
        reading = _Reading(batch, run, workbook, tell)
        for position, table in enumerate(workbook.tables):
            reading.table(position, table)
        finish(batch_id, run, State.READING, State.REVIEW, read_at=timezone.now())


@contextmanager
def known_words(user: User) -> Iterator[None]:
    """Let the fields of the user's zone, and what its people exported, be known while a file is read."""
    reader = Reader(user, timezone.localdate())
    with columns_of(own_fields(user)), knowing_exports(exports_for(reader)):
        yield


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

    def __init__(self, batch: Batch, run: int, workbook: Workbook, tell: Tell | None) -> None:
        self.batch, self.run, self.workbook, self.tell = batch, run, workbook, tell
        self.actor: User = batch.by
        self.now: datetime = timezone.now()
        self.directory = Directory(self.actor)
        self.rates = rates_on(batch.zone, timezone.localdate(self.now))
        self.total = sum(len(table.rows) for table in workbook.tables)
        self.done = 0

    def table(self, position: int, found: ReadTable) -> None:
        """Store a table and its rows, a chunk of rows a transaction."""
        mark = signature((), [(header.column, header.leaf) for header in found.table.headers])
        decided = self._decided(position, mark)
        mapping, rows = found.mapping, found.rows
        parcels = _parcels(found.table.sheet, decided, self.actor)
        if decided or parcels is not None:
            mapping, rows = self._read_again(found, decided, parcels)
        found.rows = []  # a large table stands in memory once
        allowed = may_import(self.actor.role, mapping.kind)
        table = BatchTable(
            batch=self.batch,
            position=position,
            sheet=found.sheet.name or "",
            kind=mapping.kind,
            is_taken=allowed and decided.get("taken", True),
            is_transposed=found.table.transposed,
            title=" ".join(found.table.context)[:200],
            signature=mark,
            head=_head(found),
            headers=headers_of(found),
            mapping=mapping_to_json(mapping),
            decided=decided,
        )
        shapes: dict[int, tuple[Json, list[Json]]] = {}
        if parcels is not None:
            table.mapping["crs"] = parcels.as_json()
            shapes = parcels.read(rows, mapping.columns[-1].index)
        facts = table_facts(table, self.actor)
        planner = Planner(self.actor, facts, self.directory, now=self.now, lock=False)
        cells = RowCells(found, mapping)
        counts: Counter[str] = Counter()
        first = True
        for chunk in _chunks(rows):
            made = [self._row(row, found, cells) for row in chunk]
            if parcels is not None:
                for read, kept in zip(chunk, made, strict=True):
                    put_shape(kept, *shapes[read.number])
                    kept.cells = _with_last(kept.cells, mapping.columns[-1].index, parcels.text(read.number))
            good = [pair for pair in zip(chunk, made, strict=True) if pair[1].action != Action.SKIP]
            plan_rows([row for _, row in good], table, planner, allowed=allowed)
            with transaction.atomic():
                batch = taken_up(self.batch.pk, self.run, State.READING, total=self.total)
                if first:
                    table.save()
                first = False
                for row in made:
                    row.batch_id, row.table_id = batch.pk, table.pk
                count_rows(made, table, counts, self.rates)
                insert_rows(made)
                self.done += len(made)
                batch.work_done = self.done
                batch.save(update_fields=["heartbeat_at", "work_done", "work_total"])
            if self.tell is not None:
                self.tell(self.done, self.total)
        table.counts = dict(counts)
        table.save()

    def _decided(self, position: int, mark: str) -> Json:
        """Return what a person chose for this table, now or when a table of this layout came before."""
        chosen: Json | None = self.batch.decided.get(str(position), self.batch.decided.get("all"))
        if chosen is not None:
            return chosen
        layout = Layout.objects.filter(zone_id=self.batch.zone_id, signature=mark).first()
        return {**layout.decided, "remembered": True} if layout is not None else {}

    def _read_again(
        self, found: ReadTable, decided: Json, parcels: "Parcels | None"
    ) -> tuple[Mapping, list[Row]]:
        columns = {
            int(index): "" if field in (KEEP, LEAVE) else field
            for index, field in decided.get("columns", {}).items()
        }
        kind = found.kind if parcels is not None else decided.get("kind") or found.kind
        with known_words(self.actor):
            mapping = map_table(found.table, kind=kind, fixed=columns, exported=found.exported)
        if parcels is not None:
            parcels.find_unit(mapping)
        decided_units(mapping, {int(index): unit for index, unit in decided.get("units", {}).items()})
        if decided.get("site_kind") and mapping.kind == "site":
            mapping.site_kind = decided["site_kind"]
        book = self.workbook.book
        reader = RowReader(found.table, mapping, rates=self.workbook.rates, epoch_1904=book.epoch_1904)
        return mapping, list(reader)

    def _row(self, row: Row, found: ReadTable, cells: RowCells) -> BatchRow:
        skipped = row.status == "skipped"
        return blank(
            BatchRow,
            number=row.number - found.offset,
            action=Action.SKIP if skipped else Action.REFUSE if row.status == "rejected" else Action.CREATE,
            is_doubtful=row.status == "doubtful",
            cells=cells.of(row.number),
            facts={} if skipped else {name: value for name, value in row.record.items() if value is not None},
            problems=problems_of_row(row),
        )


def _parcels(sheet: Sheet, decided: Json, actor: User) -> "Parcels | None":
    """Judge the shapes of a layer; None of a sheet without shapes."""
    if not isinstance(sheet, LayerSheet):
        return None
    from sanku.intake.parcels import Parcels  # loads the libraries of shapes

    return Parcels(sheet, decided, actor)


def put_shape(row: BatchRow, facts: Json, problems: Sequence[Json]) -> None:
    """Put into a row what its shape gives and what is wrong with it; one without a name is called by its place."""
    row.facts = {**row.facts, **facts}
    if problems:
        row.problems = [*row.problems, *problems]
    severities = {problem["severity"] for problem in row.problems}
    if "refused" in severities:
        row.action = Action.REFUSE
    row.is_doubtful = row.action != Action.REFUSE and "doubtful" in severities


def _with_last(cells: list[Any], column: int, text: str) -> list[Any]:
    return [*cells[:column], *[None] * (column - len(cells)), text]


def table_facts(table: BatchTable, actor: User) -> TableFacts:
    """Return what the planner needs to know of a table."""
    columns = table.mapping["columns"]
    department = None
    if table.decided.get("department"):
        department = Department.objects.filter(zone_id=actor.zone_id, pk=table.decided["department"]).first()
    return TableFacts(
        kind=table.kind,
        site_kind=table.mapping.get("site_kind") or "",
        department=department,
        headers={column["field"]: column["header"] for column in columns if column["header"]},
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
        converted = sum(
            is_converted(row.cells, index, row.facts.get(field), factor, words)
            for index, field, factor, words in fields
        )
        filled = sum(index < len(row.cells) and row.cells[index] is not None for index, *_ in fields)
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


def _head(found: ReadTable) -> list[list[Any]]:
    """Return the rows above the data, titles and headers, as [number, kind, cells]."""
    sheet = found.table.sheet
    header_rows = set(found.table.header_rows)
    first = found.table.first_row
    numbers = [number for number in sheet.rows if first - HEAD_ROWS <= number < first]
    return [
        [
            number,
            "header" if number in header_rows else "title",
            ["" if value is None else str(value)[:200] for value in sheet.rows[number][:60]],
        ]
        for number in numbers
    ]


def _chunks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
