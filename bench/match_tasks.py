"""Tasks of linking, made of a list of real companies with a seed: what the matcher is fitted, calibrated and validated on."""

import csv
import gzip
import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import match_kinds, match_traps
from sanku.common.names import normalise
from sanku.warehouse.matching.bases import Company, ListBase
from sanku.warehouse.matching.features import Row
from sanku.warehouse.matching.linking import Pairs, by_name, pairs_of
from sanku.warehouse.matching.repairs import repairs

COLUMNS = ("name", "uscc", "province", "city", "address")
Cells = dict[str, str]
Typing = Callable[[Cells, Cells, random.Random], Cells | None]
FITTED, CALIBRATED, VALIDATED = range(3)  # companies by their code: 70 %, 10 % and 20 % of them


def share_of(row: Cells) -> int:
    """Return what a company's rows are for, always the same: nothing is validated on what was fitted."""
    digit = (
        hashlib.sha1(row["uscc"].encode() or row["name"].encode(), usedforsecurity=False).digest()[-1] % 10
    )
    return FITTED if digit < 7 else CALIBRATED if digit < 8 else VALIDATED


def registry(path: Path) -> list[Cells]:
    """Return the companies of a CSV, gzipped or not."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        return [{key: row.get(key) or "" for key in COLUMNS} for row in csv.DictReader(lines)]


def written(row: Cells) -> Company:
    """Return a company as it was written."""
    return Company(row["name"], row["uscc"], row["province"], row["city"], row["address"])


def parsed(row: Cells) -> Row:
    """Return a row as it is compared."""
    return written(row).row


class World:
    """A base of four fifths of a list, what is in it and what is not; only companies of a share are asked for."""

    def __init__(self, rows: list[Cells], without: set[str], share: int, seed: int) -> None:
        """Take a fifth out, index the rest, find which of the absent are most like one that is there: the traps."""
        rng = random.Random(seed)
        order = list(range(len(rows)))
        rng.shuffle(order)
        out = set(order[: len(order) // 5])
        asked = {id(row) for row in rows if row["uscc"] not in without and share_of(row) == share}
        self.rows = [rows[at] for at in order if at not in out]
        self.place = {id(row): at for at, row in enumerate(self.rows)}
        self.base = ListBase([written(row) for row in self.rows])
        self.absent = [rows[at] for at in sorted(out) if id(rows[at]) in asked]
        self.present = [row for row in self.rows if id(row) in asked]
        self.known = {normalise(row["name"]) for row in self.rows}
        bare = [Company(row["name"], "", row["province"], row["city"]).row for row in self.absent]
        best = np.array([max(some.values(), default=0.0) for some in by_name(bare, self.base)])
        self.near: list[Cells] = [self.absent[int(at)] for at in np.argsort(-best)]

    def trap(self, rng: random.Random) -> Cells:
        """Return a row of a company that the base lacks: a real one near one that it has, or one made so."""
        if rng.random() < 0.55:
            return self.near[min(int(rng.random() ** 1.5 * len(self.near)), len(self.near) - 1)]
        while True:
            made = match_traps.other_company(rng.choice(self.present), rng.choice(self.absent), rng)
            if made is not None and normalise(made["name"]) not in self.known:
                return made


class Task:
    """Messy rows to link to a world's base; `right` is each one's row of the base or -1."""

    def __init__(
        self,
        world: World,
        queries: int,
        seed: int,
        typing: Typing = match_kinds.row_as_typed,
        present: float = 0.667,
    ) -> None:
        """Draw and type as many rows as asked for, or as many as the kind of error applies to in forty times the draws."""
        rng = random.Random(seed)
        self.world = world
        self.typed: list[Cells] = []
        self.right: list[int] = []
        for _ in range(40 * queries):
            is_present = rng.random() < present
            row = rng.choice(world.present) if is_present else world.trap(rng)
            typed = typing(row, rng.choice(world.present), rng)
            if typed is None or ("near" in row and not match_traps.is_told_apart(typed, row)):
                continue
            self.typed.append(typed)
            self.right.append(world.place[id(row)] if is_present else -1)
            if len(self.typed) == queries:
                break
        self.queries = [parsed(typed) for typed in self.typed]

    def pairs(self) -> Pairs:
        """Return the candidates of all rows with their features."""
        base = self.world.base
        codes = base.by_code(
            {code for query in self.queries for code in (query.code, *repairs(query.code)) if code}
        )
        return pairs_of(self.queries, base, codes)

    def labels(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Return which pairs are right."""
        return np.asarray(pairs.rows == np.array(self.right)[pairs.queries])
