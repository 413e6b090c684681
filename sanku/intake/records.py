"""Check a row as a whole: what names it, what contradicts itself, where it lies, and whether it came before."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from sanku.common.coordinates import Datum, in_china, read_degrees, read_pair, to_wgs84
from sanku.common.quantities import exact
from sanku.common.sheets import Value
from sanku.common.text import is_blank, squeeze
from sanku.intake.cell import Fact, Problem, number_of
from sanku.intake.fields import IDENTITY, Kind
from sanku.intake.headers import plain
from sanku.intake.mapping import Mapping

Record = dict[str, Fact]

_LON_RANGE, _LAT_RANGE = (73.0, 136.0), (3.0, 54.5)
_NOT_A_NAME = re.compile(
    r"(?:某某|某|xx+|\*+|待定|未定|保密|暂不)?(?:企业|公司|客商|项目|单位)?(?:名称)?(?:待定|未定|保密|待确定|暂定)?"
)


def identity_of(mapping: Mapping) -> list[str]:
    """Return the fields of which one must name a record: a carrier needs its number, where its table has one."""
    kind = mapping.kind
    wanted = [name for name in IDENTITY[kind] if mapping.by_field(name)]
    if kind == "site" and "site.code" in wanted and "site.name" not in wanted:
        wanted = ["site.code"]
    if kind == "lead" and "enterprise.name" in wanted:
        wanted = ["enterprise.name"]
    return wanted


def identity_problem(record: Record, mapping: Mapping, wanted: list[str]) -> Problem | None:
    """Say that none of the fields wanted names the record."""
    for name in wanted:
        value = record.get(name)
        if isinstance(value, str) and not _NOT_A_NAME.fullmatch(squeeze(value).lower()):
            return None
    column = mapping.by_field(wanted[0]) if wanted else None
    written = record.get(wanted[0]) if wanted else None
    return Problem(
        "name_missing",
        "refused",
        column.index if column else None,
        wanted[0] if wanted else "",
        str(written or ""),
    )


def site_problems(record: Record, mapping: Mapping) -> list[Problem]:
    """Check the areas of a carrier against each other."""
    total, free = record.get("site.area_total_m2"), record.get("site.area_free_m2")
    column = mapping.by_field("site.area_free_m2")
    if isinstance(total, int | float) and isinstance(free, int | float) and free > total * 1.001 + 0.5:
        return [
            Problem(
                "free_exceeds_total",
                "refused",
                column.index if column else None,
                "site.area_free_m2",
                f"{free:g}",
                f"{total:g}",
            )
        ]
    return []


def complete_investment(record: Record, rates: dict[str, Decimal]) -> None:
    """Fill what follows of an investment whose original amount and amount in yuan stand in columns of their own."""
    amount, cny = record.get("project.investment_amount"), record.get("project.investment_cny")
    currency = record.get("project.investment_currency")
    if amount is None and isinstance(cny, int | float) and currency in (None, "CNY"):
        record["project.investment_amount"], record["project.investment_currency"] = cny, "CNY"
    elif cny is None and isinstance(amount, int | float):
        rate = Decimal(1) if currency == "CNY" else rates.get(str(currency))
        if rate is not None:
            record["project.investment_cny"] = number_of(
                (exact(amount) * rate).quantize(Decimal("0.01")).normalize() + 0
            )


# --- coordinates


def place_on_map(record: Record, mapping: Mapping, values: list[Value]) -> list[Problem]:
    """Put the WGS-84 position of a row into its record; exchanged longitudes and latitudes are put right and flagged."""
    pair = mapping.by_field("site.lon_lat")
    lon_column, lat_column = mapping.by_field("site.lon_wgs84"), mapping.by_field("site.lat_wgs84")
    if pair:
        record["site.lon_wgs84"] = record["site.lat_wgs84"] = None
        return _place_pair(
            record, pair.index, _at(values, pair.index), pair.units.datum, pair.units.lat_first
        )
    if lon_column and lat_column:
        record["site.lon_wgs84"] = record["site.lat_wgs84"] = None
        lon, lat = _at(values, lon_column.index), _at(values, lat_column.index)
        if _missing(lon) and _missing(lat):
            return []
        datum = lon_column.units.datum or lat_column.units.datum
        return _place(record, lon_column.index, _degrees(lon), _degrees(lat), datum, f"{lon}, {lat}")
    return []


def _at(values: list[Value], column: int) -> Value:
    return values[column] if column < len(values) else None


def _missing(value: Value) -> bool:
    return value is None or (isinstance(value, str) and (is_blank(value) or not re.search(r"\d", value)))


def _degrees(value: Value) -> float | None:
    return (
        read_degrees(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )


def _place_pair(
    record: Record, column: int, value: Value, datum: Datum | None, lat_first: bool | None
) -> list[Problem]:
    if _missing(value):
        return []
    read = read_pair(str(value))
    if read is None:
        return [Problem("coordinate_unreadable", "doubtful", column, "site.lon_lat", str(value))]
    named = re.search(r"[NS北南]|纬", str(value), re.IGNORECASE)
    first, second = read
    turned = _within(first, _LAT_RANGE) and _within(second, _LON_RANGE)
    if named or lat_first is None:  # the figures themselves, or their letters, tell which is which
        lon, lat = (second, first) if turned else (first, second)
    else:
        lon, lat = (second, first) if lat_first else (first, second)
    return _place(record, column, lon, lat, datum, str(value))


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]


def _place(
    record: Record, column: int, lon: float | None, lat: float | None, datum: Datum | None, written: str
) -> list[Problem]:
    if lon is None or lat is None:
        return [Problem("coordinate_incomplete", "doubtful", column, "site.lon_wgs84", written)]
    problems = []
    if _within(lon, _LAT_RANGE) and _within(lat, _LON_RANGE):
        lon, lat = lat, lon
        problems.append(Problem("coordinates_exchanged", "doubtful", column, "site.lon_wgs84", written))
    if lon == 0 and lat == 0:
        return [Problem("coordinate_incomplete", "notice", column, "site.lon_wgs84", written)]
    if abs(lon) > 1000 and abs(lat) > 1000:
        return [Problem("coordinate_projected", "doubtful", column, "site.lon_wgs84", written)]
    if not in_china(lon, lat):
        return [Problem("coordinate_out_of_range", "refused", column, "site.lon_wgs84", written)]
    position = to_wgs84(lon, lat, datum or "WGS-84")
    record["site.lon_wgs84"], record["site.lat_wgs84"] = round(position.lon, 7), round(position.lat, 7)
    return problems


# --- duplicates inside a file


@dataclass(slots=True)
class Seen:
    """Remembers the accepted rows of a table by what identifies them."""

    kind: Kind
    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)

    def earlier(self, code: str | None, name: str) -> int | None:
        """Return the earlier row of the same enterprise, project or carrier, if any, by its `keys`."""
        if code and code in self.by_code:
            return self.by_code[code]
        for row, other in self.by_name.get(name, ()) if name else ():
            if not code or not other or code == other:
                return row
        return None

    def remember(self, code: str | None, name: str, row: int) -> None:
        """Keep an accepted row for comparison with those below it."""
        if code:
            self.by_code.setdefault(code, row)
        if name:
            self.by_name.setdefault(name, []).append((row, code))

    def keys(self, record: Record) -> tuple[str | None, str]:
        """Return by which code and name a record is the same as another."""
        if self.kind == "visit":
            return None, ""
        if self.kind == "site":
            return _site_keys(record)
        if self.kind == "project" or (self.kind == "assignment" and not record.get("enterprise.name")):
            code = record.get("project.code")
            parts = [record.get("project.name"), record.get("project.investor_name")]
            name = "|".join(_folded(part) for part in parts) if all(parts) else ""
            return (str(code) if code else None), name
        code = record.get("enterprise.uscc")
        return (str(code) if code else None), _folded(record.get("enterprise.name"))


def _site_keys(record: Record) -> tuple[str | None, str]:
    if record.get("site.code"):
        return _folded(record["site.code"]), ""
    unit = str(record.get("site.unit") or "")
    if not re.search(r"\d{3}", unit):
        return None, ""  # “3层” twice in one building is two offers, “301室” twice is one
    parts = [record.get(f"site.{name}") for name in ("park", "building", "floor")]
    return None, "|".join([*(_folded(part) for part in parts), _folded(unit)])


def _folded(text: Fact) -> str:
    return (
        plain(str(text)).replace("(", "").replace(")", "").replace("（", "").replace("）", "") if text else ""
    )
