"""What can be wrong with a file of parcels, and what is said of it."""

import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from sanku.accounts.models import User
from sanku.common.geodata.systems import from_wgs84, wkt_of
from sanku.common.problems import Refused
from sanku.intake import operations
from sanku.intake.models import Batch
from sanku.intake.problems import problem_message, refusal_message
from sanku.intake.sentences import what_will_happen
from sanku.intake.shapes_json import shapes_of_table
from sanku.sites.models import Site
from sanku.sites.shapes import boundary_of, shape_of
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import hand_in, save
from tests.parcels.files import SOUTH, STEP, WEST, content, layer, shapes, square, zipped

pytestmark = pytest.mark.django_db
BOW = shapely.Polygon(
    [(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]
)
HOLED = shapely.Polygon(square().exterior.coords, [square(5).exterior.coords])


def fields(count: int, **more: Sequence[Any]) -> dict[str, Sequence[Any]]:
    return {"DKBH": [f"示-{number}" for number in range(count)], **more}


def brought(actor: User, *parcels: Any, kind: str = "gpkg", **more: Any) -> Batch:
    return hand_in(actor, content(shapes(*parcels), fields(len(parcels), **more), kind=kind), f"示例.{kind}")


def said(batch: Batch) -> list[list[str]]:
    return [[problem["code"] for problem in row.problems] for row in batch.rows.order_by("number")]


def decide(batch: Batch, **chosen: Any) -> None:
    decided = {"taken": True, **chosen}
    operations.decide_tables(batch, {0: decided}, actor=batch.by, now=make.NOW, in_background=False)
    batch.refresh_from_db()
    operations.read_file(batch.pk, batch.run)
    batch.refresh_from_db()


def test_broken_shapes_are_refused_and_repaired_only_when_asked(cast: Cast) -> None:
    batch = brought(cast.office, BOW, HOLED, square(9))
    assert said(batch)[:2] == [
        ["boundary_crosses_itself", *said(batch)[0][1:]],
        ["boundary_hole_outside", *said(batch)[1][1:]],
    ]
    assert [row.action for row in batch.rows.order_by("number")] == ["refuse", "refuse", "create"]
    decide(batch, repair=True)
    assert [row.action for row in batch.rows.order_by("number")] == ["create"] * 3
    save(batch)
    drawn = Site.objects.get(code="示-1").boundary
    assert (
        shape_of(drawn).symmetric_difference(square()).area < 1e-15
    )  # the hole that lay outside takes nothing away


def test_overlaps_in_the_file_and_in_the_library(cast: Cast) -> None:
    make.site(cast.zone, "示例邻地", code="邻-1", kind="land", boundary=boundary_of(square(4)))
    half = shapely.box(WEST + STEP / 2, SOUTH, WEST + 1.5 * STEP, SOUTH + STEP)
    batch = brought(cast.office, square(0), half, square(4, size=STEP * 0.5), square(7), square(8))
    codes = said(batch)
    assert codes[0] == codes[1] == ["boundary_overlaps_file"]
    assert codes[2] == ["boundary_overlaps"]
    assert codes[3] == codes[4] == []  # neighbours that share a border
    row = batch.rows.order_by("number")[2]
    assert "邻-1" in problem_message(row.problems[0])
    # Bringing a parcel up to date overlaps nothing but itself.
    Site.objects.update(code="示-0")
    assert said(brought(cast.office, square(4))) == [[]]


def test_area_and_zone(cast: Cast) -> None:
    cast.zone.boundary = boundary_of(shapely.box(WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP))
    cast.zone.save()
    cast.office.refresh_from_db()
    batch = brought(
        cast.office, square(0), square(1), square(6), square(1, size=STEP * 2), MJ_MU=[60.4, 90, 60.4, 241.6]
    )
    codes = said(batch)
    assert codes[0] == []
    assert "boundary_area_differs" in codes[1]
    assert codes[2] == ["boundary_outside"]
    assert "boundary_partly_outside" in codes[3]
    row = batch.rows.order_by("number")[1]
    assert "90 亩" in problem_message(next(p for p in row.problems if p["code"] == "boundary_area_differs"))
    # A stated area written anew is compared anew, and the boundary stays.
    column = next(
        one["index"] for one in row.table.mapping["columns"] if one["field"] == "site.area_total_m2"
    )
    row = operations.correct_cell(row, column, "60.4", actor=cast.office, now=make.NOW)
    assert "boundary_area_differs" not in [problem["code"] for problem in row.problems]
    assert row.facts["site.boundary"]["type"] == "Polygon"


def test_units_are_told_by_the_drawn_area(cast: Cast) -> None:
    for area in (60.4, 40266.7, 4.02667):
        batch = brought(cast.office, square(0), MJ=[area])
        assert said(batch) == [[]]
        assert round(batch.rows.get().facts["site.area_total_m2"], -1) == 40270


@pytest.mark.parametrize("system", ["epsg:4548", "epsg:4527", "gcj02"])
def test_without_a_prj_a_person_is_asked(cast: Cast, client_of: ClientOf, system: str) -> None:
    made = content(shapes(square(0)), fields(1), kind="shp", system=system, crs=False)
    batch = hand_in(cast.office, made, "示例.zip")
    crs = batch.tables.get().mapping["crs"]
    assert crs["asks"] and crs["why"] == "missing"
    assert crs["system"] == (system if system.startswith("epsg") else "wgs84")
    with pytest.raises(Refused, match="system_unsaid"):
        operations.start_saving(batch, actor=cast.office, now=make.NOW, in_background=False)
    client = client_of(cast.office)
    assert "坐标系尚未确认" in client.get(reverse("intake:batch-review", args=[batch.pk])).content.decode()
    page = client.get(reverse("intake:batch-columns", args=[batch.pk])).content.decode()
    assert "没有写明坐标系" in page and f'value="{crs["system"]}" selected' in page
    client.post(reverse("intake:batch-columns", args=[batch.pk]), {"taken": "on", "crs": system})
    batch.refresh_from_db()
    operations.read_file(batch.pk, batch.run)
    batch.refresh_from_db()
    save(batch)
    boundary = Site.objects.get(code="示-0").boundary
    assert shapely.hausdorff_distance(shape_of(boundary), square(0)) < 1e-7


def test_the_zone_tells_the_likelier_system(cast: Cast) -> None:
    """Of WGS-84 and the shifted systems the one is proposed in which the parcels lie within the zone."""
    cast.zone.boundary = boundary_of(shapely.box(WEST, SOUTH, WEST + 5 * STEP, SOUTH + 5 * STEP))
    cast.zone.save()
    cast.office.refresh_from_db()
    grid = [square(column, row) for column in range(5) for row in range(5)]
    made = content(shapes(*grid), fields(25), kind="shp", system="bd09", crs=False)
    assert hand_in(cast.office, made, "示例.zip").tables.get().mapping["crs"]["system"] == "bd09"


@pytest.mark.parametrize("system", ["wgs84", "epsg:4548"])
def test_mirrored_axes_are_proposed_to_be_turned(cast: Cast, system: str) -> None:
    made = content(shapes(square(0)), fields(1), kind="shp", system=system, turned=True)
    batch = hand_in(cast.office, made, "示例.zip")
    crs = batch.tables.get().mapping["crs"]
    assert (crs["system"], crs["turned"], crs["asks"], crs["why"]) == (system, True, True, "turned")
    decide(batch, crs=system, turned=True)
    save(batch)
    assert shape_of(Site.objects.get().boundary).equals_exact(square(0), 1e-7)


def test_a_wrong_prj_is_noticed(cast: Cast, tmp_path: Path) -> None:
    path = layer(tmp_path, shapes(square(0)), fields(1), kind="shp", system="epsg:4548")
    other = layer(tmp_path, shapes(square(0)), fields(1), kind="shp", system="wgs84", name="other")
    path.with_suffix(".prj").write_bytes(other.with_suffix(".prj").read_bytes())
    crs = hand_in(cast.office, zipped(path), "示例.zip").tables.get().mapping["crs"]
    assert (crs["why"], crs["system"], crs["asks"]) == ("contradicts", "epsg:4548", True)


def test_figures_that_fit_nothing(cast: Cast) -> None:
    far = shapely.transform(square(0), lambda points: points * 1e9)
    batch = hand_in(cast.office, content(shapes(far), fields(1), kind="shp", crs=False), "示例.zip")
    assert said(batch) == [["boundary_no_system"]]


@pytest.mark.parametrize(("system", "chosen"), [("wgs84", "epsg:4527"), ("epsg:4527", "cgcs2000")])
def test_a_system_that_cannot_be_is_refused_row_by_row(cast: Cast, system: str, chosen: str) -> None:
    """Degrees read as metres of a zone and metres as degrees lie nowhere: the rows say so, and the import lives."""
    made = content(shapes(square(0), square(1)), fields(2), kind="gpkg", system=system)
    batch = hand_in(cast.office, made, "示例.gpkg")
    decide(batch, crs=chosen)
    assert said(batch) == [["boundary_elsewhere"], ["boundary_elsewhere"]]
    decide(batch, crs=system)
    assert [row.action for row in batch.rows.all()] == ["create", "create"]


@pytest.mark.parametrize("missing", [".dbf", ".shx", ".shp"])
def test_a_shapefile_without_a_part(cast: Cast, tmp_path: Path, missing: str) -> None:
    path = layer(tmp_path, shapes(square(0)), fields(1), kind="shp")
    batch = hand_in(cast.office, zipped(path, without=[missing]), "示例.zip")
    assert (batch.state, batch.reason) == ("refused", "shapefile_parts")
    assert f"缺 dikuai{missing}" in refusal_message(batch.reason, batch.reason_detail)


def test_a_zip_with_three_layers_is_three_tables(cast: Cast, tmp_path: Path) -> None:
    made = [
        layer(tmp_path, shapes(square(at)), {"DKBH": [f"层{at}"]}, kind="shp", name=f"layer{at}")
        for at in range(3)
    ]
    batch = save(hand_in(cast.office, zipped(*made), "示例.zip"))
    assert sorted(batch.tables.values_list("sheet", flat=True)) == ["layer0", "layer1", "layer2"]
    assert sorted(Site.objects.values_list("code", flat=True)) == ["层0", "层1", "层2"]


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("cpg", ["", "UTF-8", "GBK", "ISO-8859-1"])
def test_chinese_tables_whatever_their_cpg_says(cast: Cast, tmp_path: Path, encoding: str, cpg: str) -> None:
    path = layer(
        tmp_path,
        shapes(square(0)),
        {"地块编号": ["示-1"], "权属单位": ["示例开发有限公司"]},
        kind="shp",
        encoding=encoding,
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    save(hand_in(cast.office, zipped(path), "示例.zip"))
    site = Site.objects.get()
    assert (site.code, site.owner_name) == ("示-1", "示例开发有限公司")


def test_points_heights_and_mixed_kinds(cast: Cast) -> None:
    point = {"type": "Point", "coordinates": [WEST, SOUTH]}
    high = {"type": "Polygon", "coordinates": [[[*spot, 35.0] for spot in square(0).exterior.coords]]}

    def file(*shapes_: Any) -> bytes:
        features = [
            {"type": "Feature", "geometry": shape, "properties": {"DKBH": f"示-{at}"}}
            for at, shape in enumerate(shapes_)
        ]
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    only_points = hand_in(cast.office, file(point, point), "示例.geojson")
    assert (only_points.state, only_points.reason) == ("refused", "no_area")
    flat = {"type": "Polygon", "coordinates": [[[WEST, SOUTH]] * 4]}  # a point that calls itself an area
    mixed = hand_in(cast.office, file(high, point, None, flat), "示例.geojson")
    assert said(mixed) == [[], ["boundary_no_area"], ["boundary_missing"], ["boundary_no_area"]]
    assert mixed.tables.get().mapping["crs"]["why"] == "format"


def test_what_is_no_geodata_at_all(cast: Cast) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("示例.shp", b"\0" * (60 << 20))
    assert hand_in(cast.office, bomb.getvalue(), "示例.zip").reason == "expands_too_far"
    laughs = b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "ha">]><kml>&a;</kml>'
    refused = hand_in(cast.office, laughs, "示例.kml")
    assert refused.reason == "corrupt" and "地图软件" in refusal_message(refused.reason)
    assert (
        hand_in(cast.office, b'{"type": "FeatureCollection", "features": [', "示例.geojson").reason
        == "corrupt"
    )
    assert hand_in(cast.office, b"SQLite format 3\0" + b"\1" * 500, "示例.gpkg").reason == "corrupt"


def test_parts_dropped_together_are_one_shapefile(cast: Cast, client_of: ClientOf, tmp_path: Path) -> None:
    path = layer(tmp_path, shapes(square(0)), fields(1), kind="shp")
    parts = [SimpleUploadedFile(part.name, part.read_bytes()) for part in sorted(tmp_path.glob("dikuai.*"))]
    client_of(cast.office).post(reverse("intake:batch-create"), {"file": parts})
    batch = Batch.objects.get()
    assert batch.file_name == f"{path.stem}.zip"


def test_who_may_not_write_carriers_imports_no_parcels(cast: Cast) -> None:
    batch = brought(cast.promotion, square(0))
    assert (batch.state, batch.reason) == ("refused", "kind_not_allowed")


def test_a_file_that_comes_again_changes_nothing(cast: Cast) -> None:
    save(brought(cast.office, square(0)))
    batch = hand_in(
        cast.office, content(shapes(square(0)), fields(1), kind="gpkg", system="epsg:4548"), "示例.gpkg"
    )
    assert [row.action for row in batch.rows.all()] == ["unchanged"]


def test_the_map_of_the_review(cast: Cast, client_of: ClientOf) -> None:
    make.site(cast.zone, "示例邻地", kind="land", boundary=boundary_of(square(1)))
    batch = brought(cast.office, square(0), BOW)
    found = client_of(cast.office).get(reverse("intake:batch-shapes", args=[batch.pk])).json()
    assert {one["properties"]["state"] for one in found["rows"]["features"]} == {"doubtful", "refused"}
    assert [one["properties"]["label"] for one in found["known"]["features"]] == ["示例邻地"]
    assert client_of(cast.outsider).get(reverse("intake:batch-shapes", args=[batch.pk])).status_code == 404


def test_the_command_asks_for_the_system(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "示例.zip"
    path.write_bytes(content(shapes(square(0)), fields(1), kind="shp", system="epsg:4548", crs=False))
    with pytest.raises(CommandError, match="epsg:4548"):
        call_command("import", str(path), actor=cast.office.username)
    assert not Batch.objects.exists()
    call_command("import", str(path), actor=cast.office.username, crs="epsg:4548")
    assert shape_of(Site.objects.get().boundary).equals_exact(square(0), 1e-7)
    with pytest.raises(CommandError, match="epsg:1"):
        call_command("import", str(path), actor=cast.office.username, crs="epsg:1")


@pytest.mark.parametrize("system", ["cgcs2000", "epsg:4548"])
def test_one_parcel_far_off_is_refused_alone(cast: Cast, system: str) -> None:
    made = from_wgs84(shapes(square(0), square(1)), system)
    far = shapely.box(0, 0, 0.001, 0.001)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "示例.gpkg"
        pyogrio.raw.write(
            path, shapely.to_wkb(shapes(*made, far)), [np.array(["示-0", "示-1", "示-2"], dtype=object)], ["DKBH"],
            geometry_type="Polygon", driver="GPKG", crs=wkt_of(system),
        )  # fmt: skip
        batch = hand_in(cast.office, path.read_bytes(), "示例.gpkg")
    assert batch.tables.get().mapping["crs"]["why"] == "stated"
    assert [row.action for row in batch.rows.order_by("number")] == ["create", "create", "refuse"]
    assert said(batch)[2] == ["boundary_elsewhere"]
    drawn = shapes_of_table(batch.tables.get(), cast.office)["rows"]["features"]
    assert [one["properties"]["row"] for one in drawn] == [2, 3]  # those that lie together fill the map


def test_folders_of_kml_are_asked_about_once_and_empty_ones_not_at_all(cast: Cast) -> None:
    """A folder that only holds folders is no table; whatever encoding a program declared is read."""
    corners = " ".join(f"{lon},{lat},0" for lon, lat in square().exterior.coords)
    ring = f"<LinearRing><coordinates>{corners}</coordinates></LinearRing>"
    told = "<description><![CDATA[<b>面积</b>:60亩<br/>临 A&amp;B 路，宽<20米]]></description>"
    mark = f"<Placemark><name>%s</name>{told}<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon></Placemark>"
    folders = "".join(
        f"<Folder><name>{name}</name>{mark % f'示例{name}地块'}</Folder>" for name in ("一期", "二期")
    )
    kml = f'<?xml version="1.0" encoding="GB2312"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>全部</name>{folders}</Folder></Document></kml>'
    batch = hand_in(cast.office, kml.encode("gb18030"), "示例.kml")
    assert [table.sheet for table in batch.tables.all()] == ["一期", "二期"]
    decide(batch, crs="gcj02")
    assert {table.mapping["crs"]["system"] for table in batch.tables.all()} == {"gcj02"}
    assert not any(table.mapping["crs"]["asks"] for table in batch.tables.all())
    assert "将新增 2 处载体" in what_will_happen(list(batch.tables.all()), Counter())  # one sentence for both
    assert save(batch).state == "done"
    assert sorted(Site.objects.values_list("name", flat=True)) == ["示例一期地块", "示例二期地块"]
    assert {site.note for site in Site.objects.all()} == {"面积:60亩\n临 A&B 路，宽<20米"}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_geojson_of_another_encoding(cast: Cast, encoding: str) -> None:
    feature = {"type": "Feature", "properties": {"地块编号": "示-0"}, "geometry": boundary_of(square())}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    assert hand_in(cast.office, text.encode(encoding), "示例.json").rows.get().facts["site.code"] == "示-0"


@pytest.mark.parametrize(
    ("start", "remedy"),
    [
        (b"Rar!\x1a\x07\x01\0", "解压后上传"),
        (b"AC1027\0\0", "CAD 图纸"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "CAD 图纸"),
        ("[属性描述]\n坐标系=2000国家大地坐标系\n[地块坐标]\n".encode("gb18030"), "打包的 Shapefile"),
    ],
)
def test_other_files_of_drawings_are_refused_with_their_remedy(cast: Cast, start: bytes, remedy: str) -> None:
    batch = hand_in(cast.office, start + b"J1,1,39471000.2\n" * 20, "示例.bin")
    assert batch.state == "refused"
    assert remedy in refusal_message(batch.reason, batch.reason_detail)
