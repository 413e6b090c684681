"""Fit the matcher's model: `python -m bench.match_train REGISTRY.csv.gz [--without TRUTH.csv] [--queries 30000] --out model.json`.

REGISTRY has name, uscc, province, city, address (any list of real companies; it stays outside the project). A fifth of it
is taken out of the base: rows made of those have no right answer, though their branches, parents and namesakes are there.
Rows that TRUTH names are never made queries of, so that the set they belong to stays unseen.
"""

import argparse
import csv
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.match_tasks import CALIBRATED, FITTED, Task, World, registry
from sanku.warehouse.matching import model
from sanku.warehouse.matching.comparing import NAMES
from sanku.warehouse.matching.linking import Pairs

# More of it never speaks against a pair, or never for it: what was not in the training data is judged by that too.
FOR = (
    "of_query",
    "of_base",
    "code",
    "number",
    "equal",
    "equal_key",
    "address_share",
    "address_ratio",
    "names_place",
    "query_name_place",
)
AGAINST = (
    "query_left", "equal_rivals",
    *(f"{role}_{kind}" for role in ("brand", "number", "organ", "place") for kind in ("unlike", "added")),
)  # fmt: skip
SETTINGS = {
    "objective": "binary", "num_leaves": 24, "min_data_in_leaf": 40, "learning_rate": 0.06, "lambda_l2": 5.0,
    "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1, "verbose": -1, "num_threads": 2, "seed": 7, "deterministic": True,
    "monotone_constraints": [1 if name in FOR else -1 if name in AGAINST else 0 for name in NAMES],
}  # fmt: skip
ROUNDS = 220
COLUMNS = ("name", "uscc", "province", "city", "address")


def flat(tree: dict[str, Any]) -> list[list[Any]]:
    """Return a tree of lightgbm as the lists that `model.read` takes: node, its right side, its left side."""
    feature: list[int] = []
    value: list[float] = []
    left: list[int] = []
    nan: list[int] = []

    def add(node: dict[str, Any]) -> None:
        at = len(feature)
        if "leaf_value" in node and "split_feature" not in node:
            feature.append(-1)
            value.append(round(node["leaf_value"], 5))
            left.append(0)
            nan.append(0)
            return
        feature.append(node["split_feature"])
        value.append(float(f"{min(node['threshold'], 3e38):.5g}"))
        left.append(0)
        nan.append(int(node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0.0))
        add(node["right_child"])
        left[at] = len(feature)
        add(node["left_child"])

    add(tree)
    return [feature, value, left, nan]


def best_of(
    pairs: Pairs, odds: NDArray[np.float64], labels: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the log-odds of each query's best candidate, and whether it is right."""
    found, right = [], []
    for _query, first, end in pairs.spans():
        alone = model.exclusive(odds[first:end])
        best = int(np.argmax(alone))
        found.append(float(alone[best]))
        right.append(bool(labels[first + best]))
    return np.array(found), np.array(right)


def straight_line(odds: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and shift of a logistic curve by Newton's method (Platt 1999)."""
    x = np.column_stack([odds, np.ones(len(odds))])
    line = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ line))
        gradient = x.T @ (right - p) - 1e-3 * line
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2)
        line = line + np.linalg.solve(hessian, gradient)
    return float(line[0]), float(line[1])


def threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """Return the lowest score at which the rows above it are right often enough."""
    order = np.argsort(-scores)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    return float(scores[order][good[-1]]) if len(good) else 1.0


def main() -> None:
    """Make tasks, fit, calibrate, write the model."""
    import lightgbm

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("registry", type=Path)
    parser.add_argument("--without", type=Path)
    parser.add_argument("--queries", type=int, default=30_000)
    parser.add_argument("--keep", type=Path, help="keep the features, for trying settings")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = registry(options.registry)
    without: set[str] = set()
    if options.without:
        with options.without.open(encoding="utf-8-sig") as lines:
            without = {row["uscc"] for row in csv.DictReader(lines) if row["uscc"]}
    train = Task(World(rows, without, FITTED, 1), options.queries, 1)
    pairs = train.pairs()
    labels = train.labels(pairs)
    check = Task(World(rows, without, CALIBRATED, 2), options.queries // 3, 2)
    tried = check.pairs()
    tried_labels = check.labels(tried)
    if options.keep:
        with options.keep.open("wb") as stream:
            pickle.dump((pairs, labels, tried, tried_labels, check.right, train.typed, check.typed), stream)
    booster = lightgbm.train(SETTINGS, lightgbm.Dataset(pairs.features, labels.astype(float)), ROUNDS)
    kept: dict[str, Any] = {
        "made_by": "bench/match_train.py: LightGBM on seeded errors in a public registry sample (CC BY-NC-SA; none of it is kept)",
        "features": list(NAMES), "trees": [flat(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]],
        "calibration": [1.0, 0.0], "auto": 0.5, "review": 0.5,
    }  # fmt: skip
    odds, right = best_of(tried, model.log_odds(model.read(kept), tried.features), tried_labels)
    kept["calibration"] = [round(each, 5) for each in straight_line(odds, right)]
    scores = model.probability(model.read(kept), odds)
    # Half of the absent rows are traps made on purpose, which lists of offices hold few of: .99 here is more than .997 there.
    kept["auto"] = round(max(0.85, threshold(scores, right, 0.99)), 4)
    kept["review"] = 0.3
    options.out.write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
    auto = scores >= kept["auto"]
    recall = right[auto].sum() / sum(each >= 0 for each in check.right)
    print(f"pairs {len(labels)}, right {labels.sum()}; calibration {kept['calibration']}")
    print(f"auto at {kept['auto']}: precision {right[auto].mean():.4f}, recall {recall:.4f}")
    gain = booster.feature_importance("gain")
    for at in np.argsort(-gain)[:25]:
        print(f"  {NAMES[at]:20} {gain[at] / gain.sum():.3f}")


if __name__ == "__main__":
    main()
