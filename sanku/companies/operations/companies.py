"""Saving companies: the same operation for a web form, an import and the demo zone."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.queries import rates_on
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.operations import Draft, Via, chunks, is_new, save_records, taken_values
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Company, CompanyName
from sanku.companies.operations.duplicates import note_duplicates
from sanku.companies.rules import company_problems


def save_companies(
    drafts: Sequence[Draft[Company]], *, actor: User, now: datetime, via: Via
) -> list[list[dict[str, Any]]]:
    """Save new and changed companies of the actor's zone; all or none.

    Values are as the model's fields: `uscc` clean, amounts in whole units with their currency. The value
    in yuan follows from the rate of the day; without a rate it stays empty. Near-duplicates of new names
    go to the worklist. Returns the changes of each draft.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: problems by position of the draft; nothing was saved.
    """
    require(actor, WRITES_COMPANIES)
    _add_values_in_yuan(drafts, actor, now)
    problems = problems_of(drafts, now=now)
    with transaction.atomic():
        for position, problem in taken_codes(drafts).items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        changes = save_records(drafts, actor=actor, now=now, via=via)
        renamed = [
            draft.record
            for draft, changed in zip(drafts, changes, strict=True)
            if any(change["field"] in ("name", "short_name", "former_names") for change in changed)
        ]
        _save_names(renamed)
        note_duplicates(renamed, now=now)
    return changes


def problems_of(drafts: Sequence[Draft[Company]], *, now: datetime) -> dict[int, list[Problem]]:
    """Return what the rules refuse, by position of the draft."""
    today = timezone.localdate(now)
    return {
        position: found
        for position, draft in enumerate(drafts)
        if (found := company_problems(draft.values, today=today, is_new=is_new(draft.record)))
    }


def _add_values_in_yuan(drafts: Sequence[Draft[Company]], actor: User, now: datetime) -> None:
    money = [
        draft
        for draft in drafts
        if {"registered_capital", "registered_capital_currency"} & draft.values.keys()
    ]
    if not money:
        return
    rates = rates_on(actor.zone, timezone.localdate(now))
    for draft in money:
        amount = draft.values.get("registered_capital", draft.record.registered_capital)
        currency = draft.values.get("registered_capital_currency", draft.record.registered_capital_currency)
        rate = rates.get(currency)
        draft.values["registered_capital_cny"] = (
            None if amount is None or rate is None else (Decimal(amount) * rate).quantize(Decimal("0.01"))
        )


def taken_codes(drafts: Sequence[Draft[Company]]) -> dict[int, Problem]:
    """Return the drafts whose USCC or registry number abroad another record or earlier draft has."""
    abroad = taken_values(drafts, "registry_number", code="registry_number_taken")
    return abroad | taken_values(drafts, "uscc", code="uscc_taken")


def _save_names(companies: Sequence[Company]) -> None:
    for some in chunks(companies):
        CompanyName.objects.filter(company__in=[company.pk for company in some]).delete()
    CompanyName.objects.bulk_create(
        [
            CompanyName(zone_id=company.zone_id, company=company, kind=kind, core=core)
            for company in companies
            for kind, core in sorted(company.cores())
        ],
        batch_size=2000,
    )


def remove_company(company: Company, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Take a company out of the library; the record stays and can be restored."""
    require(actor, WRITES_COMPANIES)
    save_records([Draft(company, {"removed_at": now}, why=why)], actor=actor, now=now, via=via)


def restore_company(company: Company, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Bring a removed company back.

    Raises:
        Refused: its code has been given to another record meanwhile.
    """
    require(actor, WRITES_COMPANIES)
    draft = Draft(company, {"removed_at": None}, why=why)
    taken = taken_codes([Draft(company, {"uscc": company.uscc, "registry_number": company.registry_number})])
    if taken:
        raise Refused({0: [taken[0]]})
    save_records([draft], actor=actor, now=now, via=via)
