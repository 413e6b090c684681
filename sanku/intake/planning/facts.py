"""What the facts of a row mean in the fields of a library: plain values, nothing looked up.

Each function returns the values of a record and what has no place in it, as written, by the name of the fact.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from sanku.companies.models import TargetStatus
from sanku.intake.fields import CAPITAL, FOREIGN_CAPITAL

Facts = Mapping[str, Any]
Values = dict[str, Any]
AsWritten = dict[str, str]

HONOURS: tuple[tuple[str, str], ...] = (
    ("fortune_500", r"世界(?:五百|500)强|财富(?:世界)?500|fortune"),
    ("china_500", r"中国(?:企业|民营企业|制造业)?(?:五百|500)强"),
    ("central_soe", r"央企|中央企业"),
    ("provincial_soe", r"省属|省管(?:企业|国企)"),
    ("multinational", r"跨国"),
    ("chain_leader", r"链主"),
    ("industry_leader", r"龙头|领军|行业第一"),
    ("above_size", r"规上|规模以上|四上"),
    ("high_tech", r"高新技术企业|高企|国高"),
    ("little_giant", r"小巨人"),
    ("specialised", r"专精特新"),
    ("unicorn", r"(?<!准)独角兽"),
    ("listed", r"(?<!拟)(?<!待)上市"),
)
TARGET_STATUSES: tuple[tuple[str, str], ...] = (
    ("dropped", r"放弃|终止|流失|无意向|拒绝|失败|dropped"),
    ("paused", r"暂停|暂缓|搁置|停滞|paused|onhold"),
    ("new", r"未(?:对接|接触|联系|拜访)|[拟待](?:对接|接触|联系|拜访)|尚未|摸排|^new$"),
    ("won", r"已?签约|已?落户|已?落地|won"),
    ("negotiating", r"洽谈|谈判|在谈|磋商|negotiat"),
    ("visiting", r"互访|考察|来访|实地|拜访|visiting"),
    ("interested", r"意向|有兴趣|interested"),
    ("contacted", r"对接|接触|联系|接洽|contacted"),
)
SHORT_STATUS = 8  # characters; a longer text tells a story, it names no status

COMPANY = {
    "name": "enterprise.name",
    "province": "enterprise.province",
    "city": "enterprise.city",
    "address": "enterprise.address",
    "industry_text": "enterprise.industry_text",
    "business_scope": "enterprise.scope",
    "revenue_cny": "enterprise.revenue_cny",
    "revenue_growth": "enterprise.revenue_growth",
    "profit_cny": "enterprise.profit_cny",
    "tax_cny": "enterprise.tax_cny",
    "note": "enterprise.note",
}
TARGET = {
    "next_action": "target.next_action",
    "site_wish": "target.site_wish",
    "facets": "target.focus_facets",
    "note": "target.note",
}
PROJECT = {
    "code": "project.code",
    "name": "project.name",
    "content": "project.content",
    "sector": "project.sector",
    "fixed_asset_cny": "project.fixed_asset_cny",
    "foreign_investment_cny": "project.foreign_investment",
    "land_m2": "project.land_m2",
    "money_in_place_cny": "project.money_in_place_cny",
    "stage": "project.stage",
    "progress": "project.progress",
    "expected_output_cny": "project.expected_output_cny",
    "note": "project.note",
}
SITE = {
    "code": "site.code",
    "kind": "site.kind",
    "park": "site.park",
    "address": "site.address",
    "building": "site.building",
    "floor": "site.floor",
    "unit": "site.unit",
    "zoning": "site.zoning",
    "plot_ratio": "site.plot_ratio",
    "area_total_m2": "site.area_total_m2",
    "area_free_m2": "site.area_free_m2",
    "price_sale_cny_m2": "site.price_sale_cny_m2",
    "price_rent_cny_m2_month": "site.price_rent_cny_m2_month",
    "service_fee_cny_m2_month": "site.service_fee_cny_m2_month",
    "clear_height_m": "site.clear_height_m",
    "floor_load_t_m2": "site.floor_load_t_m2",
    "power_kva": "site.power_kva",
    "lon": "site.lon_wgs84",
    "lat": "site.lat_wgs84",
    "boundary": "site.boundary",
    "status": "site.status",
    "held_for": "site.held_for",
    "owner_name": "site.owner_name",
    "occupier_name": "site.occupier_name",
    "vacancy": "site.vacancy",
    "note": "site.note",
}
TOUCH = {
    "method": "visit.method",
    "content": "visit.content",
    "result": "visit.result",
}
CONTACT = {"name": "contact.name", "phone": "contact.phone"}
# Where a refused value of a field stands in the table, if not under the names above.
ELSEWHERE = {
    "uscc": ("enterprise.uscc", "project.investor_uscc"),
    "old_code": ("enterprise.uscc", "project.investor_uscc"),
    "name": ("project.investor_name", "visit.enterprise_name"),
    "established_on": ("enterprise.established_date",),
    "registered_capital": ("enterprise.registered_capital_cny",),
    "headcount": ("enterprise.headcount",),
    "products": ("enterprise.products",),
    "investment": ("project.investment_amount", "project.investment_cny"),
    "company": ("enterprise.name",),
    "department": ("project.owner_department", "target.owner_squad"),
    "squad": ("target.owner_squad",),
    "on": ("visit.date",),
    "participants": ("visit.participants",),
    "next_action": ("target.next_action",),
    "source": ("lead.source",),
    "held_until": ("site.held_until", "site.status"),
    "investor_name": ("project.investor_name", "enterprise.name"),
}


def fact_names(library: str, field: str) -> tuple[str, ...]:
    """Return the facts from which a field of a library's record may come."""
    if field == "tags" or field.startswith("custom-"):  # a zone's own, called as in the record
        return (field,)
    own = {"company": COMPANY, "target": TARGET, "project": PROJECT, "site": SITE, "touch": TOUCH}.get(
        library, CONTACT
    )
    return (*([own[field]] if field in own else []), *ELSEWHERE.get(field, ()))


