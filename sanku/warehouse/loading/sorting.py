"""Writing the provinces of a version from staged blocks: each sorted by place, without duplicates, in bounded memory.

Blocks hold a row group a province (`staging`). A province too large to be sorted at once is cut into ranges of Morton
numbers, which are sorted and written one after another; two provinces are in the making at a time.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sanku.warehouse.tables import COMPANIES
from sanku.warehouse.versions import ROWS_IN_A_GROUP

ROWS_AT_ONCE = 400_000  # sorted at once by each worker: about 600 bytes a row, three times over
AT_ONCE = max(1, min(4, os.cpu_count() or 1))
# Columns of few values are written as dictionaries; to try the others costs more than it saves.
FEW_VALUES = [
    "short_names.list.element", "former_names.list.element", "honours.list.element", "region_code", "region_source",
    "position_source", "industry_code", "registered_on", "capital_cny", "capital_text", "status", "kind", "source", "weight",
]  # fmt: skip
NEEDED = [*COMPANIES.schema.names, "seq", "morton"]


@dataclass
class Changes:
    """What finding duplicates decided, by the number of the staged row: rows that go, and rows with another id."""

    gone: NDArray[np.int64]  # sorted
    renumbered: NDArray[np.int64]  # sorted
    ids: NDArray[np.int64]  # of `renumbered`, in its order

    def apply(self, rows: pa.Table) -> pa.Table:
        """Return the rows that stay, with their ids."""
        seq = rows["seq"].to_numpy()
        if len(self.renumbered):
            at = self.renumbered.searchsorted(seq).clip(0, len(self.renumbered) - 1)
            own = np.where(self.renumbered[at] == seq, self.ids[at], rows["company_id"].to_numpy())
            rows = rows.set_column(rows.column_names.index("company_id"), "company_id", pa.array(own))
        if not len(self.gone):
            return rows
        at = self.gone.searchsorted(seq).clip(0, len(self.gone) - 1)
        return rows.filter(pa.array(self.gone[at] != seq))


@dataclass
class Staged:
    """Where the rows of each province stand in the blocks."""

    blocks: list[tuple[Path, pq.FileMetaData]] = field(default_factory=list)
    groups: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, paths: list[Path]) -> "Staged":
        """Read the footers of the blocks."""
        staged = cls()
        for path in sorted(paths):
            footer = pq.read_metadata(path)
            for group in range(footer.num_row_groups):
                described = footer.row_group(group)
                province = _province_of(described)
                staged.groups[province].append((len(staged.blocks), group))
                staged.rows[province] += described.num_rows
            staged.blocks.append((path, footer))
        return staged

    def read(self, province: str, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the rows of a province block by block."""
        for block, group in self.groups[province]:
            path, footer = self.blocks[block]
            with pq.ParquetFile(path, metadata=footer) as file:
                yield file.read_row_group(group, columns=columns, use_threads=False)


def _province_of(group: pq.RowGroupMetaData) -> str:
    """Return the one province of a row group, from the statistics of its column."""
    columns = (group.column(index) for index in range(group.num_columns))
    return next(str(column.statistics.min) for column in columns if column.path_in_schema == "province")


def write_provinces(staged: Staged, changes: Changes, folder: Path, tell: Callable[[int, int], None]) -> None:
    """Write all provinces into a folder; a file that is there is whole already.

    Raises:
        OSError: the disk is full, or another failure of the system; whole files stay, so that a new run goes on.
    """
    names = sorted(staged.rows, key=lambda name: -staged.rows[name])
    total, done = sum(staged.rows.values()), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
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
    with pq.ParquetWriter(
        unfinished, COMPANIES.schema, compression="zstd", compression_level=1, use_dictionary=FEW_VALUES
    ) as out:
        for least, most in _ranges(staged, province):
            parts = [_between(rows, least, most) for rows in staged.read(province, NEEDED)]
            rows = changes.apply(pa.concat_tables(parts).combine_chunks())
            del parts
            order = np.lexsort((rows["company_id"].to_numpy(), rows["morton"].to_numpy()))
            rows = rows.select(COMPANIES.schema.names).take(pa.array(order)).cast(COMPANIES.schema)
            out.write_table(rows, row_group_size=ROWS_IN_A_GROUP)
    unfinished.replace(target)


def _ranges(staged: Staged, province: str) -> list[tuple[int, int]]:
    """Return ranges of Morton numbers, from inclusive, to exclusive, with about ROWS_AT_ONCE rows each."""
    end = np.iinfo(np.int64).max
    pieces = -(-staged.rows[province] // ROWS_AT_ONCE)
    if pieces == 1:
        return [(0, end)]
    numbers = np.concatenate([rows["morton"].to_numpy() for rows in staged.read(province, ["morton"])])
    numbers.sort()
    cuts = np.unique(numbers[np.arange(1, pieces) * len(numbers) // pieces])
    return list(zip([0, *map(int, cuts)], [*map(int, cuts), end], strict=True))


def _between(rows: pa.Table, least: int, most: int) -> pa.Table:
    numbers = rows["morton"]
    if least == 0 and most == np.iinfo(np.int64).max:
        return rows
    return rows.filter(pc.and_(pc.greater_equal(numbers, least), pc.less(numbers, most)))
