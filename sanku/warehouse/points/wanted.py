"""Which companies a map asks for: the filters of the base's tiles, as plain values."""

from dataclasses import dataclass

UNKNOWN = "unknown"  # as an industry or a region: the base does not know it


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters, all of which a company must meet; within one filter any of its values. Empty: all companies.

    `industries` are codes of GB/T 4754 of any length (C, C34, C3464), `regions` codes of GB/T 2260 that end in 0000
    for a province and in 00 for a city: either takes in all that lies below it. Ends of spans count in; a company
    without a known year or capital is in none. `capital_*` in CNY.
    """

    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    honours: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    founded_from: int | None = None
    founded_to: int | None = None
    capital_min: float | None = None
    capital_max: float | None = None
