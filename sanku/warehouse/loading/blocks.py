"""Cleaned companies of a block on disk: an Arrow file that is not packed, a batch a province, each in order of place.

Packed, they took ten times as long to write and to read; they stay only until the version is whole. Files are mapped,
so that only what is looked at is read, and let go at once: pages of a map count as memory of the process.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SUFFIX = ".arrow"
Place = tuple[int, int]  # a Morton number and a company's number: where a row stands in its province
BEGIN, END = (0, 0), (int(np.iinfo(np.int64).max), 0)
_BATCHES = b"rows of provinces, by place"


def write_block(path: Path, companies: pa.Table, provinces: NDArray[np.int8]) -> None:
    """Write companies in the order of their provinces, given as two digits a row, and of place within each."""
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

    def read(self, batch: int, columns: list[str], least: Place = BEGIN, most: Place = END) -> pa.RecordBatch:
        """Return columns of the rows of a batch from one place on, up to another one that is left out."""
        with pa.memory_map(str(self.path)) as file:
            rows = pa.ipc.open_file(file).get_batch(batch)
            first, end = _before(rows, least), _before(rows, most)
            return _copied(rows.select(columns).slice(first, end - first))

    def every(self, columns: list[str]) -> list[pa.RecordBatch]:
        """Return columns of all batches, read without what lies between: the rest need not fit the memory of the system."""
        options = pa.ipc.IpcReadOptions(
            included_fields=[self.schema.get_field_index(name) for name in columns], use_threads=False
        )
        with pa.OSFile(str(self.path)) as file:
            reader = pa.ipc.open_file(file, options=options)
            return [reader.get_batch(batch).select(columns) for batch in range(reader.num_record_batches)]


def _before(rows: pa.RecordBatch, place: Place) -> int:
    """Return how many rows stand before a place."""
    mortons = rows["morton"].to_numpy()
    first, end = mortons.searchsorted(place[0]), mortons.searchsorted(place[0], "right")
    return int(first + rows["company_id"].to_numpy()[first:end].searchsorted(place[1]))


def _copied(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the same rows in memory of their own, so that nothing holds the file they came from."""
    columns = []
    for column in rows.columns:
        own = pa.concat_arrays([column])
        if isinstance(own, pa.DictionaryArray):
            own = pa.DictionaryArray.from_arrays(own.indices, pa.concat_arrays([own.dictionary]))
        columns.append(own)
    return pa.RecordBatch.from_arrays(columns, schema=rows.schema)


def is_whole(path: Path) -> bool:
    """Tell whether a block's file can be read: after a failure of power its end may be missing.

    One of an earlier edition of Sanku, in another order, is not whole either.
    """
    try:
        return _BATCHES in (Block(path).schema.metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False
