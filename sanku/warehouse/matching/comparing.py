"""Pairs of rows compared all at once: rows laid out as arrays, and what of a pair's features is told from those alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.matching import alignment
from sanku.warehouse.matching.alignment import FIGURES, align
from sanku.warehouse.matching.parts import BRAND, COUNT, LEGAL, ORGANISATION, TRADE, Name
from sanku.warehouse.matching.places import (
    MUNICIPALITIES,
    OTHER_CITY,
    OTHER_COUNTY,
    OTHER_PROVINCE,
    SAME_CITY,
    SAME_COUNTY,
    SAME_PROVINCE,
    UNKNOWN,
)
from sanku.warehouse.matching.words import FAMILIES, GROUP

if TYPE_CHECKING:
    from sanku.warehouse.matching.features import Row

FAMILY, GROUPED, ORGAN, FORMER, LATIN = range(5)  # what is said of a name, beside its characters
_NUMERALS = "零〇一二三四五六七八九"
_CHINESE = np.array([ord(c) for c in _NUMERALS], np.uint32)
_PLAIN = np.array([ord(c) for c in "00123456789"], np.uint32)
_MUNICIPALITIES = np.array(sorted(int(code) for code in MUNICIPALITIES), np.int32)

# The features of a pair. Those of the alignment come first, by role and kind; `features` fills in what addresses and codes say.
ROLE_NAMES = ("place", "brand", "trade", "legal", "organ", "number")
KIND_NAMES = ("alike", "unlike", "missing", "added")
NAMES = (
    *(f"{role}_{kind}" for role in ROLE_NAMES for kind in KIND_NAMES),
    "longest_run", "runs", "moved", "same", "sounds", "first_differs", "last_differs",
    "shared_of_query", "shared_of_base",
    "of_query", "of_base", "matched_weight", "query_left", "base_left", "query_length", "base_length",
    "equal", "equal_key", "equal_brand", "brand_length", "family", "group", "organ", "number", "trade",
    "columns_place", "names_place", "query_name_place", "base_name_place",
    "address_share", "address_ratio", "address_number", "code", "former", "latin", "base_other",
    "likeness", "gap", "rank", "rivals", "equal_rivals",
)  # fmt: skip
AT = {name: place for place, name in enumerate(NAMES)}
# Where parts of them begin, for what is compiled.
_ORDER, _SHARES, _NAMES, _PLACES = AT["longest_run"], AT["shared_of_query"], AT["equal"], AT["columns_place"]
_FORMER, _LATIN, _OTHER, _AMONG = AT["former"], AT["latin"], AT["base_other"], AT["likeness"]
_OF_QUERY, _OF_BASE, _EQUAL_KEY = AT["of_query"], AT["of_base"], AT["equal_key"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as arrays. `…_starts` say where each begins, and have one more entry than there are."""

    points: NDArray[np.uint32]  # characters of all names, as they are told apart
    codes: NDArray[np.uint16]  # as they are looked up: beyond the basic plane they count as one
    roles: NDArray[np.uint8]
    starts: NDArray[np.int64]  # of each name among the characters
    said: NDArray[np.uint8]  # names × FAMILY … LATIN
    named: NDArray[np.int32]  # regions that the names name
    named_starts: NDArray[np.int64]
    places: NDArray[np.int32]  # regions of the rows
    place_starts: NDArray[np.int64]
    names: NDArray[np.int64]  # of each row among the names

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """Return them in order, for what is compiled."""
        return (
            self.points, self.codes, self.roles, self.starts, self.said, self.named, self.named_starts, self.places,
            self.place_starts, self.names,
        )  # fmt: skip


def table_of(rows: Sequence["Row"]) -> Table:
    """Lay rows out as arrays."""
    names = [name for row in rows for name in row.names]
    text = "".join(name.text for name in names)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return Table(
        points,
        np.where(points < 0x10000, points, 0xFFFD).astype(np.uint16),
        np.frombuffer(b"".join(name.roles for name in names), np.uint8),
        _starts(len(name.text) for name in names),
        np.array([_said(name) for name in names], np.uint8).reshape(-1, 5),
        np.array([int(code) for name in names for code in name.places], np.int32),
        _starts(len(name.places) for name in names),
        np.array([int(code) for row in rows for code in row.places], np.int32),
        _starts(len(row.places) for row in rows),
        _starts(len(row.names) for row in rows),
    )


