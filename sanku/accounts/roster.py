"""What the roster shows: the headquarters as a picture, the composition, the coverage of skills, the people."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import Degree, Department, Language, Role, Sector, Squad, User
from sanku.accounts.queries import (
    as_plain,
    departments_for,
    headcounts_for,
    people_for,
    skills_by_department,
    squads_for,
)
from sanku.accounts.rules import MANAGES_PEOPLE, composition, coverage_state

ALL = "all"
Kind = Department.Kind
U = TypeVar("U", Department, Squad)


class Choice:
    """Which people an address asks for: a role, a department, a squad; unknown values count as none.

    Without a role it is the promotion officers, whom the zone means by its roster.
    """

    def __init__(self, query: QueryDict, departments: Sequence[Department], squads: Sequence[Squad]) -> None:
        role = query.get("role", Role.PROMOTION.value)
        self.role = role if role in Role.values else ALL
        self.department = _found(departments, query.get("department"))
        self.squad = _found(squads, query.get("squad"))
        if self.squad is not None:
            of_squad = self.squad.department_id
            self.department = next((each for each in departments if each.pk == of_squad), None)

    def url(self, **changes: Any) -> str:
        """Return the roster's address with a part of the choice changed."""
        parts = {
            "role": self.role if self.role != Role.PROMOTION else None,
            "department": self.department.pk if self.department else None,
            "squad": self.squad.pk if self.squad else None,
        } | changes
        query = urlencode({name: value for name, value in parts.items() if value})
        return reverse("accounts:roster") + (f"?{query}" if query else "")

    def people(self, user: User) -> list[User]:
        """Return the people chosen, by department and squad."""
        people = people_for(user)
        if self.role != ALL:
            people = people.filter(role=self.role)
        if self.squad is not None:
            people = people.filter(squad=self.squad)
        elif self.department is not None:
            people = people.filter(department=self.department)
        # Whoever belongs to no squad stands before those who do; whoever belongs to no department, first.
        return sorted(
            people,
            key=lambda person: (
                person.department.position if person.department else -1,
                person.department_id or 0,
                person.squad_id or 0,
                person.pk,
            ),
        )


def _found(records: Iterable[U], pk: str | None) -> U | None:
    return next((record for record in records if str(record.pk) == pk), None)


def roster_page(user: User, query: QueryDict, *, today: date) -> dict[str, Any]:
    """Return the context of the roster page."""
    departments, squads = list(departments_for(user)), list(squads_for(user))
    choice = Choice(query, departments, squads)
    people = choice.people(user)
    return {
        "choice": choice,
        "roles": _roles(choice),
        "chips": _chips(choice),
        "clear_url": choice.url(department=None, squad=None),
        "structure": structure_of(user, departments, squads, choice),
        "composition": _composition(people, today),
        "coverage": _coverage(people, departments, choice),
        "groups": _groups(people),
        "manages": user.may(MANAGES_PEOPLE),
    }


def _roles(choice: Choice) -> list[dict[str, Any]]:
    tabs = [(Role.PROMOTION.value, Role.PROMOTION.label, None), (ALL, _("Everybody"), ALL)]
    tabs += [(value, label, value) for value, label in Role.choices if value != Role.PROMOTION]
    return [
        {"label": label, "url": choice.url(role=parameter), "on": choice.role == value}
        for value, label, parameter in tabs
    ]


def _chips(choice: Choice) -> list[dict[str, Any]]:
    chips = []
    if choice.department is not None:
        url = choice.url(department=None, squad=None)
        chips.append({"label": _("Department"), "value": choice.department.name, "url": url})
    if choice.squad is not None:
        chips.append({"label": _("Squad"), "value": choice.squad.name, "url": choice.url(squad=None)})
    return chips


