"""Search the names of a version, as a person types."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from sanku.common.codes import expected_check_character
from sanku.common.names import normalise
from sanku.warehouse.ahead import File, Turns, read_all
from sanku.warehouse.names import signs, walking
from sanku.warehouse.names.postings import NAMES, Postings, decode, list_of

# Walks begin with a few companies and go on with more at a time; so many bytes of a list hold them mostly.
FIRST_LOOK, LARGEST_LOOK, REACH = 64, 16_384, 64
CODES = ("code_heads", "code_tails_low", "code_tails_high")
SHOWN = ("rows", "flags", "regions", "industries", "honours", *CODES)
# Read whole: a search begins with them.
SMALL = ("keys", "sizes", "starts", "landmark_starts", "initial_of", "blocks")
FILTERS_KEPT = 16  # a megabyte and a quarter each for ten million companies
LONGEST = 40  # characters of a text that are looked at
FEW = 4096  # with fewer companies in question they are looked at one by one
FEWER = 100  # …or with fewer than one in so many of all
FUZZY_FROM = 3  # characters
FUZZY_LISTS = 5
FUZZY_COMPANIES = 500_000  # of lists together that a search for near spellings reads
FUZZY_LOOKED_AT = 200
LEAST_LIKENESS = 70.0  # of 100

EXACT, BEGINS, HOLDS, WORDS, INITIALS, NEAR = "exact", "begins", "holds", "words", "initials", "near"


class OtherForm(ValueError):
    """The index was made by another edition of Sanku and must be derived anew."""


@dataclass(frozen=True, slots=True)
class Found:
    """A company that a text found."""

    row: int  # in the version
    name: str
    uscc: str
    region_code: str
    industry_code: str
    honours: tuple[str, ...]
    how: str  # exact, begins, holds, code, words, initials or near
    by: str  # the other name by which it was found, empty where it was its own


@dataclass(frozen=True, slots=True)
class Filters:
    """What found companies must be; empty: anything. Codes stand for all that begin with them."""

    regions: Sequence[str] = ()  # two, four or six digits
    industries: Sequence[str] = ()  # a letter and up to four digits
    honours: Sequence[str] = ()


class Names:
    """The opened index of a version. May be used by several threads."""

    def __init__(self, folder: Path) -> None:
        """Map the index into memory.

        Raises:
            FileNotFoundError: the index is not there.
            OtherForm: it is of another edition.
        """
        facts = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if facts["form"] != signs.FORM:
            raise OtherForm(folder)

        self.folder = folder
        self.in_memory = False  # whether nothing needs to be asked for before it is looked at
        self._files: dict[str, File] = {}
        self._turns = Turns()

        def mapped(name: str) -> NDArray[Any]:
            self._files[name] = File(folder / f"{name}.npy")
            return self._files[name].numbers

        self.size = int(facts["rows"])
        self.places: dict[str, list[str]] = facts[
            "places"
        ]  # names of a region and of those above it, by code
        self._words = {name: facts[name] for name in ("regions", "industries", "honours")}
        self._rows, self._flags, self._by_code = mapped("rows"), mapped("flags"), mapped("by_code")
        self._postings = Postings(*map(mapped, NAMES))
        self._companies = walking.Companies(
            *map(mapped, ("text", "blocks", "initial_of", "regions", "industries", "honours")),
            *map(mapped, ("code_heads", "code_tails_low", "code_tails_high")),
        )
        for name in SMALL:
            self._files[name].want_all()
        # People set filters and type on: their bits, one for each company, are found once.
        self._passing = lru_cache(FILTERS_KEPT)(self._wanted)

    @property
    def honours(self) -> list[str]:
        """Return the codes of the lists that name companies."""
        return sorted({code for words in self._words["honours"] for code in words.split()})

    def place_of(self, code: str) -> str:
        """Return the place of a region code in words, as far as it is known."""
        for each in (code, code[:4] + "00", code[:2] + "0000"):
            if each in self.places:
                return " ".join(self.places[each])
        return ""

    def search(self, text: str, *, limit: int = 10, filters: Filters | None = None) -> list[Found]:
        """Return the companies that a text finds: the exact first, then by size.

        Several words must all be held. What finds less than `limit` is filled up with near spellings.
        """
        with self._turns:
            return self._search(text, limit, filters)

    def _search(self, text: str, limit: int, filters: Filters | None) -> list[Found]:
        words = [word for word in map(normalise, re.split(r"\s+", text.strip()[:LONGEST])) if word]
        if not words or limit <= 0 or not self.size:
            return []
        asked = filters or Filters()
        wanted = self._passing(tuple(asked.regions), tuple(asked.industries), tuple(asked.honours))
        if wanted is None:
            return []
        hits = _Hits(limit)
        whole = "".join(words)
        if signs.code_range(whole.upper()) is not None and len(whole) > 1:
            hits.add("code", self._by_prefix(whole.upper(), wanted, limit))
        begin, end = chr(signs.BEGIN), chr(signs.END)
        steps: list[tuple[str, list[tuple[str, int]]]] = [
            (EXACT, [(begin + whole + end, walking.TEXT)]),
            (BEGINS, [(begin + whole, walking.TEXT)]),
            (HOLDS, [(whole, walking.TEXT)]),
        ]
        if len(words) > 1:
            steps.append((WORDS, [(word, self._compared(word)) for word in words]))
        if signs.is_initials(whole):
            steps += [(INITIALS, [(begin + whole, walking.LETTERS)]), (INITIALS, [(whole, walking.LETTERS)])]
        elif parts := _mixed(whole):
            steps.append((WORDS, [(part, self._compared(part)) for part in parts]))
        for how, patterns in steps:
            if not hits.are_enough:
                # Those found before may be found again.
                hits.add(how, self._find(patterns, wanted, limit + hits.count))
        if not hits.are_enough and len(whole) >= FUZZY_FROM:
            hits.add(NEAR, self._near(whole, wanted, limit + hits.count))
        self._want_shown([doc for doc, _how in hits.found])
        return [self._shown(doc, how, words) for doc, how in hits.found]

    def read_ahead(self) -> None:
        """Read all of the index into the memory of the system, as far as that has room."""
        self.in_memory = read_all(self.folder, self._turns)

    def warm(self) -> None:
        """Compile what searches run, or read it from where it was kept: seconds in a process that has not searched yet."""
        nobody = self._wanted((), (), ())
        if not self.size or nobody is None:
            return
        walking.passing(self._companies, *(np.zeros(0, np.bool_) for _column in range(3)))
        self._find([("公", walking.TEXT)], nobody, 1)
        walking.choose(self._companies, self._asked([], nobody), np.zeros(1, np.uint32), 1)
        walking.share(nobody.bits, np.zeros(1, np.uint32), np.array([0, 1]), 1)
        walking.first_code(self._companies, self._by_code, 0, 0, False)
        decode(self._postings, 0, np.empty(int(self._postings.sizes[0]), np.uint32))
        self._walked(self._asked([], nobody), nobody, [], 1)
        signs.initials_key(0, 0, 0)

    def _compared(self, word: str) -> int:
        return walking.EITHER if signs.is_initials(word) else walking.TEXT

    def _wanted(
        self, regions: tuple[str, ...], industries: tuple[str, ...], honours: tuple[str, ...]
    ) -> "_Wanted | None":
        """Return the companies that pass filters, None where none can (a pass over all: it is remembered)."""
        tables: list[NDArray[np.bool_]] = []
        spans: list[list[int]] = []
        asked = (("regions", regions), ("industries", industries), ("honours", honours))
        for name, prefixes in asked:
            words = self._words[name]
            if not prefixes:
                tables.append(np.zeros(0, np.bool_))
                continue
            table = np.array([_passes(name, word, prefixes) for word in words], np.bool_)
            if not table.any():
                return None
            tables.append(table)
            if keys := _keys_of_filter(name, prefixes, table):
                spans.append(
                    [which for key in keys if (which := int(list_of(self._postings.keys, key))) >= 0]
                )
        if not any(prefixes for _, prefixes in asked):
            return _Wanted(np.zeros(0, np.uint8), spans)
        if not self.in_memory:
            for name, prefixes in asked:
                if prefixes:
                    self._files[name].want_all()
        return _Wanted(walking.passing(self._companies, *tables), spans)

    def _is_kept(self, which: int) -> bool:
        return bool(self._postings.starts[which] < self._postings.starts[which + 1])

    def _asked(
        self, patterns: list[tuple[str, int]], wanted: "_Wanted", codes: tuple[int, ...] = ()
    ) -> walking.Asked:
        """Return what is asked in the form of the compiled functions."""
        parts = [_units(text, compared) for text, compared in patterns]
        starts = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=starts[1:])
        whole = np.concatenate(parts) if parts else np.zeros(0, np.uint16)
        # A typed letter is its own initial; in a pattern of initials alone each place is one already.
        letters = np.concatenate(
            [
                part if compared == walking.LETTERS else self._companies.initial_of[part].astype(np.uint16)
                for part, (_, compared) in zip(parts, patterns, strict=True)
            ]
            or [whole]
        )
        kinds = np.array([each for _, each in patterns], np.uint8)
        falls = np.concatenate([_falls(part.tolist()) for part in parts]) if parts else np.zeros(0, np.int64)
        return walking.Asked(whole, letters, starts, kinds, falls, wanted.bits, np.array(codes, np.int64))

    def _find(self, patterns: list[tuple[str, int]], wanted: "_Wanted", limit: int) -> list[int]:
        """Return the first companies that hold all patterns: by the shortest list that holds all of them."""
        lists: list[int] = []
        for text, compared in patterns:
            for key in (*_keys(text, compared), *self._edges(text, compared)):
                which = int(list_of(self._postings.keys, key))
                if which < 0:
                    return []
                lists.append(which)
        spans = [self._lists_of(*span) for each in patterns if (span := _span(*each))]
        return self._walk(self._asked(patterns, wanted), wanted, lists, spans, limit)

    def _edges(self, text: str, compared: int) -> list[int]:
        """Return the key that every company has whose name begins with a text, by its first two initials.

        Lists tell that 信息 is held and that a name begins with 信, not that it is the same place: 信阳…信息… is another.
        """
        units = _units(text, compared).tolist()[:3]
        if compared != walking.TEXT or len(units) < 3 or units[0] != signs.BEGIN:
            return []
        first, second = (int(self._companies.initial_of[unit]) for unit in units[1:])
        ends = units[2] == signs.END
        return (
            [int(signs.initials_key(signs.INITIAL_BEGIN, first, second))]
            if first and (second or ends)
            else []
        )

    def _walk(
        self, asked: walking.Asked, wanted: "_Wanted", lists: list[int], spans: list[list[int]], limit: int
    ) -> list[int]:
        """Return the first companies that are as asked.

        Args:
            lists: those that each hold every such company.
            spans: those that together do; a span of one list is such a list.
        """
        sizes = self._postings.sizes
        single = {*lists, *(span[0] for span in spans if len(span) == 1)}
        kept = sorted(filter(self._is_kept, single), key=lambda which: int(sizes[which]))
        shortest = int(sizes[kept[0]]) if kept else self.size
        # The bits of a filter cost less than its list, unless that is far the shortest.
        narrow = [span for span in wanted.spans if int(sizes[span].sum()) * walking.NEAR.times < shortest]
        for span in narrow:
            if len(span) == 1 and self._is_kept(span[0]):
                kept = sorted([span[0], *kept], key=lambda which: int(sizes[which]))
        several = [(int(sizes[span].sum()), span) for span in (*spans, *narrow) if len(span) != 1]
        size, span = min(several, default=(self.size, []))
        if size < (sizes[kept[0]] if kept else self.size // FEWER) and all(map(self._is_kept, span)):
            return self._chosen(asked, _each_once(self._decoded(span)), limit)
        return self._walked(asked, wanted, kept, limit)

    def _walked(self, asked: walking.Asked, wanted: "_Wanted", lists: list[int], limit: int) -> list[int]:
        """Return the first companies that are as asked and stand in all lists, kept ones, the shortest first."""
        reach = walking.NEAR if self.in_memory else walking.FAR
        walk = walking.begin(self._postings, np.array(lists, np.int64), self.size, reach)
        found: list[int] = []
        looked, look = 0, FIRST_LOOK if self.in_memory else min(FIRST_LOOK, 2 * limit)
        while len(found) < limit and walk.here[0] < walk.here[1]:
            self._want_lists(walk, look * REACH)
            docs = walking.meet(self._postings, wanted.bits, walk, look * REACH, look)
            self._want_texts(asked, docs)
            found += walking.choose(self._companies, asked, docs, limit - len(found)).tolist()
            looked, look = looked + len(docs), min(4 * look, LARGEST_LOOK)
            if found and not self.in_memory:
                # Of so many so many were right: not many more are fetched than are missing.
                look = min(look, 1 + 3 * looked * (limit - len(found)) // (2 * len(found)))
        return found

    def _chosen(self, asked: walking.Asked, docs: NDArray[np.uint32], limit: int) -> list[int]:
        """Return the first of some companies, in ascending order, that are as asked."""
        found: list[int] = []
        at, look = 0, len(docs) if self.in_memory else FIRST_LOOK
        while len(found) < limit and at < len(docs):
            self._want_texts(asked, docs[at : at + look])
            some = walking.choose(self._companies, asked, docs[at : at + look], limit - len(found))
            found += some.tolist()
            at, look = at + look, 4 * look
        return found

    def _want_lists(self, walk: walking.Walk, reach: int) -> None:
        """Ask for what a walk is about to read of its lists."""
        if self.in_memory or not walk.here[3]:
            return
        at, end = walk.here[:2].tolist()
        share = min(1.0, reach / max(end - at, 1))
        firsts, ends = [at], [min(at + reach, end)]
        for _begin, last, further, _doc, mark, last_mark in walk.others.tolist():
            firsts.append(further)
            ends.append(further + int((last - further) * share))
            for name in ("landmark_docs", "landmark_ats"):
                self._files[name].want(np.array([mark]), np.array([last_mark]))
        order = np.argsort(firsts)
        self._files["data"].want(np.array(firsts)[order], np.array(ends)[order])

    def _want_texts(self, asked: walking.Asked, docs: NDArray[np.uint32]) -> None:
        """Ask for what is compared of companies."""
        if self.in_memory or not len(docs):
            return
        ordered = docs.astype(np.int64)
        if len(asked.codes):
            self._want_columns(ordered, *CODES)
        if len(asked.compared):
            self._want_names(ordered)

    def _want_names(self, docs: NDArray[np.int64]) -> None:
        blocks, held = self._companies.blocks, docs // signs.BLOCK
        self._files["text"].want(blocks[held], blocks[held + 1])

    def _want_columns(self, docs: NDArray[np.int64], *names: str) -> None:
        for name in names:
            self._files[name].want(docs, docs + 1)

    def _lists_of(self, low: int, high: int) -> list[int]:
        """Return the lists whose keys lie between two."""
        first, last = np.searchsorted(
            self._postings.keys, np.array([low, high + 1], np.uint64).astype(np.uint32)
        )
        return list(range(first, last))

    def _decoded(self, lists: list[int]) -> NDArray[np.uint32]:
        """Return the companies of lists, one list behind the other."""
        parts = []
        if not self.in_memory:
            ordered = np.array(sorted(lists), np.int64)
            self._files["data"].want(self._postings.starts[ordered], self._postings.starts[ordered + 1])
        for which in lists:
            room = np.empty(int(self._postings.sizes[which]), np.uint32)
            decode(self._postings, which, room)
            parts.append(room)
        return np.concatenate(parts) if parts else np.zeros(0, np.uint32)

    def _by_prefix(self, prefix: str, wanted: "_Wanted", limit: int) -> list[int]:
        """Return the first companies whose code begins so."""
        span = signs.code_range(prefix)
        if span is None:
            return []
        low, high = span
        first = walking.first_code(self._companies, self._by_code, *low, False)
        last = walking.first_code(self._companies, self._by_code, *high, True)
        if last - first > max(self.size // FEWER, FEW):
            asked = self._asked([], wanted, codes=(*low, *high))
            return self._walk(asked, wanted, [], [], limit)
        self._files["by_code"].want(np.array([first]), np.array([last]))
        found = self._chosen(self._asked([], wanted), np.sort(self._by_code[first:last]), last - first)
        if len(prefix) > signs.CODE_LENGTH:  # the last sign is not kept, it follows from the others
            found = [doc for doc in found if self._uscc(doc) == prefix]
        return found[:limit]

    def _near(self, text: str, wanted: "_Wanted", limit: int) -> list[int]:
        """Return companies with a name like the text: sharing rare pairs of characters, or its initials."""
        lists = [int(list_of(self._postings.keys, key)) for key in set(_keys(text, walking.TEXT))]
        lists = sorted(
            (each for each in lists if each >= 0 and self._is_kept(each)),
            key=lambda each: int(self._postings.sizes[each]),
        )[:FUZZY_LISTS]
        room = FUZZY_COMPANIES
        kept: list[int] = []
        for which in lists:
            room -= int(self._postings.sizes[which])
            if room < 0 and kept:
                break
            kept.append(which)
        candidates: list[int] = []
        if kept:
            ends = np.cumsum([0, *(int(self._postings.sizes[which]) for which in kept)])
            candidates = walking.share(wanted.bits, self._decoded(kept), ends, FUZZY_LOOKED_AT).tolist()
        letters = self._letters(text)
        if len(letters) >= FUZZY_FROM + 1:
            candidates += self._find([(letters, walking.LETTERS)], wanted, FUZZY_LOOKED_AT)
        if candidates and not self.in_memory:
            self._want_names(np.unique(candidates))
        likeness = {doc: self._likeness(text, doc) for doc in candidates}
        near = [doc for doc, like in likeness.items() if like >= LEAST_LIKENESS]
        return sorted(near, key=lambda doc: (-round(likeness[doc]), doc))[:limit]

    def _letters(self, text: str) -> str:
        """Return the initials of a text."""
        numbers = self._companies.initial_of[signs.units_of(text)]
        return "".join(signs.LETTERS[number - 1] for number in numbers if number)

    def _likeness(self, text: str, doc: int) -> float:
        """Return how like the text is to a part of the name of a company that is most like it, of 100."""
        return max(
            (fuzz.partial_ratio(text, name) if len(name) >= len(text) else fuzz.ratio(text, name))
            for name in self._names(doc)
        )

    def _names(self, doc: int) -> list[str]:
        """Return the names of a company as they are compared, its own first."""
        return self._texts(doc)[0]

    def _texts(self, doc: int) -> tuple[list[str], str]:
        """Return the names of a company as they are compared, and its name as it is shown where that says more."""
        begin, end = signs.span_of(self._companies.text, self._companies.blocks, doc)
        whole = signs.text_of(self._companies.text[begin:end])
        compared, _, shown = whole.partition(chr(signs.SHOWN))
        return [name.strip(chr(signs.BEGIN)) for name in compared.split(chr(signs.END)) if name], shown

    def _uscc(self, doc: int) -> str:
        """Return the code of a company, empty where it has none."""
        found = self._companies
        if not found.code_heads[doc]:
            return ""
        tail = int(found.code_tails_low[doc]) | int(found.code_tails_high[doc]) << 32
        code = signs.unpack_code(int(found.code_heads[doc]), tail)
        return code + (expected_check_character(code) or "")

    def _want_shown(self, docs: list[int]) -> None:
        """Ask for what is shown of companies."""
        if docs and not self.in_memory:
            ordered = np.unique(docs)
            self._want_columns(ordered, *SHOWN)
            self._want_names(ordered)

    def _shown(self, doc: int, how: str, words: list[str]) -> Found:
        """Return a hit as it is shown."""
        names, shown = self._texts(doc)
        if not shown:
            shown = names[0].replace("(", "（").replace(")", "）") if self._flags[doc] & 1 else names[0]
        by = ""
        if how in (EXACT, BEGINS, HOLDS, WORDS) and not all(word in names[0] for word in words):
            by = next((name for name in names[1:] if any(word in name for word in words)), "")
        honours = self._words["honours"][self._companies.honours[doc]]
        return Found(
            row=int(self._rows[doc]),
            name=shown,
            uscc=self._uscc(doc),
            region_code=self._words["regions"][self._companies.regions[doc]],
            industry_code=self._words["industries"][self._companies.industries[doc]],
            honours=tuple(honours.split()),
            how=how,
            by=by,
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Filters: a bit for each company that passes, and for each filter the lists that together hold all that pass."""

    bits: NDArray[np.uint8]
    spans: list[list[int]]


