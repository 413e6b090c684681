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
    for first, others in enumerate(by_name([rows[at] for at in range(len(companies))], base)):
        others.pop(first, None)
        if not others:
            continue
        values = np.zeros((len(others), len(features.NAMES)), np.float32)
        for at, second in enumerate(others):
            features.pair_features(rows[first], rows[second], base.postings.weights, values[at])
        features.among(values, np.fromiter(others.values(), np.float32, len(others)))
        scores = model.probability(fitted, model.log_odds(fitted, values))
        for second, score, of in zip(others, scores.tolist(), values, strict=True):
            pair = (min(first, second), max(first, second))
            if score >= least and (pair not in found or score > found[pair].score):
                found[pair] = Resemblance(*pair, score, tuple(reasons(of)))
    return sorted(found.values(), key=lambda each: (-each.score, each.first, each.second))
