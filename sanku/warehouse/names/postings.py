"""Lists of companies by key: ascending numbers as differences of one to five bytes, with a landmark after every 128.

Written in two passes over the companies in order: the first counts the bytes of every list, the second fills them.
A list that more than a quarter of all companies stand in narrows nothing: its length is kept, its companies are not.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.names.signs import keys_of, span_of

EVERY = 128  # companies of a list between two landmarks
DENSE = 4  # a list with more than 1 / DENSE of all companies is not kept
KEYS_OF_ONE = 4096  # no company has more keys


class Postings(NamedTuple):
    """All lists, for the compiled functions."""

    keys: NDArray[np.uint32]  # ascending
    sizes: NDArray[np.uint32]  # companies of each list
    starts: NDArray[np.int64]  # where its bytes begin; one more than keys
    data: NDArray[np.uint8]
    landmark_starts: NDArray[np.int64]  # one more than keys
    landmark_docs: NDArray[np.uint32]
    landmark_ats: NDArray[np.uint32]  # byte behind the landmark's company, from the beginning of the list


class Table(NamedTuple):
    """An open-addressed table from key to what is counted of its list."""

    keys: NDArray[np.uint32]  # 0: free
    lasts: NDArray[np.uint32]  # the last company of the list, plus 1
    sizes: NDArray[np.uint32]
    bytes: NDArray[np.uint32]


def empty_table(room: int) -> Table:
    """Return a table with room for a power of two of keys."""
    return Table(*(np.zeros(room, np.uint32) for _ in range(4)))


@njit(cache=True, nogil=True)
def _slot(keys: NDArray[np.uint32], key: int) -> int:
    """Return where a key stands or would stand."""
    mask = np.uint64(len(keys) - 1)
    at = (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    at &= mask
    while keys[at] != 0 and keys[at] != key:
        at = (at + np.uint64(1)) & mask
    return int(at)


@njit(cache=True, nogil=True)
def grown(table: Table) -> Table:
    """Return the same table with twice the room."""
    room = 2 * len(table.keys)
    new = Table(
        np.zeros(room, np.uint32),
        np.zeros(room, np.uint32),
        np.zeros(room, np.uint32),
        np.zeros(room, np.uint32),
    )
    for old in range(len(table.keys)):
        if table.keys[old] != 0:
            at = _slot(new.keys, table.keys[old])
            new.keys[at] = table.keys[old]
            new.lasts[at] = table.lasts[old]
            new.sizes[at] = table.sizes[old]
            new.bytes[at] = table.bytes[old]
    return new


@njit(cache=True, nogil=True)
def _length(difference: int) -> int:
    length = 1
    while difference >= 128:
        difference >>= 7
        length += 1
    return length


@njit(cache=True, nogil=True)
def count(
    table: Table,
    used: int,
    first: int,
    last: int,
    text: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    more: NDArray[np.uint32],
    initial_of: NDArray[np.uint8],
) -> tuple[int, int]:
    """Count the lists of the companies `first` to `last` (excluded).

    Args:
        used: keys in the table.
        more: (companies, k) further keys of each; 0 is none.

    Returns:
        the company up to which it came before the table was more than half full, and the keys in it.
    """
    keys = np.zeros(KEYS_OF_ONE, np.uint32)
    extra = more.shape[1]
    for doc in range(first, last):
        if 2 * (used + KEYS_OF_ONE) > len(table.keys):
            return doc, used
        begin, end = span_of(text, blocks, doc)
        found = keys_of(text, begin, end, initial_of, keys[extra:])
        for place in range(extra):
            keys[place] = more[doc - first, place]
        for place in range(found + extra):
            key = keys[place]
            if key == 0:
                continue
            at = _slot(table.keys, key)
            if table.keys[at] == 0:
                table.keys[at] = key
                used += 1
            if table.lasts[at] == doc + 1:
                continue
            table.bytes[at] += _length(doc + 1 - table.lasts[at])
            table.sizes[at] += 1
            table.lasts[at] = doc + 1
    return last, used


@njit(cache=True, nogil=True)
def fill(
    table: Table,
    lists: NDArray[np.int64],
    ends: NDArray[np.int64],
    counts: NDArray[np.uint32],
    first: int,
    last: int,
    text: NDArray[np.uint16],
    blocks: NDArray[np.uint32],
    more: NDArray[np.uint32],
    initial_of: NDArray[np.uint8],
    postings: Postings,
) -> None:
    """Write the companies `first` to `last` (excluded) into their lists.

    Args:
        table: its `lasts` begin at 0 and are moved on.
        lists: the list of each slot, -1 for one that is not kept.
        ends, counts: bytes and companies written so far of each list; moved on.
    """
    keys = np.zeros(KEYS_OF_ONE, np.uint32)
    extra = more.shape[1]
    for doc in range(first, last):
        begin, end = span_of(text, blocks, doc)
        found = keys_of(text, begin, end, initial_of, keys[extra:])
        for place in range(extra):
            keys[place] = more[doc - first, place]
        for place in range(found + extra):
            key = keys[place]
            if key == 0:
                continue
            slot = _slot(table.keys, key)
            which = lists[slot]
            if which < 0 or table.lasts[slot] == doc + 1:
                continue
            difference = doc + 1 - table.lasts[slot]
            table.lasts[slot] = doc + 1
            at = postings.starts[which] + ends[which]
            while difference >= 128:
                postings.data[at] = (difference & 127) | 128
                difference >>= 7
                at += 1
            postings.data[at] = difference
            ends[which] = at + 1 - postings.starts[which]
            if counts[which] > 0 and counts[which] % EVERY == 0:
                mark = postings.landmark_starts[which] + counts[which] // EVERY - 1
                postings.landmark_docs[mark] = doc
                postings.landmark_ats[mark] = ends[which]
            counts[which] += 1


@njit(cache=True, nogil=True)
def list_of(keys: NDArray[np.uint32], key: int) -> int:
    """Return the list of a key, -1 where no company has it."""
    at = int(np.searchsorted(keys, np.uint32(key)))
    return at if at < len(keys) and keys[at] == key else -1


@njit(cache=True, nogil=True)
def difference_at(data: NDArray[np.uint8], at: Any) -> Any:
    """Return the difference that is written from a byte on, seven bits a byte, and where the next one begins."""
    difference, shift = np.int64(0), 0
    while True:
        byte = np.int64(data[at])
        at += 1
        difference |= (byte & 127) << shift
        if byte < 128:
            return difference, at
        shift += 7


@njit(cache=True, nogil=True)
def decode(postings: Postings, which: int, into: NDArray[np.uint32]) -> int:
    """Write all companies of a kept list into an array that has room for them; return how many."""
    at, end = postings.starts[which], postings.starts[which + 1]
    doc, count = np.int64(-1), 0
    while at < end:
        difference, at = difference_at(postings.data, at)
        doc += difference
        into[count] = doc
        count += 1
    return count


NAMES = ("keys", "sizes", "starts", "data", "landmark_starts", "landmark_docs", "landmark_ats")
