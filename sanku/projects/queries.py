"""Reading projects within the caller's scope."""

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from sanku.accounts.models import User
from sanku.accounts.rules import Role
from sanku.audit.models import Action
from sanku.audit.queries import timeline
from sanku.common.extents import Box
from sanku.common.names import core_name
from sanku.companies.models import Company, CompanyName
from sanku.companies.queries import companies_in
from sanku.projects.models import Project
from sanku.projects.rules import ALIKE_PERCENT, Spell, Stage, core_of, spells_of, stages_seen

ON_MAP = Q(lon__isnull=False) | Q(investor__lon__isnull=False)
# The columns from which a project's place follows.
POSITION = ("lon", "lat", "investor__lon", "investor__lat")
MOST_ALIKE = 10
MOST_COMPARED = 200


def projects_for(user: User, *, removed: bool = False) -> models.QuerySet[Project]:
    """Return the projects that the user may see.

    All for those who see all; else those of the user's promotion department, those in the stages of the
    user's group, and those the user answers for.
    """
    projects = Project.objects.filter(zone_id=user.zone_id, removed_at__isnull=not removed)
    if user.sees_all:
        return projects
    mine = answered_by(user)
    if user.role == Role.PROMOTION:
        return projects.filter(mine | Q(department_id=user.department_id))
    if stages := stages_seen(user.role):
        return projects.filter(mine | Q(stage__in=stages))
    if user.role in (Role.LEADER, Role.SERVICE):
        return projects.filter(mine)
    return projects.none()


def projects_in(user: User, box: Box) -> Q:
    """Return the condition of the projects that lie in a box, or whose investor does where they have no position."""
    investors = Company.objects.filter(companies_in(box), zone_id=user.zone_id)
    return companies_in(box) | Q(lon=None, investor__in=investors.values("pk"))


def projects_within(user: User, values: list[str]) -> Q:
    """Return the condition of the user's projects that lie in a drawn shape."""
    from sanku.common.shapes import box_of, points_in, read_shape  # loads the libraries of shapes

    drawn = read_shape(values[0])
    if drawn is None:
        return Q()
    near = projects_for(user).filter(projects_in(user, box_of(drawn)))
    found = [(pk, place_of(row)) for pk, *row in near.values_list("pk", *POSITION)]
    here = points_in(drawn, [lon for _pk, (lon, lat) in found], [lat for _pk, (lon, lat) in found])
    return Q(pk__in=[pk for (pk, _place), inside in zip(found, here.tolist(), strict=True) if inside])


def place_of(position: Sequence[float]) -> tuple[float, float]:
    """Return longitude and latitude from the columns of POSITION."""
    own_lon, own_lat, lon, lat = position
    return (lon, lat) if own_lon is None else (own_lon, own_lat)


def answered_by(user: User) -> Q:
    """Return the condition of the projects that the user leads or answers for."""
    return Q(lead_id=user.pk) | Q(responsible_leader_id=user.pk) | Q(service_officer_id=user.pk)


def company_projects(user: User, company: Company) -> models.QuerySet[Project]:
    """Return the projects of a company that the user may see, the latest stage first."""
    projects = projects_for(user).filter(investor=company)
    return projects.select_related("department", "lead").order_by("-stage_on", "-id")


def planned_cny(projects: models.QuerySet[Project]) -> object:
    """Return the sum of the planned investment in yuan, None where no amount is known."""
    return projects.aggregate(sum=Sum("investment_cny"))["sum"]


def stage_history(user: User, project: Project) -> list[Spell]:
    """Return the stages that a project has been in, from its ledger, oldest first."""
    entries = timeline(user, project).filter(action__in=(Action.CREATE, Action.UPDATE)).order_by("number")
    happened: list[tuple[date, dict[str, str]]] = []
    for action, at, changes in entries.values_list("action", "at", "changes"):
        # A new record's entry leaves out what is as by default.
        values = {"stage": Stage.LEAD.value} if action == Action.CREATE else {}
        values |= {change["field"]: change["new"] for change in changes}
        if "stage" in values or "stage_on" in values:
            happened.append((timezone.localdate(at), values))
    return spells_of(happened)


def similar_projects(user: User, name: str, investor: str = "") -> list[tuple[Project, str, bool]]:
    """Return projects that may be the one being entered: each with why, and whether the user may see more of it.

    By an equal core of the name; or of the same investor and with a similar name. They come from the whole zone:
    another department's projects are known to all by name and holder, so that nobody courts one client twice.
    """
    core = core_of(name)
    if len(core) < 2:
        return []
    zone = Project.objects.filter(zone_id=user.zone_id, removed_at=None).select_related(
        "department", "investor"
    )
    reasons = {project: _("same core name") for project in zone.filter(core=core)[:MOST_ALIKE]}
    for project in _of_investor(zone, user, investor.strip()):
        if project not in reasons and fuzz.ratio(core, project.core) >= ALIKE_PERCENT:
            reasons[project] = _("same investor, similar name")
    found = list(reasons.items())[:MOST_ALIKE]
    open_to = projects_for(user).filter(pk__in=[project.pk for project, _why in found])
    visible = set(open_to.values_list("pk", flat=True))
    return [(project, why, project.pk in visible) for project, why in found]


def _of_investor(zone: models.QuerySet[Project], user: User, investor: str) -> list[Project]:
    """Return the projects whose investor goes by a name: as a company, or as it was written."""
    if not investor:
        return []
    core = core_name(investor)
    named = CompanyName.objects.filter(zone_id=user.zone_id, core=core, company__removed_at=None)
    companies = list(named.values_list("company_id", flat=True)[:MOST_ALIKE]) if len(core) >= 2 else []
    # Two questions, as one with “or” would walk the whole library.
    linked = list(zone.filter(investor_id__in=companies)[:MOST_COMPARED]) if companies else []
    # “Not empty” is said so that the index of those that are not is used.
    return linked + list(zone.filter(~Q(investor_name=""), investor_name=investor)[:MOST_COMPARED])
