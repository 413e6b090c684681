"""Saving who owns a company. The ledger entries stand at the company."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.models import Action
from sanku.audit.operations import Draft, Happening, Via, changes_of, is_new, write_entries
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Company, Shareholder
from sanku.companies.operations.living import gone_problem
from sanku.companies.rules import shareholder_problems


def save_shareholders(
    drafts: Sequence[Draft[Shareholder]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save shareholders of companies; one that is itself in the library is linked to its record.

    `share` is a part of one. Returns the changes of each draft.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: problems by position; the shares of a company may not exceed the whole.
    """
    require(actor, WRITES_COMPANIES)
    all_changes = []
    with transaction.atomic():
        for position, draft in enumerate(drafts):
            # Locks the company, so that two who add shares at once cannot exceed the whole together.
            company = Company.objects.select_for_update().get(pk=draft.record.company_id)
            if company.removed_at is not None:
                raise Refused({position: [gone_problem(company)]})
            if found := _problems(draft, company):
                raise Refused({position: found})
            changes = changes_of(draft.record, draft.values)
            all_changes.append(changes)
            if changes:
                _save(draft, company, actor=actor, now=now, via=via)
    return all_changes


def remove_shareholder(shareholder: Shareholder, *, actor: User, now: datetime, via: Via) -> None:
    """Take a shareholder away; it can be brought back."""
    save_shareholders([Draft(shareholder, {"removed_at": now})], actor=actor, now=now, via=via)


def restore_shareholder(shareholder: Shareholder, *, actor: User, now: datetime, via: Via) -> None:
    """Bring a removed shareholder back.

    Raises:
        Refused: another one of this name, or others' shares, have taken the place meanwhile.
    """
    save_shareholders([Draft(shareholder, {"removed_at": None})], actor=actor, now=now, via=via)


def _problems(draft: Draft[Shareholder], company: Company) -> list[Problem]:
    record = draft.record
    values = {"name": record.name, "share": record.share, **draft.values}
    found = shareholder_problems(values)
    if draft.values.get("removed_at", record.removed_at) is not None:
        return found
    others = Shareholder.objects.filter(company=company, removed_at=None).exclude(pk=record.pk)
    if others.filter(name=values["name"]).exists():
        found.append(Problem("shareholder_taken", "name", {"value": values["name"]}))
    total = (others.aggregate(total=Sum("share"))["total"] or Decimal(0)) + (values["share"] or Decimal(0))
    if not found and total > 1:
        left = (Decimal(1) - total + (values["share"] or Decimal(0))) * 100
        found.append(Problem("shares_exceed", "share", {"left": f"{left:f}".rstrip("0").rstrip(".") or "0"}))
    return found


def _save(draft: Draft[Shareholder], company: Company, *, actor: User, now: datetime, via: Via) -> None:
    record = draft.record
    old = None if is_new(record) or record.removed_at is not None else _said(record)
    for name, value in draft.values.items():
        setattr(record, name, value)
    named = Company.objects.filter(zone_id=company.zone_id, removed_at=None, name=record.name)
    record.holder = named.exclude(pk=company.pk).first()
    record.save()
    new = None if record.removed_at is not None else _said(record)
    write_entries(
        [
            Happening(
                action=Action.UPDATE,
                library=Company._meta.label_lower,
                record_id=company.pk,
                label=company.name,
                changes=[{"field": "shareholder", "old": old, "new": new}],
            )
        ],
        zone_id=company.zone_id,
        actor=actor,
        now=now,
        via=via,
    )


def _said(shareholder: Shareholder) -> str:
    if shareholder.share is None:
        return shareholder.name
    percent = f"{shareholder.share * 100:f}".rstrip("0").rstrip(".")
    return f"{shareholder.name} {percent} %"
