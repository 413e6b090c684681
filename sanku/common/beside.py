"""A process beside this one that answers questions over pipes, so that the second core has work too.

It is the interpreter anew with one module, not a fork: of this process's connections and threads it knows nothing. It
ends with whoever started it, as its questions end then, and is the first to go where memory runs out.
"""

import gc
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

# Where memory runs out the process beside is to go, not the one that started it: it can be done without or started again.
OOM_SCORE = "600"


class Ended(Exception):
    """The process ended before it had answered; `how` is its signal or exit code."""

    def __init__(self, code: int) -> None:
        self.how = signal.Signals(-code).name if -code in set(signal.Signals) else str(code)
        super().__init__(f"the process beside ended: {self.how}")


class Beside:
    """The process, seen from the one that started it."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, question: Any) -> None:
        """Send a question; it is taken at once, whatever the process does."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # the answer tells that it ended, and how
            pickle.dump(question, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()

    def answer(self) -> tuple[Any, str]:
        """Wait for the next answer; return it with what kind it is, empty of a plain one.

        Raises:
            Ended: somebody ended the process, or memory ran out.
        """
        assert self.process.stdout is not None
        try:
            answer, kind = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise Ended(self.process.wait()) from None
        return answer, kind

    def has_answered(self) -> bool:
        """Return whether the first part of an answer is here, or the process has ended; before any was taken."""
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], 0)[0])

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent to it any more
                    pipe.close()


# --- in the process beside

Ask = Callable[[], Any]
Tell = Callable[..., None]


def questions_and_answers() -> tuple[Ask, Tell]:
    """Return how to wait for the next question, and how to give an answer and, where it is no plain one, its kind."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
        score.write(OOM_SCORE)
    # A large table is hundreds of thousands of objects, all of them in use.
    gc.set_threshold(100_000, 50, 100)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    questions: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()

    def tell(answer: Any, kind: str = "") -> None:
        try:
            pickle.dump((answer, kind), answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            os._exit(1)

    return questions.get, tell


def _listen(questions: "queue.SimpleQueue[Any]") -> None:
    """Take questions; end this process when there can be none any more, in the middle of its work too."""
    try:
        while True:
            questions.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)
