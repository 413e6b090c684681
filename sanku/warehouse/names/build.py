"""Make the index of names of a version.

Memory: about 45 bytes a company at once for the order and the columns, and the tables of keys. Texts and lists are files
that are mapped; pages that were done with are let go, since they count as memory of the process.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.names import signs
from sanku.warehouse.names.columns import KEYED, Columns
from sanku.warehouse.names.mapped import created
from sanku.warehouse.names.postings import (
    DENSE,
    EVERY,
    Postings,
    Table,
    count,
    empty_table,
    fill,
    grown,
)
from sanku.warehouse.names.reader import Names
from sanku.warehouse.regions import gazetteer
from sanku.warehouse.versions import Version
from sanku.warehouse.written import let_go

COLUMNS = [
    "uscc",
    "name",
    "name_norm",
    "short_names",
    "former_names",
    "region_code",
    "industry_code",
    "honours",
]
BATCH = 262_144
TOGETHER = 8 * BATCH  # companies after which the pages of files are let go
STATUSES = (
    "active",
    "moved",
    "unknown",
    "revoked",
    "cancelled",
)  # as they are shown: what is gone comes last
LONGEST = 4000  # units of a company's names that are kept
Tell = Callable[[int, int], None]


def build(version: Version, folder: Path, tell: Tell) -> None:
    """Write the index of a version into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, steps = version.rows, 4 * version.rows
    order = ranked(version)
    columns = Columns(rows)
    starts = spool(version, folder, columns, lambda done: tell(done, steps))
    columns.write(folder, order)
    words = columns.words()
    del columns
    text, blocks = write_text(folder, starts, order)
    del starts
    tell(2 * rows, steps)
    (folder / "spool.tmp").unlink()
    np.save(folder / "rows.npy", order)
    del order
    initial_of = signs.initial_numbers()
    np.save(folder / "initial_of.npy", initial_of)
    Lists(text, blocks, rows, words, initial_of, folder).write(lambda done: tell(2 * rows + done, steps))
    facts = {
        "form": signs.FORM,
        "rows": rows,
        **words,
        "places": places(words["regions"]),
    }
    (folder / "index.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    Names(folder).warm()  # a server that opens it later finds the code of searches compiled


def ranked(version: Version) -> NDArray[np.uint32]:
    """Return the rows in the order in which companies are shown: active, large, shortly named ones first."""
    keys = np.empty(version.rows, np.uint64)
    at = 0
    for batch in batches(version, ["weight", "status", "name_norm"]):
        weight = np.clip(batch["weight"].to_numpy(zero_copy_only=False), 0, 15.99)
        small = (65_535 - (weight * 4096).astype(np.uint64)).astype(np.uint64)
        gone = pc.fill_null(pc.index_in(batch["status"], pa.array(STATUSES)), 2)
        gone = gone.to_numpy(zero_copy_only=False).astype(np.uint64)
        length = np.minimum(pc.utf8_length(batch["name_norm"]).to_numpy(zero_copy_only=False), 255).astype(
            np.uint64
        )
        number = np.arange(at, at + len(batch), dtype=np.uint64)
        keys[at : at + len(batch)] = (
            (gone << np.uint64(56)) | (small << np.uint64(40)) | (length << np.uint64(32)) | number
        )
        at += len(batch)
    keys.sort()
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)


