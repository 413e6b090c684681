"""Link rows to a base: candidates by code and by name, their features, the probability of each, the decision."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sanku.warehouse.engine import on_spark, threads_at_hand
from sanku.warehouse.matching import candidates, features, model
from sanku.warehouse.matching.bases import STRUCTURE, Company, VersionBase
from sanku.warehouse.matching.characters import characters
from sanku.warehouse.matching.comparing import AT
from sanku.warehouse.matching.features import Row
from sanku.warehouse.matching.postings import Postings, block_of
from sanku.warehouse.matching.repairs import repairs
from sanku.warehouse.versions import Version

COMPARED = 6  # candidates of a row that are compared in full
TRADE_UNSAID = 0.5  # what the feature "trade" is where one of the names has none
BEHIND = 0.35  # a candidate this much less like than the best one is not
TOGETHER = 25_000  # rows linked at a time: each time the base's columns are read once
WORTH_PROCESSES = 4_000  # rows from which on further processes gain more than their start costs

Tell = Callable[[int, int], None]
Task = tuple[Path, Sequence[Company]]  # the folder of a version, rows to link to it


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


def pairs_of(queries: Sequence[Row], base: Base, codes: dict[str, int], threads: int = 1) -> Pairs:
    """Return the candidates of rows with their features. `codes` are the base's rows of all codes asked for."""
    found = by_name(queries, base, threads)
    for at, query in enumerate(queries):
        for code in (query.code, *repairs(query.code)):
            if code in codes:
                found[at].setdefault(codes[code], 0.0)
    numbers = {number for some in found for number in some}
    rows = base.read(numbers)
    of_query = np.fromiter((at for at, some in enumerate(found) for _ in some), np.int64)
    of_base = np.fromiter((number for some in found for number in some), np.int64)
    likeness = np.fromiter((how for some in found for how in some.values()), np.float32)
    ordered = sorted(rows)
    places = np.searchsorted(np.array(ordered, np.int64), of_base).astype(np.int64)
    of_rows = [rows[number] for number in ordered]
    return Pairs(
        of_query,
        of_base,
        features.of_pairs(queries, of_rows, of_query, places, likeness, base.postings.weights),
    )


