"""What lies on the map: a layer for each library, with where its records are and how they are told apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from sanku.accounts.models import User
from sanku.common.extents import Box
from sanku.companies import queries as companies
from sanku.companies.library import COMPANIES
from sanku.companies.target_library import TARGETS
from sanku.library.specs import Library
from sanku.projects import queries as projects
from sanku.projects.library import PROJECTS
from sanku.sites import queries as sites
from sanku.sites.library import SITES

Place = Callable[[Sequence[Any]], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Layer:
    """The records of a library on the map.

    `inside` gives the condition of those in a box, `placed` of those that are on the map at all. A record's place
    follows from the columns `position` by `place`; `kind` is the column or expression by which it is coloured,
    `label` the column of its name.
    """

    library: Library
    icon: str
    placed: Q
    inside: Callable[[User, Box], Q]
    position: Sequence[str]
    kind: Any
    label: str
    place: Place = lambda position: (position[0], position[1])
    has_areas: bool = False

    @property
    def name(self) -> str:
        """The name of its library, which it has in addresses too."""
        return self.library.name


def _middle(extent: Sequence[float]) -> tuple[float, float]:
    west, south, east, north = extent
    return (west + east) / 2, (south + north) / 2


# Which role a company has for the zone.
ROLE = Case(
    When(is_key=True, then=Value("key")),
    When(is_resident=True, then=Value("resident")),
    default=Value("other"),
    output_field=CharField(),
)
ROLES = [("key", _("Key enterprise")), ("resident", _("In the zone")), ("other", _("Elsewhere"))]

LAYERS = {
    layer.name: layer
    for layer in (
        Layer(
            SITES,
            "building-factory-2",
            sites.ON_MAP,
            lambda user, box: sites.sites_in(box),
            ("west", "south", "east", "north"),
            F("status_now"),
            "name",
            place=_middle,
            has_areas=True,
        ),
        Layer(
            PROJECTS,
            "briefcase",
            projects.ON_MAP,
            projects.projects_in,
            projects.POSITION,
            F("stage"),
            "name",
            place=projects.place_of,
        ),
        Layer(
            COMPANIES,
            "building",
            companies.ON_MAP,
            lambda user, box: companies.companies_in(box),
            ("lon", "lat"),
            ROLE,
            "name",
        ),
        Layer(
            TARGETS,
            "target",
            companies.TARGET_ON_MAP,
            lambda user, box: companies.companies_in(box, "company__"),
            ("company__lon", "company__lat"),
            F("status"),
            "company__name",
        ),
    )
}
SHOWN_AT_FIRST = ("sites", "projects")