def text(value: Any) -> str:
    """Return a fact as text: a list joined, a number without a useless fraction."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return str(value)


def _taken(facts: Facts, places: Mapping[str, str]) -> Values:
    values: Values = {}
    for name, fact in places.items():
        value = facts.get(fact)
        if value is None or value == "":
            continue
        values[name] = (
            Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
        )
    return values


def _date(facts: Facts, fact: str, name: str, values: Values, rest: AsWritten) -> None:
    """Put a date into the values; one known only to its month or year becomes its first day, and is kept as written."""
    written = facts.get(fact)
    if not isinstance(written, str) or not written:
        return
    parts = [int(part) for part in written[:10].split("-")]
    year, month, day = [*parts, 1, 1][:3]
    values[name] = date(year, month, day)
    if len(parts) < 3:
        rest[fact] = written


def _count(facts: Facts, fact: str, name: str, values: Values, rest: AsWritten) -> None:
    value = facts.get(fact)
    if value is None:
        return
    if float(value) == int(value):
        values[name] = int(value)
    else:
        rest[fact] = str(value)


def split_honours(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the codes that words of honour name, and the words that name none."""
    codes: set[str] = set()
    unknown = []
    for word in words:
        word = word.replace(" ", "")
        found = [code for code, pattern in HONOURS if re.search(pattern, word, re.IGNORECASE)]
        codes.update(found)
        if not found:
            unknown.append(word)
    if "little_giant" in codes and not any(re.search("专精特新", word) for word in words):
        codes.discard("specialised")
    return sorted(codes), unknown


@lru_cache(maxsize=1024)
def status_called(words: str) -> str | None:
    """Return the status whose name some words are, as lists and exports write it."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            for status in TargetStatus:
                if words == str(status.label):
                    return str(status.value)
    return None


def target_status(words: str) -> str | None:
    """Return the status that a few words name; a longer text names none."""
    if len(words) > SHORT_STATUS:
        return None
    low = re.sub(r"\s", "", words.lower())
    if named := status_called(words):
        return named
    return next((status for status, pattern in TARGET_STATUSES if re.search(pattern, low)), None)


def code_values(code: Any) -> Values:
    """Return where a company's code belongs: one of 18 characters is its USCC, an older one is kept as such.

    The parser has refused codes of 18 characters whose check character does not fit.
    """
    if not code:
        return {}
    return {"uscc": str(code)} if len(str(code)) == 18 else {"old_code": str(code)[:20]}


def company_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a company: of `enterprise.*`, money in yuan."""
    values, rest = _taken(facts, COMPANY), AsWritten()
    values |= code_values(facts.get("enterprise.uscc"))
    _date(facts, "enterprise.established_date", "established_on", values, rest)
    _count(facts, "enterprise.headcount", "headcount", values, rest)
    capital = facts.get(CAPITAL)
    foreign, currency = (facts.get(name) for name in FOREIGN_CAPITAL)
    if foreign is not None and currency:
        values |= {"registered_capital": Decimal(str(foreign)), "registered_capital_currency": str(currency)}
    elif capital is not None:
        values |= {"registered_capital": Decimal(str(capital)), "registered_capital_currency": "CNY"}
    products = text(facts.get("enterprise.products"))
    if products:
        values["products"] = products
    words = facts.get("enterprise.honours") or []
    codes, unknown = split_honours(words if isinstance(words, list) else [str(words)])
    if codes:
        values["honours"] = codes
    if unknown:
        rest["enterprise.honours"] = "、".join(unknown)
    return values, rest


