"""Decide what kind of records a table holds, from what its headers and values could mean."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from sanku.common.codes import classify_code, clean_code, looks_like_uscc
from sanku.common.coordinates import read_degrees, read_pair
from sanku.common.dates import read_date
from sanku.common.quantities import scan
from sanku.common.sheets import CellError, Value
from sanku.common.text import squeeze
from sanku.intake.fields import IDENTITY, KINDS, Field, Kind
from sanku.intake.headers import normalise_header, plain
from sanku.intake.table import Header, text_of
from sanku.intake.words import PROVINCES, short_province, site_status_of, stage_of

_GENERIC_NAME = re.compile(r"名称|全称|名|name")
_PHONE = re.compile(r"\+?\(?(?:0\d{2,3}|1[\d*]{2}|400|800|86)\)?[-\d* 转;；/、,]{5,}.*")
_FACTS = {
    "enterprise.registered_capital_cny", "enterprise.established_date", "enterprise.revenue_cny", "enterprise.profit_cny",
    "enterprise.tax_cny", "enterprise.scope", "enterprise.revenue_growth", "enterprise.address",
}  # fmt: skip
_PROJECT_FACTS = {
    "project.investment_cny", "project.investment_amount", "project.stage", "project.signed_date", "project.start_date",
    "project.fixed_asset_cny", "project.land_m2", "project.money_in_place_cny", "project.content",
}  # fmt: skip
# A title that names a kind counts as much as a few columns that do.
_TITLES: tuple[tuple[Kind, str, int], ...] = (
    ("target_client", r"目标(?:客户|企业|客商|招商|名单)|拟招引|客户名单|招引对象|target|对接企业", 4),
    ("lead", r"线索|客商信息|信息登记|首报|lead", 4),
    ("visit", r"走访|拜访|调研(?:记录|台账)|入企|visit", 4),
    ("project", r"项目|签约|pipeline|project", 2),
    ("site", r"载体|土地|地块|宗地|厂房|楼宇|写字楼|房源|闲置|site|parcel", 3),
    ("enterprise", r"企业(?:名录|名单|信息|情况|底库|基本|登记|汇总|一览|主要)|名录|规上|compan", 2),
)
_CLIENT = re.compile(
    r"(?:目标|意向|拟引进|拟招引?|潜在|重点)?(?:客户|客商)(?:名称?|单位|企业|全称)|(?:意向|潜在|拟对接)企业"
)
_DEDICATED = re.compile(r"包保|包联|挂包|包抓|结对|帮扶|帮包|联系服务|责任清单|assignment")


@dataclass(slots=True)
class Candidate:
    """A column, what its header can mean, and a sample of its values."""

    header: Header
    fields: tuple[tuple[Field, int], ...]
    sample: list[Value]
    facet: str | None = None
    stage: str | None = None
    fits: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the header itself."""
        return self.header.leaf

    def fit(self, type_: str) -> float:
        """Return which share of the sample could be of a type."""
        if type_ not in self.fits:
            self.fits[type_] = fit(type_, self.sample)
        return self.fits[type_]


def fit(type_: str, sample: list[Value]) -> float:
    """Return which share of the values could be of a type; 0.5 where that cannot be told."""
    values = [value for value in sample if not isinstance(value, CellError)]
    if not values or type_ in ("text", "list", "facets", "sector", "contact", "id", "site_kind"):
        return 0.5
    return sum(could_be(type_, value) for value in values) / len(values)


