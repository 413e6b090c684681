"""The names of the base that a query's name may be: found by its rarest pairs, ranked by weighed common characters."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.matching.alignment import sounds_alike
from sanku.warehouse.matching.postings import Postings, bucket

KEPT = 12  # candidates of one name
RANKED = 192  # that are compared in full
TABLE = 1 << 16  # places of the table of names met, a power of two
BUDGET = 24_000  # list entries read for one name
HERE, NEAR, ELSEWHERE = (
    1.25,
    1.1,
    0.9,
)  # what a shared pair is worth in the same city, the province, elsewhere


@njit(cache=True, nogil=True)
def _gather(query: Any, sounds: Any, offsets: Any, mask: Any, n: Any, spans: Any) -> Any:
    """Fill `spans` (family, begin, end, weight) with the lists that the query's pairs lead to; return how many."""
    many = 0
    for at in range(len(query) - 1):
        for apart in range(1, 3):
            if at + apart >= len(query):
                break
            for family in range(3):
                one, other = query[at], query[at + apart]
                worth = 1.0
                if family == 2:
                    one, other = sounds[one, 0], sounds[other, 0]
                    worth = 0.6
                    if apart == 2 or not one or not other:
                        continue
                elif (family == 1) != (apart == 2):
                    worth = 0.5  # a character more or fewer than in the base
                elif family == 1:
                    worth = 0.4
                place = bucket(one, other, mask)
                begin, end = offsets[family, place], offsets[family, place + 1]
                if end > begin:
                    spans[many, 0] = family
                    spans[many, 1] = begin
                    spans[many, 2] = end
                    spans[many, 3] = worth * np.log1p(n / (end - begin))
                    many += 1
    return many


@njit(cache=True, nogil=True)
def _likeness(query: Any, base: Any, weights: Any, sounds: Any, row: Any, scratch: Any) -> Any:
    """Return how much of the query's weight is found in order in the base's name, less a little for what is left over."""
    n, m = len(query), len(base)
    whole = rest = 0.0
    for j in range(m):
        rest += weights[base[j]]
    row[: m + 1] = 0
    for i in range(n):
        whole += weights[query[i]]
        scratch[0] = 0
        for j in range(m):
            found = max(row[j + 1], scratch[j])
            if query[i] == base[j]:
                found = max(found, row[j] + weights[base[j]])
            elif sounds_alike(query[i], base[j], sounds):
                found = max(found, row[j] + 0.75 * min(weights[base[j]], weights[query[i]]))
            scratch[j + 1] = found
        row[: m + 1] = scratch[: m + 1]
    matched = row[m]
    return matched / (whole + 0.25 * max(0.0, rest - matched) + 1e-6)


