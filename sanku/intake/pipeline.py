"""Reading a large file in a process of its own, ahead of the one that plans and keeps its rows.

The reading process knows no database. It is given a path and what the zone knows, and answers: the tables it found,
then the rows of each table it is asked for, a chunk at a time. A pipe holds less than a chunk, so that the reader is
one chunk ahead and waits.
"""

import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from sanku.common.beside import Beside, questions_and_answers
from sanku.common.geodata import LayerSheet, is_geodata
from sanku.common.sheets import Refused
from sanku.intake.kept import FileReader, FoundTable, Json, KeptRow, Known
from sanku.intake.mapping import Mapping as Columns

# Some 3,000 rows: a smaller file is read sooner than a second process has started.
SMALL_BYTES = 256 << 10


class Source(Protocol):
    """What reads a file: `FileReader` in this process, `ReaderProcess` in another."""

    def tables(self) -> list[FoundTable]:
        """Read the cells and find the tables."""

    def layer(self, position: int) -> LayerSheet | None:
        """Return the layer of shapes in which a table lies, if it does."""

    def rows(
        self, position: int, decided: Mapping[str, Any], adapt: Callable[[Columns], None] | None = None
    ) -> tuple[Json, Iterator[list[KeptRow]]]:
        """Return what the columns of a table mean by what was decided, and its rows, a chunk at a time."""


@contextmanager
def reading(path: str, kind: str, known: Known) -> Iterator[Source]:
    """Open what reads a file: here if it is small or holds shapes, else in a process that ends with this context."""
    if os.path.getsize(path) < SMALL_BYTES or is_geodata(path):
        yield FileReader(path, kind, known)
        return
    process = ReaderProcess(path, kind, known)
    try:
        yield process
    finally:
        process.end()


class ReaderProcess(Beside):
    """The reading process, seen from the worker."""

    def __init__(self, path: str, kind: str, known: Known) -> None:
        super().__init__("sanku.intake.pipeline")
        self.ask((path, kind, known))

    def tables(self) -> list[FoundTable]:
        """Wait until the cells are read and the tables found.

        Raises:
            Refused: see `sanku.common.sheets`.
            Ended: somebody ended the process, or memory ran out.
        """
        found: list[FoundTable] = self._answer()
        return found

    def layer(self, position: int) -> None:
        """Return None: shapes are not read in a process of their own."""

    def rows(
        self, position: int, decided: Mapping[str, Any], adapt: Callable[[Columns], None] | None = None
    ) -> tuple[Json, Iterator[list[KeptRow]]]:
        """Return what the columns of a table mean by what was decided, and its rows as they come.

        Raises:
            Ended: somebody ended the process, or memory ran out.
        """
        assert adapt is None  # for shapes only
        self.ask((position, dict(decided)))
        return self._answer(), iter(self._answer, None)

    def _answer(self) -> Any:
        answer, kind = self.answer()
        if kind == "refused":
            raise Refused(*answer)
        if kind == "failed":
            raise RuntimeError(f"in the process that reads the file:\n{answer}")
        return answer


# --- in the reading process


def serve() -> None:
    """Read the file that is asked for, and answer until there are no more questions."""
    asked, tell = questions_and_answers()
    try:
        reader = FileReader(*asked())
        tell(reader.tables())
        while True:
            mapping, chunks = reader.rows(*asked())
            tell(mapping)
            for chunk in chunks:
                tell(chunk)
            tell(None)
    except Refused as refused:
        tell((refused.reason, refused.detail), "refused")
    except Exception:
        tell(traceback.format_exc(), "failed")


if __name__ == "__main__":
    serve()
