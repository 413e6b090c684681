"""How entries are chained: plain functions over plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Person(Protocol):
    """What the ledger must know of whoever writes or reads it; the app of people stands above."""

    @property
    def pk(self) -> Any:
        """The person's id."""

    @property
    def zone_id(self) -> int:
        """The zone that the person works for."""

    @property
    def department_id(self) -> int | None:
        """The department that the person belongs to."""

    @property
    def sees_all(self) -> bool:
        """Whether the person reads every record of the zone."""


def spelled(value: Any) -> str:
    """Return the one JSON spelling of a value, so that equal values have equal digests."""
    return _CANONICAL.encode(value)


def canonical(value: Any) -> bytes:
    """Return the bytes of a value's JSON spelling."""
    return spelled(value).encode()


def content_digest(*, salt: str, label: str, changes: Any, why: str, address: str) -> str:
    """Return the salted SHA-256 digest of what an entry says, in hexadecimal."""
    return digest_of(salt, label, spelled(changes), why, address)


def digest_of(salt: str, label: str, changes: str, why: str, address: str) -> str:
    """Return the digest of what an entry says, whose changes are spelled already: they are nearly all of it."""
    content = f"[{spelled(label)},{changes},{spelled(why)},{spelled(address)}]"
    return hashlib.sha256(f"{salt}{content}".encode()).hexdigest()


def entry_hash(previous: str, *, digest: str, facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 hash that chains an entry to the one before."""
    return hashlib.sha256(previous.encode() + digest.encode() + canonical(facts)).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """What is checked of one entry, in the order of the chain."""

    number: int
    digest: str
    hash: str
    facts: Mapping[str, Any]
    content: Mapping[str, Any] | None  # None: erased


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and why: `number`, `hash`, `content` or `end`."""

    number: int
    what: str


def first_break(links: Iterable[Link], *, length: int, last_hash: str) -> Break | None:
    """Return the first place where the chain does not hold, or None.

    `length` and `last_hash` are those kept at the chain's end: a chain cut short is a break too.
    """
    previous, count = "", 0
    for link in links:
        count += 1
        if link.number != count:
            return Break(count, "number")
        if link.content is not None and content_digest(**link.content) != link.digest:
            return Break(count, "content")
        if entry_hash(previous, digest=link.digest, facts=link.facts) != link.hash:
            return Break(count, "hash")
        previous = link.hash
    if count != length or previous != last_hash:
        return Break(count, "end")
    return None


def undo_update(
    changes: Sequence[Mapping[str, Any]], current: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Decide what a change of many records goes back to.

    `changes` are the ledger's (field, old, new), `current` the values now as the ledger would write them. Returns
    the fields to restore with their old values, and the fields that somebody changed since. Of a field that holds
    values by key (a zone's own fields, what is kept as written) each key is decided by itself; one that was changed
    since is told as “field-key”.
    """
    restore: dict[str, Any] = {}
    kept: list[str] = []
    for change in changes:
        name = change["field"]
        if name not in current:
            continue
        if current[name] == change["new"]:
            restore[name] = change["old"]
        elif all(isinstance(value, dict) for value in (current[name], change["new"], change["old"] or {})):
            whole, edited = _undo_keys(change["old"] or {}, change["new"], current[name])
            if whole != current[name]:
                restore[name] = whole
            kept += [f"{name}-{key}" for key in edited]
        elif current[name] != change["old"]:
            kept.append(name)
    return restore, kept


def _undo_keys(
    old: Mapping[str, Any], new: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the values by key as they are to be, and the keys that somebody changed since."""
    found, edited = dict(now), []
    for key in {**old, **new}:
        if old.get(key) == new.get(key):
            continue
        if now.get(key) != new.get(key):
            if now.get(key) != old.get(key):
                edited.append(key)
        elif key in old:
            found[key] = old[key]
        else:
            found.pop(key, None)
    return found, edited
