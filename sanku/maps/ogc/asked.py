"""What a request for features asks for: read strictly, as the standard wants."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from sanku.library.cursors import signed, unsigned
from sanku.library.plain import filter_problems
from sanku.library.specs import Library, Reader
from sanku.library.state import is_number
from sanku.maps.ogc.collections import CRS, CRS84, LATITUDE_FIRST, Window

FEWEST, MOST, USUAL = 1, 1_000, 100
OWN = ("limit", "bbox", "bbox-crs", "crs", "datetime", "cursor", "q", "f")
OF_ONE = ("crs", "f")  # what one feature may be asked for with
KIND = "ogc"


class BadRequest(Exception):
    """A parameter that is not known or cannot be read; `name` says which."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for features. `after` is the id of the last feature of the page before; `matched` the number
    of all that fit, once it has been counted; `entered` whether the ledger says already who takes these pages.
    """

    limit: int
    window: Window | None
    since: datetime | None
    until: datetime | None
    crs: str
    filters: Mapping[str, list[str]]
    query: str
    after: int
    matched: int | None
    entered: bool


def refuse_others(given: QueryDict, known: Collection[str]) -> None:
    """Refuse a parameter that the page does not know, and every format but JSON.

    Raises:
        BadRequest: there is one.
    """
    for name in given:
        if name not in known:
            raise BadRequest(name, _("This parameter is not known here."))
    if given.get("f", "json") not in ("json", "geojson"):
        raise BadRequest("f", _("Only GeoJSON is served: f=json."))


def read_asked(given: QueryDict, library: Library, reader: Reader) -> Asked:
    """Read a request's parameters.

    Raises:
        BadRequest: one is not known, or is not what it should be.
    """
    filters = {name: given.getlist(name) for name in given if name not in OWN}
    for problem in filter_problems(filters, library, reader):
        raise BadRequest(problem.field, problem.message())
    refuse_others(given, given)
    since, until = _interval(given.get("datetime", ""))
    after, matched, entered = _cursor(given, library, reader)
    return Asked(
        limit=_limit(given.get("limit", "")),
        window=_window(given.get("bbox", ""), _known_crs("bbox-crs", given.get("bbox-crs", ""))),
        since=since,
        until=until,
        crs=crs_asked(given),
        filters=filters,
        query=given.get("q", ""),
        after=after,
        matched=matched,
        entered=entered,
    )


def crs_asked(given: QueryDict) -> str:
    """Return the reference system in which positions are to be told.

    Raises:
        BadRequest: it is not served.
    """
    return _known_crs("crs", given.get("crs", ""))


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not is_number(text) or int(text) < FEWEST:
        raise BadRequest("limit", _("The limit is a whole number from 1 on."))
    return min(int(text), MOST)  # the standard lets a server give fewer than were asked for


def _known_crs(name: str, text: str) -> str:
    crs = text.strip("<>") or CRS84
    if crs not in CRS:
        raise BadRequest(
            name, _("This reference system is not served. There are: %(known)s") % {"known": ", ".join(CRS)}
        )
    return crs


def _window(text: str, crs: str) -> Window | None:
    if not text:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadRequest("bbox", _("A box is four numbers: west,south,east,north."))
    half = len(numbers) // 2  # of six, the third and sixth are heights
    low, high = numbers[:2], numbers[half : half + 2]
    if crs in LATITUDE_FIRST:
        low, high = low[::-1], high[::-1]
    if low[1] > high[1]:
        raise BadRequest("bbox", _("The box's south lies north of its north."))
    return Window.around(*low, *high)


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    if not text:
        return None, None
    first, dots, last = text.partition("/")
    ends = (_moment(first, 0), _moment(last, 1)) if dots else (_moment(text, 0), _moment(text, 1))
    if not dots and ends[0] is None:
        raise BadRequest("datetime", _no_moment())
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise BadRequest("datetime", _("The interval ends before it begins."))
    return ends


def _no_moment() -> str:
    return _(
        "A moment is written 2026-11-23T08:00:00Z or 2026-11-23, an interval with “/”, an open end as “..”."
    )


def _moment(text: str, end: int) -> datetime | None:
    """Return a moment; of a day its first (end 0) or last one."""
    if text in ("", ".."):
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+")) if "T" in text else None
        day = parse_date(text) if "T" not in text else None
    except ValueError:
        moment = day = None
    if day is not None:
        clock = datetime.max.time() if end else datetime.min.time()
        moment = datetime.combine(day, clock)
    if moment is None:
        raise BadRequest("datetime", _no_moment())
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _cursor(given: QueryDict, library: Library, reader: Reader) -> tuple[int, int | None, bool]:
    text = given.get("cursor", "")
    if not text:
        return 0, None, False
    try:
        where, entered = unsigned(text, given, library, reader, kind=KIND)
        after, matched = where.split(".")
        return int(after), int(matched), entered
    except ValueError:
        raise BadRequest(
            "cursor", _("This page's address was cut or changed. Begin with the first page.")
        ) from None


def addressed(
    given: QueryDict, library: Library, reader: Reader, *, after: int, matched: int, entered: bool
) -> str:
    """Return the query string of the page after a feature."""
    query: Any = given.copy()
    query["cursor"] = signed(f"{after}.{matched}", given, library, reader, entered=entered, kind=KIND)
    return str(query.urlencode())
