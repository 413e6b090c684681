"""What a merge would do, and the merges that were made, within the caller's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models

from sanku.accounts.models import User
from sanku.accounts.rules import MERGES_COMPANIES, SEES_ALL, WRITES_COMPANIES
from sanku.audit.models import Entry
from sanku.common.fields import CodesField
from sanku.common.problems import Problem
from sanku.companies.models import Company, Duplicate, Shareholder, Target
from sanku.companies.queries import followers_of, is_id
from sanku.merging.hanging import HANGING, KEY
from sanku.merging.models import Merge
from sanku.merging.rules import (
    TOGETHER,
    Kind,
    Side,
    Why,
    better_kept,
    first_reported,
    office_reasons,
    propose,
)

# Fields that are one value together, by the first of them.
PARTS = {
    "registered_capital": ("registered_capital", "registered_capital_currency", "registered_capital_cny"),
    "registry_number": ("registry_number", "country"),
    "lon": ("lon", "lat"),
}
# Columns that are no value of a company, or that follow from others.
OWN = frozenset(
    "id zone created_at updated_at removed_at search_text initials merged_into merged_text other_codes is_demo as_written".split()
)
# Values that say nothing.
SAYS_NOTHING = {"status": ("unknown",), "registry_number": ("", "CN")}
LINES = frozenset({"former_names", "note"})
# What a company is known by: a code that one of the two has is never left out, the survivor answers to it anyway.
CODES = ("uscc", "registry_number")
# Where two records lie in different places, all of it is proposed of one of them: no address in another's city.
PLACE = ("province", "city", "address", "region_code", "lon")
PAGE = 20  # merges on a page
MOST_ENTRIES = 400  # of both records that are looked at for when a value was entered


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field in which two records differ: both values, whose is proposed and why.

    `parts` are the columns that go together; `keep` and `merge` their values, None where nothing is known. `sides`
    are those that can be chosen.
    """

    name: str
    parts: tuple[str, ...]
    kind: Kind
    keep: Any
    merge: Any
    side: Side
    why: Why
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of a table move, of those that the reader may see."""

    table: str
    field: str
    count: int
    said: str


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging `merge` into `keep` would do.

    `fields` are those that differ, with the proposal; `moves` what will move of what the reader may see, and `beyond`
    whether there may be more that he does not (what other departments hold moves too, and is not told). `problems`
    say why he cannot merge them, `notes` what to look at first. `seen` marks both records as they were read: given to
    `merge_companies` it refuses where either was changed meanwhile.
    """

    keep: Company
    merge: Company
    fields: list[FieldChoice]
    moves: list[Moving]
    beyond: bool
    problems: list[Problem]
    notes: list[Problem]
    seen: str

    @property
    def choices(self) -> dict[str, str]:
        """The proposal, as `merge_companies` takes it."""
        return {field.name: str(field.side) for field in self.fields}


def proposed_order(user: User, one: Company, other: Company) -> tuple[Company, Company]:
    """Return two companies of the user's zone as (the one that should stay, the one to go into it)."""
    followed = followers_of(user, [one.pk, other.pk])

    def facts(company: Company) -> dict[str, Any]:
        known = [field for field in _fields() if _value(company, field) is not None]
        marks = {
            name: getattr(company, name) for name in ("uscc", "is_key", "is_resident", "created_at", "id")
        }
        return {**marks, "followed": company.pk in followed, "filled": len(known)}

    return (one, other) if better_kept(facts(one), facts(other)) else (other, one)


def merge_preview(user: User, keep: Company, merge: Company) -> MergePreview:
    """Return what merging one company into another would do. Both are of `companies_for(user)`.

    Nothing of what the user may not see shows in it, not even that it is there.
    """
    fields = field_choices(keep, merge)
    targets = standing_targets(keep, merge)
    return MergePreview(
        keep=keep,
        merge=merge,
        fields=fields,
        moves=_moves(user, merge),
        beyond=not user.sees_all,
        problems=merge_problems(user, keep, merge, targets),
        notes=_notes(keep, merge, targets),
        seen=seen_mark(keep, merge),
    )


def seen_mark(keep: Company, merge: Company) -> str:
    """Return what marks two records as they are now: it changes when either is saved."""
    return "-".join(f"{one.pk}.{int(one.updated_at.timestamp() * 1_000_000)}" for one in (keep, merge))


# --- which value wins


