"""What is served as layers, and how a record becomes a feature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from django.db import models
from django.db.models import Q

from sanku.accounts.models import User
from sanku.common.extents import Box
from sanku.common.shapes import polygons_of
from sanku.companies import queries as companies
from sanku.companies.library import COMPANIES
from sanku.library.plain import Json, record_json
from sanku.library.specs import Library, Reader
from sanku.projects import queries as projects
from sanku.projects.library import PROJECTS
from sanku.sites import queries as sites
from sanku.sites.library import SITES

Records = models.QuerySet[Any]

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Reference systems whose axes are latitude, longitude. CGCS2000 (4490) and WGS-84 differ by centimetres.
LATITUDE_FIRST = (
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/4490",
)
CRS = (CRS84, *LATITUDE_FIRST)


@dataclass(frozen=True, slots=True)
class Window:
    """What a request's bbox covers: one box, or two where it crosses the 180th meridian."""

    parts: tuple[Box, ...]

    @classmethod
    def around(cls, west: float, south: float, east: float, north: float) -> "Window":
        """Return the window from west to east; west beyond east crosses the 180th meridian."""
        if west <= east:
            return cls((Box(west, south, east, north),))
        return cls((Box(west, south, 180, north), Box(-180, south, east, north)))

    def condition(self, of: Callable[[Box], Q]) -> Q:
        """Return the condition of what lies in any part, from the condition of one."""
        found = Q()
        for part in self.parts:
            found |= of(part)
        return found


def point(lon: float | None, lat: float | None) -> Json | None:
    """Return a GeoJSON point, None where the position is not known."""
    return None if lon is None or lat is None else {"type": "Point", "coordinates": [lon, lat]}


def shape_of(site: Any) -> Json | None:
    """Return a carrier's boundary, its position where it has none, None where neither is known."""
    return site.boundary or point(site.lon, site.lat)


def place_of(project: Any) -> Json | None:
    """Return where the map places a project: its own position, else its investor's."""
    investor = project.investor
    return point(project.lon, project.lat) or (investor and point(investor.lon, investor.lat))


def companies_in(records: Records, user: User, window: Window) -> Records:
    """Return the companies whose position is in a window."""
    return records.filter(window.condition(companies.companies_in))


def projects_in(records: Records, user: User, window: Window) -> Records:
    """Return the projects that the map places in a window."""
    return records.filter(window.condition(lambda part: projects.projects_in(user, part)))


def sites_in(records: Records, user: User, window: Window) -> Records:
    """Return the carriers whose boundary, or whose position where they have none, meets a window."""
    near = records.filter(window.condition(sites.sites_in))
    grounds = list(near.filter(boundary__isnull=False).order_by().values_list("pk", "boundary"))
    windows = shapely.union_all(
        [shapely.box(part.west, part.south, part.east, part.north) for part in window.parts]
    )
    shapes = polygons_of([ground for _pk, ground in grounds])
    apart = ~shapely.intersects(windows, shapes)
    return near.exclude(
        pk__in=[pk for (pk, _ground), away in zip(grounds, apart.tolist(), strict=True) if away]
    )


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection: the library, what its features look like, and which of them are in a box."""

    library: Library
    geometry: str  # the schema's word for it: "point" or "any"
    geometry_of: Callable[[Any], Json | None]
    within: Callable[[Records, User, Window], Records]


LAYERS: Mapping[str, Layer] = {
    "companies": Layer(COMPANIES, "point", lambda company: point(company.lon, company.lat), companies_in),
    "carriers": Layer(SITES, "any", shape_of, sites_in),
    "projects": Layer(PROJECTS, "point", place_of, projects_in),
}


def feature(layer: Layer, record: Any, reader: Reader, crs: str) -> Json:
    """Return a record as a GeoJSON feature. Its properties are those that its page shows; no contacts."""
    geometry = layer.geometry_of(record)
    properties = record_json(layer.library, record, reader)
    for name in ("id", "boundary"):
        properties.pop(name, None)
    # Clients tell a column's type by its first figures: whole ones among amounts would make it one of short integers.
    properties |= {
        name: float(value)
        for name, value in properties.items()
        if isinstance(value, int) and isinstance(getattr(record, name, None), Decimal)
    }
    if geometry is not None and crs in LATITUDE_FIRST:
        geometry = {**geometry, "coordinates": _turned(geometry["coordinates"])}
    return {"type": "Feature", "id": record.pk, "geometry": geometry, "properties": properties}


def _turned(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [coordinates[1], coordinates[0], *coordinates[2:]]
    return [_turned(part) for part in coordinates]
