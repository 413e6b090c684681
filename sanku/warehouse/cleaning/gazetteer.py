"""`Gazetteer.addressed` compiled: the region that each address of a column begins with.

All names stand in one tree of characters; a node knows which provinces, cities and counties are called so.
"""

from collections import defaultdict
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from sanku.common.names import normalise
from sanku.warehouse.cleaning.bytes import DROPPED, SLOW, point_at
from sanku.warehouse.cleaning.text import as_text, normal_table, signs_of
from sanku.warehouse.regions import gazetteer

PROVINCE, CITY, COUNTY = range(3)
READ = 64  # characters of an address that can matter: 中国 and three names
NONE = 1 << 30  # divides any code to nought
CHINA = (ord("中"), ord("国"))

Numbers = NDArray[np.int64]


class Tree(NamedTuple):
    """The names of regions, as the compiled functions walk them."""

    edges: Numbers  # (node << 16 | character) << 16 | node that it leads to; -1 where free; at its hash, else further on
    starts: NDArray[np.int32]  # of the codes of node * 3 + kind; one more
    codes: NDArray[np.int32]
    whole: NDArray[np.bool_]  # the name is the region's full one


@cache
def tree() -> Tree:
    """Return the tree of all names."""
    children: dict[tuple[int, str], int] = {}
    called: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    regions = gazetteer()
    for kind, names in enumerate(regions.names()):
        for name, codes in names.items():
            node = 0
            for character in name:
                node = children.setdefault((node, character), len(children) + 1)
            called[node * 3 + kind] += [(int(code), regions.regions[code].name == name) for code in codes]
    size = 1 << (2 * len(children)).bit_length()
    edges = np.full(size, -1, np.int64)
    for (node, character), child in children.items():
        key = node << 16 | ord(character)
        slot = _slot(key, size)
        while edges[slot] >= 0:
            slot = (slot + 1) % size
        edges[slot] = key << 16 | child
    counts = [len(called[each]) for each in range(3 * (len(children) + 1))]
    listed = [each for node in range(3 * (len(children) + 1)) for each in called[node]]
    return Tree(
        edges,
        np.cumsum([0, *counts], dtype=np.int32),
        np.array([code for code, _ in listed], np.int32),
        np.array([whole for _, whole in listed], np.bool_),
    )


@njit(cache=True, nogil=True)
def _slot(key: Any, size: Any) -> Any:
    return (key * 0x9E3779B1 >> 7) & (size - 1)


@njit(cache=True, nogil=True)
def _child(tree: Tree, node: Any, character: Any) -> Any:
    """Return the node that a character leads to, 0 where there is none."""
    key, size = node << 16 | character, len(tree.edges)
    slot = _slot(key, size)
    while tree.edges[slot] >= 0:
        if tree.edges[slot] >> 16 == key:
            return tree.edges[slot] & 0xFFFF
        slot = (slot + 1) & (size - 1)
    return 0


@njit(cache=True, nogil=True)
def _part(code: Any) -> Any:
    """Return by what a code is divided to leave the digits that everything inside the region begins with."""
    if code == 0:
        return NONE
    return 10_000 if code % 10_000 == 0 else 100 if code % 100 == 0 else 1


@njit(cache=True, nogil=True)
def _find(tree: Tree, kind: Any, text: Numbers, start: Any, end: Any, within: Any, part: Any) -> Any:
    """Return (code, end, whole) of the longest name that one region alone has, of those whose code // part is `within`."""
    found, after, full, node = 0, start, False, 0
    for at in range(start, end):
        node = _child(tree, node, text[at])
        if node == 0:
            break
        if at == start:  # names of one character stand in columns, not in addresses
            continue
        first, last, inside, which = tree.starts[node * 3 + kind], tree.starts[node * 3 + kind + 1], 0, 0
        for each in range(first, last):
            if tree.codes[each] // part == within:
                inside, which = inside + 1, each
        if inside == 1:
            found, after, full = tree.codes[which], at + 1, tree.whole[which]
    return found, after, full


@njit(cache=True, nogil=True)
def _reach(tree: Tree, text: Numbers, start: Any, end: Any) -> Any:
    """Return where the longest name of a county at a position ends, whether one has it or several."""
    after, node = start, 0
    for at in range(start, end):
        node = _child(tree, node, text[at])
        if node == 0:
            break
        if at > start and tree.starts[node * 3 + COUNTY] < tree.starts[node * 3 + COUNTY + 1]:
            after = at + 1
    return after


@njit(cache=True, nogil=True)
def _addressed(tree: Tree, text: Numbers, end: Any, above: Any) -> Any:
    """Follow `Gazetteer.addressed` step by step."""
    start = 2 if end >= 2 and text[0] == CHINA[0] and text[1] == CHINA[1] else 0
    found, part = above, _part(above)
    of_province = NONE if above == 0 else 10_000
    province, after_province, _ = _find(tree, PROVINCE, text, start, end, above // of_province, of_province)
    city, after_city, _ = _find(tree, CITY, text, start, end, above // part, part)
    if after_city < _reach(tree, text, start, end):
        city, after_city = 0, start
    if province and after_province >= after_city:
        if found // 10_000 != province // 10_000:
            found = province
        start, part = after_province, _part(found)
        city, after_city, _ = _find(tree, CITY, text, start, end, found // part, part)
    if city:
        found, start = city, after_city
    part = _part(found)
    county, _, whole = _find(tree, COUNTY, text, start, end, found // part, part)
    if found == 0:
        return county if whole else 0
    return county if county else found


@njit(cache=True, nogil=True)
def _addresses(
    tree: Tree, table: NDArray[np.uint32], data: NDArray[np.uint8], offsets: NDArray[np.int32], above: Numbers, slow: NDArray[np.bool_]
) -> Numbers:  # fmt: skip
    found = np.zeros(len(above), np.int64)
    text = np.empty(READ, np.int64)
    for row in range(len(above)):
        at, last, size = np.int64(offsets[row]), np.int64(offsets[row + 1]), 0
        while at < last and size < READ:
            point, at = point_at(data, at)
            new = np.int64(table[point])
            if new == SLOW:
                slow[row] = True
                break
            if new != DROPPED:
                text[size] = new
                size += 1
        found[row] = _addressed(tree, text, size, above[row])
    return found


def address_codes(addresses: pa.Array, above: Numbers) -> Numbers:
    """Return the code of the region that each address begins with, 0 for none; `above` is what is known already."""
    texts = as_text(addresses)
    slow = np.zeros(len(texts), np.bool_)
    found = _addresses(tree(), normal_table(), *signs_of(texts), above, slow)
    for row in np.flatnonzero(slow).tolist():
        known = f"{int(above[row]):06}" if above[row] else ""
        found[row] = int(gazetteer().addressed(normalise(texts[row].as_py()), known) or 0)
    return np.asarray(found)
