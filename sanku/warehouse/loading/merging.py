"""From blocks to a version: duplicates removed over all files, provinces sorted and written one after another.

Memory stays bounded: duplicates are looked for in buckets of keys, provinces are sorted a range at a time.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sanku.warehouse.engine import in_threads
from sanku.warehouse.loading.blocks import SUFFIX, Block
from sanku.warehouse.loading.sorting import Changes, Staged, write_provinces
from sanku.warehouse.loading.staging import REFUSED
from sanku.warehouse.progress import Tell
from sanku.warehouse.tables import INVESTMENTS
from sanku.warehouse.versions import ROWS_IN_A_GROUP

ROWS_OF_BUCKET = 6_000_000  # in DuckDB
ROWS_COMPARED = 10_000_000  # in a bucket, by number and hash: some 50 bytes a row
BUCKETS_AT_ONCE = 2
AT_ONCE = 1 + (os.cpu_count() or 1)  # blocks that are looked through
ROWS_TOGETHER = 100_000  # suspects handed to DuckDB at a time: some 30 MB


@dataclass(frozen=True)
class Blocks:
    """The staged blocks of a load, and where what is made of them goes."""

    folder: Path  # …/blocks
    version: Path  # the version in the making

    def pattern(self, end: str) -> str:
        """Return the glob of one kind of file of all blocks."""
        return str(self.folder / f"[0-9]*{end}")

    def any(self, end: str) -> bool:
        """Tell whether any block has such a file."""
        return next(self.folder.glob(f"[0-9]*{end}"), None) is not None

    @property
    def companies(self) -> list[Block]:
        """Return the blocks that hold companies, in order."""
        return [Block(path) for path in sorted(self.folder.glob(f"[0-9]*[0-9]{SUFFIX}"))]


def find_duplicates(connection: duckdb.DuckDBPyConnection, blocks: Blocks, rows: int) -> None:
    """Make the tables `losers` (staged rows that are another row's duplicate) and `renumbered` (ids that clash).

    Of rows with one code, the fullest stays, of equally full ones the last. A row without a code goes where another one
    has its name and city, with a code or not. Both are decided among `suspects`: rows whose number or hash is another
    row's too.
    """
    connection.execute("create or replace table losers (seq bigint, reason varchar)")
    connection.execute("create or replace table renumbered (seq bigint, company_id bigint)")
    _suspects(connection, blocks.companies, max(1, -(-rows // ROWS_COMPARED)))
    found = connection.execute("select count(*) from suspects").fetchone()
    buckets = max(1, -(-(found[0] if found else 0) // ROWS_OF_BUCKET))
    for bucket in range(buckets):
        connection.execute(
            f"""create or replace temp table ranked as
            select seq, company_id, key, uscc is not null as coded,
                row_number() over (partition by company_id, key order by complete desc, seq desc) as place
            from suspects where company_id % {buckets} = {bucket}"""
        )
        connection.execute(
            "insert into losers select seq, case when coded then 'duplicate_code' else 'duplicate_name' end from ranked where place > 1"
        )
        # 52 bits are few for tens of millions: where two keys meet in one number, the later key takes another one.
        connection.execute(
            """insert into renumbered
            select seq, ('0x' || left(md5(key || '#'), 13))::bigint from (
                select seq, key, row_number() over (partition by company_id order by key) as again
                from ranked where place = 1
                  and company_id in (select company_id from ranked where place = 1 group by 1 having count(*) > 1))
            where again > 1"""
        )
    connection.execute("drop table if exists ranked")
    for bucket in range(buckets):
        connection.execute(
            f"""insert into losers
            with part as (from suspects where alike % {buckets} = {bucket})
            select seq, 'duplicate_name' from part
            where uscc is null and seq not in (select seq from losers)
              and (name_norm, city) in (select name_norm, city from part where uscc is not null)"""
        )


SUSPECTS = [
    "seq",
    "company_id",
    "uscc",
    "alike",
    "name_norm",
    "region_code",
    "complete",
    "name",
    "source",
    "source_row",
]


def _suspects(connection: duckdb.DuckDBPyConnection, blocks: list[Block], buckets: int) -> None:
    """Make the table `suspects`: rows that share their number with another one, or one without a code its hash with a coded one."""
    connection.execute(
        """create or replace table suspects (seq bigint, company_id bigint, uscc varchar, alike ubigint, name_norm varchar,
        city varchar, key varchar, complete smallint, name varchar, source integer, source_row bigint)"""
    )
    if not blocks:
        return
    with ThreadPoolExecutor(BUCKETS_AT_ONCE) as pool:
        parts = list(pool.map(lambda bucket: _repeated(blocks, bucket, buckets), range(buckets)))
    numbers, hashes = (Known(np.sort(np.concatenate(part))) for part in zip(*parts, strict=True))
    schema = pa.schema(blocks[0].schema.field(name) for name in SUSPECTS)
    schema = schema.set(schema.get_field_index("region_code"), pa.field("region_code", pa.string()))
    found = pa.RecordBatchReader.from_batches(schema, gathered(_sharing(blocks, numbers, hashes)))
    connection.register("found", found)
    columns = ", ".join(name for name in SUSPECTS if name != "region_code")
    connection.execute(
        f"""insert into suspects by name
        select {columns}, coalesce(left(region_code, 4), '') as city,
            coalesce(uscc, name_norm || '|' || coalesce(left(region_code, 4), '')) as key from found"""
    )
    connection.unregister("found")


def _sharing(blocks: list[Block], numbers: "Known", hashes: "Known") -> Iterator[pa.RecordBatch]:
    """Yield the rows that have one of these numbers or hashes."""

    def of(block: Block) -> list[pa.RecordBatch]:
        found = []
        for batch in block.every(SUSPECTS):
            own = numbers.has(batch["company_id"].to_numpy()) | hashes.has(batch["alike"].to_numpy())
            if own.any():
                some = batch.take(pa.array(np.flatnonzero(own)))
                at = some.schema.get_field_index("region_code")
                found.append(some.set_column(at, "region_code", some["region_code"].cast(pa.string())))
        return found

    # In threads, so that the disk is not waited for; the last ones written are in the memory of the system yet.
    for found in in_threads(of, reversed(blocks), AT_ONCE):
        yield from found


def gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small batches together: for each that it is given DuckDB takes some 3 MB until all are inserted."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_TOGETHER:
            yield _one(held)
            held, rows = [], 0
    if held:
        yield _one(held)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    [batch] = pa.Table.from_batches(batches).combine_chunks().to_batches()
    return batch


def _repeated(blocks: list[Block], bucket: int, buckets: int) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return, in order, numbers that several rows have, and hashes that a row with a code and one without have.

    Only those that leave `bucket` when they are divided by `buckets`: so few enough for the memory.
    """
    numbers, coded, bare = [], [], []
    for block in blocks:
        ids, hashes, has_code = (column.to_numpy() for column in block.keys.columns)
        if buckets > 1:
            ids = ids[ids % buckets == bucket]
            inside = hashes % np.uint64(buckets) == bucket
            hashes, has_code = hashes[inside], has_code[inside]
        numbers.append(ids)
        coded.append(hashes[has_code])
        bare.append(hashes[~has_code])
    if not numbers:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    ids = np.concatenate(numbers)
    ids.sort()
    without = np.unique(np.concatenate(bare))
    having = np.concatenate(coded)
    having.sort()
    return np.unique(ids[1:][ids[1:] == ids[:-1]]), without[Known(having).has(without)]


class Known:
    """Numbers in order. Most that are looked for are none: that is told by their lowest bits, which fit the processor's cache."""

    def __init__(self, ordered: NDArray[Any]) -> None:
        """Mark the lowest bits of all numbers."""
        self.ordered, self.bits = ordered, ordered.dtype.type((1 << 20) - 1)
        self.marked = np.zeros(1 << 20, np.bool_)
        self.marked[(ordered & self.bits).astype(np.int64)] = True

    def has(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell which values are among the numbers."""
        found = np.zeros(len(values), np.bool_)
        maybe = np.flatnonzero(self.marked[(values & self.bits).astype(np.int64)])
        if len(maybe):
            at = self.ordered.searchsorted(values[maybe]).clip(0, len(self.ordered) - 1)
            found[maybe] = self.ordered[at] == values[maybe]
        return found


def changes(connection: duckdb.DuckDBPyConnection) -> Changes:
    """Return what `find_duplicates` decided."""
    gone = connection.execute("select distinct seq from losers order by 1").fetchnumpy()["seq"]
    found = connection.execute("select seq, company_id from renumbered order by 1").fetchnumpy()
    return Changes(gone, found["seq"], found["company_id"])


def write_companies(connection: duckdb.DuckDBPyConnection, blocks: Blocks, tell: Tell) -> None:
    """Write all provinces."""
    (blocks.version / "companies").mkdir(parents=True, exist_ok=True)
    write_provinces(Staged.of(blocks.companies), changes(connection), blocks.version / "companies", tell)


def write_refused(
    connection: duckdb.DuckDBPyConnection, blocks: Blocks, rows: str = "suspects"
) -> dict[str, int]:
    """Write what was refused and the duplicates into one file; return how many duplicates there were, by reason.

    Args:
        rows: a table that holds the `losers`.
    """
    folder = blocks.version / "refused"
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(REFUSED.names)
    parts = [
        f"""select source, source_row, losers.reason, name, uscc, null::varchar as sample
        from {rows} join losers using (seq)"""
    ]
    if blocks.any(".refused.parquet"):
        refused = blocks.pattern(".refused.parquet")
        parts.append(f"select {names} from read_parquet('{refused}', hive_partitioning=false)")
    connection.execute(
        f"copy (select {names} from ({' union all '.join(parts)}) order by source, source_row)"
        f" to '{folder / 'refused.parquet'}' (format parquet, compression zstd)"
    )
    found = connection.execute("select reason, count(*) from losers group by 1 order by 1").fetchall()
    return dict(found)


def write_investments(connection: duckdb.DuckDBPyConnection, blocks: Blocks) -> None:
    """Write investments once each, with the ids of the companies that the version holds."""
    folder = blocks.version / "investments"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "investments.parquet"
    if target.exists() or not blocks.any(".edges.parquet"):
        return
    connection.execute(
        f"""create or replace temp table edges as
        select distinct on (investor_norm, investor_uscc, investee_norm, investee_uscc, kind, invested_on, amount_cny) *
        from read_parquet('{blocks.pattern(".edges.parquet")}', hive_partitioning=false)
        order by source, source_row"""
    )
    link(connection, f"read_parquet('{blocks.version / 'companies'}/*.parquet', hive_partitioning=false)")
    copy_investments(connection, "from linked", target)


def copy_investments(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Write investments in their order, each once."""
    chosen = ", ".join(f'"{column.name}"' for column in INVESTMENTS.columns)
    unfinished = target.with_suffix(".new")
    connection.execute(
        f"""copy (
            select {chosen} from ({query})
            qualify row_number() over (partition by investor_name, investor_uscc, investee_name, investee_uscc, kind,
                invested_on, amount_cny order by source, source_row) = 1
            order by investor_id nulls last, invested_on, investee_name, source, source_row
        ) to '{unfinished}' (format parquet, compression zstd, row_group_size {ROWS_IN_A_GROUP})"""
    )
    unfinished.replace(target)


def link(connection: duckdb.DuckDBPyConnection, companies: str) -> None:
    """Make the table `linked`: edges with the ids of companies found by their code, else by a name that only one has."""
    connection.execute(
        f"""create or replace temp table by_code as
        select uscc, min(company_id) as company_id from {companies}
        where uscc in (select investor_uscc from edges union select investee_uscc from edges) group by 1"""
    )
    connection.execute(
        f"""create or replace temp table by_name as
        select name_norm, min(company_id) as company_id from {companies}
        where name_norm in (select investor_norm from edges union select investee_norm from edges)
        group by 1 having count(*) = 1"""
    )
    connection.execute(
        """create or replace temp table linked as
        select edges.* exclude (investor_norm, investee_norm),
            coalesce(oc.company_id, case when investor_uscc is null then o_n.company_id end) as investor_id,
            coalesce(ec.company_id, case when investee_uscc is null then e_n.company_id end) as investee_id
        from edges
        left join by_code oc on oc.uscc = investor_uscc left join by_name o_n on o_n.name_norm = investor_norm
        left join by_code ec on ec.uscc = investee_uscc left join by_name e_n on e_n.name_norm = investee_norm"""
    )
