"""Linking a messy list to a base: accuracy and time against Splink alone and rapidfuzz alone, and time at scale.

    python -m bench.base_match [--set FOLDER] [--base FOLDER --list 100000] [--peers]

FOLDER of a set holds base.csv.gz, queries.csv and truth.csv (read where it stands, never copied). With `--base` (a folder of
versions, see warehouse/versions.py) as many rows as asked for are drawn from its version, given seeded errors and linked.
The peers get the same rows; Sanku's own time is that of a process of its own, start and index of the base included.
"""

import argparse
import csv
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.measure import pace

SET = Path(__file__).resolve().parents[2] / "shared" / "data" / "matching"
LIST = 100_000  # rows of the list that is linked to a base
PEERS = {
    "rapidfuzz": {"names": "sanku.common.names.normalise", "scorer": "fuzz.ratio", "candidates": "all", "workers": 2},
    "rapidfuzz one by one": {"names": "as above", "call": "process.extractOne(name, all, scorer=…)", "rows": "the first 100, times all rows / 100"},
    "splink": {
        "link_type": "link_only", "backend": "DuckDB", "blocks": ["uscc", "first 4 characters of the core", "last 4", "characters 3 to 6"],
        "comparisons": ["Dice of pairs of characters of the core: exact, .8, .65, .5", "uscc exact", "city exact", "address exact"],
    },
}  # fmt: skip


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV, gzipped or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8-sig")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8-sig") as lines
    ):
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(lines)]


def best_f1(scores: Sequence[float], right: Sequence[bool], present: int) -> tuple[float, float]:
    """Return the best F1 over all thresholds and the threshold: of equal scores all are taken or none."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    sorted_scores, hits = np.asarray(scores)[order], np.cumsum(np.asarray(right)[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + present)
    f1[:-1][sorted_scores[:-1] == sorted_scores[1:]] = 0
    return float(f1.max()), float(sorted_scores[f1.argmax()])


def calibration_error(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: over equal ranges of score, how far the mean score is from the share right."""
    kept, hit = np.asarray(scores), np.asarray(right)
    which = np.minimum((kept * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(kept[which == at].mean() - hit[which == at].mean()) * (which == at).mean()
            for at in set(which.tolist())
        )
    )


class Memory:
    """The most memory that a process and those it has started held at once; what they share is counted once."""

    def __init__(self, process: int) -> None:
        """Look now and every second until the process has ended."""
        self._process, self._peak = process, 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while Path(f"/proc/{self._process}/smaps_rollup").exists() and (held := self._held(self._process)):
            self._peak = max(self._peak, held)
            time.sleep(1.0)

    def _held(self, process: int) -> int:
        """Return the proportional share of memory of a process and its descendants in kB, 0 where it has ended."""
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
            children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        except OSError:
            return 0
        own = next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
        return own + sum(self._held(int(child)) for child in children)

    def peak_mb(self) -> int:
        """Return the peak, once the process has ended."""
        self._thread.join()
        return round(self._peak / 1024)


def measured(source: Path, base: str, base_dir: str = "") -> tuple[list[dict[str, str]], dict[str, float]]:
    """Run `sanku match` in a process of its own; return its rows, its seconds and its peak memory."""
    with tempfile.TemporaryDirectory(prefix="sanku-bench-") as folder:
        out = Path(folder) / "out.csv"
        environment = os.environ | ({"SANKU_BASE_DIR": base_dir} if base_dir else {})
        command = [
            sys.executable,
            "-m",
            "sanku.config.command",
            "match",
            str(source),
            "--base",
            base,
            "--out",
            str(out),
            "--json",
        ]
        begin = time.perf_counter()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            memory = Memory(running.pid)
        if running.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {running.returncode}.")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = time.perf_counter() - begin
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return table(out), {
            "seconds": round(seconds, 1),
            "cpu_seconds": round(cpu, 1),
            "peak_mb": memory.peak_mb(),
        }


def accuracy(folder: Path) -> dict[str, float]:
    """Return how well the rows of a set are linked."""
    truth = {row["row"]: row["uscc"] for row in table(folder / "truth.csv")}
    rows, figures = measured(folder / "queries.csv", str(folder / "base.csv.gz"))
    scores = [float(row["score"]) for row in rows]
    right = [bool(row["uscc"]) and row["uscc"] == truth[row["row"]] for row in rows]
    present = sum(map(bool, truth.values()))
    auto = [hit for hit, row in zip(right, rows, strict=True) if row["decision"] == "auto"]
    f1, at = best_f1(scores, right, present)
    return figures | {
        "f1": round(f1, 4), "f1_at": round(at, 3), "auto_precision": round(sum(auto) / max(1, len(auto)), 4),
        "auto_recall": round(sum(auto) / present, 4), "calibration_error": round(calibration_error(scores, right), 4),
    }  # fmt: skip


