"""What changed from one edition of a list to the next: plain values only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["new", "gone", "up", "down", "renamed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a company stands in an edition; `key` is what is the same in two editions."""

    name: str
    rank: int | None
    keys: tuple[str, ...]
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one company: `steps` are the ranks that it rose (or fell)."""

    kind: Kind
    name: str
    rank: int | None
    old_name: str = ""
    old_rank: int | None = None
    company_id: int | None = None

    @property
    def steps(self) -> int:
        """How many ranks lie between the two editions."""
        return abs((self.old_rank or 0) - (self.rank or 0))


def edition_changes(old: Iterable[Standing], new: Iterable[Standing]) -> list[Change]:
    """Return what changed, in the order of the new edition and then of the old one.

    A company is the same in both where it is one record, has one code, or one name but for its legal form. It may
    have changed in two ways: its rank and its name.
    """
    before: dict[str, Standing] = {}
    olds = list(old)
    for standing in olds:
        for key in standing.keys:
            before.setdefault(key, standing)
    met: set[int] = set()
    found: list[Change] = []
    for standing in new:
        was = next((before[key] for key in standing.keys if key in before), None)
        here = (standing.name, standing.rank)
        if was is None:
            found.append(Change("new", *here, company_id=standing.company_id))
            continue
        met.add(id(was))
        there = {
            "old_name": was.name,
            "old_rank": was.rank,
            "company_id": standing.company_id or was.company_id,
        }
        if was.rank is not None and standing.rank is not None and was.rank != standing.rank:
            found.append(Change("up" if standing.rank < was.rank else "down", *here, **there))  # type: ignore[arg-type]
        if was.name != standing.name:
            found.append(Change("renamed", *here, **there))  # type: ignore[arg-type]
    found += [
        Change("gone", one.name, None, one.name, one.rank, one.company_id)
        for one in olds
        if id(one) not in met
    ]
    return found
