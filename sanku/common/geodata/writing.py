"""Write parcels to shapefiles (a zip of all parts), GeoPackage, KML and GeoJSON, in the coordinate system asked for."""

import json
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyogrio.raw
import shapely

from sanku.common.geodata.names import Form
from sanku.common.geodata.systems import Shapes, from_wgs84, wkt_of

_DRIVERS = {"shp": "ESRI Shapefile", "gpkg": "GPKG", "kml": "KML", "geojson": "GeoJSON"}
_NAMED = {"wgs84": "WGS-84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
_CODES = {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490"}


def write_parcels(
    shapes: Shapes, fields: Sequence[tuple[str, str, Sequence[Any]]], *, form: Form, system: str, name: str
) -> IO[bytes]:
    """Write parcels given in WGS-84 to a file of its own; `fields` are (name, name of at most 10 letters, values).

    Texts are UTF-8 everywhere, and a shapefile says so in its .cpg.
    """
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory(prefix="sanku-parcels-") as folder:
        path = Path(folder) / f"parcels.{form}"
        _write(path, from_wgs84(shapes, system), fields, form, system, name)
        if form == "shp":
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(Path(folder).iterdir()):
                    archive.write(part, f"{name}{part.suffix}")
        else:
            with path.open("rb") as written:
                shutil.copyfileobj(written, file)
    file.seek(0)
    return file


def _write(
    path: Path,
    shapes: Shapes,
    fields: Sequence[tuple[str, str, Sequence[Any]]],
    form: Form,
    system: str,
    name: str,
) -> None:
    names = [short if form == "shp" else long for long, short, _values in fields]
    crs = (
        None
        if form in ("kml", "geojson")
        else _CODES.get(system) or (system.upper() if system.startswith("epsg:") else wkt_of(system))
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that no coordinate system is written where the format has no place for it
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array([shapely.multipolygons(shapely.get_parts(one)) for one in shapes])),
            [_column(values) for _long, _short, values in fields],
            names,
            layer=name,
            driver=_DRIVERS[form],
            geometry_type="MultiPolygon",
            crs=crs,
            **({"encoding": "UTF-8"} if form == "shp" else {}),
        )
    if form == "geojson":
        _say_system(path, system)


def _column(values: Sequence[Any]) -> Any:
    if any(isinstance(value, str) for value in values):
        return np.array(["" if value is None else str(value) for value in values], dtype=object)
    return np.array([np.nan if value is None else float(value) for value in values])


def _say_system(path: Path, system: str) -> None:
    """Say in a GeoJSON file in which system it is: the format itself knows WGS-84 alone."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("crs", None)
    said = {"type": content.pop("type"), "coordinate_system": _NAMED[system], **content}
    path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
