"""Reading companies, what departments hold of them, and target clients, within the caller's scope."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.rules import SEES_ALL, WRITES_COMPANIES
from sanku.common.extents import Box
from sanku.common.names import core_name, normalise
from sanku.common.search import matching
from sanku.companies.models import (
    Company,
    CompanyName,
    Contact,
    Duplicate,
    HonourEdition,
    HonourEntry,
    HonourList,
    NameKind,
    Shareholder,
    Target,
    Touch,
    sound_of,
)
from sanku.companies.spelling import misspelt, sounding

SUGGESTED = 10
ON_MAP = Q(lon__isnull=False)
TARGET_ON_MAP = Q(company__lon__isnull=False)
PAIRS = 20  # on a page of the worklist


def companies_for(user: User, *, removed: bool = False) -> models.QuerySet[Company]:
    """Return the companies of the user's zone: their identity is open to all staff.

    Merged ones are found nowhere, not even among the removed: `survivor_of` leads on from them.
    """
    companies = Company.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
    return companies.filter(merged_into=None) if removed else companies


def survivor_of(user: User, pk: int) -> Company | None:
    """Return the company that a merged one of the user's zone leads to, however often it was merged on.

    None where there is no such tombstone, or where the company that it leads to was removed itself.
    """
    tombstone = Company.objects.filter(zone_id=user.zone_id, pk=pk, merged_into__isnull=False).first()
    return companies_for(user).filter(pk=tombstone.end.pk).first() if tombstone is not None else None


def targets_for(user: User, *, removed: bool = False) -> models.QuerySet[Target]:
    """Return the target clients that the user may see: those of his department, or all."""
    targets = Target.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
    if user.sees_all:
        return targets
    if user.department_id is None:
        return targets.none()
    return targets.filter(department_id=user.department_id)


def companies_in(box: Box, path: str = "") -> Q:
    """Return the condition of the companies that stand in a box; `path` leads from another record to the company."""
    return Q(**{f"{path}lon__range": (box.west, box.east), f"{path}lat__range": (box.south, box.north)})


def companies_within(user: User, values: list[str]) -> Q:
    """Return the condition of the user's companies that stand in a drawn shape."""
    return _within(values[0], companies_for(user), "")


def targets_within(user: User, values: list[str]) -> Q:
    """Return the condition of the user's target clients whose company stands in a drawn shape."""
    return _within(values[0], targets_for(user), "company__")


def _within(text: str, records: models.QuerySet[Any], path: str) -> Q:
    from sanku.common.shapes import box_of, points_in, read_shape  # loads the libraries of shapes

    drawn = read_shape(text)
    if drawn is None:
        return Q()
    near = records.filter(companies_in(box_of(drawn), path))
    found = list(near.values_list("pk", f"{path}lon", f"{path}lat"))
    here = points_in(drawn, [row[1] for row in found], [row[2] for row in found])
    return Q(pk__in=[row[0] for row, inside in zip(found, here.tolist(), strict=True) if inside])


def contacts_for(user: User, *, removed: bool = False) -> models.QuerySet[Contact]:
    """Return the contacts that the user may see: his department's, those of units he answers for, or all."""
    return Contact.objects.filter(
        held_scope(user), removed_at__isnull=not removed, company__removed_at=None
    ).select_related("department")


def touches_for(user: User, *, removed: bool = False) -> models.QuerySet[Touch]:
    """Return the touches that the user may see, by the same rule as contacts."""
    return Touch.objects.filter(
        held_scope(user), removed_at__isnull=not removed, company__removed_at=None
    ).select_related("department")


def held_scope(user: User) -> Q:
    """Return the condition under which the user sees a contact or touch, removed or not."""
    return Q(zone_id=user.zone_id) & (Q() if user.sees_all else _held_by(user))


def _held_by(user: User) -> Q:
    answered = Q(company__responsible_leader_id=user.pk) | Q(company__service_officer_id=user.pk)
    return answered | Q(department_id=user.department_id) if user.department_id is not None else answered


def may_hold(user: User, company: Company) -> bool:
    """Return whether the user may enter contacts and touches of a company, and then see them himself."""
    answers = user.pk in (company.responsible_leader_id, company.service_officer_id)
    return user.may(WRITES_COMPANIES) and (user.sees_all or user.department_id is not None or answers)


def shareholders_for(user: User, *, removed: bool = False) -> models.QuerySet[Shareholder]:
    """Return the shareholders of the companies of the user's zone: they are as open as the identity."""
    return Shareholder.objects.filter(
        company__zone_id=user.zone_id, company__removed_at=None, removed_at__isnull=not removed
    )


