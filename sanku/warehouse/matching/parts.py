"""A company's name taken apart: place, brand, trade, legal form, organ; and the other names that stand in brackets."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from sanku.common.names import normalise, simplified
from sanku.warehouse.matching import places
from sanku.warehouse.matching.renderings import from_latin, is_latin, plain_letters, with_syllables
from sanku.warehouse.matching.words import FORM, FORMER, NUMBER, ORGAN, TRADES

PLACE, BRAND, TRADE, LEGAL, ORGANISATION, COUNT = range(6)
ROLES = 6
LONGEST = 60  # characters of a name that are looked at
SEVERAL = 4  # names of one row that are looked at

_BULLET = re.compile(
    r"^\s*(?:[（(\[【]\s*\d{1,4}\s*[)）\]】]|(?:no\.?|№)\s*\d{1,5}\s*[、．.,，:：)）]?|\d{1,5}\s*[、．.,，:：)）](?!\d)|[①-⓿❶-➓㈠-㈩⒈-⒛]|[一二三四五六七八九十]{1,3}、|[-*•·●■◆>#]+)\s*",
    re.I,
)
_RENAMED = re.compile(r"[,，;；/、]|(?<=公司)(?=原|曾用名|更名为)")
_ORDINAL = re.compile(r"(?<=第)\d{1,3}(?!\d)|(?<!\d)\d{1,3}(?=[店站厂队所村号]|分店|分公司|支行|加油站)")
_LETTERS = re.compile(r"[a-z]{4}")
_MISPLACED_FORM = re.compile(r"((?:集团)?(?:股份)?有限(?:责任)?公司)(?=.{3})")
_JUNK = re.compile(r"[\"'“”‘’`´,，.。;；!！?？*#_~～、/\\|&+=<>《》:：-]+")
_UNUSUAL = frozenset("([{<,，;；/、")
_WITHOUT_FORM = re.compile(rf"(?<=..)(?<![分支子])(?:{FORM.pattern})")
_WITHOUT_FORMS = re.compile(_WITHOUT_FORM.pattern, re.M)  # over several names at once, one a line
_PLAIN = re.compile(
    r"[\u4e00-\u9fff]{2,60}"
)  # nothing of a name like this is changed but Traditional characters
_DIGITS = "零一二三四五六七八九"
# For a role: a table that makes of the roles of characters which of them have it, 1 or 0.
_ONLY = [bytes(its == role for its in range(256)) for role in range(ROLES)]
_ALL_BUT_LEGAL = bytes(its != LEGAL for its in range(256))


@dataclass(frozen=True, slots=True)
class Name:
    """One name, as characters that are compared and the role of each; the places that it names."""

    text: str
    roles: bytes
    places: tuple[str, ...]
    is_former: bool = False
    is_latin: bool = False

    def part(self, role: int) -> str:
        """Return the characters of a role, in order."""
        return "".join(compress(self.text, self.roles.translate(_ONLY[role])))

    @property
    def key(self) -> str:
        """Return the name without its legal form: what candidates are found by."""
        return "".join(compress(self.text, self.roles.translate(_ALL_BUT_LEGAL)))


def numeral(number: int) -> str:
    """Return a number below 1000 in Chinese: 51 → 五十一."""
    if number < 10:
        return _DIGITS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    between = "零" if 0 < rest < 10 else "一" if 10 <= rest < 20 else ""
    return _DIGITS[hundreds] + "百" + between + (numeral(rest) if rest else "")


def clean(text: str) -> str:
    """Return a name as it is compared: Simplified, half width, without numbering, blanks and what cannot be seen."""
    # What cannot be seen cannot be printed either: most names are spared the look at each character.
    seen = text if text.isprintable() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    seen = _BULLET.sub("", seen.strip().strip("\"'“”"), count=1)
    return _ORDINAL.sub(lambda found: numeral(int(found[0])), normalise(seen))


@lru_cache(maxsize=100_000)
def names_of(text: str) -> tuple[Name, ...]:
    """Return the names that a cell holds, the main one first: 新名(原旧名) holds two."""
    if _PLAIN.fullmatch(text) and not _RENAMED.search(text):
        return (_taken_apart(_form_last(simplified(text))[:LONGEST]),)
    text = plain_letters(text)
    if is_latin(text):
        # Capitals and blanks part the words, so they are read before they are folded.
        return (_taken_apart(from_latin(text)[:LONGEST], is_latin=True),)
    main, others = _brackets(clean(text))
    found: dict[str, Name] = {}
    for each, former in [(main, False), *((other, True) for other in others)]:
        plain = _form_last(with_syllables(_JUNK.sub("", each)))[:LONGEST]
        if plain and plain not in found:
            found[plain] = _taken_apart(plain, is_former=former)
    return tuple(found.values())[:SEVERAL] or (Name("", b"", ()),)


def _brackets(text: str) -> tuple[str, list[str]]:
    """Return the name with what its brackets add to it, and the other names that they hold."""
    text = (
        text.replace("[", "(")
        .replace("]", ")")
        .replace("{", "(")
        .replace("}", ")")
        .replace("<", "(")
        .replace(">", ")")
    )
    others: list[str] = []

    def inside(found: re.Match[str]) -> str:
        content = found[1]
        said = FORMER.match(content)
        if said and len(content) - said.end() >= 2:
            others.append(content[said.end() :])
            return ""
        if len(content) >= 6 and (FORM.search(content) or (ORGAN.search(content) and not FORM.search(text))):
            others.append(content)
            return ""
        return content  # also an organ of the company that it stands behind: 示例公司(城东门市部)

    main = re.sub(r"\(([^()]*)\)?", inside, text).replace(")", "")
    if len(others) == 1 and _is_organ_of(main, others[0]):
        main, others = others[0] + main, []
    # 新名,原旧名 without brackets.
    parts = _RENAMED.split(main)
    if len(parts) > 1 and all(len(part) >= 4 for part in parts):
        for part in parts[1:]:
            said = FORMER.match(part)
            others.append(part[said.end() :] if said and len(part) - said.end() >= 2 else part)
        main = parts[0]
    return main, others


def _is_organ_of(text: str, company: str) -> bool:
    """Tell whether a text is an organ that stands before the bracket with its company: 城东门市部(示例公司)."""
    form = FORM.search(company)
    return bool(
        ORGAN.search(text)
        and not FORM.search(text)
        and form
        and form.end() == len(company)
        and not ORGAN.search(company)
    )


def _form_last(text: str) -> str:
    """Move a legal form that stands first, or right behind the place, to where it belongs: 济宁有限公司示例机械."""
    found = _MISPLACED_FORM.search(text)
    if found is None or found.start() > 12 or FORM.search(text, found.end()):
        return text
    at = 0
    while at < found.start():
        end, codes = places.place_at(text, at)
        if not codes:
            return text
        at = end
    if at > found.start() or ORGAN.search(text, found.end()):
        return text
    return text[: found.start()] + text[found.end() :] + found[1]


def keys_of(text: str) -> list[str]:
    """Return what the names of a cell are found by: as `names_of`, but without taking them apart, ten times as fast."""
    text = plain_letters(text)
    plain = clean(text)
    if is_latin(text) or (not plain.isascii() and _LETTERS.search(plain)):
        return [name.key for name in names_of(text)]
    main, others = _brackets(plain) if not _UNUSUAL.isdisjoint(plain) else (plain, [])
    keys = [_WITHOUT_FORM.sub("", _JUNK.sub("", each)[:LONGEST]) for each in (main, *others[: SEVERAL - 1])]
    return [key for key in keys if key] or [plain[:LONGEST]]


def keys_of_each(texts: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the keys of many cells in order, and the place of the cell that each is of.

    Those of Chinese characters only, as most are, are made all at once; they have one each.
    """
    odd = [at for at, text in enumerate(texts) if not _PLAIN.fullmatch(text)]
    others = set(odd)
    names = _all_simplified("\n".join([text for at, text in enumerate(texts) if at not in others]))
    stripped = _WITHOUT_FORMS.sub("", names).split("\n")
    plain = [key or name for key, name in zip(stripped, names.split("\n"), strict=True)]
    many = np.ones(len(texts), np.int64)
    keys: list[str] = []
    taken = 0
    for number, at in enumerate(odd):
        keys += plain[taken : at - number]
        taken = at - number
        its = keys_of(texts[at])
        keys += its
        many[at] = len(its)
    keys += plain[taken : len(texts) - len(odd)]
    return keys, np.repeat(np.arange(len(texts)), many)


