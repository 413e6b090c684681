"""From rows of text to companies, as one Ibis expression that any engine can run.

It takes rows as read (`raw.COMPANIES`) beside what `columns.read_companies` found in their cells. What it says about a
row: `problem` is why it is refused, empty for a good one; `note_…` tell what could not be read in it.
"""

import re
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from sanku.common.names import LEGAL_FORMS
from sanku.warehouse import raw
from sanku.warehouse.cleaning.columns import READ
from sanku.warehouse.engine import Prepared, first_52_bits

if TYPE_CHECKING:
    import duckdb

LONGEST_NAME, LONGEST_TEXT = 200, 32_767  # characters; a spreadsheet's cell holds no more
# Regular expressions hold characters, not \u escapes, which DuckDB does not know. The longest form ends a name.
_FORMS = "|".join(re.escape(form) for form in sorted(LEGAL_FORMS, key=len, reverse=True))
_BRACKETED_FORM = r"\((有限合伙|普通合伙|集团|控股)\)"
_HAN = "[一-鿿]"


# Cells are there twice: as written, under `w_…`, and as read.
INPUT = pa.schema([field.with_name(f"w_{field.name}") for field in raw.COMPANIES] + list(READ))


def cored(rows: ir.Table) -> ir.Table:
    """Add the core of the normalised name, as `sanku.common.names.core_name` finds it."""
    name = rows.name_norm
    rows = rows.mutate(core_name=ibis.ifelse(name.contains("("), name.re_replace(_BRACKETED_FORM, ""), name))
    core = rows.core_name
    bracketed = core.contains("(") | core.contains(")")
    rows = rows.mutate(core_name=ibis.ifelse(bracketed, core.replace("(", "").replace(")", ""), core))
    # A form goes only where two characters stay; where the longest one leaves fewer, a shorter one may go.
    plain, bare = rows.core_name, rows.core_name.re_replace(f"({_FORMS})$", "")
    rows = rows.mutate(plain=plain, core_name=bare)
    rarely = rows.plain.re_extract(f"^(.{{2,}}?)({_FORMS})$", 1)
    rarely = ibis.ifelse(rarely == "", rows.plain, rarely)
    rows = rows.mutate(core_name=ibis.ifelse(rows.core_name.length() < 2, rarely, rows.core_name))
    for _ in range(2):
        rows = rows.mutate(core_name=_without_place_suffix(rows.core_name))
    return rows


def _without_place_suffix(core: ir.StringValue) -> ir.StringValue:
    """Drop 省 or 市 after two or three characters at the beginning."""
    third, fourth = core.substr(2, 1), core.substr(3, 1)
    return ibis.cases(
        (fourth.isin(("省", "市")) & core.re_search(f"^{_HAN}{{3}}"), core.substr(0, 3) + core.substr(4)),
        (third.isin(("省", "市")) & core.re_search(f"^{_HAN}{{2}}"), core.substr(0, 2) + core.substr(3)),
        else_=core,
    )


def status(words: ir.StringValue) -> ir.StringValue:
    """Return the registration status for what registers write: 存续, 吊销，未注销, 迁出, in business."""
    low = words.lower()

    def says(pattern: str) -> ir.BooleanValue:
        return low.re_search(pattern)

    return ibis.cases(
        (low.isnull(), "unknown"),
        (low.contains("注销") & ~low.contains("未注销"), "cancelled"),
        (says("吊销|撤销|revoked"), "revoked"),
        (says("迁出|moved"), "moved"),
        (says("cancelled|deregistered"), "cancelled"),
        (says("存续|在业|在营|开业|正常|迁入|有效|存活|active|in business"), "active"),
        else_="unknown",
    )


def listed(words: ir.StringValue) -> ir.ArrayValue:
    """Return the items of a list written with separators; null where there is none."""
    items = (
        words.re_replace("[;；,，、|]+", ";")
        .re_replace("^;+|;+$", "")
        .split(";")
        .map(lambda item: item.strip())
    )
    return ibis.ifelse(words.isnull(), ibis.null("array<string>"), items)


def industry(words: ir.StringValue) -> ir.StringValue:
    """Return a code of GB/T 4754: a letter and up to four digits, or digits that a letter can be given to."""
    plain = words.upper().re_replace("[^A-Z0-9]", "")
    return ibis.ifelse(plain.re_search("^[A-T]([0-9]{2,4})?$"), plain, ibis.null(str))


