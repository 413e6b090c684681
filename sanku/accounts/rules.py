"""Who may see and do what: the table of roles as plain values.

Source: the product description, "Who uses it" and "Who sees what".
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person comes to Sanku for."""

    COMMANDER = "commander"
    OFFICE = "office"
    PROMOTION = "promotion"
    LANDING = "landing"
    CONSTRUCTION = "construction"
    SUPERVISION = "supervision"
    LEADER = "leader"
    SERVICE = "service"
    COUNTERPART = "counterpart"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


SEES_ALL = frozenset({Role.COMMANDER, Role.OFFICE, Role.SUPERVISION})
# Identity of companies is open to all staff; these may change it.
WRITES_COMPANIES = frozenset(
    {Role.OFFICE, Role.PROMOTION, Role.LANDING, Role.CONSTRUCTION, Role.SERVICE, Role.ANALYST}
)
WRITES_SITES = frozenset({Role.OFFICE, Role.LANDING, Role.CONSTRUCTION})
WRITES_TARGETS = frozenset({Role.OFFICE, Role.PROMOTION})
WRITES_PROJECTS = frozenset({Role.OFFICE, Role.PROMOTION, Role.LANDING, Role.CONSTRUCTION, Role.SERVICE})
MAY_IMPORT = WRITES_COMPANIES | WRITES_SITES
MANAGES_PEOPLE = frozenset({Role.ADMINISTRATOR})


def sees_all(role: str) -> bool:
    """Return whether the role reads every record of its zone."""
    return role in SEES_ALL
