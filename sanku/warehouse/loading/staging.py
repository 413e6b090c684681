"""Blocks of rows cleaned and kept until all files are read: a load that was killed goes on after the last whole block.

staging/<name>/
  load.json                 what is loaded, by digest
  blocks/000012.arrow       companies of a block, a batch a province; 000012.keys.arrow what duplicates are found by
  blocks/000012.edges.parquet, 000012.refused.parquet
  blocks/000012.json        written last: the block is whole, and from where to read on
"""

import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sanku.common.coordinates import Datum
from sanku.warehouse import raw
from sanku.warehouse.cleaning.companies import clean_companies
from sanku.warehouse.cleaning.investments import clean_investments
from sanku.warehouse.loading.blocks import SUFFIX, is_whole, write_block
from sanku.warehouse.loading.problems import NOTES
from sanku.warehouse.loading.sources import Rows, State
from sanku.warehouse.tables import COMPANIES

REFUSED = pa.schema(
    [
        ("source", pa.int32()),
        ("source_row", pa.int64()),
        ("reason", pa.string()),
        ("name", pa.string()),
        ("uscc", pa.string()),
        ("sample", pa.string()),
    ]
)
SAMPLES = 5
# And `coded`, `seq`; of an increment `change` too.
STAGED = [*COMPANIES.schema.names, "morton", "complete", "alike"]
ROWS_OF_BLOCK = 1 << 24  # more than any block holds: numbers of staged rows do not meet


@dataclass
class Marker:
    """What a whole block says: the file it is of, where to read on, and what was counted."""

    source: int
    state: State
    companies: int = 0
    investments: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)


def write_whole(path: Path, text: str, *, lasting: bool = True) -> None:
    """Write a small file so that it is there whole or not at all.

    Args:
        lasting: it must outlive a failure of power too; that waits for all that was written to the disk before.
    """
    unfinished = path.with_suffix(path.suffix + ".new")
    with unfinished.open("w", encoding="utf-8") as out:
        out.write(text)
        if lasting:
            out.flush()
            os.fsync(out.fileno())
    unfinished.replace(path)


def markers(folder: Path) -> list[Marker]:
    """Return the markers of the whole blocks from the first on without a gap; what stands after a gap is removed."""
    found: list[Marker] = []
    while (marker := _marker(folder, len(found))) is not None:
        found.append(marker)
    for path in folder.glob("*"):
        if not path.name.split(".")[0].isdigit() or int(path.name.split(".")[0]) >= len(found):
            path.unlink()
    return found


