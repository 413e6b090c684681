"""From blocks to a version: duplicates removed over all files, provinces sorted and written one after another.

Memory stays bounded: duplicates are looked for in buckets of keys, provinces are sorted by an engine that spills.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from sanku.warehouse.loading.sorting import Changes, Staged, write_provinces
from sanku.warehouse.loading.staging import REFUSED
from sanku.warehouse.progress import Tell
from sanku.warehouse.tables import INVESTMENTS
from sanku.warehouse.versions import ROWS_IN_A_GROUP

ROWS_OF_BUCKET = 6_000_000


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


COMPANY_BLOCKS = "[0-9].parquet"


def find_duplicates(connection: duckdb.DuckDBPyConnection, blocks: Blocks, rows: int) -> None:
    """Make the tables `losers` (staged rows that are another row's duplicate) and `renumbered` (ids that clash).

    Of rows with one code, the fullest stays, of equally full ones the last. A row without a code goes where another one
    has its name and place, with a code or not.
    """
    connection.execute("create or replace table losers (seq bigint, reason varchar)")
    connection.execute("create or replace table renumbered (seq bigint, company_id bigint)")
    if not blocks.any(COMPANY_BLOCKS):
        return
    source = f"read_parquet('{blocks.pattern(COMPANY_BLOCKS)}', hive_partitioning=false)"
    buckets = max(1, -(-rows // ROWS_OF_BUCKET))
    for bucket in range(buckets):
        connection.execute(
            f"""create or replace temp table repeated as
            select company_id from {source} where company_id % {buckets} = {bucket} group by 1 having count(*) > 1"""
        )
        connection.execute(
            f"""create or replace temp table ranked as
            select seq, company_id, key, uscc is not null as coded,
                row_number() over (partition by company_id, key order by complete desc, seq desc) as place
            from {source} where company_id in (from repeated)"""
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
            f"""create or replace temp table without_code as
            select seq, name_norm, place_key from {source} where uscc is null and hash(name_norm) % {buckets} = {bucket}"""
        )
        connection.execute(
            f"""insert into losers
            with coded as (
                select distinct name_norm, place_key from {source}
                where uscc is not null and (name_norm, place_key) in (select name_norm, place_key from without_code)
            )
            select seq, 'duplicate_name' from without_code
            where (name_norm, place_key) in (from coded) and seq not in (select seq from losers)"""
        )


def changes(connection: duckdb.DuckDBPyConnection) -> Changes:
    """Return what `find_duplicates` decided."""
    gone = connection.execute("select distinct seq from losers order by 1").fetchnumpy()["seq"]
    found = connection.execute("select seq, company_id from renumbered order by 1").fetchnumpy()
    return Changes(gone, found["seq"], found["company_id"])


def write_companies(connection: duckdb.DuckDBPyConnection, blocks: Blocks, tell: Tell) -> None:
    """Write all provinces."""
    (blocks.version / "companies").mkdir(parents=True, exist_ok=True)
    staged = Staged.of(list(blocks.folder.glob(f"[0-9]*{COMPANY_BLOCKS}")))
    write_provinces(staged, changes(connection), blocks.version / "companies", tell)


def write_refused(connection: duckdb.DuckDBPyConnection, blocks: Blocks) -> dict[str, int]:
    """Write what was refused and the duplicates into one file; return how many duplicates there were, by reason."""
    folder = blocks.version / "refused"
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    if blocks.any(".refused.parquet"):
        parts.append(
            f"select * from read_parquet('{blocks.pattern('.refused.parquet')}', hive_partitioning=false)"
        )
    if blocks.any(COMPANY_BLOCKS):
        parts.append(
            f"""select source, source_row, losers.reason, name, uscc, null::varchar as sample
            from read_parquet('{blocks.pattern(COMPANY_BLOCKS)}', hive_partitioning=false) join losers using (seq)"""
        )
    names = ", ".join(REFUSED.names)
    if parts:
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
