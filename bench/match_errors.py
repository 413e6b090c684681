"""Seeded errors in company rows, as people make them: what the matcher is trained and validated on.

Kinds only; no names. A function takes a name and a random generator and returns the name changed, or the same where the
kind does not apply. Held-out kinds (HELD_OUT) are never trained on: they show how the matcher meets what it has not seen.
"""

import random
import re
from collections.abc import Callable
from functools import cache

import numpy as np
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from sanku.warehouse.matching import places
from sanku.warehouse.matching.characters import characters
from sanku.warehouse.matching.parts import BRAND, LEGAL, PLACE, TRADE, Name, names_of
from sanku.warehouse.matching.words import ENGLISH, FORM

Change = Callable[[str, random.Random], str]
COMMON = [chr(code) for code in range(0x4E00, 0x9FA6) if chr(code).encode("gb2312", "ignore")]
LEGAL_FORMS = ("有限公司", "有限责任公司", "公司", "股份有限公司", "有限公", "有限", "总公司", "")


@cache
def _homophones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for character in COMMON:
        found.setdefault(lazy_pinyin(character)[0], []).append(character)
    return found


@cache
def _lookalikes(character: str) -> tuple[str, ...]:
    """Return characters that look like one by corners or by parts, mixed so that neither measure alone tells."""
    known = characters()
    code = ord(character)
    if known.corners[code, 0] == 255:
        return ()
    codes = np.array([ord(each) for each in COMMON])
    corners = (known.corners[codes] == known.corners[code]).sum(1)
    parts = np.isin(known.parts[codes], known.parts[code][known.parts[code] > 0]).sum(1)
    score = corners + 1.5 * parts + np.random.default_rng(code).random(len(codes))
    score[codes == code] = -1
    return tuple(chr(each) for each in codes[np.argsort(-score)[:14]])


def _replace(name: str, at: int, new: str) -> str:
    return name[:at] + new + name[at + 1 :]


def _any(name: str, rng: random.Random) -> int:
    return rng.randrange(len(name))


def homophone(name: str, rng: random.Random) -> str:
    at = _any(name, rng)
    same = [each for each in _homophones().get(lazy_pinyin(name[at])[0], []) if each != name[at]]
    return _replace(name, at, rng.choice(same)) if same else name


def dialect(name: str, rng: random.Random) -> str:
    """Exchange a character for one that sounds so in the south: z for zh, n for ng."""
    at = _any(name, rng)
    code = ord(name[at])
    if code >= 0x10000 or not characters().sounds[code, 0]:
        return name
    same = [
        each
        for each in COMMON
        if characters().sounds[ord(each), 0] == characters().sounds[code, 0] and each != name[at]
    ]
    return _replace(name, at, rng.choice(same)) if same else name


def shape(name: str, rng: random.Random) -> str:
    at = _any(name, rng)
    alike = _lookalikes(name[at]) if "\u4e00" <= name[at] <= "\u9fa5" else ()
    return _replace(name, at, rng.choice(alike)) if alike else name


def missing(name: str, rng: random.Random) -> str:
    at = _any(name, rng)
    return name[:at] + name[at + 1 :] if len(name) > 5 else name


def extra(name: str, rng: random.Random) -> str:
    at = _any(name, rng)
    kind = rng.random()
    if kind < 0.4:
        return name[:at] + name[at] + name[at:]
    if kind < 0.7:
        return name[:at] + rng.choice(COMMON[:3000]) + name[at:]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at else name


def other_form(name: str, rng: random.Random) -> str:
    found = list(FORM.finditer(name))
    if not found or found[-1].end() != len(name):
        return name
    return name[: found[-1].start()] + rng.choice(LEGAL_FORMS)


def latin_form(name: str, rng: random.Random) -> str:
    found = list(FORM.finditer(name))
    if not found or found[-1].end() != len(name):
        return name
    return name[: found[-1].start()] + rng.choice((" Co.,Ltd", "LTD", " Co., Ltd.", " Limited", "(有限公司)"))


def head_of(name: str) -> Name | None:
    """Return a Chinese name taken apart, None where it is none."""
    found = names_of(name)[0]
    return found if found.text and not found.is_latin else None


def short(name: str, rng: random.Random) -> str:
    """Drop the place, the legal form, or both."""
    head = head_of(name)
    if head is None:
        return name
    dropped = rng.choice(((LEGAL,), (PLACE,), (LEGAL, PLACE), (LEGAL, PLACE)))
    kept = "".join(c for c, role in zip(head.text, head.roles, strict=True) if role not in dropped)
    return kept if len(kept) >= 3 else name


def brand_only(name: str, rng: random.Random) -> str:
    head = head_of(name)
    if head is None or len(head.part(BRAND)) < 3:
        return name
    return (head.part(PLACE) if rng.random() < 0.5 else "") + head.part(BRAND)


