"""What the organisation page shows to those who manage it."""

from typing import Any

from django.urls import reverse

from sanku.accounts.models import Department, Squad, User
from sanku.accounts.queries import all_departments_for, all_squads_for, everyone_for


def organisation_page(user: User) -> dict[str, Any]:
    """Return departments with squads and people, dissolved and deactivated ones last."""
    departments = list(all_departments_for(user))
    squads = list(all_squads_for(user))
    people = list(everyone_for(user).order_by("-is_active", "pk"))
    nobodys = [person for person in people if person.department_id is None]
    kinds = [
        {
            "label": label,
            "departments": [
                _department(department, squads, people)
                for department in sorted(departments, key=lambda each: not each.is_active)
                if department.kind == kind
            ],
        }
        for kind, label in Department.Kind.choices
    ]
    return {
        "kinds": [kind for kind in kinds if kind["departments"]],
        "without": [_person(person) for person in nobodys],
        "counts": {
            "departments": sum(department.is_active for department in departments),
            "squads": sum(squad.is_active for squad in squads),
            "people": sum(person.is_active for person in people),
        },
    }


def _department(department: Department, squads: list[Squad], people: list[User]) -> dict[str, Any]:
    members = [person for person in people if person.department_id == department.pk]
    own = [squad for squad in squads if squad.department_id == department.pk]
    return {
        "department": department,
        "sector": department.get_sector_display(),
        "count": sum(person.is_active for person in members),
        "edit_url": reverse("accounts:department-edit", args=[department.pk]),
        "squads": [
            {
                "squad": squad,
                "edit_url": reverse("accounts:squad-edit", args=[squad.pk]),
                "count": sum(person.squad_id == squad.pk and person.is_active for person in members),
            }
            for squad in own
        ],
        "people": [_person(person) for person in members],
    }


def _person(person: User) -> dict[str, Any]:
    return {
        "person": person,
        "role": person.get_role_display(),
        "url": reverse("accounts:person", args=[person.pk]),
        "password": person.get_password_kind_display() if person.has_usable_password() else "",
        "has_password": person.has_usable_password(),
    }
