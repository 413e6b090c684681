"""The compiled heart of a search: walk one list in order, some companies at a time, and let the text decide."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sanku.warehouse.names.postings import Postings, difference_at
from sanku.warehouse.names.signs import BEGIN, END, INITIAL_BEGIN, SHOWN, span_of

TEXT, LETTERS, EITHER = 0, 1, 2  # what a pattern is compared with: the names, their initials, or both
NOBODY = 1 << 40  # after every company


class Reach(NamedTuple):
    """Which further lists a walk looks up: so many, each not more than so many times as long as the one that is walked.

    The text decides anyhow. A text that is fetched from the disk takes as long as some ten thousand companies of a list.
    """

    many: int
    times: int


NEAR, FAR = Reach(3, 16), Reach(6, 4096)  # where texts lie in memory, and where they would have to be fetched


class Companies(NamedTuple):
    """What is known of each company by rank, for the compiled functions."""

    text: NDArray[np.uint16]
    blocks: NDArray[np.uint32]  # where each block of texts begins, and the last one ends
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
    bits: NDArray[np.uint8]  # of `passing`; of no length where nothing is filtered
    codes: NDArray[
        np.int64
    ]  # head and tail of the lowest and of the highest code; of no length: any code or none


@njit(cache=True, nogil=True)
def passing(
    companies: Companies,
    regions: NDArray[np.bool_],
    industries: NDArray[np.bool_],
    honours: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Return a bit for each company: whether it passes the filters.

    Args:
        regions, industries, honours: whether each number of the column is wanted; of no length: any is.
    """
    size = len(companies.regions)
    bits = np.zeros((size + 7) >> 3, np.uint8)
    for doc in range(size):
        is_wanted = (
            (len(regions) == 0 or regions[companies.regions[doc]])
            and (len(industries) == 0 or industries[companies.industries[doc]])
            and (len(honours) == 0 or honours[companies.honours[doc]])
        )
        bits[doc >> 3] |= np.uint8(is_wanted) << (doc & 7)
    return bits


@njit(cache=True, nogil=True, inline="always")
def _tail(companies: Companies, doc: Any) -> Any:
    """Return the second number of a company's code."""
    return (np.int64(companies.code_tails_high[doc]) << 32) | np.int64(companies.code_tails_low[doc])


@njit(cache=True, nogil=True)
def _passes(bits: NDArray[np.uint8], doc: Any) -> bool:
    """Tell whether a company passes the filters."""
    return len(bits) == 0 or (bits[doc >> 3] >> (doc & 7)) & 1 != 0


@njit(cache=True, nogil=True)
def _has_code(companies: Companies, codes: NDArray[np.int64], doc: Any) -> bool:
    """Tell whether the code of a company lies between those that are asked for, if any are."""
    if len(codes) == 0:
        return True
    head = np.int64(companies.code_heads[doc])
    if head < codes[0] or head > codes[2]:
        return False
    if head == codes[0] and _tail(companies, doc) < codes[1]:
        return False
    return not (head == codes[2] and _tail(companies, doc) > codes[3])


@njit(cache=True, nogil=True)
def _in_text(
    text: NDArray[np.uint16], at: Any, last: Any, patterns: NDArray[np.uint16], begin: Any, end: Any
) -> bool:
    """Tell whether the names of a company, at..last of all texts, hold a pattern."""
    first, length = patterns[begin], end - begin
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
def _in_letters(
    text: NDArray[np.uint16],
    at: Any,
    last: Any,
    initial_of: NDArray[np.uint8],
    letters: NDArray[np.uint16],
    falls: NDArray[np.int64],
    begin: Any,
    end: Any,
) -> bool:
    """Tell whether the initials of a name of a company hold a pattern; it begins with INITIAL_BEGIN for their beginning.

    The letters of a name are compared as they come: `same` of the pattern are matched so far, and where the next does
    not fit, the match falls back to the longest beginning that still does.
    """
    same, length = 0, end - begin
    while at < last:
        unit = text[at]
        at += 1
        if unit == SHOWN:
            return False
        letter = np.uint16(INITIAL_BEGIN) if unit == BEGIN else np.uint16(initial_of[unit])
        if unit == END or letter == 0:
            continue
        while same > 0 and letters[begin + same] != letter:
            same = falls[begin + same - 1]
        if letters[begin + same] == letter:
            same += 1
            if same == length:
                return True
    return False


@njit(cache=True, nogil=True)
def _fits(
    text: NDArray[np.uint16],
    at: Any,
    last: Any,
    initial_of: NDArray[np.uint8],
    patterns: NDArray[np.uint16],
    letters: NDArray[np.uint16],
    falls: NDArray[np.int64],
    pattern_starts: NDArray[np.int64],
    compared: NDArray[np.uint8],
) -> bool:
    """Tell whether a company, whose names are at..last of all texts, holds every pattern."""
    for which in range(len(compared)):
        begin, end = pattern_starts[which], pattern_starts[which + 1]
        if compared[which] != LETTERS and _in_text(text, at, last, patterns, begin, end):
            continue
        if compared[which] != TEXT and _in_letters(text, at, last, initial_of, letters, falls, begin, end):
            continue
        return False
    return True


@njit(cache=True, nogil=True)
def _leap(marks: NDArray[np.uint32], mark: Any, end: Any, doc: Any) -> Any:
    """Return the first landmark behind a company, from one on: by strides that double, as it is mostly near."""
    stride = 1
    while mark + stride <= end and np.int64(marks[mark + stride - 1]) <= doc:
        mark += stride
        stride *= 2
    while stride > 0:
        if mark + stride <= end and np.int64(marks[mark + stride - 1]) <= doc:
            mark += stride
        stride //= 2
    return mark


