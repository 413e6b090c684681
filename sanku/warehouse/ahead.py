"""Files of a derived structure that the system does not hold in memory: read before they are needed, side by side.

A file that is mapped is read a fault at a time, each waiting for the disk. What a search is about to look at is asked for
at once instead (`File.want`), and a process that opens a structure reads all of it meanwhile (`read_all`).
"""

import mmap
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 1 << 20  # bytes read at once: who waits for the disk meanwhile waits for no more
GIVEN_WAY = 0.02  # seconds that a piece waits at most for those who need the disk now
NEAR = 4  # pages between two that are wanted that are read with them
SPARED = 2  # of what memory is free, one part in so many is filled
_PAGE = mmap.PAGESIZE


class File:
    """A file of numbers that is mapped into memory and read here and there."""

    def __init__(self, path: Path) -> None:
        """Map the file; a page that is missing is read alone, not with its neighbours."""
        found: Any = np.load(path, mmap_mode="r")
        self.path, self.numbers = path, np.asarray(found)
        self._map: mmap.mmap = found._mmap
        self._begin = os.path.getsize(path) - found.nbytes
        if hasattr(mmap, "MADV_RANDOM"):
            self._map.madvise(mmap.MADV_RANDOM)

    def want(self, firsts: NDArray[Any], ends: NDArray[Any]) -> None:
        """Let the system read parts of the numbers, in ascending order, while this thread goes on."""
        if not len(firsts) or not hasattr(mmap, "MADV_WILLNEED"):
            return
        size = self.numbers.itemsize
        low = (self._begin + firsts.astype(np.int64) * size) // _PAGE
        high = (self._begin + np.maximum(ends.astype(np.int64), 1) * size - 1) // _PAGE
        high = np.maximum.accumulate(np.maximum(low, high))
        apart = np.flatnonzero(low[1:] > high[:-1] + NEAR)
        begins = low[np.concatenate(([0], apart + 1))].tolist()
        lasts = high[np.concatenate((apart, [-1]))].tolist()
        for first, last in zip(begins, lasts, strict=True):
            length = min((last + 1) * _PAGE, len(self._map)) - first * _PAGE
            if length > 0:
                self._map.madvise(mmap.MADV_WILLNEED, first * _PAGE, length)

    def want_all(self) -> None:
        """Let the system read all of it, without holding up other threads."""
        if hasattr(os, "posix_fadvise"):
            with self.path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


class Turns:
    """Lets reading ahead wait while somebody needs the disk: hold it (`with`) meanwhile. By several threads."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._many, self._changed = 0, threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._many += 1

    def __exit__(self, *_error: object) -> None:
        with self._changed:
            self._many -= 1
            self._changed.notify_all()

    def give_way(self) -> None:
        """Wait until nobody needs it, but not for ever: where somebody always does, reading goes on slowly."""
        with self._changed:
            self._changed.wait_for(lambda: not self._many, GIVEN_WAY)


def read_all(folder: Path, turns: Turns | None = None) -> bool:
    """Read the files of a folder into the memory of the system, small ones first; tell whether it had room for all.

    What is there already costs next to nothing. One piece is under way at a time, so others find the disk free.
    """
    turns = turns or Turns()
    if not hasattr(os, "posix_fadvise"):
        return False
    try:
        for size, path in sorted((path.stat().st_size, path) for path in folder.iterdir()):
            if size > _free() // SPARED:
                return False
            with path.open("rb") as file:
                for at in range(0, size, PIECE):
                    turns.give_way()
                    os.posix_fadvise(file.fileno(), at, PIECE, os.POSIX_FADV_WILLNEED)
                    os.pread(file.fileno(), 1, min(at + PIECE, size) - 1)  # waits for the piece
    except OSError:  # the version was dropped meanwhile
        return False
    return True


def _free() -> int:
    """Return how many bytes of memory could be taken without taking them from a program."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0
