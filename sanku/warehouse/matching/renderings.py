"""Renderings of a name in Latin letters, in English or in pinyin, read as the characters and syllables that they stand for."""

import re
import unicodedata
from functools import cache

from sanku.common.sounds import fold
from sanku.warehouse.matching import places
from sanku.warehouse.matching.characters import FIRST_SYLLABLE, characters, syllables_of
from sanku.warehouse.matching.words import ENGLISH, ENGLISH_PLACES

_WORDS = re.compile(r"[a-z]+|\d+|[\u4e00-\u9fff]+")
_RUN = re.compile(r"[a-z]{4,}")
_LETTER, _MARKED = re.compile(r"[A-Za-z]"), re.compile(r"[\u00c0-\u024f\u1e00-\u1eff]")
# What a rendering in pinyin spells out at its end or within; the longest first.
_SPELT = (
    "集团股份有限公司 集团有限责任公司 集团有限公司 股份有限公司 有限责任公司 控股集团 总公司 分公司 有限公司 集团公司 "
    "供销合作社 合作社 经营部 门市部 营业部 加油站 分理处 支行 分行 集团 公司"
).split()
_LONGEST_PLACE = 6  # syllables of a place name that are looked for


def plain_letters(text: str) -> str:
    """Return a text whose Latin letters bear no marks: Jǐníng → Jining, lǜ → lv."""
    if text.isascii() or not _MARKED.search(text):
        return text
    bare = unicodedata.normalize("NFKD", text.translate(_U_UMLAUT))
    return "".join(c for c in bare if not "\u0300" <= c <= "\u036f")


_U_UMLAUT = str.maketrans(dict.fromkeys("üǖǘǚǜ", "v") | dict.fromkeys("ÜǕǗǙǛ", "V"))


def is_latin(text: str) -> bool:
    """Tell whether a name is written in Latin letters."""
    letters = len(_LETTER.findall(text))
    return letters >= 4 and letters * 2 > sum(not c.isspace() for c in text)


def spelt(numbers: tuple[int, ...]) -> str:
    """Return syllables as characters of the private area."""
    return "".join(chr(FIRST_SYLLABLE + number) for number in numbers)


def with_syllables(text: str) -> str:
    """Return a name in which runs of pinyin among Chinese characters are syllables; other letters stay."""
    if text.isascii() or not _RUN.search(text):
        return text
    return _RUN.sub(
        lambda found: spelt(numbers) if len(numbers := syllables_of(found[0])) >= 2 else found[0], text
    )


def from_latin(text: str) -> str:
    """Return a rendering in English or pinyin as the characters that its words mean and the syllables that they spell."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold().replace("co.,", "co ").replace("'", "")
    for said, meant in ENGLISH_PLACES.items():
        plain = re.sub(rf"\b{said}\b", f" {meant} ", plain)
    found: list[str] = []
    for word in _WORDS.findall(plain):
        if word in ENGLISH:
            found.append(ENGLISH[word])
        elif word in ("co", "of", "and", "the", "for"):
            continue
        else:
            found.append(spelt(syllables_of(word)) or word if word.isascii() and word.isalpha() else word)
    whole = "".join(found)
    for syllables, form in _forms():
        whole = whole.replace(syllables, form)
    return _with_place(whole).replace("公司有限公司", "有限公司").replace("股份公司", "股份有限公司")


def _syllables(text: str) -> str:
    sounds = characters().sounds
    return "".join(chr(FIRST_SYLLABLE + int(sounds[ord(c), 0])) for c in text)


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    return tuple((_syllables(form), form) for form in _SPELT)


@cache
def _places() -> dict[str, str]:
    """Return the provinces and cities by their syllables, counties where no other region is called so; none that two share."""
    known = characters().syllables
    found: dict[str, str | None] = {}
    for size in ("0000", "00", ""):
        level: dict[str, str | None] = {}
        for code, name in places.regions().items():
            if (
                not code.endswith(size)
                or (size == "00" and code.endswith("0000"))
                or (not size and code.endswith("00"))
            ):
                continue
            each = places.short_name(name)  # with 市 the first syllable of what follows might be taken for it
            if all("\u4e00" <= c <= "\u9fff" for c in each):
                key = _syllables(each)
                level[key] = each if level.get(key, each) == each else None
        for key, known_as in level.items():
            found.setdefault(key, known_as)
    # 陕西 is written Shaanxi to tell it from 山西.
    if (shan := known.get(fold("shan"))) and (xi := known.get("xi")):
        found[spelt((shan, xi))] = "山西"
    return {key: known_as for key, known_as in found.items() if known_as}


def _with_place(text: str) -> str:
    """Return a rendering whose first place, if it begins with one, stands in characters."""
    for length in range(min(_LONGEST_PLACE, len(text)), 1, -1):
        place = _places().get(text[:length])
        if place:
            return place + text[length:]
    return text
