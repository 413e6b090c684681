"""What all pages of imports share, and the list of them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.intake.models import Batch, BatchTable, Kind, State
from sanku.intake.queries import tables_of
from sanku.intake.rules import AT_WORK

Json = dict[str, Any]
PAGE_ROWS = 50
STEPS = ("upload", "columns", "review", "save")


def steps(now: str) -> list[Json]:
    """Return the steps of an import with the current one marked."""
    labels = {
        "upload": _("Hand in"),
        "columns": _("Column heads"),
        "review": _("Check"),
        "save": _("Writing"),
    }
    at = STEPS.index(now) if now in STEPS else len(STEPS)
    return [
        {"label": labels[name], "state": "done" if index < at else "now" if index == at else ""}
        for index, name in enumerate(STEPS)
    ]


def frame(batch: Batch, now: str, user: User) -> Json:
    """Return what all pages of one import share."""
    tables = tables_of(batch)
    return {
        "batch": batch,
        "tables": tables,
        "steps": steps(now),
        "is_mine": batch.by_id == user.pk,
        "state_label": State(batch.state).label,
        "title": _heading(tables),
    }


def _heading(tables: Sequence[BatchTable]) -> str:
    kinds = list(dict.fromkeys(Kind(table.kind).label for table in tables if table.is_taken))
    return _("Import %(what)s") % {"what": "、".join(str(kind) for kind in kinds)} if kinds else _("Import")


def list_context(batches: QuerySet[Batch], user: User, *, before: int | None, max_mb: int) -> Json:
    """Return the list of imports, the newest first, a page of it."""
    some = batches.filter(pk__lt=before) if before else batches
    page = list(some.order_by("-pk")[: PAGE_ROWS + 1])
    rows = [
        {
            "batch": batch,
            "state": State(batch.state).label,
            "light": {"done": "g", "undone": "o", "stopped": "o"}.get(batch.state, ""),
            "bad": batch.state in (State.REFUSED, State.FAILED),
            "is_at_work": batch.state in AT_WORK,
        }
        for batch in page[:PAGE_ROWS]
    ]
    older = page[PAGE_ROWS - 1].pk if len(page) > PAGE_ROWS else None
    return {
        "rows": rows,
        "older_url": f"{reverse('intake:batch-list')}?before={older}" if older else None,
        "max_mb": max_mb,
        "types": ".xlsx,.xls,.ods,.csv,.xlsm,.txt,.zip,.shp,.shx,.dbf,.prj,.cpg,.gpkg,.kml,.kmz,.geojson,.json",
        "empty": {
            "title": _("Nothing imported yet"),
            "text": _(
                "Drop the spreadsheet that your office keeps into the field above. Nothing is saved before you have checked it."
            ),
        },
    }
