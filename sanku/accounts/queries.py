"""Reading the organisation, within the caller's zone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from sanku.accounts.models import ApiToken, Department, ExchangeRate, PasswordKind, Role, Squad, User, Zone
from sanku.accounts.rules import MANAGES_PEOPLE, READS_RATES
from sanku.audit.models import Entry
from sanku.audit.queries import timeline


def people_for(user: User) -> models.QuerySet[User]:
    """Return the people at work in the user's zone."""
    return everyone_for(user).filter(is_active=True)


def everyone_for(user: User) -> models.QuerySet[User]:
    """Return the people of the user's zone, those who left too."""
    return User.objects.filter(zone_id=user.zone_id).select_related("department", "squad")


def departments_for(user: User) -> models.QuerySet[Department]:
    """Return the departments and groups at work in the user's zone, in their order."""
    return Department.objects.filter(zone_id=user.zone_id, is_active=True)


def squads_for(user: User) -> models.QuerySet[Squad]:
    """Return the squads at work in the user's zone."""
    squads = Squad.objects.filter(zone_id=user.zone_id, is_active=True, department__is_active=True)
    return squads.select_related("department").order_by("department__position", "department_id", "id")


def all_departments_for(user: User) -> models.QuerySet[Department]:
    """Return the departments of the user's zone, dissolved ones too."""
    return Department.objects.filter(zone_id=user.zone_id)


def all_squads_for(user: User) -> models.QuerySet[Squad]:
    """Return the squads of the user's zone, dissolved ones too."""
    return Squad.objects.filter(zone_id=user.zone_id).select_related("department")


def rates_for(user: User) -> models.QuerySet[ExchangeRate]:
    """Return the exchange rates of the user's zone, by currency, the newest first."""
    if not user.may(READS_RATES):
        return ExchangeRate.objects.none()
    return ExchangeRate.objects.filter(zone_id=user.zone_id).order_by("currency", "-on")


def tokens_for(user: User) -> models.QuerySet[ApiToken]:
    """Return the access tokens that the user may see, the newest first: his own; all to who manages people."""
    tokens = ApiToken.objects.filter(zone_id=user.zone_id).select_related("person").order_by("-pk")
    return tokens if user.may(MANAGES_PEOPLE) else tokens.filter(person=user)


def rates_on(zone: Zone, day: date) -> dict[str, Decimal]:
    """Return yuan for one unit of each currency on a day: the latest rate not after it."""
    rates: dict[str, Decimal] = {"CNY": Decimal(1)}
    for rate in ExchangeRate.objects.filter(zone=zone, on__lte=day).order_by("on"):
        rates[rate.currency] = rate.cny
    return rates


def headcounts_for(user: User) -> tuple[Counter[int | None], Counter[int | None]]:
    """Return how many people work in each department and in each squad, by their ids."""
    departments: Counter[int | None] = Counter()
    squads: Counter[int | None] = Counter()
    for department_id, squad_id in people_for(user).values_list("department_id", "squad_id"):
        departments[department_id] += 1
        squads[squad_id] += 1
    return departments, squads


def skills_by_department(people: Iterable[User]) -> dict[tuple[str, int | None], int]:
    """Return how many of the people have a skill, by sector and department id."""
    return Counter((skill, person.department_id) for person in people for skill in person.skills)


def person_timeline(user: User, person: User) -> models.QuerySet[Entry]:
    """Return what happened to a person's record: for those who manage people and for himself."""
    entries = timeline(user, person)
    return entries if user.role == Role.ADMINISTRATOR or user.pk == person.pk else entries.none()


def any_zone() -> Zone | None:
    """Return the installation's oldest zone, for the operator's commands."""
    return Zone.objects.order_by("pk").first()


def person_named(username: str) -> User | None:
    """Return who signs in under a name, for the operator's commands."""
    return User.objects.select_related("zone").filter(username=username).first()


def demo_zone() -> Zone | None:
    """Return the installation's demonstration zone."""
    return Zone.objects.filter(is_demo=True).order_by("pk").first()


def demo_people() -> Sequence[User]:
    """Return who can sign in with the password shown, in the order of roles.

    Nobody as soon as the installation has a zone in earnest: strangers get no way in there.
    """
    people = User.objects.filter(zone__is_demo=True, is_active=True, password_kind=PasswordKind.DEMO)
    if Zone.objects.filter(is_demo=False).exists():
        return []
    order = list(Role.values)
    return sorted(people, key=lambda person: order.index(person.role))


def as_plain(people: Iterable[User]) -> list[dict[str, Any]]:
    """Return the plain values that `rules.composition` counts."""
    return [
        {
            "birth_year": person.birth_year,
            "degree": person.degree,
            "languages": person.languages,
            "skills": person.skills,
        }
        for person in people
    ]