@cache
def _forms() -> NDArray[np.uint32]:
    """Return the Simplified form of each Chinese character as `_PLAIN` knows them; all others stay."""
    table = np.arange(1 << 16, dtype=np.uint32)
    table[0x4E00:0xA000] = [ord(simplified(chr(code))) for code in range(0x4E00, 0xA000)]
    return table


def _all_simplified(text: str) -> str:
    """Return a long text of Chinese characters and lines as `simplified` does, ten times as fast."""
    units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    return _forms()[units].tobytes().decode("utf-32-le")


def _taken_apart(text: str, *, is_former: bool = False, is_latin: bool = False) -> Name:
    roles = bytearray([BRAND]) * len(text)
    named: tuple[str, ...] = ()
    head, tail = _form(text, roles)
    start = 2 if text.startswith("中国") and len(text) > 4 else 0
    roles[:start] = bytes([PLACE]) * start
    for at, end_of_part in ((start, head), (tail, len(text))):
        while at < end_of_part:
            end, codes = places.place_at(text, at)
            if not codes or end_of_part - end < 2:
                break
            roles[at:end] = bytes([PLACE]) * (end - at)
            named = places.narrowed(codes, named) if named else codes
            at = end
    _trades(text, roles, head)
    for found in NUMBER.finditer(text):
        roles[found.start() : found.end()] = bytes([COUNT]) * (found.end() - found.start())
    return Name(text, bytes(roles), named, is_former, is_latin)


def _form(text: str, roles: bytearray) -> tuple[int, int]:
    """Mark the legal form and the organ behind it; return where the company's own name ends and where the organ's begins."""
    head = tail = len(text)
    for found in FORM.finditer(text):
        if found.start() < 2:
            continue
        if text[found.start() - 1] in "分支子" and found[0] == "公司":
            roles[found.start() - 1 : found.end()] = bytes([ORGANISATION]) * (len(found[0]) + 1)
            continue
        roles[found.start() : found.end()] = bytes([LEGAL]) * len(found[0])
        head = min(head, found.start())
        if found.end() < len(text):
            tail = found.end()
            roles[tail:] = bytes([ORGANISATION]) * (len(text) - tail)
            break
    for found in ORGAN.finditer(text):
        roles[found.start() : found.end()] = bytes([ORGANISATION]) * len(found[0])
        head = min(head, found.start())
    return head, tail


def _trades(text: str, roles: bytearray, head: int) -> None:
    """Mark the words of trade at the end of the company's own name, but leave it two characters of its own."""
    first = next((at for at, role in enumerate(roles) if role == BRAND), head)
    end = head
    while end > first + 2:
        for length in range(min(8, end - first - 2), 0, -1):
            if text[end - length : end] in TRADES:
                roles[end - length : end] = bytes([TRADE]) * length
                end -= length
                break
        else:
            return
