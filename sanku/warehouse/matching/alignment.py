"""What has to be changed in one name to get the other: the cheapest alignment of two names, and what it leaves over."""

from typing import Any

import numpy as np
from numba import njit

from sanku.warehouse.matching.parts import LONGEST, ROLES

# Places in the vector that `align` fills, for each role of a character:
ALIKE, UNLIKE, MISSING, ADDED = range(
    4
)  # exchanged for one that sounds or looks alike, for another; missing; added
KINDS = 4
TOTALS = KINDS * ROLES  # behind them, over the whole name:
(
    MATCHED_WEIGHT,
    QUERY_WEIGHT,
    BASE_WEIGHT,
    LONGEST_RUN,
    RUNS,
    MOVED,
    COST,
    SAME,
    SOUND_SHARE,
    FIRST_DIFFERS,
    LAST_DIFFERS,
    SHARED,
) = range(TOTALS, TOTALS + 12)
FIGURES = TOTALS + 12


@njit(cache=True, nogil=True)
def sounds_alike(one: Any, other: Any, sounds: Any) -> Any:
    """Tell whether two characters share a reading."""
    a, b = sounds[one, 0], sounds[other, 0]
    if a == 0 or b == 0:
        return False
    return a == b or a == sounds[other, 1] or sounds[one, 1] == b


@njit(cache=True, nogil=True)
def looks_alike(one: Any, other: Any, corners: Any, parts: Any) -> Any:
    """Return how alike two characters look, 0 to 1: half of it equal corners, half of it shared parts."""
    corner = 0
    if corners[one, 0] != 255 and corners[other, 0] != 255:
        for at in range(5):
            if corners[one, at] == corners[other, at]:
                corner += 1
    shared = many = 0
    for at in range(4):
        part = parts[one, at]
        if part:
            many += 1
            for to in range(4):
                if parts[other, to] == part:
                    shared += 2
                    break
        if parts[other, at]:
            many += 1
        if part == other or (parts[other, at] == one and one):
            shared += 2
    found = corner / 10.0
    if many:
        found += min(0.5, shared / (2.0 * many))
    return found


@njit(cache=True, nogil=True)
def shared_characters(query: Any, base: Any, sounds: Any) -> Any:
    """Return how many characters two names share in whatever order; one that sounds alike counts for eight tenths."""
    n, m = min(len(query), LONGEST), min(len(base), LONGEST)
    taken = np.zeros(m, np.uint8)
    left = np.ones(n, np.uint8)
    shared = 0.0
    for worth in (1.0, 0.8):
        for i in range(n):
            if not left[i]:
                continue
            for j in range(m):
                if taken[j]:
                    continue
                if query[i] == base[j] or (worth < 1.0 and sounds_alike(query[i], base[j], sounds)):
                    taken[j] = 1
                    left[i] = 0
                    shared += worth
                    break
    return shared


@njit(cache=True, nogil=True)
def align(
    query: Any,
    query_roles: Any,
    base: Any,
    base_roles: Any,
    weights: Any,
    sounds: Any,
    corners: Any,
    parts: Any,
    figures: Any,
) -> Any:
    """Fill `figures` with what the cheapest alignment of a query's name with a base's name changes.

    Args:
        query, base: code points; query_roles, base_roles: the role of each character.
        weights: how telling each character is (its rarity), by code point.
        sounds, corners, parts: of `characters`.
        figures: FIGURES numbers, filled here.
    """
    n, m = min(len(query), LONGEST), min(len(base), LONGEST)
    cost = np.zeros((n + 1, m + 1), np.float32)
    step = np.zeros((n + 1, m + 1), np.uint8)
    figures[:] = 0
    for i in range(1, n + 1):
        cost[i, 0] = i
        step[i, 0] = 1
    for j in range(1, m + 1):
        cost[0, j] = j
        step[0, j] = 2
    for i in range(1, n + 1):
        a = query[i - 1]
        for j in range(1, m + 1):
            b = base[j - 1]
            if a == b:
                change = np.float32(0)
            elif sounds_alike(a, b, sounds):
                change = np.float32(0.3)
            else:
                change = np.float32(1.4 - looks_alike(a, b, corners, parts))
            best, way = cost[i - 1, j - 1] + change, 0
            if cost[i, j - 1] + 1 < best:
                best, way = cost[i, j - 1] + 1, 2
            if cost[i - 1, j] + 1 < best:
                best, way = cost[i - 1, j] + 1, 1
            cost[i, j] = best
            step[i, j] = way
    left_query = np.zeros(n, np.int32)
    left_base = np.zeros(m, np.int32)
    lefts_query = lefts_base = run = 0
    i, j = n, m
    while i or j:
        way = step[i, j]
        changed = True
        if way == 0:
            i -= 1
            j -= 1
            a, b, role = query[i], base[j], base_roles[j]
            if a == b:
                figures[SAME] += 1
                figures[MATCHED_WEIGHT] += weights[b]
                changed = False
            elif sounds_alike(a, b, sounds):
                figures[role * KINDS + ALIKE] += 1
                figures[MATCHED_WEIGHT] += 0.8 * weights[b]
                figures[SOUND_SHARE] += 1
            else:
                alike = looks_alike(a, b, corners, parts)
                figures[role * KINDS + ALIKE] += alike
                figures[role * KINDS + UNLIKE] += 1 - alike
                figures[MATCHED_WEIGHT] += 0.8 * alike * weights[b]
        elif way == 1:
            i -= 1
            left_query[lefts_query] = i
            lefts_query += 1
        else:
            j -= 1
            left_base[lefts_base] = j
            lefts_base += 1
        if changed:
            run += 1
            if run == 1:
                figures[RUNS] += 1
            figures[LONGEST_RUN] = max(figures[LONGEST_RUN], run)
            if i == n - 1 or j == m - 1:
                figures[LAST_DIFFERS] = 1
            if i == 0 or j == 0:
                figures[FIRST_DIFFERS] = 1
        else:
            run = 0
    # What one name lacks and the other has too many of was moved: another order of words.
    for x in range(lefts_query):
        at = left_query[x]
        moved = False
        for y in range(lefts_base):
            to = left_base[y]
            if to >= 0 and (base[to] == query[at] or sounds_alike(query[at], base[to], sounds)):
                figures[MOVED] += 1
                figures[MATCHED_WEIGHT] += 0.9 * weights[base[to]]
                left_base[y] = -1
                moved = True
                break
        if not moved:
            figures[query_roles[at] * KINDS + ADDED] += 1
    for y in range(lefts_base):
        if left_base[y] >= 0:
            figures[base_roles[left_base[y]] * KINDS + MISSING] += 1
    for at in range(n):
        figures[QUERY_WEIGHT] += weights[query[at]]
    for at in range(m):
        figures[BASE_WEIGHT] += weights[base[at]]
    figures[COST] = cost[n, m]
    figures[SHARED] = shared_characters(query, base, sounds)
