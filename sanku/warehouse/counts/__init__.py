"""How many companies there are by region, industry, year of registration and status: exact, over the whole base."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sanku.warehouse.engine import compiled, duck, on_spark
from sanku.warehouse.progress import Tell, silent
from sanku.warehouse.tables import COMPANIES, COUNTS
from sanku.warehouse.versions import Version

BY = ("region_code", "industry", "year", "status")
# Without years there are far fewer rows than companies: what asks for none reads the second.
EVERY_YEAR, ALL_YEARS = "counts.parquet", "all_years.parquet"
WHOLE = {"region_code": 6, "industry": 3}  # characters of a code


def counts_of(companies: ir.Table) -> ir.Table:
    """Return companies counted by region, industry division, year and status: the same on every engine."""
    companies = companies.select(
        region_code=companies.region_code,
        industry=companies.industry_code.substr(0, 3),
        year=companies.registered_on.year().cast("int16"),
        status=companies.status,
        capital_cny=companies.capital_cny,
    )
    return companies.group_by(list(BY)).aggregate(
        companies=companies.count(), capital_cny=ibis.coalesce(companies.capital_cny.sum(), 0.0)
    )


def build(version: Version, folder: Path, tell: Tell = silent) -> None:
    """Count a version's companies province by province, and write the counts in their order."""
    _write(_counted(version.company_files, folder, tell), folder)


def renew(version: Version, before: Version, folder: Path, tell: Tell = silent) -> None:
    """Count only the provinces that an increment touched; the others count as in the version before."""
    touched = set(version.manifest["touched"])
    old = pq.read_table(before.derived("counts") / EVERY_YEAR)
    provinces = pc.fill_null(pc.utf8_slice_codeunits(old["region_code"], 0, 2), "00")
    kept = old.filter(pc.invert(pc.is_in(provinces, value_set=pa.array(sorted(touched), pa.string()))))
    files = [path for path in version.company_files if path.stem in touched]
    _write([kept, *_counted(files, folder, tell)], folder)


def _counted(files: list[Path], folder: Path, tell: Tell) -> list[pa.Table]:
    if on_spark():
        return _counted_on_spark(files, tell)
    sql = compiled(counts_of(ibis.table(ibis.Schema.from_pyarrow(COMPANIES.schema), name="companies")))
    found = []
    with duck(folder / "spill") as connection:
        for done, path in enumerate(files):
            connection.execute(
                f"create or replace temp view companies as from read_parquet('{path}', hive_partitioning=false)"
            )
            found.append(connection.execute(sql).to_arrow_table().cast(COUNTS.schema))
            tell(done + 1, len(files))
    return found


def _counted_on_spark(files: list[Path], tell: Tell) -> list[pa.Table]:
    """Count all files at once on the cluster, by the same expression."""
    from sanku.warehouse.cluster import session

    if not files:
        return []
    spark = session()
    spark.read.parquet(*(path.absolute().as_uri() for path in files)).createOrReplaceTempView("companies")
    companies = ibis.pyspark.connect(spark).table("companies")
    found = counts_of(companies).to_pyarrow().select(COUNTS.schema.names).cast(COUNTS.schema)
    tell(len(files), len(files))
    return [found]


def _write(parts: list[pa.Table], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "spill", ignore_errors=True)
    table = pa.concat_tables(parts) if parts else COUNTS.schema.empty_table()
    table = table.sort_by([(name, "ascending") for name in BY])
    pq.write_table(table, folder / EVERY_YEAR, compression="zstd")
    pq.write_table(
        summed(table, [name for name in BY if name != "year"]), folder / ALL_YEARS, compression="zstd"
    )


def summed(table: pa.Table, dimensions: list[str]) -> pa.Table:
    """Return companies and capital of a table of counts by some of its dimensions, in their order."""
    return (
        table.group_by(dimensions)
        .aggregate([("companies", "sum"), ("capital_cny", "sum")])
        .rename_columns([*dimensions, "companies", "capital_cny"])
        .sort_by([(name, "ascending") for name in dimensions])
    )


@dataclass(frozen=True)
class Counts:
    """The counts of a version, read when they are asked for."""

    folder: Path

    def by(
        self,
        dimensions: list[str],
        *,
        region: str = "",
        industry: str = "",
        years: tuple[int, int] | None = None,
        status: str = "",
        region_digits: int = 6,
        industry_characters: int = 3,
    ) -> pa.Table:
        """Return companies and capital summed by dimensions, of what begins with a region and an industry.

        `region_digits` 2 counts by province, 4 by city; `industry_characters` 1 by section.
        """
        is_by_year = years is not None or "year" in dimensions
        table = pq.read_table(self.folder / (EVERY_YEAR if is_by_year else ALL_YEARS))
        if region:
            table = table.filter(pc.starts_with(table["region_code"], region))
        if industry:
            table = table.filter(pc.starts_with(table["industry"], industry))
        if status:
            table = table.filter(pc.equal(table["status"], status))
        if years:
            table = table.filter(
                pc.and_(pc.greater_equal(table["year"], years[0]), pc.less_equal(table["year"], years[1]))
            )
        for name, length in (("region_code", region_digits), ("industry", industry_characters)):
            if length < WHOLE[name]:
                index = table.column_names.index(name)
                table = table.set_column(index, name, pc.utf8_slice_codeunits(table[name], 0, length))
        return summed(table, dimensions)


def open(folder: Path) -> Counts:
    """Open the counts of a version."""
    return Counts(folder)