def field_choices(keep: Company, merge: Company) -> list[FieldChoice]:
    """Return the fields in which two companies differ, each with the proposal; who follows and who owns it last."""
    coded = None
    if bool(keep.uscc) != bool(merge.uscc):
        coded = Side.KEEP if keep.uscc else Side.MERGE
    entered = _entered(keep, merge)
    found = []
    for name in _fields():
        values = [_value(one, name) for one in (keep, merge)]
        if values[0] == values[1] or _alike(name, keep, merge):
            continue
        moments = [entered.get((one.pk, name), one.created_at) for one in (keep, merge)]
        newer = None
        if moments[0] != moments[1]:
            newer = Side.MERGE if moments[1] > moments[0] else Side.KEEP
        kind = kind_of(name)
        side, why = propose(kind, values[0], values[1], coded=coded, newer=newer, field=name)
        parts = PARTS.get(name, (name,))
        found.append(
            FieldChoice(name, parts, kind, values[0], values[1], side, why, _sides(name, kind, values))
        )
    return [*_in_one_place(found), *_target_choice(keep, merge), *_shareholder_choice(keep, merge)]


def _sides(name: str, kind: Kind, values: Sequence[Any]) -> tuple[Side, ...]:
    if name in CODES and None in values:
        return (Side.MERGE,) if values[0] is None else (Side.KEEP,)
    return (Side.KEEP, Side.MERGE, *((Side.BOTH,) if kind in TOGETHER and all(values) else ()))


def _in_one_place(fields: list[FieldChoice]) -> list[FieldChoice]:
    known = {field.name: field for field in fields if field.keep and field.merge}
    leading = next((known[name] for name in PLACE[:3] if name in known), None)
    if leading is None:
        return fields
    return [
        replace(field, side=leading.side, why=leading.why) if field.name in PLACE else field
        for field in fields
    ]


def choosable() -> set[str]:
    """Return the names of everything about which a merge may be asked to choose."""
    return {*_fields(), "target", "shareholders"}


def _fields() -> list[str]:
    beside = {part for parts in PARTS.values() for part in parts[1:]}
    names = [field.name for field in Company._meta.concrete_fields]
    return [name for name in names if name not in OWN and name not in beside]


def kind_of(name: str) -> Kind:
    """Return how two values of a field of a company go together."""
    field = Company._meta.get_field(name)
    if isinstance(field, CodesField):
        return Kind.CODES
    if isinstance(field, models.JSONField):
        return Kind.WORDS
    if isinstance(field, models.BooleanField):
        return Kind.FLAG
    return Kind.LINES if name in LINES else Kind.ONE


def _value(company: Company, name: str) -> Any:
    """Return what a company has in a field, with the columns that go along; None where it says nothing."""
    parts = PARTS.get(name, (name,))
    values = tuple(getattr(company, part) for part in parts)
    if values == SAYS_NOTHING.get(name) or (name != "registry_number" and values[0] in (None, "")):
        return None
    return values if len(parts) > 1 else values[0]


def _alike(name: str, keep: Company, merge: Company) -> bool:
    """Return whether two values differ only in what they are in yuan, by the rate of the day."""
    own = [part for part in PARTS.get(name, (name,)) if not part.endswith("capital_cny")]
    return all(getattr(keep, part) == getattr(merge, part) for part in own)


def _entered(keep: Company, merge: Company) -> dict[tuple[int, str], datetime]:
    """Return when each field got the value that it has, from the ledger."""
    entries = Entry.objects.filter(library=KEY, record_id__in=(keep.pk, merge.pk)).order_by("-number")
    moments: dict[tuple[int, str], datetime] = {}
    for pk, at, changes in entries.values_list("record_id", "at", "changes")[:MOST_ENTRIES]:
        for change in changes:
            moments.setdefault((pk or 0, change["field"]), at)
    return moments


def standing_targets(keep: Company, merge: Company) -> tuple[Target | None, Target | None]:
    """Return who follows each of two companies as a target client."""
    found = Target.objects.filter(company__in=(keep, merge), removed_at=None).select_related("department")
    by_company = {target.company_id: target for target in found}
    return by_company.get(keep.pk), by_company.get(merge.pk)


def _target_choice(keep: Company, merge: Company) -> list[FieldChoice]:
    ours, theirs = standing_targets(keep, merge)
    if ours is None or theirs is None:
        return []
    first, second = ((one.first_reported_at or one.created_at, one.pk) for one in (ours, theirs))
    side = first_reported(first, second)
    names = (str(ours.department), str(theirs.department))
    return [
        FieldChoice("target", (), Kind.ONE, *names, side, Why.EARLIER, (Side.KEEP, Side.MERGE)),
    ]


def _shareholder_choice(keep: Company, merge: Company) -> list[FieldChoice]:
    alive = Shareholder.objects.filter(removed_at=None)
    ours, theirs = (list(alive.filter(company=one)) for one in (keep, merge))
    if not ours or not theirs:
        return []
    said = [[_holding(one) for one in some] for some in (ours, theirs)]
    if said[0] == said[1]:
        return []
    names = {one.name for one in ours}
    more = [one for one in theirs if one.name not in names]
    fits = sum(one.share or 0 for one in [*ours, *more]) <= 1
    side = Side.BOTH if fits else Side.KEEP
    sides = (Side.KEEP, Side.MERGE, *((Side.BOTH,) if fits else ()))
    return [
        FieldChoice(
            "shareholders", (), Kind.ONE, said[0], said[1], side, Why.BOTH if fits else Why.FILLED, sides
        ),
    ]


