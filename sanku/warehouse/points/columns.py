"""The columns of a version's points, opened as memory-mapped files, and the spans of codes that filters stand for.

meta.json               how many rows and points, the values of each column in the order of their codes
x, y, id, row           position (see `morton`), company_id and row number of each point
code-<column>           the code of its value: 0 unknown, else the value's place from 1
planes-<column>         the same codes bit by bit, bounds-<column>: the lowest and highest of each block (see `planes`)
code-honours            its set of honours; honour-points: the points of each honour, one honour after another
capital-values          the value of each code of capital, CNY
middles                 middle of every 64 points
cells-<zoom>            key, first point and middle of each cell that has points (see `cells`)
"""

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.points.cells import ZOOMS
from sanku.warehouse.points.encode import text_value, whole_value
from sanku.warehouse.points.wanted import UNKNOWN, Wanted

EDITION = 1  # changes with the files
META = "meta.json"
CODED = ("industry", "region", "status", "year", "capital")
Spans = NDArray[np.int64]


@dataclass(frozen=True)
class Points:
    """All points of a version, in Morton order."""

    size: int
    rows: int
    x: NDArray[np.uint32]
    y: NDArray[np.uint32]
    ids: NDArray[np.uint64]
    row: NDArray[np.uint32]
    codes: dict[str, NDArray[Any]]
    planes: dict[str, NDArray[np.uint64]]
    bounds: dict[str, NDArray[np.uint32]]
    values: dict[str, Any]  # of each column, in order
    honour_sets: list[str]
    honour_points: list[NDArray[np.uint32]]
    middles: NDArray[np.uint32]
    cells: dict[int, NDArray[np.uint32]] = field(repr=False)

    @classmethod
    def open(cls, folder: Path) -> "Points":
        """Open what `build` wrote.

        Raises:
            FileNotFoundError: there is nothing.
            ValueError: it was written by another edition; derive the version anew.
        """
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        if meta["edition"] != EDITION:
            raise ValueError(f"{folder} is of edition {meta['edition']}, not {EDITION}")

        def column(name: str) -> Any:
            path = folder / f"{name}.npy"
            # A file without values cannot be mapped.
            return np.asarray(np.load(path, mmap_mode="r" if meta["points"] else None))

        listed = (
            column("honour-points")
            if meta["honour_ends"] and meta["honour_ends"][-1]
            else np.empty(0, np.uint32)
        )
        return cls(
            size=meta["points"],
            rows=meta["rows"],
            x=column("x"),
            y=column("y"),
            ids=column("id"),
            row=column("row"),
            codes={name: column(f"code-{name}") for name in (*CODED, "honours")},
            planes={name: column(f"planes-{name}") for name in CODED},
            bounds={name: column(f"bounds-{name}") for name in CODED},
            values={**meta["values"], "capital": np.load(folder / "capital-values.npy")},
            honour_sets=meta["honour_sets"],
            honour_points=np.split(listed, meta["honour_ends"][:-1]) if meta["honour_ends"] else [],
            middles=column("middles"),
            cells={zoom: column(f"cells-{zoom}") for zoom in ZOOMS},
        )

    @cached_property
    def encoded(self) -> dict[str, list[bytes]]:
        """The values of each column but capital as they stand in a tile, from code 1 on."""
        found = {
            name: [text_value(value) for value in self.values[name]]
            for name in ("industry", "region", "status")
        }
        found["year"] = [whole_value(value) for value in self.values["year"]]
        found["honours"] = [text_value(value) for value in self.honour_sets[1:]]
        return found

    def spans(self, wanted: Wanted) -> list[tuple[str, Spans]]:
        """Return for each filter but honours the spans of codes that it leaves, the sharpest filters first."""
        found: list[tuple[str, Spans]] = []
        if wanted.regions:
            found.append(("region", self._below("region", wanted.regions, _region_prefix)))
        if wanted.industries:
            found.append(("industry", self._below("industry", wanted.industries, str)))
        if wanted.statuses:
            statuses: list[str] = self.values["status"]
            codes = sorted(statuses.index(one) + 1 for one in set(wanted.statuses) if one in statuses)
            found.append(("status", _joined([(code, code) for code in codes])))
        for name, low, high in (
            ("year", wanted.founded_from, wanted.founded_to),
            ("capital", wanted.capital_min, wanted.capital_max),
        ):
            if low is not None or high is not None:
                found.append((name, self._between(name, low, high)))
        return found

    def _below(self, name: str, asked: tuple[str, ...], prefix: Any) -> Spans:
        values: list[str] = self.values[name]
        spans = []
        for one in asked:
            if one == UNKNOWN:
                spans.append((0, 0))
                continue
            start = prefix(one)
            spans.append((bisect_left(values, start) + 1, bisect_left(values, start + "\U0010ffff")))
        return _joined(spans)

    def _between(self, name: str, low: float | None, high: float | None) -> Spans:
        values = self.values[name]
        first = 1 if low is None else bisect_left(values, low) + 1
        return _joined([(first, len(values) if high is None else bisect_right(values, high))])


def row_on_the_map(folder: Path, company_id: int) -> int | None:
    """Return the row of a company that has a point; None where it has none or no points are there."""
    try:
        ids, rows = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("id", "row"))
    except (OSError, ValueError):  # not derived, or empty
        return None
    if not 0 <= company_id < 1 << 52:
        return None
    here = np.flatnonzero(ids == np.uint64(company_id))
    return int(rows[here[0]]) if len(here) else None


def _region_prefix(code: str) -> str:
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def _joined(spans: list[tuple[int, int]]) -> Spans:
    """Return the spans in order, those that touch as one, empty ones left out."""
    found: list[list[int]] = []
    for low, high in sorted(spans):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return np.array(found, np.int64).reshape(-1, 2)
