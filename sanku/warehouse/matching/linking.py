"""Link rows to a base: candidates by code and by name, their features, the probability of each, the decision."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.engine import on_spark
from sanku.warehouse.matching import candidates, features, model
from sanku.warehouse.matching.characters import characters
from sanku.warehouse.matching.features import Row
from sanku.warehouse.matching.postings import Postings, block_of
from sanku.warehouse.matching.repairs import repairs

if TYPE_CHECKING:
    from sanku.warehouse.versions import Version

COMPARED = 6  # candidates of a row that are compared in full
BEHIND = 0.35  # a candidate this much less like than the best one is not
TOGETHER = 20_000  # rows linked at a time

Tell = Callable[[int, int], None]


class Base(Protocol):
    """What rows are linked to."""

    postings: Postings
    places: NDArray[np.int16]  # of each name: four digits of its region, 0 unknown

    def by_code(self, codes: Iterable[str]) -> dict[str, int]:
        """Return the numbers of the rows that have a code."""

    def read(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return rows by their numbers."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The candidates of some queries: which query, which row of the base, what speaks for and against."""

    queries: NDArray[np.int64]  # ascending
    rows: NDArray[np.int64]
    features: NDArray[np.float32]

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Return (query, first, end) of each query that has candidates."""
        if not len(self.queries):
            return
        firsts = np.flatnonzero(np.diff(self.queries, prepend=-1))
        for first, end in zip(firsts, [*firsts[1:], len(self.queries)], strict=True):
            yield int(self.queries[first]), int(first), int(end)


def pairs_of(queries: Sequence[Row], base: Base, codes: dict[str, int]) -> Pairs:
    """Return the candidates of rows with their features. `codes` are the base's rows of all codes asked for."""
    found = by_name(queries, base)
    for at, query in enumerate(queries):
        for code in (query.code, *repairs(query.code)):
            if code in codes:
                found[at].setdefault(codes[code], 0.0)
    numbers = {number for some in found for number in some}
    rows = base.read(numbers)
    of_query = np.fromiter((at for at, some in enumerate(found) for _ in some), np.int64)
    of_base = np.fromiter((number for some in found for number in some), np.int64)
    out = np.zeros((len(of_query), len(features.NAMES)), np.float32)
    weights = base.postings.weights
    at = 0
    for query, some in zip(queries, found, strict=True):
        first = at
        for number in some:
            features.pair_features(query, rows[number], weights, out[at])
            at += 1
        if at > first:
            features.among(out[first:at], np.fromiter(some.values(), np.float32, at - first))
    return Pairs(of_query, of_base, out)


def by_name(queries: Sequence[Row], base: Base) -> list[dict[int, float]]:
    """Return for each row the base's rows whose names are most like one of its names, and how like."""
    keys: list[str] = []
    owners: list[int] = []
    for at, query in enumerate(queries):
        for name in query.names:
            keys.append(name.key)
            owners.append(at)
    block = block_of(keys, np.array(owners, np.int64))
    where = np.array([queries[at].four for at in owners], np.int16)
    found: list[dict[int, float]] = [{} for _ in queries]
    spans = np.linspace(0, len(keys), min(len(keys), 4 * _threads()) + 1).astype(int)

    def part(first: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        starts = block.starts[first : end + 1]
        return candidates.candidates(
            base.postings, base.places, block.codes, starts, where[first:end], characters().sounds
        )

    with ThreadPoolExecutor(_threads()) as pool:
        parts = list(pool.map(part, spans[:-1], spans[1:]))
    key = 0
    for names, likeness in parts:
        for some, alike in zip(names.tolist(), likeness.tolist(), strict=True):
            mine = found[owners[key]]
            for name, how in zip(some, alike, strict=True):
                if name >= 0:
                    row = int(base.postings.rows[name])
                    mine[row] = max(how, mine.get(row, -1.0))
            key += 1
    return [_best(some) for some in found]


def _best(some: dict[int, float]) -> dict[int, float]:
    ordered = sorted(some.items(), key=lambda each: (-each[1], each[0]))[:COMPARED]
    return {row: how for row, how in ordered if how >= ordered[0][1] - BEHIND}


def _threads() -> int:
    return max(1, min(4, len(os.sched_getaffinity(0))))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row was linked to: rows of the base, the best first, each with its probability; the features of the best."""

    rows: tuple[int, ...]
    scores: tuple[float, ...]
    decision: str
    features: NDArray[np.float32] | None


NOTHING = Answer((), (), "none", None)


def decide(score: float, code_says: int, fitted: model.Model) -> str:
    """Return auto, review or none for a probability; a valid code of another company is not overruled without a person."""
    if score >= fitted.auto and code_says != features.CODE_OTHER:
        return "auto"
    return "review" if score >= fitted.review else "none"


def answers(pairs: Pairs, many: int, fitted: model.Model) -> list[Answer]:
    """Return the answer for each of `many` queries."""
    found = [NOTHING] * many
    odds = model.log_odds(fitted, pairs.features)
    for query, first, end in pairs.spans():
        alone = model.exclusive(odds[first:end])
        order = np.argsort(-alone, kind="stable")
        scores = model.probability(fitted, alone[order])
        best = first + int(order[0])
        says = int(pairs.features[best, features.AT["code"]])
        found[query] = Answer(
            tuple(int(each) for each in pairs.rows[first:end][order][:3]), tuple(float(each) for each in scores[:3]),
            decide(float(scores[0]), says, fitted), pairs.features[best],
        )  # fmt: skip
    return found


def link(queries: Sequence[Row], base: Base, tell: Tell) -> Iterator[Answer]:
    """Return the answer for each row, in order."""
    fitted = model.model()
    codes = base.by_code({code for query in queries for code in (query.code, *repairs(query.code)) if code})
    version = getattr(base, "version", None)
    if on_spark() and version is not None:
        yield from _on_cluster(queries, version, codes, tell)
        return
    for first in range(0, len(queries), TOGETHER):
        some = queries[first : first + TOGETHER]
        yield from answers(pairs_of(some, base, codes), len(some), fitted)
        tell(first + len(some), len(queries))


def _on_cluster(
    queries: Sequence[Row], version: "Version", codes: dict[str, int], tell: Tell
) -> Iterator[Answer]:
    """Link rows on the cluster, as many at a time as give each core work; the index lies in the shared folder."""
    from sanku.warehouse.cluster import cores, spread
    from sanku.warehouse.derive import derive

    derive(version, only=["matching"])  # nothing where it is there
    together = max(1, min(TOGETHER, -(-len(queries) // cores())))

    def tasks() -> Iterator[tuple[Path, Sequence[Row], dict[str, int]]]:
        for first in range(0, len(queries), together):
            some = queries[first : first + together]
            asked = {code for query in some for code in (query.code, *repairs(query.code))}
            yield version.folder, some, {code: codes[code] for code in asked if code in codes}

    done = 0
    for found in spread(link_in_task, tasks()):
        yield from found
        done += len(found)
        tell(done, len(queries))


def link_in_task(task: tuple[Path, Sequence[Row], dict[str, int]]) -> list[Answer]:
    """Link some rows on a machine of the cluster."""
    from sanku.warehouse.matching.bases import VersionBase
    from sanku.warehouse.versions import Version

    folder, queries, codes = task
    base = VersionBase(Version(folder))
    try:
        return answers(pairs_of(queries, base, codes), len(queries), model.model())
    finally:
        base.close()
