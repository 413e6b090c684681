"""A cast of people, one a role, and who may do what: written down a second time, from the product's table.

Zone A has two sector departments. Everybody with a department stands in the first; `rival` is an officer
of the second. `outsider` is the office of zone B: nothing of zone A exists for him.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sanku.accounts.models import Department, Squad, User, Zone
from tests import make

ROLES = (
    "commander office promotion landing construction supervision leader service counterpart analyst administrator"
).split()

SEES_ALL = {"commander", "office", "supervision"}
# What is done → the roles that may; everybody else is refused.
MAY = {
    "write companies": {"office", "promotion", "landing", "construction", "service", "analyst"},
    "merge companies": {"office", "promotion", "analyst"},
    "write sites": {"office", "landing", "construction"},
    "write targets": {"office", "promotion"},
    "write projects": {"office", "promotion", "landing", "construction", "service"},
    "import": {"office", "promotion", "landing", "construction", "service", "analyst"},
    "manage people": {"administrator"},
    "read rates": {"administrator", "office"},
    "write rates": {"administrator"},
}


@dataclass(frozen=True)
class Cast:
    """The people of the play."""

    zone: Zone
    department: Department
    squad: Squad
    rival_department: Department
    counterpart_department: Department
    commander: User
    office: User
    promotion: User
    landing: User
    construction: User
    supervision: User
    leader: User
    service: User
    counterpart: User
    analyst: User
    administrator: User
    rival: User  # a promotion officer of the other department
    other_zone: Zone
    outsider: User  # the office of the other zone

    def of(self, role: str) -> User:
        """Return the person of a role."""
        person: User = getattr(self, role)
        return person

    def who_may(self, what: str) -> Iterator[User]:
        """Yield the people of zone A whose role may do something."""
        return (self.of(role) for role in ROLES if role in MAY[what])

    def who_may_not(self, what: str) -> Iterator[User]:
        """Yield the people of zone A whose role may not do something."""
        return (self.of(role) for role in ROLES if role not in MAY[what])


def make_cast() -> Cast:
    """Make both zones with their people."""
    zone = make.zone("示例甲区")
    department = make.department(zone, "示例装备局", sector="equipment")
    squad = make.squad(department, "示例装备一队")
    rival_department = make.department(zone, "示例新材料局", sector="new_materials")
    counterpart_department = make.department(zone, "示例环境局", kind="counterpart")
    places: dict[str, dict[str, Any]] = {
        "promotion": {"department": department, "squad": squad},
        "counterpart": {"department": counterpart_department},
    }
    people = {
        role: make.unsaved_user(role, zone, username=role, name=f"示{role}", **places.get(role, {}))
        for role in ROLES
    }
    other_zone = make.zone("示例乙区")
    rival = make.unsaved_user("promotion", zone, username="rival", department=rival_department)
    outsider = make.unsaved_user("office", other_zone, username="outsider")
    User.objects.bulk_create([*people.values(), rival, outsider])
    return Cast(
        zone=zone,
        department=department,
        squad=squad,
        rival_department=rival_department,
        counterpart_department=counterpart_department,
        rival=rival,
        other_zone=other_zone,
        outsider=outsider,
        **people,
    )
