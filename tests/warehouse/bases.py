"""Small bases for tests: invented companies, written the way a load writes them."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sanku.warehouse.tables import COMPANIES
from sanku.warehouse.versions import Base, Version

Row = dict[str, Any]
_DEFAULTS = {
    "name_norm": "", "core_name": "", "initials": "", "status": "active", "weight": 0.0, "source": 0, "source_row": 2,
}  # fmt: skip


def publish_base(folder: Path, rows: Sequence[Row], name: str = "2026-11", files: int = 2) -> Version:
    """Publish a version of these companies, in so many files; what a row lacks is empty."""
    staged = folder / "staging" / name
    (staged / "companies").mkdir(parents=True)
    share = -(-len(rows) // files) or 1
    listed = []
    for number in range(files):
        part = [
            {
                **dict.fromkeys(COMPANIES.schema.names),
                **_DEFAULTS,
                "name": f"示例{row['company_id']}有限公司",
                **row,
            }
            for row in rows[number * share : (number + 1) * share]
        ]
        table = pa.Table.from_pylist(part, schema=COMPANIES.schema)
        pq.write_table(table, staged / "companies" / f"{number}.parquet", row_group_size=50)
        listed.append({"name": f"{number}.parquet", "rows": len(part)})
    manifest = {
        "published_at": f"2026-11-26T00:00:00Z{name}",
        "companies": {"rows": len(rows), "files": listed},
        "investments": {"rows": 0, "files": []},
    }
    (staged / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Base(folder).publish(staged)


def invented_rows(count: int, seed: int = 1, *, around: tuple[float, float] = (116.6, 35.4)) -> list[Row]:
    """Invent companies: most near one city, others over the country, some without one or another value."""
    chance = Random(seed)
    rows = []
    for number in range(count):
        near = chance.random() < 0.8
        lon = around[0] + chance.gauss(0, 0.1) if near else chance.uniform(80, 130)
        lat = around[1] + chance.gauss(0, 0.1) if near else chance.uniform(20, 50)
        some = {
            "lon": round(lon, 6), "lat": round(lat, 6), "position_source": "given",
            "region_code": chance.choice(("370811", "370800", "370000", "310115", "440305", "")) or None,
            "industry_code": chance.choice(("C", "C34", "C3464", "C3841", "F5171", "A0111", "", None)),
            "registered_on": chance.choice((None, date(chance.randint(1980, 2026), 3, 1))),
            "capital_cny": chance.choice((None, 0.0, 1e6, 1e7, 12_345_678.9, 5e8)),
            "status": chance.choice(("active", "active", "cancelled", "revoked")),
            "honours": chance.choice((None, [], [], ["high_tech"], ["little_giant", "high_tech"])),
        }  # fmt: skip
        if chance.random() < 0.05:
            some["lon"] = some["lat"] = None
        rows.append({"company_id": (number * 7_919_000_003 + 17) % (1 << 52), **some})
    return rows
