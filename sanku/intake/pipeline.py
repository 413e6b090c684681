"""Reading a large file in a process of its own, ahead of the one that plans and keeps its rows.

The reading process knows no database. It is given a path and what the zone knows, and answers over pipes: the tables
it found, then the rows of each table it is asked for, a chunk at a time. A pipe holds less than a chunk, so that the
reader is one chunk ahead and waits. It ends with whoever started it: its commands end then.
"""

import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from sanku.common.geodata import LayerSheet, is_geodata
from sanku.common.sheets import Refused
from sanku.intake.kept import FileReader, FoundTable, Json, KeptRow, Known
from sanku.intake.mapping import Mapping as Columns

# Some 3,000 rows: a smaller file is read sooner than a second process has started.
SMALL_BYTES = 256 << 10
# Where memory runs out the reader is to go, not the worker: it can be started again.
OOM_SCORE = "600"


class ReaderDied(Exception):
    """The reading process ended before it had answered; `how` is its signal or exit code."""

    def __init__(self, code: int) -> None:
        self.how = signal.Signals(-code).name if -code in set(signal.Signals) else str(code)
        super().__init__(f"the process that reads the file ended: {self.how}")


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


class ReaderProcess:
    """The reading process, seen from the worker."""

    def __init__(self, path: str, kind: str, known: Known) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sanku.intake.pipeline"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._ask((path, kind, known))

    def tables(self) -> list[FoundTable]:
        """Wait until the cells are read and the tables found.

        Raises:
            Refused: see `sanku.common.sheets`.
            ReaderDied: somebody ended the process, or memory ran out.
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
            ReaderDied: somebody ended the process, or memory ran out.
        """
        assert adapt is None  # for shapes only
        self._ask((position, dict(decided)))
        return self._answer(), iter(self._answer, None)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent to it any more
                    pipe.close()

    def _ask(self, question: Any) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # the answer tells that it died, and how
            pickle.dump(question, self.process.stdin)
            self.process.stdin.flush()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        try:
            said, answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise ReaderDied(self.process.wait()) from None
        if said == "refused":
            raise Refused(*answer)
        if said == "failed":
            raise RuntimeError(f"in the process that reads the file:\n{answer}")
        return answer


# --- in the reading process


def serve() -> None:
    """Read the file that is asked for, and answer until there are no more questions."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write(OOM_SCORE)
    gc.set_threshold(
        100_000, 50, 100
    )  # a large table is hundreds of thousands of objects, all of them in use
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    questions: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()

    def tell(answer: Any, said: str = "") -> None:
        pickle.dump((said, answer), answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()

    try:
        reader = FileReader(*questions.get())
        tell(reader.tables())
        while True:
            mapping, chunks = reader.rows(*questions.get())
            tell(mapping)
            for chunk in chunks:
                tell(chunk)
            tell(None)
    except Refused as refused:
        tell((refused.reason, refused.detail), "refused")
    except BrokenPipeError:
        os._exit(1)
    except Exception:
        tell(traceback.format_exc(), "failed")


def _listen(questions: "queue.SimpleQueue[Any]") -> None:
    """Take questions; end this process when there can be none any more, in the middle of a file too."""
    try:
        while True:
            questions.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)


if __name__ == "__main__":
    serve()
