"""Picking companies from the national base into the zone's library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import require
from sanku.accounts.rules import WRITES_COMPANIES
from sanku.audit.operations import Draft, Via
from sanku.base.queries import Known, records_of
from sanku.common.problems import Problem, Refused
from sanku.companies.models import Company, Honour
from sanku.companies.operations import save_companies
from sanku.companies.rules import LENGTHS

MOST = 500  # companies picked at once
SHORT_NAME = LENGTHS["short_name"]


@dataclass(slots=True)
class Picked:
    """What became of the companies that were picked, in their order."""

    made: list[Company]
    found: list[Company]
    refused: list[tuple[str, Sequence[Problem]]]  # the name in the base and what is wrong


def pick_companies(
    rows: Sequence[dict[str, Any]], *, version: str, actor: User, now: datetime, via: Via
) -> Picked:
    """Make a record of each company of the base that the zone has none of; find the others'.

    A record that is there stays as it is. One transaction; a company that the rules refuse is left out and named.

    Args:
        rows: companies with the columns of `warehouse.tables.COMPANIES`.
        version: the version of the base that they are from.

    Raises:
        NotAllowed: the actor's role may not write companies.
        Refused: more than MOST companies.
    """
    require(actor, WRITES_COMPANIES)
    if len(rows) > MOST:
        raise Refused({0: [Problem("base_too_many", "rows", {"most": MOST})]})
    picked = Picked([], [], [])
    with transaction.atomic():
        fresh: dict[int, Draft[Company]] = {}
        for row, record in zip(rows, _records(actor, rows), strict=True):
            if record is not None:
                picked.found.append(record)
            else:
                fresh[row["company_id"]] = _draft(row, version, actor)
        drafts = list(fresh.values())
        while drafts:
            try:
                with transaction.atomic():
                    save_companies(drafts, actor=actor, now=now, via=via)
                break
            except Refused as refused:
                for position, problems in refused.problems.items():
                    picked.refused.append((drafts[position].values["name"], problems))
                drafts = [draft for at, draft in enumerate(drafts) if at not in refused.problems]
        picked.made = [draft.record for draft in drafts]
    return picked


def _records(actor: User, rows: Sequence[dict[str, Any]]) -> list[Company | None]:
    return records_of(actor, [Known.of(row) for row in rows])


def _draft(row: dict[str, Any], version: str, actor: User) -> Draft[Company]:
    """Return the record that a company of the base becomes."""
    from sanku.warehouse.regions import gazetteer

    regions, code = gazetteer().regions, row["region_code"] or ""
    province, city = regions.get(code[:2] + "0000"), regions.get(code[:4] + "00")
    capital = row["capital_cny"]
    # A representative point of a town is no company's position.
    is_placed = row["position_source"] == "given" and row["lon"] is not None
    values = {
        "name": row["name"],
        "short_name": next((name for name in row["short_names"] or [] if len(name) <= SHORT_NAME), ""),
        "former_names": "\n".join(row["former_names"] or []),
        "uscc": row["uscc"] or "",
        "old_code": row["other_code"] or "",
        "status": row["status"],
        "established_on": row["registered_on"],
        "region_code": code,
        "province": province.name if province else "",
        "city": city.name if city else "",
        "address": row["address"] or "",
        "lon": row["lon"] if is_placed else None,
        "lat": row["lat"] if is_placed else None,
        "industry_code": row["industry_code"] or "",
        "business_scope": row["business_scope"] or "",
        "registered_capital": None if capital is None else Decimal(str(capital)).quantize(Decimal("0.01")),
        "honours": [honour for honour in row["honours"] or [] if honour in Honour.values],
        "base_version": version,
        "base_id": row["company_id"],
    }
    why = _("Picked from the national base, version %(version)s") % {"version": version}
    return Draft(Company(zone_id=actor.zone_id), values, why=why)