def could_be(type_: str, value: Value) -> bool:
    """Tell whether a value could be of a type."""
    text = text_of(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if type_ == "code":
        code = clean_code(text)
        return (
            looks_like_uscc(code)
            or classify_code(code) in ("registration_15", "precision_lost")
            or (number and float(text) > 1e14)
        )
    if type_ == "phone":
        return bool(_PHONE.fullmatch(squeeze(text)))
    if type_ in ("date", "moment"):
        return not isinstance(value, str | int | float) or read_date(value, year=2000).problem in (
            None,
            "date_impossible",
            "date_range",
            "date_ambiguous",
        )
    if type_ in (
        "money",
        "investment",
        "foreign",
        "area",
        "number",
        "count",
        "percent",
        "sale_price",
        "rent_price",
    ):
        return number or (isinstance(value, str) and bool(scan(value).quantities) and len(value) < 40)
    if type_ == "ordinal":
        return number or bool(re.fullmatch(r"[（(]?\d{1,6}[）)、.]?|[①-⑳㉑-㉟]", squeeze(text)))
    if type_ in ("lon", "lat"):
        return number or read_degrees(text) is not None
    if type_ == "lon_lat":
        return read_pair(text) is not None
    if type_ == "province":
        return short_province(text) in PROVINCES
    if type_ == "place":
        return plain(text).startswith(PROVINCES) and short_province(text) not in PROVINCES
    if type_ == "stage":
        return stage_of(text) is not None
    if type_ == "site_status":
        return site_status_of(text) is not None
    if type_ in ("name", "city"):
        return isinstance(value, str) and not re.fullmatch(r"[\d.,%]+", text)
    return True


def kind_of(candidates: list[Candidate], title: str) -> Kind:
    """Return the kind that explains the columns best, “none” where nothing names records."""
    best: tuple[float, Kind] = (0.0, "none")
    words = plain(title)
    for kind in KINDS:
        score = _score(kind, candidates, words)
        if score > best[0]:
            best = (score, kind)
    return best[1]


def _score(kind: Kind, candidates: list[Candidate], title: str) -> float:
    """Return how well a kind explains the columns, 0 where nothing names its records."""
    seen: set[str] = set()
    heard: dict[str, Field] = {}
    score = 0.0
    told = True
    for candidate in candidates:
        if candidate.facet and kind == "target_client":
            score += 2
        if candidate.stage and kind == "project":
            seen.add("project.stage")
            score += 1
        found = _best_field(kind, candidate, seen)
        if found is None or found.type in ("ordinal", "unit"):
            continue
        seen.add(found.name)
        heard[found.name] = found
        score += 0.5 if found.name.endswith(".note") else 1
        # 名称 alone names anything: it speaks for no kind.
        generic = found.name in ("project.name", "site.park") and bool(
            _GENERIC_NAME.fullmatch(normalise_header(candidate.text))
        )
        told = told and not generic
        if kind in found.speaks_for and not generic:
            score += found.weight
    strong = IDENTITY[kind] if kind != "site" else ("site.code", "site.unit", "site.building", "site.park")
    if kind == "site" and "site.address" in seen and {"site.area_total_m2", "site.status"} & seen:
        strong = IDENTITY["site"]
    hinted = any(meant == kind and re.search(words, title) for meant, words, _ in _TITLES) or (
        kind == "target_client"
        and (
            sum(candidate.facet is not None for candidate in candidates) >= 2
            or ({"target.status", "target.next_action"} & seen and any(map(_names_clients, candidates)))
        )
    )
    if kind == "site" and not told and not hinted and not seen & (set(strong) - {"site.park"}):
        return 0.0
    filled = seen - {name for name in seen if name.endswith(".note")}
    if not seen & set(strong) or len(filled) < (3 if len(candidates) > 3 else 2):
        return 0.0
    if (
        kind == "site"
        and not {
            "site.area_total_m2",
            "site.area_free_m2",
            "site.status",
            "site.price_rent_cny_m2_month",
            "site.code",
        }
        & seen
    ):
        return 0.0
    if (
        kind == "visit"
        and len(seen & {"visit.date", "visit.method", "visit.participants", "visit.content", "visit.result"})
        < 2
    ):
        return 0.0
    named = told and "project.name" in seen
    if kind == "project" and not named and len(seen & _PROJECT_FACTS) < 2:
        return 0.0
    spoken = sum(
        field_.weight
        for name, field_ in heard.items()
        if name != "enterprise.name" and kind in field_.speaks_for
    )
    if kind == "target_client" and not hinted and spoken < 4:
        return 0.0
    if kind == "lead" and not hinted and "lead.source" not in seen:
        return 0.0
    if kind == "lead" and {"lead.source", "lead.first_report_time"} <= seen:
        score += 6  # who reported it when, and whence: a register of leads, whatever else it says of them
    if kind == "assignment":
        if "assignment.leader" not in seen:
            return 0.0
        score += 16 if _DEDICATED.search(title) else -1.5 * len(seen & _FACTS)
    return score + sum(
        points for meant, words, points in _TITLES if meant == kind and re.search(words, title)
    )


def _names_clients(candidate: Candidate) -> bool:
    """Tell whether a column names those whom the zone wants: 客户名称, not merely 企业名称."""
    return bool(_CLIENT.match(normalise_header(candidate.text)))


def _best_field(kind: Kind, candidate: Candidate, taken: Iterable[str]) -> Field | None:
    best: tuple[float, Field] | None = None
    for field_, rank in candidate.fields:
        if kind not in field_.kinds or field_.name in taken:
            continue
        points = points_of(field_, rank, candidate)
        if best is None or points > best[0]:
            best = (points, field_)
    return best[1] if best and best[0] > 2 else None


def points_of(field_: Field, rank: int, candidate: Candidate) -> float:
    """Return how well a column suits a field: its header first, its values next."""
    points = 6.0 - 0.5 * rank + 3 * candidate.fit(field_.type)
    if (
        field_.type == "id"
        and candidate.sample
        and candidate.fit("ordinal") > 0.8
        and _counts_up(candidate.sample)
    ):
        points -= 7  # 编号 over 1, 2, 3 … is a serial number
    year = re.search(r"20(\d\d)", plain("".join(candidate.header.levels)))
    if year and field_.type == "investment":
        # 2026年计划投资 is what one year sees of the 总投资.
        points -= 0 if "总" in candidate.text else 2
    elif year:
        points += int(year[1]) / 100  # of one figure for several years the latest is meant
    if (
        field_.type in ("code", "date", "lon", "lat")
        and len(candidate.sample) >= 5
        and candidate.fit(field_.type) < 0.2
    ):
        points -= 3
    return points


def _counts_up(sample: list[Value]) -> bool:
    numbers = [
        int(found[0])
        for value in sample
        if (found := re.search(r"\d+", squeeze(text_of(value)).split(".")[0]))
    ]
    steps = [after - before for before, after in pairwise(numbers)]
    return bool(steps) and sum(step == 1 for step in steps) >= 0.6 * len(steps)
