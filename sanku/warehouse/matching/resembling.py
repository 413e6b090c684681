"""Possible duplicates within a list: the same features and model as linking, of a list to itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanku.warehouse.matching import features, model
from sanku.warehouse.matching.bases import Company, ListBase
from sanku.warehouse.matching.explaining import reasons
from sanku.warehouse.matching.linking import by_name

LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Two places of a list that may be one company, how probable that is, and why, in the reader's language."""

    first: int
    second: int
    score: float
    why: tuple[str, ...]


def resembling(companies: Sequence[Company], least: float = LEAST) -> list[Resemblance]:
    """Return the pairs of a list that are one company with at least a probability, the most probable first.

    Pure: reads no base and no database. Every company is compared with the few most like it, so time grows with the list
    and not with its square.
    """
    base = ListBase(companies)
    rows = base.read(range(len(companies)))
    fitted = model.model()
    found: dict[tuple[int, int], Resemblance] = {}
    listed = [rows[at] for at in range(len(companies))]
    near = [
        (first, second, how)
        for first, others in enumerate(by_name(listed, base))
        for second, how in others.items()
        if second != first
    ]
    firsts, seconds = (np.array([each[place] for each in near], np.int64) for place in (0, 1))
    likeness = np.array([how for _first, _second, how in near], np.float32)
    values = features.of_pairs(listed, listed, firsts, seconds, likeness, base.postings.weights)
    scores = model.probability(fitted, model.log_odds(fitted, values))
    for (first, second, _how), score, of in zip(near, scores.tolist(), values, strict=True):
        pair = (min(first, second), max(first, second))
        if score >= least and (pair not in found or score > found[pair].score):
            found[pair] = Resemblance(*pair, score, tuple(reasons(of)))
    return sorted(found.values(), key=lambda each: (-each.score, each.first, each.second))