class _Hits:
    """Companies found so far, each once, the better way first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ways: dict[int, str] = {}

    @property
    def count(self) -> int:
        return len(self._ways)

    @property
    def are_enough(self) -> bool:
        return self.count >= self._limit

    @property
    def found(self) -> list[tuple[int, str]]:
        return list(self._ways.items())[: self._limit]

    def add(self, how: str, docs: Iterable[int]) -> None:
        for doc in docs:
            self._ways.setdefault(doc, how)


def _each_once(docs: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return companies in ascending order, each once: `np.unique` takes twenty times as long for some 100,000."""
    ordered = np.sort(docs)
    found: NDArray[np.uint32] = ordered[
        np.concatenate((ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]))
    ]
    return found


def _passes(column: str, word: str, prefixes: Sequence[str]) -> bool:
    """Tell whether a value of a column passes a filter."""
    if column == "honours":
        return any(code in prefixes for code in word.split())
    return bool(word) and word.startswith(tuple(prefixes))


def _keys_of_filter(column: str, prefixes: Sequence[str], table: NDArray[np.bool_]) -> list[int]:
    """Return the keys of the lists that together hold every company that passes a filter, none where some lack."""
    if column == "honours":
        return [(signs.HONOURS << 16) | number for number in np.flatnonzero(table).tolist()]
    if column == "industries":
        if any(len(prefix) < 3 or not prefix.isalnum() for prefix in prefixes):
            return []
        return [(signs.DIVISION << 16) | int(prefix[:3], 36) for prefix in prefixes]
    if any(not prefix.isdigit() or len(prefix) not in (2, 4, 6) for prefix in prefixes):
        return []
    return [
        (signs.CITY << 16) | int(prefix[:4]) if len(prefix) > 2 else (signs.PROVINCE << 16) | int(prefix)
        for prefix in prefixes
    ]


