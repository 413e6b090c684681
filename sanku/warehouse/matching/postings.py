"""The candidate index: for each pair of characters the names that hold it, in flat files that are mapped into memory.

Three families of pairs: neighbours; characters with one between them (what is left of a pair when a character is
wrong or missing, and what 重型汽车 becomes in 重汽); neighbours by sound (homophones and renderings in pinyin).
A pair is known by the bucket that it hashes to: no dictionary is kept, and a rare collision costs one more comparison.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.engine import threads_at_hand
from sanku.warehouse.matching.characters import SIZE, characters
from sanku.warehouse.written import let_go, mapped_anew

NEIGHBOURS, SKIPPED, SOUNDS = range(3)
FAMILIES = ("neighbours", "skipped", "sounds")
FORMAT = 1
FILLED = 1 << 30  # bytes of lists that are filled in memory at once


@njit(cache=True, nogil=True)
def bucket(one: Any, other: Any, mask: Any) -> Any:
    """Return the bucket of a pair."""
    mixed = (np.uint64(one) << np.uint64(16)) | np.uint64(other)
    mixed = mixed * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed >> np.uint64(32)) & np.uint64(mask))


@njit(cache=True, nogil=True)
def count_pairs(codes: Any, starts: Any, sounds: Any, mask: Any, counts: Any) -> Any:
    """Add to `counts` (family × bucket) the pairs of names; `starts` has one more entry than there are names."""
    for doc in range(len(starts) - 1):
        first, last = starts[doc], starts[doc + 1]
        for at in range(first, last - 1):
            counts[0, bucket(codes[at], codes[at + 1], mask)] += 1
            one, other = sounds[codes[at], 0], sounds[codes[at + 1], 0]
            if one and other:
                counts[2, bucket(one, other, mask)] += 1
            if at + 2 < last:
                counts[1, bucket(codes[at], codes[at + 2], mask)] += 1


@njit(cache=True, nogil=True)
def place_pairs(
    codes: Any, starts: Any, sounds: Any, family: Any, mask: Any, low: Any, high: Any, ends: Any, into: Any
) -> Any:
    """Write the numbers of names into the lists of those of their pairs whose bucket is `low` to `high` (excluded).

    Args:
        ends: for each of these buckets the place in `into` of the next number of its list; it moves on.
    """
    apart = 2 if family == SKIPPED else 1
    for doc in range(len(starts) - 1):
        first, last = np.int64(starts[doc]), np.int64(starts[doc + 1])
        for at in range(first, last - apart):
            one, other = codes[at], codes[at + apart]
            if family == SOUNDS:
                one, other = sounds[one, 0], sounds[other, 0]
                if not one or not other:
                    continue
            b = bucket(one, other, mask)
            if low <= b < high:
                into[ends[b - low]] = doc
                ends[b - low] += 1


@dataclass(frozen=True, slots=True)
class Block:
    """Some names in order: their characters one after the other, where each begins, and the base row of each."""

    codes: NDArray[np.uint16]
    starts: NDArray[np.int64]  # one more than names
    rows: NDArray[np.uint32]


def block_of(names: list[str], rows: NDArray[Any]) -> Block:
    """Return names as a block; characters beyond the basic plane count as one."""
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    starts = np.zeros(len(names) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    points = np.frombuffer("".join(names).encode("utf-32-le", "surrogatepass"), np.uint32)
    return Block(np.where(points < SIZE, points, 0xFFFD).astype(np.uint16), starts, rows.astype(np.uint32))


@dataclass(frozen=True, slots=True)
class Postings:
    """An open index: arrays on disk or in memory."""

    codes: NDArray[np.uint16]
    starts: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    offsets: NDArray[np.uint32]  # family × buckets + 1
    lists: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]
    weights: NDArray[np.float32]  # rarity of each character, by code point

    @property
    def names(self) -> int:
        """Return how many names are in it: as many as companies, and their other names."""
        return len(self.rows)


def _mask(names: int) -> int:
    """Return the mask of about as many buckets as names, between 2¹⁶ and 2²³."""
    return (1 << min(23, max(16, int(names).bit_length()))) - 1


def make(
    blocks: Callable[[], Iterable[Block]], folder: Path | None, tell: Callable[[int, int], None]
) -> Postings:
    """Build the index of all names; in `folder`, or in memory. `blocks` is read twice and must give the same."""
    names, characters_in_all = 0, 0
    seen = np.zeros(SIZE, np.int64)
    for block in blocks():
        names += len(block.rows)
        characters_in_all += len(block.codes)
        seen += np.bincount(block.codes, minlength=SIZE)
    mask = _mask(names)
    sounds = characters().sounds
    codes = _array(folder, "codes", characters_in_all, np.uint16)
    starts = _array(folder, "starts", names + 1, np.uint32)
    rows = _array(folder, "rows", names, np.uint32)
    counts = np.zeros((3, mask + 1), np.int64)
    name = character = 0
    for block in blocks():
        count_pairs(block.codes, block.starts, sounds, mask, counts)
        codes[character : character + len(block.codes)] = block.codes
        starts[name + 1 : name + 1 + len(block.rows)] = character + block.starts[1:]
        rows[name : name + len(block.rows)] = block.rows
        name, character = name + len(block.rows), character + len(block.codes)
        tell(name, 2 * names)
    offsets = _array(folder, "offsets", 3 * (mask + 2), np.uint32).reshape(3, mask + 2)
    np.cumsum(counts, axis=1, out=offsets[:, 1:], dtype=np.uint32)
    del counts
    lists = tuple(_array(folder, each, int(offsets[at, -1]), np.uint32) for at, each in enumerate(FAMILIES))
    weights = np.log1p(max(1, names) / (1.0 + seen)).astype(np.float32)
    made = Postings(codes, starts, rows, offsets, lists, weights)  # type: ignore[arg-type]
    _fill(made, folder, lambda done, total: tell(names + names * done // max(total, 1), 2 * names))
    if folder is not None:
        _finish(made, folder)
    return made


def _fill(made: Postings, folder: Path | None, tell: Callable[[int, int], None]) -> None:
    """Fill the lists of all pairs, some buckets at a time.

    Numbers come to their lists in no order of place. Written straight into a file of several gigabytes, each page would
    go to the disk again and again: what is filled stays in memory until it is whole, and is written one after the other.
    """
    mask, sounds = made.offsets.shape[1] - 2, characters().sounds
    workers = threads_at_hand()

    def part(family: int, low: int, high: int) -> int:
        first, end = int(made.offsets[family, low]), int(made.offsets[family, high])
        whole = made.lists[family][first:end]
        into = whole if folder is None else np.empty(end - first, np.uint32)
        ends = made.offsets[family, low:high].astype(np.int64) - first
        place_pairs(made.codes, made.starts, sounds, family, mask, low, high, ends, into)
        if folder is not None:
            whole[:] = into
            let_go(whole)
        return end - first

    some = [
        (family, *span) for family in range(3) for span in _spans(made.offsets[family], FILLED // workers)
    ]
    done, total = 0, sum(len(each) for each in made.lists)
    with ThreadPoolExecutor(workers) as pool:
        for filled in pool.map(lambda span: part(*span), some):
            done += filled
            tell(done, total)


def _spans(offsets: NDArray[np.uint32], room: int) -> Iterator[tuple[int, int]]:
    """Return (first bucket, end) of parts of a family whose lists have room together; a longer list is a part of its own."""
    low, last = 0, len(offsets) - 1
    while low < last:
        fits = int(np.searchsorted(offsets, int(offsets[low]) + room // offsets.itemsize, "right")) - 1
        high = min(max(fits, low + 1), last)
        yield low, high
        low = high


def _array(folder: Path | None, name: str, size: int, kind: Any) -> NDArray[Any]:
    if folder is None:
        return np.zeros(size, kind)
    if not size:
        np.save(folder / f"{name}.npy", np.zeros(0, kind))
        return np.zeros(0, kind)
    return mapped_anew(folder / f"{name}.npy", kind, (size,))


def _finish(made: Postings, folder: Path) -> None:
    np.save(folder / "weights.npy", made.weights)
    for each in (made.codes, made.starts, made.rows, made.offsets, *made.lists):
        base = each if isinstance(each, np.memmap) else each.base
        if isinstance(base, np.memmap):
            base.flush()
    (folder / "index.json").write_text(json.dumps({"format": FORMAT, "names": made.names}), encoding="utf-8")


def load(folder: Path) -> Postings:
    """Open an index, mapped into memory.

    Raises:
        FileNotFoundError: it was not built, or not to its end.
    """
    json.loads((folder / "index.json").read_text(encoding="utf-8"))

    def mapped(name: str) -> Any:
        # Copied on writing, which nobody does: numba compiles what may be written and what may not apart.
        return np.load(folder / f"{name}.npy", mmap_mode="c")

    return Postings(
        mapped("codes"), mapped("starts"), mapped("rows"), mapped("offsets").reshape(3, -1),
        (mapped("neighbours"), mapped("skipped"), mapped("sounds")), np.load(folder / "weights.npy"),
    )  # fmt: skip