def batches(version: Version, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Yield the companies of a version in the order of their rows."""
    for path in version.company_files:
        file = pq.ParquetFile(path)
        yield from file.iter_batches(BATCH, columns=columns)


def places(codes: list[str]) -> dict[str, list[str]]:
    """Return the names of province, city and county of region codes, and of the regions above them."""
    regions = gazetteer().regions
    whole = {
        above for code in codes for above in (code, code[:4] + "00", code[:2] + "0000") if above in regions
    }
    named = {}
    for code in sorted(whole):
        above = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
        named[code] = [regions[each].name for each in above if each in regions]
    return named


def marked(batch: pa.RecordBatch) -> tuple[str, NDArray[np.uint8]]:
    """Return the texts of a batch, each followed by ROW, and the flags of its rows (1: full-width brackets)."""
    begin, end, shown, row = (chr(each) for each in (signs.BEGIN, signs.END, signs.SHOWN, signs.ROW))
    names = clean(batch["name_norm"])
    wide = pc.replace_substring(pc.replace_substring(names, "(", "（"), ")", "）")
    is_wide = pc.and_(pc.equal(batch["name"], wide), pc.not_equal(batch["name"], names))
    is_plain = pc.or_(pc.equal(batch["name"], names), is_wide)
    texts = [begin, names, end]
    for column in ("short_names", "former_names"):
        others = normalised(batch[column], end + begin)
        some = pc.greater(pc.binary_length(others), 0)
        texts.append(pc.if_else(some, pc.binary_join_element_wise(begin, others, end, ""), ""))
    texts.append(pc.if_else(is_plain, "", pc.binary_join_element_wise(shown, clean(batch["name"]), "")))
    whole = pc.binary_join_element_wise(*texts, row, "")
    return "".join(whole.to_pylist()), is_wide.to_numpy(zero_copy_only=False).astype(np.uint8)


def clean(texts: pa.Array) -> pa.Array:
    """Return texts without the characters that mean something in the index."""
    return pc.replace_substring_regex(texts, "[\\x00-\\x08\ue000-\uf8ff]", "")


def normalised(lists: pa.Array, between: str) -> pa.Array:
    """Return the further names of each company as they are compared."""
    from sanku.common.names import normalise

    if lists.null_count == len(lists) or not len(lists.flatten()):
        return pa.array([""] * len(lists))
    return clean_marks(
        [between.join(map(normalise, filter(None, each or []))) for each in lists.to_pylist()], between
    )


def clean_marks(texts: list[str], between: str) -> pa.Array:
    """Return joined texts, none of which is only marks."""
    return pa.array([text if text.strip(between) else "" for text in texts])


def spool(
    version: Version, folder: Path, columns: Columns, tell: Callable[[int], None]
) -> NDArray[np.uint64]:
    """Write the texts by row into the file `spool.tmp`; return where each begins, one more than rows."""
    starts = np.zeros(version.rows + 1, np.uint64)
    at = units = 0
    with (folder / "spool.tmp").open("wb") as file:
        for batch in batches(version, COLUMNS):
            text, columns.flags[at : at + len(batch)] = marked(batch)
            columns.read(at, batch)
            written = signs.units_of(text)
            ends = np.flatnonzero(written == signs.ROW).astype(np.uint64) + np.uint64(units + 1)
            starts[at + 1 : at + 1 + len(batch)] = ends
            file.write(written.tobytes())
            units, at = units + len(written), at + len(batch)
            tell(at)
    return starts


def write_text(
    folder: Path, starts: NDArray[np.uint64], order: NDArray[np.uint32]
) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """Write the spooled texts by rank, in blocks; return them and where each block begins, and the last one ends."""
    spooled = np.memmap(folder / "spool.tmp", np.uint16, "r") if starts[-1] else np.zeros(0, np.uint16)
    blocks = np.zeros(-(-len(order) // signs.BLOCK) + 1, np.uint32)
    units = 0
    for first in range(0, len(order), BATCH):
        sizes = np.add.reduceat(
            _lengths(starts, order[first : first + BATCH]),
            np.arange(0, min(BATCH, len(order) - first), signs.BLOCK),
        )
        ends = units + np.cumsum(sizes + signs.BLOCK)
        units = int(ends[-1])
        if units >= 2**32:
            raise OverflowError("the names are longer than 4 billion characters")
        block = first // signs.BLOCK
        blocks[block + 1 : block + 1 + len(ends)] = ends
    text = created(folder / "text.npy", np.uint16, units)
    for first in range(0, len(order), TOGETHER):
        docs = order[first : first + TOGETHER]
        _gather(
            np.asarray(spooled), starts, docs, _lengths(starts, docs), blocks[first // signs.BLOCK :], text
        )
        let_go(text)
    np.save(folder / "blocks.npy", blocks)
    return text, blocks


def _lengths(starts: NDArray[np.uint64], rows: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return how many units of the spooled texts of some rows are kept."""
    whole = (starts[rows + np.uint32(1)] - starts[rows]).astype(np.int64) - 1
    kept: NDArray[np.int64] = np.minimum(whole, LONGEST)
    return kept


@njit(cache=True, nogil=True)
def _gather(
    texts: NDArray[np.uint16],
    starts: NDArray[np.uint64],
    rows: NDArray[np.uint32],
    lengths: NDArray[np.int64],
    blocks: NDArray[np.uint32],
    text: NDArray[np.uint16],
) -> None:
    """Copy the texts of some rows, the first of them that of a block, into their blocks."""
    at = np.int64(0)
    for doc in range(len(rows)):
        place, head = doc % signs.BLOCK, np.int64(blocks[doc // signs.BLOCK])
        if place == 0:
            at = head + signs.BLOCK
        source = np.int64(starts[rows[doc]])
        for unit in range(lengths[doc]):
            text[at + unit] = texts[source + unit]
        at += lengths[doc]
        text[head + place] = at - head - signs.BLOCK


class Lists:
    """Writes the lists of companies by key."""

    def __init__(
        self,
        text: NDArray[np.uint16],
        blocks: NDArray[np.uint32],
        rows: int,
        words: dict[str, list[str]],
        initial_of: NDArray[np.uint8],
        folder: Path,
    ) -> None:
        """Take what the keys are made of; the columns by rank stand in the folder already."""
        self.text, self.blocks, self.rows = text, blocks, rows
        self.initial_of, self.folder = initial_of, folder
        self.columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in KEYED}
        self.of_region = np.array([region_keys(code) for code in words["regions"]], np.uint32)
        self.of_industry = np.array([division_key(code) for code in words["industries"]], np.uint32)
        self.of_honours = (signs.HONOURS << 16) + np.arange(len(words["honours"]), dtype=np.uint32)
        self.of_honours[0] = 0

    def more(self, first: int, last: int) -> NDArray[np.uint32]:
        """Return the keys of filters of the companies `first` to `last`: province, city, industry, honours."""
        return np.column_stack(
            (
                self.of_region[self.columns["regions"][first:last]],
                self.of_industry[self.columns["industries"][first:last]],
                self.of_honours[self.columns["honours"][first:last]],
            )
        )

    def counted(self, tell: Callable[[int], None]) -> Table:
        """Count the bytes and companies of every list."""
        table, used, total = empty_table(1 << 17), 0, self.rows
        for first in range(0, total, BATCH):
            last, at = min(first + BATCH, total), first
            more = self.more(first, last)
            while at < last:
                at, used = count(
                    table, used, at, last, self.text, self.blocks, more[at - first :], self.initial_of
                )
                if at < last:
                    table = grown(table)
            let_go(self.text)
            tell(last)
        return table

    def write(self, tell: Callable[[int], None]) -> None:
        """Write all lists into the folder."""
        total, folder = self.rows, self.folder
        table = self.counted(tell)
        slots = np.flatnonzero(table.keys)
        slots = slots[np.argsort(table.keys[slots])]
        sizes = table.sizes[slots]
        kept = sizes <= max(total // DENSE, 64)
        starts, landmark_starts = (np.zeros(len(slots) + 1, np.int64) for _ in range(2))
        np.cumsum(np.where(kept, table.bytes[slots], 0), out=starts[1:])
        np.cumsum(np.where(kept, (sizes.astype(np.int64) - 1) // EVERY, 0), out=landmark_starts[1:])
        postings = Postings(
            table.keys[slots],
            sizes,
            starts,
            created(folder / "data.npy", np.uint8, int(starts[-1])),
            landmark_starts,
            created(folder / "landmark_docs.npy", np.uint32, int(landmark_starts[-1])),
            created(folder / "landmark_ats.npy", np.uint32, int(landmark_starts[-1])),
        )
        for name in ("keys", "sizes", "starts", "landmark_starts"):
            np.save(folder / f"{name}.npy", getattr(postings, name))
        lists = np.full(len(table.keys), -1, np.int64)
        lists[slots[kept]] = np.flatnonzero(kept)
        ends, counts = np.zeros(len(slots), np.int64), np.zeros(len(slots), np.uint32)
        table.lasts[:] = 0
        for first in range(0, total, BATCH):
            last = min(first + BATCH, total)
            fill(
                table, lists, ends, counts, first, last, self.text, self.blocks,
                self.more(first, last), self.initial_of, postings,
            )  # fmt: skip
            if last % TOGETHER == 0:
                for mapped in (self.text, postings.data, postings.landmark_docs, postings.landmark_ats):
                    let_go(mapped)
            tell(total + last)


def region_keys(code: str) -> tuple[int, int]:
    """Return the keys of the province and of the city that a region code names, 0 where it names none."""
    if len(code) != 6 or not code.isdigit():
        return 0, 0
    city = 0 if code.endswith("0000") else (signs.CITY << 16) | int(code[:4])
    return (signs.PROVINCE << 16) | int(code[:2]), city


def division_key(code: str) -> int:
    """Return the key of the division (GB/T 4754: a letter and two digits) of an industry code, 0 where it names none."""
    return (signs.DIVISION << 16) | int(code[:3], 36) if len(code) >= 3 and code[:3].isalnum() else 0
