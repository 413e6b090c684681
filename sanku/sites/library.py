"""The library of carriers: its columns, filters and the sections of a record."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext

from sanku.accounts.models import Sector, User
from sanku.accounts.rules import WRITES_SITES
from sanku.common import display
from sanku.common.dates import read_date
from sanku.library import cells
from sanku.library.specs import Cell, Column, Fact, Filter, Library, Reader, Section
from sanku.sites import cells as own
from sanku.sites import operations
from sanku.sites.models import Site, SiteKind, SiteStatus, Tenure
from sanku.sites.queries import parcel_merged_into, parks_for, similar_sites, sites_for, sites_within


def _name(site: Site, reader: Reader) -> Cell:
    # Many a carrier is called by its number: then its address says more.
    told = not site.code or site.name.startswith(site.code)
    return {"text": site.name, "sub": site.address if told else site.code}


def _held(name: str) -> Any:
    return lambda site, reader: (getattr(site, name) or None) if own.is_held(site) else None


COLUMNS = [
    Column("name", _("Carrier"), _name, lambda site, reader: site.name, sort="name"),
    Column(
        "status",
        _("Status"),
        own.status_cell,
        lambda site, reader: str(SiteStatus(site.status_now).label),
    ),
    cells.choice("kind", _("Kind")),
    cells.text("park", _("Park"), sort="park"),
    cells.area("area", _("Total area"), "area_total_m2"),
    cells.area("free", _("Free area"), "area_free_m2"),
    Column(
        "sale",
        _("Sale price"),
        own.sale_cell,
        lambda site, reader: site.price_sale_cny_m2,
        sort="price_sale_cny_m2",
        unit=own.PER_M2,
        align="num",
    ),
    cells.number("price_rent_cny_m2_month", _("Rent"), unit=own.PER_M2_MONTH, sort="price_rent_cny_m2_month"),
    cells.number("clear_height_m", _("Clear height"), unit="m", sort="clear_height_m"),
    cells.number("floor_load_t_m2", _("Floor load"), unit="t/m²", sort="floor_load_t_m2"),
    cells.number("power_kva", _("Power"), unit="kVA", sort="power_kva"),
    cells.day("available", _("Available from"), "available_on"),
    Column("held", _("Held for"), own.hold_cell, _held("held_for")),
    Column(
        "held_until",
        _("Held until"),
        lambda site, reader: {
            "html": display.day(site.held_until if own.is_held(site) else None, reader.today)
        },
        _held("held_until"),
        sort="held_until",
        shown=False,
    ),
    cells.text("code", _("Number"), sort="code", shown=False),
    cells.choice("tenure", _("Tenure"), shown=False),
    cells.text("address", _("Address"), shown=False),
    cells.text("building", _("Building"), shown=False),
    cells.text("floor", _("Floor"), shown=False),
    cells.text("unit", _("Unit or room"), shown=False),
    cells.text("zoning", _("Zoning"), shown=False),
    cells.text("plot_ratio", _("Plot ratio"), shown=False),
    cells.codes("allowed_sectors", _("Sectors allowed"), lambda: dict(Sector.choices), shown=False),
    cells.number("gas_m3_h", _("Gas"), unit="m³/h", shown=False),
    cells.number("steam_t_h", _("Steam"), unit="t/h", shown=False),
    cells.number("water_t_d", _("Water"), unit="t/d", shown=False),
    cells.choice("listing", _("Way of listing"), shown=False),
    cells.text("owner_name", _("Owner"), shown=False),
    cells.text("occupier_name", _("Occupier"), shown=False),
    cells.changed(_("Last changed")),
]


def _area_scale(user: User) -> Decimal:
    return Decimal(1) if user.zone.area_unit == "m2" else Decimal(2000) / 3


def _area_unit(user: User) -> str:
    return display.area_unit(user.zone.area_unit)


def _has_status(user: User, values: list[str]) -> Q:
    return Q(status_now__in=[value for value in values if value in SiteStatus.values])


def _can_be_had(user: User, values: list[str]) -> Q:
    """What is offered both ways can be had either way."""
    return Q(tenure__in=[*(value for value in values if value in Tenure.values), Tenure.BOTH])


def _available(user: User, values: list[str]) -> Q:
    """What names no date can be had at once, so it is there by any day."""
    first, last = (read_date(value).on if value else None for value in values)
    dated = Q(available_on__isnull=False)
    if first is not None:
        dated &= Q(available_on__gte=first)
    if last is not None:
        dated &= Q(available_on__lte=last)
    return dated if first is not None else dated | Q(available_on=None)


FILTERS = [
    Filter("kind", _("Kind"), "multi", "kind", options=lambda user: SiteKind.choices),
    Filter(
        "status",
        _("Status"),
        "multi",
        "status",
        options=lambda user: SiteStatus.choices,
        condition=_has_status,
    ),
    Filter(
        "park", _("Park"), "multi", "park", options=lambda user: [(park, park) for park in parks_for(user)]
    ),
    Filter("free", _("Free area"), "range", "area_free_m2", scale=_area_scale, unit=_area_unit),
    Filter("area", _("Total area"), "range", "area_total_m2", scale=_area_scale, unit=_area_unit),
    Filter("sale", _("Sale price"), "range", "price_sale_cny_m2", unit=own.PER_M2),
    Filter("rent", _("Rent"), "range", "price_rent_cny_m2_month", unit=own.PER_M2_MONTH),
    Filter("height", _("Clear height"), "range", "clear_height_m", unit="m"),
    Filter("load", _("Floor load"), "range", "floor_load_t_m2", unit="t/m²"),
    Filter("power", _("Power"), "range", "power_kva", unit="kVA"),
    Filter(
        "tenure",
        _("Tenure"),
        "choice",
        "tenure",
        options=lambda user: [(value, label) for value, label in Tenure.choices if value != Tenure.BOTH],
        condition=_can_be_had,
    ),
    Filter(
        "sector",
        _("Sectors allowed"),
        "multi",
        "allowed_sectors",
        options=lambda user: Sector.choices,
        codes=True,
    ),
    Filter(
        "available",
        _("Available from"),
        "date_range",
        "available_on",
        condition=_available,
        help=_("without a first day also what can be had at once"),
    ),
    Filter("within", _("Drawn on the map"), "area", "id", condition=sites_within),
]


SECTIONS = [
    Section(
        "identity",
        _("Identity"),
        [
            Fact("name", required=True),
            Fact("code"),
            Fact("kind", "choice"),
            Fact("park"),
            Fact("building"),
            Fact("floor"),
            Fact("unit"),
            Fact("owner_name"),
            Fact("occupier_name"),
        ],
    ),
    Section(
        "status",
        _("Status and hold"),
        [
            Fact("status", "choice", show=own.status_shown),
            Fact("held_for", show=own.hold_shown("held_for")),
            Fact(
                "held_until",
                "date",
                show=own.hold_shown("held_until"),
                help=_("a hold expires by itself after this day"),
            ),
            Fact("available_on", "date"),
            Fact("listing", "choice"),
            Fact("vacancy", "percent"),
        ],
    ),
    Section(
        "area",
        _("Area and price"),
        [
            Fact("area_total_m2", "area"),
            Fact("area_free_m2", "area"),
            Fact("is_divisible", "flag"),
            Fact("area_smallest_m2", "area"),
            Fact("tenure", "choice"),
            Fact("price_sale_cny_m2", "number", unit=own.PER_M2, show=own.sale_shown),
            Fact(
                "price_rent_cny_m2_month",
                "number",
                unit=own.PER_M2_MONTH,
                show=own.rent_shown("price_rent_cny_m2_month"),
            ),
            Fact(
                "service_fee_cny_m2_month",
                "number",
                unit=own.PER_M2_MONTH,
                show=own.rent_shown("service_fee_cny_m2_month"),
            ),
        ],
        hint=_("Total and free area, tenure, price and rent."),
    ),
    Section(
        "building",
        _("Ground and building"),
        [
            Fact("zoning"),
            Fact("plot_ratio"),
            Fact("clear_height_m", "number", unit="m"),
            Fact("floor_load_t_m2", "number", unit="t/m²"),
            Fact("allowed_sectors", "codes", options=lambda user: Sector.choices),
        ],
        hint=_("Zoning, plot ratio, clear height, floor load, sectors allowed."),
    ),
    Section(
        "utilities",
        _("Utilities and access"),
        [
            Fact("power_kva", "number", unit="kVA"),
            Fact("gas_m3_h", "number", unit="m³/h"),
            Fact("steam_t_h", "number", unit="t/h"),
            Fact("water_t_d", "number", unit="t/d"),
            Fact("sewage_class"),
            Fact("rail_access"),
            Fact("road_access"),
        ],
        hint=_("Power, gas, steam, water, sewage, rail and road."),
    ),
    Section(
        "place",
        _("Place"),
        [
            Fact("address"),
            Fact("lon", "position", label=_("position")),
            Fact("boundary", label=_("boundary"), editable=False, show=own.boundary_shown),
            Fact("note", "long"),
        ],
        hint=_("Address and position put the carrier on the map."),
    ),
]


def _totals(parts: list[tuple[Any, int, Any]], reader: Reader) -> list[str]:
    """Say count and free area of each status, in their order."""
    known = {status: (count, area) for status, count, area in parts}
    said = []
    for status, label in SiteStatus.choices:
        if status in known:
            count, area = known[status]
            unit = display.area_unit(reader.area_unit)
            figure = f" {display.area_number(area, reader.area_unit)} {unit}" if area else ""
            words = _now("%(status)s %(count)s%(area)s")
            said.append(words % {"status": label, "count": display.number(count), "area": figure})
    return said


def _similar(user: User, given: dict[str, str]) -> list[dict[str, Any]]:
    reader_unit = user.zone.area_unit
    code = given.get("code", "").strip()
    return [
        {
            "title": site.name,
            "sub": " · ".join(
                part
                for part in (
                    site.code,
                    site.park,
                    f"{display.area_number(site.area_total_m2, reader_unit)} {display.area_unit(reader_unit)}",
                )
                if part
            ),
            "why": _now("same number") if code and site.code == code else _now("same name"),
            "url": reverse("sites:site-detail", args=[site.pk]),
        }
        for site in similar_sites(user, given.get("name", ""), code)
    ]


def _list_actions(query: str) -> list[dict[str, Any]]:
    """Parcels as a file for surveyors' programs."""
    url = f"{reverse('sites:parcels-export')}?{query}"
    return [{"label": _now("Parcels"), "url": url, "icon": "polygon"}]


