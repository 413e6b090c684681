"""What speaks for and against two rows being one company, as numbers: the model's input, and what people are told."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from sanku.common.codes import is_valid_uscc
from sanku.common.names import normalise
from sanku.warehouse.matching import alignment, places
from sanku.warehouse.matching.alignment import FIGURES, KINDS, align, coded
from sanku.warehouse.matching.characters import characters
from sanku.warehouse.matching.parts import BRAND, COUNT, LEGAL, ORGANISATION, ROLES, TRADE, Name, names_of
from sanku.warehouse.matching.repairs import differing, read_code, repairs
from sanku.warehouse.matching.words import FAMILIES, GROUP

# What two codes say: the last is the strongest evidence for, the first against.
CODE_OTHER, CODE_OTHER_WRONG, CODE_UNKNOWN, CODE_NEAR, CODE_REPAIRED, CODE_EQUAL = -2, -1, 0, 1, 2, 3

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
_OF_ORDER = (
    alignment.LONGEST_RUN, alignment.RUNS, alignment.MOVED, alignment.SAME, alignment.SOUND_SHARE, alignment.FIRST_DIFFERS,
    alignment.LAST_DIFFERS,
)  # fmt: skip
_NUMBERS = re.compile(r"\d+")
_CHINESE = str.maketrans("零〇一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Row:
    """A row to compare: its names taken apart, its place, address and code, each as it is compared."""

    names: tuple[Name, ...]
    places: tuple[str, ...]
    address: str
    code: str

    @property
    def is_valid(self) -> bool:
        """Tell whether its code is one: asked of few rows."""
        return is_valid_uscc(self.code)

    @property
    def four(self) -> int:
        """Return the first four digits of its region, 0 where it is unknown: what candidates are ranked by."""
        return four_digits(self.places or self.names[0].places)


def four_digits(named: tuple[str, ...]) -> int:
    """Return the first four digits of the first of some regions, 0 where there is none."""
    return int(named[0][:4]) if named else 0


def row_of(
    name: str,
    uscc: str = "",
    province: str = "",
    city: str = "",
    address: str = "",
    others: tuple[str, ...] = (),
) -> Row:
    """Return a row as it is compared. `others` are further names of it (short and former ones)."""
    names = names_of(name)
    for other in others:
        names += names_of(other)
    return Row(names, places.read_place(province, city, address), address_of(address), read_code(uscc))


@lru_cache(maxsize=200_000)
def address_of(text: str) -> str:
    """Return an address without the regions that it begins with."""
    plain, start = normalise(text), 0
    while start < len(plain):
        end, _codes = places.place_at(plain, start)
        if end == start:
            break
        start = end
    return plain[start:]


def code_says(query: Row, base: Row) -> int:
    """Return what two codes say of two rows, CODE_OTHER to CODE_EQUAL."""
    if not query.code or not base.code:
        return CODE_UNKNOWN
    if query.code == base.code:
        return CODE_EQUAL
    if base.code in repairs(query.code) or (len(query.code) == 9 and query.code == base.code[8:17]):
        return CODE_REPAIRED
    if not query.is_valid and (
        differing(query.code, base.code) <= 2
        or (len(query.code) == 18 and query.code[8:17] == base.code[8:17])
    ):
        return CODE_NEAR
    return CODE_OTHER if query.is_valid else CODE_OTHER_WRONG


@lru_cache(maxsize=100_000)
def _shape_of(
    name: Name,
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], str, str, str, str, int, bool, bool]:
    """Return what of a name is compared with every other one: made once."""
    legal = name.part(LEGAL)
    family = next((number for word, number in FAMILIES if word in legal), 0)
    return (
        coded(name.text), np.frombuffer(name.roles, np.uint8), name.part(BRAND), name.part(TRADE), name.part(COUNT).translate(_CHINESE),
        name.key, family, bool(GROUP.search(name.text)), ORGANISATION in name.roles,
    )  # fmt: skip


def compared(query: Name, base: Name, weights: NDArray[np.float32], figures: NDArray[np.float32]) -> float:
    """Fill `figures` by aligning two names; return how like they are, for choosing among several names of a row."""
    known = characters()
    one, other = _shape_of(query), _shape_of(base)
    align(one[0], one[1], other[0], other[1], weights, known.sounds, known.corners, known.parts, figures)
    left = (
        figures[alignment.QUERY_WEIGHT]
        + figures[alignment.BASE_WEIGHT]
        - 2 * figures[alignment.MATCHED_WEIGHT]
    )
    return float(figures[alignment.MATCHED_WEIGHT] / (figures[alignment.MATCHED_WEIGHT] + 0.5 * left + 1e-6))


def pair_features(query: Row, base: Row, weights: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Fill `out` with the features of a pair, by NAMES; those of the whole list of candidates are left to `among`."""
    best, chosen, names = np.zeros(FIGURES, np.float32), -1.0, (query.names[0], base.names[0])
    figures = np.zeros(FIGURES, np.float32)
    for one in query.names:
        for other in base.names:
            alike = compared(one, other, weights, figures)
            if alike > chosen:
                chosen, names = alike, (one, other)
                best[:] = figures
    mine, its = names
    left, right = _shape_of(mine), _shape_of(its)
    place = ROLES * KINDS
    out[:place] = best[:place]
    # As numbers of Python: numpy's own, one at a time, cost ten times as much.
    of = best.tolist()
    shared, matched = of[alignment.SHARED], of[alignment.MATCHED_WEIGHT]
    of_query, of_base = of[alignment.QUERY_WEIGHT], of[alignment.BASE_WEIGHT]
    numbers = (
        -1.0
        if left[4] and right[4] and left[4] != right[4]
        else 1.0
        if left[4] and left[4] == right[4]
        else 0.0
        if not left[4] and not right[4]
        else -0.5
    )
    out[place : place + 26] = (
        *(of[figure] for figure in _OF_ORDER), shared / max(1, len(mine.text)), shared / max(1, len(its.text)),
        matched / (of_query + 1e-6), matched / (of_base + 1e-6), matched, of_query - matched, of_base - matched, len(mine.text), len(its.text),
        mine.text == its.text, left[5] == right[5], left[2] == right[2] and left[2] != "", len(left[2]),
        1.0 if left[6] == right[6] else 0.5 if not left[6] or not right[6] else 0.0, float(left[7]) - float(right[7]),
        float(left[8]) - float(right[8]), numbers, 1.0 if left[3] == right[3] else 0.5 if not left[3] or not right[3] else 0.0,
        places.relation(query.places, base.places) or np.nan,
    )  # fmt: skip
    share, ratio, number = address_says(query.address, base.address)
    out[place + 26 : place + 36] = (
        places.relation(mine.places, its.places) or np.nan, places.relation(mine.places, base.places) or np.nan,
        places.relation(query.places, its.places) or np.nan, share, ratio, number, code_says(query, base),
        float(mine.is_former) + 0.5 * (len(query.names) > 1), mine.is_latin, its is not base.names[0],
    )  # fmt: skip


