"""What is entered about a company goes to one that is there: neither removed nor merged while somebody wrote."""

from collections.abc import Sequence
from typing import Any

from sanku.audit.operations import Draft, chunks, is_new
from sanku.common.bulk import among
from sanku.common.problems import Problem
from sanku.companies.models import Company, CompanyName, NameKind


def not_living(drafts: Sequence[Draft[Any]], name: str) -> dict[int, Problem]:
    """Lock the companies that drafts newly refer to by the field `name`; return what is wrong, by position.

    Call it in the transaction that saves: whoever merges or removes such a company waits for it, or has finished
    before it, and then the draft is refused with what became of the company.
    """
    wanted: dict[int, list[int]] = {}
    for position, draft in enumerate(drafts):
        company = draft.values.get(name)
        if company is None or is_new(company):
            continue
        if is_new(draft.record) or getattr(draft.record, f"{name}_id") != company.pk:
            wanted.setdefault(company.pk, []).append(position)
    problems: dict[int, Problem] = {}
    for some in chunks(sorted(wanted)):
        locked = Company.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        gone = [one for one in locked.only("name", "removed_at", "merged_into") if one.removed_at is not None]
        for company in gone:
            problems |= dict.fromkeys(wanted[company.pk], gone_problem(company, name))
    return problems


def gone_problem(company: Company, field: str = "") -> Problem:
    """Return what is to be said of a company that is no longer there."""
    if company.merged_into is None:
        return Problem("company_removed", field)
    return Problem("company_merged", field, {"name": company.name, "into": company.end.name})


def merged_code_problems(drafts: Sequence[Draft[Company]]) -> dict[int, Problem]:
    """Return the drafts that take a code which means another company since one was merged into it."""
    wanted: dict[str, tuple[int, str, str]] = {}
    for position, draft in enumerate(drafts):
        if uscc := draft.values.get("uscc"):
            wanted[uscc] = (position, "uscc", uscc)
        if number := draft.values.get("registry_number"):
            country = draft.values.get("country", draft.record.country)
            wanted[f"{country} {number}"] = (position, "registry_number", number)
    problems: dict[int, Problem] = {}
    if wanted:
        zone_id = drafts[0].record.zone_id
        known = CompanyName.objects.filter(
            zone_id=zone_id, core__in=among(sorted(wanted)), kind=NameKind.CODE
        )
        for name in known.filter(company__removed_at=None).select_related("company"):
            position, field, value = wanted[name.core]
            if name.company_id != drafts[position].record.pk:
                problems[position] = Problem(
                    "code_merged", field, {"holder": name.company.name, "value": value}
                )
    return problems
