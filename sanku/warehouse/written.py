"""Files of numbers in the making."""

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def mapped_anew(path: Path, kind: DTypeLike, shape: tuple[int, ...]) -> "np.memmap[Any, Any]":
    """Make a file of numbers and map it into memory.

    Raises:
        OSError: the disk has no room for all of it. What is written into a map later could not be refused: the system would
            end the process.
    """
    found: np.memmap[Any, Any] = np.lib.format.open_memmap(path, "w+", np.dtype(kind), shape)
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return found


def let_go(array: NDArray[Any]) -> None:
    """Take the pages of a mapped file out of the memory of this process; what was written stays with the system."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