def investor_values(facts: Facts) -> Values:
    """Read what a project's row says of its investor."""
    return {
        "name": text(facts.get("project.investor_name")),
        **code_values(facts.get("project.investor_uscc")),
    }


def contact_values(facts: Facts) -> Values:
    """Read the person to talk to."""
    return {name: text(value) for name, value in _taken(facts, CONTACT).items()}


def target_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a target client, without the people and squads it names."""
    values, rest = _taken(facts, TARGET), AsWritten()
    _date(facts, "target.next_action_date", "next_action_on", values, rest)
    _date(facts, "target.first_contact_date", "first_contact_on", values, rest)
    _date(facts, "target.last_touch_date", "last_touch_on", values, rest)
    _count(facts, "target.touch_count", "touch_count", values, rest)
    words = text(facts.get("target.status"))
    status = target_status(words)
    if status:
        values["status"] = status
    if words:
        rest["target.status"] = words
    return values, rest


def _stage_date(stage: str, values: Values) -> date | None:
    """Return since when a project is in a stage, where the row itself says so."""
    found = {"signed": values.get("signed_on"), "construction": values.get("started_on")}.get(stage)
    return found if isinstance(found, date) else None


def project_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a project, without the investor, department and people it names."""
    values, rest = _taken(facts, PROJECT), AsWritten()
    _date(facts, "project.signed_date", "signed_on", values, rest)
    _date(facts, "project.planned_start_date", "planned_start_on", values, rest)
    _date(facts, "project.start_date", "started_on", values, rest)
    _count(facts, "project.jobs", "jobs", values, rest)
    amount, currency = facts.get("project.investment_amount"), facts.get("project.investment_currency")
    cny = facts.get("project.investment_cny")
    if amount is not None:
        values |= {"investment": Decimal(str(amount)), "investment_currency": currency or "CNY"}
        if cny is not None and (currency or "CNY") != "CNY":
            rest["project.investment_cny"] = str(cny)
    elif cny is not None:
        values |= {"investment": Decimal(str(cny)), "investment_currency": "CNY"}
    if facts.get("project.in_place_rate") is not None:
        rest["project.in_place_rate"] = str(facts["project.in_place_rate"])
    since = _stage_date(str(values.get("stage", "")), values)
    if since is not None:
        values["stage_on"] = since
    return values, rest


def lead_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a lead as a project in its first stage; what it says of the courting goes with it as written."""
    values, rest = project_values(facts)
    values["stage"] = "lead"
    source = text(facts.get("lead.source"))
    if source:
        values["source"] = source
    moment = facts.get("lead.first_report_time")
    if isinstance(moment, str) and moment:
        values["first_reported_at"] = _moment(moment)
        if len(moment) < 10:
            rest["lead.first_report_time"] = moment
    next_action = text(facts.get("target.next_action"))
    if next_action:
        values["next_action"] = next_action
    _date(facts, "target.next_action_date", "next_action_on", values, rest)
    for name in ("status", "first_contact_date", "last_touch_date", "touch_count", "site_wish"):
        if facts.get(f"target.{name}") not in (None, ""):
            rest[f"target.{name}"] = text(facts[f"target.{name}"])
    return values, rest


def _moment(written: str) -> datetime:
    """Read “2017-09-08 16:59” or a date, without a time zone: the caller knows which one is meant."""
    if len(written) > 10:
        return datetime.strptime(written[:16], "%Y-%m-%d %H:%M")
    parts = [int(part) for part in written.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return datetime(year, month, day)


def site_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a carrier; it is called by its place where it has no name of its own."""
    values, rest = _taken(facts, SITE), AsWritten()
    for name in ("lon", "lat"):
        if name in values:
            values[name] = float(values[name])
    if "plot_ratio" in values:
        values["plot_ratio"] = text(facts["site.plot_ratio"])
    for name in ("code", "park", "building", "floor", "unit", "zoning"):
        if name in values:
            values[name] = text(facts[SITE[name]])
    _date(facts, "site.held_until", "held_until", values, rest)
    _date(facts, "site.available_date", "available_on", values, rest)
    values["name"] = text(facts.get("site.name"))[:200] or site_name(values)
    return values, rest


def site_name(values: Mapping[str, Any]) -> str:
    """Return what a carrier is called: park, building, floor and unit, else its number or address."""
    place = [str(values[name]) for name in ("park", "building", "floor", "unit") if values.get(name)]
    return (" ".join(place) or str(values.get("code", "")) or str(values.get("address", "")))[:200]


def touch_values(facts: Facts) -> tuple[Values, AsWritten]:
    """Read a visit."""
    values, rest = _taken(facts, TOUCH), AsWritten()
    _date(facts, "visit.date", "on", values, rest)
    people = text(facts.get("visit.participants"))
    if people:
        values["participants"] = people
    return values, rest
