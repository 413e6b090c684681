"""Parcels come in from every format and system, and lie where they lay."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import shapely

from sanku.accounts.models import User
from sanku.intake import operations
from sanku.intake.models import Batch
from sanku.sites.models import Site
from sanku.sites.shapes import shape_of
from tests import make
from tests.cast import Cast
from tests.intake_web.books import hand_in, save, take_back
from tests.parcels.files import content, shapes, square

pytestmark = pytest.mark.django_db
SYSTEMS = ["wgs84", "cgcs2000", "gcj02", "bd09", "epsg:4548", "epsg:4527"]
FIELDS: dict[str, Sequence[Any]] = {
    "DKBH": ["示-1", "示-2"],
    "MJ_MU": [60.4, 60.4],
    "QLR": ["示例开发公司", "示例置业公司"],
}
CENTIMETRE = 1.0e-7  # of a degree


def _bring(actor: User, kind: str, system: str, **options: Any) -> Batch:
    parcels = shapes(square(0), square(1))
    return hand_in(actor, content(parcels, FIELDS, kind=kind, system=system, **options), f"示例.{kind}")


CASES = [(kind, system) for kind in ("shp", "gpkg") for system in SYSTEMS]
CASES += [(kind, system) for kind in ("kml", "geojson") for system in SYSTEMS[:4]]


@pytest.mark.parametrize(("kind", "system"), CASES)
def test_every_format_and_system_ends_where_it_lay(cast: Cast, kind: str, system: str) -> None:
    batch = _bring(cast.office, kind, system)
    assert batch.state == "review", batch.reason
    table = batch.tables.get()
    crs = table.mapping["crs"]
    if crs["asks"]:
        operations.decide_tables(
            batch, {0: {"taken": True, "crs": system}}, actor=cast.office, now=make.NOW, in_background=False
        )
        batch.refresh_from_db()
        operations.read_file(batch.pk, batch.run)
        batch.refresh_from_db()
    else:
        assert crs["system"] == system
    save(batch)
    found = {site.code: site for site in Site.objects.all()}
    assert sorted(found) == ["示-1", "示-2"]
    for column, code in enumerate(sorted(found)):
        site = found[code]
        off = shapely.hausdorff_distance(shape_of(site.boundary), square(column))
        assert off < CENTIMETRE
        assert site.owner_name
        assert site.kind == "land"
        assert site.area_total_m2 == Decimal("40266.67")
        assert site.lon is not None and site.lat is not None
        assert square(column).contains(shapely.Point(site.lon, site.lat))
    take_back(batch)
    assert not Site.objects.filter(removed_at=None).exists()
