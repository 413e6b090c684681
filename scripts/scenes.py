"""What the pictures show beyond the demo zone: an import of each kind, an export, a bulk edit, a note that mentions
somebody, tags, fields, a kept view, an honours list, a national base. Everything is invented, and made by the product's own operations.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from scripts.steps import PROJECT

# Two parcels that meet, in WGS-84, longitude first.
PARCELS = {"示例地块甲": (116.690, 35.420), "示例地块乙": (116.692, 35.420)}
SIDE = 0.002  # degrees
BASE_ROWS = 5_000


def make_scenes() -> dict[str, str]:
    """Make everything and return the addresses of the pages that show it, by the names of their pictures."""
    from sanku.accounts.models import User

    office = User.objects.filter(role="office", is_active=True).earliest("pk")
    officer = User.objects.filter(role="promotion", is_active=True).earliest("pk")
    parts: Sequence[Callable[..., Mapping[str, str]]] = (
        _imports, _added, _bulk_edits, _exports, _honours, _mentions, _base, _drawing,
    )  # fmt: skip
    found: dict[str, str] = {"merge": _merge_address(), "merges": "/companies/merges/"}
    for part in parts:
        found |= part(office, officer)
    return found


def _asked(actor: Any) -> dict[str, Any]:
    """Return what every operation asks for."""
    from django.utils import timezone

    from sanku.audit.via import COMMAND_VIA

    return {"actor": actor, "now": timezone.now(), "via": COMMAND_VIA}


def _imports(office: Any, officer: Any) -> dict[str, str]:
    """Hand in the sample workbook twice, one to be checked and one saved, and a file of parcels."""
    from sanku.intake.operations import import_file

    sample = next((PROJECT / "docs" / "samples").glob("*.xlsx"))
    waiting = _handed_in(office, sample.name, sample.read_bytes())
    parcels = _handed_in(office, "示例地块.geojson", json.dumps(_layer(), ensure_ascii=False).encode())
    saved = import_file(str(sample), actor=office)["batch"]
    return {
        "import-columns": f"/imports/{waiting}/columns/",
        "import-review": f"/imports/{waiting}/review/",
        "import-result": f"/imports/{saved}/",
        "parcels-columns": f"/imports/{parcels}/columns/",
        "parcels-review": f"/imports/{parcels}/review/",
    }


def _handed_in(person: Any, name: str, content: bytes) -> int:
    """Return the id of a batch that was read and waits to be checked."""
    from django.core.files import File
    from django.utils import timezone

    from sanku.intake.operations.reading import read_file
    from sanku.intake.operations.receiving import receive_file

    batch = receive_file(
        File(io.BytesIO(content)), name=name, actor=person, now=timezone.now(), kind="", in_background=False
    )
    read_file(batch.pk, batch.run)
    return int(batch.pk)


def _layer() -> dict[str, Any]:
    def ring(west: float, south: float) -> list[list[float]]:
        east, north = west + SIDE, south + SIDE
        return [[west, south], [east, south], [east, north], [west, north], [west, south]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"地块名称": name, "用地性质": "工业用地"},
                "geometry": {"type": "Polygon", "coordinates": [ring(*corner)]},
            }
            for name, corner in PARCELS.items()
        ],
    }


def _added(office: Any, officer: Any) -> dict[str, str]:
    """Add tags, fields and a kept view."""
    from sanku.library.models import CustomField
    from sanku.library.operations import keep_view
    from sanku.library.operations.fields import save_field
    from sanku.library.operations.tags import make_tags

    make_tags(["专精特新", "世界500强", "外资", "重点跟踪"], library="projects", **_asked(office))
    fields: Sequence[dict[str, Any]] = (
        {"library": "projects", "label": "介绍人", "kind": "text"},
        {"library": "projects", "label": "预计能耗", "kind": "number", "unit": "吨标煤"},
        {"library": "companies", "label": "回访日期", "kind": "date"},
    )
    for values in fields:
        save_field(CustomField(), dict(values), **_asked(office))
    keep_view(
        "projects",
        name="装备在谈",
        query="stage=negotiation&sector=equipment",
        said={},
        shared="zone",
        **_asked(office),
    )
    return {}  # the navigation leads to what shows them


def _bulk_edits(office: Any, officer: Any) -> dict[str, str]:
    """Change three projects at once: one bulk edit to be checked, one saved."""
    from django.http import QueryDict

    from sanku.library.known import libraries
    from sanku.library.operations import save_bulk_edit, start_bulk_edit
    from sanku.projects.queries import projects_for

    ids = list(projects_for(office).order_by("-pk").values_list("pk", flat=True)[:3])
    edits = [
        start_bulk_edit(
            libraries()["projects"],
            ids,
            actions={"next_action": "set"},
            sent=QueryDict(f"next_action={text}"),
            came_from="",
            **_asked(office),
        )
        for text in ("约见客户", "核对用地合同附件")
    ]
    save_bulk_edit(edits[0], reason="周例会", **_asked(office))
    chosen = ",".join(map(str, ids))
    return {
        "bulk-fields": f"/projects/bulk/?selected={chosen}",
        "bulk-check": f"/projects/bulk/{edits[1].pk}/",
        "bulk-saved": f"/projects/bulk/{edits[0].pk}/",
        "compare": f"/projects/compare/?selected={chosen}",
    }


def _exports(office: Any, officer: Any) -> dict[str, str]:
    """Take the projects out as a workbook, and make a token."""
    from sanku.accounts.operations.tokens import make_token
    from sanku.library.operations.exports import order_export

    order_export("projects", "q=智能", ["name", "stage", "investment"], form="xlsx", **_asked(office))
    make_token(name="数据大屏", days=90, may_write=False, **_asked(office))
    return {"exports-log": "/exports/log/", "tokens": "/people/tokens/"}


def _honours(office: Any, officer: Any) -> dict[str, str]:
    """Load an invented list that marks companies of the demo zone."""
    from sanku.companies.honour_sheets import Published
    from sanku.companies.operations import load_edition
    from sanku.companies.queries import companies_for

    names = companies_for(office).order_by("pk").values_list("name", flat=True)[:6]
    edition = load_edition(
        [Published(number, name, rank=number - 1) for number, name in enumerate(names, start=2)],
        list_name="示例百强榜",
        honour="china_500",
        publisher="示例协会",
        name="2026",
        published_on=date(2026, 9, 1),
        source="",
        file_name="",
        sha256="",
        **_asked(office),
    )
    return {"honour-edition": f"/companies/honours/{edition.pk}/"}


def _mentions(office: Any, officer: Any) -> dict[str, str]:
    """Let an officer mention the office in a note."""
    from sanku.library.known import libraries
    from sanku.library.operations.notes import write_note
    from sanku.projects.queries import projects_for

    project = projects_for(officer).latest("pk")
    text = f"@{office.name} 客户下周二来访，请安排会议室并通知环境局一并参加。"
    note = write_note(libraries()["projects"], project, text, **_asked(officer))
    return {
        "notices": "/notices/",
        "note-mention": f"/projects/{project.pk}/?entry={note.number}#entry-{note.number}",
    }


def _base(office: Any, officer: Any) -> dict[str, str]:
    """Load a national base of invented companies."""
    import tempfile
    from pathlib import Path

    from django.conf import settings

    from sanku.warehouse.loading.load import Order, load
    from sanku.warehouse.synthesize import synthesize
    from sanku.warehouse.versions import Base

    with tempfile.TemporaryDirectory(prefix="sanku-invented-") as folder:
        file = Path(folder) / "companies.csv"
        synthesize(BASE_ROWS, file, seed=1)
        version = load(Base(settings.BASE_DIR), Order([str(file)], name="2026-11")).version
    return {"base": "/base/?q=机械", "base-company": f"/base/{version.name}/0/"}


def _drawing(office: Any, officer: Any) -> dict[str, str]:
    """Return the page on which the boundary of a carrier is drawn."""
    from sanku.sites.models import Site

    site = Site.objects.filter(zone=office.zone, removed_at=None).exclude(boundary=None).earliest("pk")
    return {"draw": f"/sites/{site.pk}/boundary/"}


def _merge_address() -> str:
    """Return where the newest pair of possible duplicates is merged."""
    from sanku.companies.duplicate_pairs import merge_url
    from sanku.companies.models import Duplicate

    pair = Duplicate.objects.filter(state="open", rests=False).latest("pk")
    return merge_url(pair.first_id, pair.second_id)
