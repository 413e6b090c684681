"""Reading companies, contacts and target clients within the caller's scope."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.common.names import core_name
from sanku.companies.models import Company, CompanyName, Contact, Target, Touch


def companies_for(user: User, *, removed: bool = False) -> models.QuerySet[Company]:
    """Return the companies of the user's zone: their identity is open to all staff."""
    return Company.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)


def targets_for(user: User, *, removed: bool = False) -> models.QuerySet[Target]:
    """Return the target clients that the user may see: those of his department, or all."""
    targets = Target.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
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


def similar_companies(user: User, name: str, uscc: str = "") -> list[tuple[Company, str, str]]:
    """Return companies that may be the one being entered: each with why, and which department follows it.

    By equal code, or by an equal core of name, short name or former name; at most ten.
    """
    core = core_name(name)
    reasons: dict[int, str] = {}
    if uscc:
        for pk in companies_for(user).filter(uscc=uscc.strip().upper()).values_list("pk", flat=True):
            reasons[pk] = _("same code")
    if len(core) >= 2:
        said = {"name": _("same core name"), "short": _("same short name"), "former": _("same former name")}
        named = CompanyName.objects.filter(zone_id=user.zone_id, core=core, company__removed_at=None)
        for pk, kind in named.values_list("company_id", "kind")[:10]:
            reasons.setdefault(pk, said[kind])
    # Which department follows a company is open to all (name and claim), the dealings are not.
    held = dict(
        Target.objects.filter(company__in=reasons, removed_at=None).values_list(
            "company_id", "department__short_name"
        )
    )
    companies = companies_for(user).filter(pk__in=reasons)
    return [
        (
            company,
            reasons[company.pk],
            _("followed by %(who)s") % {"who": held[company.pk]} if company.pk in held else "",
        )
        for company in companies
    ]