def _marker(folder: Path, number: int) -> Marker | None:
    """Return the marker of a block, None where it or what it speaks of is not whole."""
    try:
        marker = Marker(**json.loads((folder / f"{number:06}.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None
    return marker if not marker.companies or is_whole(companies_path(folder, number)) else None


def companies_path(folder: Path, number: int) -> Path:
    """Return where the companies of a block lie."""
    return folder / f"{number:06}{SUFFIX}"


@cache
def _ready() -> None:
    raw_row = pa.Table.from_pylist(
        [{"name": "示例公司", "address": "示例路", "source": 0, "source_row": 2}], raw.COMPANIES
    )
    clean_companies(raw_row)


_making_ready = Lock()


def make_ready() -> None:
    """Load the compiled loops of cleaning and build their tables, once a process; who comes meanwhile waits."""
    with _making_ready:
        _ready()


def stage(rows: Rows, number: int, folder: Path, datum: Datum, *, partial: bool = False) -> Marker:
    """Clean a block and write it; the marker is written last, by the caller, in the order of blocks."""
    make_ready()
    marker = Marker(rows.source, rows.state)
    refused = [_refused_lines(rows)]
    if rows.kind == "companies":
        cleaned = clean_companies(rows.table, datum)
        if partial:  # the base knows the name of a code
            nameless = pc.and_(pc.equal(cleaned["problem"], "no_name"), pc.is_valid(cleaned["uscc"]))
            problem = pc.if_else(
                pc.fill_null(nameless, False), pa.scalar(None, pa.string()), cleaned["problem"]
            )
            cleaned = cleaned.set_column(cleaned.column_names.index("problem"), "problem", problem)
        good = np.flatnonzero(pc.is_null(cleaned["problem"]).to_numpy())
        marker.companies = len(good)
        marker.notes, marker.samples = notes(cleaned, good)
        refused.append(_refused_rows(cleaned.filter(pc.is_valid(cleaned["problem"])), "name", "uscc"))
        _write_by_province(cleaned, good, number, companies_path(folder, number), partial=partial)
    else:
        cleaned = clean_investments(rows.table)
        good = cleaned.filter(pc.is_null(cleaned["problem"])).drop_columns(["problem"])
        marker.investments = good.num_rows
        refused.append(
            _refused_rows(cleaned.filter(pc.is_valid(cleaned["problem"])), "investor_name", "investor_uscc")
        )
        pq.write_table(good, folder / f"{number:06}.edges.parquet", compression="lz4")
    turned_away = pa.concat_tables(refused)
    for value in pc.value_counts(turned_away["reason"].combine_chunks()).to_pylist():
        marker.refused[value["values"]] = value["counts"]
    if turned_away.num_rows:
        pq.write_table(turned_away, folder / f"{number:06}.refused.parquet", compression="zstd")
    return marker


def raw_path(folder: Path, number: int) -> Path:
    """Return where the raw rows of a block lie while a cluster cleans them."""
    return folder / f"{number:06}.raw.arrow"


def keep(marker: Marker, number: int, folder: Path) -> None:
    """Say that a block is whole."""
    write_whole(folder / f"{number:06}.json", json.dumps(asdict(marker), ensure_ascii=False), lasting=False)


def notes(cleaned: pa.Table, good: NDArray[np.int64]) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Return how many of the good rows have each note, and names of a few of them."""
    counts, samples = {}, {}
    for name in NOTES:
        noted = good[cleaned[name].to_numpy()[good]]
        if len(noted):
            counts[name] = len(noted)
            samples[name] = cleaned["name"].take(pa.array(noted[:SAMPLES])).to_pylist()
    return counts, samples


def _refused_lines(rows: Rows) -> pa.Table:
    count = len(rows.refused)
    return pa.table(
        [
            pa.array([rows.source] * count, pa.int32()),
            pa.array([row for row, _, _ in rows.refused], pa.int64()),
            pa.array([reason for _, reason, _ in rows.refused], pa.string()),
            pa.nulls(count, pa.string()),
            pa.nulls(count, pa.string()),
            pa.array([sample for _, _, sample in rows.refused], pa.string()),
        ],
        schema=REFUSED,
    )


def _refused_rows(rows: pa.Table, name: str, uscc: str) -> pa.Table:
    return pa.table(
        [
            rows["source"],
            rows["source_row"],
            rows["problem"],
            pc.utf8_slice_codeunits(rows[name], 0, 200),
            rows[uscc],
            pa.nulls(rows.num_rows, pa.string()),
        ],
        schema=REFUSED,
    )


def _write_by_province(
    cleaned: pa.Table, good: NDArray[np.int64], number: int, path: Path, *, partial: bool = False
) -> None:
    """Write the good rows by province and place, so that each part of a province is read later without the rest."""
    provinces = cleaned["province"].to_numpy()[good]
    numbers, mortons = (cleaned[name].to_numpy()[good] for name in ("company_id", "morton"))
    order = np.lexsort((numbers, mortons, provinces))
    companies = cleaned.select([*STAGED, *(["change"] if partial else [])]).take(pa.array(good[order]))
    companies = companies.append_column("coded", pc.is_valid(companies["uscc"]))
    companies = companies.append_column("seq", pa.array(order + number * ROWS_OF_BLOCK))
    write_block(path, companies, provinces[order])


def totals(found: list[Marker]) -> dict[str, Any]:
    """Return the sums of all markers."""
    sums: dict[str, Any] = {"companies": 0, "investments": 0, "refused": {}, "notes": {}, "samples": {}}
    for marker in found:
        sums["companies"] += marker.companies
        sums["investments"] += marker.investments
        for part in ("refused", "notes"):
            for name, count in getattr(marker, part).items():
                sums[part][name] = sums[part].get(name, 0) + count
        for name, values in marker.samples.items():
            sums["samples"][name] = (sums["samples"].get(name, []) + values)[:SAMPLES]
    return sums