def no_trade(name: str, rng: random.Random) -> str:
    """Drop one of the words of trade: 科技, 发展."""
    head = head_of(name)
    if head is None or len(head.part(TRADE)) < 4:
        return name
    at = [place for place, role in enumerate(head.roles) if role == TRADE]
    cut = rng.choice(at[:-1:2])
    return head.text[:cut] + head.text[cut + 2 :]


def place_kind(name: str, rng: random.Random) -> str:
    """Take 市 or 县 out after a place, or put one in."""
    if rng.random() < 0.5:
        return re.sub(r"^([\u4e00-\u9fff]{2,4})(?:省|市|县|区)", r"\1", name, count=1)
    end, codes = places.place_at(name, 0)
    return name[:end] + "市" + name[end:] if codes and name[end - 1] not in "市省县区" else name


def province_first(name: str, rng: random.Random) -> str:
    _end, codes = places.place_at(name, 0)
    if not codes or codes[0].endswith("0000"):
        return name
    province = places.short_name(places.regions().get(codes[0][:2] + "0000", ""))
    return province + rng.choice(("", "省")) + name if province else name


def place_in_brackets(name: str, rng: random.Random) -> str:
    """Write 示例(济宁)机械 for 济宁示例机械."""
    head = head_of(name)
    if head is None or PLACE not in head.roles or not head.part(BRAND) or head.roles[0] != PLACE:
        return name
    end, _codes = places.place_at(head.text, 0)
    after = end + len(head.part(BRAND))
    place = head.text[:end].rstrip("省市县区")
    return head.text[end:after] + f"({place})" + head.text[after:]


def place_last(name: str, rng: random.Random) -> str:
    end, codes = places.place_at(name, 0)
    return (
        name[end:] + rng.choice(("(%s)", "%s", "-%s", "（%s）")) % name[:end]
        if codes and len(name) - end >= 4
        else name
    )


def order(name: str, rng: random.Random) -> str:
    """Exchange brand and trade."""
    head = head_of(name)
    if head is None or len(head.part(TRADE)) < 2 or len(head.part(BRAND)) < 2 or len(names_of(name)) > 1:
        return name
    roles = head.roles
    brand, trade = roles.index(BRAND), roles.index(TRADE)
    legal = roles.find(LEGAL)
    end = legal if legal > 0 else len(roles)
    if not brand < trade < end:
        return name
    return head.text[:brand] + head.text[trade:end] + head.text[brand:trade] + head.text[end:]


def abbreviation(name: str, rng: random.Random) -> str:
    """Shorten as people do: 中国重型汽车集团 → 中国重汽, 徐州工程机械 → 徐工机械."""
    head = head_of(name)
    if head is None:
        return name
    place, brand, trade = head.part(PLACE).rstrip("省市县区"), head.part(BRAND), head.part(TRADE)
    words = [trade[at : at + 2] for at in range(0, len(trade), 2)]
    if len(words) < 2 and len(brand) < 4:
        return name
    shorter = "".join(word[0] for word in words)
    if len(brand) >= 4:
        shorter, brand = (shorter if rng.random() < 0.5 else trade), brand[0] + brand[2]
    return (place if rng.random() < 0.7 else "") + brand + shorter


def pinyin(name: str, rng: random.Random) -> str:
    head = head_of(name)
    if head is None:
        return name
    style = rng.random()
    said = [each for each in lazy_pinyin(head.text) if each.isascii()]
    if style < 0.4:
        return " ".join(each.capitalize() for each in said)
    if style < 0.7:
        return " ".join("".join(said[at : at + 2]) for at in range(0, len(said), 2))
    return "".join(said).upper() if style < 0.8 else " ".join(said)


@cache
def translated() -> dict[str, str]:
    found: dict[str, str] = {}
    for english, chinese in ENGLISH.items():
        found.setdefault(chinese, english)
    return found


def english(name: str, rng: random.Random) -> str:
    head = head_of(name)
    if head is None:
        return name
    said = []
    for role in (PLACE, BRAND, TRADE):
        text = head.part(role)
        while text:
            length = next((size for size in (4, 3, 2) if text[:size] in translated() and role == TRADE), 0)
            if length:
                said.append(translated()[text[:length]].capitalize())
            else:
                length = min(2, len(text))
                said.append("".join(lazy_pinyin(text[:length])).capitalize())
            text = text[length:]
    end = rng.choice((" Co., Ltd.", " Company Limited", " Co.,LTD", "", " Corp."))
    return " ".join(said) + end


def initials_of_brand(name: str, rng: random.Random) -> str:
    head = head_of(name)
    if head is None or len(head.part(BRAND)) < 2:
        return name
    letters = "".join(lazy_pinyin(head.part(BRAND), style=Style.FIRST_LETTER)).upper()
    return head.part(PLACE) + letters + head.part(TRADE) + head.part(LEGAL)


