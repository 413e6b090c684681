"""What rows name: companies, leads, and the people and units that a record has already."""

from typing import Any

from sanku.audit.operations import is_new
from sanku.common.names import normalise
from sanku.intake.planning import facts as read
from sanku.intake.planning.plan import Called, called

# Where a record keeps the people and units that a fact names.
NAMED_IN = {
    "project.team_lead": ("lead",),
    "project.responsible_leader": ("responsible_leader",),
    "project.owner_department": ("department",),
    "assignment.leader": ("responsible_leader",),
    "target.owner_officer": ("officer", "lead", "service_officer"),
    "target.owner_squad": ("squad",),
}


def is_known(record: Any, fact: str, text: str) -> bool:
    """Return whether a record has the person or unit already that a fact names."""
    if record is None or is_new(record):
        return False
    return any(
        normalise(str(there)) == normalise(text)
        for name in NAMED_IN.get(fact, ())
        if (there := getattr(record, name, None)) is not None
    )


def company_called(facts: read.Facts) -> Called:
    """Return what a row calls the company that it names."""
    name = (
        facts.get("enterprise.name")
        or facts.get("project.investor_name")
        or facts.get("visit.enterprise_name")
    )
    code = facts.get("enterprise.uscc") or facts.get("project.investor_uscc")
    return called(read.text(name), read.text(code))


def without_empty(facts: read.Facts) -> dict[str, Any]:
    """Return the facts that say something."""
    return {name: value for name, value in facts.items() if value not in (None, "")}


def lead_name(facts: read.Facts) -> str:
    """Return what a lead is called: its project's name, else the company's."""
    named = read.text(facts.get("project.name"))
    return named or f"{read.text(facts.get('enterprise.name'))}投资线索"[:200]
