"""The filters of the project library."""

from decimal import Decimal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import Department, Sector, User
from sanku.accounts.queries import departments_for
from sanku.accounts.rules import Role
from sanku.common import display
from sanku.library import cells
from sanku.library.specs import Filter
from sanku.projects.cells import ENDS
from sanku.projects.models import EnvironmentalClass, MoneyOrigin, Stage
from sanku.projects.queries import answered_by, projects_within
from sanku.projects.rules import end_of_week, overdue_starts

YI = Decimal(100_000_000)
AT_WORK = ~Q(stage__in=list(ENDS))


def _departments(user: User) -> list[tuple[str, str]]:
    """Return the departments to choose from: none for those who see one department alone."""
    if user.role == Role.PROMOTION:
        return []
    sector = departments_for(user).filter(kind=Department.Kind.SECTOR)
    return [(str(department.pk), str(department)) for department in sector]


def _overdue(user: User, values: list[str]) -> Q:
    today = timezone.localdate()
    late = Q(next_action_on__lt=today)
    for stage, start in overdue_starts(on=today).items():
        late |= Q(stage=stage.value, stage_on__lte=start)
    return AT_WORK & late


def _this_week(user: User, values: list[str]) -> Q:
    return AT_WORK & Q(next_action_on__lte=end_of_week(timezone.localdate()))


def _area_scale(user: User) -> Decimal:
    return Decimal(1) if user.zone.area_unit == "m2" else Decimal(2000) / 3


FILTERS = [
    Filter("stage", _("Stage"), "multi", "stage", options=lambda user: Stage.choices),
    Filter("department", _("Department"), "multi", "department", options=_departments),
    Filter("sector", _("Sector"), "multi", "sector", options=lambda user: Sector.choices),
    Filter("investment", _("Planned investment"), "range", "investment_cny", scale=YI, unit=cells.YI),
    Filter(
        "land",
        _("Land"),
        "range",
        "land_m2",
        scale=_area_scale,
        unit=lambda user: display.area_unit(user.zone.area_unit),
    ),
    Filter("major", _("Major project"), "flag", "is_major"),
    Filter("mine", _("My projects"), "flag", "lead", condition=lambda user, values: answered_by(user)),
    Filter(
        "overdue",
        _("Overdue"),
        "flag",
        "stage_on",
        condition=_overdue,
        help=_("the stage is past its limit, or the next step past its date"),
    ),
    Filter(
        "week",
        _("To move this week"),
        "flag",
        "next_action_on",
        condition=_this_week,
        help=_("next step due until Sunday, late ones too"),
    ),
    Filter("next", _("Date of the next step"), "date_range", "next_action_on"),
    Filter("signed", _("Signed on"), "date_range", "signed_on"),
    Filter(
        "origin", _("Origin of the money"), "multi", "money_origin", options=lambda user: MoneyOrigin.choices
    ),
    Filter(
        "environmental",
        _("Environmental class"),
        "multi",
        "environmental_class",
        options=lambda user: EnvironmentalClass.choices,
    ),
    Filter("high_energy", _("High energy use or emissions"), "flag", "is_high_energy"),
    Filter("unverified", _("Opening entry, not verified"), "flag", "is_unverified"),
    Filter("within", _("Drawn on the map"), "area", "id", condition=projects_within),
]
