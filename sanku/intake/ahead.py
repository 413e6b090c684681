"""Working out beforehand, in a process beside the one that saves, what rows make where no company is known yet.

The process knows no database. It is given rows as they are kept, and answers for each with the company that the row
makes if none is known that it may mean (`planning.plan.Ready`), or None. Whoever saves looks for such companies itself, so
that it makes no difference when the answer was found, or whether there is one; it only saves what is the same anyway.
"""

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sanku.common.beside import Beside, Ended, questions_and_answers

logger = logging.getLogger(__name__)
# Rows of companies that make it worth while: the process needs the time in which some 3,000 rows are saved to start.
WORTH_WHILE = 8_000
Json = dict[str, Any]


class KeptTexts(NamedTuple):
    """What is kept of a row, as the JSON in which the database has it; cells are left empty where none is needed."""

    facts: str
    problems_text: str
    cells_text: str = "[]"

    @property
    def problems(self) -> list[Json]:
        """What is wrong with the row."""
        return [] if self.problems_text == "[]" else cast(list[Json], json.loads(self.problems_text))

    @property
    def cells(self) -> list[Any]:
        """The values as written."""
        return cast(list[Any], json.loads(self.cells_text))

    def read(self, kept: Callable[[Any], dict[str, str]]) -> tuple[Json, dict[str, str]]:
        """Return the facts, and by header what is kept as written (see `rowview.as_written_of`)."""
        return json.loads(self.facts), kept(self)


@dataclass(frozen=True, slots=True)
class Zoned:
    """What the process must know of the person, the zone and the day."""

    zone_id: int
    role: str
    rates: Mapping[str, Decimal]
    now: datetime
    tables: Mapping[int, Json]  # fields of `BatchTable` by its id, of the tables of companies


class Foreseer:
    """The process, seen from the one that saves. When it ends or fails, rows are saved as if it had never been."""

    def __init__(self, about: Zoned) -> None:
        self.tables = about.tables.keys()
        self.beside: Beside | None = Beside("sanku.intake.ahead")
        self.beside.ask(about)
        self.is_up = False

    def ask(self, table_id: int, rows: Sequence[KeptTexts]) -> bool:
        """Have rows worked out; return whether there will be answers, to be taken in this order.

        There will be none as long as the process has not started: that takes as long as some thousand rows.
        """
        if self.beside is None or table_id not in self.tables:
            return False
        if not self.is_up:
            if not self.beside.has_answered():
                return False
            self.is_up = True
            self.answer(0)
            return self.ask(table_id, rows)
        self.beside.ask((table_id, rows))
        return True

    def answer(self, count: int) -> list[Any]:
        """Wait for what was worked out for a number of rows: each `Ready` or None."""
        if self.beside is not None:
            try:
                found, failed = self.beside.answer()
                if not failed:
                    return cast(list[Any], found)
                logger.error("in the process that works out what rows make:\n%s", found)
            except Ended as ended:
                logger.warning("working out what rows make: %s", ended)
            self.end()
        return [None] * count

    def end(self) -> None:
        """End the process, whatever it does."""
        if self.beside is not None:
            self.beside.end()
            self.beside = None


# --- in the process beside


def serve() -> None:
    """Work rows out until there are no more questions."""
    import django

    asked, tell = questions_and_answers()
    django.setup()
    try:
        rows_of = _readers(asked())
        tell([])
        while True:
            table_id, rows = asked()
            tell(rows_of[table_id](rows))
    except Exception:
        tell(traceback.format_exc(), "failed")


def _readers(about: Zoned) -> dict[int, Any]:
    """Return for each table how its rows are worked out."""
    from sanku.accounts.models import User
    from sanku.common.bulk import blank
    from sanku.intake.models import BatchTable
    from sanku.intake.planning.plan import Ready, RowFacts, TableFacts
    from sanku.intake.planning.planner import Planner
    from sanku.intake.rowview import as_written_of, table_headers

    actor = blank(User, zone_id=about.zone_id, role=about.role)

    def reader(table: BatchTable) -> Any:
        facts = TableFacts(kind=table.kind, headers=table_headers(table))
        planner = Planner(actor, facts, cast(Any, None), now=about.now, lock=False)
        kept = as_written_of(table)

        def read(rows: Sequence[KeptTexts]) -> list[Ready | None]:
            found = []
            for texts in rows:
                facts, written = texts.read(kept)
                found.append(planner.foresee(RowFacts(0, facts, written), about.rates))
            return found

        return read

    return {pk: reader(blank(BatchTable, **fields)) for pk, fields in about.tables.items()}


if __name__ == "__main__":
    serve()
