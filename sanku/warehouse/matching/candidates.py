"""The names of the base that a query's name may be: found by its rarest pairs, ranked by weighed common characters."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.matching.postings import Postings, bucket

KEPT = 12  # candidates of one name
RANKED = 192  # that are compared in full
STEPS = 512  # of what names share with a query, for telling quickly which share most
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
def _note(query: Any, sounds: Any, equal: Any, heard: Any, noted: Any) -> Any:
    """Note at which places of the query, a bit each, a character stands and a reading is heard; not `noted`: forget it."""
    for i in range(len(query)):
        bit = np.uint64(1) << np.uint64(i) if noted else np.uint64(0)
        one, other = sounds[query[i], 0], sounds[query[i], 1]
        equal[query[i]] = (equal[query[i]] | bit) if noted else bit
        if one:
            heard[0, one] = (heard[0, one] | bit) if noted else bit
            heard[1, other] = (heard[1, other] | bit) if noted else bit
    heard[0, 0] = 0


@njit(cache=True, nogil=True)
def _meet(base: Any, sounds: Any, equal: Any, heard: Any, weights: Any, at: Any) -> Any:
    """Fill `at` with the places of the query that each character of a base's name equals or sounds like, a bit each.

    Return (most that can be matched, weight of the name).
    """
    most = rest = 0.0
    for j in range(len(base)):
        weight = weights[base[j]]
        rest += weight
        same = equal[base[j]]
        one, other = sounds[base[j], 0], sounds[base[j], 1]
        alike = np.uint64(0)
        if one:
            alike = (heard[0, one] | heard[0, other] | heard[1, one]) & ~same
        at[0, j], at[1, j] = same, alike
        if same:
            most += weight
        elif alike:
            most += 0.75 * weight
    return most, rest


@njit(cache=True, nogil=True)
def _in_order(query: Any, base: Any, at: Any, weights: Any, found: Any) -> Any:
    """Return how much of the query's weight is found in order in the base's name.

    `found` holds for each beginning of the query how much of it the characters so far have found: it never falls.
    """
    n = len(query)
    found[: n + 1] = 0
    for j in range(len(base)):
        same, alike = at[0, j], at[1, j]
        weight = weights[base[j]]
        for i in range(n - 1 if same or alike else -1, -1, -1):
            bit = np.uint64(1) << np.uint64(i)
            if same & bit:
                sum_to = np.float32(found[i] + weight)
            elif alike & bit:
                sum_to = np.float32(np.float64(found[i]) + 0.75 * min(weight, weights[query[i]]))
            else:
                continue
            to = i + 1
            while to <= n and found[to] < sum_to:
                found[to] = sum_to
                to += 1
    return found[n]


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
    equal, heard = np.zeros(1 << 16, np.uint64), np.zeros((2, sounds.max() + 1), np.uint64)
    meeting = np.zeros((2, 256), np.uint64)
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
            equal,
            heard,
            meeting,
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
        met[x] = score[used[x]]
    # Most share one common pair: counted by how much they share, nearly all of them are told to be too far behind.
    many = np.zeros(STEPS + 1, np.int64)
    step = STEPS / np.float64(met.max())
    for x in range(filled):
        many[np.int64(met[x] * step)] += 1
    least, ahead = STEPS, many[STEPS]
    while ahead < RANKED:
        least -= 1
        ahead += many[least]
    enough = (least - 0.01) / step * (ELSEWHERE / HERE if here else 1.0)
    some = np.flatnonzero(met >= enough)
    worth = np.empty(len(some), np.float32)
    for x in range(len(some)):
        bonus = np.float32(1.0)
        if here:
            there = places[keys[used[some[x]]]]
            if there:
                bonus = np.float32(
                    HERE if here == there else NEAR if here // 100 == there // 100 else ELSEWHERE
                )
        worth[x] = -met[some[x]] * bonus
    if len(some) <= RANKED:
        return some
    return some[np.argpartition(worth, RANKED)[:RANKED]]


@njit(cache=True, nogil=True)
def _keep_best(
    query: Any, here: Any, filled: Any, used: Any, keys: Any, score: Any, places: Any, codes: Any, starts: Any, weights: Any,
    sounds: Any, equal: Any, heard: Any, meeting: Any, found: Any, likeness: Any,
) -> Any:  # fmt: skip
    """Compare the names that share most with the query, and keep the best of them, the best first.

    How like a name is: how much of the query's weight is found in it in order, less a little for what is left over. It is
    worked out only for names that might be kept, whatever the order of their characters.
    """
    best = _most_shared(here, filled, used, keys, score, places)
    kept = len(found)
    query = query[:64]
    whole = 0.0
    for i in range(len(query)):
        whole += weights[query[i]]
    so_far = np.zeros(len(query) + 1, np.float32)
    _note(query, sounds, equal, heard, True)
    for x in best:
        name = keys[used[x]]
        base = codes[starts[name] : starts[name + 1]][:256]
        there = places[name]
        nearby = 0.0
        if here and there:
            nearby = 0.06 if here == there else 0.02 if here // 100 == there // 100 else -0.04
        most, rest = _meet(base, sounds, equal, heard, weights, meeting)
        most = min(most, whole)
        most = most / (whole + 0.25 * max(0.0, rest - most) + 1e-6) + nearby
        if found[kept - 1] >= 0 and most < likeness[kept - 1] - 1e-5:
            continue
        matched = _in_order(query, base, meeting, weights, so_far)
        alike = matched / (whole + 0.25 * max(0.0, rest - matched) + 1e-6) + nearby
        at = kept
        while at > 0 and (found[at - 1] < 0 or likeness[at - 1] < alike):
            at -= 1
        if at < kept:
            for to in range(kept - 1, at, -1):
                found[to] = found[to - 1]
                likeness[to] = likeness[to - 1]
            found[at] = name
            likeness[at] = alike
    _note(query, sounds, equal, heard, False)


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
