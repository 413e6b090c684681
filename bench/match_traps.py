"""Other companies whose names are near a company's: what a matcher must not take for it.

A branch and its head office, siblings, a group and its member, the same brand in another city, another trade or number.
"""

import random
import re
from functools import cache

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bench.match_errors import COMMON, Change, head_of
from sanku.warehouse.matching import places, renderings
from sanku.warehouse.matching.parts import BRAND, TRADE, clean
from sanku.warehouse.matching.words import FORM, TRADES

TAILS = """
    {place}分公司 第{number}分公司 分公司 {place}支公司 {word}分公司 {word}门市部
    第{number}门市部 {place}营业部 第{number}加油站 {word}加油站 {word}厂 {word}分厂
    {word}店 {place}分店 第{number}分店 {place}办事处 {word}经营部 {word}商店
    {word}供应站 {word}宾馆 {word}酒店 {word}车间 {word}仓库 {word}收购站
    {word}服务部 {word}工程处 第{number}项目部 {word}技术学校 {word}大修厂 {place}支行
    {word}支行 工会委员会 {word}营业厅
""".split()


def _filled(tail: str, rng: random.Random) -> str:
    place = places.short_name(rng.choice(list(places.regions().values())))
    return tail.format(
        place=place,
        number=rng.choice("一二三四五六七八九"),
        word=rng.choice((place, rng.choice(_words()), rng.choice(COMMON[:2500]) + rng.choice(COMMON[:2500]))),
    )


@cache
def _words() -> list[str]:
    return sorted(word for word in TRADES if len(word) >= 2)


def branch(name: str, rng: random.Random) -> str:
    return name + _filled(rng.choice(TAILS), rng) if FORM.search(name) or rng.random() < 0.3 else name


def head_office(name: str, rng: random.Random) -> str:
    found = next(
        (
            each
            for each in FORM.finditer(name)
            if each.start() >= 4 and each.end() < len(name) and name[each.start() - 1] not in "分支"
        ),
        None,
    )
    return name[: found.end()] if found else name


def sibling(name: str, rng: random.Random) -> str:
    head = head_office(name, rng)
    if head == name:
        return name
    if rng.random() < 0.5:
        return head + _filled(rng.choice(TAILS), rng)
    tail = name[len(head) :]
    named = re.match(
        r"(?:.*[省市县区])?(.{2,4}?)(?=支行|分公司|营业|加油站|邮政|支局|门市|分店|分理处|供应站)", tail
    )
    place = places.short_name(rng.choice(list(places.regions().values())))
    return head + tail[: named.start(1)] + place + tail[named.end(1) :] if named else head + tail[:-1]


def group(name: str, rng: random.Random) -> str:
    if "集团" in name:
        return name.replace("集团", "", 1)
    found = FORM.search(name)
    return (
        name[: found.start()] + rng.choice(("集团", "集团", "控股集团")) + name[found.start() :]
        if found and found.start() > 3
        else name
    )


def other_city(name: str, rng: random.Random) -> str:
    end, codes = places.place_at(name, 0)
    if not codes:
        return name
    return (
        places.short_name(rng.choice([n for code, n in places.regions().items() if code.endswith("00")]))
        + rng.choice(("", "市"))
        + name[end:]
    )


def other_trade(name: str, rng: random.Random) -> str:
    head = head_of(name)
    if head is None or len(head.part(TRADE)) < 2:
        return name
    at = head.roles.index(TRADE)
    end = at + len(head.part(TRADE)) if rng.random() < 0.5 else at + 2
    return head.text[:at] + rng.choice(_words()) + head.text[end:]


def other_brand(name: str, rng: random.Random) -> str:
    head = head_of(name)
    brand = [at for at, role in enumerate(head.roles) if role == BRAND] if head else []
    if head is None or not brand:
        return name
    at = rng.choice(brand)
    return (
        head.text[:at]
        + rng.choice("华金新大海东天兴鑫泰宏盛达和安隆德顺源丰佳龙通瑞宝光利恒远信")
        + head.text[at + 1 :]
    )


def other_number(name: str, rng: random.Random) -> str:
    return re.sub(
        r"(?<=第)[一二三四五六七八九]|(?<=[^十])[一二三四五六七八九](?=[店站厂队公])",
        lambda found: rng.choice([each for each in "一二三四五六七八九" if each != found[0]]),
        name,
        count=1,
    )


def is_told_apart(typed: dict[str, str], trap: dict[str, str]) -> bool:
    """Tell whether a trap as typed is still nearer to its own name than to the one it is near.

    An error may take away the very word that tells them apart; of such a row nobody could say which of them it means.
    """
    text = max(
        (typed["name"], typed["uscc"], typed["address"]),
        key=lambda cell: fuzz.partial_ratio(trap["name"], cell),
    )
    own, near = trap["name"], trap["near"]
    if renderings.is_latin(renderings.plain_letters(text)):
        text, own, near = text.casefold(), "".join(lazy_pinyin(own)), "".join(lazy_pinyin(near))
    text, own, near = clean(text), clean(own), clean(near)
    return Levenshtein.distance(text, own) < Levenshtein.distance(text, near)


# What makes another company of a name.
OTHERS: dict[Change, float] = {
    branch: 4,
    head_office: 4,
    sibling: 4,
    group: 3,
    other_city: 3,
    other_trade: 3,
    other_brand: 4,
    other_number: 12,
}


def other_company(row: dict[str, str], foreign: dict[str, str], rng: random.Random) -> dict[str, str] | None:
    """Return a row of another company whose name is near a row of the base; `foreign` lends code and address. None: no such.

    "near" is the name that it is near.
    """
    change = rng.choices(list(OTHERS), list(OTHERS.values()))[0]
    name = change(row["name"], rng)
    if name == row["name"]:
        return None
    made = {**row, "name": name, "uscc": foreign["uscc"], "near": row["name"]}
    if change is other_city:
        end, codes = places.place_at(name, 0)
        regions = places.regions()
        made |= {
            "province": places.short_name(regions.get(codes[0][:2] + "0000", "")),
            "city": places.short_name(regions.get(codes[0][:4] + "00", name[:end])),
            "address": foreign["address"],
        }
    elif rng.random() < (0.5 if change in (branch, head_office, group) else 0.85):
        made["address"] = re.sub(r"^.{2,3}(?:省|市)", "", foreign["address"])
    return made
