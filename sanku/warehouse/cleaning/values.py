"""Cells by the column: dates, money and places as `sanku.common` and `regions` read them, each spelling only once.

Columns of a register repeat themselves: a few ten thousand dates and sums, a few thousand beginnings of addresses. Each
is read once a process and remembered.
"""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.common.amounts import read_amount
from sanku.common.coordinates import Datum, to_wgs84
from sanku.common.dates import read_date
from sanku.common.text import to_half_width
from sanku.warehouse.cleaning.cells import read_days, read_decimals
from sanku.warehouse.cleaning.text import as_text, signs_of
from sanku.warehouse.regions import gazetteer

LISTS = ("short_names", "former_names", "honours")
REMEMBERED = 400_000  # spellings of one column; then it begins anew
FIRST_YEAR, EPOCH = 1840, dt.date(1970, 1, 1)
# Yuan for one unit of the currency: central parity rates at the end of 2024, rounded. A capital in another currency
# is kept as written and has no figure.
RATES = {
    "CNY": 1.0, "USD": 7.19, "HKD": 0.926, "EUR": 7.53, "JPY": 0.0462, "GBP": 9.08, "SGD": 5.32, "TWD": 0.2194,
    "KRW": 0.00493, "MOP": 0.899, "AUD": 4.51, "CAD": 5.05, "CHF": 7.99,
}  # fmt: skip
SMALLEST_BARE_CNY = 10_000  # a smaller number without any unit may be in 万元: it is not guessed at
_BRACKETS = re.compile(r"[()（）\s]")
_BARE = re.compile(r"[\d.,]+")
_STATUS = [
    (re.compile(words), status)
    for words, status in (
        ("吊销|撤销|revoked", "revoked"), ("迁出|moved", "moved"), ("cancelled|deregistered", "cancelled"),
        ("存续|在业|在营|开业|正常|迁入|有效|存活|active|in business", "active"),
    )
]  # fmt: skip
_BETWEEN = "[;；,，、|]+"
_NO_CODE, _INDUSTRY = re.compile("[^A-Z0-9]"), re.compile("[A-T]([0-9]{2,4})?")


def each_once(
    values: pa.Array, read: Callable[[str], Any], kind: pa.DataType, seen: dict[str, Any]
) -> pa.Array:
    """Return what a function makes of each text, calling it once for each spelling; texts as a dictionary."""
    encoded = pc.dictionary_encode(as_text(values))
    if len(seen) > REMEMBERED:
        seen.clear()
    found = []
    for text in encoded.dictionary.to_pylist():
        if text not in seen:
            seen[text] = read(text)
        found.append(seen[text])
    read_once = pa.array(found, kind)
    if kind != pa.string():
        return read_once.take(encoded.indices)
    few = read_once.dictionary_encode()  # spellings come together
    return pa.DictionaryArray.from_arrays(few.indices.take(encoded.indices), few.dictionary)


def remembering(read: Callable[[str], Any], kind: pa.DataType) -> Callable[[pa.Array], pa.Array]:
    """Return a function of a column that reads each spelling once a process."""
    seen: dict[str, Any] = {}

    def column(values: pa.Array) -> pa.Array:
        return each_once(values, read, kind, seen)

    return column


def read_day(text: str) -> int | None:
    """Return the day as days since 1970, None where no possible date is written."""
    on = read_date(to_half_width(text)).on if text else None
    if on is None or on.year < FIRST_YEAR or on > dt.date.today() + dt.timedelta(days=366):
        return None
    return (on - EPOCH).days


def read_capital(text: str) -> float | None:
    """Return registered capital in yuan: 50(万元人民币), 66万美元, 1,000(万香港元); None where it cannot be told."""
    plain = _BRACKETS.sub("", to_half_width(text)).replace("香港元", "港元").replace("元元", "元")
    amount = read_amount(plain)
    rate = RATES.get(amount.currency or "")
    if amount.value is None or rate is None or amount.value < 0:
        return None
    if _BARE.fullmatch(plain) and amount.value < SMALLEST_BARE_CNY:
        return None
    return float(amount.value) * rate


def read_place(key: str) -> int:
    """Return the code for a code as given, province, city and county, joined by |; 0 where there is none."""
    given, province, city, county = key.split("|")[:4]
    known = gazetteer()
    code = known.known(given) if len(given) == 6 else ""
    if code and not code.endswith("0000"):
        return int(code)
    return int(known.named(province, city, county) or code or 0)


def read_status(text: str) -> str:
    """Return the registration status for what registers write: 存续, 吊销，未注销, 迁出, in business."""
    low = text.lower()
    if "注销" in low and "未注销" not in low:
        return "cancelled"
    return next((status for pattern, status in _STATUS if pattern.search(low)), "unknown")


def list_column(values: pa.Array) -> pa.Array:
    """Return the items of lists written with separators; nothing where there is none."""
    encoded = pc.dictionary_encode(as_text(values))
    plain = pc.utf8_trim(pc.replace_substring_regex(encoded.dictionary, _BETWEEN, ";"), ";")
    lists = pc.split_pattern(plain, ";")
    items = pc.utf8_trim_whitespace(lists.values)
    empty = pc.equal(encoded.dictionary, "")
    return pa.ListArray.from_arrays(lists.offsets, items, mask=empty).take(encoded.indices)


