"""Which of two values wins where two records become one, and what goes back when the merge is undone: plain values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sanku.accounts.rules import Role


class Side(StrEnum):
    """Whose value the one record has: of the record that stays, of the one that goes into it, or both together."""

    KEEP = "keep"
    MERGE = "merge"
    BOTH = "both"


class Kind(StrEnum):
    """How two values of a field go together."""

    ONE = "one"  # one of the two
    FLAG = "flag"  # yes or no
    CODES = "codes"  # a list of codes
    LINES = "lines"  # a text, one entry a line
    WORDS = "words"  # {word: value}


class Why(StrEnum):
    """Why a side is proposed."""

    SAME = "same"
    FILLED = "filled"
    CODE = "code"
    NEWER = "newer"
    STAYS = "stays"  # entered at one time: that of the record that stays
    YES = "yes"
    BOTH = "both"
    EARLIER = "earlier"  # reported first


TOGETHER = frozenset({Kind.CODES, Kind.LINES, Kind.WORDS})
# What a registration says: believed of the record that has a code, where the other has none.
REGISTERED = frozenset({"name", "established_on", "registered_capital", "status", "address"})


def propose(
    kind: Kind, keep: Any, merge: Any, *, coded: Side | None, newer: Side | None, field: str = ""
) -> tuple[Side, Why]:
    """Return whose value of a field is proposed, and why.

    Empty values are None, "", [], {} and, of a flag, False. `coded` is the side that alone has a code, `newer` the
    one whose value was entered later, if either was.
    """
    if keep == merge:
        return Side.KEEP, Why.SAME
    if kind == Kind.FLAG:
        return (Side.KEEP if keep else Side.MERGE), Why.YES
    if not merge:
        return Side.KEEP, Why.FILLED
    if not keep:
        return Side.MERGE, Why.FILLED
    if kind in TOGETHER:
        return Side.BOTH, Why.BOTH
    if coded is not None and field in REGISTERED:
        return coded, Why.CODE
    # What was entered twice under two names was not renamed in between.
    return (newer, Why.NEWER) if newer is not None and field != "name" else (Side.KEEP, Why.STAYS)


def together(kind: Kind, keep: Any, merge: Any, side: Side) -> Any:
    """Return the value that the one record gets."""
    if side != Side.BOTH:
        return merge if side == Side.MERGE else keep
    match kind:
        case Kind.CODES:
            return sorted({*keep, *merge})
        case Kind.LINES:
            return added_lines(keep, merge.splitlines())
        case Kind.WORDS:
            return {**merge, **keep}
    return keep


def added_lines(text: str, more: Sequence[str]) -> str:
    """Return a text with lines added that it does not have yet."""
    lines = text.splitlines()
    return "\n".join([*lines, *dict.fromkeys(line for line in more if line.strip() and line not in lines)])


def all_names(
    final: Mapping[str, str], former: str, *, keep: Mapping[str, str], merge: Mapping[str, str]
) -> str:
    """Return the former names of the one record: every name that either had and that it does not go by now."""
    called = {final["name"], final["short_name"]}
    names = [source[name] for source in (keep, merge) for name in ("name", "short_name")]
    return added_lines(former, [name for name in names if name and name not in called])


def better_kept(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Return whether of two records the first should stay.

    The one with a code; the key enterprise; the one in the zone; the one that a department follows; the one of which
    more is known; the older one.
    """

    def weight(one: Mapping[str, Any]) -> tuple[Any, ...]:
        marks = tuple(bool(one[name]) for name in ("uscc", "is_key", "is_resident", "followed"))
        return (*marks, one["filled"], -one["created_at"].timestamp(), -one["id"])

    return weight(first) >= weight(second)


def first_reported(keep: tuple[datetime, int], merge: tuple[datetime, int]) -> Side:
    """Return whose target client holds the claim: the one reported first 首报首谈; each by moment and id."""
    return Side.KEEP if keep <= merge else Side.MERGE


def office_reasons(
    role: str,
    *,
    departments: tuple[int | None, int | None],
    answering: tuple[tuple[Any, ...], tuple[Any, ...]],
) -> list[str]:
    """Return why the office alone may merge two records; empty where the actor may.

    `departments` follow the two as target clients (None: nobody), `answering` are those who answer for them: who
    does reads what every department holds, and nobody gets that by merging.
    """
    if role == Role.OFFICE:
        return []
    found = []
    if None not in departments and departments[0] != departments[1]:
        found.append("merge_two_departments")
    if answering[0] != answering[1]:
        found.append("merge_answering")
    return found


def inherited(merged: str, survivor: str | None) -> str:
    """Return what is decided about a survivor and a third company, from what was decided about either record.

    States are "open", "same" and "different". A record that is not the third company, in one with the survivor:
    then the survivor is not it either. Two decisions that contradict each other are to be made anew.
    """
    if survivor is None or survivor == "open":
        return merged
    if merged in ("open", survivor):
        return survivor
    return "open"


# --- undoing


def set_back(kind: Kind | None, *, old: Any, new: Any, now: Any) -> tuple[bool, Any]:
    """Return whether a value that a merge changed from `old` to `new` can be taken back, and to what.

    What nobody changed since becomes what it was. Of codes and lines, only what the merge brought is taken away; of a
    sum (`kind` None of a number) only what it added. Anything else that was changed since stays as it is `now`.
    """
    if now == new:
        return True, old
    match kind:
        case Kind.CODES:
            brought, lost = set(new) - set(old), set(old) - set(new)
            return True, sorted((set(now) - brought) | lost)
        case Kind.LINES:
            brought = set(new.splitlines()) - set(old.splitlines())
            left = [line for line in now.splitlines() if line not in brought]
            kept = set(new.splitlines())
            return True, added_lines("\n".join(left), [line for line in old.splitlines() if line not in kept])
        case Kind.WORDS:
            words = {word: value for word, value in now.items() if word in old or value != new.get(word)}
            return True, {**{word: value for word, value in old.items() if word not in new}, **words}
    return now == old, old
