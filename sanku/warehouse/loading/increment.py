"""`sanku base load --increment`: a month's changes into a new version, rewriting only the provinces they touch.

A row changes the company that has its code, else its name and place: what it says replaces what was known, what it
leaves empty stays. 删除 in the column of changes takes a company out; 注销 and 吊销 change its status. Files of the
other provinces are the same files in both versions (hard links).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from sanku.warehouse.cleaning.values import morton_column
from sanku.warehouse.derive import derive
from sanku.warehouse.engine import duck
from sanku.warehouse.loading import load as whole
from sanku.warehouse.loading import merging, staging
from sanku.warehouse.loading.blocks import Block
from sanku.warehouse.loading.digests import Digests
from sanku.warehouse.loading.load import Bars, Order, Outcome, no_bars
from sanku.warehouse.loading.problems import LoadRefused, told
from sanku.warehouse.loading.sources import find
from sanku.warehouse.tables import COMPANIES
from sanku.warehouse.versions import ROWS_IN_A_GROUP, Base, Version

DELETED = "删除|移除|剔除|delete|remove"
NAMES = [column.name for column in COMPANIES.columns]
# Rows that are refused are duplicates, or changes of companies that nobody knows.
LOST = """(select seq, source, source_row, name, uscc from suspects
    union select seq, source, source_row, name, uscc from changes)"""
# Taken from the change only with the region or the position that they belong to.
OF_PLACE = {"region_code", "region_source", "lon", "lat", "position_source"}
SPECIAL = {
    "company_id",
    "status",
    "weight",
    "former_names",
    "name",
    "name_norm",
    "core_name",
    "initials",
} | OF_PLACE


def increment(
    base: Base, order: Order, bars: Bars = no_bars, say: Callable[[str], None] = lambda text: None
) -> Outcome:
    """Load changes into a new version of the current one.

    Raises:
        LoadRefused: there is no version yet, or what `load` refuses.
    """
    with told(), whole.alone(base, wait=order.wait, say=say):
        before = base.current()
        sources = find(order.files)
        with Digests(sources).running() as digests:
            digest = whole.digest_of(digests.all(bars(_("Checking files"))), order, kind="increment")
        for version in base.versions():
            if version.manifest.get("digest") == digest:
                return Outcome(base.use(version.name), fresh=False)
        if before is None:
            raise LoadRefused(_("The base is empty: load files with `sanku base load FILE…`."))
        with before.held():
            staged = whole.prepare(base, sources, order, digest, kind="increment")
            if not (staged / "manifest.json").exists():
                with whole.removed_if_refused(staged):
                    earlier = before.manifest["sources"]
                    tell = bars(_("Reading and cleaning"))
                    whole.read_all(sources, order, staged / "blocks", tell, partial=True, first=len(earlier))
                    blocks = merging.Blocks(staged / "blocks", staged)
                    sums = staging.totals(staging.markers(blocks.folder))
                    touched = apply(before, blocks, sums, bars)
                    whole.write_manifest(
                        staged,
                        sources,
                        order,
                        digest,
                        sums,
                        earlier,
                        before=before.name,
                        touched=touched,
                        changes=sums["changes"],
                    )
            if order.derived:
                derive(Version(staged), bars, before=before)
        return Outcome(whole.published(base, staged), fresh=True)


def apply(before: Version, blocks: merging.Blocks, sums: dict[str, Any], bars: Bars) -> list[str]:
    """Write the new version's files of the changes; return the provinces that were written anew."""
    spill = blocks.version / "spill"
    spill.mkdir(exist_ok=True)
    for table in ("companies", "investments"):
        (blocks.version / table).mkdir(exist_ok=True)
    with duck(spill) as connection:
        merging.find_duplicates(connection, blocks, sums["companies"])
        if blocks.companies:
            connection.register("staged", _rows(blocks.companies))
            _match(connection, before)
            connection.unregister("staged")
            _merge(connection)
        else:
            _no_changes(connection, before)
        _with_morton(connection)
        touched = _touched(connection)
        _link_untouched(before, blocks.version, touched)
        tell = bars(_("Sorting and writing"))
        for done, province in enumerate(touched):
            _rewrite(connection, before, blocks.version, province)
            tell(done + 1, len(touched))
        _investments(connection, before, blocks)
        sums["refused"] |= merging.write_refused(connection, blocks, LOST if blocks.companies else "suspects")
        kinds = connection.execute("select becomes, count(*) from outcome group by 1 order by 1").fetchall()
        sums["changes"] = dict(kinds)
    return touched