def read_industry(text: str) -> str | None:
    """Return a code of GB/T 4754: a letter and up to four digits."""
    plain = _NO_CODE.sub("", text.upper())
    return plain if _INDUSTRY.fullmatch(plain) else None


_other_day_column = remembering(read_day, pa.date32())
_other_capital_column = remembering(read_capital, pa.float64())
place_column = remembering(read_place, pa.int64())
status_column = remembering(read_status, pa.string())
industry_column = remembering(read_industry, pa.string())


def day_column(values: pa.Array) -> pa.Array:
    """Return days; those in the usual forms, which registers write, need no reading one by one."""
    texts = as_text(values)
    data, offsets = signs_of(texts)
    days = np.zeros(len(texts), dtype=np.int32)
    done = read_days(data, offsets, FIRST_YEAR, dt.date.today().year, days)
    found, left = pa.array(days, mask=~done).cast(pa.date32()), pa.array(~done)
    return found if done.all() else pc.replace_with_mask(found, left, _other_day_column(texts.filter(left)))


def capital_column(values: pa.Array) -> pa.Array:
    """Return registered capital in yuan; the commonest way of writing it, in 万 of yuan, needs no reading one by one."""
    encoded = pc.dictionary_encode(as_text(values))
    texts = encoded.dictionary
    common = pc.match_substring_regex(texts, r"^\d+(\.\d+)?[(（]?万(元|人民币|元人民币)?[)）]?$")
    number = pc.utf8_rtrim(pc.if_else(common, texts, pa.scalar(None, pa.string())), "()（）万元人民币")
    plain = pc.round(pc.multiply(pc.cast(number, pa.float64()), 10_000.0), 2)
    found = pc.coalesce(plain, _other_capital_column(pc.if_else(common, "", texts)))
    return found.take(encoded.indices)


def degrees_column(values: pa.Array) -> NDArray[np.float64]:
    """Return decimal degrees, not a number where none are written."""
    texts = as_text(values)
    found = np.full(len(texts), np.nan)
    left = ~read_decimals(*signs_of(texts), found) & (pc.binary_length(texts).to_numpy() > 0)
    if left.any():
        others = pc.utf8_trim_whitespace(texts.filter(pa.array(left)))
        right = pc.match_substring_regex(others, r"^[-+]?\d{1,3}(?:\.\d+)?°?[EN]?$")
        number = pc.utf8_rtrim(pc.if_else(right, others, pa.scalar(None, pa.string())), "°EN")
        found[left] = pc.cast(number, pa.float64()).to_numpy(zero_copy_only=False)
    return found


def positions(
    x: NDArray[np.float64], y: NDArray[np.float64], datum: Datum
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return degrees in WGS-84, exchanged where they were written the other way round; not a number outside China."""
    swapped = (x < 55) & (y > 70)
    x, y = np.where(swapped, y, x), np.where(swapped, x, y)
    inside = (x > 73) & (x < 136) & (y > 3) & (y < 54)
    if datum in ("GCJ-02", "BD-09"):
        for row in np.flatnonzero(inside):
            x[row], y[row] = to_wgs84(float(x[row]), float(y[row]), datum)
    return np.where(inside, np.round(x, 7), np.nan), np.where(inside, np.round(y, 7), np.nan)


LEVELS = 22
NOWHERE = 1 << (2 * LEVELS)


@cache
def _spread() -> NDArray[np.int64]:
    """Return each number of eleven bits with a nought between its bits."""
    numbers = np.arange(1 << 11, dtype=np.int64)
    return sum((numbers >> bit & 1) << (2 * bit) for bit in range(11))  # type: ignore[return-value]


def morton(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the Morton number of positions at zoom 22: x and y of web Mercator interleaved, x in the lower bits.

    Positions that are not known get a number beyond all others.
    """
    side = 1 << LEVELS
    with np.errstate(invalid="ignore"):
        sine = np.sin(np.radians(lat))
        world_x = (lon / 360 + 0.5) * side
        world_y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * side
        known = np.isfinite(world_x) & np.isfinite(world_y)
        x = np.where(known, world_x, 0).astype(np.int64).clip(0, side - 1)
        y = np.where(known, world_y, 0).astype(np.int64).clip(0, side - 1)
    bits, low = _spread(), (1 << 11) - 1
    number = bits[x & low] | bits[x >> 11] << 22 | (bits[y & low] | bits[y >> 11] << 22) << 1
    return np.where(known, number, NOWHERE)


def morton_column(lon: pa.Array, lat: pa.Array) -> pa.Array:
    """Return the Morton number at zoom 22 of each position."""
    return pa.array(
        morton(
            lon.to_numpy(zero_copy_only=False).astype(float), lat.to_numpy(zero_copy_only=False).astype(float)
        )
    )
