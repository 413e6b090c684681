"""Read shapefiles (zipped, with all their parts), GeoPackage, KML, KMZ and GeoJSON into layers of plain rows and shapes.

What a file is is found by what it holds. It is copied into a folder of its own, under a name of ours and with only the
parts that belong to it, before GDAL opens it: nothing in it leads anywhere else.
"""

import codecs
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from sanku.common.geodata.dbf import encoding_of, end_names_whole
from sanku.common.geodata.model import LayerSheet
from sanku.common.geodata.recognising import HEAD_BYTES, text_head
from sanku.common.geodata.systems import wkt_of
from sanku.common.sheets import Book, Refused, Value
from sanku.common.sheets.delimited import decode
from sanku.common.sheets.limits import MAX_FILE_BYTES, MAX_ROWS, MAX_SHEETS, Budget, check_archive

MOST_VERTICES = 20_000_000
_BLOCK_BYTES = 1 << 20
_MARKUP = re.compile(
    r"</?(?:br|p|b|i|div|span|font|table|tr|td|th|ul|li|a|img|html|h\d)\b[^<>]*>", re.IGNORECASE
)
_DECLARED_ENCODING = re.compile(rb"\s*(<\?xml[^>]*?encoding=[\"'])([^\"']*)")
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# What the reader of KML adds to every placemark.
_KML_OWN = frozenset(
    "id timestamp begin end altitudemode tessellate extrude visibility draworder icon snippet".split()
)
_STATED_CRS = re.compile(rb'"crs"\s*:\s*\{')
_OWN = {b"GCJ-02": "gcj02", b"BD-09": "bd09", b"CGCS2000": "cgcs2000", b"WGS-84": "wgs84"}
_OWN_CRS = re.compile(rb'"coordinate_system"\s*:\s*"(GCJ-02|BD-09|CGCS2000|WGS-84)"')


def open_geodata(path: str | os.PathLike[str]) -> Book:
    """Read every layer of a file of geodata.

    Raises:
        Refused: damaged, too large, a shapefile without all its parts (`shapefile_parts`, detail: which is missing),
            or nothing in it is an area (`no_area`).
    """
    if os.path.getsize(path) > MAX_FILE_BYTES:
        raise Refused("expands_too_far", "file")
    with tempfile.TemporaryDirectory(prefix="sanku-geodata-") as folder:
        sheets: list[LayerSheet] = []
        budget = Budget()
        for file, name in _unpacked(os.fspath(path), Path(folder)):
            sheets += _layers(file, name, budget)
            if len(sheets) > MAX_SHEETS:
                raise Refused("expands_too_far", "layers")
    if not any(_areas(sheet) for sheet in sheets):
        raise Refused("no_area" if any(len(sheet.shapes) for sheet in sheets) else "no_parcel")
    return Book("geodata", list(sheets))


def _areas(sheet: LayerSheet) -> bool:
    # 3 and 6 are polygons and multipolygons; 7 is a collection, in which there may be some.
    return bool(np.isin(shapely.get_type_id(sheet.shapes), (3, 6, 7)).any())


# --- from what was handed in to files of our own


