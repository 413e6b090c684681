"""What the fields of a table are called, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Promise] = {
    "enterprise": _("Company"),
    "contact": _("Contact"),
    "target": _("Target client"),
    "project": _("Project"),
    "site": _("Carrier"),
    "lead": _("Lead"),
    "assignment": _("Responsibility"),
    "visit": _("Visit"),
}
NAMES: dict[str, Promise] = {
    "enterprise.name": _("name"),
    "enterprise.uscc": _("credit code"),
    "enterprise.province": _("province"),
    "enterprise.city": _("city"),
    "enterprise.province+city": _("province and city"),
    "enterprise.address": _("address"),
    "enterprise.established_date": _("established"),
    "enterprise.registered_capital_cny": _("registered capital"),
    "enterprise.headcount": _("headcount"),
    "enterprise.honours": _("honours"),
    "enterprise.industry_text": _("industry"),
    "enterprise.products": _("products"),
    "enterprise.scope": _("business scope"),
    "enterprise.revenue_cny": _("revenue"),
    "enterprise.profit_cny": _("profit"),
    "enterprise.tax_cny": _("tax paid"),
    "enterprise.revenue_growth": _("revenue growth"),
    "enterprise.note": _("remark"),
    "contact.name": _("name"),
    "contact.phone": _("phone"),
    "contact.name+phone": _("name and phone"),
    "target.focus_facets": _("focus"),
    "target.owner_squad": _("squad"),
    "target.owner_officer": _("officer"),
    "target.status": _("status"),
    "target.next_action": _("next action"),
    "target.next_action_date": _("date of the next action"),
    "target.first_contact_date": _("first contact"),
    "target.last_touch_date": _("last touch"),
    "target.touch_count": _("touches"),
    "target.site_wish": _("site wanted"),
    "target.note": _("remark"),
    "project.code": _("number"),
    "site.name": _("name"),
    "site.boundary": _("boundary"),
    "project.name": _("name"),
    "project.content": _("what is built"),
    "project.investor_name": _("investor"),
    "project.investor_uscc": _("investor's credit code"),
    "project.sector": _("sector"),
    "project.investment_currency": _("currency"),
    "project.investment_amount": _("investment in its currency"),
    "project.investment_cny": _("planned investment"),
    "project.foreign_investment": _("foreign investment"),
    "project.fixed_asset_cny": _("fixed assets"),
    "project.land_m2": _("land"),
    "project.money_in_place_cny": _("money in place"),
    "project.in_place_rate": _("share in place"),
    "project.stage": _("stage"),
    "project.signed_date": _("signed on"),
    "project.planned_start_date": _("planned start"),
    "project.start_date": _("started on"),
    "project.progress": _("progress"),
    "project.owner_department": _("department"),
    "project.responsible_leader": _("responsible leader"),
    "project.team_lead": _("team lead"),
    "project.expected_output_cny": _("expected output"),
    "project.jobs": _("jobs"),
    "project.note": _("remark"),
    "site.code": _("number"),
    "site.kind": _("kind"),
    "site.park": _("park"),
    "site.address": _("address"),
    "site.building": _("building"),
    "site.floor": _("floor"),
    "site.unit": _("unit or room"),
    "site.zoning": _("zoning"),
    "site.plot_ratio": _("plot ratio"),
    "site.area_total_m2": _("total area"),
    "site.area_free_m2": _("free area"),
    "site.price_sale_cny_m2": _("sale price"),
    "site.price_rent_cny_m2_month": _("rent"),
    "site.service_fee_cny_m2_month": _("service fee"),
    "site.clear_height_m": _("clear height"),
    "site.floor_load_t_m2": _("floor load"),
    "site.power_kva": _("power"),
    "site.lon_wgs84": _("longitude"),
    "site.lat_wgs84": _("latitude"),
    "site.lon_lat": _("coordinates"),
    "site.status": _("status"),
    "site.held_for": _("held for"),
    "site.held_until": _("held until"),
    "site.available_date": _("available from"),
    "site.owner_name": _("owner"),
    "site.occupier_name": _("occupier"),
    "site.vacancy": _("vacancy"),
    "site.note": _("remark"),
    "lead.source": _("source"),
    "lead.first_report_time": _("first reported"),
    "assignment.leader": _("leader"),
    "visit.date": _("date"),
    "visit.enterprise_name": _("company"),
    "visit.method": _("way"),
    "visit.participants": _("people"),
    "visit.content": _("what was said"),
    "visit.result": _("outcome"),
}

TAGS = _("Tags")
OWN_FIELD = _("Own field")


def field_label(name: str) -> str:
    """Return what a field is called: “Company · name”."""
    group = GROUPS.get(name.split(".")[0])
    return f"{group} · {NAMES.get(name, name)}" if group is not None else name


def short_label(column: Mapping[str, Any]) -> str:
    """Return what the field of a column, as a table keeps it, is called."""
    if "own" not in column:
        return str(NAMES[column["field"]])
    return str(TAGS) if column["own"]["own"] == "tags" else str(column["own"]["label"])


def column_label(column: Mapping[str, Any]) -> str:
    """Return what the field of a column is called, with what it belongs to."""
    return own_label(column["own"]) if "own" in column else field_label(column["field"])


def own_label(own: Mapping[str, Any]) -> str:
    """Return what a field of the zone is called: “Own field · energy”."""
    return str(TAGS) if own["own"] == "tags" else f"{OWN_FIELD} · {own['label']}"
