"""Files of numbers that are mapped into memory while an index is made."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.written import mapped_anew


def created(path: Path, kind: type[np.generic], size: int) -> NDArray[Any]:
    """Make a file of numbers and map it into memory."""
    return np.asarray(mapped_anew(path, kind, (size,))) if size else empty(path, kind)


def empty(path: Path, kind: type[np.generic]) -> NDArray[Any]:
    """Make a file of no numbers, which cannot be mapped."""
    np.save(path, np.zeros(0, kind))
    return np.zeros(0, kind)


def let_go(array: NDArray[Any]) -> None:
    """Take the pages of a mapped file out of the memory of this process; what was written stays with the system."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
