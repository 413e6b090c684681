"""Reading projects within the caller's scope."""

from django.db import models
from django.db.models import Q

from sanku.accounts.models import User
from sanku.accounts.rules import Role
from sanku.projects.models import Project
from sanku.projects.rules import stages_seen


def projects_for(user: User, *, removed: bool = False) -> models.QuerySet[Project]:
    """Return the projects that the user may see.

    All for those who see all; else those of the user's promotion department, those in the stages of the
    user's group, and those the user answers for.
    """
    projects = Project.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
    if user.sees_all:
        return projects
    mine = Q(lead_id=user.pk) | Q(responsible_leader_id=user.pk) | Q(service_officer_id=user.pk)
    if user.role == Role.PROMOTION:
        return projects.filter(mine | Q(department_id=user.department_id))
    if stages := stages_seen(user.role):
        return projects.filter(mine | Q(stage__in=stages))
    if user.role in (Role.LEADER, Role.SERVICE):
        return projects.filter(mine)
    return projects.none()
