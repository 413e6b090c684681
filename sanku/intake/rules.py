"""How a batch goes from state to state, who may import what, which record a row means: plain values only."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sanku.accounts.rules import (
    WRITES_COMPANIES,
    WRITES_PROJECTS,
    WRITES_SITES,
    WRITES_TARGETS,
    Role,
)
from sanku.common.alive import is_silent


class State(StrEnum):
    """Where a batch stands."""

    UPLOADED = "uploaded"
    READING = "reading"
    REVIEW = "review"
    SAVING = "saving"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Action(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    REFUSE = "refuse"
    SKIP = "skip"


AT_WORK = frozenset({State.UPLOADED, State.READING, State.SAVING, State.UNDOING})
MAY_FOLLOW: Mapping[State, frozenset[State]] = {
    State.UPLOADED: frozenset({State.READING, State.STOPPED, State.FAILED, State.REFUSED}),
    State.READING: frozenset({State.READING, State.REVIEW, State.REFUSED, State.FAILED, State.STOPPED}),
    State.REVIEW: frozenset({State.READING, State.SAVING, State.STOPPED}),
    State.SAVING: frozenset({State.SAVING, State.DONE, State.FAILED, State.STOPPED}),
    State.DONE: frozenset({State.UNDOING}),
    State.STOPPED: frozenset({State.READING, State.SAVING, State.UNDOING}),
    State.REFUSED: frozenset(),
    State.FAILED: frozenset({State.READING, State.SAVING, State.UNDOING}),
    State.UNDOING: frozenset({State.UNDOING, State.UNDONE, State.FAILED, State.STOPPED}),
    State.UNDONE: frozenset(),
}

# Whoever may write the records of a kind may import them.
WRITERS: Mapping[str, frozenset[Role]] = {
    "enterprise": WRITES_COMPANIES,
    "target_client": WRITES_TARGETS & WRITES_COMPANIES,
    "project": WRITES_PROJECTS & WRITES_COMPANIES,
    "lead": WRITES_PROJECTS & WRITES_COMPANIES,
    "site": WRITES_SITES,
    "visit": WRITES_COMPANIES,
    "assignment": WRITES_COMPANIES,
}


def may_follow(state: str, after: State) -> bool:
    """Return whether a batch may go from one state to another."""
    return after in MAY_FOLLOW[State(state)]


def is_stale(state: str, heartbeat_at: datetime | None, *, now: datetime) -> bool:
    """Return whether work that should be under way has given no sign of life for too long."""
    return state in AT_WORK and is_silent(heartbeat_at, now=now)


def may_import(role: str, kind: str) -> bool:
    """Return whether a role may import tables of a kind."""
    return role in WRITERS[kind]


def asks_system(mapping: Mapping[str, Any]) -> bool:
    """Return whether a table waits for a person to say in which coordinate system its parcels are."""
    return bool(mapping.get("crs", {}).get("asks"))


def signature(kind_words: Iterable[str], headers: Sequence[tuple[int, str]]) -> str:
    """Return what tells one layout of headers from another: a digest of the headers with their columns."""
    text = "\x1f".join([*kind_words, *(f"{column}\x1e{words}" for column, words in headers)])
    return hashlib.sha256(text.encode()).hexdigest()


# --- which record a row means


def one_of(candidates: Sequence[int]) -> tuple[int | None, bool]:
    """Return the only candidate; with several, none and that it cannot be told."""
    found = set(candidates)
    return (found.pop(), False) if len(found) == 1 else (None, bool(found))


def company_match(
    uscc: str, by_code: Mapping[str, int], same_name: Sequence[tuple[int, str]]
) -> tuple[int | None, bool]:
    """Return the company that a row means, and whether several could be meant.

    By its code first; else by its whole name, if that company has no code or the row gives none: two codes under
    one name are two companies. `same_name` holds (id, code) of those with the name.
    """
    if uscc and uscc in by_code:
        return by_code[uscc], False
    return one_of([pk for pk, code in same_name if not uscc or not code])


# --- what an update may change


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that say something: an empty cell never wipes what is known."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def merged_as_written(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return what stands as written after an import: new words beside or over the old ones."""
    return {**old, **{name: text for name, text in new.items() if text}}


def merged_codes(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the codes of both: an import adds honours and facets, it takes none away."""
    return sorted({*old, *new})


def merged_lines(old: str, new: str) -> str:
    """Return a remark with a new one under it, unless it says so already."""
    if not old or new == old:
        return new
    return old if new in old else f"{old}\n{new}"
