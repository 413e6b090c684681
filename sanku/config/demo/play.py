"""What the parts of the demonstration zone hand to each other."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from sanku.accounts.models import Department, Squad, User, Zone
from sanku.audit.via import COMMAND_VIA
from sanku.companies.models import Company

VIA = COMMAND_VIA
SEED = 20_170_904


@dataclass
class Play:
    """The zone while it is being built; `now` is the moment of building, UTC."""

    zone: Zone
    now: datetime
    administrator: User
    people: dict[str, User] = field(default_factory=dict)  # by sign-in name
    departments: dict[str, Department] = field(default_factory=dict)  # by short name
    squads: dict[str, list[Squad]] = field(default_factory=dict)  # by short name of the department
    companies: dict[str, list[Company]] = field(default_factory=dict)  # key, resident, outside, abroad

    @property
    def today(self) -> date:
        """The day of building, in the zone."""
        return timezone.localdate(self.now)

    def ago(self, days: float) -> datetime:
        """Return the moment so many days before the building."""
        return self.now - timedelta(days=days)

    def day(self, offset: int) -> date:
        """Return the day so many days after (before: negative) the day of building."""
        return self.today + timedelta(days=offset)

    def random(self, part: str) -> Random:
        """Return the dice of one part: what one part throws does not move the others."""
        return Random(f"{SEED}-{part}")

    def role(self, role: str) -> list[User]:
        """Return the people of a role, in the order they were entered."""
        return [person for person in self.people.values() if person.role == role]

    def officers(self, department: Department) -> list[User]:
        """Return the promotion officers of a department, its head first."""
        return [person for person in self.role("promotion") if person.department_id == department.pk]

    def sector_departments(self) -> list[Department]:
        """Return the seven departments in their order."""
        return [department for department in self.departments.values() if department.sector]
