"""What rows look like before they are cleaned: columns of text under one set of names, whatever the file called them."""

import pyarrow as pa

# Every column is text as written; an absent one is null.
COMPANY_FIELDS = (
    "name", "uscc", "short_names", "former_names", "registered_on", "kind", "capital", "business_scope", "province",
    "city", "county", "region_code", "address", "lon", "lat", "industry_code", "status", "honours", "change",
)  # fmt: skip
INVESTMENT_FIELDS = (
    "investor_name", "investor_uscc", "investee_name", "investee_uscc", "investment_kind", "invested_on", "amount",
    "province", "city", "region_code", "address",
)  # fmt: skip
_PLACE_OF_ROW = [pa.field("source", pa.int32()), pa.field("source_row", pa.int64())]


def schema(fields: tuple[str, ...]) -> pa.Schema:
    """Return the schema of rows as read: the fields as text, and where each row stands."""
    return pa.schema([pa.field(name, pa.string()) for name in fields] + _PLACE_OF_ROW)


COMPANIES = schema(COMPANY_FIELDS)
INVESTMENTS = schema(INVESTMENT_FIELDS)