def _problem(rows: ir.Table) -> ir.StringValue:
    texts = (rows.w_business_scope, rows.w_address, rows.w_former_names, rows.w_short_names, rows.w_kind)
    return ibis.cases(
        (rows.name_norm == "", "no_name"),
        (rows.name_norm.length() > LONGEST_NAME, "name_too_long"),
        (~rows.name_norm.re_search("[^0-9.,()/-]"), "name_is_a_number"),
        (ibis.or_(*[ibis.coalesce(each.length(), 0) > LONGEST_TEXT for each in texts]), "text_too_long"),
        else_=ibis.null(str),
    )


def _weight(rows: ir.Table) -> ir.FloatingValue:
    """Return how large a company is: about 1 at ten million yuan, 3 at a billion; more for lists that name it."""
    of_capital = (1 + ibis.coalesce(rows.capital_cny, 0.0) / 1_100_000).log10()
    lists = ibis.coalesce(rows.honours.length(), 0)
    return (of_capital + ibis.least(lists * 0.3, 1.5)).cast("float32")


def _complete(rows: ir.Table) -> ir.IntegerValue:
    """Return how many cells say something: of two rows for one company the fuller one stays."""
    said = (
        rows.uscc, rows.region_code, rows.w_address, rows.industry_code, rows.registered_on, rows.capital_cny, rows.w_kind,
        rows.w_business_scope, rows.short_names, rows.former_names, rows.honours,
    )  # fmt: skip
    given = ibis.ifelse(rows.position_source == "given", 1, 0).fill_null(0)
    known = ibis.ifelse(rows.status != "unknown", 1, 0)
    return sum((ibis.ifelse(each.notnull(), 1, 0) for each in said), start=given + known).cast("int16")


def clean_companies(rows: ir.Table) -> ir.Table:
    """Return what is decided of companies: columns of `tables.COMPANIES`, and what deciding and sorting need beside them."""
    rows = cored(rows.mutate(place_key=ibis.coalesce(rows.region_code.substr(0, 4), "")))
    rows = rows.mutate(
        industry_code=industry(rows.w_industry_code),
        status=status(rows.w_status),
        short_names=listed(rows.w_short_names),
        former_names=listed(rows.w_former_names),
        honours=listed(rows.w_honours),
        key=ibis.coalesce(rows.uscc, rows.name_norm + "|" + rows.place_key),
    )
    return rows.select(
        "core_name", "short_names", "former_names", "industry_code", "status", "honours", "place_key", "key",
        company_id=first_52_bits(rows.key),
        weight=_weight(rows),
        province=ibis.coalesce(rows.region_code.substr(0, 2), "00"),
        complete=_complete(rows),
        problem=_problem(rows),
        note_code=rows.other_code.notnull(),
        note_date=rows.w_registered_on.notnull() & rows.registered_on.isnull(),
        note_capital=rows.w_capital.notnull() & rows.capital_cny.isnull(),
        note_industry=rows.w_industry_code.notnull() & rows.industry_code.isnull(),
        note_position=rows.w_lon.notnull() & ibis.coalesce(rows.position_source != "given", True),
        note_place=rows.region_code.isnull(),
        note_status=rows.w_status.notnull() & (rows.status == "unknown"),
    )  # fmt: skip


# What goes through as it was written or read: it would only be copied by the engine.
AS_IT_IS = {
    **{field.name: field.name for field in READ},
    "name": "w_name", "address": "w_address", "capital_text": "w_capital", "kind": "w_kind",
    "business_scope": "w_business_scope", "source": "w_source", "source_row": "w_source_row", "change": "w_change",
    "status_text": "w_status",
}  # fmt: skip


class Cleaner:
    """`clean_companies` ready to run on many Arrow tables; to be used by one thread at a time."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Compile the expression."""
        expression = clean_companies(ibis.table(ibis.Schema.from_pyarrow(INPUT), name="rows"))
        self._decided = Prepared(connection, expression, INPUT)

    def __call__(self, rows: pa.Table) -> pa.Table:
        """Return companies for rows of INPUT, in their order: what was decided, and what goes through as it is."""
        decided = self._decided(rows)
        found = {name: rows[column] for name, column in AS_IT_IS.items()}
        return pa.table(found | {name: decided[name] for name in decided.column_names})
