"""What is read from the cells of companies, column by column, on Arrow: the same function for a block or a Spark batch."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanku.common.coordinates import Datum
from sanku.warehouse.cleaning.text import code_column, initials_column, normalise_column, valid_uscc_column
from sanku.warehouse.cleaning.values import (
    address_column,
    capital_column,
    day_column,
    degrees_column,
    morton_column,
    place_column,
    place_lat_column,
    place_lon_column,
    position_columns,
    registered_region_column,
)

# The beginning of an address that may name regions: as few spellings as possible, since each is read once.
HEAD = (
    r"^(?P<head>(?:中国)?(?:[^省]{2,7}省|.{2,5}自治区)?(?:[^市州盟]{2,10}(?:市|自治州|地区|盟))?"
    r"(?:[^区县旗市路街道0-9]{1,12}[区县旗市])?)"
)
READ = pa.schema(
    [
        ("name_norm", pa.string()),
        ("initials", pa.string()),
        ("uscc", pa.string()),
        ("other_code", pa.string()),
        ("registered_on", pa.date32()),
        ("capital_cny", pa.float64()),
        ("region_code", pa.string()),
        ("region_source", pa.string()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("position_source", pa.string()),
        ("morton", pa.int64()),
    ]
)
NOTHING = pa.scalar(None, pa.string())


def read_companies(rows: pa.Table, datum: Datum = "WGS-84") -> pa.Table:
    """Return the columns of READ for rows of raw text (`raw.COMPANIES`)."""
    column = {name: _whole(rows[name]) for name in rows.column_names}
    name_norm = normalise_column(column["name"])
    uscc, other_code = read_codes(column["uscc"])
    region, region_source = read_regions(column, uscc)
    lon, lat, position_source = read_positions(column["lon"], column["lat"], region, datum)
    return pa.table(
        [
            name_norm,
            initials_column(name_norm),
            uscc,
            other_code,
            day_column(column["registered_on"]),
            capital_column(column["capital"]),
            region,
            region_source,
            lon,
            lat,
            position_source,
            morton_column(lon, lat),
        ],
        schema=READ,
    )


def read_codes(written: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the right unified social credit codes, and what else stands in place of one."""
    codes = code_column(written)
    right = valid_uscc_column(codes)
    other = pc.and_(pc.invert(right), pc.greater_equal(pc.utf8_length(codes), 4))
    return (
        pc.if_else(right, codes, NOTHING),
        pc.if_else(other, pc.utf8_slice_codeunits(codes, 0, 40), NOTHING),
    )


def read_regions(column: dict[str, pa.Array], uscc: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return region codes and from what each was read: given, address, city or uscc."""
    parts = [pc.fill_null(column[name], "") for name in ("region_code", "province", "city", "county")]
    code = place_column(pc.binary_join_element_wise(*parts, "|"))
    given = pc.fill_null(
        pc.equal(pc.utf8_slice_codeunits(parts[0], 0, 4), pc.utf8_slice_codeunits(code, 0, 4)), False
    )
    source = pc.if_else(pc.is_null(code), NOTHING, pc.if_else(given, "given", "city"))
    coarse = pc.fill_null(pc.ends_with(code, "00"), True)
    rows = np.flatnonzero(pc.and_(coarse, pc.is_valid(column["address"])).to_numpy(zero_copy_only=False))
    if len(rows):
        taken = pa.array(rows)
        above, address = code.take(taken), column["address"].take(taken)
        found = address_column(pc.binary_join_element_wise(pc.fill_null(above, ""), _heads(address), "|"))
        finer = pc.and_(pc.is_valid(found), pc.fill_null(pc.not_equal(found, above), True))
        mask = np.zeros(len(code), dtype=bool)
        mask[rows[finer.to_numpy(zero_copy_only=False)]] = True
        code = pc.replace_with_mask(code, pa.array(mask), found.filter(finer))
        source = pc.if_else(pa.array(mask), "address", source)
    return _from_register(code, source, uscc)


def _heads(addresses: pa.Array) -> pa.Array:
    heads = pc.struct_field(pc.extract_regex(addresses, HEAD), "head")
    short = pc.less(pc.utf8_length(heads), 3)
    return pc.if_else(short, pc.utf8_slice_codeunits(addresses, 0, 6), heads)


def _from_register(code: pa.Array, source: pa.Array, uscc: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Use the register's office in the code where the rest says only the city or province that it lies in."""
    registered = registered_region_column(pc.utf8_slice_codeunits(uscc, 2, 8))
    province, city = (
        pc.equal(pc.utf8_slice_codeunits(code, 0, n), pc.utf8_slice_codeunits(registered, 0, n))
        for n in (2, 4)
    )
    inside = pc.if_else(pc.ends_with(code, "0000"), province, pc.and_(pc.ends_with(code, "00"), city))
    finer = pc.and_(pc.fill_null(inside, False), pc.fill_null(pc.invert(pc.equal(code, registered)), False))
    finer = pc.and_(pc.or_(pc.is_null(code), finer), pc.is_valid(registered))
    return pc.if_else(finer, registered, code), pc.if_else(finer, "uscc", source)


def read_positions(
    lon: pa.Array, lat: pa.Array, region: pa.Array, datum: Datum
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return WGS-84 degrees and what they are: given, or the representative point of the region."""
    x, y = position_columns(degrees_column(lon), degrees_column(lat), datum)
    given = pc.and_(pc.is_valid(x), pc.is_valid(y))
    x, y = pc.if_else(given, x, place_lon_column(region)), pc.if_else(given, y, place_lat_column(region))
    source = pc.if_else(given, "given", pc.if_else(pc.is_valid(x), "place", NOTHING))
    return x, y, source


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
