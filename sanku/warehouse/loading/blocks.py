"""Cleaned companies of a block on disk: an Arrow file, a batch a province, each in order of place.

Packed by LZ4, which costs little, the blocks of tens of millions of rows stay in the memory of the system until they are
read again. What duplicates are found by stands in a small file beside: all rows of it are read more than once.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

SUFFIX, KEYS_SUFFIX = ".arrow", ".keys.arrow"
KEYS = ["company_id", "alike", "coded"]
Place = tuple[int, int]  # a Morton number and a company's number: where a row stands in its province
BEGIN, END = (0, 0), (int(np.iinfo(np.int64).max), 0)
_BATCHES = b"rows of provinces, by place"
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)


def write_block(path: Path, companies: pa.Table, provinces: NDArray[np.int8]) -> None:
    """Write companies in the order of their provinces, given as two digits a row, and of place within each."""
    companies = companies.combine_chunks()
    keys = companies.select(KEYS)
    with pa.OSFile(str(_keys_path(path)), "wb") as file, pa.ipc.new_file(file, keys.schema) as out:
        out.write_table(keys)
    found, firsts, counts = np.unique(provinces, return_index=True, return_counts=True)
    batches = ",".join(f"{province:02}:{count}" for province, count in zip(found, counts, strict=True))
    schema = companies.schema.with_metadata({_BATCHES: batches.encode()})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema, options=_PACKED) as out:
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True):
            for batch in companies.slice(first, count).to_batches():
                out.write_batch(batch)


def _keys_path(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(SUFFIX) + KEYS_SUFFIX)


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
        with pa.OSFile(str(self.path)) as file:
            return pa.ipc.open_file(file).schema

    @cached_property
    def batches(self) -> list[tuple[str, int]]:
        """Return the province of each batch and its rows."""
        told = self.schema.metadata[_BATCHES].decode()
        pairs = (each.split(":") for each in told.split(",") if each)
        return [(province, int(count)) for province, count in pairs]

    @property
    def keys(self) -> pa.Table:
        """Return what duplicates are found by, of all rows.

        Raises:
            ArrowInvalid: the file is not whole.
        """
        with pa.OSFile(str(_keys_path(self.path))) as file:
            return pa.ipc.open_file(file).read_all()

    def read(self, batch: int, columns: list[str], least: Place = BEGIN, most: Place = END) -> pa.RecordBatch:
        """Return columns of the rows of a batch from one place on, up to another one that is left out."""
        with pa.OSFile(str(self.path)) as file:
            rows = self._opened(file, [*columns, "morton", "company_id"]).get_batch(batch)
        first, end = _before(rows, least), _before(rows, most)
        rows = rows.select(columns)
        return rows if end - first == len(rows) else _copied(rows.slice(first, end - first))

    def every(self, columns: list[str]) -> list[pa.RecordBatch]:
        """Return columns of all batches."""
        with pa.OSFile(str(self.path)) as file:
            reader = self._opened(file, columns)
            return [reader.get_batch(batch).select(columns) for batch in range(reader.num_record_batches)]

    def _opened(self, file: pa.OSFile, columns: list[str]) -> pa.ipc.RecordBatchFileReader:
        """Return a reader of some columns, the others are not unpacked."""
        fields = sorted({self.schema.get_field_index(name) for name in columns})
        return pa.ipc.open_file(
            file, options=pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
        )


def _before(rows: pa.RecordBatch, place: Place) -> int:
    """Return how many rows stand before a place."""
    mortons = rows["morton"].to_numpy()
    first, end = mortons.searchsorted(place[0]), mortons.searchsorted(place[0], "right")
    return int(first + rows["company_id"].to_numpy()[first:end].searchsorted(place[1]))


def _copied(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the same rows in memory of their own, so that nothing holds the batch they came from."""
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
        with pa.OSFile(str(_keys_path(path))) as keys:
            pa.ipc.open_file(keys)
        return _BATCHES in (Block(path).schema.metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False