@lru_cache(maxsize=100_000)
def address_says(one: str, other: str) -> tuple[float, float, float]:
    """Return (share of the shorter's pairs of characters in the longer, likeness of the best part, numbers) of two addresses.

    Numbers are 1 where all those of the shorter stand in the longer, 0 where none does; NaN where there is nothing to say.
    """
    if len(one) < 3 or len(other) < 3:
        return np.nan, np.nan, np.nan
    short, long = sorted((one, other), key=len)
    pairs = {short[at : at + 2] for at in range(len(short) - 1)}
    share = sum(pair in long for pair in pairs) / len(pairs)
    mine, its = set(_NUMBERS.findall(short)), set(_NUMBERS.findall(long))
    number = len(mine & its) / len(mine) if mine and its else np.nan
    return share, fuzz.partial_ratio(short, long) / 100, number


def among(features: NDArray[np.float32], likeness: NDArray[np.float32]) -> None:
    """Fill in what the other candidates of the same query say: the gap to the best other, how many are as good."""
    many = len(features)
    features[:, AT["likeness"]] = likeness
    overall = features[:, AT["of_query"]] + 0.5 * features[:, AT["of_base"]]
    order = np.argsort(-overall)
    for rank, at in enumerate(order):
        best_other = overall[order[1 if rank == 0 else 0]] if many > 1 else 0.0
        features[at, AT["gap"]] = overall[at] - best_other
        features[at, AT["rank"]] = rank
        features[at, AT["rivals"]] = np.count_nonzero(overall >= overall[at] - 0.05) - 1
    equal = features[:, AT["equal_key"]] > 0
    features[:, AT["equal_rivals"]] = np.count_nonzero(equal) - equal
