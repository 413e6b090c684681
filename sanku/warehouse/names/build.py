"""Make the index of names of a version.

Memory: about 60 bytes a company for the order and the columns, and the tables of keys; texts and lists are files.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.names import signs
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
    rank = np.empty(rows, np.uint32)
    rank[order] = np.arange(rows, dtype=np.uint32)
    columns = Columns(rows)
    spooled = spool(version, folder, columns, lambda done: tell(done, steps))
    text, text_starts = write_text(folder, spooled, order)
    tell(2 * rows, steps)
    (folder / "spool.tmp").unlink()
    columns.write(folder, order, rank)
    np.save(folder / "rows.npy", order)
    initial_of = signs.initial_numbers()
    np.save(folder / "initial_of.npy", initial_of)
    lists = Lists(text, text_starts, columns, order, initial_of)
    lists.write(folder, lambda done: tell(2 * rows + done, steps))
    facts = {
        "form": signs.FORM,
        "rows": rows,
        **columns.words(),
        "places": places(columns.words()["regions"]),
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


class Words:
    """The different values of a column, numbered as they come; 0 is none."""

    def __init__(self) -> None:
        """Begin with none."""
        self.numbers: dict[str, int] = {"": 0}

    def number(self, values: pa.Array) -> NDArray[np.uint16]:
        """Return the numbers of values.

        Raises:
            OverflowError: there are more than 65,535 different ones.
        """
        coded = pc.fill_null(values.cast(pa.string()), "").dictionary_encode()
        table = [self.numbers.setdefault(value, len(self.numbers)) for value in coded.dictionary.to_pylist()]
        if len(self.numbers) > 65_536:
            raise OverflowError("more than 65,535 different values in a column of codes")
        numbers: NDArray[np.uint16] = np.array(table, np.uint16)
        places: NDArray[np.int32] = coded.indices.to_numpy(zero_copy_only=False)
        return numbers[places]

    def words(self) -> list[str]:
        """Return the values by their numbers."""
        return list(self.numbers)


class Columns:
    """What is kept of each company beside its names, by row until it is written by rank."""

    def __init__(self, rows: int) -> None:
        """Make room for them."""
        self.head = np.zeros(rows, np.uint32)
        self.tail = np.zeros(rows, np.uint64)
        self.regions, self.industries, self.honours = (np.zeros(rows, np.uint16) for _ in range(3))
        self.flags = np.zeros(rows, np.uint8)
        self._words = {"regions": Words(), "industries": Words(), "honours": Words()}

    def read(self, at: int, batch: pa.RecordBatch) -> None:
        """Take the columns of a batch that begins at a row."""
        here = slice(at, at + len(batch))
        self.regions[here] = self._words["regions"].number(batch["region_code"])
        self.industries[here] = self._words["industries"].number(batch["industry_code"])
        self.honours[here] = self._words["honours"].number(joined(batch["honours"], " "))
        codes = pc.fill_null(batch["uscc"], "")
        known = pc.equal(pc.binary_length(codes), 18).to_numpy(zero_copy_only=False)
        characters = np.frombuffer(
            "".join(codes.filter(pa.array(known)).to_pylist()).encode("ascii"), np.uint8
        )
        self.head[here][known], self.tail[here][known] = signs.pack_codes(characters.reshape(-1, 18))

    def words(self) -> dict[str, list[str]]:
        """Return the values behind the numbers of each column."""
        return {name: words.words() for name, words in self._words.items()}

    def write(self, folder: Path, order: NDArray[np.uint32], rank: NDArray[np.uint32]) -> None:
        """Write the columns by rank, and the ranks of those that have a code in the order of their codes."""
        for name in ("regions", "industries", "honours", "flags"):
            np.save(folder / f"{name}.npy", getattr(self, name)[order])
        np.save(folder / "code_heads.npy", self.head[order])
        np.save(folder / "code_tails_low.npy", self.tail[order].astype(np.uint32))
        np.save(folder / "code_tails_high.npy", (self.tail[order] >> np.uint64(32)).astype(np.uint16))
        coded = np.flatnonzero(self.head)
        by_code = coded[np.lexsort((self.tail[coded], self.head[coded]))]
        np.save(folder / "by_code.npy", rank[by_code])


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


def joined(lists: pa.Array, between: str) -> pa.Array:
    """Return the words of each list in one text, empty where there are none."""
    return pc.fill_null(pc.binary_join(lists, between), "")


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
) -> tuple[NDArray[np.uint16], NDArray[np.uint64]]:
    """Write the texts by row into a file; return it and where each begins, one more than rows."""
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
    spooled = np.memmap(folder / "spool.tmp", np.uint16, "r") if units else np.zeros(0, np.uint16)
    return np.asarray(spooled), starts


def write_text(
    folder: Path, spooled: tuple[NDArray[np.uint16], NDArray[np.uint64]], order: NDArray[np.uint32]
) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """Write the texts by rank; return them and where each begins, one more than companies."""
    texts, starts = spooled
    lengths = np.minimum(np.diff(starts).astype(np.int64) - 1, LONGEST)
    text_starts = np.zeros(len(order) + 1, np.int64)
    np.cumsum(lengths[order], out=text_starts[1:])
    if text_starts[-1] >= 2**32:
        raise OverflowError("the names are longer than 4 billion characters")
    text = created(folder / "text.npy", np.uint16, int(text_starts[-1]))
    narrow = text_starts.astype(np.uint32)
    _gather(texts, starts, order, narrow, text)
    np.save(folder / "text_starts.npy", narrow)
    return text, narrow


def created(path: Path, kind: type[np.generic], size: int) -> NDArray[Any]:
    """Make a file of numbers and map it into memory."""
    return (
        np.asarray(np.lib.format.open_memmap(path, "w+", np.dtype(kind), (size,)))
        if size
        else empty(path, kind)
    )


def empty(path: Path, kind: type[np.generic]) -> NDArray[Any]:
    """Make a file of no numbers, which cannot be mapped."""
    np.save(path, np.zeros(0, kind))
    return np.zeros(0, kind)


@njit(cache=True, nogil=True)
def _gather(
    texts: NDArray[np.uint16],
    starts: NDArray[np.uint64],
    order: NDArray[np.uint32],
    text_starts: NDArray[np.uint32],
    text: NDArray[np.uint16],
) -> None:
    """Copy each company's text to its place."""
    for doc in range(len(order)):
        source = np.int64(starts[order[doc]])
        begin = np.int64(text_starts[doc])
        for place in range(begin, np.int64(text_starts[doc + 1])):
            text[place] = texts[source + place - begin]