class Walk(NamedTuple):
    """Where a walk along lists stands; it is moved on."""

    # Byte of the first list (without lists: company) that comes next, where it ends, the company before, whether there are lists.
    here: NDArray[np.int64]
    others: NDArray[
        np.int64
    ]  # of further lists: begin, end, next byte, company before it, next landmark, last landmark


@njit(cache=True, nogil=True)
def begin(postings: Postings, lists: NDArray[np.int64], size: int, reach: Reach) -> Walk:
    """Return the beginning of a walk.

    Args:
        lists: kept lists, the shortest first; none: all companies are walked, `size` of them.
        reach: NEAR or FAR.
    """
    here = np.array([0, size, -1, 0], np.int64)
    others, count = np.empty((reach.many, 6), np.int64), 0
    if len(lists):
        here[0], here[1], here[3] = postings.starts[lists[0]], postings.starts[lists[0] + 1], 1
    for place in range(1, min(len(lists), reach.many + 1)):
        which = lists[place]
        if postings.sizes[which] <= reach.times * np.int64(postings.sizes[lists[0]]):
            others[count, 0], others[count, 1] = postings.starts[which], postings.starts[which + 1]
            others[count, 2], others[count, 3] = postings.starts[which], -1
            others[count, 4] = postings.landmark_starts[which]
            others[count, 5] = postings.landmark_starts[which + 1]
            count += 1
    return Walk(here, others[:count])


@njit(cache=True, nogil=True)
def meet(
    postings: Postings, bits: NDArray[np.uint8], walk: Walk, reach: int, room: int
) -> NDArray[np.uint32]:
    """Return the next companies, by rank, that are in all lists and pass the filters.

    Args:
        reach: how many bytes of the first list (without lists: companies) are walked at most.
        room: how many companies are returned at most.
    """
    # Arrays stand by themselves here and in what is called for every company: handing a tuple on counts all its arrays.
    data, marks, mark_ats = postings.data, postings.landmark_docs, postings.landmark_ats
    here, others = walk.here, walk.others
    found, count = np.empty(room, np.uint32), 0
    at, doc, has_lists = here[0], here[2], here[3] != 0
    end = min(here[1], at + reach)
    while at < end and count < room:
        if has_lists:
            difference, at = difference_at(data, at)
            doc += difference
        else:
            doc = at
            at += 1
        if not _passes(bits, doc):
            continue
        is_in_all = True
        for place in range(len(others)):
            current = others[place, 3]
            if current < doc:
                mark = _leap(marks, others[place, 4], others[place, 5], doc)
                further, last = others[place, 2], others[place, 1]
                if mark > others[place, 4]:
                    others[place, 4] = mark
                    if np.int64(marks[mark - 1]) > current:
                        current = np.int64(marks[mark - 1])
                        further = others[place, 0] + np.int64(mark_ats[mark - 1])
                while current < doc and further < last:
                    difference, further = difference_at(data, further)
                    current += difference
                if current < doc:
                    current = np.int64(NOBODY)  # the list is at its end
                others[place, 2], others[place, 3] = further, current
            if current != doc:
                is_in_all = False
                break
        if is_in_all:
            found[count] = doc
            count += 1
    here[0], here[2] = at, doc
    return found[:count]


@njit(cache=True, nogil=True)
def choose(
    companies: Companies, asked: Asked, candidates: NDArray[np.uint32], limit: int
) -> NDArray[np.uint32]:
    """Return the first of some companies in ascending order that pass the filters and hold the patterns."""
    bits, codes = asked.bits, asked.codes
    text, blocks, initial_of = companies.text, companies.blocks, companies.initial_of
    patterns, letters, falls = asked.patterns, asked.letters, asked.falls
    pattern_starts, compared = asked.pattern_starts, asked.compared
    found, count = np.empty(limit, np.uint32), 0
    for doc in candidates:
        if count == limit:
            break
        if not _passes(bits, doc) or (len(codes) and not _has_code(companies, codes, doc)):
            continue
        if len(compared):  # else its text is not looked at: it may lie on the disk
            begin, end = span_of(text, blocks, doc)
            if not _fits(text, begin, end, initial_of, patterns, letters, falls, pattern_starts, compared):
                continue
        found[count] = doc
        count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def share(
    bits: NDArray[np.uint8], docs: NDArray[np.uint32], starts: NDArray[np.int64], limit: int
) -> NDArray[np.uint32]:
    """Return the companies that stand in most of some lists and pass filters: those in more lists first, then by rank.

    Args:
        bits: of `passing`, or of no length.
        docs: the companies of the lists, each ascending, one list behind the other.
        starts: where each list begins in them, and where the last one ends.
    """
    lists = len(starts) - 1
    heads, held = starts[:-1].copy(), np.zeros(lists + 1, np.int64)
    levels = np.empty((lists + 1, limit), np.uint32)  # by the number of lists that hold a company
    most = 0
    while True:
        doc = np.int64(NOBODY)
        for which in range(lists):
            if heads[which] < starts[which + 1] and docs[heads[which]] < doc:
                doc = np.int64(docs[heads[which]])
        if doc == NOBODY:
            break
        level = 0
        for which in range(lists):
            if heads[which] < starts[which + 1] and docs[heads[which]] == doc:
                heads[which] += 1
                level += 1
        most = max(most, level)
        if held[level] < limit and _passes(bits, doc):
            levels[level, held[level]] = doc
            held[level] += 1
    found, count = np.empty(limit, np.uint32), 0
    for level in range(most, 0, -1):
        if count >= limit or (level == 1 and most > 2):
            break
        some = min(held[level], limit - count)
        found[count : count + some] = levels[level, :some]
        count += some
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
