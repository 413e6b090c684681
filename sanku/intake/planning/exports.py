"""Which column of a library's export comes back as which field of an import."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from sanku.intake.exported import Exports
from sanku.intake.headers import plain
from sanku.intake.rowview import CHOICES
from sanku.library.exports import titles_of
from sanku.library.known import libraries
from sanku.library.specs import Reader

# Of each library the field that a column, by its key, is read as; "" for what follows from other facts, or is changed
# on the page alone. A test compares them with the libraries' columns.
FIELDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "companies": (
        "enterprise",
        {
            "name": "enterprise.name",
            "uscc": "enterprise.uscc",
            "sector": "",
            "place": "enterprise.province+city",
            "capital": "enterprise.registered_capital_cny",
            "honours": "enterprise.honours",
            "established": "enterprise.established_date",
            "status": "",
            "headcount": "enterprise.headcount",
            "revenue": "enterprise.revenue_cny",
            "industry": "enterprise.industry_text",
            "address": "enterprise.address",
            "city": "enterprise.city",
            "leader": "assignment.leader",
            "officer": "target.owner_officer",
            "updated": "",
        },
    ),
    "targets": (
        "target_client",
        {
            "company": "enterprise.name",
            "status": "target.status",
            "facets": "target.focus_facets",
            "owner": "",
            "next_action": "target.next_action",
            "next_on": "target.next_action_date",
            "last_touch": "target.last_touch_date",
            "touch_count": "target.touch_count",
            "sector": "",
            "campaign": "",
            "score": "",
            "department": "",
            "uscc": "enterprise.uscc",
            "source": "",
            "first_contact": "target.first_contact_date",
            "updated": "",
        },
    ),
    "projects": (
        "project",
        {
            "name": "project.name",
            "stage": "project.stage",
            "investment": "project.investment_cny",
            "land": "project.land_m2",
            "days": "",
            "next_action": "",
            "next": "",
            "lead": "project.team_lead",
            "investor": "project.investor_name",
            "contracted": "",
            "fixed": "project.fixed_asset_cny",
            "in_place": "project.money_in_place_cny",
            "money_origin": "",
            "department": "project.owner_department",
            "squad": "",
            "sector": "project.sector",
            "responsible_leader": "project.responsible_leader",
            "service_officer": "",
            "signed": "project.signed_date",
            "started": "project.start_date",
            "progress": "project.progress",
            "code": "project.code",
            "jobs": "project.jobs",
            "output": "project.expected_output_cny",
            "tax": "",
            "per_mu": "",
            "updated": "",
        },
    ),
    "sites": (
        "site",
        {
            "name": "site.name",
            "status": "site.status",
            "kind": "site.kind",
            "park": "site.park",
            "area": "site.area_total_m2",
            "free": "site.area_free_m2",
            "sale": "site.price_sale_cny_m2",
            "price_rent_cny_m2_month": "site.price_rent_cny_m2_month",
            "clear_height_m": "site.clear_height_m",
            "floor_load_t_m2": "site.floor_load_t_m2",
            "power_kva": "site.power_kva",
            "available": "site.available_date",
            "held": "site.held_for",
            "held_until": "site.held_until",
            "code": "site.code",
            "tenure": "",
            "address": "site.address",
            "building": "site.building",
            "floor": "site.floor",
            "unit": "site.unit",
            "zoning": "site.zoning",
            "plot_ratio": "site.plot_ratio",
            "allowed_sectors": "",
            "gas_m3_h": "",
            "steam_t_h": "",
            "water_t_d": "",
            "listing": "",
            "owner_name": "site.owner_name",
            "occupier_name": "site.occupier_name",
            "updated": "",
        },
    ),
}


_kept: dict[str, Exports] = {}


def exports_for(reader: Reader) -> Exports:
    """Return by what the exports of the reader's zone are known, in whatever language they were written."""
    unit = reader.area_unit  # nothing else of a zone stands in the titles
    if unit not in _kept:
        _kept[unit] = _made(reader)
    return _kept[unit]


def _made(reader: Reader) -> Exports:
    titles: dict[str, dict[str, str]] = {kind: {} for kind, _fields in FIELDS.values()}
    marks: list[set[str]] = [set(), set()]
    words: dict[str, dict[str, str]] = {type_: {} for type_ in CHOICES}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for place, mark in enumerate((_("Exported by"), _("Exported at"))):
                marks[place].add(plain(mark))
            for type_, choices in CHOICES.items():
                words[type_] |= {plain(str(label)): code for code, label in choices.choices}
            for name, (kind, fields) in FIELDS.items():
                columns = [column for column in libraries()[name].columns if column.key in fields]
                for column, title in zip(columns, titles_of(columns, reader), strict=True):
                    titles[kind].setdefault(plain(title), fields[column.key])
    return Exports(tuple(tuple(sorted(said)) for said in marks), titles, words)