def _record_actions(site: Site, user: User) -> list[dict[str, Any]]:
    if site.boundary is None:
        return []
    url = f"{reverse('sites:parcels-export')}?selected={site.pk}"
    return [{"label": _now("Parcel as a file"), "url": url, "icon": "download"}]


SITES = Library(
    name="sites",
    namespace="sites:site",
    title=_("Carriers"),
    singular=_("carrier"),
    counted=lambda count: npgettext("counted", "carrier", "carriers", count),
    records=sites_for,
    save=operations.save_sites,
    remove=operations.remove_site,
    restore=operations.restore_site,
    writers=WRITES_SITES,
    columns=COLUMNS,
    filters=FILTERS,
    sections=SECTIONS,
    create=("identity", "status", "area", "building", "utilities", "place"),
    default_sort="name",
    measure=("area_free_m2", _("free area")),
    say_measure=lambda area, reader: (
        "",
        display.area_number(area, reader.area_unit),
        display.area_unit(reader.area_unit),
    ),
    totals_by="status_now",
    totals=_totals,
    counts_views=True,
    sees_zone=lambda user: True,
    views=(
        (_("All"), ""),
        (_("Free"), "status=free"),
        (_("Parcels"), "kind=land"),
        (_("Factories"), "kind=factory"),
        (_("Offices"), "kind=office"),
        (_("Held"), "status=held"),
    ),
    search_hint=_("Name, number, park, owner, pinyin initials"),
    empty_text=_("Carriers come in from a spreadsheet, or one by one."),
    list_actions=_list_actions,
    record_actions=_record_actions,
    identity=own.identity,
    identified_by=("name", "kind", "park", "building", "floor", "unit", "area_total_m2", "area_free_m2"),
    code=lambda site: site.code,
    on_map=lambda site: site.west is not None,
    head=own.head,
    preview=(
        "held_for",
        "held_until",
        "kind",
        "park",
        "area_total_m2",
        "area_free_m2",
        "price_sale_cny_m2",
        "price_rent_cny_m2_month",
        "clear_height_m",
        "floor_load_t_m2",
        "power_kva",
        "available_on",
    ),
    similar=_similar,
    successor=parcel_merged_into,
    similar_fields="[name=name],[name=code]",
    fresh=lambda user: Site(zone=user.zone),
)
