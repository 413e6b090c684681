"""Saving carriers: the same operation for a web form, an import and the demo zone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sanku.accounts.models import Sector, User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_SITES
from sanku.audit.models import Entry
from sanku.audit.operations import Draft, Via, hold_zone, is_new, refusing, save_records, taken_values
from sanku.common.problems import Problem, Refused
from sanku.library.operations.fields import added_problems
from sanku.sites.models import Listing, Site, SiteKind, SiteStatus, Tenure
from sanku.sites.rules import site_problems

# Fields that are judged together, so that the record's own values stand in for those not given.
AREAS = ("area_total_m2", "area_free_m2", "area_smallest_m2")
HOLD = ("status", "held_until")
VOCABULARY = {
    "kind": SiteKind.values,
    "status": SiteStatus.values,
    "tenure": Tenure.values,
    "listing": Listing.values,
    "allowed_sectors": Sector.values,
}


def save_sites(
    drafts: Sequence[Draft[Site]],
    *,
    actor: User,
    now: datetime,
    via: Via,
    agreed: Mapping[int, Collection[int]] | None = None,
) -> list[list[dict[str, Any]]]:
    """Save new and changed carriers of the actor's zone; all or none. Returns the changes of each draft.

    Whoever ends a hold need not empty its fields: they go with it. A new boundary may overlap those carriers of the
    library alone that `agreed` names by position of the draft: nobody else changes the zone while this is looked for.

    Raises:
        NotAllowed: the actor's role may not write carriers.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_SITES)
    for draft in drafts:
        _end_hold(draft)
    problems = problems_of(drafts)
    for position, found in added_problems(drafts, library="sites").items():
        problems.setdefault(position, []).extend(found)
    with refusing(lambda: taken_values(drafts, "code", code="code_taken")):
        for position, problem in taken_values(drafts, "code", code="code_taken").items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        with transaction.atomic():
            _refuse_overlaps(drafts, actor, agreed)
            return save_records(drafts, actor=actor, now=now, via=via)


def _refuse_overlaps(
    drafts: Sequence[Draft[Site]], actor: User, agreed: Mapping[int, Collection[int]] | None
) -> None:
    """Raise Refused where a boundary that changes overlaps other parcels; from here on nobody else writes in the zone."""
    drawn = {
        at: draft.values["boundary"]
        for at, draft in enumerate(drafts)
        if draft.values.get("boundary") and draft.values["boundary"] != draft.record.boundary
    }
    if not drawn:
        return
    from sanku.sites.checking import new_overlaps  # loads the libraries of shapes

    hold_zone(actor.zone_id)
    own = {draft.record.pk for draft in drafts if not is_new(draft.record)}
    if found := new_overlaps(drawn, user=actor, own=own, agreed=agreed):
        raise Refused({at: [problem] for at, problem in found.items()})


def problems_of(drafts: Sequence[Draft[Site]]) -> dict[int, list[Problem]]:
    """Return what the rules refuse, by position of the draft."""
    found = {}
    for position, draft in enumerate(drafts):
        together = AREAS + (HOLD if any(name in draft.values for name in HOLD) else ())
        whole = {name: getattr(draft.record, name) for name in together} | draft.values
        problems = site_problems(whole, is_new=is_new(draft.record), vocabulary=VOCABULARY)
        if problems:
            found[position] = problems
    return found


def _end_hold(draft: Draft[Site]) -> None:
    status = draft.values.get("status")
    if status is not None and status != SiteStatus.HELD:
        draft.values |= {"held_for": "", "held_until": None}


def remove_site(site: Site, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Take a carrier out of the library; the record stays and can be restored."""
    require(actor, WRITES_SITES)
    save_records([Draft(site, {"removed_at": now}, why=why)], actor=actor, now=now, via=via)


def restore_site(site: Site, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Bring a removed carrier back.

    Raises:
        Refused: its number, or its ground, has been given to another carrier meanwhile.
    """
    require(actor, WRITES_SITES)

    def taken() -> dict[int, Problem]:
        return taken_values([Draft(site, {"code": site.code})], "code", code="code_taken")

    if found := taken():
        raise Refused({0: [found[0]]})
    with refusing(taken), transaction.atomic():
        hold_zone(actor.zone_id)
        if site.boundary and (later := _drawn_since(site, actor)):
            raise Refused({0: [later]})
        save_records([Draft(site, {"removed_at": None}, why=why)], actor=actor, now=now, via=via)


def _drawn_since(site: Site, actor: User) -> Problem | None:
    """Return what is to be said of parcels drawn over a removed one since; those that lay there before are no news."""
    from sanku.sites.checking import overlap_problem, overlapped  # loads the libraries of shapes

    found = overlapped(site, user=actor)
    entries = Entry.objects.filter(
        library=Site._meta.label_lower, record_id__in=found, at__gte=site.removed_at
    )
    new = {
        entry.record_id
        for entry in entries
        if any(change["field"] in ("boundary", "removed_at") for change in entry.changes)
    }
    pairs = [pair for pk, pair in found.items() if pk in new]
    return overlap_problem(pairs) if pairs else None
