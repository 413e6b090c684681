"""A published version of the base from a few companies, as small as shows the behaviour."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sanku.common.names import core_name, initials, normalise
from sanku.warehouse.tables import COMPANIES
from sanku.warehouse.versions import Version


def company(number: int, name: str, **others: Any) -> dict[str, Any]:
    """Return a row of companies with the columns that every row has."""
    return {
        "company_id": number,
        "name": name,
        "name_norm": normalise(name),
        "core_name": core_name(name),
        "initials": initials(name),
        "status": "active",
        "weight": 0.0,
        "source": 0,
        "source_row": number + 2,
        **others,
    }


def version(folder: Path, companies: Iterable[dict[str, Any]], *, files: int = 2) -> Version:
    """Write companies into some files of a version, in the order given."""
    rows = list(companies)
    (folder / "companies").mkdir(parents=True)
    cut = -(-len(rows) // files) or 1
    named = []
    for number, first in enumerate(range(0, max(len(rows), 1), cut)):
        part = pa.Table.from_pylist(rows[first : first + cut], schema=COMPANIES.schema)
        name = f"part-{number:04d}.parquet"
        pq.write_table(part, folder / "companies" / name, row_group_size=7)
        named.append({"name": name, "rows": len(part)})
    manifest = {"companies": {"rows": len(rows), "files": named}, "investments": {"rows": 0, "files": []}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Version(folder)
