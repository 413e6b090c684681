"""The national base: companies found by name, initials or code; picking them into the zone's library."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from sanku.api.answers import REFUSALS, InvalidInput, said
from sanku.audit.via import web_via
from sanku.base.operations import MOST, pick_companies
from sanku.base.queries import Hit, base_companies, base_hits
from sanku.common.problems import Problem as Wrong
from sanku.library.requests import user_of
from sanku.warehouse.names.serving import opened

Json = dict[str, Any]
MOST_HITS = 100
router = Router(tags=["base"])


class BaseHit(Schema):
    """A company of the base: `how` it was found, and the id of the zone's record of it, if any."""

    version: str
    row: int
    name: str
    uscc: str
    region_code: str
    place: str
    industry_code: str
    honours: list[str]
    how: str
    other_name: str
    company: int | None


class BaseHits(Schema):
    """What a text finds, the most exact and largest first, and the version of the base that it was found in."""

    version: str
    items: list[BaseHit]


class Rows(Schema):
    """Companies of one version of the base, by their rows."""

    version: str = Field(max_length=64)
    rows: list[int] = Field(min_length=1, max_length=MOST)


class Taken(Schema):
    """The ids of the records that were made and found, and which companies were refused, why."""

    made: list[int]
    found: list[int]
    refused: list[Json]


def _hit(hit: Hit) -> Json:
    found = hit.found
    return {
        "version": hit.version,
        "row": found.row,
        "name": found.name,
        "uscc": found.uscc,
        "region_code": found.region_code,
        "place": hit.place,
        "industry_code": found.industry_code,
        "honours": list(found.honours),
        "how": found.how,
        "other_name": found.by,
        "company": hit.record.pk if hit.record is not None else None,
    }


@router.get(
    "/companies", response={200: BaseHits, **REFUSALS}, url_name="base-search", operation_id="base_search"
)
def base_search(
    request: HttpRequest, q: str, region: str = "", industry: str = "", honour: str = "", limit: int = 10
) -> Any:
    """Search the national base as one types; region, industry and honour are codes, several with commas."""
    served = opened()
    if served is None:
        raise Http404
    from sanku.warehouse.names.reader import Filters

    filters = Filters(regions=_codes(region), industries=_codes(industry.upper()), honours=_codes(honour))
    hits = base_hits(user_of(request), q, limit=max(1, min(limit, MOST_HITS)), filters=filters)
    return {"version": served.version.name, "items": [_hit(hit) for hit in hits]}


def _codes(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")[:60] if part.strip())


@router.post("/pick", response={200: Taken, **REFUSALS}, url_name="base-pick", operation_id="base_pick")
def base_pick(request: HttpRequest, body: Rows) -> Any:
    """Make or find the zone's records of companies of the base."""
    known = base_companies(body.version, list(dict.fromkeys(body.rows)))
    if known is None:
        raise InvalidInput([said(Wrong("base_changed", "rows", {"version": body.version}))])
    picked = pick_companies(
        known, version=body.version, actor=user_of(request), now=timezone.now(), via=web_via(request)
    )
    return {
        "made": [record.pk for record in picked.made],
        "found": [record.pk for record in picked.found],
        "refused": [
            {"name": name, "message": " ".join(problem.message() for problem in problems)}
            for name, problems in picked.refused
        ],
    }
