"""The Traditional Chinese messages, made from the Simplified ones: they are never written by hand nor kept in git.

OpenCC's `s2tw` changes characters, not words: the field's own terms stay (項目, 軟件, 信息), in the forms of
characters that fonts have. `traditional.tsv` lists the phrases in which it takes the wrong character. Quotation marks
become the corner brackets of Traditional Chinese.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from opencc import OpenCC

PHRASES = Path(__file__).with_name("traditional.tsv")
LOCALE = "zh_Hant"
QUOTES = str.maketrans("“”‘’", "「」『』")
# Characters that conversion takes by mistake more often than by right in what offices say: 只 as in one of a pair,
# 折 as in folding, 干 as in dry, 面 as in flour … A phrase that means one of them goes into traditional.tsv.
DOUBTFUL = re.compile("[隻摺乾幹麵鬥穀薑鹹麴髮錶禦捲臘託彙鬆鬍闢傢汙]")


@cache
def phrases() -> dict[str, str]:
    """Return the phrases that conversion would get wrong, Simplified to Traditional."""
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {simplified: traditional for simplified, traditional in pairs}


@cache
def _pieces() -> tuple[Callable[[str], str], re.Pattern[str]]:
    longest = sorted(phrases(), key=len, reverse=True)
    return OpenCC("s2tw").convert, re.compile("(" + "|".join(map(re.escape, longest)) + ")")


def traditional(text: str) -> str:
    """Return a Simplified Chinese text in Traditional characters."""
    convert, known = _pieces()
    # What stands on both sides of a phrase is converted by itself, as OpenCC looks at whole phrases.
    converted = "".join(phrases().get(part) or convert(part) for part in known.split(text) if part)
    return converted.translate(QUOTES)


def doubtful(text: str) -> list[str]:
    """Return the characters of a converted text that are probably wrong, each with its neighbours."""
    meant = "|".join(map(re.escape, phrases().values()))
    rest = re.sub(meant, lambda found: "·" * len(found.group()), text)
    return [text[max(0, found.start() - 3) : found.end() + 3] for found in DOUBTFUL.finditer(rest)]


def traditional_catalogue(catalogue: Catalog) -> Catalog:
    """Return a Simplified catalogue as a Traditional one: the same messages, their translations converted."""
    made = Catalog(locale=LOCALE)
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        string = message.string
        words = traditional(string) if isinstance(string, str) else [traditional(one) for one in string or ()]
        made.add(message.id, words, context=message.context)
    return made
