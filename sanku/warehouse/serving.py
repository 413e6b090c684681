"""What a web process keeps open of the current version: one derived structure, changed over when another is used.

A look at two files tells whether it is still the current one, so a version put to use is served from the next request
on. The version is held while it is open: it cannot be dropped under a reader.
"""

import threading
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from sanku.warehouse.versions import Base, Version

T = TypeVar("T")
State = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class Served(Generic[T]):
    """An open structure with its version. `mark` differs whenever the structure was made anew."""

    version: Version
    reader: T
    mark: str


class Serving(Generic[T]):
    """The structure `structure` of the current version, as `open_` opens its folder; `sign` is a file it always has."""

    def __init__(self, structure: str, sign: str, open_: Callable[[Path], T]) -> None:
        self._structure, self._sign, self._open = structure, sign, open_
        self._changing = threading.Lock()
        self._base, self._state, self._served = Path(), State(), None  # type: tuple[Path, State, Served[T] | None]

    def current(self, base: Path) -> Served[T] | None:
        """Return what the current version of a base offers, None where there is none or it lacks the structure.

        Raises:
            ValueError: the structure was made by another edition of the program.
        """
        served = self._served
        if served is not None and base == self._base and self._state == self._seen(base, served.version):
            return served
        with self._changing:
            for _again in range(3):
                version = Base(base).current()
                state = self._seen(base, version)
                if self._served is None or (base, state) != (self._base, self._state):
                    self._base, self._state, self._served = base, state, None
                    self._served = (
                        None if version is None or state[1] is None else self._opened(version, state)
                    )
                if self._seen(base, version) == state:
                    break
            return self._served

    def _seen(self, base: Path, version: Version | None) -> State:
        if version is None:
            return (_stamp(base / "current"), None)
        return (_stamp(base / "current"), _stamp(version.derived(self._structure) / self._sign))

    def _opened(self, version: Version, state: State) -> Served[T] | None:
        held = ExitStack()
        try:
            held.enter_context(version.held())
            found = Served(version, self._open(version.derived(self._structure)), repr(state))
        except FileNotFoundError:  # dropped meanwhile
            held.close()
            return None
        except BaseException:
            held.close()
            raise
        weakref.finalize(found, held.close)
        return found


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
