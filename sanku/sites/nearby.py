"""The parcels that lie where another is drawn or read, as shapes."""

from typing import Any, NamedTuple

import numpy as np

from sanku.accounts.models import User, Zone
from sanku.sites.models import Site
from sanku.sites.shapes import Shapes, shape_of


class Parcels(NamedTuple):
    """Carriers with a boundary, in step: their ids, numbers, names and shapes."""

    ids: list[int]
    codes: list[str]
    names: list[str]
    shapes: Shapes

    def label(self, at: int) -> str:
        """Return what a parcel is called: its number, else its name."""
        return self.codes[at] or self.names[at]


Bounds = tuple[float, float, float, float]


def parcels_of(user: User, bounds: Bounds | None = None) -> Parcels:
    """Return the parcels of the user's zone, or those whose position lies near bounds (degrees, WGS-84)."""
    sites = Site.objects.filter(zone_id=user.zone_id, removed_at=None, boundary__isnull=False)
    rows = sites.order_by("pk").values_list("pk", "code", "name", "boundary")
    ids, codes, names, shapes = [], [], [], []
    for pk, code, name, boundary in rows.iterator(2_000):
        shape = shape_of(boundary)
        if bounds is None or _meets(shape.bounds, bounds):
            ids.append(pk)
            codes.append(code)
            names.append(name)
            shapes.append(shape)
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return Parcels(ids, codes, names, found)


def _meets(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def zone_shape(zone: Zone) -> Any:
    """Return the zone's own boundary as a shape, None where none is set."""
    return shape_of(zone.boundary)
