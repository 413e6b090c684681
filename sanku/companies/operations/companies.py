"""Saving companies: the same operation for a web form, an import and the demo zone."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.queries import rates_on
from sanku.accounts.rules import WRITES_COMPANIES, Role
from sanku.audit.operations import (
    Draft,
    Via,
    changes_of,
    chunks,
    is_new,
    refusing,
    save_records,
    taken_values,
)
from sanku.audit.prepared import Prepared, prepare
from sanku.common.bulk import blank, insert_rows
from sanku.common.problems import Problem, Refused
from sanku.common.search import index_texts
from sanku.companies.models import Company, CompanyName, Contact, Target, Touch
from sanku.companies.operations.duplicates import (
    Recognised,
    forget_open_duplicates,
    note_duplicates,
    renew_duplicates,
)
from sanku.companies.operations.honours import note_honours
from sanku.companies.operations.living import gone_problem, merged_code_problems
from sanku.companies.queries import held_scope
from sanku.companies.rules import company_problems
from sanku.library.operations.fields import added_problems

Values = Mapping[str, Any]
NAMES = frozenset({"name", "short_name", "former_names", "other_codes"})
# What is found by its company's names too, by how the company refers to it: projects stand above this app.
FOUND_BY = frozenset({"targets", "projects"})
# Who answers for a company reads what every department holds of it: nobody appoints himself.
ASSIGNED = ("responsible_leader", "service_officer")
MONEY = frozenset({"registered_capital", "registered_capital_currency"})
SEARCHED = NAMES | {"english_name", "uscc", "old_code", "registry_number", "stock_code", "merged_text"}


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
    problems = problems_of(drafts, now=now)
    for position, draft in enumerate(drafts):
        problems.setdefault(position, []).extend(_assigned(draft, actor))
    for position, found in added_problems(drafts, library="companies").items():
        problems.setdefault(position, []).extend(found)
    problems = {position: found for position, found in problems.items() if found}
    if not problems:  # what the rules refuse may be too large to be multiplied
        _add_values_in_yuan(drafts, actor, now)
    with refusing(lambda: taken_codes(drafts)):
        for position, problem in taken_codes(drafts).items():
            problems.setdefault(position, []).append(problem)
        if problems:
            raise Refused(problems)
        known = [not is_new(draft.record) for draft in drafts]
        ready = [draft.ready for draft in drafts]
        changes = save_records(drafts, actor=actor, now=now, via=via)
        changed = [{change["field"] for change in some} for some in changes]
        companies = [draft.record for draft in drafts]
        named = {draft.record.pk: one.beside for draft, one in zip(drafts, ready, strict=True) if one}
        follow_names(companies, known, changed, now=now, named=named)
        _follow_removals(companies, changed, now=now)
        called = [one for one, fields in zip(companies, changed, strict=True) if fields & (NAMES | {"uscc"})]
        note_honours(called, actor=actor, now=now, via=via)
    return changes


def _assigned(draft: Draft[Company], actor: User) -> list[Problem]:
    """Refuse to anybody but the office to say who answers for a company."""
    if actor.role == Role.OFFICE:
        return []
    given = {name: draft.values[name] for name in ASSIGNED if name in draft.values}
    changed = {change["field"] for change in changes_of(draft.record, given)}
    return [Problem("office_assigns", name) for name in ASSIGNED if name in changed]


def follow_names(
    companies: Sequence[Company],
    known: Sequence[bool],
    changed: Sequence[set[str]],
    *,
    now: datetime,
    named: Mapping[int, Recognised] | None = None,
) -> None:
    """Bring along what follows from a company's names: its cores, the worklist, what its target is found by.

    `named` gives by id as what some are recognised, where it was worked out already.
    """
    rows = list(zip(companies, known, changed, strict=True))
    renamed = [company for company, was_known, fields in rows if was_known and fields & NAMES]
    fresh = [company for company, was_known, fields in rows if not was_known and fields & NAMES]
    names = dict(named or {})
    names |= {one.pk: one.recognised() for one in renamed + fresh if one.pk not in names}
    _forget_names(renamed)
    _save_names(renamed + fresh, names)
    renew_duplicates(renamed, now=now)
    note_duplicates(fresh, now=now, named=[names[company.pk] for company in fresh])
    _refresh_found([company for company, was_known, fields in rows if was_known and fields & SEARCHED])


def _follow_removals(companies: Sequence[Company], changed: Sequence[set[str]], *, now: datetime) -> None:
    """Take removed companies off the worklist, and look again at those that came back."""
    moved = [
        company
        for company, fields in zip(companies, changed, strict=True)
        if "removed_at" in fields and fields
    ]
    forget_open_duplicates([company for company in moved if company.removed_at is not None])
    note_duplicates([company for company in moved if company.removed_at is None], now=now)


def _refresh_found(companies: Sequence[Company]) -> None:
    """Let target clients and projects be found by what their companies are called now."""
    for relation in Company._meta.related_objects:
        if relation.get_accessor_name() not in FOUND_BY:
            continue
        model: Any = relation.related_model
        name = relation.field.name
        for some in chunks([company.pk for company in companies]):
            # With the companies as they were just saved.
            records = list(model._default_manager.filter(**{f"{name}__in": some}).select_related(name))
            for record in records:
                record.derive()
            model._default_manager.bulk_update(records, ["search_text"], batch_size=500)
            index_texts(model, {record.pk: record.search_text for record in records})


def problems_of(drafts: Sequence[Draft[Company]], *, now: datetime) -> dict[int, list[Problem]]:
    """Return what the rules refuse, by position of the draft."""
    today = timezone.localdate(now)
    return {
        position: found
        for position, draft in enumerate(drafts)
        if draft.ready is None  # else `prepare_company` asked, and what was no problem then is none now
        and (found := company_problems(draft.values, today=today, is_new=is_new(draft.record)))
    }


def prepare_company(values: Values, *, rates: Mapping[str, Decimal], today: date) -> Prepared | None:
    """Work out what saving a new company takes of its values alone; None where there is more to it, or a problem.

    The prepared values have the registered capital in yuan too, by the rates given.
    """
    if company_problems(values, today=today, is_new=True):
        return None
    whole = {**values, **_values_in_yuan(values, blank(Company), rates)}
    return prepare(Company, whole, beside=Company.recognised)


def _add_values_in_yuan(drafts: Sequence[Draft[Company]], actor: User, now: datetime) -> None:
    money = [draft for draft in drafts if MONEY & draft.values.keys()]
    if not money:
        return
    rates = rates_on(actor.zone, timezone.localdate(now))
    for draft in money:
        draft.values |= _values_in_yuan(draft.values, draft.record, rates)


def _values_in_yuan(
    values: Values, record: Company, rates: Mapping[str, Decimal]
) -> dict[str, Decimal | None]:
    if not MONEY & values.keys():
        return {}
    amount = values.get("registered_capital", record.registered_capital)
    rate = rates.get(values.get("registered_capital_currency", record.registered_capital_currency))
    in_yuan = None if amount is None or rate is None else (Decimal(amount) * rate).quantize(Decimal("0.01"))
    return {"registered_capital_cny": in_yuan}


def taken_codes(drafts: Sequence[Draft[Company]]) -> dict[int, Problem]:
    """Return the drafts whose USCC or registry number abroad another record or earlier draft has."""
    abroad = taken_values(drafts, "registry_number", code="registry_number_taken", within="country")
    return {**merged_code_problems(drafts), **abroad, **taken_values(drafts, "uscc", code="uscc_taken")}


def _forget_names(companies: Sequence[Company]) -> None:
    for some in chunks(companies):
        CompanyName.objects.filter(company__in=[company.pk for company in some]).delete()


def _save_names(companies: Sequence[Company], names: Mapping[int, Recognised]) -> None:
    insert_rows(
        [
            blank(
                CompanyName, zone_id=company.zone_id, company_id=company.pk, kind=kind, core=core, sound=sound
            )
            for company in companies
            for kind, core, sound in sorted(names[company.pk])
        ]
    )


def remove_company(company: Company, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Take a company out of the library; the record stays and can be restored.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: a department follows it as a target client, projects name it as their investor, or departments
            keep contacts or dealings with it that the actor may not see: those would lose them unawares.
    """
    require(actor, WRITES_COMPANIES)
    with transaction.atomic():
        now_there = Company.objects.select_for_update().get(pk=company.pk)
        if now_there.merged_into is not None:
            raise Refused({0: [gone_problem(now_there)]})
        followed = (
            Target.objects.filter(company=company, removed_at=None).select_related("department").first()
        )
        if followed is not None:
            raise Refused({0: [Problem("company_followed", "", {"department": str(followed.department)})]})
        # The app of projects stands above this one, and is known here by its reference alone.
        invested = company.projects.filter(removed_at=None).count()
        if invested:
            raise Refused({0: [Problem("company_invests", "", {"count": invested})]})
        if _held_by_others(company, actor):
            raise Refused({0: [Problem("company_held")]})
        save_companies([Draft(company, {"removed_at": now}, why=why)], actor=actor, now=now, via=via)


def _held_by_others(company: Company, actor: User) -> bool:
    """Return whether there are contacts or dealings with a company that the actor does not see."""
    seen = held_scope(actor)
    return any(
        model._default_manager.filter(company=company, removed_at=None).exclude(seen).exists()
        for model in (Contact, Touch)
    )


def restore_company(company: Company, *, actor: User, now: datetime, via: Via, why: str = "") -> None:
    """Bring a removed company back.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: its code has been given to another record meanwhile.
    """
    require(actor, WRITES_COMPANIES)

    def taken() -> dict[int, Problem]:
        codes = {name: getattr(company, name) for name in ("uscc", "registry_number")}
        return taken_codes([Draft(company, codes)])

    if found := taken():
        raise Refused({0: [found[0]]})
    with refusing(taken):
        save_companies([Draft(company, {"removed_at": None}, why=why)], actor=actor, now=now, via=via)
