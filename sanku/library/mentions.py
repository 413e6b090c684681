"""Mentions in a note: “@” and what the zone calls a person. Plain values only.

A note is text and nothing else, so that it can be typed without any script or sent by a program. Where several people
have one name, each is called by name and sign-in name: 张伟（zhangwei2）.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sanku.common.names import simplified

# An “@” right after a letter or digit is a mail address.
AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠]")
MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in a text: who, and the words that stand for him, from the sign on."""

    person_id: int
    start: int
    end: int


def handles(people: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Return what each person is called after the sign; people are id, name and sign-in name."""
    known = list(people)
    count = Counter(_folded(name) for _pk, name, _username in known)
    return {
        pk: name if count[_folded(name)] == 1 else f"{name}（{username}）"
        for pk, name, username in known
        if name
    }


def mentions_in(text: str, called: Mapping[int, str]) -> list[Found]:
    """Return the mentions of a text in their order; of two names that fit, the longer one is meant."""
    by_name = {_folded(name): pk for pk, name in called.items()}
    lengths = sorted({len(name) for name in by_name}, reverse=True)
    found: list[Found] = []
    for sign in AT.finditer(text):
        start = sign.end()
        for length in lengths:
            pk = by_name.get(_folded(text[start : start + length]))
            if pk is not None:
                found.append(Found(pk, sign.start(), start + length))
                break
    return found


def doubtful_names(text: str, people: Iterable[tuple[int, str, str]]) -> list[str]:
    """Return the names after a sign that several people have, where the text does not say which of them."""
    known = list(people)
    called = handles(known)
    shared = {name for pk, name, _username in known if name and called[pk] != name}
    meant = {found.start for found in mentions_in(text, called)}
    names = dict(enumerate(sorted(shared)))
    return list(
        dict.fromkeys(names[one.person_id] for one in mentions_in(text, names) if one.start not in meant)
    )


def parts(text: str, called: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int | None]]:
    """Yield the parts of a note in their order, each with the person whom it mentions."""
    at = 0
    by_words = {words: pk for pk, words in called}
    for found in mentions_in(text, dict(enumerate(by_words))):
        words = text[found.start + 1 : found.end]
        if found.start < at or words not in by_words:
            continue
        if found.start > at:
            yield text[at : found.start], None
        yield text[found.start : found.end], by_words[words]
        at = found.end
    if at < len(text):
        yield text[at:], None


def _folded(text: str) -> str:
    return simplified(text.lower())
