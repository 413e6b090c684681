"""From rows of text to dated investments, on Arrow: a few columns, the same for a block or a Spark batch."""

import pyarrow as pa
import pyarrow.compute as pc

from sanku.warehouse.cleaning.companies import NOTHING, read_codes
from sanku.warehouse.cleaning.places import known, read_regions
from sanku.warehouse.cleaning.text import normalise_column, whole
from sanku.warehouse.cleaning.values import capital_column, day_column

STAGED = pa.schema(
    [
        ("investor_uscc", pa.string()),
        ("investor_name", pa.string()),
        ("investor_norm", pa.string()),
        ("investee_uscc", pa.string()),
        ("investee_name", pa.string()),
        ("investee_norm", pa.string()),
        ("kind", pa.string()),
        ("invested_on", pa.date32()),
        ("amount_cny", pa.float64()),
        ("region_code", pa.string()),
        ("source", pa.int32()),
        ("source_row", pa.int64()),
        ("problem", pa.string()),
    ]
)


def clean_investments(rows: pa.Table) -> pa.Table:
    """Return investments as staged: codes checked, names normalised, places read; `problem` is why a row is refused."""
    column = {name: whole(rows[name]) for name in rows.column_names}
    investor_uscc, _, _ = read_codes(column["investor_uscc"])
    investee_uscc, _, registering = read_codes(column["investee_uscc"])
    column["county"] = pa.nulls(rows.num_rows, pa.string())
    region, _ = read_regions(column, registering)
    words = pc.fill_null(column["investment_kind"], "")
    branch = pc.or_(
        pc.match_substring_regex(words, "分支|分公司|branch", ignore_case=True),
        pc.and_(
            pc.equal(words, ""),
            pc.fill_null(pc.match_substring_regex(column["investee_name"], "分公司$|分店$"), False),
        ),
    )
    problem = pc.if_else(
        pc.is_null(column["investor_name"]),
        "no_investor",
        pc.if_else(pc.is_null(column["investee_name"]), "no_investee", NOTHING),
    )
    return pa.table(
        [
            investor_uscc,
            column["investor_name"],
            normalise_column(column["investor_name"]),
            investee_uscc,
            column["investee_name"],
            normalise_column(column["investee_name"]),
            pc.if_else(branch, "branch", "stake"),
            day_column(column["invested_on"]),
            capital_column(column["amount"]),
            known().texts.take(pa.array(known().at(region))),
            column["source"],
            column["source_row"],
            problem,
        ],
        schema=STAGED,
    )
