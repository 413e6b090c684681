"""What is exported comes back in unchanged: every library, every column, as a workbook and as text."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from sanku.accounts.models import Sector, User
from sanku.audit.operations import Draft
from sanku.companies.models import Company, Facet, Honour, Target, TargetStatus
from sanku.companies.operations import save_companies, save_targets
from sanku.intake.fields import BY_NAME
from sanku.intake.models import Batch, BatchRow
from sanku.intake.planning.exports import FIELDS
from sanku.library.known import libraries
from sanku.library.models import CustomField
from sanku.library.operations.exports import order_export
from sanku.library.zoned import zoned
from sanku.projects.models import Project, Stage
from sanku.projects.operations import save_projects
from sanku.sites.models import Site, SiteKind, SiteStatus
from sanku.sites.operations import save_sites
from tests import make
from tests.cast import Cast
from tests.fixtures import ClientOf
from tests.intake_web.books import hand_in
from tests.intake_web.test_own import every_kind, tag

HERE: dict[str, Any] = {"now": make.NOW, "via": make.VIA}


def own_values(own: dict[str, CustomField]) -> dict[str, Any]:
    return {
        own["text"].key: "007", own["long"].key: "- 第一行\n第二行", own["number"].key: -1200.5,
        own["money"].key: 300_001, own["date"].key: "2021-03-04", own["flag"].key: False, own["choice"].key: "a",
        own["codes"].key: ["a", "b"], own["link"].key: "https://example.com/a?b=1,2",
    }  # fmt: skip


def export(library: str, form: str, actor: User) -> tuple[bytes, str]:
    described = zoned(libraries()[library], actor)
    made = order_export(
        library, "", [column.key for column in described.columns], form=form, actor=actor, **HERE
    )
    return Path(default_storage.path(made.path)).read_bytes(), f"示例.{form[:4].rstrip('_')}"


def told(batch: Batch) -> list[Any]:
    return [
        (row.action, row.changes, row.problems)
        for row in BatchRow.objects.filter(batch=batch)
        if row.action not in ("unchanged", "skip")
    ]


def companies(cast: Cast, added: dict[str, Any]) -> None:
    first = {
        "name": "示例甲机械有限公司", "uscc": make.uscc(), "established_on": date(2015, 3, 1), "city": "济宁", "province": "山东",
        "registered_capital": Decimal("5000001.50"), "registered_capital_currency": "CNY", "headcount": 120,
        "revenue_cny": Decimal("123456789.00"), "address": "示例路  1 号", "industry_text": "示例制造",
        "honours": [code for code, _label in Honour.choices], "sector": "equipment", "note": "=1+1 是说明",
        "responsible_leader": cast.leader, "service_officer": cast.promotion, **added,
    }  # fmt: skip
    second = {
        "name": "示例外资有限公司", "registered_capital": Decimal(1_000_000), "registered_capital_currency": "USD",
        "established_on": date(1988, 12, 31), "province": "北京",
    }  # fmt: skip
    drafts = [Draft(Company(zone=cast.zone), values) for values in (first, second)]
    save_companies(drafts, actor=cast.office, **HERE)


def targets(cast: Cast, added: dict[str, Any]) -> None:
    drafts = []
    for place, status in enumerate(TargetStatus.values):
        company = make.company(cast.zone, f"示例{place}号机械有限公司", uscc=make.uscc())
        values = {
            "company": company, "department": cast.department, "squad": cast.squad, "officer": cast.promotion,
            "status": status, "next_action": "登门拜访", "next_action_on": date(2026, 12, 1), "touch_count": 3,
            "facets": [code for code, _label in Facet.choices], "last_touch_on": date(2026, 10, 1), "score": 71,
            **(added if not place else {}),
        }  # fmt: skip
        drafts.append(Draft(Target(zone=cast.zone), values))
    save_targets(drafts, actor=cast.office, **HERE)


def projects(cast: Cast, added: dict[str, Any]) -> None:
    investor = make.company(cast.zone, "示例丙投资有限公司", uscc=make.uscc())
    drafts = []
    for place, stage in enumerate(Stage.values):
        values = {
            "name": f"示例{place}号产线项目", "investor": investor, "stage": stage, "department": cast.department,
            "lead": cast.promotion, "responsible_leader": cast.leader, "sector": Sector.values[place % len(Sector.values)],
            "investment": Decimal("123456789.12"), "investment_currency": "USD" if place == 1 else "CNY",
            "land_m2": Decimal("12345.67"), "progress": Decimal("0.3333"), "jobs": 120, "code": f"示例-00{place}" if place % 2 else "",
            "fixed_asset_cny": Decimal("98765432.10"), "money_in_place_cny": Decimal("1234567.89"),
            "expected_output_cny": Decimal("500000000.00"), **(added if not place else {}),
        }  # fmt: skip
        if stage != "lead":
            values["signed_on"] = date(2026, 9, 9)
        drafts.append(Draft(Project(zone=cast.zone), values))
    save_projects(drafts, actor=cast.office, **HERE)


def sites(cast: Cast, added: dict[str, Any]) -> None:
    drafts = []
    for place, status in enumerate(SiteStatus.values):
        values = {
            "name": f"示例{place}号地", "code": f"示例-0{place}", "kind": SiteKind.values[place % len(SiteKind.values)],
            "status": status, "area_total_m2": Decimal("66666.67"), "area_free_m2": Decimal("33333.33"), "zoning": "工业",
            "lon": 116.6, "lat": 35.4, "address": "示例路 1 号", "plot_ratio": "1.2-2.5", "price_sale_cny_m2": Decimal("336.50"),
            "price_rent_cny_m2_month": Decimal("12.35"), "clear_height_m": Decimal("8.50"), "power_kva": 1250,
            "available_on": date(2027, 1, 31), "owner_name": "示例城投有限公司", **(added if not place else {}),
        }  # fmt: skip
        if status == "held":
            values |= {"held_for": "示例项目", "held_until": date(2027, 3, 1)}
        drafts.append(Draft(Site(zone=cast.zone), values))
    for room in ("301", "302"):  # of one floor, without a number
        values = {
            "name": f"示例大厦 3 层 {room}", "building": "示例大厦", "floor": "3 层", "unit": room, "kind": "office",
            "status": "free", "area_total_m2": Decimal("150.00"),
        }  # fmt: skip
        drafts.append(Draft(Site(zone=cast.zone), values))
    save_sites(drafts, actor=cast.office, **HERE)


MAKERS = {"companies": companies, "targets": targets, "projects": projects, "sites": sites}


@pytest.mark.parametrize("form", ["xlsx", "csv", "csv_gb18030"])
@pytest.mark.parametrize("library", list(MAKERS))
def test_what_is_exported_comes_back_unchanged(
    cast: Cast, client_of: ClientOf, library: str, form: str
) -> None:
    make.rate(zone=cast.zone)
    own = every_kind(cast, library)
    known = tag(cast, "重点"), tag(cast, "外资")
    MAKERS[library](cast, {"custom": own_values(own), "tags": [str(one.pk) for one in known]})
    content, name = export(library, form, cast.office)
    batch = hand_in(cast.office, content, name)
    assert batch.state == "review", batch.reason
    assert told(batch) == []
    records = libraries()[library].records(cast.office).count()
    assert BatchRow.objects.filter(batch=batch, action="unchanged").count() == records
    page = client_of(cast.office).get(reverse("intake:batch-columns", args=[batch.pk]))
    assert page.status_code == 200


def test_every_column_of_every_library_has_its_place_in_an_import() -> None:
    for name, (_kind, known) in FIELDS.items():
        assert [column.key for column in libraries()[name].columns] == list(known), name
        assert {field for field in known.values() if field} <= set(BY_NAME)