def digits(name: str, rng: random.Random) -> str:
    return re.sub(
        r"第([一二三四五六七八九])", lambda found: f"第{'零一二三四五六七八九'.index(found[1])}", name
    )


def person(name: str, rng: random.Random) -> str:
    return name + rng.choice(
        (" 王经理", "(联系人:李工)", " 13800000000", "（规上）", " 总部", "（注销）", "等3家", "★")
    )


def truncated(name: str, rng: random.Random) -> str:
    return name[: max(6, len(name) - rng.randint(2, 6))] if len(name) > 9 else name


def several(name: str, rng: random.Random) -> str:
    """Two or three typing errors at once."""
    for _ in range(rng.randint(2, 3)):
        name = rng.choice((homophone, shape, missing, extra))(name, rng)
    return name


def formerly(name: str, rng: random.Random, other: str = "") -> str:
    new = other or name
    mark = rng.choice(("(原%s)", "（曾用名:%s）", "【原%s】", "(原名：%s)", "，原%s", "(旧称%s)"))
    return new + mark % name if rng.random() < 0.5 else name + mark % new


TRAINED: dict[Change, float] = {
    homophone: 10, shape: 10, missing: 8, extra: 8, other_form: 7, short: 18, brand_only: 3, no_trade: 3, place_kind: 4,
    province_first: 3, place_in_brackets: 4, place_last: 2, order: 3, abbreviation: 4, pinyin: 4, english: 4, latin_form: 2, digits: 2,
}  # fmt: skip
HELD_OUT: tuple[Change, ...] = (dialect, person, truncated, several, initials_of_brand)

_s2t = OpenCC("s2t")


def dressed(name: str, rng: random.Random) -> str:
    """Return the name as a cell holds it: Traditional, bracketed otherwise, numbered, with blanks and what cannot be seen."""
    if rng.random() < 0.2:
        name = _s2t.convert(name)
    if rng.random() < 0.25:
        at = _any(name, rng)
        name = name[:at] + rng.choice((" ", "\u3000", "\xa0", "·", "\n")) + name[at:]
    if rng.random() < 0.15:
        name = rng.choice(("%s ", " %s", "%s\n", "\u200b%s", "%s。", "\ufeff%s", "%s\t")) % name
    if rng.random() < 0.1:
        name = (
            rng.choice(
                (
                    f"{rng.randint(1, 99)}、",
                    f"（{rng.randint(1, 30)}）",
                    f"{rng.randint(1, 90)}.",
                    "①",
                    "No.7 ",
                )
            )
            + name
        )
    return name


def code_as_typed(code: str, rng: random.Random) -> str:
    """Return a code as a cell holds it: mostly empty, else right, wrong in a place, or dressed."""
    kind = rng.random()
    if not code or kind < 0.7:
        return ""
    at = rng.randrange(len(code))
    if kind < 0.75:
        return _replace(code, at, rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXYOI"))
    if kind < 0.77 and at + 1 < len(code):
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if kind < 0.78:
        return _replace(code, at, "")
    if kind < 0.79:
        return code[8:17]
    return rng.choice(
        (
            code,
            code,
            code,
            code.lower(),
            "'" + code,
            f"{code[:8]} {code[8:17]} {code[17:]}",
            code[:8] + "-" + code[8:],
        )
    )


def row_as_typed(
    row: dict[str, str], rng: random.Random, change: Change | None = None, other: str = ""
) -> dict[str, str]:
    """Return a row of a messy list that means a row of the base. `other` is another company's name, for a former name."""
    name = row["name"]
    if change is not None:
        name = change(name, rng)
    else:
        kinds, weights = list(TRAINED), list(TRAINED.values())
        for kind in rng.choices(kinds, weights, k=rng.choices((0, 1, 2), (30, 50, 20))[0]):
            name = kind(name, rng)
    if other and rng.random() < 0.09:
        head = head_of(row["name"])
        brand = head.part(BRAND) if head else ""
        new = row["name"].replace(brand, other, 1) if len(brand) >= 2 else ""
        name = formerly(name, rng, new) if new and new != row["name"] else name
    is_plain = not any("\u4e00" <= c <= "\u9fff" for c in name) or rng.random() < 0.35
    shown = name if is_plain else dressed(name, rng)
    province, city, address = row["province"], row["city"], row["address"]
    if city and rng.random() < 0.25:
        city = rng.choice(
            (
                province + city,
                city + "市",
                city[:1],
                province if province in ("北京", "上海", "天津", "重庆") else city,
            )
        )
    if address and rng.random() < 0.5:
        cut = rng.randint(0, min(6, len(address) // 3))
        address = address[cut : len(address) - rng.randint(0, max(0, (len(address) - cut) // 2))]
    return {
        "name": shown,
        "uscc": code_as_typed(row["uscc"], rng),
        "province": province if rng.random() < 0.45 else "",
        "city": city if rng.random() < 0.65 else "",
        "address": address if rng.random() < 0.5 else "",
    }
