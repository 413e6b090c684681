"""What a request wants of the base's companies: read strictly, said in words where it cannot be read."""

import re
from collections.abc import Callable, Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from sanku.maps.ogc.asked import BadRequest
from sanku.warehouse.points.wanted import UNKNOWN, Wanted

NAMES = (
    "industry",
    "region",
    "honour",
    "status",
    "founded_from",
    "founded_to",
    "capital_min",
    "capital_max",
)
STATUSES = ("active", "cancelled", "revoked", "moved", "unknown")
MOST_VALUES = 60
_INDUSTRY = re.compile(r"[A-T](?:[0-9]{2,4})?")
_REGION = re.compile(r"(?:[1-9][0-9])(?:[0-9]{2}){0,2}")
_HONOUR = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_YEAR = re.compile(r"[12][0-9]{3}")
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,6})?")


def read_wanted(given: QueryDict, ignored: Iterable[str] = ()) -> Wanted:
    """Read the filters of a request; `ignored` are parameters that mean something else.

    Raises:
        BadRequest: a parameter is not known, or is not what it should be.
    """
    for name in given:
        if name not in NAMES and name not in ignored:
            raise BadRequest(
                name[:40], _("There is no such filter. There are: %(known)s") % {"known": ", ".join(NAMES)}
            )
    wanted = Wanted(
        industries=_values(given, "industry", _industry),
        regions=_values(given, "region", _region),
        honours=_values(given, "honour", _honour),
        statuses=_values(given, "status", _status),
        founded_from=_year(given, "founded_from"),
        founded_to=_year(given, "founded_to"),
        capital_min=_amount(given, "capital_min"),
        capital_max=_amount(given, "capital_max"),
    )
    _in_order("founded_to", wanted.founded_from, wanted.founded_to)
    _in_order("capital_max", wanted.capital_min, wanted.capital_max)
    return wanted


def _values(given: QueryDict, name: str, read: Callable[[str], str]) -> tuple[str, ...]:
    found = {part.strip() for text in given.getlist(name) for part in text[:4_000].split(",") if part.strip()}
    if len(found) > MOST_VALUES:
        raise BadRequest(name, _("At most %(most)s values.") % {"most": MOST_VALUES})
    return tuple(sorted({read(part) for part in found}))


def _industry(text: str) -> str:
    code = text.upper()
    if text.lower() == UNKNOWN:
        return UNKNOWN
    if not _INDUSTRY.fullmatch(code):
        raise BadRequest(
            "industry", _("An industry is a letter and up to four digits of GB/T 4754, such as C or C34.")
        )
    return code


def _region(text: str) -> str:
    if text.lower() == UNKNOWN:
        return UNKNOWN
    if not _REGION.fullmatch(text):
        raise BadRequest(
            "region", _("A region is six digits of GB/T 2260, such as 370000, 370800 or 370811.")
        )
    return text.ljust(6, "0")


def _honour(text: str) -> str:
    if not _HONOUR.fullmatch(text):
        raise BadRequest("honour", _("An honour is the code of its list."))
    return text


def _status(text: str) -> str:
    if text not in STATUSES:
        raise BadRequest("status", _("A status is one of: %(known)s") % {"known": ", ".join(STATUSES)})
    return text


def _year(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "").strip()
    if text and not _YEAR.fullmatch(text):
        raise BadRequest(name, _("A year has four digits, such as 2015."))
    return int(text) if text else None


def _amount(given: QueryDict, name: str) -> float | None:
    text = given.get(name, "").strip()
    if text and not _AMOUNT.fullmatch(text):
        raise BadRequest(name, _("Capital is a number of yuan, such as 10000000."))
    return float(text) if text else None


def _in_order(name: str, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise BadRequest(name, _("The end lies before the beginning."))
