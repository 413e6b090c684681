"""Accuracy by kind of error, on companies that the model was not fitted on.

    python -m bench.match_validate REGISTRY.csv.gz [--without TRUTH.csv] [--rows 300] [--seed 5] [--model FILE] [--kinds …] [--show 5]

For each kind as many rows, a third of them traps with the same error: of the automatic decision precision and recall, best F1,
calibration error, how often the right company is among the candidates and how often it is the first of them. The last line
is JSON. REGISTRY stays outside the project; what it was fitted on is told by the code of a company (bench/match_tasks.py).
"""

import argparse
import csv
import json
import random
import sys
from pathlib import Path

import numpy as np

from bench import match_kinds, match_tasks
from bench.base_match import best_f1, calibration_error
from bench.match_tasks import Cells, Task, World
from sanku.warehouse.matching import linking, model


def typing_of(kind: str) -> match_tasks.Typing:
    """Return what types rows with one kind of error; `mixed`: as the model is fitted on."""
    if kind == "mixed":
        return match_kinds.row_as_typed

    def typed(row: Cells, other: Cells, rng: random.Random) -> Cells | None:
        return match_kinds.row_of_kind(row, kind, other, rng)

    return typed


def judged(task: Task, fitted: model.Model, show: int = 0) -> dict[str, float]:
    """Return the measures of one task; print some rows that were linked wrongly."""
    pairs = task.pairs()
    answers = linking.answers(pairs, len(task.queries), fitted)
    scores = [answer.scores[0] if answer.scores else 0.0 for answer in answers]
    first = np.array([answer.rows[0] if answer.rows else -1 for answer in answers])
    wanted = np.array(task.right)
    right = (first == wanted) & (wanted >= 0)
    present = max(1, int((wanted >= 0).sum()))
    auto = np.array([answer.decision == "auto" for answer in answers])
    found = np.zeros(len(wanted), bool)
    found[np.unique(pairs.queries[task.labels(pairs)])] = True
    for at in np.flatnonzero(auto & ~right)[:show]:
        meant = task.world.rows[wanted[at]]["name"] if wanted[at] >= 0 else "–"
        print(f"   {scores[at]:.3f} {list(task.typed[at].values())}\n     linked {list(task.world.rows[first[at]].values())}, meant {meant}")  # fmt: skip
    f1, _at = best_f1(scores, right.tolist(), present)
    return {
        "rows": len(wanted), "precision": round(float(right[auto].mean()) if auto.any() else 1.0, 4), "wrong": int((auto & ~right).sum()),
        "recall": round(float(right[auto].sum()) / present, 4), "f1": round(f1, 4),
        "ece": round(calibration_error(scores, right.tolist()), 4), "found": round(float(found[wanted >= 0].mean()), 4),
        "first": round(float(right[wanted >= 0].mean()), 4),
    }  # fmt: skip


def main() -> int:
    """Measure kind by kind, print a table and JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("registry", type=Path)
    parser.add_argument("--without", type=Path)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--model", type=Path)
    parser.add_argument(
        "--kinds", nargs="*", default=["mixed", *match_kinds.NAME_KINDS, *match_kinds.ROW_KINDS]
    )
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    fitted = (
        model.read(json.loads(options.model.read_text(encoding="utf-8"))) if options.model else model.model()
    )
    without: set[str] = set()
    if options.without:
        with options.without.open(encoding="utf-8-sig") as lines:
            without = {row["uscc"] for row in csv.DictReader(lines) if row["uscc"]}
    world = World(match_tasks.registry(options.registry), without, match_tasks.VALIDATED, options.seed)
    found = {}
    for kind in options.kinds:
        many = options.rows * (10 if kind == "mixed" else 1)
        found[kind] = judged(Task(world, many, options.seed, typing_of(kind)), fitted, options.show)
        seen = " unseen" if kind in match_kinds.UNSEEN else ""
        print(
            f"{kind:18} " + "  ".join(f"{name} {value:<6}" for name, value in found[kind].items()) + seen,
            flush=True,
        )
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
