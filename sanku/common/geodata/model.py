"""What the reader of geodata hands on: sheets whose rows have shapes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sanku.common.sheets import Sheet

if TYPE_CHECKING:
    from sanku.common.geodata.systems import Shapes


def _no_shapes() -> "Shapes":
    import numpy as np

    return np.empty(0, dtype=object)


@dataclass(slots=True)
class LayerSheet(Sheet):
    """A layer as a sheet: row 1 holds the names of its fields, the rows after it attributes, `shapes` their shapes.

    `shapes[n]` is of row n + 2, in the file's own numbers, None where there is none. `declared` is the coordinate
    system that the file names (a WKT or code), `is_stated` whether it says so itself or only its format does.
    `had_heights` tells that heights were left out.
    """

    shapes: "Shapes" = field(default_factory=_no_shapes)
    declared: str = ""
    is_stated: bool = False
    had_heights: bool = False

    def shape_row(self, number: int) -> int:
        """Return the place in `shapes` of a row."""
        return number - 2
