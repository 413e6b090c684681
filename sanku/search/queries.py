"""What a text finds, library by library, within the reader's scope."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.queries import people_for
from sanku.base.queries import base_hits
from sanku.common.names import initials, normalise
from sanku.common.search import matching, reading
from sanku.companies.library import COMPANIES
from sanku.companies.target_library import TARGETS
from sanku.library.specs import Library, Reader
from sanku.projects.library import PROJECTS
from sanku.sites.library import SITES

LONGEST = 64  # characters of a text that are looked at
NEAR = 2000  # of the newest records are read before all are looked up
LAST_SIGN = "\U0010ffff"  # sorts behind everything that is typed
MOST = 100  # more than these are not counted: the group says "100+"


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one library: the first hits, how many there are at least, and where all stand."""

    title: Any
    icon: str
    hits: list[dict[str, Any]]
    count: int
    more: bool
    url: str


def found(reader: Reader, text: str, *, each: int) -> list[Group]:
    """Return the groups in which the text finds something, `each` hits a group, exact beginnings first."""
    text = text.strip()[:LONGEST]
    if not normalise(text):
        return []
    libraries = (
        (TARGETS, "target"),
        (PROJECTS, "briefcase"),
        (SITES, "building-factory-2"),
        (COMPANIES, "building"),
    )
    groups = [_in_library(library, icon, reader, text, each) for library, icon in libraries]
    groups.append(_people(reader, text, each))
    groups.append(_in_base(reader, text, each))
    return [group for group in groups if group.hits]


def _in_library(library: Library, icon: str, reader: Reader, text: str, each: int) -> Group:
    records = library.records(reader.user).select_related(*library.related)
    term = normalise(text)
    some = _newest(records, text)
    if len(some) > MOST:
        known = {record.pk for record in some}
        called = _called(records, library.columns[0].sort, text, each)
        some += [one for one in called if one.pk not in known and term in one.search_text]
    some.sort(key=lambda record: (not _begins(record, term), len(str(record))))
    hits = [
        {
            "title": str(record),
            "sub": library.identity(record, reader),
            "url": reverse(f"{library.namespace}-detail", args=[record.pk]),
        }
        for record in some[:each]
    ]
    url = f"{reverse(f'{library.namespace}-list')}?{urlencode({'q': text})}"
    return Group(library.title, icon, hits, min(len(some), MOST), len(some) > MOST, url)


def _in_base(reader: Reader, text: str, each: int) -> Group:
    """Find companies of the national base that the zone has no record of; one of its own stands among its records."""
    hits = [hit for hit in base_hits(reader.user, text, limit=2 * each) if hit.record is None]
    shown = [
        {
            "title": hit.found.name,
            "sub": " · ".join(part for part in (hit.found.uscc, hit.place) if part),
            "url": reverse("base:company", args=[hit.version, hit.found.row]),
        }
        for hit in hits[:each]
    ]
    url = f"{reverse('base:search')}?{urlencode({'q': text})}"
    return Group(_("National base"), "database", shown, len(hits), len(hits) > each, url)


def _newest(records: QuerySet[Any], text: str) -> list[Any]:
    """Return up to MOST + 1 hits, the newest first: a common word costs no more than a rare one.

    The last ones changed are read first; where a word is common, they are enough.
    """
    newest = records.order_by("-updated_at", "-pk")
    near = records.filter(pk__in=newest.values("pk")[:NEAR])
    found = list(reading(near, text).order_by("-updated_at", "-pk")[: MOST + 1])
    return found if len(found) > MOST else list(matching(newest, text)[: MOST + 1])


def _called(records: QuerySet[Any], name: str, text: str, each: int) -> list[Any]:
    """Return the first records whose name begins as typed, from the index of names, however old they are."""
    bounds = {f"{name}__gte": text, f"{name}__lt": text + LAST_SIGN}
    return list(records.filter(**bounds).order_by(name)[:each])


def _begins(record: Any, term: str) -> bool:
    return any(part.startswith(term) for part in record.search_text.split("\n"))


def _people(reader: Reader, text: str, each: int) -> Group:
    """Find people of the zone by name or initials; there are dozens of them, so they are looked through."""
    term = normalise(text)
    people = [
        person
        for person in people_for(reader.user).filter(~Q(name="")).select_related("department", "squad")
        if term in normalise(person.name) or (len(term) > 1 and initials(person.name).startswith(term))
    ]
    hits = [
        {
            "title": person.name,
            "sub": " · ".join(str(part) for part in (person.department, person.squad, person.title) if part),
            "url": reverse("accounts:person", args=[person.pk]),
        }
        for person in people[:each]
    ]
    return Group(
        _("People"), "users", hits, min(len(people), MOST), len(people) > MOST, reverse("accounts:roster")
    )
