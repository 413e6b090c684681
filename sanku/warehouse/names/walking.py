"""The compiled heart of a search: walk one list in order, let the text decide, stop when enough is found."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.names.postings import EVERY, Postings
from sanku.warehouse.names.signs import BEGIN, END, INITIAL_BEGIN, SHOWN

TEXT, LETTERS, EITHER = 0, 1, 2  # what a pattern is compared with: the names, their initials, or both
OTHERS = 3  # further lists that are looked up; the text decides anyhow
NEAR = 16  # a further list is looked up where it is not more than so many times as long as the one that is walked


class Companies(NamedTuple):
    """What is known of each company by rank, for the compiled functions."""

    text: NDArray[np.uint16]
    text_starts: NDArray[np.uint32]
    initial_of: NDArray[np.uint8]
    regions: NDArray[np.uint16]
    industries: NDArray[np.uint16]
    honours: NDArray[np.uint16]
    code_heads: NDArray[np.uint32]
    code_tails_low: NDArray[np.uint32]
    code_tails_high: NDArray[np.uint16]


class Asked(NamedTuple):
    """What a company must be to be found."""

    patterns: NDArray[np.uint16]  # all patterns in a row, in units of text
    letters: NDArray[
        np.uint16
    ]  # the same as numbers of initials; each place means something in one of them or in both
    pattern_starts: NDArray[np.int64]  # one more than patterns
    compared: NDArray[np.uint8]  # TEXT, LETTERS or EITHER, by pattern
    # Of the beginning of a pattern that ends at a place: how long its longest own beginning is that ends it too.
    falls: NDArray[np.int64]
    # Whether each number of a column is wanted; of no length where the column is not asked for.
    regions: NDArray[np.bool_]
    industries: NDArray[np.bool_]
    honours: NDArray[np.bool_]
    codes: NDArray[
        np.int64
    ]  # head and tail of the lowest and of the highest code; of no length: any code or none


@njit(cache=True, nogil=True, inline="always")
def _tail(companies: Companies, doc: Any) -> Any:
    """Return the second number of a company's code."""
    return (np.int64(companies.code_tails_high[doc]) << 32) | np.int64(companies.code_tails_low[doc])


@njit(cache=True, nogil=True, inline="always")
def _is_wanted(companies: Companies, asked: Asked, doc: Any) -> bool:
    """Tell whether a company passes the filters."""
    if len(asked.regions) and not asked.regions[companies.regions[doc]]:
        return False
    if len(asked.industries) and not asked.industries[companies.industries[doc]]:
        return False
    if len(asked.honours) and not asked.honours[companies.honours[doc]]:
        return False
    if len(asked.codes):
        head = np.int64(companies.code_heads[doc])
        if head < asked.codes[0] or head > asked.codes[2]:
            return False
        if head == asked.codes[0] and _tail(companies, doc) < asked.codes[1]:
            return False
        return not (head == asked.codes[2] and _tail(companies, doc) > asked.codes[3])
    return True


@njit(cache=True, nogil=True)
def _in_text(companies: Companies, doc: int, patterns: NDArray[np.uint16], begin: int, end: int) -> bool:
    """Tell whether the names of a company hold a pattern."""
    text, first, length = companies.text, patterns[begin], end - begin
    at, last = np.int64(companies.text_starts[doc]), np.int64(companies.text_starts[doc + 1])
    while at + length <= last:
        unit = text[at]
        if unit == SHOWN:
            return False
        if unit == first:
            same = 1
            while same < length and text[at + same] == patterns[begin + same]:
                same += 1
            if same == length:
                return True
        at += 1
    return False


@njit(cache=True, nogil=True)
def _in_letters(companies: Companies, asked: Asked, doc: int, begin: int, end: int) -> bool:
    """Tell whether the initials of a name of a company hold a pattern; it begins with INITIAL_BEGIN for their beginning.

    The letters of a name are compared as they come: `same` of the pattern are matched so far, and where the next does
    not fit, the match falls back to the longest beginning that still does.
    """
    text, initial_of, length = companies.text, companies.initial_of, end - begin
    patterns, falls = asked.letters[begin:end], asked.falls[begin:end]
    same = 0
    for at in range(np.int64(companies.text_starts[doc]), np.int64(companies.text_starts[doc + 1])):
        unit = text[at]
        if unit == SHOWN:
            return False
        letter = np.uint16(INITIAL_BEGIN) if unit == BEGIN else np.uint16(initial_of[unit])
        if unit == END or letter == 0:
            continue
        while same > 0 and patterns[same] != letter:
            same = falls[same - 1]
        if patterns[same] == letter:
            same += 1
            if same == length:
                return True
    return False


@njit(cache=True, nogil=True)
def _fits(companies: Companies, asked: Asked, doc: Any) -> bool:
    """Tell whether a company holds every pattern."""
    for which in range(len(asked.compared)):
        begin, end = asked.pattern_starts[which], asked.pattern_starts[which + 1]
        compared = asked.compared[which]
        if compared != LETTERS and _in_text(companies, doc, asked.patterns, begin, end):
            continue
        if compared != TEXT and _in_letters(companies, asked, doc, begin, end):
            continue
        return False
    return True


