"""The parcels that lie where another is drawn or read, as shapes."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np

from sanku.accounts.models import User, Zone
from sanku.common.extents import Box
from sanku.sites.models import Site
from sanku.sites.queries import sites_in
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


Bounds = tuple[float, float, float, float]  # west, south, east, north


def parcels_of(user: User, bounds: Bounds | None = None, *, without: Collection[int] = ()) -> Parcels:
    """Return the parcels of the user's zone, or those whose extent meets bounds (degrees, WGS-84); some may be left out."""
    sites = Site.objects.filter(zone_id=user.zone_id, removed_at=None, boundary__isnull=False)
    if bounds is not None:
        sites = sites.filter(sites_in(Box(*bounds)))
    rows = sites.order_by("pk").values_list("pk", "code", "name", "boundary")
    ids, codes, names, shapes = [], [], [], []
    for pk, code, name, boundary in rows.iterator(2_000):
        if pk not in without:
            ids.append(pk)
            codes.append(code)
            names.append(name)
            shapes.append(shape_of(boundary))
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return Parcels(ids, codes, names, found)


def zone_shape(zone: Zone) -> Any:
    """Return the zone's own boundary as a shape, None where none is set."""
    return shape_of(zone.boundary)
