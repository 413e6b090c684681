"""Regions by the column: codes as whole numbers, 0 for none, until they are written as text."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sanku.warehouse.cleaning.gazetteer import address_codes
from sanku.warehouse.cleaning.values import place_column
from sanku.warehouse.regions import gazetteer

Codes = NDArray[np.int64]
SOURCES = pa.array(["given", "city", "address", "uscc"])
NOWHERE, GIVEN, CITY, ADDRESS, USCC = range(-1, 4)  # places in SOURCES


class Known(NamedTuple):
    """What is known of each region, in the order of codes; the last entry of each stands for no region."""

    codes: Codes
    texts: pa.Array
    cities: pa.Array  # the first four digits
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    nearest: NDArray[
        np.int32
    ]  # of each number of six digits: itself, its city or its province, if it is known

    def at(self, codes: Codes) -> NDArray[np.int64]:
        """Return which entry each code has."""
        return np.where(codes == 0, len(self.codes) - 1, self.codes[:-1].searchsorted(codes))

    def named(self, at: NDArray[np.int64]) -> pa.DictionaryArray:
        """Return the codes of entries as text, nothing for no region."""
        indices = pa.array(at.astype(np.int32), mask=at == len(self.codes) - 1)
        return pa.DictionaryArray.from_arrays(indices, self.texts[:-1])


@cache
def known() -> Known:
    """Return all regions of the gazetteer."""
    regions = sorted(gazetteer().regions.values(), key=lambda region: region.code)
    codes = np.array([int(region.code) for region in regions], np.int64)
    own, numbers = np.zeros(1_000_000, np.int32), np.arange(1_000_000)
    own[codes] = codes
    of_city, of_province = own[numbers // 100 * 100], own[numbers // 10_000 * 10_000]
    texts = [region.code for region in regions]
    return Known(
        np.append(codes, 0),
        pa.array([*texts, None], pa.string()),
        pa.array([*(text[:4] for text in texts), ""]),
        np.array([*(region.lon for region in regions), np.nan]),
        np.array([*(region.lat for region in regions), np.nan]),
        np.where(own > 0, own, np.where(of_city > 0, of_city, of_province)),
    )


def read_regions(column: dict[str, pa.Array], registering: Codes) -> tuple[Codes, NDArray[np.int8]]:
    """Return region codes and from what each was read, as places in SOURCES.

    Args:
        column: texts of region_code, province, city, county and address.
        registering: the register's region in the code of each row, less than 0 where there is none.
    """
    parts = [column[name] for name in ("region_code", "province", "city", "county")]
    keys = pc.binary_join_element_wise(*parts, "|", null_handling="replace", null_replacement="")
    code = place_column(keys).to_numpy()
    source = np.where(code == 0, NOWHERE, CITY).astype(np.int8)
    source[_as_given(column["region_code"], code)] = GIVEN
    coarse = (code % 100 == 0) & column["address"].is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(coarse)
    if len(rows):
        found = address_codes(column["address"].take(pa.array(rows)), code[rows])
        finer = rows[(found != 0) & (found != code[rows])]
        code = code.copy()
        code[rows] = np.where(found != 0, found, code[rows])
        source[finer] = ADDRESS
    return _from_register(code, source, registering)


def _as_given(written: pa.Array, code: Codes) -> NDArray[np.int64]:
    """Return the rows whose given code names the city that was read, or a part of it."""
    rows = np.flatnonzero(written.is_valid().to_numpy(zero_copy_only=False) & (code != 0))
    if not len(rows):
        return rows
    given = pc.utf8_slice_codeunits(written.take(pa.array(rows)), 0, 4)
    same = pc.equal(given, known().cities.take(pa.array(known().at(code[rows]))))
    return np.asarray(rows[same.to_numpy(zero_copy_only=False)])


def _from_register(
    code: Codes, source: NDArray[np.int8], registering: Codes
) -> tuple[Codes, NDArray[np.int8]]:
    """Use the register's office in the code where the rest says only the city or province that it lies in."""
    registered = np.where(registering < 0, 0, known().nearest[registering.clip(0)])
    of_province = (code % 10_000 == 0) & (code // 10_000 == registered // 10_000)
    of_city = (code % 100 == 0) & (code % 10_000 != 0) & (code // 100 == registered // 100)
    finer = (registered != 0) & ((code == 0) | ((of_province | of_city) & (code != registered)))
    return np.where(finer, registered, code), np.where(finer, USCC, source).astype(np.int8)


def source_column(sources: NDArray[np.int8]) -> pa.Array:
    """Return from what regions were read, as text."""
    return pa.DictionaryArray.from_arrays(pa.array(sources, mask=sources < 0), SOURCES)