def _holding(shareholder: Shareholder) -> str:
    share = shareholder.share
    return (
        shareholder.name
        if share is None
        else f"{shareholder.name} {share * 100:f}".rstrip("0").rstrip(".") + " %"
    )


# --- what moves, and what stands against it


def _moves(user: User, merge: Company) -> list[Moving]:
    found = []
    for one in HANGING:
        count = one.seen(user).filter(**one.of(merge)).count()
        if count:
            found.append(Moving(one.table, one.field, count, one.said(count) % {"count": count}))
    return found


def merge_problems(
    user: User, keep: Company, merge: Company, targets: tuple[Target | None, Target | None]
) -> list[Problem]:
    """Return why a person cannot merge two companies."""
    if not user.may(MERGES_COMPANIES):
        return [Problem("not_allowed")]
    found = []
    decided = pairs_between(keep, merge).filter(state=Duplicate.State.DIFFERENT).first()
    if decided is not None:
        found.append(Problem("merge_different", "", {"by": str(decided.decided_by or "—")}))
    departments = tuple(target.department_id if target is not None else None for target in targets)
    answering = [(one.responsible_leader_id, one.service_officer_id) for one in (keep, merge)]
    reasons = office_reasons(
        user.role, departments=(departments[0], departments[1]), answering=(answering[0], answering[1])
    )
    return found + [Problem(reason) for reason in reasons]


def pairs_between(one: Company, other: Company) -> "models.QuerySet[Duplicate]":
    """Return the pair of two companies on the worklist, if there is one."""
    first, second = sorted((one.pk, other.pk))
    return Duplicate.objects.filter(first=first, second=second)


def _notes(keep: Company, merge: Company, targets: tuple[Target | None, Target | None]) -> list[Problem]:
    found = []
    if keep.uscc and merge.uscc and keep.uscc != merge.uscc:
        found.append(Problem("merge_two_codes", "uscc"))
    ours, theirs = targets
    if ours is not None and theirs is not None:
        names = {"first": str(ours.department), "second": str(theirs.department)}
        code = "merge_targets" if ours.department_id != theirs.department_id else "merge_targets_of_one"
        found.append(Problem(code, "target", names))
    return found


# --- merges that were made


def merges_for(user: User) -> "models.QuerySet[Merge]":
    """Return the merges of the user's zone, the newest first, to those who may read the worklist of duplicates."""
    if not user.may(SEES_ALL | WRITES_COMPANIES):
        return Merge.objects.none()
    merges = Merge.objects.filter(zone_id=user.zone_id)
    return merges.select_related("survivor", "merged", "by", "undone_by").defer("steps").order_by("-id")


def merges_into(user: User, company: Company) -> "models.QuerySet[Merge]":
    """Return the merges by which a company got what others had, and which stand."""
    return merges_for(user).filter(survivor=company, undone_at=None)


def later_merges(merge: Merge) -> "models.QuerySet[Merge]":
    """Return the standing merges into the same company that were made after one."""
    return Merge.objects.filter(survivor_id=merge.survivor_id, undone_at=None, pk__gt=merge.pk).order_by("pk")


def visible_kept(user: User, kept: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what an undo left as it was, of those rows that a person may see."""
    seen: dict[str, set[int]] = {}
    for one in HANGING:
        ids = [row["id"] for row in kept if row["table"] == one.table]
        if ids and one.table not in seen:
            seen[one.table] = set(one.seen(user).filter(pk__in=ids).values_list("pk", flat=True))
    return [row for row in kept if row["id"] in seen[row["table"]]]


@dataclass(frozen=True, slots=True)
class MergePage:
    """Merges that were made, newest first, and whether there are newer and older ones."""

    merges: list[Merge]
    has_newer: bool
    has_older: bool


def merge_page_of(user: User, before: str = "", after: str = "") -> MergePage:
    """Return the merges made before one, or after one, known by its id; else the newest."""
    merges = merges_for(user)
    if is_id(after):
        rows = list(merges.filter(pk__gt=after).order_by("id")[: PAGE + 1])
        return MergePage(rows[:PAGE][::-1], len(rows) > PAGE, bool(rows))
    if is_id(before):
        merges = merges.filter(pk__lt=before)
    rows = list(merges[: PAGE + 1])
    return MergePage(rows[:PAGE], bool(rows) and is_id(before), len(rows) > PAGE)
