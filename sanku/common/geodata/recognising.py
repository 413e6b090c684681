"""Tell files of geodata from others, by what they hold; every file handed in is asked, so no library of shapes is loaded."""

import codecs
import os
import re
import struct
import zipfile
from pathlib import Path

HEAD_BYTES = 65_536
_ARCHIVED = {".shp", ".dbf", ".shx", ".kml", ".geojson", ".gpkg"}
_GEOJSON = re.compile(
    rb'"type"\s*:\s*"(?:FeatureCollection|Feature|Polygon|MultiPolygon|GeometryCollection|Point|LineString|MultiPoint|MultiLineString)"'
)


def is_geodata(path: str | os.PathLike[str]) -> bool:
    """Return whether a file holds geodata, by what it holds, not by what it is called."""
    with open(path, "rb") as stream:
        head = text_head(stream.read(HEAD_BYTES))
    if head.startswith((b"SQLite format 3\0", b"\0\0\x27\x0a")):
        return True
    if head.startswith(b"PK"):
        return any(Path(name).suffix.lower() in _ARCHIVED for name in _names(path))
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<"):
        return b"<kml" in head or b":kml" in head
    return start.startswith(b"{") and bool(_GEOJSON.search(head))


def text_head(head: bytes) -> bytes:
    """Return the beginning of a file in UTF-8 where it is UTF-16 and says so, as it is otherwise."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "ignore").encode()
    return head


def _names(path: str | os.PathLike[str]) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        return []
