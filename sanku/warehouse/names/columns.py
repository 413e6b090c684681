"""What is kept of each company beside its names: the columns of an index, by rank."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.warehouse.names import signs
from sanku.warehouse.names.mapped import created

CODED_AT_ONCE = 262_144  # companies whose codes are put in order at once
KEYED = ("regions", "industries", "honours")  # columns of codes; companies are listed by them


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

    def write(self, folder: Path, order: NDArray[np.uint32]) -> None:
        """Write the columns by rank, and the ranks of those that have a code in the order of their codes."""
        for name in (*KEYED, "flags"):
            np.save(folder / f"{name}.npy", getattr(self, name)[order])
        np.save(folder / "code_heads.npy", self.head[order])
        np.save(folder / "code_tails_low.npy", self.tail.astype(np.uint32)[order])
        np.save(folder / "code_tails_high.npy", (self.tail >> np.uint64(32)).astype(np.uint16)[order])
        rank = np.empty(len(order), np.uint32)
        rank[order] = np.arange(len(order), dtype=np.uint32)
        by_code = created(folder / "by_code.npy", np.uint32, int(np.count_nonzero(self.head)))
        at = 0
        for coded in self._by_head():
            by_code[at : at + len(coded)] = rank[coded[np.lexsort((self.tail[coded], self.head[coded]))]]
            at += len(coded)

    def _by_head(self) -> Iterator[NDArray[np.int64]]:
        """Yield the rows that have a code in parts, each of them behind the one before in the order of codes."""
        some = np.sort(self.head[:: max(1, len(self.head) // 4096)])
        parts = max(1, len(self.head) // CODED_AT_ONCE)
        cuts = np.unique(some[np.arange(1, parts) * len(some) // parts]) if len(some) else some
        for low, high in pairwise([1, *cuts[cuts > 1].tolist(), 1 << 32]):
            yield np.flatnonzero((self.head >= low) & (self.head < high))


def joined(lists: pa.Array, between: str) -> pa.Array:
    """Return the words of each list in one text, empty where there are none."""
    return pc.fill_null(pc.binary_join(lists, between), "")
