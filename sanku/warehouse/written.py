"""Files of numbers in the making."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike


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
