"""Read areas in 亩, hectares, square metres and square kilometres, and convert between them (亩 = 2000/3 m²)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sanku.common.quantities import Quantity, exact, scan, split_scale
from sanku.common.text import squeeze

AreaProblem = Literal["area_range", "area_bound", "area_several", "not_a_number"]

M2_PER_MU = Fraction(2000, 3)

_UNITS: tuple[tuple[str, Fraction], ...] = (
    (r"公顷|公頃|hectares?|ha", Fraction(10_000)),
    (r"平方公里|平方千米|km2|km²|㎢|sq\.?km", Fraction(1_000_000)),
    (r"市亩|亩|畝|mu", M2_PER_MU),
    (r"平方米|平方公尺|平米|平方|平|㎡|m2|m²|m\^2|sqm|sq\.?m|方|squaremet(?:er|re)s?", Fraction(1)),
    (r"英亩|acres?", Fraction("4046.8564224")),
    (r"平方英尺|sqft|sq\.?ft|ft2|ft²", Fraction("0.09290304")),
)
_UNIT = [(re.compile(pattern, re.IGNORECASE), factor) for pattern, factor in _UNITS]
_WORDS_BEFORE = re.compile(
    r"(?:拟用地|需用?地|征地|净地|新增|工业|商业|建设|土地|用地|占地(?:面积)?|[一二三四五六首]期|总面积|建筑面积|使用面积|面积|总|共|计|合计|合|约|为|[:：])*"
)

_LAND_AFTER = re.compile(r"(?:国有|工业|商业|建设)?(?:用地|土地|地)$")


@dataclass(frozen=True, slots=True)
class AreaUnit:
    """A unit of area and how many square metres it holds."""

    m2: Fraction
    written: str


# The Earth has 5 × 10¹⁴ m².
LARGEST_POWER = 20


@dataclass(frozen=True, slots=True)
class Area:
    """An area read from a cell, in square metres, or why none can be taken."""

    m2: Decimal | None = None
    approximate: bool = False
    own_unit: bool = False
    problem: AreaProblem | None = None


def parse_area_unit(text: str) -> AreaUnit | None:
    """Read a unit of area: 亩, 万平方米, 公顷, ㎡, km²."""
    plain = squeeze(text).strip(":：()（）")
    for candidate, scale in ((plain, None), tuple(reversed(split_scale(plain)))):
        for pattern, factor in _UNIT:
            if isinstance(candidate, str) and pattern.fullmatch(candidate):
                return AreaUnit(factor * Fraction(scale or 1), plain)
    return None


def to_m2(number: Decimal | int | float, unit: AreaUnit) -> Decimal:
    """Convert a number of a unit into square metres, to a ten-thousandth."""
    product = Fraction(exact(number)) * unit.m2
    found = Decimal(product.numerator) / Decimal(product.denominator)
    if found.adjusted() > LARGEST_POWER:
        return found  # more than any column holds, and more digits than can be rounded
    return found.quantize(Decimal("0.0001")).normalize() + 0


def mu_to_m2(mu: Decimal | int | float) -> Decimal:
    """Convert 亩 into square metres."""
    return to_m2(mu, AreaUnit(M2_PER_MU, "亩"))


def m2_to_mu(area_m2: Decimal | int | float) -> Decimal:
    """Convert square metres into 亩, to a ten-thousandth."""
    return (exact(area_m2) * 3 / 2000).quantize(Decimal("0.0001")).normalize() + 0


def _said_twice(quantities: tuple[Quantity, ...]) -> Decimal | None:
    """Return the area that a cell gives in two units, as in 120亩/8万平方米: the one in square metres, if both agree."""
    units = [parse_area_unit(quantity.unit.strip("/或合即")) for quantity in quantities]
    if len(units) != 2 or not units[0] or not units[1] or units[0].m2 == units[1].m2:
        return None
    areas = [
        to_m2(quantity.value, unit)
        for quantity, unit in zip(quantities, units, strict=True)
        if unit is not None
    ]
    if abs(areas[0] - areas[1]) > max(areas) / 50:
        return None
    return areas[0] if units[0].m2 < units[1].m2 else areas[1]


def read_area(written: str | int | float | Decimal, unit: AreaUnit | None = None) -> Area:
    """Read a cell of area; a number without its own unit is in the column's unit, else in square metres."""
    unit = unit or AreaUnit(Fraction(1), "平方米")
    if not isinstance(written, str):
        return Area(to_m2(exact(written), unit))
    found = scan(written)
    if found.blank:
        return Area()
    if not found.quantities or not _WORDS_BEFORE.fullmatch(found.before):
        return Area(problem="not_a_number")
    if found.doubt == "several" and (twice := _said_twice(found.quantities)):
        return Area(twice, found.approximate, own_unit=True)
    if found.doubt:
        problems: dict[str, AreaProblem] = {"range": "area_range", "bound": "area_bound"}
        return Area(approximate=True, problem=problems.get(found.doubt, "area_several"))
    quantity = found.quantities[0]
    if not quantity.unit:
        scaled = quantity.value if quantity.scale else quantity.number
        return Area(to_m2(scaled, unit), found.approximate)
    own = parse_area_unit(quantity.unit) or parse_area_unit(_LAND_AFTER.sub("", quantity.unit))
    if own is None:
        return Area(problem="not_a_number")
    return Area(to_m2(quantity.value, own), found.approximate, own_unit=True)