def structure_of(
    user: User, departments: Sequence[Department], squads: Sequence[Squad], choice: Choice | None = None
) -> dict[str, Any]:
    """Return the headquarters as a tree: command, groups, sector departments with squads, counterparts."""
    in_department, in_squad = headcounts_for(user)

    def url(**place: Any) -> str:
        if choice is None:
            return f"{reverse('accounts:roster')}?{urlencode({'role': ALL} | place)}"
        return choice.url(**({"department": None, "squad": None, "role": ALL} | place))

    def node(department: Department) -> dict[str, Any]:
        return {
            "name": department.name,
            "short_name": str(department),
            "sector": department.get_sector_display(),
            "count": in_department[department.pk],
            "url": url(department=department.pk),
            "on": choice is not None and choice.department == department,
            "squads": [
                {
                    "name": squad.name,
                    "count": in_squad[squad.pk],
                    "url": url(squad=squad.pk),
                    "on": choice is not None and choice.squad == squad,
                }
                for squad in squads
                if squad.department_id == department.pk
            ],
        }

    nodes = {kind: [node(each) for each in departments if each.kind == kind] for kind in Kind}
    return {
        "command": nodes[Kind.HEADQUARTERS],
        "groups": nodes[Kind.GROUP],
        "sectors": nodes[Kind.SECTOR],
        "counterparts": nodes[Kind.COUNTERPART],
        "total": sum(in_department.values()),
    }


def _composition(people: Sequence[User], today: date) -> dict[str, Any]:
    found = composition(as_plain(people), year=today.year)
    return {
        **found,
        "languages": _bars(found["languages"], Language.choices, len(people)),
        "degrees": _bars(_degrees(people), Degree.choices, found["degree_base"]),
    }


def _degrees(people: Iterable[User]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for person in people:
        counts[person.degree] = counts.get(person.degree, 0) + 1
    return counts


def _bars(counts: dict[str, int], choices: Iterable[tuple[Any, Any]], base: int) -> list[dict[str, Any]]:
    """Return bars for the choices that occur; `percent` is of the longest bar."""
    longest = max(counts.values(), default=0)
    return [
        {"label": label, "count": counts[code], "base": base, "percent": 100 * counts[code] // longest}
        for code, label in choices
        if counts.get(code)
    ]


def _coverage(people: Sequence[User], departments: Sequence[Department], choice: Choice) -> dict[str, Any]:
    """Return sectors × departments: how many are skilled in each, and where nobody is.

    A cell is `home` where the sector is the department's own: an empty one there is a gap.
    """
    columns = [each for each in departments if each.kind == Kind.SECTOR]
    if choice.department is not None:
        columns = [each for each in columns if each == choice.department]
    counts = skills_by_department(people)
    totals = {sector: sum(sector in person.skills for person in people) for sector in Sector.values}
    longest = max(totals.values(), default=0) or 1
    rows: list[dict[str, Any]] = [
        {
            "label": label,
            "total": totals[sector],
            "percent": 100 * totals[sector] // longest,
            "state": coverage_state(totals[sector]),
            "cells": [
                {
                    "count": counts.get((sector, column.pk), 0),
                    "state": coverage_state(counts.get((sector, column.pk), 0)),
                    "home": column.sector == sector,
                    "title": f"{label} · {column}",
                }
                for column in columns
            ],
        }
        for sector, label in Sector.choices
    ]
    for row in rows:
        nobody_at_home = any(cell["home"] and not cell["count"] for cell in row["cells"])
        # A department alone need not know the sectors of the others.
        row["gap"] = nobody_at_home or (choice.department is None and not row["total"])
    gaps = [str(row["label"]) for row in rows if row["gap"]]
    return {"columns": columns, "rows": rows, "gaps": gaps}


def _groups(people: Sequence[User]) -> list[dict[str, Any]]:
    """Return the people under their departments, and there under their squads."""
    groups = []
    for department, members in groupby(people, key=lambda person: person.department):
        squads = [
            {"squad": squad, "people": [_row(person) for person in team]}
            for squad, team in groupby(members, key=lambda person: person.squad)
        ]
        count = sum(len(squad["people"]) for squad in squads)
        groups.append({"department": department, "squads": squads, "count": count})
    return groups


def _row(person: User) -> dict[str, Any]:
    return {
        "person": person,
        "url": reverse("accounts:person", args=[person.pk]),
        "role": person.get_role_display(),
        "degree": person.get_degree_display(),
        "languages": [str(Language(code).label) for code in person.languages if code in Language.values],
        "skills": [str(Sector(code).label) for code in person.skills if code in Sector.values],
    }
