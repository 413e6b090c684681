"""Find numbers with their units in what people write: 约3.5亿元（含设备）, 2-3万亩, USD 50 million, 三亿五千万元."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

from sanku.common.text import CHINESE_NUMERALS, chinese_number, is_blank, squeeze

Doubt = Literal["range", "bound", "several"]

# Scale words before a unit. Longer ones first.
_SCALES: tuple[tuple[str, Decimal], ...] = (
    ("万亿", Decimal(10**12)), ("千亿", Decimal(10**11)), ("百亿", Decimal(10**10)), ("十亿", Decimal(10**9)),
    ("亿", Decimal(10**8)), ("千万", Decimal(10**7)), ("百万", Decimal(10**6)), ("十万", Decimal(10**5)),
    ("万", Decimal(10**4)), ("千", Decimal(10**3)), ("百", Decimal(100)),
)  # fmt: skip
_ENGLISH_SCALES = {
    "trillion": 10**12, "billion": 10**9, "bn": 10**9, "million": 10**6, "mn": 10**6, "mln": 10**6, "mio": 10**6,
    "thousand": 10**3,
}  # fmt: skip
_ENGLISH = re.compile(r"(trillion|billion|bn|million|mn|mln|mio|thousand)s?", re.IGNORECASE)

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_NUMERALS = f"[{CHINESE_NUMERALS}]"
_TOKEN = re.compile(
    rf"(?P<sign>(?:(?<=^)|(?<=[^\d\w%.]))[-+−▲△])?(?:(?P<digits>{_NUMBER})|(?P<numerals>{_NUMERALS}+))"
    r"(?P<unit>[^\d\s,;，；、:：+=~～()（）\[\]【】\-–—−至到]*)"
)
_THOUSANDS = re.compile(r"(?<=\d)[,，'](?=\d{3}(?!\d))")
_SIMPLER = str.maketrans("約萬億畝頃圓幣餘過於達間計劃預總資", "约万亿亩顷圆币余过于达间计划预总资")
# How amounts are said and typed: 1.2个亿, 5000w, 5仟万元.
_SPOKEN = re.compile(r"^(?:w(?![a-z])|[仟佰拾](?=[万亿元]))", re.IGNORECASE)
_AS_WRITTEN = {"w": "万", "仟": "千", "佰": "百", "拾": "十"}
_COUNTED = re.compile(r"(?<=[\d一二两三四五六七八九十百])个(?=[万亿])")
# A part of the whole is no second amount: 总投资3亿元，其中设备投资1亿元.
_PART = re.compile(r"(?<=\S)[,，;；、。]?(?:其中|包括|包含).*$")
_SQUARE = re.compile(r"k?m(?:2|\^2|²)(?!\d)", re.IGNORECASE)
_REMARK = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]")
_ALL_IN_BRACKETS = re.compile(rf"^[（(](?P<inner>{_NUMBER}[^（）()]*)[）)](?P<unit>\S{{0,4}})$")
_RANGE = re.compile(r"[-~～–—−至到]+|～")
_ABOUT = re.compile(
    r"^(?:约[为合]?|大约|大概|近|将近|接近|预计|预估|估计|拟|计划|初步|暂定|暂估|ca\.?|about|approx\.?|around|~|≈)+"
)
_ABOUT_AFTER = re.compile(r"(?:左右|上下|余|多|来)")
_BOUND = re.compile(
    r"不低于|不少于|不小于|不高于|不超过|不大于|低于|高于|少于|大于|小于|超过|超|至少|至多|最低|最高|最多|以上|以下|以内|之内|起$|(?<=[\d万亿元亩])\+$|≥|≤|>|<|＞|＜|over|under|atleast|morethan|lessthan|upto|minimum|maximum",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, its scale (万 = 10,000; 1 where none is written) and the rest of its unit."""

    number: Decimal
    scale: Decimal | None
    unit: str

    @property
    def value(self) -> Decimal:
        """Return the number times its scale."""
        return self.number * (self.scale or 1)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text says of quantities: those found, words before the first, and why no single one can be taken."""

    quantities: tuple[Quantity, ...] = ()
    before: str = ""
    after: str = ""
    approximate: bool = False
    doubt: Doubt | None = None
    blank: bool = False

    @property
    def single(self) -> Quantity | None:
        """Return the one quantity that the text states, if it states exactly one."""
        return self.quantities[0] if len(self.quantities) == 1 and self.doubt is None else None


def exact(number: int | float | Decimal) -> Decimal:
    """Return a number as the decimal that a spreadsheet shows: floats by their shortest form, without binary dust."""
    if isinstance(number, float):
        return Decimal(repr(round(number, 10) if abs(number) < 1e6 else float(f"{number:.15g}")))
    return Decimal(number)


@lru_cache(maxsize=1024)
def split_scale(unit: str) -> tuple[Decimal | None, str]:
    """Split a unit into its scale and the rest: 万元 → (10000, 元), million USD → (1000000, USD), 亩 → (None, 亩)."""
    unit = _SPOKEN.sub(
        lambda found: _AS_WRITTEN[found[0].lower()], unit.replace("萬", "万").replace("億", "亿")
    )
    for word, scale in _SCALES:
        if unit.startswith(word):
            return scale, unit[len(word) :]
    found = _ENGLISH.match(unit)
    if found:
        return Decimal(_ENGLISH_SCALES[found[1].lower()]), unit[found.end() :]
    if re.fullmatch(r"[kmb]", unit, re.IGNORECASE):
        return Decimal({"k": 10**3, "m": 10**6, "b": 10**9}[unit.lower()]), ""
    return None, unit


@lru_cache(maxsize=8192)
def scan(written: str) -> Scan:
    """Read the quantities of a text.

    A remark in brackets is set aside unless it holds the unit of a bare number: “500（万元人民币）”.
    """
    if is_blank(written):
        return Scan(blank=True)
    text = _THOUSANDS.sub("", squeeze(written).translate(_SIMPLER)).strip("。.;；,，").lstrip("'‘")
    text = _SQUARE.sub(lambda found: "㎢" if found[0][0] in "kK" else "㎡", text)
    text = _COUNTED.sub("", text)
    whole = _ALL_IN_BRACKETS.match(text)
    if whole:  # accountants write (500) for a negative amount
        text = f"-{whole['inner']}{whole['unit']}"
    bare, remarks = (
        _REMARK.sub(" ", text),
        " ".join(found[0].strip("（）()[]【】") for found in _REMARK.finditer(text)),
    )
    bare = bare.strip()
    if (part := _PART.search(bare)) and re.search(rf"\d|{_NUMERALS}", bare[: part.start()]):
        bare, remarks = bare[: part.start()], f"{remarks} {part[0]}"
    about = bool(_ABOUT.match(bare))
    bare = _ABOUT.sub("", bare)
    bound = bool(_BOUND.search(bare))
    bare = _BOUND.sub("", bare)
    found = [
        (match, quantity)
        for match in _TOKEN.finditer(bare)
        if not (match["numerals"] and match["unit"].startswith("期"))
        and (quantity := _quantity(match)) is not None
    ]
    if not found:
        return Scan(before=text)
    quantities = _join([quantity for _, quantity in found], [match for match, _ in found])
    about = about or any(_ABOUT_AFTER.search(quantity.unit) for quantity in quantities)
    quantities = [Quantity(q.number, *_clean_unit(q)) for q in quantities]
    if len(quantities) == 1 and not quantities[0].unit and quantities[0].scale is None and remarks:
        scale, rest = split_scale(remarks)
        if scale is not None or re.match(r"[元亩㎡%]|平方|公顷|人民币|美元", rest):
            quantities = [Quantity(quantities[0].number, scale, rest)]
    doubt: Doubt | None = "bound" if bound else None
    if len(quantities) > 1:
        between = bare[found[0][0].end() : found[1][0].start()]
        doubt = "range" if _RANGE.fullmatch(between) and len(quantities) == 2 else "several"
    first, last = found[0][0], found[-1][0]
    return Scan(
        tuple(quantities), bare[: first.start()].strip(" :"), bare[last.end() :].strip(), about, doubt
    )


def _quantity(match: re.Match[str]) -> Quantity | None:
    try:
        number = Decimal(match["digits"]) if match["digits"] else chinese_number(match["numerals"])
    except InvalidOperation:
        return None
    if number is None:
        return None
    if match["sign"] and match["sign"] != "+":
        number = -number
    if match["digits"]:
        return Quantity(number, *split_scale(match["unit"]))
    # 三亿五千万 holds its scale in the numeral itself: the column's unit does not apply to it.
    return Quantity(number, Decimal(1) if re.search("[万萬亿億]", match["numerals"]) else None, match["unit"])


def _join(quantities: list[Quantity], matches: list[re.Match[str]]) -> list[Quantity]:
    """Add up what is written as one number in two places: 3亿5000万元."""
    joined: list[Quantity] = []
    end = -1
    for quantity, match in zip(quantities, matches, strict=True):
        last = joined[-1] if joined else None
        follows = last is not None and match.start() == end and last.scale is not None and not last.unit
        if last is not None and follows and last.scale and (quantity.scale or 1) < last.scale:
            joined[-1] = Quantity(last.value + quantity.value, Decimal(1), quantity.unit)
        else:
            joined.append(quantity)
        end = match.end()
    return joined


def _clean_unit(quantity: Quantity) -> tuple[Decimal | None, str]:
    """Take words of approximation out of a unit and read the scale that then stands first: 500多万元."""
    unit = _ABOUT_AFTER.sub("", quantity.unit)
    if quantity.scale is None and unit != quantity.unit:
        return split_scale(unit)
    return quantity.scale, unit
