"""Reading the national base: open to all staff of every zone; what the library holds of it, within the reader's zone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sanku.accounts.models import User
from sanku.common.names import normalise
from sanku.companies.models import Company, CompanyName, NameKind
from sanku.companies.queries import companies_for
from sanku.warehouse.names.serving import all_versions, opened
from sanku.warehouse.versions import NoSuchVersion, Version

if TYPE_CHECKING:
    from sanku.warehouse.names.reader import Filters, Found


@dataclass(frozen=True, slots=True)
class Hit:
    """A company that a text found in the base, and the record that the zone has of it, if any."""

    version: str
    found: "Found"
    place: str
    record: Company | None


def current_version() -> Version | None:
    """Return the version that people get, None where nothing is published."""
    return all_versions().current()


def base_hits(user: User, text: str, *, limit: int, filters: "Filters | None" = None) -> list[Hit]:
    """Return the companies of the base that a text finds, each with the zone's own record of it."""
    served = opened()
    if served is None:
        return []
    names = served.reader
    found = names.search(text, limit=limit, filters=filters)
    records = records_of(user, [Known(one.uscc, one.name, one.region_code) for one in found])
    return [
        Hit(served.version.name, one, names.place_of(one.region_code), record)
        for one, record in zip(found, records, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a company of the base from others: its code and its place may be unknown (empty)."""

    uscc: str
    name: str
    region_code: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Known":
        """Return it of a row with the columns of `warehouse.tables.COMPANIES`."""
        return cls(row["uscc"] or "", row["name"], row["region_code"] or "")

    def is_named(self, record: Company) -> bool:
        """Tell whether a record of the same whole name is this company's: neither code nor city says another one."""
        if record.uscc and self.uscc:
            return record.uscc == self.uscc
        return not _are_apart(record.region_code, self.region_code)


def records_of(user: User, companies: Sequence[Known]) -> list[Company | None]:
    """Return the zone's record of each company; None where it has none.

    A record is a company's by its code, also by that of a company merged into it; without a code on one of the two
    sides by its whole name, unless the two are in different cities. Three queries, however many companies.
    """
    codes = {one.uscc for one in companies if one.uscc}
    living = companies_for(user)
    by_code = {record.uscc: record for record in living.filter(uscc__in=codes)}
    merged = CompanyName.objects.filter(zone_id=user.zone_id, kind=NameKind.CODE, core__in=codes)
    for code_of in merged.filter(company__removed_at=None).select_related("company"):
        by_code.setdefault(code_of.core, code_of.company)
    by_name: dict[str, list[Company]] = defaultdict(list)
    for record in living.filter(name__in=_spellings(one.name for one in companies)).order_by("pk"):
        by_name[normalise(record.name)].append(record)
    return [
        by_code.get(one.uscc)
        or next((record for record in by_name[normalise(one.name)] if one.is_named(record)), None)
        for one in companies
    ]


def _are_apart(one: str, other: str) -> bool:
    """Tell whether two region codes are in different cities, as far as both say."""
    known, also = (code[:4].removesuffix("00") for code in (one, other))
    length = min(len(known), len(also))
    return known[:length] != also[:length]


def _spellings(names: Iterable[str]) -> set[str]:
    """Return names with brackets of either width: the base keeps what its source wrote."""
    wide, narrow = str.maketrans("()", "（）"), str.maketrans("（）", "()")
    return {spelled for name in names for spelled in (name, name.translate(wide), name.translate(narrow))}


def base_company(version: str, row: int) -> dict[str, Any] | None:
    """Return a company of a version with all its columns, None where there is none of this number."""
    found = base_companies(version, [row])
    return found[0] if found else None


def base_companies(version: str, rows: list[int]) -> list[dict[str, Any]] | None:
    """Return companies of a version with all their columns, None where there is none of one of these numbers."""
    try:
        kept = all_versions().get(version)
    except NoSuchVersion:
        return None
    with kept.held():
        if not all(0 <= row < kept.rows for row in rows):
            return None
        found: list[dict[str, Any]] = kept.read_rows(rows).to_pylist()
    return found


def row_of(company_id: int) -> tuple[str, int] | None:
    """Return the current version and the row in it of a company, None where it is not in it."""
    version = current_version()
    if version is None:
        return None
    import numpy as np
    import pyarrow.parquet as pq

    from sanku.warehouse.points.columns import row_on_the_map

    first = 0
    with version.held():
        row = row_on_the_map(version.derived("points"), company_id)
        if row is not None:
            return version.name, row
        for path in version.company_files:
            ids = pq.read_table(path, columns=["company_id"])["company_id"].to_numpy()
            here = np.flatnonzero(ids == company_id)
            if len(here):
                return version.name, first + int(here[0])
            first += len(ids)
    return None
