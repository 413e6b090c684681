"""What speaks for and against two rows being one company, as numbers: the model's input, and what people are told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from sanku.common.codes import is_valid_uscc
from sanku.common.names import normalise
from sanku.warehouse.matching import places
from sanku.warehouse.matching.characters import characters
from sanku.warehouse.matching.comparing import AT, NAMES, among, compare, table_of
from sanku.warehouse.matching.parts import Name, names_of
from sanku.warehouse.matching.repairs import differing, read_code, repairs

# What two codes say: the last is the strongest evidence for, the first against.
CODE_OTHER, CODE_OTHER_WRONG, CODE_UNKNOWN, CODE_NEAR, CODE_REPAIRED, CODE_EQUAL = -2, -1, 0, 1, 2, 3

_NUMBERS = re.compile(r"\d+")


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


def of_pairs(
    queries: Sequence[Row],
    rows: Sequence[Row],
    of_query: NDArray[np.int64],
    of_base: NDArray[np.int64],
    likeness: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return the features of pairs (pairs × NAMES).

    Args:
        of_query: the place among `queries` of each pair, ascending; those of one query are its candidates.
        of_base: the place of each pair among `rows`.
        likeness: how like the names of each were when candidates were sought.
        weights: how telling each character is, by code point.
    """
    out = np.zeros((len(of_query), len(NAMES)), np.float32)
    known = characters()
    mine, its = table_of(queries).arrays, table_of(rows).arrays
    compare(mine, its, of_query, of_base, weights, known.sounds, known.corners, known.parts, out)
    pairs = [
        (queries[one], rows[other]) for one, other in zip(of_query.tolist(), of_base.tolist(), strict=True)
    ]
    says = [(*address_says(query.address, row.address), code_says(query, row)) for query, row in pairs]
    out[:, AT["address_share"] : AT["code"] + 1] = np.array(says, np.float32).reshape(-1, 4)
    among(of_query, likeness, out)
    return out


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
