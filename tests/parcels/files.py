"""Files of invented parcels in every format and coordinate system."""

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from sanku.common.geodata.systems import from_wgs84, wkt_of

WEST, SOUTH = 116.69, 35.42
STEP = 0.002  # of a degree: about 180 by 220 m


def square(column: int = 0, row: int = 0, size: float = STEP) -> Any:
    """Return a square parcel in WGS-84, by its place in a grid."""
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + size, south + size)


def shapes(*found: Any) -> Any:
    """Return shapes as an array."""
    made = np.empty(len(found), dtype=object)
    made[:] = found
    return made


DRIVERS = {"shp": "ESRI Shapefile", "gpkg": "GPKG", "kml": "KML", "geojson": "GeoJSON"}


def layer(
    folder: Path,
    parcels: Any,
    fields: dict[str, Sequence[Any]],
    *,
    kind: str,
    system: str = "wgs84",
    crs: bool = True,
    encoding: str = "UTF-8",
    name: str = "dikuai",
    turned: bool = False,
) -> Path:
    """Write a layer in a coordinate system, as other programs do; with `crs` it says which one it is."""
    there = from_wgs84(parcels, system)
    if turned:
        there = shapely.transform(there, lambda points: points[:, ::-1])
    path = folder / f"{name}.{kind}"
    options = {"encoding": encoding} if kind == "shp" else {}
    pyogrio.raw.write(
        path,
        shapely.to_wkb(there),
        [
            np.array(list(values), dtype=object if isinstance(values[0], str) else None)
            for values in fields.values()
        ],
        list(fields),
        geometry_type="Unknown" if kind != "shp" else "Polygon",
        driver=DRIVERS[kind],
        crs=wkt_of(system) if crs and kind in ("shp", "gpkg") else None,
        **options,
    )
    return path


def content(parcels: Any, fields: dict[str, Sequence[Any]], *, kind: str = "shp", **options: Any) -> bytes:
    """Return the bytes of a file to hand in; a shapefile as a zip of its parts."""
    with tempfile.TemporaryDirectory() as folder:
        path = layer(Path(folder), parcels, fields, kind=kind, **options)
        return path.read_bytes() if kind != "shp" else zipped(path)


def zipped(*shapefiles: Path, without: Sequence[str] = ()) -> bytes:
    """Return a zip of shapefiles with all their parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for shapefile in shapefiles:
            for part in sorted(shapefile.parent.glob(f"{shapefile.stem}.*")):
                if part.suffix not in without:
                    archive.write(part, part.name)
    return made.getvalue()
