"""Writing the provinces of a version from staged blocks: each sorted by place, without duplicates, in bounded memory.

Blocks hold a batch a province, in order of place (`blocks`). A province too large to be sorted at once is cut into
ranges of places, which are sorted and written one after another: each takes its slice of every block, so a row is read
once. Two provinces are in the making at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sanku.warehouse.engine import threads_at_hand
from sanku.warehouse.loading.blocks import BEGIN, END, Block, Place
from sanku.warehouse.tables import COMPANIES
from sanku.warehouse.versions import ROWS_IN_A_GROUP

ROWS_AT_ONCE = 800_000  # sorted at once by each worker: about 400 bytes a row, three times over
EVERY = 64  # rows of which one is looked at to cut a province
# Columns of few values are written as dictionaries; to try the others costs more than it saves.
FEW_VALUES = [
    "short_names.list.element", "former_names.list.element", "honours.list.element", "region_code", "region_source",
    "position_source", "industry_code", "registered_on", "capital_cny", "capital_text", "status", "kind", "source", "weight",
]  # fmt: skip
# What rows are chosen by and lie together by, or nearly: the least and the most of names would let nothing be skipped.
SKIPPED_BY = [
    "company_id", "region_code", "lon", "lat", "industry_code", "registered_on", "capital_cny", "status", "weight", "source",
]  # fmt: skip
# These come as dictionaries and are written as they come; files say nothing of it, so that all are read as the tables' text.
AS_DICTIONARIES = ("region_code", "region_source", "position_source", "industry_code", "kind", "status")
NEEDED = [*COMPANIES.schema.names, "seq", "morton"]


@dataclass
class Changes:
    """What finding duplicates decided, by the number of the staged row: rows that go, and rows with another id."""

    gone: NDArray[np.int64]  # sorted
    renumbered: NDArray[np.int64]  # sorted
    ids: NDArray[np.int64]  # of `renumbered`, in its order

    def number(self, seq: NDArray[np.int64], ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the ids of rows, those that clash anew."""
        if not len(self.renumbered):
            return ids
        at = self.renumbered.searchsorted(seq).clip(0, len(self.renumbered) - 1)
        return np.where(self.renumbered[at] == seq, self.ids[at], ids)

    def stay(self, seq: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of the rows that stay."""
        if not len(self.gone):
            return np.arange(len(seq))
        at = self.gone.searchsorted(seq).clip(0, len(self.gone) - 1)
        return np.flatnonzero(self.gone[at] != seq)


@dataclass
class Staged:
    """Where the rows of each province stand in the blocks."""

    batches: dict[str, list[tuple[Block, int]]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, blocks: list[Block]) -> "Staged":
        """Read what the blocks hold."""
        staged = cls()
        for block in blocks:
            for batch, (province, rows) in enumerate(block.batches):
                staged.batches[province].append((block, batch))
                staged.rows[province] += rows
        return staged

    def read(
        self, province: str, columns: list[str], least: Place = BEGIN, most: Place = END
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows of a province from one place up to another, block by block."""
        for block, batch in self.batches[province]:
            yield block.read(batch, columns, least, most)


def write_provinces(staged: Staged, changes: Changes, folder: Path, tell: Callable[[int, int], None]) -> None:
    """Write all provinces into a folder; a file that is there is whole already.

    Raises:
        OSError: the disk is full, or another failure of the system; whole files stay, so that a new run goes on.
    """
    names = sorted(staged.rows, key=lambda name: -staged.rows[name])
    total, done = sum(staged.rows.values()), 0
    with ThreadPoolExecutor(threads_at_hand()) as pool:
        under_way = {
            pool.submit(_write_province, staged, changes, name, folder / f"{name}.parquet"): name
            for name in names
        }
        try:
            for finished in as_completed(under_way):
                finished.result()
                done += staged.rows[under_way[finished]]
                tell(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _write_province(staged: Staged, changes: Changes, province: str, target: Path) -> None:
    if target.exists():
        return
    unfinished = target.with_suffix(".new")
    schema = pa.schema(
        field.with_type(pa.dictionary(pa.int32(), pa.string())) if field.name in AS_DICTIONARIES else field
        for field in COMPANIES.schema
    )
    with pq.ParquetWriter(
        unfinished, schema, compression="zstd", compression_level=1, use_dictionary=FEW_VALUES, write_statistics=SKIPPED_BY,
        store_schema=False,
    ) as out:  # fmt: skip
        for least, most in _ranges(staged, province):
            rows = pa.Table.from_batches(staged.read(province, NEEDED, least, most))
            out.write_table(_in_order(rows, changes).cast(schema), row_group_size=ROWS_IN_A_GROUP)
    unfinished.replace(target)


def _in_order(rows: pa.Table, changes: Changes) -> pa.Table:
    """Return the rows that stay, with their ids, by their Morton numbers and ids."""
    seq = rows["seq"].to_numpy()
    ids = changes.number(seq, rows["company_id"].to_numpy())
    stay = changes.stay(seq)
    order = stay[np.lexsort((ids[stay], rows["morton"].to_numpy()[stay]))]
    others = [name for name in COMPANIES.schema.names if name != "company_id"]
    return rows.select(others).take(pa.array(order)).add_column(0, "company_id", pa.array(ids[order]))


def _ranges(staged: Staged, province: str) -> list[tuple[Place, Place]]:
    """Return ranges of places, from inclusive, to exclusive, with about ROWS_AT_ONCE rows each.

    Companies at one point are cut by their numbers: without coordinates, those of a whole district stand at one. (One
    that is numbered anew, of tens of millions, may then stand in the range of its number before.)
    """
    pieces = -(-staged.rows[province] // ROWS_AT_ONCE)
    if pieces == 1:
        return [(BEGIN, END)]
    some = [
        (rows["morton"].to_numpy()[::EVERY].copy(), rows["company_id"].to_numpy()[::EVERY].copy())
        for rows in staged.read(province, ["morton", "company_id"])
    ]
    mortons, numbers = (np.concatenate(part) for part in zip(*some, strict=True))
    order = np.lexsort((numbers, mortons))
    at = order[np.arange(1, pieces) * len(order) // pieces]
    cuts = sorted(set(zip(mortons[at].tolist(), numbers[at].tolist(), strict=True)))
    return list(pairwise([BEGIN, *cuts, END]))