class Lists:
    """Writes the lists of companies by key."""

    def __init__(
        self,
        text: NDArray[np.uint16],
        text_starts: NDArray[np.uint32],
        columns: Columns,
        order: NDArray[np.uint32],
        initial_of: NDArray[np.uint8],
    ) -> None:
        """Take what the keys are made of."""
        self.text, self.text_starts, self.initial_of = text, text_starts, initial_of
        self.order, self.columns = order, columns
        words = columns.words()
        self.of_region = np.array([region_keys(code) for code in words["regions"]], np.uint32)
        self.of_industry = np.array([division_key(code) for code in words["industries"]], np.uint32)
        self.of_honours = (signs.HONOURS << 16) + np.arange(len(words["honours"]), dtype=np.uint32)
        self.of_honours[0] = 0

    def more(self, first: int, last: int) -> NDArray[np.uint32]:
        """Return the keys of filters of the companies `first` to `last`: province, city, industry, honours."""
        rows = self.order[first:last]
        return np.column_stack(
            (
                self.of_region[self.columns.regions[rows]],
                self.of_industry[self.columns.industries[rows]],
                self.of_honours[self.columns.honours[rows]],
            )
        )

    def counted(self, tell: Callable[[int], None]) -> Table:
        """Count the bytes and companies of every list."""
        table, used, total = empty_table(1 << 17), 0, len(self.order)
        for first in range(0, total, BATCH):
            last, at = min(first + BATCH, total), first
            more = self.more(first, last)
            while at < last:
                at, used = count(
                    table, used, at, last, self.text, self.text_starts, more[at - first :], self.initial_of
                )
                if at < last:
                    table = grown(table)
            tell(last)
        return table

    def write(self, folder: Path, tell: Callable[[int], None]) -> None:
        """Write all lists into a folder."""
        total = len(self.order)
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
                table, lists, ends, counts, first, last, self.text, self.text_starts,
                self.more(first, last), self.initial_of, postings,
            )  # fmt: skip
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
