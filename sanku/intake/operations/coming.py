"""The rows that are to be saved, read a chunk at a time, and worked out beforehand where there are many of companies."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.queries import rates_on
from sanku.intake.ahead import Foreseer, KeptTexts, Zoned
from sanku.intake.models import BatchRow, BatchTable
from sanku.intake.planning.plan import Ready, RowFacts
from sanku.intake.rowview import WrittenRow, kept_columns
from sanku.intake.rules import Action

TO_SAVE = (Action.CREATE, Action.UPDATE)
# How many chunks beyond the one that is being saved are read, and given to be worked out.
AHEAD = 2


class RowToSave(NamedTuple):
    """A row that is to be saved, and what was worked out for it beforehand."""

    pk: int
    action: str
    texts: KeptTexts
    ready: Ready | None = None

    def planned(self, position: int, kept: Callable[[WrittenRow], dict[str, str]]) -> RowFacts:
        """Return the row as the planner takes it; `kept` finds what is kept as written."""
        if self.ready is not None:
            return RowFacts(position, ready=self.ready, read=lambda: self.texts.read(kept))
        return RowFacts(position, *self.texts.read(kept))


def foreseer_of(tables: Sequence[BatchTable], actor: User) -> Foreseer:
    """Start the process that works out what rows of tables of companies make."""
    now = timezone.now()
    return Foreseer(
        Zoned(
            zone_id=actor.zone_id,
            role=actor.role,
            rates=rates_on(actor.zone, timezone.localdate(now)),
            now=now,
            tables={
                table.pk: {name: getattr(table, name) for name in ("kind", "mapping", "headers", "decided")}
                for table in tables
            },
        )
    )


def rows_to_save(table: BatchTable, saved_to: int) -> QuerySet[BatchRow]:
    """Return the rows of a table that are to be saved and have not been."""
    # Not by batch: the table's own index gives them in their order, without sorting the whole.
    rows = BatchRow.objects.filter(table=table, pk__gt=saved_to, is_dropped=False, action__in=TO_SAVE)
    return rows.order_by("pk")


class Coming:
    """The rows of some tables from a mark on, each chunk read and worked out while the ones before it are saved.

    Nobody changes the rows of a batch that is being saved.
    """

    def __init__(
        self, tables: Sequence[BatchTable], saved_to: int, chunk: int, foreseer: Foreseer | None
    ) -> None:
        self.tables, self.read_to, self.chunk = deque(tables), saved_to, chunk
        self.foreseer = foreseer
        # With whether they were given to be worked out.
        self.chunks: deque[tuple[BatchTable, list[RowToSave], bool]] = deque()

    def take(self) -> tuple[BatchTable | None, list[RowToSave]]:
        """Return the next rows with their table; none when there are no more."""
        if not self.chunks and not self._read(
            foresee=False
        ):  # to wait for what is asked now would take longer
            return None, []
        while self.foreseer is not None and len(self.chunks) <= AHEAD and self._read(foresee=True):
            pass
        table, rows, is_asked = self.chunks.popleft()
        if is_asked and self.foreseer is not None:
            found = self.foreseer.answer(len(rows))
            rows = [row._replace(ready=ready) for row, ready in zip(rows, found, strict=True)]
        return table, rows

    def _read(self, *, foresee: bool) -> bool:
        """Read the next chunk; return whether there was one."""
        while self.tables:
            table = self.tables[0]
            cells = ["cells"] if kept_columns(table) else []
            texts = [Cast(name, TextField()) for name in ("facts", "problems", *cells)]
            found = rows_to_save(table, self.read_to).values_list("pk", "action", *texts)[: self.chunk]
            rows = [RowToSave(pk, action, KeptTexts(*kept)) for pk, action, *kept in found]
            if rows:
                self.read_to = rows[-1].pk
                is_asked = (
                    foresee
                    and self.foreseer is not None
                    and self.foreseer.ask(table.pk, [row.texts for row in rows])
                )
                self.chunks.append((table, rows, is_asked))
                return True
            self.tables.popleft()
        return False

    def end(self) -> None:
        """End the process that works rows out."""
        if self.foreseer is not None:
            self.foreseer.end()