def _rows(blocks: list[Block]) -> pa.RecordBatchReader:
    """Return the staged rows, block by block, as plain text where blocks hold dictionaries."""
    schema = pa.schema(
        field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field
        for field in blocks[0].schema
    )
    batches = (batch.cast(schema) for block in blocks for batch in block.every(schema.names))
    return pa.RecordBatchReader.from_batches(schema, merging.gathered(batches))


def _scan(version: Version) -> str:
    files = ", ".join(f"'{path}'" for path in version.company_files)
    return f"read_parquet([{files}], hive_partitioning=false)"


def _match(connection: duckdb.DuckDBPyConnection, before: Version) -> None:
    """Make, of the `staged` rows, `changes` (one row a company that changes) and `old` (the rows of the base that they change)."""
    connection.execute(
        f"""create or replace table changes as
        select * replace (case when change is not null and regexp_matches(change, '注销') and status = 'unknown'
            then 'cancelled' when change is not null and regexp_matches(change, '吊销') and status = 'unknown'
            then 'revoked' else status end as status),
            coalesce(regexp_matches(lower(change), '{DELETED}'), false) as deleted,
            coalesce(left(region_code, 4), '') as city
        from staged where seq not in (select seq from losers)"""
    )
    # Which rows they are is found by few columns: all columns of all rows would be unpacked several times.
    connection.execute(
        f"""create or replace temp table found as
        with base as (select company_id, uscc, name_norm, region_code from {_scan(before)}),
        by_code as materialized (
            select base.company_id, base.uscc, changes.seq from base join changes on base.uscc = changes.uscc),
        by_name as (
            select base.company_id, base.uscc, changes.seq from base join changes
              on base.name_norm = changes.name_norm
             and coalesce(left(base.region_code, 4), '') = changes.city
            where (base.uscc is null or changes.uscc is null) and changes.seq not in (select seq from by_code))
        select company_id, seq from (from by_code union all from by_name)
        qualify row_number() over (partition by seq order by uscc is null, company_id) = 1
            and row_number() over (partition by company_id order by seq desc) = 1"""
    )
    connection.execute(
        f"""create or replace table old as
        select base.*, found.seq from {_scan(before)} base join found using (company_id)"""
    )
    connection.execute("drop table found")
    connection.execute(
        """create or replace table outcome as
        select changes.seq, case
            when old.seq is null and (deleted or changes.name is null) then 'unknown'
            when deleted then 'removed' when old.seq is null then 'added' else 'changed' end as becomes
        from changes left join old using (seq)"""
    )
    connection.execute(
        "insert into losers select seq, 'unknown_company' from outcome where becomes = 'unknown'"
    )


def _no_changes(connection: duckdb.DuckDBPyConnection, before: Version) -> None:
    """Make the tables of changes empty: there are investments only."""
    connection.execute(f"create table old as select *, null::bigint as seq from {_scan(before)} limit 0")
    connection.execute("create table outcome (seq bigint, becomes varchar)")
    connection.execute("create table merged as select * exclude (seq), 'x' as province from old limit 0")


