"""Refused parcels are given back with their shapes, to be corrected and handed in again; two imports at once."""

from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
import shapely
from django.urls import reverse

from sanku.common.geodata.reading import open_geodata
from sanku.intake import operations
from sanku.intake.models import Batch
from sanku.intake.problems import problem_message
from sanku.intake.rowview import REASON_HEADERS
from sanku.sites.models import Site
from sanku.sites.shapes import shape_of
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import hand_in, save
from tests.parcels.files import SOUTH, STEP, WEST, content, shapes, square
from tests.scopes.test_races import at_once

pytestmark = pytest.mark.django_db
BOW = shapely.Polygon(
    [(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]
)
FIELDS: dict[str, Any] = {"DKBH": ["示-1", "示-2", "示-3"], "QLR": ["甲", "乙", "丙"], "LC": [1, 2, 3]}


def refused_of(client: Any, batch: Batch, folder: Path) -> Path:
    answer = client.get(reverse("intake:batch-refused", args=[batch.pk]))
    assert ".gpkg" in answer.headers["Content-Disposition"]
    path = folder / "refused.gpkg"
    path.write_bytes(b"".join(answer))
    return path


def corrected(path: Path) -> bytes:
    """Return the file with its shapes made good, as a program for maps does it."""
    meta, _, wkb, columns = pyogrio.raw.read(path)
    path.unlink()
    good = shapely.to_wkb(shapely.convex_hull(shapely.from_wkb(wkb)))
    pyogrio.raw.write(
        path, good, columns, meta["fields"], geometry_type="Unknown", driver="GPKG", crs=meta["crs"]
    )
    return path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "system"), [("gpkg", "epsg:4548"), ("geojson", "gcj02"), ("shp", "cgcs2000")]
)
def test_refused_parcels_are_corrected_and_come_in(
    cast: Cast, client_of: ClientOf, tmp_path: Path, kind: str, system: str
) -> None:
    made = content(shapes(BOW, square(2), square(4)), FIELDS, kind=kind, system=system)
    batch = hand_in(cast.office, made, f"示例.{kind}")
    if batch.tables.get().mapping["crs"]["asks"]:
        batch = decided(batch, system)
    save(batch)
    assert sorted(Site.objects.values_list("code", flat=True)) == ["示-2", "示-3"]
    path = refused_of(client_of(cast.office), batch, tmp_path)
    (sheet,) = open_geodata(path).sheets
    assert [str(one) for one in sheet.rows[1]] == [*FIELDS, "拒收原因"]
    code, own, number, reason = sheet.rows[2]
    assert (code, own, number) == ("示-1", "甲", 1) and "自相交" in str(reason)
    again = hand_in(cast.office, corrected(path), "示例-退回.gpkg")
    crs = again.tables.get().mapping["crs"]
    assert crs["system"] == system or crs["asks"]
    if crs["asks"]:
        again = decided(again, system)
    save(again)
    site = Site.objects.get(code="示-1")
    assert shapely.hausdorff_distance(shape_of(site.boundary), square(0)) < 1e-8
    assert all(str(one) not in str(site.custom) for one in REASON_HEADERS)


def decided(batch: Batch, system: str) -> Batch:
    operations.decide_tables(
        batch, {0: {"taken": True, "crs": system}}, actor=batch.by, now=make.NOW, in_background=False
    )
    batch.refresh_from_db()
    operations.read_file(batch.pk, batch.run)
    batch.refresh_from_db()
    return batch


def test_without_the_original_the_rows_come_back_as_a_workbook(cast: Cast, client_of: ClientOf) -> None:
    batch = hand_in(cast.office, content(shapes(BOW), {"DKBH": ["示-1"]}, kind="gpkg"), "示例.gpkg")
    Path(batch.file.path).unlink()
    answer = client_of(cast.office).get(reverse("intake:batch-refused", args=[batch.pk]))
    assert ".xlsx" in answer.headers["Content-Disposition"] and b"".join(answer).startswith(b"PK")


def test_shapes_of_every_kind_are_given_back(cast: Cast, client_of: ClientOf, tmp_path: Path) -> None:
    point = shapely.Point(WEST, SOUTH)
    made = content(
        shapes(BOW, point, None),
        {"DKBH": ["示-1", "示-2", "示-3"], "fid": ["甲", "乙", "丙"]},
        kind="geojson",
    )
    batch = hand_in(cast.office, made, "示例.geojson")
    path = refused_of(client_of(cast.office), batch, tmp_path)
    (sheet,) = open_geodata(path).sheets
    found = {str(sheet.rows[at + 2][0]): shape for at, shape in enumerate(sheet.shapes)}  # type: ignore[attr-defined]
    assert found["示-1"].equals_exact(BOW, 1e-12)
    assert found["示-2"] == point


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_of_the_same_ground_saved_at_once_one_is_told() -> None:
    office = make.user("office")
    batches = [
        hand_in(office, content(shapes(square(0)), {"DKBH": [code]}, kind="gpkg"), f"{code}.gpkg")
        for code in ("示-1", "示-2")
    ]
    assert [batch.rows.get().action for batch in batches] == ["create", "create"]
    runs = [
        operations.start_saving(batch, actor=office, now=make.NOW, in_background=False) for batch in batches
    ]
    assert at_once(lambda number: operations.save_rows(batches[number].pk, runs[number])) == ["done", "done"]
    for batch in batches:
        batch.refresh_from_db()
    assert Site.objects.count() == 1
    late = max(batches, key=lambda batch: batch.refused_count)
    assert sorted(batch.refused_count for batch in batches) == [0, 1]
    (problem,) = [one for one in late.rows.get().problems if one["severity"] == "refused"]
    assert Site.objects.get().code in problem_message(problem)