def _starts(lengths: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(accumulate(lengths, initial=0), np.int64)


def _said(name: Name) -> tuple[int, bool, bool, bool, bool]:
    family = _family(name.part(LEGAL)) if LEGAL in name.roles else 0
    grouped = GROUP.search(name.text) is not None
    return family, grouped, ORGANISATION in name.roles, name.is_former, name.is_latin


@lru_cache(maxsize=1000)
def _family(legal: str) -> int:
    return next((number for word, number in FAMILIES if word in legal), 0)


@njit(cache=True, nogil=True)
def _same_part(one: Any, one_roles: Any, other: Any, other_roles: Any, role: Any, but: Any) -> Any:
    """Tell whether two names have the same characters of a role (of all `but` it): (equal, how many, how many)."""
    n, m = len(one), len(other)
    i = j = ones = others = 0
    equal = True
    while True:
        while i < n and (one_roles[i] == role) == but:
            i += 1
        while j < m and (other_roles[j] == role) == but:
            j += 1
        if i >= n and j >= m:
            return equal, ones, others
        if i < n and j < m:
            a, b = one[i], other[j]
            if role == COUNT:
                for at in range(len(_CHINESE)):
                    if a == _CHINESE[at]:
                        a = _PLAIN[at]
                    if b == _CHINESE[at]:
                        b = _PLAIN[at]
            if a != b:
                equal = False
        else:
            equal = False
        if i < n:
            ones += 1
            i += 1
        if j < m:
            others += 1
            j += 1


@njit(cache=True, nogil=True)
def _city(code: Any) -> Any:
    """Return the number of a city; a municipality is one city, a county under its province its own."""
    for each in _MUNICIPALITIES:
        if code // 10000 == each:
            return code // 10000
    return code if code // 100 % 100 == 90 else code // 100


@njit(cache=True, nogil=True)
def _relation(one: Any, other: Any) -> Any:
    if one // 10000 != other // 10000:
        return OTHER_PROVINCE
    if one % 10000 == 0 or other % 10000 == 0:
        return SAME_CITY if _city(one) == one // 10000 else SAME_PROVINCE
    if _city(one) != _city(other):
        return OTHER_CITY
    if one % 100 == 0 or other % 100 == 0:
        return SAME_CITY
    return SAME_COUNTY if one == other else OTHER_COUNTY


@njit(cache=True, nogil=True)
def relation(some: Any, others: Any) -> Any:
    """Return how near two places are, at best: from OTHER_PROVINCE to SAME_COUNTY; NaN where one is not known."""
    best = UNKNOWN
    for one in some:
        for other in others:
            best = max(best, _relation(one, other))
    return np.nan if best == UNKNOWN else np.float64(best)


@njit(cache=True, nogil=True)
def compare(
    queries: Any, rows: Any, of_query: Any, of_base: Any, weights: Any, sounds: Any, corners: Any, parts: Any, out: Any
) -> Any:  # fmt: skip
    """Fill `out` (pairs × features) with what is told from names and places; see NAMES.

    Args:
        queries, rows: the arrays of a Table each; of_query, of_base: the rows of each pair in them.
        weights, sounds, corners, parts: as `align` takes them.
    """
    (
        q_points,
        q_codes,
        q_roles,
        q_starts,
        q_said,
        q_named,
        q_named_starts,
        q_places,
        q_place_starts,
        q_names,
    ) = queries
    points, codes, roles, starts, said, named, named_starts, row_places, place_starts, names = rows
    best = np.zeros(FIGURES, np.float32)
    figures = np.zeros(FIGURES, np.float32)
    for pair in range(len(of_query)):
        query, row = of_query[pair], of_base[pair]
        chosen = np.float32(-1)
        mine, its = q_names[query], names[row]
        for one in range(q_names[query], q_names[query + 1]):
            a, z = q_starts[one], q_starts[one + 1]
            for other in range(names[row], names[row + 1]):
                b, y = starts[other], starts[other + 1]
                align(
                    q_codes[a:z],
                    q_roles[a:z],
                    codes[b:y],
                    roles[b:y],
                    weights,
                    sounds,
                    corners,
                    parts,
                    figures,
                )
                matched = figures[alignment.MATCHED_WEIGHT]
                left = (
                    figures[alignment.QUERY_WEIGHT] + figures[alignment.BASE_WEIGHT] - np.float32(2) * matched
                )
                alike = matched / (matched + np.float32(0.5) * left + np.float32(1e-6))
                if alike > chosen:
                    chosen, mine, its = alike, one, other
                    best[:] = figures
        a, z, b, y = q_starts[mine], q_starts[mine + 1], starts[its], starts[its + 1]
        to = out[pair]
        to[:_ORDER] = best[:_ORDER]
        _compare_names(
            q_points[a:z], q_roles[a:z], points[b:y], roles[b:y], q_said[mine], said[its], best, to
        )
        its_places = row_places[place_starts[row] : place_starts[row + 1]]
        my_places = q_places[q_place_starts[query] : q_place_starts[query + 1]]
        i_name = q_named[q_named_starts[mine] : q_named_starts[mine + 1]]
        it_names = named[named_starts[its] : named_starts[its + 1]]
        to[_PLACES] = relation(my_places, its_places)
        to[_PLACES + 1] = relation(i_name, it_names)
        to[_PLACES + 2] = relation(i_name, its_places)
        to[_PLACES + 3] = relation(my_places, it_names)
        several = 0.5 if q_names[query + 1] - q_names[query] > 1 else 0.0
        to[_FORMER] = q_said[mine, FORMER] + several
        to[_LATIN] = q_said[mine, LATIN]
        to[_OTHER] = its != names[row]


@njit(cache=True, nogil=True)
def _compare_names(
    mine: Any, my_roles: Any, its: Any, its_roles: Any, me: Any, it: Any, figures: Any, to: Any
) -> Any:
    """Fill in what of the features is told from two names and their alignment."""
    n, m = len(mine), len(its)
    order = to[_ORDER:]
    order[0], order[1], order[2] = (
        figures[alignment.LONGEST_RUN],
        figures[alignment.RUNS],
        figures[alignment.MOVED],
    )
    order[3], order[4] = figures[alignment.SAME], figures[alignment.SOUND_SHARE]
    order[5], order[6] = figures[alignment.FIRST_DIFFERS], figures[alignment.LAST_DIFFERS]
    shared, matched = np.float64(figures[alignment.SHARED]), np.float64(figures[alignment.MATCHED_WEIGHT])
    of_query, of_base = (
        np.float64(figures[alignment.QUERY_WEIGHT]),
        np.float64(figures[alignment.BASE_WEIGHT]),
    )
    shares = to[_SHARES:]
    shares[0], shares[1] = shared / max(1, n), shared / max(1, m)
    shares[2], shares[3] = matched / (of_query + 1e-6), matched / (of_base + 1e-6)
    shares[4], shares[5], shares[6] = matched, of_query - matched, of_base - matched
    shares[7], shares[8] = n, m
    equal = n == m
    for i in range(min(n, m)):
        equal = equal and mine[i] == its[i]
    same_key, _mine, _its = _same_part(mine, my_roles, its, its_roles, LEGAL, True)
    same_brand, my_brand, _its = _same_part(mine, my_roles, its, its_roles, BRAND, False)
    same_trade, my_trade, its_trade = _same_part(mine, my_roles, its, its_roles, TRADE, False)
    same_number, my_number, its_number = _same_part(mine, my_roles, its, its_roles, COUNT, False)
    said = to[_NAMES:]
    said[0], said[1], said[2], said[3] = equal, same_key, same_brand and my_brand > 0, my_brand
    said[4] = 1.0 if me[FAMILY] == it[FAMILY] else 0.5 if me[FAMILY] == 0 or it[FAMILY] == 0 else 0.0
    said[5] = np.float64(me[GROUPED]) - np.float64(it[GROUPED])
    said[6] = np.float64(me[ORGAN]) - np.float64(it[ORGAN])
    if my_number and its_number:
        said[7] = 1.0 if same_number else -1.0
    else:
        said[7] = -0.5 if my_number or its_number else 0.0
    said[8] = 1.0 if same_trade else 0.5 if my_trade == 0 or its_trade == 0 else 0.0


@njit(cache=True, nogil=True)
def among(of_query: Any, likeness: Any, features: Any) -> Any:
    """Fill in what the other candidates of the same query say: the gap to the best other, how many are as good.

    Args:
        of_query: the query of each pair, ascending.
        likeness: how like the names of each pair were when candidates were sought.
    """
    first = 0
    overall = np.empty(len(of_query), np.float32)
    for pair in range(len(of_query)):
        overall[pair] = features[pair, _OF_QUERY] + np.float32(0.5) * features[pair, _OF_BASE]
    while first < len(of_query):
        end = first
        equals = 0
        while end < len(of_query) and of_query[end] == of_query[first]:
            equals += features[end, _EQUAL_KEY] > 0
            end += 1
        for pair in range(first, end):
            rank = rivals = 0
            best_other = np.float32(0)
            met = False
            for other in range(first, end):
                if other == pair:
                    continue
                if overall[other] > overall[pair] or (overall[other] == overall[pair] and other < pair):
                    rank += 1
                if overall[other] >= overall[pair] - np.float32(0.05):
                    rivals += 1
                if not met or overall[other] > best_other:
                    best_other, met = overall[other], True
            to = features[pair, _AMONG:]
            to[0] = likeness[pair]
            to[1] = overall[pair] - best_other
            to[2] = rank
            to[3] = rivals
            to[4] = equals - (features[pair, _EQUAL_KEY] > 0)
        first = end
