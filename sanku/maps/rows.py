"""How a record is said in one or two lines beside the map."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanku.common import display
from sanku.library.specs import Reader
from sanku.maps.layers import ROLES, Layer
from sanku.projects.rules import STAGE_PATH, Stage
from sanku.sites.models import SiteStatus

Row = dict[str, Any]


def row_of(layer: Layer, record: Any, reader: Reader) -> Row:
    """Return a row of maps/_list.html: mark, title, a line below it, a figure with its unit, its place."""
    position = [_at(record, path) for path in layer.position]
    lon, lat = layer.place(position)
    namespace = layer.library.namespace
    return {
        "id": record.pk,
        "url": reverse(f"{namespace}-detail", args=[record.pk]),
        "preview_url": reverse(f"{namespace}-preview", args=[record.pk]),
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        **_SAID[layer.name](record, reader),
    }


def _at(record: Any, path: str) -> Any:
    """Follow a path of references; None where one leads nowhere."""
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record


def _joined(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _site(site: Any, reader: Reader) -> Row:
    state = str(SiteStatus(site.status_now).label)
    if site.status_now == "held" and site.held_until is not None:
        until = display.short_date(site.held_until, reader.today)
        state = _("held until %(date)s") % {"date": until}
    area = site.area_total_m2
    return {
        "mark": format_html('<i class="sw {}"></i>', site.status_now),
        "title": site.name,
        "sub": _joined(
            state, site.held_for if site.status_now == "held" else "", site.get_kind_display(), site.zoning
        ),
        "figure": display.area_number(area, reader.area_unit) if area is not None else "",
        "unit": display.area_unit(reader.area_unit),
    }


def stage_dot(stage: str) -> SafeString:
    """Draw the mark of a project on the map: a disc with the number of its stage, hatched off the path."""
    known = Stage(stage)
    if known not in STAGE_PATH:
        return SafeString('<i class="pm lost"></i>')
    number = STAGE_PATH.index(known) + 1
    return format_html('<i class="pm s{}">{}</i>', number, number)


def _project(project: Any, reader: Reader) -> Row:
    amount = project.investment_cny
    before, figure, unit = display.money_parts(amount) if amount is not None else ("", "", "")
    return {
        "mark": stage_dot(project.stage),
        "title": project.name,
        "sub": _joined(
            project.get_stage_display(),
            project.investor_said,
            "" if project.lon is not None else _("at its investor"),
        ),
        "figure": f"{before} {figure}".strip(),
        "unit": unit,
    }


def role_of(company: Any) -> str:
    """Return the role by which a company is coloured."""
    return "key" if company.is_key else "resident" if company.is_resident else "other"


def _company(company: Any, reader: Reader) -> Row:
    role = role_of(company)
    amount = company.registered_capital_cny
    before, figure, unit = display.money_parts(amount) if amount is not None else ("", "", "")
    return {
        "mark": format_html('<i class="cm {}"></i>', role),
        "title": company.short_name or company.name,
        "sub": _joined(dict(ROLES)[role], company.get_sector_display(), company.city),
        "figure": f"{before} {figure}".strip(),
        "unit": unit,
    }


def _target(target: Any, reader: Reader) -> Row:
    return {
        "mark": SafeString('<i class="tm"></i>'),
        "title": target.company.short_name or target.company.name,
        "sub": _joined(target.get_status_display(), target.department, target.next_action),
        "figure": "",
        "unit": "",
    }


_SAID = {"sites": _site, "projects": _project, "companies": _company, "targets": _target}