def by_name(queries: Sequence[Row], base: Base, threads: int = 1) -> list[dict[int, float]]:
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
    spans = np.linspace(0, len(keys), min(len(keys), 4 * threads) + 1).astype(int)

    def part(first: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        starts = block.starts[first : end + 1]
        return candidates.candidates(
            base.postings, base.places, block.codes, starts, where[first:end], characters().sounds
        )

    with ThreadPoolExecutor(threads) as pool:
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row was linked to: rows of the base, the best first, each with its probability; the features of the best."""

    rows: tuple[int, ...]
    scores: tuple[float, ...]
    decision: str
    features: NDArray[np.float32] | None


NOTHING = Answer((), (), "none", None)


def decide(score: float, values: NDArray[np.float32], fitted: model.Model) -> str:
    """Return auto, review or none for the probability of a pair and its features; what a person must see is never auto."""
    if score >= fitted.auto and not needs_a_person(values):
        return "auto"
    return "review" if score >= fitted.review else "none"


def needs_a_person(values: NDArray[np.float32]) -> bool:
    """Tell whether a pair, however probable, is one that only a person may link.

    A valid code of another company is not overruled. Words behind the legal form that the base lacks name an organ: it is
    not its head office. And what is written without any trade, or with half a brand, fits companies that the base may not hold:
    it is linked where the address or the code speaks for it.
    """
    code, share, number, organ, brand, trade, same_trade = values[_TOLD].tolist()
    if code == features.CODE_OTHER:
        return True
    if code > features.CODE_UNKNOWN:
        return False
    is_brand_alone = trade >= 2 and same_trade == TRADE_UNSAID
    address_agrees = share >= 0.8 and not number < 1
    return bool(organ >= 2 or ((brand >= 2 or is_brand_alone) and not address_agrees))


_TOLD = [
    AT[name]
    for name in (
        "code",
        "address_share",
        "address_number",
        "organ_added",
        "brand_missing",
        "trade_missing",
        "trade",
    )
]


def answers(pairs: Pairs, many: int, fitted: model.Model) -> list[Answer]:
    """Return the answer for each of `many` queries."""
    found = [NOTHING] * many
    odds = model.log_odds(fitted, pairs.features)
    spans = list(pairs.spans())
    alone = np.zeros(len(odds), np.float64)
    for _query, first, end in spans:
        alone[first:end] = model.exclusive(odds[first:end])
    order = np.lexsort((-alone, pairs.queries))  # the best of each query first
    scores = model.probability(fitted, alone[order]).tolist()
    rows = pairs.rows[order].tolist()
    for query, first, end in spans:
        best = pairs.features[order[first]]
        third = min(first + 3, end)
        found[query] = Answer(
            tuple(rows[first:third]), tuple(scores[first:third]), decide(scores[first], best, fitted), best
        )
    return found


def link(
    companies: Sequence[Company], base: Base, tell: Tell, workers: int | None = None
) -> Iterator[Answer]:
    """Return the answer for each row of a list as it was written, in order.

    A long list is linked by `workers` processes (as many as cores where it is not said, 0: by this one): they share the
    index of a derived version, which is mapped into memory, or inherit a list. With a cluster, its cores link to a version.
    The answers are the same.
    """
    version: Version | None = getattr(base, "version", None)
    together = TOGETHER
    many = _workers(companies) if workers is None else workers
    if on_spark() and version is not None:
        from sanku.warehouse.cluster import cores, spread
        from sanku.warehouse.derive import derive

        derive(version, only=[STRUCTURE])  # nothing where it is there
        together = max(1, min(TOGETHER, -(-len(companies) // cores())))
        parts: Iterator[list[Answer]] = spread(link_in_task, _tasks(version, companies, together))
    elif many and version is not None and version.derived(STRUCTURE).exists():
        together = max(1, min(TOGETHER, -(-len(companies) // (2 * many))))
        parts = _in_processes(many, link_in_task, _tasks(version, companies, together))
    elif many and version is None and sys.platform == "linux":
        parts = _in_forks(many, companies, base)
    else:
        parts = (
            _linked(companies[first : first + together], base, threads_at_hand())
            for first in range(0, len(companies), together)
        )
    done = 0
    for found in parts:
        yield from found
        done += len(found)
        tell(done, len(companies))


def _tasks(version: Version, companies: Sequence[Company], together: int) -> Iterator[Task]:
    return ((version.folder, companies[at : at + together]) for at in range(0, len(companies), together))


def _workers(companies: Sequence[Company]) -> int:
    """Return how many processes are worth their start for a list; none for a short one or on one core."""
    many = threads_at_hand()
    return many if many > 1 and len(companies) >= WORTH_PROCESSES else 0


def _in_processes(
    workers: int, function: Callable[[Any], list[Answer]], tasks: Iterable[Any], start: str = "spawn"
) -> Iterator[list[Answer]]:
    # A version is opened in each: the engines that a reader of Parquet has started do not live through a fork.
    with ProcessPoolExecutor(workers, mp_context=get_context(start)) as pool:
        yield from pool.map(function, tasks)


_inherited: list[Base] = []  # a list in memory, as the processes forked off this one find it


def _in_forks(workers: int, companies: Sequence[Company], base: Base) -> Iterator[list[Answer]]:
    """Link to a list in memory by processes that inherit it with its index, instead of reading it again."""
    together = max(1, -(-len(companies) // (2 * workers)))
    model.model()  # read once, before the processes part
    _inherited.append(base)
    try:
        parts = [companies[at : at + together] for at in range(0, len(companies), together)]
        yield from _in_processes(workers, _linked_to_inherited, parts, "fork")
    finally:
        _inherited.pop()


def _linked_to_inherited(companies: Sequence[Company]) -> list[Answer]:
    return _linked(companies, _inherited[-1], threads=1)


def _linked(companies: Sequence[Company], base: Base, threads: int) -> list[Answer]:
    queries = [company.row for company in companies]
    codes = base.by_code({code for query in queries for code in (query.code, *repairs(query.code)) if code})
    return answers(pairs_of(queries, base, codes, threads), len(queries), model.model())


def link_in_task(task: Task) -> list[Answer]:
    """Link some rows in a process of its own, on this machine or on one of a cluster: one core is its share."""
    folder, companies = task
    base = VersionBase(Version(folder))
    try:
        return _linked(companies, base, threads=1)
    finally:
        base.close()
