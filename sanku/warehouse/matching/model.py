"""The probability that two rows are one company: trees fitted by bench/match_train.py, kept as numbers, evaluated here.

A tree is flat: for each node the feature, the threshold, the node to go to and whether NaN goes there; a leaf holds a
value. Sums of leaves are log-odds; a last straight line through them makes them probabilities (Platt 1999).
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.matching.comparing import NAMES

MODEL = "model.json"
TOGETHER = 128  # rows that go down a tree one after the other: they and it stay near the core


@dataclass(frozen=True, slots=True)
class Model:
    """Trees laid out one after the other, and the calibration of their sum."""

    feature: NDArray[np.int16]  # -1: a leaf
    value: NDArray[np.float32]  # threshold, or what a leaf adds
    left: NDArray[
        np.int32
    ]  # where to go if the feature is at most the threshold; the other child stands behind the node
    nan_left: NDArray[np.bool_]
    roots: NDArray[np.int32]
    slope: float
    shift: float
    auto: float
    review: float


@cache
def model() -> Model:
    """Return the fitted model that the package carries."""
    return read(json.loads((files(__package__) / MODEL).read_text(encoding="utf-8")))


def read(kept: dict[str, object]) -> Model:
    """Return a model as it was kept.

    Raises:
        ValueError: it was fitted to other features.
    """
    if tuple(kept["features"]) != NAMES:  # type: ignore[arg-type]
        raise ValueError("The model was fitted to other features: run bench.match_train.")
    trees = kept["trees"]
    feature: list[int] = []
    value: list[float] = []
    left: list[int] = []
    nan_left: list[bool] = []
    roots: list[int] = []
    for tree in trees:  # type: ignore[attr-defined]
        roots.append(len(feature))
        for its_feature, its_value, to, nan in zip(*tree, strict=True):
            feature.append(its_feature)
            value.append(its_value)
            left.append(roots[-1] + to)
            nan_left.append(bool(nan))
    line = kept["calibration"]
    return Model(
        np.array(feature, np.int16), np.array(value, np.float32), np.array(left, np.int32), np.array(nan_left, np.bool_),
        np.array(roots, np.int32), float(line[0]), float(line[1]), float(kept["auto"]), float(kept["review"]),  # type: ignore[index,arg-type]
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _sum(features: Any, feature: Any, value: Any, left: Any, nan_left: Any, roots: Any, out: Any) -> Any:
    for first in range(0, len(features), TOGETHER):
        end = min(first + TOGETHER, len(features))
        for root in roots:
            for row in range(first, end):
                at = root
                while feature[at] >= 0:
                    seen = features[row, feature[at]]
                    goes_left = nan_left[at] if np.isnan(seen) else seen <= value[at]
                    at = left[at] if goes_left else at + 1
                out[row] += value[at]


def log_odds(fitted: Model, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the log-odds of each row of features, not yet calibrated."""
    out = np.zeros(len(features), np.float64)
    _sum(features, fitted.feature, fitted.value, fitted.left, fitted.nan_left, fitted.roots, out)
    return out


def exclusive(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of candidates of one query given that at most one of them is right."""
    some = np.exp(np.clip(odds, -30, 30))
    others = some.sum() - some
    return np.asarray(np.clip(odds, -30, 30) - np.log1p(others), np.float64)


def probability(fitted: Model, odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return calibrated probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-(fitted.slope * odds + fitted.shift))), np.float64)