def at_scale(base_dir: str, rows: int) -> dict[str, float]:
    """Return the time and memory of linking rows drawn from a version, with seeded errors."""
    from bench.match_errors import row_as_typed
    from sanku.warehouse.matching import places
    from sanku.warehouse.versions import Base

    version = Base(Path(base_dir)).current()
    if version is None:
        raise SystemExit(f"{base_dir} holds no version")
    rng = random.Random(11)
    drawn = sorted(rng.sample(range(version.rows), min(rows, version.rows)))
    found = version.read_rows(drawn, ["name", "uscc", "region_code", "address"]).to_pylist()
    regions = places.regions()
    right: list[str] = []
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("row", "name", "uscc", "province", "city", "address"))
        for number, row in enumerate(found, 1):
            region = row["region_code"] or ""
            whole = {
                "name": row["name"], "uscc": row["uscc"] or "", "address": row["address"] or "",
                "province": places.short_name(regions.get(region[:2] + "0000", "")), "city": places.short_name(regions.get(region[:4] + "00", "")),
            }  # fmt: skip
            typed = row_as_typed(whole, rng)
            writer.writerow(
                (number, *(typed[key] for key in ("name", "uscc", "province", "city", "address")))
            )
            right.append(whole["uscc"])
        stream.flush()
        answers, figures = measured(Path(stream.name), version.name, base_dir)
    hits = [row["uscc"] == code for row, code in zip(answers, right, strict=True)]
    auto = [hit for hit, row in zip(hits, answers, strict=True) if row["decision"] == "auto"]
    return {f"scale_{key}": value for key, value in figures.items()} | {
        "scale_rows": len(found), "scale_companies": version.rows, "scale_best_is_right": round(sum(hits) / len(hits), 4),
        "scale_auto_precision": round(sum(auto) / max(1, len(auto)), 4), "scale_auto_share": round(len(auto) / len(hits), 4),
    }  # fmt: skip


def rapidfuzz_alone(folder: Path) -> dict[str, Any]:
    """Link by the best ratio of normalised names among all companies."""
    from rapidfuzz import fuzz, process

    from sanku.common.names import normalise

    begin, before = time.perf_counter(), time.process_time()
    base, queries = table(folder / "base.csv.gz"), table(folder / "queries.csv")
    truth = [row["uscc"] for row in table(folder / "truth.csv")]
    names, asked = [normalise(row["name"]) for row in base], [normalise(row["name"]) for row in queries]
    scores, right = [], []
    for first in range(0, len(asked), 500):
        table_of = process.cdist(
            asked[first : first + 500], names, scorer=fuzz.ratio, workers=2, dtype=np.uint8, score_cutoff=40
        )
        for at, row in enumerate(table_of, first):
            scores.append(float(row.max()))
            right.append(base[int(row.argmax())]["uscc"] == truth[at])
    f1, threshold = best_f1(scores, right, sum(map(bool, truth)))
    return {
        "f1": round(f1, 4),
        "f1_at": threshold,
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu_seconds": round(time.process_time() - before, 1),
        "settings": PEERS["rapidfuzz"],
    }


def rapidfuzz_one_by_one(folder: Path, rows: int = 100) -> dict[str, Any]:
    """Return the time of the call that its documentation shows, scaled to all rows: by `fuzz.ratio`, and by its usual scorer."""
    from rapidfuzz import fuzz, process

    from sanku.common.names import normalise

    names = [normalise(row["name"]) for row in table(folder / "base.csv.gz")]
    asked = [normalise(row["name"]) for row in table(folder / "queries.csv")]
    found: dict[str, Any] = {"settings": PEERS["rapidfuzz one by one"]}
    for scorer in (fuzz.ratio, fuzz.WRatio):
        begin = time.perf_counter()
        for name in asked[:rows]:
            process.extractOne(name, names, scorer=scorer)
        found[f"{scorer.__name__.lower()}_seconds"] = round(
            (time.perf_counter() - begin) * len(asked) / min(rows, len(asked)), 1
        )
    return found


def usual_list(rows: int) -> int:
    """Return how many rows are linked to a base of so many companies: a tenth, of 1 million and more LIST."""
    return min(LIST, max(LIST // 10, rows // 10))


def run(rows: int, options: Any) -> dict[str, Any]:
    """Measure on the set and, where a base is named, at scale; with the peers where they are asked for.

    `rows` are the companies of the base; `options` may have `set`, `base` (folders), `list` (rows linked to it) and `peers`.
    """
    folder = Path(getattr(options, "set", None) or SET)
    figures: dict[str, Any] = {}
    peers: dict[str, Any] = {}
    if folder.is_dir():
        figures |= accuracy(folder)
        if getattr(options, "peers", False):
            from bench.base_match_splink import splink_alone

            peers = {
                "rapidfuzz": rapidfuzz_alone(folder),
                "rapidfuzz one by one": rapidfuzz_one_by_one(folder),
                "splink": splink_alone(folder) | {"settings": PEERS["splink"]},
            }
    if getattr(options, "base", None):
        figures |= at_scale(str(options.base), getattr(options, "list", 0) or usual_list(rows))
    load = os.getloadavg()[0]
    return {
        "name": "match", "rows": rows or figures.get("scale_companies", 0), "figures": figures, "peers": peers,
        "machine": {"cores": len(os.sched_getaffinity(0)), "load": round(load, 1), "pace_ms": pace(), "python": sys.version.split()[0]},
    }  # fmt: skip


def main() -> int:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="bench.base_match", description=__doc__)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--list", type=int, default=LIST, help="rows of the list that is linked to the base")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    print(json.dumps(run(0, options), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
