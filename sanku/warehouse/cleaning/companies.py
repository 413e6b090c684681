"""From rows of text (`raw.COMPANIES`) to companies, on Arrow: the same function for a block or a task of a cluster.

What it says about a row beside the columns of `tables.COMPANIES`: `problem` is why it is refused, null for a good one;
`note_…` tell what could not be read in it; `province` (two digits), `morton`, `complete` and `alike` (a hash of name and
city, the same for all that may be one company though only one has a code) serve sorting and finding duplicates.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.common.coordinates import Datum
from sanku.warehouse.cleaning.cores import core_column
from sanku.warehouse.cleaning.hashes import first_52_bits, hashes_with
from sanku.warehouse.cleaning.places import known, read_regions, source_column
from sanku.warehouse.cleaning.text import (
    code_column,
    initials_column,
    normalise_column,
    registering_regions,
    signs_of,
    whole,
)
from sanku.warehouse.cleaning.values import (
    LISTS,
    capital_column,
    day_column,
    degrees_column,
    industry_column,
    list_column,
    morton,
    positions,
    status_column,
)

LONGEST_NAME, LONGEST_TEXT = 200, 32_767  # characters; a spreadsheet's cell holds no more
LONGEST_OTHER_CODE, SHORTEST_OTHER_CODE = 40, 4
MIDDLING_CAPITAL = 1_100_000  # yuan: weighs about 0.3
NOTHING = pa.scalar(None, pa.string())
AS_IT_IS = {
    "name": "name", "address": "address", "capital_text": "capital", "business_scope": "business_scope",
    "source": "source", "source_row": "source_row", "change": "change",
}  # fmt: skip
TEXTS = ("business_scope", "address", "former_names", "short_names", "kind")
Flags = NDArray[np.bool_]


def clean_companies(rows: pa.Table, datum: Datum = "WGS-84") -> pa.Table:
    """Return companies for rows as written, in their order."""
    column = {name: whole(rows[name]) for name in rows.column_names}
    name_norm = normalise_column(column["name"])
    uscc, other_code, registering = read_codes(column["uscc"])
    region, source = read_regions(column, registering)
    at = known().at(region)
    key = _keys(uscc, name_norm, at)
    found = {name: column[written] for name, written in AS_IT_IS.items()} | {
        "name_norm": name_norm,
        "core_name": core_column(name_norm),
        "initials": initials_column(name_norm),
        "uscc": uscc,
        "other_code": other_code,
        "region_code": known().named(at),
        "region_source": source_column(source),
        "province": pa.array((region // 10_000).astype(np.int8)),
        "alike": pa.array(hashes_with(name_norm, region // 100)),
        "company_id": pa.array(first_52_bits(key)),
        "registered_on": day_column(column["registered_on"]),
        "capital_cny": capital_column(column["capital"]),
        "kind": pc.dictionary_encode(column["kind"]),
        "industry_code": industry_column(column["industry_code"]),
        "status": status_column(column["status"]),
    }
    found |= {name: list_column(column[name]) for name in LISTS}
    found |= _positions(column, at, datum)
    found["weight"] = _weight(found["capital_cny"], found["honours"])
    found["complete"] = _complete(found)
    found["problem"] = _problem(column, name_norm)
    return pa.table(found | _notes(column, found))


def read_codes(written: pa.Array) -> tuple[pa.Array, pa.Array, NDArray[np.int64]]:
    """Return right unified social credit codes, what else stands in place of one, and the region in the right ones."""
    codes = code_column(written)
    registering = registering_regions(codes)
    right = pa.array(registering >= 0)
    others = np.flatnonzero((registering < 0) & (_bytes(codes) >= SHORTEST_OTHER_CODE))
    texts = codes.take(pa.array(others))
    long_enough = pc.greater_equal(pc.utf8_length(texts), SHORTEST_OTHER_CODE)
    texts = pc.if_else(long_enough, pc.utf8_slice_codeunits(texts, 0, LONGEST_OTHER_CODE), NOTHING)
    return pc.if_else(right, codes, NOTHING), _scattered(len(codes), others, texts), registering


def _scattered(rows: int, places: NDArray[np.int64], texts: pa.Array) -> pa.Array:
    """Return a column with texts at some rows and nothing at the others."""
    at = np.full(rows, -1, np.int32)
    at[places] = np.arange(len(places))
    return texts.take(pa.array(at, mask=at < 0))


def _bytes(texts: pa.Array) -> NDArray[np.int32]:
    """Return how many bytes each text has; a null counts as what its cell held."""
    return np.diff(signs_of(texts)[1])


def _keys(uscc: pa.Array, name_norm: pa.Array, at: NDArray[np.int64]) -> pa.Array:
    """Return what a company is known by: its code, else its name and city."""
    without = uscc.is_null()
    cities = known().cities.take(pa.array(at).filter(without))
    return pc.replace_with_mask(
        uscc, without, pc.binary_join_element_wise(name_norm.filter(without), cities, "|")
    )


def _positions(column: dict[str, pa.Array], region: NDArray[np.int64], datum: Datum) -> dict[str, pa.Array]:
    """Return WGS-84 degrees, what they are (given, or the region's representative point) and their Morton number."""
    x, y = positions(degrees_column(column["lon"]), degrees_column(column["lat"]), datum)
    given = ~(np.isnan(x) | np.isnan(y))
    lon, lat = np.where(given, x, known().lon[region]), np.where(given, y, known().lat[region])
    nowhere = np.isnan(lon)
    source = pa.array(np.where(given, 0, 1).astype(np.int8), mask=nowhere)
    return {
        "lon": pa.array(lon, mask=nowhere),
        "lat": pa.array(lat, mask=nowhere),
        "position_source": pa.DictionaryArray.from_arrays(source, ["given", "place"]),
        "morton": pa.array(morton(lon, lat)),
    }


def _weight(capital: pa.Array, honours: pa.Array) -> pa.Array:
    """Return how large a company is: about 1 at ten million yuan, 3 at a billion; more for lists that name it."""
    of_capital = np.log10(1 + pc.fill_null(capital, 0.0).to_numpy() / MIDDLING_CAPITAL)
    lists = pc.fill_null(pc.list_value_length(honours), 0).to_numpy()
    return pa.array((of_capital + np.minimum(lists * 0.3, 1.5)).astype(np.float32))


def _complete(found: dict[str, pa.Array]) -> pa.Array:
    """Return how many cells say something: of two rows for one company the fuller one stays."""
    said = (
        "uscc", "region_code", "address", "industry_code", "registered_on", "capital_cny", "kind", "business_scope", *LISTS,
    )  # fmt: skip
    number = np.zeros(len(found["name"]), np.int16)
    for name in said:
        number += _said(found[name])
    number += _true(pc.equal(found["position_source"], "given"))
    number += _true(pc.not_equal(found["status"], "unknown"))
    return pa.array(number)


def _said(column: pa.Array) -> Flags:
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False))


