"""Reading companies, contacts and target clients within the caller's scope."""

from django.db import models
from django.db.models import Q

from sanku.accounts.models import User
from sanku.companies.models import Company, Contact, Target, Touch


def companies_for(user: User) -> models.QuerySet[Company]:
    """Return the companies of the user's zone: their identity is open to all staff."""
    return Company.objects.filter(zone_id=user.zone_id, removed_at=None)


def targets_for(user: User) -> models.QuerySet[Target]:
    """Return the target clients that the user may see: those of his department, or all."""
    targets = Target.objects.filter(zone_id=user.zone_id, removed_at=None)
    if user.sees_all:
        return targets
    if user.department_id is None:
        return targets.none()
    return targets.filter(department_id=user.department_id)


def contacts_for(user: User) -> models.QuerySet[Contact]:
    """Return the contacts that the user may see: his department's, those of units he answers for, or all."""
    contacts = Contact.objects.filter(zone_id=user.zone_id, removed_at=None)
    return contacts if user.sees_all else contacts.filter(_held_by(user))


def touches_for(user: User) -> models.QuerySet[Touch]:
    """Return the touches that the user may see, by the same rule as contacts."""
    touches = Touch.objects.filter(zone_id=user.zone_id, removed_at=None)
    return touches if user.sees_all else touches.filter(_held_by(user))


def _held_by(user: User) -> Q:
    answered = Q(company__responsible_leader_id=user.pk) | Q(company__service_officer_id=user.pk)
    return answered | Q(department_id=user.department_id) if user.department_id is not None else answered
