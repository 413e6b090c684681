"""Parcels as files: reading and writing shapefiles, GeoPackage, KML and GeoJSON, and their coordinate systems.

The libraries behind it (GDAL, PROJ, GEOS, numpy) take some 110 MB. They are loaded where the first parcel is read or
written, so that a process that meets none stays small: modules that every process imports may import `names`,
`recognising` and this one, and import `reading`, `writing`, `systems` and `proposing` within functions.
"""

import os

from sanku.common.geodata.model import LayerSheet
from sanku.common.geodata.recognising import is_geodata
from sanku.common.sheets import Book

__all__ = ["LayerSheet", "is_geodata", "open_geodata"]


def open_geodata(path: str | os.PathLike[str]) -> Book:
    """Read every layer of a file of geodata; see `reading.open_geodata`."""
    from sanku.common.geodata import reading

    return reading.open_geodata(path)
