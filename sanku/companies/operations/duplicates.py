"""The worklist of companies that may be one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Value

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.models import Action
from sanku.audit.operations import Happening, Via, chunks, write_entries
from sanku.common.bulk import among
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Company, CompanyName, Duplicate, Likeness
from sanku.companies.spelling import misspelt, sounding

# A core that more companies share than this is a common word rather than a name.
SHARED_BY_MANY = 20
Recognised = set[tuple[str, str, str]]  # what `Company.recognised()` returns
# With more names at once than this, those that differ in one character are not looked for: it costs a question each.
SPELLED_TOGETHER = 200


def note_duplicates(
    companies: Sequence[Company], *, now: datetime, named: Iterable[Recognised] | None = None
) -> int:
    """Put pairs of companies whose name, short name or former name is equal at its core, sounds alike or is misspelt on the worklist.

    A pair that stands there, decided or not, is not asked again. `named` says as what they are recognised, if that
    is known. Returns the number of new pairs.
    """
    return _add(companies[0].zone_id, _alike(companies, named), now=now) if companies else 0


def renew_duplicates(companies: Sequence[Company], *, now: datetime) -> None:
    """Look again at companies whose names changed: undecided pairs that are alike no longer leave the worklist."""
    if not companies:
        return
    alike = _alike(companies)
    for some in chunks([company.pk for company in companies]):
        for pair in _open_pairs(some):
            if (pair.first_id, pair.second_id) not in alike:
                pair.delete()
    _add(companies[0].zone_id, alike, now=now)


def _add(zone_id: int, alike: dict[tuple[int, int], str], *, now: datetime) -> int:
    created = Duplicate.objects.bulk_create(
        [
            Duplicate(zone_id=zone_id, first_id=first, second_id=second, reason=reason, found_at=now)
            for (first, second), reason in sorted(alike.items())
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return len(created)


def _alike(
    companies: Sequence[Company], recognised: Iterable[Recognised] | None = None
) -> dict[tuple[int, int], str]:
    """Return the pairs of which one is given, by their ids in order, with why: an equal core, else an equal sound."""
    ids = {company.pk for company in companies}
    found = recognised if recognised is not None else (company.recognised() for company in companies)
    named = [each for names in found for each in names]
    pairs: dict[tuple[int, int], str] = {}
    known = CompanyName.objects.filter(zone_id=companies[0].zone_id, company__removed_at=None)
    cores = sorted({core for _kind, core, _sound in named})
    rows = known.filter(core__in=among(cores)).values_list("core", "company_id", "kind")
    _add_sharing(rows, ids, pairs)
    heard = sounding(known, {sound for _kind, _core, sound in named if sound})
    _add_sharing(heard.values_list("sound", "company_id", Value(str(Likeness.SOUND))), ids, pairs)
    if len(ids) <= SPELLED_TOGETHER:
        _add_misspelt(companies, known, pairs)
    return pairs


def _add_sharing(
    rows: Iterable[tuple[str, int, str]], ids: set[int], pairs: dict[tuple[int, int], str]
) -> None:
    """Add the pairs of companies that share a key."""
    sharing: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for key, company_id, kind in rows:
        sharing[key].add((company_id, kind))
    for some in sharing.values():
        _add_pairs(sorted(some), ids, pairs)


def _add_misspelt(
    companies: Sequence[Company], known: QuerySet[CompanyName], pairs: dict[tuple[int, int], str]
) -> None:
    """Add the pairs whose names differ in one character; each name costs one look into the index."""
    for company in companies:
        for _kind, core in sorted(company.cores()):
            for other in misspelt(known.exclude(company=company), core):
                pairs.setdefault((min(company.pk, other), max(company.pk, other)), str(Likeness.SPELLING))


def _open_pairs(ids: Sequence[int]) -> QuerySet[Duplicate]:
    """Return the undecided pairs of companies; those with a merged one rest until the merge is undone."""
    return Duplicate.objects.filter(
        Q(first__in=ids) | Q(second__in=ids), state=Duplicate.State.OPEN, rests=False
    )


def _add_pairs(sharing: list[tuple[int, str]], ids: set[int], pairs: dict[tuple[int, int], str]) -> None:
    if not 2 <= len(sharing) <= SHARED_BY_MANY:
        return
    for one, one_kind in sharing:
        if one not in ids:
            continue
        for other, other_kind in sharing:
            if one == other:
                continue
            kind = next((found for found in (one_kind, other_kind) if found != "name"), "name")
            pairs.setdefault((min(one, other), max(one, other)), kind)


def forget_open_duplicates(companies: Sequence[Company]) -> None:
    """Take the undecided pairs of companies off the worklist: they were removed."""
    for some in chunks([company.pk for company in companies]):
        _open_pairs(some).delete()


def decide_duplicate(duplicate: Duplicate, *, state: str, actor: User, now: datetime, via: Via) -> None:
    """Record that two companies are, or are not, the same, or take such a decision back.

    A decided pair is not asked again. Both companies' timelines tell of it.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: there is no such decision.
    """
    require(actor, WRITES_COMPANIES)
    if state not in Duplicate.State.values:
        raise Refused(
            {0: [Problem("choice_unknown", "state", {"value": state, "choices": "open, different, same"})]}
        )
    with transaction.atomic():
        locked = Duplicate.objects.select_for_update().get(pk=duplicate.pk)
        old = locked.state
        if old == state:
            return
        decided = state != Duplicate.State.OPEN
        locked.state = state
        locked.decided_at, locked.decided_by = (now, actor) if decided else (None, None)
        locked.save(update_fields=["state", "decided_at", "decided_by"])
        first, second = locked.first, locked.second
        write_entries(
            [
                Happening(
                    action=Action.UPDATE,
                    library=Company._meta.label_lower,
                    record_id=one.pk,
                    label=one.name,
                    changes=[{"field": "duplicate", "old": old, "new": state}],
                    why=other.name,
                )
                for one, other in ((first, second), (second, first))
            ],
            zone_id=locked.zone_id,
            actor=actor,
            now=now,
            via=via,
        )