def _unpacked(path: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield files that GDAL may open, each with what it is called."""
    with open(path, "rb") as stream:
        head = text_head(stream.read(HEAD_BYTES))
    if head.startswith(b"PK"):
        yield from _unzipped(path, folder)
        return
    if head.startswith(b"\0\0\x27\x0a"):
        raise Refused("shapefile_parts", ".dbf")
    suffix = ".gpkg" if head.startswith(b"SQLite") else ".kml" if b"<" in head[:16] else ".geojson"
    own = folder / f"layer{suffix}"
    shutil.copyfile(path, own)
    yield own, ""


def _unzipped(path: str, folder: Path) -> Iterator[tuple[Path, str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
            yield from _members(archive, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Refused("corrupt", "zip") from error


def _members(archive: zipfile.ZipFile, folder: Path) -> Iterator[tuple[Path, str]]:
    shapefiles: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for number, part in enumerate(archive.infolist()):
        name = _name_of(part)
        stem, suffix = os.path.splitext(name)
        if part.is_dir() or "__MACOSX" in name or Path(name).name.startswith("."):
            continue
        if suffix.lower() in _PARTS:
            shapefiles.setdefault(stem.lower(), {"name": part})[suffix.lower()] = part
        elif suffix.lower() in (".kml", ".geojson", ".gpkg"):
            own = folder / f"file{number}{suffix.lower()}"
            _extract(archive, part, own)
            yield own, "" if Path(stem).name.lower() == "doc" else Path(stem).name
    for number, parts in enumerate(shapefiles.values()):
        if not {".shp", ".shx", ".dbf"} & parts.keys():
            continue
        for suffix in (".shp", ".dbf", ".shx"):
            if suffix not in parts:
                raise Refused("shapefile_parts", Path(_name_of(parts["name"])).stem + suffix)
        for suffix in _PARTS:
            if suffix in parts:
                _extract(archive, parts[suffix], folder / f"shape{number}{suffix}")
        yield folder / f"shape{number}.shp", Path(_name_of(parts["name"])).stem


def _name_of(part: zipfile.ZipInfo) -> str:
    """Return what a part is called: archives made in China often hold names in GBK without saying so."""
    name = part.filename
    if not part.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/")


def _extract(archive: zipfile.ZipFile, part: zipfile.ZipInfo, own: Path) -> None:
    with archive.open(part) as source, open(own, "wb") as target:
        shutil.copyfileobj(source, target)


# --- layers


def _layers(path: Path, name: str, budget: Budget) -> Iterator[LayerSheet]:
    encoding = None
    if path.suffix == ".shp":
        encoding = encoding_of(path)
        end_names_whole(path.with_suffix(".dbf"), encoding)
        path.with_suffix(".cpg").unlink(missing_ok=True)  # what it said has been weighed
    elif path.suffix in (".kml", ".geojson"):
        _make_utf8(path)
        if path.suffix == ".kml":
            _refuse_entities(path)
    try:
        found = pyogrio.list_layers(path)
        for layer, kind in found:
            if kind is not None:  # a table without shapes is none of ours
                sheet = _layer(path, str(layer), name, encoding, budget)
                if len(sheet.shapes):  # a folder of KML that only holds others is a layer too, an empty one
                    yield sheet
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeError, ValueError) as error:
        raise Refused("corrupt", path.suffix[1:]) from error


def _make_utf8(path: Path) -> None:
    """Write KML or GeoJSON of another encoding anew in UTF-8: GDAL reads no other."""
    content = path.read_bytes()
    declares = _DECLARED_ENCODING.match(content)
    is_utf8 = _is_utf8(content)
    if is_utf8 and (declares is None or declares[2].lower() in (b"utf-8", b"utf8")):
        return
    text = content.decode() if is_utf8 else decode(content)[0]
    if path.suffix == ".kml":
        text = re.sub(r"(<\?xml[^>]*?encoding=[\"'])[^\"']*", r"\1UTF-8", text, count=1)
    path.write_text(text.removeprefix("\ufeff"), encoding="utf-8")


def _is_utf8(content: bytes) -> bool:
    reader = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), _BLOCK_BYTES):
            reader.decode(content[start : start + _BLOCK_BYTES])
        reader.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_entities(path: Path) -> None:
    """Refuse markup that declares entities: it may expand without end, and no program writes it into KML."""
    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused("corrupt", "entities")


def _layer(path: Path, layer: str, name: str, encoding: str | None, budget: Budget) -> LayerSheet:
    info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    if info["features"] > MAX_ROWS:
        raise Refused("expands_too_far", "rows")
    meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    fields = [str(field) for field in meta["fields"]]
    if path.suffix == ".kml":
        kept = [at for at, field in enumerate(fields) if field.lower() not in _KML_OWN]
        fields, columns = [fields[at] for at in kept], [columns[at] for at in kept]
    shapes = _shapes(wkb, info["features"])
    if int(shapely.get_num_coordinates(shapes).sum()) > MOST_VERTICES:
        raise Refused("expands_too_far", "vertices")
    declared, is_stated = _declared(path, meta["crs"])
    sheet = LayerSheet(
        name or (layer if path.suffix in (".gpkg", ".kml") else None),
        shapes=shapes,
        declared=declared,
        is_stated=is_stated,
        had_heights=str(meta["geometry_type"] or "").endswith(("Z", "ZM")),
    )
    budget.put(sheet, 1, list(fields) or ["—"])
    values = [_values(column) for column in columns]
    if path.suffix == ".kml":
        values = [[_without_markup(one) for one in column] for column in values]
    for number in range(len(shapes)):
        budget.put(sheet, number + 2, [column[number] for column in values])
        sheet.rows.setdefault(number + 2, [])  # a shape without attributes is a row all the same
    return sheet


def _shapes(wkb: Any, count: int) -> Any:
    if wkb is None:
        return np.full(count, None, dtype=object)
    return np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)


def _declared(path: Path, crs: str | None) -> tuple[str, bool]:
    """Return the coordinate system of a layer, and whether the file says so itself or only its format does."""
    if path.suffix in (".shp", ".gpkg"):
        return crs or "", bool(crs)
    if path.suffix == ".kml":
        return "EPSG:4326", False
    content = path.read_bytes()
    own = _OWN_CRS.search(content)
    if own:
        return wkt_of(_OWN[own[1]]), True
    return crs or "", bool(_STATED_CRS.search(content))


def _values(column: Any) -> list[Value]:
    """Return a column of attributes as plain values."""
    if column.dtype.kind == "M":
        return [None if np.isnat(one) else one.astype("datetime64[us]").item() for one in column]
    return [_value(one) for one in column.tolist()]


def _without_markup(value: Value) -> Value:
    """Return a text of KML without the markup that map programs lay it out with in a balloon."""
    if not isinstance(value, str) or not _MARKUP.search(value):
        return value
    lines = re.sub(r"<(?:br|/p|/tr|/div|/li|/h\d)\b[^>]*>", "\n", value, flags=re.IGNORECASE)
    cells = re.sub(r"</t[dh]\b[^>]*>", " ", lines, flags=re.IGNORECASE)
    plain = unescape(_MARKUP.sub("", cells))
    return "\n".join(words for line in plain.splitlines() if (words := " ".join(line.split()))) or None


def _value(one: Any) -> Value:
    if one is None or (isinstance(one, float) and one != one):
        return None
    if isinstance(one, str):
        return one.strip("\0 ") or None
    if isinstance(one, bool | int | float | datetime):
        return one
    if isinstance(one, bytes):
        return None
    return "、".join(str(item) for item in one) if isinstance(one, list) else str(one)