@njit(cache=True, nogil=True)
def _move(
    postings: Postings, which: Any, doc: Any, ats: NDArray[np.int64], docs: NDArray[np.int64], place: int
) -> bool:
    """Move a further list on to the first company not before `doc`; tell whether it is that one."""
    if docs[place] >= doc:
        return bool(docs[place] == doc)
    low, high = postings.landmark_starts[which], postings.landmark_starts[which + 1]
    begin = postings.starts[which]
    if doc - docs[place] > EVERY:
        # The last landmark not behind the company; from there the list is read.
        mark = low + np.searchsorted(postings.landmark_docs[low:high], np.uint32(doc), side="right") - 1
        if mark >= low and np.int64(postings.landmark_docs[mark]) > docs[place]:
            docs[place] = postings.landmark_docs[mark]
            ats[place] = begin + postings.landmark_ats[mark]
    at, end, current = ats[place], postings.starts[which + 1], docs[place]
    while current < doc and at < end:
        difference, shift = np.int64(0), 0
        while True:
            byte = np.int64(postings.data[at])
            at += 1
            difference |= (byte & 127) << shift
            if byte < 128:
                break
            shift += 7
        current += difference
    if current < doc:
        current = np.int64(1) << 40  # the list is at its end
    ats[place], docs[place] = at, current
    return bool(current == doc)


@njit(cache=True, nogil=True)
def find(
    companies: Companies, asked: Asked, postings: Postings, lists: NDArray[np.int64], limit: int
) -> NDArray[np.uint32]:
    """Return the first companies, by rank, that are in all lists, pass the filters and hold the patterns.

    Args:
        lists: kept lists, the shortest first; none: all companies are walked.
    """
    found, count = np.empty(limit, np.uint32), 0
    others = 0
    ats, docs = np.empty(OTHERS, np.int64), np.full(OTHERS, np.int64(-1))
    for place in range(1, min(len(lists), OTHERS + 1)):
        if postings.sizes[lists[place]] <= NEAR * np.int64(postings.sizes[lists[0]]):
            ats[others] = postings.starts[lists[place]]
            others += 1
    at, end, doc = np.int64(0), np.int64(len(companies.text_starts) - 1), np.int64(-1)
    if len(lists):
        at, end = postings.starts[lists[0]], postings.starts[lists[0] + 1]
    while at < end and count < limit:
        if len(lists):
            difference, shift = np.int64(0), 0
            while True:
                byte = np.int64(postings.data[at])
                at += 1
                difference |= (byte & 127) << shift
                if byte < 128:
                    break
                shift += 7
            doc += difference
        else:
            doc = at
            at += 1
        if not _is_wanted(companies, asked, doc):
            continue
        is_in_all = True
        for place in range(others):
            if not _move(postings, lists[place + 1], doc, ats, docs, place):
                is_in_all = False
                break
        if is_in_all and _fits(companies, asked, doc):
            found[count] = doc
            count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def choose(
    companies: Companies, asked: Asked, candidates: NDArray[np.uint32], limit: int
) -> NDArray[np.uint32]:
    """Return the first of some companies in ascending order that pass the filters and hold the patterns."""
    found, count = np.empty(limit, np.uint32), 0
    for doc in candidates:
        if count == limit:
            break
        if _is_wanted(companies, asked, doc) and _fits(companies, asked, doc):
            found[count] = doc
            count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def share(
    companies: Companies, asked: Asked, docs: NDArray[np.uint32], counters: NDArray[np.uint8], limit: int
) -> NDArray[np.uint32]:
    """Return the companies that stand in most of some lists: those in more lists first, then by rank.

    Args:
        docs: the companies of the lists, one list behind the other.
        counters: one for each company, all 0; 0 again afterwards.
    """
    most = np.int64(0)
    for doc in docs:
        if counters[doc] < 255:
            counters[doc] += 1
            most = max(most, np.int64(counters[doc]))
    found, count = np.empty(limit, np.uint32), 0
    # From the companies in most lists down: each level is one walk, and few are needed.
    for level in range(most, 0, -1):
        if count >= limit or (level == 1 and most > 2):
            break
        begin = count
        room = np.empty(limit, np.uint32)
        held = 0
        for doc in docs:
            if counters[doc] != level:
                continue
            counters[doc] = 0
            if not _is_wanted(companies, asked, doc):
                continue
            # Keep the best ranks of this level: the largest of those held goes when a better one comes.
            if held < limit - begin:
                room[held] = doc
                held += 1
            else:
                worst = 0
                for place in range(1, held):
                    if room[place] > room[worst]:
                        worst = place
                if held and doc < room[worst]:
                    room[worst] = doc
        chosen = np.sort(room[:held])
        found[begin : begin + held] = chosen
        count += held
    for doc in docs:
        counters[doc] = 0
    return found[:count]


@njit(cache=True, nogil=True)
def first_code(companies: Companies, by_code: NDArray[np.uint32], head: int, tail: int, after: bool) -> int:
    """Return the place of the first code not below (with `after`: above) a code, in the order of codes."""
    low, high = 0, len(by_code)
    while low < high:
        middle = (low + high) // 2
        doc = by_code[middle]
        own = np.int64(companies.code_heads[doc])
        own_tail = _tail(companies, doc)
        if own < head or (own == head and (own_tail < tail or (after and own_tail == tail))):
            low = middle + 1
        else:
            high = middle
    return low
