"""The data dictionary of the national base: what each table holds, in which grain, unit and order.

A version of the base is a folder of Parquet files (zstd). Every engine reads the same files; what is derived from them
(search index, columns of the map, counts) stands beside them and goes with the version.
"""

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type and what it says."""

    name: str
    kind: pa.DataType
    meaning: str
    unit: str = ""
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table: what a row is, and in which order rows stand."""

    name: str
    grain: str
    order: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Return the schema that every file of the table has."""
        return pa.schema([pa.field(each.name, each.kind, each.optional) for each in self.columns])


_TEXT, _TEXTS, _DATE = pa.string(), pa.list_(pa.string()), pa.date32()

COMPANIES = Table(
    name="companies",
    grain="one registered company or branch (a branch has a code of its own), known by its code, else by name and place",
    order="province, then the Morton number of the position at zoom 22, then company_id; rows are numbered in this "
    "order over all files, from 0, and derived structures speak of these numbers",
    columns=(
        Column(
            "company_id",
            pa.int64(),
            "the same in every version: 52 bits of the md5 of the code, else of name and place",
            optional=False,
        ),
        Column(
            "uscc", _TEXT, "unified social credit code (GB 32100), 18 characters with a right check character"
        ),
        Column("other_code", _TEXT, "an older or faulty code, as found"),
        Column("name", _TEXT, "the registered name, trimmed", optional=False),
        Column(
            "name_norm", _TEXT, "the name as it is compared (sanku.common.names.normalise)", optional=False
        ),
        Column(
            "core_name",
            _TEXT,
            "what identifies: without legal form, brackets and 省/市 after a place",
            optional=False,
        ),
        Column("short_names", _TEXTS, "short and brand names"),
        Column("former_names", _TEXTS, "earlier registered names"),
        Column("initials", _TEXT, "pinyin initials of the name, lower case", optional=False),
        Column(
            "region_code",
            _TEXT,
            "six digits (GB/T 2260); ends in 00 where only the city, in 0000 where only the province is known",
        ),
        Column("region_source", _TEXT, "given, address, city or uscc: from what the region was read"),
        Column("address", _TEXT, "as registered"),
        Column("lon", pa.float64(), "longitude, WGS-84", "degrees"),
        Column("lat", pa.float64(), "latitude, WGS-84", "degrees"),
        Column(
            "position_source",
            _TEXT,
            "given, or place: the representative point of the region, not the company's own",
        ),
        Column(
            "industry_code",
            _TEXT,
            "GB/T 4754-2017: a letter and up to four digits; empty where the source has none",
        ),
        Column("registered_on", _DATE, "day of registration"),
        Column(
            "capital_cny", pa.float64(), "registered capital; empty where the currency has no rate", "CNY"
        ),
        Column("capital_text", _TEXT, "registered capital as written"),
        Column("kind", _TEXT, "legal form, as registered"),
        Column("status", _TEXT, "active, cancelled, revoked, moved or unknown", optional=False),
        Column("business_scope", _TEXT, "as registered"),
        Column("honours", _TEXTS, "codes of the lists that name it"),
        Column(
            "weight",
            pa.float32(),
            "how large it is, for ranking: 0 unknown, about 1 a medium firm, above 3 a giant",
            optional=False,
        ),
        Column("source", pa.int32(), "number of the source file in the version's manifest", optional=False),
        Column("source_row", pa.int64(), "row in that file, the header being row 1", optional=False),
    ),
)

INVESTMENTS = Table(
    name="investments",
    grain="one dated investment: an investor and the company or branch that it set up or put money into",
    order="investor_id, invested_on",
    columns=(
        Column(
            "investor_id", pa.int64(), "company_id of the investor; empty where the base does not hold it"
        ),
        Column("investor_uscc", _TEXT, "code of the investor"),
        Column("investor_name", _TEXT, "name of the investor", optional=False),
        Column(
            "investee_id",
            pa.int64(),
            "company_id of the company or branch; empty where the base does not hold it",
        ),
        Column("investee_uscc", _TEXT, "code of the company or branch"),
        Column("investee_name", _TEXT, "name of the company or branch", optional=False),
        Column("kind", _TEXT, "branch or stake", optional=False),
        Column("invested_on", _DATE, "day of the investment, else of the investee's registration"),
        Column("amount_cny", pa.float64(), "amount", "CNY"),
        Column("region_code", _TEXT, "where: six digits (GB/T 2260)"),
        Column("source", pa.int32(), "number of the source file in the version's manifest", optional=False),
        Column("source_row", pa.int64(), "row in that file, the header being row 1", optional=False),
    ),
)

COUNTS = Table(
    name="counts",
    grain="one region × industry division × year of registration that has companies; not active ones are apart",
    order="region_code, industry, year",
    columns=(
        Column("region_code", _TEXT, "six digits; empty: unknown"),
        Column("industry", _TEXT, "section letter and division of GB/T 4754, such as C34; empty: unknown"),
        Column("year", pa.int16(), "year of registration; empty: unknown"),
        Column("status", _TEXT, "as in companies", optional=False),
        Column("companies", pa.int64(), "how many", "companies", optional=False),
        Column("capital_cny", pa.float64(), "sum of registered capital, where known", "CNY", optional=False),
    ),
)