@njit(cache=True, nogil=True)
def find(
    queries: Any, query_starts: Any, query_places: Any, places: Any, codes: Any, starts: Any, offsets: Any, neighbours: Any,
    skipped: Any, sounding: Any, weights: Any, sounds: Any, budget: Any, found: Any, likeness: Any,
) -> Any:  # fmt: skip
    """Fill `found` (queries × KEPT names, -1: none) and `likeness` with the best candidates of each query.

    Args:
        queries, query_starts: characters of the queries and where each begins.
        query_places, places: where each query and each name of the base is, as four digits of its region; 0: unknown.
        budget: list entries that are read for one query, the rarest pairs first.
    """
    mask = offsets.shape[1] - 2
    n = len(starts) - 1
    keys = np.full(TABLE, -1, np.int32)  # small, so that the table stays near the core
    score = np.zeros(TABLE, np.float32)
    used = np.zeros(TABLE, np.int32)
    spans = np.zeros((512, 4), np.float64)
    row, scratch = np.zeros(257, np.float32), np.zeros(257, np.float32)
    for q in range(len(query_starts) - 1):
        query = queries[query_starts[q] : query_starts[q + 1]]
        found[q, :] = -1
        likeness[q, :] = 0
        if len(query) < 2:
            continue
        many = _gather(query[:64], sounds, offsets, mask, n, spans)
        order = np.argsort(spans[:many, 2] - spans[:many, 1])
        read = np.int64(0)
        filled = 0
        for x in range(many):
            span = spans[order[x]]
            begin, end = np.int64(span[1]), np.int64(span[2])
            if x > 0 and (read + end - begin > budget or filled + end - begin > TABLE // 2):
                break
            end = min(end, begin + TABLE // 2)
            read += end - begin
            family = np.int64(span[0])
            for at in range(begin, end):
                if family == 0:
                    name = np.int64(neighbours[at])
                elif family == 1:
                    name = np.int64(skipped[at])
                else:
                    name = np.int64(sounding[at])
                place = (name * 2654435761) & (TABLE - 1)
                while keys[place] != name and keys[place] >= 0:
                    place = (place + 1) & (TABLE - 1)
                if keys[place] < 0:
                    keys[place] = name
                    score[place] = 0
                    used[filled] = place
                    filled += 1
                score[place] += span[3]
        _keep_best(
            query,
            query_places[q],
            filled,
            used,
            keys,
            score,
            places,
            codes,
            starts,
            weights,
            sounds,
            row,
            scratch,
            found[q],
            likeness[q],
        )
        for x in range(filled):
            keys[used[x]] = -1


@njit(cache=True, nogil=True)
def _most_shared(here: Any, filled: Any, used: Any, keys: Any, score: Any, places: Any) -> Any:
    """Return which of the names met share most with the query, those of its place preferred: RANKED of them.

    Where a name is lies far from the core in memory: it is looked up only for those that it could bring among them.
    """
    if filled <= RANKED:
        return np.arange(filled)
    met = np.empty(filled, np.float32)
    for x in range(filled):
        met[x] = -score[used[x]]
    if not here:
        return np.argpartition(met, RANKED)[:RANKED]
    least = -np.partition(met, RANKED)[RANKED] * np.float32(ELSEWHERE / HERE)
    some = np.flatnonzero(met <= -least)
    worth = np.empty(len(some), np.float32)
    for x in range(len(some)):
        bonus = np.float32(1.0)
        there = places[keys[used[some[x]]]]
        if there:
            bonus = np.float32(HERE if here == there else NEAR if here // 100 == there // 100 else ELSEWHERE)
        worth[x] = met[some[x]] * bonus
    if len(some) <= RANKED:
        return some
    return some[np.argpartition(worth, RANKED)[:RANKED]]


@njit(cache=True, nogil=True)
def _keep_best(
    query: Any, here: Any, filled: Any, used: Any, keys: Any, score: Any, places: Any, codes: Any, starts: Any, weights: Any,
    sounds: Any, row: Any, scratch: Any, found: Any, likeness: Any,
) -> Any:  # fmt: skip
    """Compare the names that share most with the query, and keep the best of them, the best first."""
    best = _most_shared(here, filled, used, keys, score, places)
    kept = len(found)
    for x in best:
        name = keys[used[x]]
        base = codes[starts[name] : starts[name + 1]]
        alike = _likeness(query[:256], base[:256], weights, sounds, row, scratch)
        there = places[name]
        if here and there:
            alike += 0.06 if here == there else 0.02 if here // 100 == there // 100 else -0.04
        at = kept
        while at > 0 and (found[at - 1] < 0 or likeness[at - 1] < alike):
            at -= 1
        if at < kept:
            for to in range(kept - 1, at, -1):
                found[to] = found[to - 1]
                likeness[to] = likeness[to - 1]
            found[at] = name
            likeness[at] = alike


def candidates(
    index: Postings,
    places: NDArray[np.int16],
    queries: NDArray[np.uint16],
    query_starts: NDArray[np.int64],
    query_places: NDArray[np.int16],
    sounds: NDArray[np.uint16],
    budget: int = BUDGET,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return for each query the numbers of the best names of the base and how like they are; -1 where there are fewer."""
    many = len(query_starts) - 1
    found = np.full((many, KEPT), -1, np.int64)
    likeness = np.zeros((many, KEPT), np.float32)
    find(
        queries, query_starts, query_places, places, index.codes, index.starts, index.offsets, *index.lists,
        index.weights, sounds, budget, found, likeness,
    )  # fmt: skip
    return found, likeness
