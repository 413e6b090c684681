"""How characters and words in Latin letters sound: one key for names that are said alike, in whatever order their words stand."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b

_LONGEST_WORD = 18
LEAST = 6  # syllables that a key is made of; fewer say too little
_PLAIN = str.maketrans("āáǎàēéěèōóǒòīíǐìūúǔùüǖǘǚǜńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm")
# What dialects and keyboards do not tell apart.
_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))
_FORMS = tuple(
    tuple(form.split())
    for form in (
        "gu fen you xian gong si", "you xian ze ren gong si", "ji tuan you xian gong si", "you xian gong si", "ji tuan gong si", "gong si",
    )
)  # fmt: skip
_RUNS = re.compile(r"[a-z]+|\d+|[^a-z\d]")
_SPELT = re.compile(r"[a-z\d]")


def fold(syllable: str) -> str:
    """Return a syllable without tones and without what is commonly confused: zhang → zan."""
    plain = syllable.translate(_PLAIN).replace("ê", "e")
    for said, heard in _FOLDED:
        if plain.startswith(said) or (said.endswith("ng") and plain.endswith(said)):
            plain = plain.replace(said, heard, 1)
    return plain


@cache
def _readings() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT

    return PINYIN_DICT  # type: ignore[no-any-return,unused-ignore]


@lru_cache(maxsize=20_000)
def syllable_of(character: str) -> str:
    """Return how a character is commonly read, folded; itself where it has no reading."""
    said = _readings().get(ord(character), "")
    return fold(said.split(",", 1)[0]) if said else character


@cache
def _known() -> frozenset[str]:
    return frozenset(fold(said) for readings in _readings().values() for said in readings.split(","))


def read_aloud(run: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Return the syllables, folded, of a run of Latin letters: pinyin, or English words as what they mean; itself if neither.

    The blanks between its words are gone, so the way that makes the fewest pieces is taken.
    """
    ways: list[tuple[int, tuple[str, ...]] | None] = [(0, ())] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - _LONGEST_WORD), end):
            before, piece = ways[start], run[start:end]
            if before is None:
                continue
            said = tuple(map(syllable_of, words[piece])) if end - start > 3 and piece in words else None
            if (
                said is None
                and end - start <= 6
                and (end - start > 1 or piece in "ae")
                and fold(piece) in _known()
            ):
                said = (fold(piece),)
            best = ways[end]
            if said is not None and (best is None or before[0] + 1 < best[0]):
                ways[end] = (before[0] + 1, before[1] + said)
    found = ways[-1]
    return found[1] if found else (run,)


def sound_key(core: str, words: Mapping[str, str]) -> str:
    """Return the key of a name's core (`names.core_name`), equal for cores that sound alike; empty where it says too little.

    Args:
        words: what English words mean, in characters.
    """
    said: list[str] = []
    if not _SPELT.search(core):  # characters alone, as nearly all names are
        said = [sign if sign.isdigit() else syllable_of(sign) for sign in core if sign.isalnum()]
    for run in _RUNS.findall(core) if not said else ():
        if run.isalpha() and run.isascii():
            said += read_aloud(run, words)
        elif run.isalnum():
            said.append(run if run.isdigit() else syllable_of(run))
    if core.isascii():
        form = next((form for form in _FORMS if tuple(said[-len(form) :]) == form), ())
        said = said[: len(said) - len(form)]
    if len(said) < LEAST:
        return ""
    return blake2b(" ".join(sorted(said)).encode(), digest_size=8).hexdigest()
