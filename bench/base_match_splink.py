"""Splink 5 alone on a set: Fellegi and Sunter's model over blocks, fitted without labels, as its documents advise.

Its stock comparisons of strings count bytes on Chinese, so names are compared by the Dice coefficient of their pairs of
characters, in SQL.
"""

import time
from pathlib import Path
from typing import Any

DICE = "2.0 * len(list_intersect(core_pairs_l, core_pairs_r)) / greatest(1, len(core_pairs_l) + len(core_pairs_r))"


def _frame(rows: list[dict[str, str]], key: str) -> Any:
    import pandas as pd  # type: ignore[import-untyped,unused-ignore]

    from sanku.common.codes import clean_code
    from sanku.common.names import core_name

    cores = [core_name(row["name"]) for row in rows]
    return pd.DataFrame(
        {
            "unique_id": [row[key] for row in rows],
            "core": cores,
            "core_pairs": [sorted({core[at : at + 2] for at in range(len(core) - 1)}) for core in cores],
            "head": [core[:4] or None for core in cores],
            "tail": [core[-4:] or None for core in cores],
            "middle": [core[2:6] if len(core) >= 6 else None for core in cores],
            "uscc": [clean_code(row["uscc"]) or None for row in rows],
            "city": [row["city"].strip() or None for row in rows],
            "address": [row["address"].strip() or None for row in rows],
        }
    )


def splink_alone(folder: Path) -> dict[str, Any]:
    """Return F1 at the best threshold of the match probability, and the seconds from reading to predicting."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    from bench.base_match import best_f1, table

    begin, before = time.perf_counter(), time.process_time()
    base, queries = table(folder / "base.csv.gz"), table(folder / "queries.csv")
    truth = {row["row"]: row["uscc"] for row in table(folder / "truth.csv")}
    name = comparisons.CustomComparison(
        output_column_name="core",
        comparison_levels=[
            levels.NullLevel("core"),
            levels.ExactMatchLevel("core"),
            *(
                levels.CustomLevel(f"{DICE} >= {least}", label_for_charts=f"Dice {least}")
                for least in (0.8, 0.65, 0.5)
            ),
            levels.ElseLevel(),
        ],
    )
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[name, *(comparisons.ExactMatch(column) for column in ("uscc", "city", "address"))],
        blocking_rules_to_generate_predictions=[
            block_on(column) for column in ("uscc", "head", "tail", "middle")
        ],
    )
    database = DuckDBAPI()
    frames = [
        database.register(_frame(rows, key), dataset_display_name=label)
        for rows, key, label in ((base, "uscc", "base"), (queries, "row", "queries"))
    ]
    linker = Linker(frames, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("uscc")], recall=0.25)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("head"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("uscc"))
    found = linker.inference.predict(threshold_match_probability=0.001).as_pandas_dataframe()  # type: ignore[no-untyped-call,unused-ignore]
    best: dict[str, tuple[float, str]] = {}
    sides = found["source_dataset_l"] == "queries"
    rows = found["unique_id_l"].where(sides, found["unique_id_r"])
    codes = found["unique_id_r"].where(sides, found["unique_id_l"])
    for row, code, score in zip(rows, codes, found["match_weight"], strict=True):
        if row not in best or score > best[row][0]:
            best[row] = (float(score), code)
    scores = [score for score, _code in best.values()]
    right = [code == truth[row] for row, (_score, code) in best.items()]
    f1, at = best_f1(scores, right, sum(map(bool, truth.values())))
    return {
        "f1": round(f1, 4),
        "f1_at": round(at, 2),
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu_seconds": round(time.process_time() - before, 1),
    }
