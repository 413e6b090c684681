"""The people, departments and squads of a zone, found by what a table calls them."""

from collections import defaultdict
from typing import TypeVar

from sanku.accounts.models import Department, Squad, User
from sanku.accounts.queries import departments_for, people_for, squads_for
from sanku.common.names import normalise

Found = TypeVar("Found")


class Directory:
    """Everything that a row may name, read once for a batch."""

    def __init__(self, actor: User) -> None:
        self._people: dict[str, list[User]] = defaultdict(list)
        for person in people_for(actor):
            self._people[normalise(person.name)].append(person)
        self._departments: dict[str, list[Department]] = defaultdict(list)
        for department in departments_for(actor):
            for name in {normalise(department.name), normalise(department.short_name)}:
                self._departments[name].append(department)
        self._squads: dict[str, list[Squad]] = defaultdict(list)
        for squad in squads_for(actor):
            self._squads[normalise(squad.name)].append(squad)

    def person(self, name: str) -> User | None:
        """Return the only person of a name."""
        return _only(self._people.get(normalise(name), []))

    def department(self, name: str) -> Department | None:
        """Return the only department of a name or short name, or the only one whose name holds the other."""
        return _called(normalise(name), self._departments)

    def squad(self, name: str) -> Squad | None:
        """Return the only squad of a name, or the only one whose name holds the other."""
        return _called(normalise(name), self._squads)


def _only(found: list[Found]) -> Found | None:
    return found[0] if len(found) == 1 else None


def _called(name: str, known: dict[str, list[Found]]) -> Found | None:
    if not name:
        return None
    if name in known:
        return _only(known[name])
    near = {
        id(one): one
        for other, found in known.items()
        if other and (other in name or name in other)
        for one in found
    }
    return _only(list(near.values())) if len(name) >= 2 else None
