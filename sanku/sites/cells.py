"""How a carrier is shown: its status, its prices, its boundary, the head of its page."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanku.accounts.rules import WRITES_SITES
from sanku.common import display
from sanku.common.areas import mu_to_m2
from sanku.library.specs import Cell, Reader
from sanku.sites.models import Site, SiteStatus
from sanku.sites.outline import outline_of
from sanku.sites.queries import standing_reshape

PER_M2, PER_M2_MONTH = gettext_lazy("yuan/m²"), gettext_lazy("yuan/m² a month")


def status_mark(status: str) -> SafeString:
    """Draw a status: free outlined, offered blue, held hatched, taken grey, always with its word."""
    label = SiteStatus(status).label
    return format_html('<span class="pst"><i class="sw {}"></i>{}</span>', status, label)


def is_held(site: Site) -> bool:
    """Return whether a hold is in force."""
    return site.status_now == SiteStatus.HELD


def has_lapsed(site: Site) -> bool:
    """Return whether a hold has expired by itself."""
    return site.status == SiteStatus.HELD and not is_held(site)


def status_cell(site: Site, reader: Reader) -> Cell:
    """Show the status as it is today."""
    return {"html": status_mark(site.status_now)}


def hold_cell(site: Site, reader: Reader) -> Cell:
    """Show for whom and until when a carrier is held."""
    if not is_held(site) or site.held_until is None:
        return {"text": ""}
    until = _("until %(date)s") % {"date": display.short_date(site.held_until, reader.today)}
    return {
        "text": site.held_for or until,
        "sub": until if site.held_for else "",
        "title": str(site.held_until),
    }


def status_shown(site: Site, reader: Reader) -> dict[str, Any]:
    """Show the status on the carrier's page; of an expired hold also whose it was."""
    mark = status_mark(site.status_now)
    if not has_lapsed(site):
        return {"html": mark}
    said = _("the hold for %(who)s ended on %(date)s") % {
        "who": site.held_for or _("nobody named"),
        "date": site.held_until,
    }
    return {"html": format_html('{} <span class="u">{}</span>', mark, said)}


def hold_shown(name: str) -> Any:
    """Return how a fact of a hold is shown: only while the hold is in force."""

    def show(site: Site, reader: Reader) -> dict[str, Any]:
        value = getattr(site, name)
        return {"value": str(value) if value and is_held(site) else None}

    return show


def sale_shown(site: Site, reader: Reader) -> dict[str, Any]:
    """Show the sale price a square metre; of land also what a mu costs, as land is offered."""
    if site.price_sale_cny_m2 is None:
        return {}
    figure = display.number(site.price_sale_cny_m2)
    html = format_html('<b>{}</b><span class="u">{}</span>', figure, PER_M2)
    return {"html": html, "title": _a_mu(site)}


def sale_cell(site: Site, reader: Reader) -> Cell:
    """Show the sale price, its price a mu in the title."""
    return {"text": display.number(site.price_sale_cny_m2), "title": _a_mu(site)}


def _a_mu(site: Site) -> str:
    if site.price_sale_cny_m2 is None:
        return ""
    a_mu = display.money_wan(site.price_sale_cny_m2 * mu_to_m2(1))
    return _("%(price)s 10,000 yuan a mu") % {"price": a_mu}


def rent_shown(name: str) -> Any:
    """Return how a fact shows yuan a square metre and month."""

    def show(site: Site, reader: Reader) -> dict[str, Any]:
        value = getattr(site, name)
        if value is None:
            return {}
        return {
            "html": format_html('<b>{}</b><span class="u">{}</span>', display.number(value), PER_M2_MONTH)
        }

    return show


def boundary_shown(site: Site, reader: Reader) -> dict[str, Any]:
    """Draw the boundary, where there is one."""
    drawn = outline_of(site.boundary) if site.boundary else None
    writes = reader.user.may(WRITES_SITES)
    if drawn is None and not writes:
        return {}
    context = {
        "outline": drawn,
        "site": site,
        "status": site.status_now,
        "writes": writes,
        "reshape": standing_reshape(reader.user, site) if drawn is not None else None,
    }
    return {"html": SafeString(render_to_string("sites/_boundary.html", context)), "wide": True}


def identity(site: Site, reader: Reader) -> str:
    """Say in one line what a carrier is, where, and how much of it is free."""
    unit = display.area_unit(reader.area_unit)
    parts = [
        str(site.get_kind_display()),
        site.park,
        " ".join(part for part in (site.building, site.floor, site.unit) if part),
    ]
    if site.area_total_m2 is not None:
        parts.append(f"{display.area_number(site.area_total_m2, reader.area_unit)} {unit}")
    if site.area_free_m2 is not None:
        parts.append(
            _("%(area)s free")
            % {"area": f"{display.area_number(site.area_free_m2, reader.area_unit)} {unit}"}
        )
    return " · ".join(part for part in parts if part)


def head(site: Site, reader: Reader) -> dict[str, Any]:
    """Return what the head of a carrier's page shows besides what every record has."""
    strip = []
    if is_held(site):
        held = " ".join(
            str(part) for part in (site.held_for, _("until %(date)s") % {"date": site.held_until}) if part
        )
        strip.append({"label": _("Held for"), "value": held})
    if site.available_on is not None:
        strip.append({"label": _("Available from"), "value": site.available_on.isoformat()})
    if site.tenure:
        prices = " · ".join(_prices(site))
        strip.append({"label": str(site.get_tenure_display()), "value": prices or display.MISSING})
    return {"status_html": status_mark(site.status_now), "strip": strip}


def _prices(site: Site) -> list[str]:
    said = []
    if site.price_sale_cny_m2 is not None:
        said.append(f"{display.number(site.price_sale_cny_m2)} {PER_M2}")
    if site.price_rent_cny_m2_month is not None:
        said.append(f"{display.number(site.price_rent_cny_m2_month)} {PER_M2_MONTH}")
    return said
