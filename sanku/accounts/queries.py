"""Reading the organisation, within the caller's zone."""

from datetime import date
from decimal import Decimal

from django.db import models

from sanku.accounts.models import Department, ExchangeRate, Squad, User, Zone


def people_for(user: User) -> models.QuerySet[User]:
    """Return the people of the user's zone."""
    return User.objects.filter(zone_id=user.zone_id).select_related("department", "squad")


def departments_for(user: User) -> models.QuerySet[Department]:
    """Return the departments and groups of the user's zone, in their order."""
    return Department.objects.filter(zone_id=user.zone_id)


def squads_for(user: User) -> models.QuerySet[Squad]:
    """Return the squads of the user's zone."""
    return Squad.objects.filter(zone_id=user.zone_id).select_related("department")


def rates_on(zone: Zone, day: date) -> dict[str, Decimal]:
    """Return yuan for one unit of each currency on a day: the latest rate not after it."""
    rates: dict[str, Decimal] = {"CNY": Decimal(1)}
    for rate in ExchangeRate.objects.filter(zone=zone, on__lte=day).order_by("on"):
        rates[rate.currency] = rate.cny
    return rates
