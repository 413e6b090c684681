"""Cleaned companies of a block on disk: an Arrow file that is not packed, a batch a province, read where it lies.

Packed, they took ten times as long to write and to read; they stay only until the version is whole.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SUFFIX = ".arrow"
_BATCHES = b"rows of provinces"


def write_block(path: Path, companies: pa.Table, provinces: NDArray[np.int8]) -> None:
    """Write companies in the order of their provinces, given as two digits a row."""
    companies = companies.combine_chunks()
    found, firsts, counts = np.unique(provinces, return_index=True, return_counts=True)
    batches = ",".join(f"{province:02}:{count}" for province, count in zip(found, counts, strict=True))
    schema = companies.schema.with_metadata({_BATCHES: batches.encode()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as out:
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True):
            for batch in companies.slice(first, count).to_batches():
                out.write_batch(batch)


@dataclass(frozen=True)
class Block:
    """A block of companies: which provinces it holds, and how many rows of each."""

    path: Path

    @cached_property
    def schema(self) -> pa.Schema:
        """Return the columns.

        Raises:
            ArrowInvalid: the file is not whole.
        """
        with pa.memory_map(str(self.path)) as file:
            return pa.ipc.open_file(file).schema

    @cached_property
    def batches(self) -> list[tuple[str, int]]:
        """Return the province of each batch and its rows."""
        told = self.schema.metadata[_BATCHES].decode()
        pairs = (each.split(":") for each in told.split(",") if each)
        return [(province, int(count)) for province, count in pairs]

    def read(self, batch: int, columns: list[str]) -> pa.Table:
        """Return columns of a batch. They lie in the file still: only what is looked at is read."""
        reader = pa.ipc.open_file(pa.memory_map(str(self.path)))
        return pa.Table.from_batches([reader.get_batch(batch).select(columns)])

    def every(self, columns: list[str]) -> list[pa.RecordBatch]:
        """Return columns of all batches, which lie in the file still as well."""
        reader = pa.ipc.open_file(pa.memory_map(str(self.path)))
        return [reader.get_batch(batch).select(columns) for batch in range(reader.num_record_batches)]


def is_whole(path: Path) -> bool:
    """Tell whether a block's file can be read: after a failure of power its end may be missing."""
    try:
        return bool(Block(path).schema)
    except (pa.ArrowInvalid, OSError):
        return False
