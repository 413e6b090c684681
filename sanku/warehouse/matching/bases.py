"""What rows are linked to: a published version of the national base, or a list of companies in memory."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.engine import threads_at_hand
from sanku.warehouse.matching import places, postings
from sanku.warehouse.matching.features import Row, address_of, four_digits, row_of
from sanku.warehouse.matching.parts import keys_of_each, names_of
from sanku.warehouse.matching.postings import Block, Postings, block_of
from sanku.warehouse.matching.repairs import read_code
from sanku.warehouse.matching.tidying import Cells, tidied
from sanku.warehouse.versions import Version
from sanku.warehouse.written import mapped_anew

if TYPE_CHECKING:
    import pyarrow as pa

Tell = Callable[[int, int], None]
STRUCTURE = "matching"
WORTH_PROCESSES = 500_000  # companies from which on further processes gain more than their start costs
READ = ["name", "uscc", "other_code", "region_code", "address", "short_names", "former_names"]
NAMED = ["name", "short_names", "former_names", "region_code"]


class Company(NamedTuple):
    """A company of a list, as it was written. `others` are short and former names."""

    name: str
    uscc: str = ""
    province: str = ""
    city: str = ""
    address: str = ""
    others: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        """Return it as it is compared: first each thing is put into its own cell."""
        return row_of(*tidied(Cells(*self[:5])), self.others)


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def _place_of(company: Company) -> int:
    where = places.read_place(company.province, company.city, "")
    return four_digits(where or places.read_place("", "", company.address))


class ListBase:
    """Companies in memory, numbered in order: a CSV, or the companies of a library."""

    def __init__(self, companies: Sequence[Company], tell: Tell = silent) -> None:
        """Index the companies by their names."""
        self.companies = companies
        self._rows: dict[int, Row] = {}
        self._codes: dict[str, int] = {}
        for number, company in enumerate(companies):
            code = read_code(company.uscc)
            if code:
                self._codes.setdefault(code, number)
        names, at = _keys_of((each.name, *each.others) for each in companies)
        fours = np.fromiter(map(_place_of, companies), np.int16, len(companies))
        block = block_of(names, at)
        self.postings = postings.make(lambda: [block], None, tell)
        self.places = fours[at]

    def by_code(self, codes: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the companies that have a code."""
        return {code: self._codes[code] for code in codes if code in self._codes}

    def read(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return companies by their numbers, as they are compared."""
        found: dict[int, Row] = {}
        for number in numbers:
            row = self._rows.get(number)
            if row is None:
                row = self._rows[number] = self.companies[number].row
            found[number] = row
        return found

    def close(self) -> None:
        """Do nothing: a list holds nothing open."""

    def codes_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the codes of companies, as they were written."""
        return {number: self.companies[number].uscc for number in numbers}


class Part(NamedTuple):
    """A group of rows of a version, and where the names that they are found by are written down."""

    file: Path
    group: int
    first: int  # its first row in the version
    aside: Path


def build(version: Version, folder: Path, tell: Tell) -> None:
    """Write the candidate index of a version into a folder: a derived structure, mapped into memory by its readers."""
    rows = max(1, version.rows)
    fours = mapped_anew(folder / "row_places.npy", np.int16, (rows,))
    # Taking names apart costs more than writing them down: the second reading is of what the first has written.
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        parts = list(_parts(version, Path(aside)))
        done = 0
        for part, places_of_part in zip(parts, _taken_apart(parts, version.rows), strict=True):
            fours[part.first : part.first + len(places_of_part)] = places_of_part
            done += len(places_of_part)
            tell(done, 2 * rows)
        postings.make(
            lambda: (_got(part.aside) for part in parts),
            folder,
            lambda done, total: tell(rows + rows * done // max(1, total), 2 * rows),
        )
    fours.flush()


def _parts(version: Version, aside: Path) -> Iterator[Part]:
    import pyarrow.parquet as pq  # a list needs none of it, and it takes long to start

    first = 0
    for path in version.company_files:
        metadata = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            rows = metadata.row_group(group).num_rows
            if rows:  # a province whose only companies are duplicates has a group without any
                yield Part(path, group, first, aside / str(first))
            first += rows


def _taken_apart(parts: Sequence[Part], rows: int) -> Iterator[NDArray[np.int16]]:
    """Write down what the rows of each part are found by; yield their places, in order."""
    workers = threads_at_hand()
    if workers == 1 or rows < WORTH_PROCESSES:
        yield from map(put, parts)
        return
    # Not forked: the engines that a reader of Parquet has started do not live through it.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(put, parts)


def put(part: Part) -> NDArray[np.int16]:
    """Write down what the rows of a part are found by; return where each is, as four digits of its region."""
    import pyarrow.parquet as pq

    table = pq.ParquetFile(part.file).read_row_group(part.group, columns=NAMED, use_threads=False)
    block = block_of(*_keys(table, part.first))
    part.aside.mkdir()
    for name in ("codes", "starts", "rows"):
        np.save(part.aside / f"{name}.npy", getattr(block, name))
    regions = table.column("region_code").to_pylist()
    return np.fromiter((int(code[:4]) if code else 0 for code in regions), np.int16, len(regions))


def _got(aside: Path) -> Block:
    return Block(*(np.load(aside / f"{name}.npy") for name in ("codes", "starts", "rows")))


def _keys(table: "pa.Table", first: int) -> tuple[list[str], NDArray[np.int64]]:
    columns = (table.column(name).to_pylist() for name in NAMED[:3])
    cells = ((name, *(short or ()), *(former or ())) for name, short, former in zip(*columns, strict=True))
    names, owners = _keys_of(cells)
    return names, first + owners


def _keys_of(cells: Iterable[tuple[str, ...]]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the keys of the names of some rows, and the row of each."""
    numbers: list[int] = []
    texts: list[str] = []
    for number, some in enumerate(cells):
        texts += some
        numbers += [number] * len(some)
    names, of_text = keys_of_each(texts)
    return names, np.array(numbers, np.int64)[of_text]


def _batches(version: Version, columns: list[str]) -> Iterator["pa.RecordBatch"]:
    import pyarrow.parquet as pq  # a list needs none of it, and it takes long to start

    for path in version.company_files:
        yield from pq.ParquetFile(path).iter_batches(columns=columns, batch_size=1 << 16)


class VersionBase:
    """A published version; its index where it is derived, else made for the occasion in a folder that goes with this."""

    def __init__(self, version: Version, tell: Tell = silent) -> None:
        """Open the version and its candidate index."""
        self.version = version
        self._held = ExitStack()
        self._held.enter_context(version.held())  # until this is closed: what is read must not be removed
        self._aside: tempfile.TemporaryDirectory[str] | None = None
        folder = version.derived(STRUCTURE)
        try:
            self.postings: Postings = postings.load(folder)
        except FileNotFoundError:
            self._aside = tempfile.TemporaryDirectory(prefix="sanku-matching-")
            folder = Path(self._aside.name)
            build(version, folder, tell)
            self.postings = postings.load(folder)
        self.places: NDArray[np.int16] = np.load(folder / "row_places.npy", mmap_mode="r")[self.postings.rows]

    def close(self) -> None:
        """Let go of the version."""
        self._held.close()

    def by_code(self, codes: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the rows that have a code: one pass over the column of codes."""
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = pa.array(sorted(set(codes)), pa.string())
        found: dict[str, int] = {}
        first = 0
        if len(wanted):
            for batch in _batches(self.version, ["uscc", "other_code"]):
                for column in batch.columns:
                    here = pc.index_in(column, value_set=wanted)
                    for at in np.flatnonzero(here.is_valid().to_numpy(zero_copy_only=False)):
                        found.setdefault(column[int(at)].as_py(), first + int(at))
                first += len(batch)
        return found

    def read(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return rows by their numbers, as they are compared."""
        return {number: _row(values) for number, values in self._read(numbers, READ)}

    def codes_of(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the codes of rows; the older or faulty one where there is no USCC."""
        return {
            number: values["uscc"] or values["other_code"] or ""
            for number, values in self._read(numbers, ["uscc", "other_code"])
        }

    def _read(self, numbers: Iterable[int], columns: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (number, values) in order: each row group that is needed is read once, one in memory at a time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = np.array(sorted(set(numbers)), np.int64)
        first = 0
        for path in self.version.company_files:
            file = pq.ParquetFile(path)
            for group in range(file.metadata.num_row_groups):
                end = first + file.metadata.row_group(group).num_rows
                some = wanted[np.searchsorted(wanted, first) : np.searchsorted(wanted, end)]
                if len(some):
                    table = file.read_row_group(group, columns=columns).take(pa.array(some - first))
                    yield from zip(some.tolist(), table.to_pylist(), strict=True)
                first = end


def _row(values: dict[str, Any]) -> Row:
    others = (*(values["short_names"] or ()), *(values["former_names"] or ()))
    region, address = values["region_code"], values["address"] or ""
    names = tuple(name for text in (values["name"], *others) for name in names_of(text))
    code = read_code(values["uscc"] or values["other_code"] or "")
    return Row(names, (region,) if region else places.read_place("", "", address), address_of(address), code)
