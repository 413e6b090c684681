"""Parcels go out in every format and system, and come in again as they were."""

from typing import Any

import pytest
import shapely
from django.core.files.base import ContentFile

from sanku.audit.models import Entry
from sanku.intake import operations
from sanku.sites.models import Site
from sanku.sites.shapes import boundary_of, shape_of
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.parcels.files import square

pytestmark = pytest.mark.django_db
CASES = [
    ("shp", "epsg:4548"), ("shp", "gcj02"), ("gpkg", "epsg:4527"), ("gpkg", "bd09"), ("kml", "wgs84"),
    ("geojson", "gcj02"), ("geojson", "cgcs2000"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "system"), CASES)
def test_what_goes_out_comes_in_again(cast: Cast, client_of: ClientOf, form: str, system: str) -> None:
    hole = shapely.difference(square(0), shapely.box(116.6905, 35.4205, 116.691, 35.421))
    both = shapely.multipolygons([square(2), square(4)])
    made = [
        make.site(
            cast.zone,
            "示例地块",
            code=f"示-{at}",
            kind="land",
            boundary=boundary_of(shape),
            area_total_m2=40_000,
        )
        for at, shape in enumerate((hole, both))
    ]
    make.site(cast.zone, "示例厂房无界")
    answer = client_of(cast.office).get("/sites/parcels/", {"form": form, "crs": system})
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    content = b"".join(answer)
    assert Entry.objects.filter(action="export", library="sites.site").get().changes[0]["new"] == 2
    Site.objects.all().delete()
    values: dict[str, Any] = {"crs": system} if form == "kml" else {}
    batch = operations.receive_file(
        ContentFile(content, name="示例"),
        name="示例",
        actor=cast.office,
        now=make.NOW,
        in_background=False,
        **values,
    )
    operations.read_file(batch.pk, batch.run)
    batch.refresh_from_db()
    assert batch.state == "review", batch.reason
    assert not batch.tables.get().mapping["crs"]["asks"]
    run = operations.start_saving(batch, actor=cast.office, now=make.NOW, in_background=False)
    operations.save_rows(batch.pk, run)
    for site, shape in zip(made, (hole, both), strict=True):
        back = Site.objects.get(code=site.code)
        assert shapely.hausdorff_distance(shape_of(back.boundary), shape) < 1e-7
        assert back.name == "示例地块"
        assert back.area_total_m2 is not None and abs(float(back.area_total_m2) - 40_000) < 0.1


def test_kml_takes_no_metres(cast: Cast, client_of: ClientOf) -> None:
    make.site(cast.zone, boundary=boundary_of(square()))
    answer = client_of(cast.office).get("/sites/parcels/", {"form": "kml", "crs": "epsg:4548"})
    assert "Content-Disposition" not in answer.headers
    assert "经纬度" in answer.content.decode()
