"""What a click on the base's layer shows: one company, or the largest of those that stand together."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from sanku.common import display
from sanku.maps.national.words import STATUSES, section_name
from sanku.warehouse.points.wanted import Wanted

if TYPE_CHECKING:
    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.serving import Served

MOST = 20
COLUMNS = [
    "company_id", "name", "uscc", "industry_code", "capital_cny", "capital_text", "registered_on", "status", "address",
    "position_source", "honours", "kind",
]  # fmt: skip


def card_context(found: "Served[Points]", wanted: Wanted, feature: int) -> dict[str, Any]:
    """Return what maps/_national_card.html shows of a feature of the tiles.

    Raises:
        KeyError: the current version has no such feature.
    """
    import numpy as np

    from sanku.warehouse.points.tiles import CLUSTER_IDS, members

    points = found.reader
    at = members(points, wanted, feature)
    total = len(at)
    if not total:
        raise KeyError(feature)
    smallness = -points.codes["capital"][at].astype(np.int64)
    if len(at) > MOST:
        some = np.sort(np.argpartition(smallness, MOST)[:MOST])
        at, smallness = at[some], smallness[some]
    largest = at[np.argsort(smallness, kind="stable")]
    rows: list[int] = points.row[largest].tolist()
    known = found.version.read_rows(rows, COLUMNS).to_pylist()
    companies = [
        {**_said(company), "page": reverse("base:company", args=[found.version.name, row])}
        for company, row in zip(known, rows, strict=True)
    ]
    return {
        "version": found.version.name,
        "company": companies[0] if feature < CLUSTER_IDS else None,
        "companies": companies,
        "total": total,
        "more": total - len(companies),
    }


def _said(row: dict[str, Any]) -> dict[str, Any]:
    capital = row["capital_cny"]
    return {
        **row,
        "industry": section_name(row["industry_code"]) if row["industry_code"] else "",
        "capital": display.money(Decimal(str(capital)))
        if capital is not None
        else (row["capital_text"] or ""),
        "status_label": dict(STATUSES).get(row["status"], row["status"]),
        "at_place": row["position_source"] == "place",
    }
