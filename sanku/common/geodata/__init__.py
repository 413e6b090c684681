"""Parcels as files: reading and writing shapefiles, GeoPackage, KML and GeoJSON, and their coordinate systems."""

from sanku.common.geodata.model import LayerSheet
from sanku.common.geodata.reading import is_geodata, open_geodata

__all__ = ["LayerSheet", "is_geodata", "open_geodata"]
