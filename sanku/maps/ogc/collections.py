"""What is served as layers, and how a record becomes a feature."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from shapely import box, from_geojson, intersects
from shapely.errors import GEOSException

from sanku.companies.library import COMPANIES
from sanku.library.plain import Json, record_json
from sanku.library.specs import Library, Reader
from sanku.projects.library import PROJECTS
from sanku.sites.library import SITES

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Reference systems whose axes are latitude, longitude. CGCS2000 (4490) and WGS-84 differ by centimetres.
LATITUDE_FIRST = (
    "http://www.opengis.net/def/crs/EPSG/0/4326",
    "http://www.opengis.net/def/crs/EPSG/0/4490",
)
CRS = (CRS84, *LATITUDE_FIRST)


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in degrees; west beyond east where it crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def parts(self) -> tuple["Box", ...]:
        """The box, or its two halves where it crosses the 180th meridian."""
        if self.west <= self.east:
            return (self,)
        return (Box(self.west, self.south, 180, self.north), Box(-180, self.south, self.east, self.north))


def point_of(record: Any) -> Json | None:
    """Return a record's position as a GeoJSON point, None where it is not known."""
    if record.lon is None or record.lat is None:
        return None
    return {"type": "Point", "coordinates": [record.lon, record.lat]}


def shape_of(site: Any) -> Json | None:
    """Return a carrier's boundary, its position where it has none, None where neither is known."""
    return site.boundary or point_of(site)


def points_in(records: models.QuerySet[Any], inside: Box) -> models.QuerySet[Any]:
    """Return the records whose position is in a box."""
    return records.filter(_in(inside))


def _in(inside: Box) -> Q:
    found = Q()
    for part in inside.parts:
        found |= Q(lon__gte=part.west, lon__lte=part.east, lat__gte=part.south, lat__lte=part.north)
    return found


def shapes_in(records: models.QuerySet[Any], inside: Box) -> models.QuerySet[Any]:
    """Return the carriers whose boundary, or whose position where they have none, meets a box."""
    with_boundary = records.filter(boundary__isnull=False).order_by()
    windows = [box(part.west, part.south, part.east, part.north) for part in inside.parts]
    met = [
        pk
        for pk, boundary in with_boundary.values_list("pk", "boundary").iterator(2_000)
        if any(_meets(boundary, window) for window in windows)
    ]
    return records.filter(Q(_in(inside), boundary__isnull=True) | Q(pk__in=met))


def _meets(boundary: Json, window: Any) -> bool:
    try:
        return bool(intersects(from_geojson(json.dumps(boundary)), window))
    except GEOSException:
        return False


def nowhere(records: models.QuerySet[Any], inside: Box) -> models.QuerySet[Any]:
    """Return no record: they have no position of their own."""
    return records.none()


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection: the library, what its features look like, and which of them are in a box."""

    library: Library
    geometry: str  # the schema's word for it: "point", "any" or "" for none
    geometry_of: Callable[[Any], Json | None]
    within: Callable[[models.QuerySet[Any], Box], models.QuerySet[Any]]


LAYERS: Mapping[str, Layer] = {
    "companies": Layer(COMPANIES, "point", point_of, points_in),
    "carriers": Layer(SITES, "any", shape_of, shapes_in),
    "projects": Layer(PROJECTS, "", lambda project: None, nowhere),
}


def feature(layer: Layer, record: Any, reader: Reader, *, latitude_first: bool) -> Json:
    """Return a record as a GeoJSON feature. Its properties are those that its page shows; no contacts."""
    geometry = layer.geometry_of(record)
    properties = record_json(layer.library, record, reader)
    for name in ("id", "boundary"):
        properties.pop(name, None)
    if geometry is not None and latitude_first:
        geometry = {**geometry, "coordinates": _turned(geometry["coordinates"])}
    return {"type": "Feature", "id": record.pk, "geometry": geometry, "properties": properties}


def _turned(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [coordinates[1], coordinates[0], *coordinates[2:]]
    return [_turned(part) for part in coordinates]
