"""Build the columns of the map from a version's Parquet files: sorted by Morton number, in bounded memory.

Companies without a position are left out. At any moment two or three columns of 8 bytes a company are in memory, at
60 million companies 1.5 GB.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sanku.warehouse.points.cells import ZOOMS, find_cells, word_middles
from sanku.warehouse.points.columns import CODED, EDITION, META
from sanku.warehouse.points.morton import morton, world_of
from sanku.warehouse.points.planes import BLOCK, WORDS, bits_for, blocks_for, fill_planes, find_bounds
from sanku.warehouse.versions import Version
from sanku.warehouse.written import mapped_anew

Tell = Callable[[int, int], None]
Codes = NDArray[np.uint32]
_CHUNK = 1 << 21
_PASSES = 8  # over the rows: position, id, five coded columns, honours


def build(version: Version, folder: Path, tell: Tell) -> None:
    """Write the columns into a folder, whole or not at all.

    Raises:
        ValueError: made tiles do not show as many points as there are, so nothing may be served of them.
    """
    staged = folder.with_name(f"{folder.name}.{uuid.uuid4().hex[:8]}")
    staged.mkdir(parents=True)
    try:
        _Building(version, staged, tell).run()
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


class _Building:
    """One run: what has been read, and where it is written."""

    def __init__(self, version: Version, folder: Path, tell: Tell) -> None:
        self.version, self.folder, self.tell = version, folder, tell
        self.rows, self.done = version.rows, 0
        self.row_of = np.empty(0, np.uint32)  # the row of each point, in the points' order
        self.meta: dict[str, Any] = {"edition": EDITION, "rows": self.rows, "values": {}}

    def run(self) -> None:
        self._positions()
        self._ids()
        self._coded("industry", lambda batch: batch.column("industry_code"), "industry_code")
        self._coded("region", lambda batch: batch.column("region_code"), "region_code")
        self._coded("status", lambda batch: batch.column("status"), "status")
        self._coded("year", lambda batch: pc.year(batch.column("registered_on")), "registered_on")
        self._capital()
        self._honours()
        self.meta["points"] = len(self.row_of)
        (self.folder / META).write_text(json.dumps(self.meta, ensure_ascii=False), encoding="utf-8")
        self._verify()

    def _batches(self, *columns: str) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield (first row, batch) over all company files."""
        first = 0
        for path in self.version.company_files:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=1 << 18, columns=list(columns)):
                    yield first, batch
                    first += batch.num_rows
                    self.done += batch.num_rows
                    self.tell(self.done, self.rows * _PASSES)

    def _save(self, name: str, array: NDArray[Any]) -> None:
        np.save(self.folder / f"{name}.npy", array)

    def _save_ordered(self, name: str, column: NDArray[Any]) -> NDArray[Any]:
        """Write a column that stands in the order of rows in that of the points."""
        out = mapped_anew(self.folder / f"{name}.npy", column.dtype, (len(self.row_of),))
        for start in range(0, len(self.row_of), _CHUNK):
            out[start : start + _CHUNK] = column[self.row_of[start : start + _CHUNK]]
        out.flush()
        return out

    def _positions(self) -> None:
        numbers, present = np.empty(self.rows, np.uint64), np.zeros(self.rows, bool)
        for first, batch in self._batches("lon", "lat"):
            lon, lat = (_floats(batch.column(at)) for at in (0, 1))
            here = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # false where either is unknown
            numbers[first : first + len(lon)] = morton(
                *world_of(np.where(here, lon, 0), np.where(here, lat, 0))
            )
            present[first : first + len(lon)] = here
        rows = np.flatnonzero(present).astype(np.uint32)
        numbers = numbers[present]
        order = np.argsort(numbers, kind="stable")  # equal ones stay in the order of rows
        numbers, self.row_of = numbers[order], rows[order]
        del order, rows, present
        self._save("row", self.row_of)
        x, y = (_woven_half(numbers, half) for half in (0, 1))
        self._save("x", x)
        self._save("y", y)
        self._save("middles", word_middles(x, y))
        for zoom in ZOOMS:
            self._save(f"cells-{zoom}", find_cells(numbers, x, y, np.uint64(64 - 2 * zoom)))

    def _ids(self) -> None:
        column = np.empty(self.rows, np.uint64)
        for first, batch in self._batches("company_id"):
            column[first : first + batch.num_rows] = batch.column(0).to_numpy(zero_copy_only=False)
        self._save_ordered("id", column)

    def _coded(self, name: str, of: Callable[[pa.RecordBatch], Any], column: str) -> None:
        """Write a column of few values as codes in the order of the values; 0 is unknown."""
        known: dict[Any, int] = {None: 0, "": 0}
        codes = np.zeros(self.rows, np.uint32)
        for first, batch in self._batches(column):
            encoded = pc.dictionary_encode(of(batch), null_encoding="encode")
            local = [known.setdefault(value, len(known) - 1) for value in encoded.dictionary.to_pylist()]
            codes[first : first + batch.num_rows] = np.array(local, np.uint32)[encoded.indices.to_numpy()]
        values = sorted(value for value, code in known.items() if code)
        anew = np.zeros(len(known), np.uint32)
        for place, value in enumerate(values):
            anew[known[value]] = place + 1
        self.meta["values"][name] = values
        self._write_codes(name, anew[codes], len(values))

    def _capital(self) -> None:
        column, distinct = np.full(self.rows, np.nan), np.empty(0)
        for first, batch in self._batches("capital_cny"):
            column[first : first + batch.num_rows] = _floats(batch.column(0))
        for start in range(0, self.rows, _CHUNK):
            part = column[start : start + _CHUNK]
            distinct = np.union1d(distinct, part[np.isfinite(part)])
        codes = np.zeros(self.rows, np.uint32)
        for start in range(0, self.rows, _CHUNK):
            part = column[start : start + _CHUNK]
            found = np.searchsorted(distinct, part).astype(np.uint32) + 1
            codes[start : start + _CHUNK] = np.where(np.isfinite(part), found, 0)
        self._save("capital-values", distinct)
        self._write_codes("capital", codes, len(distinct))

    def _write_codes(self, name: str, codes: Codes, largest: int) -> None:
        ordered = self._save_ordered(f"code-{name}", codes.astype(np.min_scalar_type(largest)))
        shape = (blocks_for(len(ordered)), bits_for(largest), WORDS)
        if not len(ordered):
            self._save(f"planes-{name}", np.zeros(shape, np.uint64))
            self._save(f"bounds-{name}", np.zeros((0, 2), np.uint32))
            return
        planes = mapped_anew(self.folder / f"planes-{name}.npy", np.uint64, shape)
        for start in range(0, len(ordered), _CHUNK):
            part = np.asarray(ordered[start : start + _CHUNK]).astype(np.uint32)
            here = np.zeros((blocks_for(len(part)), *shape[1:]), np.uint64)
            fill_planes(part, here)
            planes[start // BLOCK : start // BLOCK + len(here)] = here
        planes.flush()
        self._save(f"bounds-{name}", find_bounds(ordered))

    def _honours(self) -> None:
        """Write which honours each point has as the code of a set, and of each honour which points have it."""
        sets: dict[tuple[str, ...], int] = {(): 0}
        codes = np.zeros(self.rows, np.uint32)
        for first, batch in self._batches("honours"):
            column = batch.column(0)
            some = np.flatnonzero(
                pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
            )
            for row, found in zip(some.tolist(), column.take(pa.array(some)).to_pylist(), strict=True):
                key = tuple(sorted({one for one in found if one}))
                codes[first + row] = sets.setdefault(key, len(sets))
        ordered = self._save_ordered("code-honours", codes.astype(np.min_scalar_type(len(sets))))
        names = sorted({one for key in sets for one in key})
        listed = []
        for name in names:
            having = np.array([name in key for key in sets])
            listed.append(np.flatnonzero(having[ordered]).astype(np.uint32))
        self.meta["values"]["honours"] = names
        self.meta["honour_sets"] = [",".join(key) for key in sets]
        self.meta["honour_ends"] = np.cumsum([len(each) for each in listed]).tolist()
        self._save("honour-points", np.concatenate([np.empty(0, np.uint32), *listed]))

    def _verify(self) -> None:
        """Count all points in the finished columns; this compiles what tiles need as well, so that no reader waits."""
        from sanku.warehouse.points.columns import Points
        from sanku.warehouse.points.tiles import counted, tile
        from sanku.warehouse.points.wanted import UNKNOWN, Wanted

        points = Points.open(self.folder)
        everyone = Wanted(statuses=tuple(points.values["status"]))
        for wanted in (Wanted(), everyone):
            found = counted(points, wanted, 0, 0, 0)
            if found != points.size:
                raise ValueError(f"{found} of {points.size} points counted")
        for wanted in (  # codes of each column have their own width
            Wanted(industries=(UNKNOWN,)),
            Wanted(regions=(UNKNOWN,)),
            Wanted(founded_from=0),
            Wanted(capital_min=0),
        ):
            counted(points, wanted, 0, 0, 0)
        if points.size:
            for zoom in (CODED_FROM_AFAR, NEAR):
                tile(points, everyone, zoom, *(int(half[0]) >> 32 - zoom for half in (points.x, points.y)))


CODED_FROM_AFAR, NEAR = 8, 14


def _floats(column: Any) -> NDArray[np.float64]:
    found: NDArray[np.float64] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _woven_half(numbers: NDArray[np.uint64], half: int) -> NDArray[np.uint32]:
    """Return every second bit of Morton numbers."""
    out = np.empty(len(numbers), np.uint32)
    for start in range(0, len(numbers), _CHUNK):
        part = (numbers[start : start + _CHUNK] >> np.uint64(half)) & np.uint64(0x5555555555555555)
        for shift, mask in (
            (1, 0x3333333333333333),
            (2, 0x0F0F0F0F0F0F0F0F),
            (4, 0x00FF00FF00FF00FF),
            (8, 0x0000FFFF0000FFFF),
            (16, 0x00000000FFFFFFFF),
        ):
            part = (part | (part >> np.uint64(shift))) & np.uint64(mask)
        out[start : start + _CHUNK] = part.astype(np.uint32)
    return out


assert CODED == ("industry", "region", "status", "year", "capital")
