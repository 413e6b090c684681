"""What a text finds, library by library, within the reader's scope."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.queries import people_for
from sanku.base.queries import base_hits
from sanku.common.indexes import index_by_id, read_by
from sanku.common.names import initials, normalise
from sanku.common.search import COMMON, hits_of_words, lookup, matching, reading
from sanku.companies.library import COMPANIES
from sanku.companies.target_library import TARGETS
from sanku.library.specs import Library, Reader
from sanku.projects.library import PROJECTS
from sanku.sites.library import SITES

LONGEST = 64  # characters of a text that are looked at
NEAR = 2000  # of the newest records are read of a word with as many hits
MANY = 8000  # or with as many, where all hits are put in order by a narrow index
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
    models_ = [library.records(reader.user).model for library, _icon in libraries]
    # A letter or a figure stands in most texts: counting in how many takes 50 ms.
    is_common = len(term := normalise(text)) == 1 and term.isascii()
    counts = [[MANY]] * len(models_) if is_common else hits_of_words(models_, text)
    groups = [
        _in_library(library, icon, reader, text, each, words)
        for (library, icon), words in zip(libraries, counts, strict=True)
    ]
    groups.append(_people(reader, text, each))
    groups.append(_in_base(reader, text, each))
    return [group for group in groups if group.hits]


def _in_library(library: Library, icon: str, reader: Reader, text: str, each: int, words: list[int]) -> Group:
    term = normalise(text)
    some = _hits(library, reader.user, text, words)
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


def _hits(library: Library, user: User, text: str, words: list[int]) -> list[Any]:
    """Return up to MOST + 1 hits with what is said of them: those first that begin as typed, then the newest.

    `words` says how many hits each word has.
    Few hits are looked up. Of a word with many, the records that were changed last are read, and those of the index
    of names that begin with it, however old they are.
    """
    records = library.records(user)
    if records.query.is_empty():
        return []
    references = {path.partition("__")[0] for path in library.identified_by if "__" in path}
    said = records.select_related(*references) if references else records
    said = said.only("search_text", *library.identified_by)
    name = library.columns[0].sort
    begins = Q(**{f"{name}__gte": text, f"{name}__lt": text + LAST_SIGN})
    first = Case(When(begins, then=0), default=1, output_field=IntegerField())
    said = said.order_by(first, "-updated_at", "-pk")
    ordered = _put_in_order(said, text, is_common=min(words) >= COMMON)
    if min(words) >= (NEAR if ordered is None else MANY):
        near = records.order_by("-updated_at", "-pk").values("pk")[:NEAR]
        called = records.filter(begins).order_by(name).values("pk")[: MOST + 1]
        found = list(reading(said.filter(pk__in=_either(near, called)), text)[: MOST + 1])
        if len(found) > MOST:
            return found
    if ordered is not None and min(words) < COMMON:
        return list(said.filter(pk__in=ordered))
    return list(matching(said, text, common=[count >= COMMON for count in words])[: MOST + 1])


def _put_in_order(said: QuerySet[Any], text: str, *, is_common: bool) -> RawSQL | None:
    """Return what gives the first MOST + 1 ids of a text's hits, put in order by a narrow index; None where there is none."""
    index, hits = index_by_id(said.model, "updated_at"), lookup(said.model, text, is_common=is_common)
    if index is None or hits is None:
        return None
    return RawSQL(*read_by(index, said.values("pk")[: MOST + 1], (hits.sql, hits.params)))


def _either(first: QuerySet[Any, Any], second: QuerySet[Any, Any]) -> RawSQL:
    """Return what gives the ids of two short lists: databases are slow at a condition that is this list or that."""
    (one, given), (other, more) = (part.query.sql_with_params() for part in (first, second))
    return RawSQL(f"SELECT * FROM ({one}) AS one UNION SELECT * FROM ({other}) AS other", [*given, *more])


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
