"""The candidate index: for each pair of characters the names that hold it, in flat files that are mapped into memory.

Three families of pairs: neighbours; characters with one between them (what is left of a pair when a character is
wrong or missing, and what 重型汽车 becomes in 重汽); neighbours by sound (homophones and renderings in pinyin).
A pair is known by the bucket that it hashes to: no dictionary is kept, and a rare collision costs one more comparison.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.matching.characters import SIZE, characters
from sanku.warehouse.written import mapped_anew

NEIGHBOURS, SKIPPED, SOUNDS = range(3)
FAMILIES = ("neighbours", "skipped", "sounds")
FORMAT = 1


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
    codes: Any,
    starts: Any,
    sounds: Any,
    mask: Any,
    first_doc: Any,
    ends: Any,
    neighbours: Any,
    skipped: Any,
    sounding: Any,
) -> Any:
    """Write the numbers of names into the lists of their pairs; `ends` (family × bucket) moves on."""
    for doc in range(len(starts) - 1):
        first, last = starts[doc], starts[doc + 1]
        number = first_doc + doc
        for at in range(first, last - 1):
            b = bucket(codes[at], codes[at + 1], mask)
            neighbours[ends[0, b]] = number
            ends[0, b] += 1
            one, other = sounds[codes[at], 0], sounds[codes[at + 1], 0]
            if one and other:
                b = bucket(one, other, mask)
                sounding[ends[2, b]] = number
                ends[2, b] += 1
            if at + 2 < last:
                b = bucket(codes[at], codes[at + 2], mask)
                skipped[ends[1, b]] = number
                ends[1, b] += 1


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
    lists = tuple(_array(folder, each, int(offsets[at, -1]), np.uint32) for at, each in enumerate(FAMILIES))
    ends = np.array(offsets[:, :-1], np.int64)
    step = 1 << 18
    for first in range(0, names, step):
        some = starts[first : first + step + 1].astype(np.int64)
        place_pairs(codes, some, sounds, mask, first, ends, *lists)
        tell(names + min(first + step, names), 2 * names)
    weights = np.log1p(max(1, names) / (1.0 + seen)).astype(np.float32)
    made = Postings(codes, starts, rows, offsets, lists, weights)  # type: ignore[arg-type]
    if folder is not None:
        _finish(made, folder)
    return made


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


def in_blocks(names: Iterator[str], size: int = 1 << 17) -> Iterator[Block]:
    """Return names, one a row, as blocks."""
    first, some = 0, []
    for name in names:
        some.append(name)
        if len(some) == size:
            yield block_of(some, np.arange(first, first + len(some)))
            first, some = first + len(some), []
    if some:
        yield block_of(some, np.arange(first, first + len(some)))
