"""An invented national register: as large as asked for, the same for the same seed, no real company in it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from sanku.warehouse.engine import in_threads
from sanku.warehouse.progress import Tell, silent
from sanku.warehouse.synthesize.edges import edges
from sanku.warehouse.synthesize.places import places
from sanku.warehouse.synthesize.rows import BLOCK, block

AT_ONCE = 2  # blocks in the making; each takes about 400 MB


def synthesize(
    rows: int, out: Path, *, seed: int = 0, investments: Path | None = None, tell: Tell = silent
) -> None:
    """Write `rows` companies into a file (.csv or .parquet), or into a folder as one Parquet file a block.

    With `investments`, dated investments among them are written to that CSV, one for every twenty companies.
    """
    sheets = [_Sink(out)] + ([_Sink(investments)] if investments else [])
    try:
        done = 0
        for number, table in enumerate(_blocks(rows, seed)):
            sheets[0].write(table, number)
            if investments:
                sheets[1].write(edges(table, seed, number), number)
            done += min(BLOCK, rows - done)
            tell(done, rows)
        for sheet in sheets:
            sheet.finish()
    except BaseException:
        for sheet in sheets:
            sheet.give_up()
        raise


def _blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make blocks in threads, a few ahead of the one that is written."""
    where = places(seed)

    def made(number: int) -> pa.Table:
        return block(where, seed, number, min(BLOCK, rows - number * BLOCK))

    return in_threads(made, range(-(-rows // BLOCK)), AT_ONCE)


class _Sink:
    """A file that appears when it is whole, or a folder of files."""

    def __init__(self, out: Path) -> None:
        self.out, self.folder = out, out.suffix not in (".csv", ".parquet")
        self._writer: pa.csv.CSVWriter | pq.ParquetWriter | None = None
        (out if self.folder else out.parent).mkdir(parents=True, exist_ok=True)
        if not self.folder:
            handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
            self._unfinished = Path(name)
            self._file = open(handle, "wb")  # noqa: SIM115 - closed by finish or give_up

    def write(self, table: pa.Table, number: int) -> None:
        if self.folder:
            pq.write_table(table, self.out / f"part-{number:05}.parquet", compression="zstd")
            return
        if self._writer is None and self.out.suffix == ".csv":
            self._writer = pa.csv.CSVWriter(
                self._file, table.schema, write_options=pa.csv.WriteOptions(quoting_style="needed")
            )
        elif self._writer is None:
            self._writer = pq.ParquetWriter(self._file, table.schema, compression="zstd")
        self._writer.write_table(table)

    def finish(self) -> None:
        if not self.folder:
            if self._writer:
                self._writer.close()
            self._file.close()
            self._unfinished.chmod(0o644)
            self._unfinished.replace(self.out)

    def give_up(self) -> None:
        if not self.folder:
            self._file.close()
            self._unfinished.unlink(missing_ok=True)
