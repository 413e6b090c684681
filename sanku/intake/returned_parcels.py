"""Refused parcels as a GeoPackage: fields and shapes of the original, and why in a field, to be corrected in a program
for maps and handed in again.
"""

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyogrio.raw
import shapely
from django.utils.translation import gettext as _

from sanku.common.geodata import LayerSheet, open_geodata
from sanku.common.geodata.systems import wkt_of
from sanku.intake.models import Batch, BatchRow, BatchTable
from sanku.intake.problems import problem_message
from sanku.intake.rowview import REASON_HEADERS
from sanku.intake.rules import Action

# Names that no field of a survey has: those of its own would clash.
_OWN = {"FID": "sanku_id", "GEOMETRY_NAME": "sanku_shape"}


def refused_parcels(batch: Batch) -> IO[bytes]:
    """Write the refused rows of an import of geodata, a layer for each table; reasons are in the active language.

    A shape lies in the file as it lay in the original, also where it crosses itself or is none at all.

    Raises:
        OSError: the original is no longer there, or none of its refused rows had a place in it.
        Refused: it can no longer be read.
    """
    layers = open_geodata(batch.file.path).sheets
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory(prefix="sanku-refused-") as folder:
        path = Path(folder) / "refused.gpkg"
        taken: set[str] = set()
        for table in batch.tables.order_by("position"):
            rows = list(
                BatchRow.objects.filter(table=table, action=Action.REFUSE)
                .order_by("pk")
                .only("number", "cells", "problems")
            )
            layer = layers[table.position]
            if rows and isinstance(layer, LayerSheet):
                _write_layer(path, _unlike(table.sheet or _("Parcels"), taken), table, layer, rows)
        with path.open("rb") as written:
            shutil.copyfileobj(written, file)
    file.seek(0)
    return file


def _write_layer(
    path: Path, name: str, table: BatchTable, layer: LayerSheet, rows: Sequence[BatchRow]
) -> None:
    names = [] if layer.rows[1] == ["—"] else [str(one) for one in layer.rows[1]]
    kept = [at for at, one in enumerate(names) if one not in REASON_HEADERS]  # of an earlier refusal
    columns = [_column([_cell(row, at) for row in rows]) for at in kept]
    columns.append(_column([_reasons(row) for row in rows]))
    taken: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no coordinate system is written: the original has none
        pyogrio.raw.write(
            path,
            shapely.to_wkb(
                np.array([layer.shapes[layer.shape_row(row.number)] for row in rows], dtype=object)
            ),
            [values for values, _missing in columns],
            [_unlike(one, taken) for one in [*(names[at] for at in kept), str(REASON_HEADERS[0])]],
            field_mask=[missing for _values, missing in columns],
            layer=name,
            driver="GPKG",
            geometry_type="Unknown",
            crs=_system(table, layer),
            append=False,
            **_OWN,
        )


def _system(table: BatchTable, layer: LayerSheet) -> str | None:
    """Return what the file says of its coordinate system: what a person decided, else what the original itself said.

    What only the original's format says is not said: it would then be believed without a question.
    """
    crs = table.mapping.get("crs") or {}
    if crs.get("why") == "decided" and crs.get("system") and not crs.get("turned"):
        return wkt_of(crs["system"])
    return layer.declared if layer.is_stated and layer.declared else None


def _cell(row: BatchRow, at: int) -> Any:
    value = row.cells[at] if at < len(row.cells) else None
    return value[0] if isinstance(value, list) else value


def _reasons(row: BatchRow) -> str:
    return " ".join(problem_message(one) for one in row.problems if one["severity"] == "refused")


def _column(values: Sequence[Any]) -> tuple[Any, Any]:
    """Return values as an array of one type, and which of them are missing."""
    missing = np.array([value is None for value in values])
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) and abs(value) < 2**62 for value in known):
        return np.array([0 if value is None else int(value) for value in values], dtype=np.int64), missing
    if known and all(isinstance(value, int | float) for value in known):
        return np.array([0.0 if value is None else float(value) for value in values]), missing
    return np.array([None if value is None else str(value) for value in values], dtype=object), missing


def _unlike(name: str, taken: set[str]) -> str:
    """Return a name that differs from those taken, whatever its letters' case."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name}_{number}"
    taken.add(found.casefold())
    return found