def followers_of(user: User, companies: Iterable[int]) -> dict[int, Target]:
    """Return the target client of each company that anybody of the zone follows, with its department.

    Which department follows a company is open to all staff of the zone. Nothing else of the target is, unless
    `targets_for` gives it.
    """
    targets = Target.objects.filter(zone_id=user.zone_id, company__in=list(companies), removed_at=None)
    return {target.company_id: target for target in targets.select_related("department")}


def in_scope(user: User, target: Target) -> bool:
    """Return whether a target client of the user's zone is one that `targets_for` gives him."""
    return user.sees_all or (user.department_id is not None and target.department_id == user.department_id)


def duplicates_for(user: User, state: str = "") -> models.QuerySet[Duplicate]:
    """Return the worklist of possible duplicates in the user's zone, or those in one state, newest first."""
    if not user.may(SEES_ALL | WRITES_COMPANIES):
        return Duplicate.objects.none()
    pairs = Duplicate.objects.filter(zone_id=user.zone_id, rests=False)
    if state:
        pairs = pairs.filter(state=state)
    return pairs.select_related("first", "second", "decided_by").order_by("-id")


def honour_lists_for(user: User) -> models.QuerySet[HonourList]:
    """Return the honours lists of the user's zone: they are published, and open to all staff."""
    return HonourList.objects.filter(zone_id=user.zone_id).order_by("name")


def editions_for(user: User) -> models.QuerySet[HonourEdition]:
    """Return the editions that count, the newest first."""
    editions = HonourEdition.objects.filter(zone_id=user.zone_id, undone_at=None)
    return editions.select_related("list", "by").order_by("-published_on", "-pk")


def entries_for(user: User) -> models.QuerySet[HonourEntry]:
    """Return the entries of the editions that count."""
    return HonourEntry.objects.filter(zone_id=user.zone_id, edition__undone_at=None).select_related(
        "edition__list", "company"
    )


def edition_before(edition: HonourEdition) -> HonourEdition | None:
    """Return the edition of the same list that was published before."""
    older = HonourEdition.objects.filter(
        list=edition.list_id, undone_at=None, published_on__lt=edition.published_on
    )
    return older.order_by("-published_on", "-pk").first()


def candidates_of(entry: HonourEntry) -> models.QuerySet[Company]:
    """Return the companies that a doubtful entry may be: those that share the core of one of their names."""
    alike = CompanyName.objects.filter(zone_id=entry.zone_id, core=entry.core).values("company_id")
    return Company.objects.filter(zone_id=entry.zone_id, removed_at=None, pk__in=alike).order_by("pk")