def _units(text: str, compared: int) -> NDArray[np.uint16]:
    """Return a pattern as units of text or as numbers of initials."""
    if compared == walking.LETTERS:
        begins = text.startswith(chr(signs.BEGIN))
        letters = signs.initials_pattern(text.lstrip(chr(signs.BEGIN)))
        return np.concatenate((np.array([signs.INITIAL_BEGIN], np.uint16), letters)) if begins else letters
    return signs.units_of(text)


def _falls(units: list[int]) -> NDArray[np.int64]:
    """Return, for each beginning of a pattern, how long its longest own beginning is that ends it too."""
    falls = [0] * len(units)
    for place in range(1, len(units)):
        fall = falls[place - 1]
        while fall and units[fall] != units[place]:
            fall = falls[fall - 1]
        falls[place] = fall + 1 if units[fall] == units[place] else 0
    return np.array(falls, np.int64)


def _keys(text: str, compared: int) -> list[int]:
    """Return the keys that every company has that holds a pattern."""
    if compared == walking.EITHER:
        return []
    units = _units(text, compared).tolist()
    if compared == walking.LETTERS:
        return [
            int(signs.initials_key(units[at], units[at + 1], units[at + 2])) for at in range(len(units) - 2)
        ]
    return [first << 16 | second for first, second in pairwise(units)]


def _span(text: str, compared: int) -> tuple[int, int] | None:
    """Return the lowest and highest key of the lists that together hold every company with a short pattern."""
    units = _units(text, compared).tolist()
    if compared == walking.TEXT and len(units) == 1:
        return units[0] << 16, units[0] << 16 | 0xFFFF
    if compared == walking.LETTERS and len(units) == 2:
        low = int(signs.initials_key(units[0], units[1], 0))
        return low, low + signs.INITIAL_BASE - 1
    return None


def _mixed(text: str) -> list[str]:
    """Return the parts of a text of characters and letters (济宁jx), none where it is of one kind."""
    parts = re.findall(r"[a-z0-9]+|[^a-z0-9]+", text)
    return parts if len(parts) > 1 else []
