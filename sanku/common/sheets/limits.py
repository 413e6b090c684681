"""What a file may cost before it is refused, so that a hostile one is turned away before it is expanded."""

import zipfile
from dataclasses import dataclass

from sanku.common.sheets.model import Refused, Sheet, Value

MAX_FILE_BYTES = 256 << 20
MAX_PART_BYTES = 768 << 20  # one XML part, unpacked; read as a stream, so this bounds time, not memory
MAX_TOTAL_BYTES = 1 << 30
MAX_RATIO = 220  # unpacked to packed, for parts large enough to matter; honest sheets stay under 100
RATIO_MATTERS_BYTES = 24 << 20
MAX_PARTS = 5_000
MAX_CELLS = 4_000_000
MAX_SLOTS = 24_000_000  # list places, empty ones between far-apart cells included
MAX_TEXT = 120_000_000  # characters in all cells together, a shared text counted each time it is used
MAX_SHARED_TEXT = 60_000_000
MAX_COLUMNS = 16_384
MAX_USED_COLUMNS = 2_000
MAX_ROWS = 1_048_576
MAX_MERGES = 50_000
MAX_SHEETS = 300


@dataclass(slots=True)
class Budget:
    """Counts what has been read of a file and refuses it when that passes the limits."""

    cells: int = 0
    slots: int = 0
    text: int = 0

    def put(self, sheet: Sheet, row: int, values: list[Value]) -> None:
        """Keep a row in the sheet, without its empty end, at its price."""
        while values and values[-1] is None:
            values.pop()
        if not values:
            return
        if row > MAX_ROWS or row < 1:
            raise Refused("expands_too_far", "rows")
        self.slots += len(values)
        for value in values:
            if value is not None:
                self.cells += 1
                if isinstance(value, str):
                    self.text += len(value)
        if self.cells > MAX_CELLS or self.slots > MAX_SLOTS or self.text > MAX_TEXT:
            raise Refused("expands_too_far", "cells")
        if len(values) > MAX_USED_COLUMNS and sum(value is not None for value in values) > MAX_USED_COLUMNS:
            raise Refused("expands_too_far", "columns")
        sheet.rows[row] = values


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse an archive whose directory announces too much, or whose parts are locked.

    Raises:
        Refused: password_protected or expands_too_far.
    """
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("password_protected", "zip")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_TOTAL_BYTES:
        raise Refused("expands_too_far", "archive")
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > MAX_PART_BYTES or (part.file_size > RATIO_MATTERS_BYTES and ratio > MAX_RATIO):
            raise Refused("expands_too_far", "part")
