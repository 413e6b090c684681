"""Carriers as parcels for other programs: what goes into the file, under names that come in again."""

from collections.abc import Callable, Sequence
from typing import IO, Any

import numpy as np

from sanku.common.areas import m2_to_mu
from sanku.common.geodata.names import Form
from sanku.common.geodata.writing import write_parcels
from sanku.sites.models import Site, SiteStatus
from sanku.sites.shapes import shape_of

MOST_PARCELS = 20_000


def _mu(name: str) -> Callable[[Site], float | None]:
    def read(site: Site) -> float | None:
        value = getattr(site, name)
        return None if value is None else round(float(m2_to_mu(value)), 4)

    return read


# What a field is called in a file, in the ten letters of a shapefile, and what it holds.
FIELDS: tuple[tuple[str, str, Callable[[Site], Any]], ...] = (
    ("地块编号", "DKBH", lambda site: site.code),
    ("名称", "DKMC", lambda site: site.name),
    ("载体类型", "LX", lambda site: str(site.get_kind_display())),
    ("面积（亩）", "MJ_MU", _mu("area_total_m2")),
    ("剩余面积（亩）", "SYMJ_MU", _mu("area_free_m2")),
    ("土地用途", "TDYT", lambda site: site.zoning),
    ("容积率", "RJL", lambda site: site.plot_ratio),
    ("坐落", "TDZL", lambda site: site.address),
    ("园区名称", "YQMC", lambda site: site.park),
    ("权利人", "QLR", lambda site: site.owner_name),
    ("状态", "ZT", lambda site: str(SiteStatus(site.status_now).label)),
    ("备注", "BZ", lambda site: site.note),
)


def parcels_file(sites: Sequence[Site], *, form: Form, system: str, name: str) -> IO[bytes]:
    """Write carriers that have a boundary."""
    shapes = np.empty(len(sites), dtype=object)
    for at, site in enumerate(sites):
        shapes[at] = shape_of(site.boundary)
    fields = [(long, short, [read(site) for site in sites]) for long, short, read in FIELDS]
    return write_parcels(shapes, fields, form=form, system=system, name=name)
