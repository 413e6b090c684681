"""Undoing a split or a merge: what it changed goes back, unless somebody has changed it since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_SITES
from sanku.audit.operations import (
    Draft,
    Via,
    as_json,
    from_json,
    hold_zone,
    refusing,
    save_records,
    taken_values,
)
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.sites.models import Reshape, Site
from sanku.sites.operations.reshaping import refusal


def undo_reshape(reshape: Reshape, *, actor: User, now: datetime, via: Via) -> Site:
    """Take a split or merge back; return the record that stays.

    Of a split the new records are removed, of a merge the removed ones are there again; the record that stayed has its
    boundary and areas of before. Whatever else was edited since stays as it is.

    Raises:
        NotAllowed: the actor's role may not write carriers, or it is another zone's.
        Refused: at position 0: it is undone already, or what it changed was changed since; nothing was saved.
    """
    require(actor, WRITES_SITES)
    if reshape.zone_id != actor.zone_id:
        raise NotAllowed
    with transaction.atomic():
        known = Reshape.objects.select_for_update(of=("self",)).get(pk=reshape.pk)
        if known.undone_at is not None:
            raise refusal("reshape_undone")
        parts = set(known.parts.values_list("site_id", flat=True))
        everyone = Site.objects.select_for_update(of=("self",)).filter(pk__in=parts | {known.kept_id})
        sites = {site.pk: site for site in everyone.order_by("pk")}
        hold_zone(actor.zone_id)
        _refuse_later(known, sites)
        _save(known, sites, actor=actor, now=now, via=via)
        known.undone_at, known.undone_by = now, actor
        known.save(update_fields=["undone_at", "undone_by"])
    return sites[known.kept_id]


def _refuse_later(known: Reshape, sites: Mapping[int, Site]) -> None:
    """Refuse where a record was removed or brought back, or what was changed of it then was changed again."""
    for site in sites.values():
        should_be_gone = known.kind == Reshape.Kind.MERGE and site.pk != known.kept_id
        if (site.removed_at is not None) != should_be_gone:
            raise refusal("reshape_moved", name=str(site))
    for step in known.steps:
        site = sites[step["id"]]
        for name, value in step["after"].items():
            if as_json(getattr(site, name)) != value:
                label = str(Site._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                raise refusal("reshape_changed", name=str(site), field=label)


def _save(known: Reshape, sites: Mapping[int, Site], *, actor: User, now: datetime, via: Via) -> None:
    split = known.kind == Reshape.Kind.SPLIT
    why = _("Split undone") if split else _("Merge undone")
    drafts = [
        Draft(site, {"removed_at": now if split else None}, why=why)
        for pk, site in sites.items()
        if pk != known.kept_id
    ]
    numbers = [] if split else [Draft(one.record, {"code": one.record.code}) for one in drafts]

    def taken() -> dict[int, Problem]:
        return taken_values(numbers, "code", code="code_taken")

    if found := taken():
        raise Refused({0: list(found.values())})
    with refusing(taken):
        save_records(drafts, actor=actor, now=now, via=via)
    kept = sites[known.kept_id]
    before: dict[str, Any] = {
        name: from_json(kept, name, value)
        for step in known.steps
        if step["id"] == kept.pk
        for name, value in step["before"].items()
    }
    save_records([Draft(kept, before, why=why)], actor=actor, now=now, via=via)