def _true(flags: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(flags, False).to_numpy(zero_copy_only=False))


def _problem(column: dict[str, pa.Array], name_norm: pa.Array) -> pa.Array:
    """Return why rows are refused; of several reasons the first."""
    data, offsets = signs_of(name_norm)
    reasons = np.full(len(name_norm), -1, np.int8)
    for name in TEXTS:
        reasons[_longer(column[name], LONGEST_TEXT)] = 3
    # A number begins with a digit or one of the signs before it; what begins an empty name does not matter.
    first = (
        data[offsets[:-1].clip(0, max(0, len(data) - 1))] if len(data) else np.zeros(len(name_norm), np.uint8)
    )
    maybe = np.flatnonzero(first < ord(":"))
    odd = name_norm.take(pa.array(maybe))
    reasons[maybe[_true(pc.invert(pc.match_substring_regex(odd, "[^0-9.,()/-]")))]] = 2
    reasons[_longer(name_norm, LONGEST_NAME)] = 1
    reasons[_bytes(name_norm) == 0] = 0
    words = pa.array(["no_name", "name_too_long", "name_is_a_number", "text_too_long"])
    return words.take(pa.array(reasons, mask=reasons < 0))


def _longer(texts: pa.Array, most: int) -> NDArray[np.int64]:
    """Return the rows of texts with more characters than `most`."""
    rows = np.flatnonzero(_bytes(texts) > most)
    return rows[_true(pc.greater(pc.utf8_length(texts.take(pa.array(rows))), most))]


def _notes(column: dict[str, pa.Array], found: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return what could not be read in each row."""
    given = _true(pc.equal(found["position_source"], "given"))
    notes = {
        "note_code": _said(found["other_code"]),
        "note_date": _said(column["registered_on"]) & ~_said(found["registered_on"]),
        "note_capital": _said(column["capital"]) & ~_said(found["capital_cny"]),
        "note_industry": _said(column["industry_code"]) & ~_said(found["industry_code"]),
        "note_position": _said(column["lon"]) & ~given,
        "note_place": ~_said(found["region_code"]),
        "note_status": _said(column["status"]) & _true(pc.equal(found["status"], "unknown")),
    }
    return {name: pa.array(flags) for name, flags in notes.items()}
