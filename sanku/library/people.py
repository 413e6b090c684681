"""Finding people of the zone as one types: by name, pinyin initials or department."""

from collections.abc import Sequence

from sanku.accounts.models import User
from sanku.common.names import initials, normalise

MOST_OFFERED = 8


def people_matching(people: Sequence[User], typed: str, *, near: User) -> list[User]:
    """Return the people whom a text may mean, the likeliest first; those of the unit of `near` before others."""
    wanted = normalise(typed)
    ranked = [
        (rank, person.department_id != near.department_id, person.name, person)
        for person in people
        if (rank := _rank(person, wanted)) is not None
    ]
    ranked.sort(key=lambda one: (one[0], one[1], one[2], one[3].pk))
    return [person for *_, person in ranked[:MOST_OFFERED]]


def _rank(person: User, wanted: str) -> int | None:
    """Return how well a person fits, the lowest the best; None where he does not."""
    if not wanted:
        return 0
    name = normalise(person.name)
    units = [unit for unit in (person.department, person.squad) if unit is not None]
    words = [word for unit in units for word in (unit.name, getattr(unit, "short_name", "")) if word]
    tests = (
        name.startswith(wanted),
        initials(person.name).startswith(wanted),
        wanted in name or person.username.startswith(wanted),
        any(wanted in normalise(word) or initials(word).startswith(wanted) for word in words),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)