def open_duplicates(user: User, most: int) -> int:
    """Return how many pairs wait for a decision, counting no more than `most`: every page's rail says it."""
    waiting = (
        f"SELECT 1 FROM {Duplicate._meta.db_table} WHERE zone_id = %s AND rests = %s AND state = %s LIMIT %s"
    )
    with connection.cursor() as cursor:  # Django takes a millisecond to write the statement
        cursor.execute(
            f"SELECT count(*) FROM ({waiting}) AS waiting", [user.zone_id, False, Duplicate.State.OPEN, most]
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class DuplicatePage:
    """Pairs of the worklist, newest first, and whether there are newer and older ones."""

    pairs: list[Duplicate]
    has_newer: bool
    has_older: bool


def duplicate_page(user: User, state: str, before: str = "", after: str = "") -> DuplicatePage:
    """Return the pairs in a state that were found before one, or after one, known by its id; else the newest."""
    pairs = duplicates_for(user, state)
    if is_id(after):
        rows = list(pairs.filter(pk__gt=after).order_by("id")[: PAIRS + 1])
        return DuplicatePage(rows[:PAIRS][::-1], len(rows) > PAIRS, bool(rows))
    if is_id(before):
        pairs = pairs.filter(pk__lt=before)
    rows = list(pairs[: PAIRS + 1])
    return DuplicatePage(rows[:PAIRS], bool(rows) and is_id(before), len(rows) > PAIRS)


def is_id(text: str) -> bool:
    """Return whether a text of an address can be the id of a record."""
    return text.isascii() and text.isdigit() and len(text) < 19


def duplicate_counts(user: User) -> dict[str, int]:
    """Return how many pairs are in each state."""
    counted = duplicates_for(user).order_by().values("state").annotate(count=Count("pk"))
    return dict(counted.values_list("state", "count"))


def duplicates_of(user: User, company: Company) -> models.QuerySet[Duplicate]:
    """Return the pairs that a company is in and that were not found to be different."""
    pairs = Duplicate.objects.filter(Q(first=company) | Q(second=company), zone_id=user.zone_id)
    return (
        pairs.exclude(state=Duplicate.State.DIFFERENT)
        .filter(first__removed_at=None, second__removed_at=None)
        .select_related("first", "second")
        .order_by("-id")
    )


def similar_companies(user: User, name: str, uscc: str = "") -> list[tuple[Company, str, str]]:
    """Return companies that may be the one being entered: each with why, and which department follows it.

    By equal code, or by a core of name, short name or former name that is equal, sounds alike or is one slip away; at most ten.
    """
    core = core_name(name)
    reasons: dict[int, str] = {}
    if uscc:
        code = uscc.strip().upper()
        for pk in companies_for(user).filter(uscc=code).values_list("pk", flat=True):
            reasons[pk] = _("same code")
        merged = CompanyName.objects.filter(zone_id=user.zone_id, core=code, kind=NameKind.CODE)
        for pk in merged.filter(company__removed_at=None).values_list("company_id", flat=True):
            reasons[pk] = _("same code")
    if len(core) >= 2:
        said = {
            "name": _("same core name"),
            "short": _("same short name"),
            "former": _("same former name"),
            "code": _("same code"),
        }
        named = CompanyName.objects.filter(zone_id=user.zone_id, core=core, company__removed_at=None)
        for pk, kind in named.values_list("company_id", "kind")[:SUGGESTED]:
            reasons.setdefault(pk, said[kind])
        for pk, why in _said_or_spelt_alike(user, core):
            reasons.setdefault(pk, why)
    return _with_followers(user, companies_for(user).filter(pk__in=list(reasons)[:SUGGESTED]), reasons)


def _said_or_spelt_alike(user: User, core: str) -> Iterator[tuple[int, str]]:
    """Yield the companies whose name sounds like a core (homophones, pinyin, another order), then those misspelt."""
    names = CompanyName.objects.filter(zone_id=user.zone_id, company__removed_at=None)
    if sound := sound_of(core):
        for pk in sounding(names, [sound]).values_list("company_id", flat=True)[:SUGGESTED]:
            yield pk, _("name sounds alike")
    for pk in misspelt(names, core)[:SUGGESTED]:
        yield pk, _("name differs in one character")


def suggested_companies(user: User, typed: str) -> list[tuple[Company, str, str]]:
    """Return the companies that a typed name, code or initials may mean, near-duplicates first; at most ten."""
    found = similar_companies(user, typed, typed)
    if len(normalise(typed)) < 2:
        return found
    known = [company.pk for company, _why, _held in found]
    others = matching(companies_for(user).exclude(pk__in=known), typed).order_by("-is_key", "-updated_at")
    return found + _with_followers(user, others[: SUGGESTED - len(found)], {})


def _with_followers(
    user: User, companies: Iterable[Company], reasons: dict[int, str]
) -> list[tuple[Company, str, str]]:
    some: Sequence[Company] = list(companies)
    held = followers_of(user, [company.pk for company in some])
    return [
        (
            company,
            reasons.get(company.pk, ""),
            _("followed by %(who)s") % {"who": held[company.pk].department} if company.pk in held else "",
        )
        for company in some
    ]


def related_entries(user: User, company: Company) -> dict[str, list[Any]]:
    """Return the ids, by table, of what a company's timeline tells of beside the company itself."""
    scope = held_scope(user) & Q(company=company)
    return {
        Company._meta.label_lower: tombstones_of(company),
        Contact._meta.label_lower: list(Contact.objects.filter(scope).values_list("pk", flat=True)),
        Touch._meta.label_lower: list(Touch.objects.filter(scope).values_list("pk", flat=True)),
    }


def tombstones_of(company: Company) -> list[int]:
    """Return the ids of the companies that lead to one, over any number of merges."""
    found: list[int] = []
    asked = [company.pk]
    while asked:
        asked = list(Company.objects.filter(merged_into__in=asked).values_list("pk", flat=True))
        found += asked
    return found


def touch_entries(user: User, target: Target) -> dict[str, list[Any]]:
    """Return the ids of the touches that a target client's timeline tells of: its department's."""
    touches = Touch.objects.filter(company=target.company_id, department=target.department_id)
    return {Touch._meta.label_lower: list(touches.values_list("pk", flat=True))}
