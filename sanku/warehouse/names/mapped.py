"""Files of numbers that are mapped into memory while an index is made."""

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
