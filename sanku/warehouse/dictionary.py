"""The data dictionary as text, for docs/base.md; a test keeps the page and the tables equal."""

from sanku.warehouse.tables import COMPANIES, COUNTS, INVESTMENTS, Table


def markdown(table: Table) -> str:
    """Return a table of the columns: name, type, unit, whether it may be empty, meaning."""
    lines = [
        f"### {table.name}",
        "",
        f"A row is {table.grain}. Order: {table.order}.",
        "",
        "| column | type | unit | empty | meaning |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        empty = "may be" if column.optional else "never"
        lines.append(f"| `{column.name}` | {column.kind} | {column.unit} | {empty} | {column.meaning} |")
    return "\n".join(lines)


def all_tables() -> str:
    """Return all tables of a version."""
    return "\n\n".join(markdown(table) for table in (COMPANIES, INVESTMENTS, COUNTS))