def _merge(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `merged`: companies as they are after their change."""
    renamed = "old.seq is not null and c.name is not null and c.name_norm <> old.name_norm"
    moved = "(old.seq is null or c.region_source in ('given', 'address', 'city'))"
    placed = f"(c.position_source = 'given' or ({moved} and c.region_code is distinct from old.region_code))"
    chosen = {name: f"coalesce(c.{name}, old.{name})" for name in NAMES if name not in SPECIAL}
    chosen |= {
        name: f"case when c.name is null then old.{name} else c.{name} end"
        for name in ("name", "name_norm", "core_name", "initials")
    }
    chosen |= {
        name: f"case when {moved} then coalesce(c.{name}, old.{name}) else old.{name} end"
        for name in ("region_code", "region_source")
    }
    chosen |= {
        name: f"case when {placed} then c.{name} else coalesce(old.{name}, c.{name}) end"
        for name in ("lon", "lat", "position_source")
    }
    chosen["company_id"] = (
        "case when old.uscc is not distinct from coalesce(c.uscc, old.uscc) and old.seq is not null then old.company_id else c.company_id end"
    )
    chosen["status"] = "case when c.status = 'unknown' then coalesce(old.status, 'unknown') else c.status end"
    chosen["weight"] = (
        "case when c.capital_cny is null and old.seq is not null then old.weight else c.weight end"
    )
    chosen["former_names"] = (
        f"case when {renamed} then list_distinct(list_concat(coalesce(c.former_names, old.former_names, []), [old.name])) "
        "else coalesce(c.former_names, old.former_names) end"
    )
    columns = ", ".join(f"{chosen[name]} as {name}" for name in NAMES)
    connection.execute(
        f"""create or replace table merged as
        select *, coalesce(left(region_code, 2), '00') as province from (
            select {columns} from changes c left join old using (seq) join outcome using (seq)
            where becomes in ('added', 'changed'))"""
    )


def _with_morton(connection: duckdb.DuckDBPyConnection) -> None:
    """Give changed companies their place in the order."""
    table = connection.execute("select lon, lat from merged").to_arrow_table().combine_chunks()
    numbers = pa.table({"morton": _numbers(table)})
    connection.register("numbers", numbers)
    connection.execute("create or replace table merged as from merged positional join numbers")
    connection.unregister("numbers")


def _numbers(table: pa.Table) -> pa.Array:
    if not table.num_rows:
        return pa.array([], pa.int64())
    return morton_column(table["lon"].combine_chunks(), table["lat"].combine_chunks())


def _touched(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        """select coalesce(left(region_code, 2), '00') from old join outcome using (seq) where becomes <> 'unknown'
        union select province from merged order by 1"""
    ).fetchall()
    return [province for (province,) in found]


def _link_untouched(before: Version, version: Path, touched: list[str]) -> None:
    for path in before.company_files:
        target = version / "companies" / path.name
        if path.stem not in touched and not target.exists():
            _link(path, target)


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without links
        unfinished = target.with_suffix(".new")
        unfinished.write_bytes(path.read_bytes())
        unfinished.replace(target)


def _rewrite(connection: duckdb.DuckDBPyConnection, before: Version, version: Path, province: str) -> None:
    """Write a province anew: what it held and did not change, and what changed or came in, in their order."""
    target = version / "companies" / f"{province}.parquet"
    if target.exists():
        return
    columns = ", ".join(NAMES)
    parts = [f"select {columns}, morton from merged where province = '{province}'"]
    path = before.folder / "companies" / f"{province}.parquet"
    if path in before.company_files:
        numbers = pa.table({"morton": _numbers(pq.read_table(path, columns=["lon", "lat"]).combine_chunks())})
        connection.register("of_province", numbers)
        parts.append(
            f"""select {columns}, morton from
            (from read_parquet('{path}', hive_partitioning=false) positional join of_province) kept
            where company_id not in (
                select old.company_id from old join outcome using (seq) where becomes in ('changed', 'removed'))"""
        )
    joined = " union all ".join(parts)
    unfinished = target.with_suffix(".new")
    left = connection.execute(f"select count(*) from ({joined})").fetchone()
    if left and left[0]:
        connection.execute(
            f"""copy (select {columns} from ({joined}) order by morton, company_id)
            to '{unfinished}' (format parquet, compression zstd, row_group_size {ROWS_IN_A_GROUP})"""
        )
        unfinished.replace(target)


def _investments(connection: duckdb.DuckDBPyConnection, before: Version, blocks: merging.Blocks) -> None:
    """Link the investments, or write them anew where there are more of them or companies were taken out."""
    removed = connection.execute("select count(*) from outcome where becomes = 'removed'").fetchone()
    fresh = blocks.any(".edges.parquet")
    if not fresh and not (removed and removed[0]):
        for path in before.investment_files:
            _link(path, blocks.version / "investments" / path.name)
        return
    connection.execute(
        "create or replace temp table gone as select company_id from old join outcome using (seq) where becomes = 'removed'"
    )
    parts = [
        f"""select * replace (
            case when investor_id in (from gone) then null else investor_id end as investor_id,
            case when investee_id in (from gone) then null else investee_id end as investee_id)
        from read_parquet('{path}', hive_partitioning=false)"""
        for path in before.investment_files
    ]
    if fresh:
        connection.execute(
            f"create or replace temp table edges as select distinct * from read_parquet('{blocks.pattern('.edges.parquet')}')"
        )
        merging.link(
            connection, f"read_parquet('{blocks.version / 'companies'}/*.parquet', hive_partitioning=false)"
        )
        parts.append("from linked")
    merging.copy_investments(
        connection, " union all by name ".join(parts), blocks.version / "investments" / "investments.parquet"
    )
