"""Files that belong together: the parts of a shapefile, dropped side by side, are handed in as one."""

import os
import tempfile
import zipfile
from collections.abc import Iterable
from typing import Any

from django.core.files import File

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
STEP_BYTES = 1 << 20


def joined(files: Iterable[Any]) -> list[tuple[str, "File[bytes]"]]:
    """Return files to hand in with their names; parts of one shapefile become a zip."""
    found: list[tuple[str, File[bytes]]] = []
    shapefiles: dict[str, list[Any]] = {}
    for file in files:
        stem, suffix = os.path.splitext(file.name or "")
        if suffix.lower() in PARTS:
            shapefiles.setdefault(stem, []).append(file)
        else:
            found.append((file.name or "", file))
    return found + [(f"{stem}.zip", _zipped(parts)) for stem, parts in shapefiles.items()]


def _zipped(parts: Iterable[Any]) -> "File[bytes]":
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it with its other files
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            with archive.open(part.name, "w") as target:
                for chunk in part.chunks(STEP_BYTES):
                    target.write(chunk)
    kept.seek(0)
    return File(kept, name="shapefile.zip")
