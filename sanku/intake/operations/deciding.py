"""What a person decides about a batch before it is saved: tables, columns, single cells and rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.queries import rates_on
from sanku.common.geodata import LayerSheet
from sanku.common.problems import NotAllowed
from sanku.common.sheets import Sheet
from sanku.intake.columns import mapping_from_json
from sanku.intake.kept import problems_of_row
from sanku.intake.layers import FIELD as SHAPE_FIELD
from sanku.intake.layout import Header, Table
from sanku.intake.models import Batch, BatchRow, BatchTable, Layout
from sanku.intake.operations.reading import count_rows, known_words, plan_rows, put_shape, table_facts
from sanku.intake.operations.work import begin, locked
from sanku.intake.planning.directory import Directory
from sanku.intake.planning.planner import Planner
from sanku.intake.rows import RowReader
from sanku.intake.rowview import cell_from_json
from sanku.intake.rules import Action, State

Json = dict[str, Any]
REMEMBERED = ("kind", "site_kind", "columns", "units")


def _checked(batch_id: int, actor: User) -> Batch:
    """Lock a batch that its person is checking.

    Raises:
        NotAllowed: it is somebody else's, or it is not being checked.
    """
    batch = locked(batch_id)
    if batch.by_id != actor.pk or batch.state not in (State.REVIEW, State.REFUSED):
        raise NotAllowed
    return batch


def decide_tables(
    batch: Batch,
    decided: dict[int, Json],
    *,
    actor: User,
    now: datetime,
    kind: str = "",
    in_background: bool = True,
) -> bool:
    """Take over what a person chose for the tables, by position; return whether the file is read again for it.

    `kind` says what a file holds in which no table was recognised. A changed mapping is remembered for tables of
    the same layout.

    Raises:
        NotAllowed: it is somebody else's batch, or it is not being checked.
    """
    with transaction.atomic():
        current = _checked(batch.pk, actor)
        if current.state == State.REFUSED:
            if current.reason != "no_table" or not kind:
                raise NotAllowed
            current.state, current.kind_wanted = State.UPLOADED, kind
            begin(current, State.READING, now=now, in_background=in_background)
            return True
        again = False
        tables = list(current.tables.all())
        decided = {**decided, **_same_question(tables, decided)}
        for table in tables:
            chosen = decided.get(table.position)
            if chosen is None:
                continue
            before = {name: value for name, value in table.decided.items() if name != "remembered"}
            if chosen.get("taken", True) != table.is_taken:
                table.is_taken = chosen.get("taken", True)
            changed = {n: v for n, v in chosen.items() if n != "taken"} != {
                n: v for n, v in before.items() if n != "taken"
            }
            again |= changed
            table.decided = chosen
            table.save(update_fields=["is_taken", "decided"])
            current.decided[str(table.position)] = chosen
            if changed:
                _remember(current, table.signature, chosen, now)
        current.save(update_fields=["decided"])
        if again:
            begin(current, State.READING, now=now, in_background=in_background)
        return again


def _same_question(tables: Sequence[BatchTable], decided: dict[int, Json]) -> dict[int, Json]:
    """Return what was said of the coordinate system of one folder of KML, for the others that ask the same."""
    asking = {
        table.position: table for table in tables if table.mapping.get("crs", {}).get("why") == "format"
    }
    said = next((one for at, one in decided.items() if at in asking and one.get("crs")), None)
    if said is None:
        return {}
    answer = {"crs": said["crs"], "turned": said.get("turned", False)}
    return {
        at: {**table.decided, "taken": table.is_taken, **answer}
        for at, table in asking.items()
        if at not in decided and table.mapping["crs"]["turned"] == answer["turned"]
    }


def _remember(batch: Batch, signature: str, chosen: Json, now: datetime) -> None:
    decided = {name: chosen[name] for name in REMEMBERED if chosen.get(name)}
    Layout.objects.update_or_create(
        zone_id=batch.zone_id, signature=signature, defaults={"decided": decided, "by": batch.by, "at": now}
    )


def correct_cell(row: BatchRow, column: int, text: str, *, actor: User, now: datetime) -> BatchRow:
    """Write a cell anew and judge its row again; return the row as it is now.

    Raises:
        NotAllowed: it is somebody else's batch, or it is not being checked.
    """
    with transaction.atomic():
        batch = _checked(row.batch_id, actor)
        row = BatchRow.objects.select_related("table").get(pk=row.pk)
        table = row.table
        if (
            row.action == Action.SKIP
            or not 0 <= column < max(len(row.cells), len(table.headers) + 1, 1) + 200
        ):
            raise NotAllowed
        before = _counts(row, table, batch)
        cells = list(row.cells)
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = text.strip() or None
        row.cells, row.corrected = cells, {**row.corrected, str(column): text.strip()}
        with known_words(actor).used():
            _read(row)
        planner = Planner(actor, table_facts(table, actor), Directory(actor), now=now, lock=False)
        plan_rows([row], table, planner)
        after = _counts(row, table, batch)
        counts = Counter(table.counts)
        counts.subtract(before)
        counts.update(after)
        table.counts = dict(counts)
        table.save(update_fields=["counts"])
        row.save()
        return row


def _read(row: BatchRow) -> None:
    """Read a kept row as the parser would: a table of this one row; what its shape gave stays."""
    mapping = mapping_from_json(row.table.mapping)
    values = [cell_from_json(value) for value in row.cells]
    shaped = mapping.by_field(SHAPE_FIELD)
    sheet = Sheet(row.table.sheet or None) if shaped is None else LayerSheet(row.table.sheet or None)
    sheet.rows[row.number] = values
    headers = [Header(index, [header] if header else []) for index, header in row.table.headers]
    table = Table(sheet, [], headers, row.number, row.number)
    read = RowReader(table, mapping, rates={}, epoch_1904=False).read(row.number, values)
    before, said = row.facts, row.problems
    row.facts = {name: value for name, value in read.record.items() if value is not None}
    row.problems = problems_of_row(read)
    row.is_doubtful = read.status == "doubtful"
    skipped = read.status == "skipped"
    row.action = Action.SKIP if skipped else Action.REFUSE if read.status == "rejected" else Action.CREATE
    if shaped is not None:
        from sanku.intake.parcels import kept_of  # loads the libraries of shapes

        put_shape(row, *kept_of(before, said, row.facts, shaped.index))


def _counts(row: BatchRow, table: Any, batch: Batch) -> Counter[str]:
    counts: Counter[str] = Counter()
    count_rows([row], table, counts, rates_on(batch.zone, timezone.localdate(batch.created_at)))
    return counts


def drop_row(row: BatchRow, dropped: bool, *, actor: User) -> None:
    """Leave a row out of what will be saved, or take it in again.

    Raises:
        NotAllowed: it is somebody else's batch, or it is not being checked.
    """
    with transaction.atomic():
        _checked(row.batch_id, actor)
        BatchRow.objects.filter(pk=row.pk).update(is_dropped=dropped)
