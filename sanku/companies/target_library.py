"""The library of target clients: its columns, filters and the sections of a record."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from sanku.accounts.models import Department, Sector, Squad, User
from sanku.accounts.queries import departments_for, people_for, squads_for
from sanku.accounts.rules import WRITES_TARGETS
from sanku.common import display
from sanku.companies import operations
from sanku.companies.library import similar_rows
from sanku.companies.models import Campaign, Company, Facet, Target, TargetStatus
from sanku.companies.queries import (
    companies_for,
    in_scope,
    is_id,
    suggested_companies,
    targets_for,
    targets_within,
    touch_entries,
)
from sanku.companies.rules import CLOSED, action_light
from sanku.library import cells
from sanku.library.specs import Cell, Column, Fact, Filter, Library, Panel, Reader, Section
from sanku.warehouse.names.serving import opened


def light_of(target: Target, today: date) -> tuple[str, str]:
    """Return the light of a target's next action and what it says; both empty where no clock runs."""
    if target.status in CLOSED:
        return "", ""
    light, days = action_light(target.next_action_on, today=today)
    if light == "r":
        return light, _now("%(count)d days overdue") % {"count": days}
    if light == "y":
        said = _now("due today") if days <= 0 else _now("%(count)d working days left") % {"count": days}
        return light, said
    return light, _now("on time") if light else ""


def _company(target: Target, reader: Reader) -> Cell:
    company = target.company
    place = "".join(dict.fromkeys(part for part in (company.province, company.city) if part))
    capital = display.money(company.registered_capital_cny) if company.registered_capital_cny else ""
    facts = (place, capital and _now("capital %(sum)s") % {"sum": capital}, company.short_name)
    return {"text": company.name, "sub": " · ".join(part for part in facts if part)}


def _owner(target: Target, reader: Reader) -> Cell:
    who = str(target.officer) if target.officer is not None else ""
    unit = str(target.squad or target.department)
    return {"text": who or unit, "sub": unit if who else ""}


def _owner_plain(target: Target, reader: Reader) -> str:
    return " ".join(str(part) for part in (target.squad or target.department, target.officer or "") if part)


def _next_on(target: Target, reader: Reader) -> Cell:
    if target.next_action_on is None:
        return {"text": "" if target.status in CLOSED else _now("none set")}
    light, said = light_of(target, reader.today)
    day = display.day(target.next_action_on, today=reader.today)
    if light in ("r", "y"):
        return {"text": said, "light": light, "sub": day, "title": target.next_action_on.isoformat()}
    return {"html": day, "light": light}


def _score(target: Target, reader: Reader) -> Cell:
    parts = "\n".join(f"{part} {points:+g}" for part, points in score_parts(target))
    return {"text": display.number(target.score), "align": "num", "title": parts}


def score_parts(target: Target) -> list[tuple[str, float]]:
    """Return the parts of a score and their points, largest first; what cannot be read is left out."""
    found = []
    for part in target.score_parts if isinstance(target.score_parts, list) else []:
        if isinstance(part, dict) and isinstance(part.get("points"), int | float):
            found.append((str(part.get("part", "")), float(part["points"])))
    return sorted(found, key=lambda part: -part[1])


COLUMNS = [
    Column(
        "company",
        _("Company"),
        _company,
        lambda target, reader: target.company.name,
        sort="company__name",
        refers=tuple(
            f"company__{name}"
            for name in ("name", "short_name", "province", "city", "registered_capital_cny")
        ),
    ),
    cells.choice("status", _("Status")),
    cells.codes("facets", _("Focus"), lambda: dict(Facet.choices)),
    Column(
        "owner",
        _("Squad and officer"),
        _owner,
        _owner_plain,
        refers=(
            "squad__name",
            "department__name",
            "department__short_name",
            "officer__name",
            "officer__username",
        ),
    ),
    cells.text("next_action", _("Next step")),
    Column(
        "next_on",
        _("Date"),
        _next_on,
        lambda target, reader: target.next_action_on,
        sort="next_action_on",
    ),
    cells.day("last_touch", _("Last touch"), "last_touch_on"),
    cells.number("touch_count", _("Touches"), sort="touch_count"),
    cells.choice("sector", _("Sector")),
    cells.choice("campaign", _("Campaign")),
    Column("score", _("Score"), _score, lambda target, reader: target.score, sort="score", align="num"),
    cells.department(shown=False),
    cells.text(
        "uscc", _("Unified social credit code"), "company.uscc", shown=False, refers=("company__uscc",)
    ),
    cells.text("source", _("Source"), shown=False),
    cells.day("first_contact", _("First contact"), "first_contact_on", shown=False),
    cells.changed(_("Last changed")),
]


def _departments(user: User) -> Iterable[tuple[str, str]]:
    found = departments_for(user).filter(kind=Department.Kind.SECTOR)
    if not user.sees_all:
        found = found.filter(pk=user.department_id or 0)
    return [(str(department.pk), str(department)) for department in found]


def own_squads(user: User) -> models.QuerySet[Squad]:
    """Return the squads that may follow a client of the user's scope."""
    squads = squads_for(user)
    return squads if user.sees_all else squads.filter(department_id=user.department_id or 0)


def _own_people(user: User) -> models.QuerySet[User]:
    people = people_for(user).filter(department__isnull=False)
    return people if user.sees_all else people.filter(department_id=user.department_id or 0)


def _own_departments(user: User) -> models.QuerySet[Department]:
    found = departments_for(user)
    return found if user.sees_all else found.filter(pk=user.department_id or 0)


def _overdue(user: User, values: list[str]) -> Q:
    return Q(next_action_on__lt=timezone.localdate()) & ~Q(status__in=CLOSED)


def _this_week(user: User, values: list[str]) -> Q:
    today = timezone.localdate()
    sunday = today + timedelta(6 - today.weekday())
    return Q(next_action_on__lte=sunday) & ~Q(status__in=CLOSED)


FILTERS = [
    Filter("overdue", _("Overdue"), "flag", "next_action_on", condition=_overdue),
    Filter("week", _("To do this week"), "flag", "next_action_on", condition=_this_week),
    Filter("mine", _("Mine"), "flag", "officer", condition=lambda user, values: Q(officer_id=user.pk)),
    Filter("department", _("Department"), "multi", "department", options=_departments),
    Filter(
        "squad",
        _("Squad"),
        "multi",
        "squad",
        options=lambda user: [(str(squad.pk), str(squad)) for squad in own_squads(user)],
    ),
    Filter("status", _("Status"), "multi", "status", options=lambda user: TargetStatus.choices),
    Filter("facet", _("Focus"), "multi", "facets", options=lambda user: Facet.choices, codes=True),
    Filter("campaign", _("Campaign"), "multi", "campaign", options=lambda user: Campaign.choices),
    Filter("sector", _("Sector"), "multi", "sector", options=lambda user: Sector.choices),
    Filter("next", _("Date of the next action"), "date_range", "next_action_on"),
    Filter("within", _("Drawn on the map"), "area", "id", condition=targets_within),
]

SECTIONS = [
    Section(
        "progress",
        _("Status and next action"),
        [
            Fact("company", "company", required=True, once=True, choices_of=companies_for, label=_("Company"),
                 enter=lambda user, name: Company(zone=user.zone, name=name),
                 help=_("Type a name, code or initials and take the company; a new name is entered as a new company.")),
            Fact("status", "choice"),
            Fact("next_action"),
            Fact("next_action_on", "date"),
            Fact("first_contact_on", "date"),
            Fact("last_touch_on", "date", editable=False),
            Fact("touch_count", "number", editable=False),
        ],
        hint=_("How far it is, and what comes next by when."),
        refreshes=("action",),
    ),
    Section(
        "reason",
        _("Why it was picked"),
        [
            Fact("facets", "codes", options=lambda user: Facet.choices),
            Fact("campaign", "choice"),
            Fact("sector", "choice"),
            Fact("source"),
            Fact("reason", "long"),
        ],
        hint=_("Focus, campaign, source and reason; the parts of its score."),
    ),
    Section(
        "owner",
        _("Who follows it"),
        [
            Fact("department", "reference", choices_of=_own_departments, help=_("A squad brings its department with it.")),
            Fact("squad", "reference", choices_of=own_squads),
            Fact("officer", "reference", choices_of=_own_people),
        ],
        hint=_("Department, squad and officer."),
    ),
    Section(
        "wish",
        _("Site wanted"),
        [Fact("site_wish", "long"), Fact("note", "long")],
        hint=_("What land or building the client asks for."),
    ),
]  # fmt: skip


def _identity(target: Target, reader: Reader) -> str:
    company = target.company
    place = "".join(dict.fromkeys(part for part in (company.province, company.city) if part))
    sector = target.get_sector_display() if target.sector else ""
    return " · ".join(str(part) for part in (company.uscc, place, sector) if part)


def _head(target: Target, reader: Reader) -> dict[str, Any]:
    light, said = light_of(target, reader.today)
    status = format_html("<b>{}</b>", target.get_status_display())
    if light:
        status += format_html(' <span class="lt {}">{}</span>', light, said)
    strip = [
        {
            "label": _now("Company"),
            "html": format_html(
                '<a href="{}">{}</a>',
                reverse("companies:company-detail", args=[target.company_id]),
                _now("Open the company"),
            ),
        },
        {
            "label": _now("Last touch"),
            "html": format_html(
                "{} · {}",
                display.day(target.last_touch_on, today=reader.today),
                _now("%(count)d in all") % {"count": target.touch_count},
            ),
        },
    ]
    labels = dict(Facet.choices)
    focus = [str(labels.get(code, code)) for code in target.facets]
    return {
        "tags": [*focus, *([_now("demonstration")] if target.is_demo else [])],
        "status_html": status,
        "next_action": {"text": target.next_action, "on": target.next_action_on},
        "owner": {
            "name": str(target.officer or target.squad or target.department),
            "unit": str(target.squad or target.department) if target.officer is not None else "",
        },
        "strip": strip,
    }


SUGGESTED_OF_BASE = 5


def score_bars(target: Target) -> str:
    """Return the parts of a target's score as bars."""
    parts = score_parts(target)
    most = max((abs(points) for _part, points in parts), default=0) or 1
    return format_html_join(
        "",
        '<li><span class="grow">{}</span><span class="meter"><i style="width:{}%"></i></span><b>{}</b></li>',
        ((part, f"{abs(points) / most * 100:.0f}", f"{points:g}") for part, points in parts),
    )


def _fresh(user: User) -> Target:
    squad = user.squad if user.squad is not None and user.may(WRITES_TARGETS) else None
    officer = user if user.department_id is not None and not user.sees_all else None
    return Target(zone=user.zone, department=user.department, squad=squad, officer=officer)


def _prefill(target: Target, user: User, given: dict[str, str]) -> None:
    """Take the company from the address: ?company=12, the way from its page."""
    wanted = given.get("company", "")
    company = companies_for(user).filter(pk=wanted).first() if is_id(wanted) else None
    if company is not None:
        target.company = company
        target.sector = company.sector


def _similar(user: User, given: dict[str, str]) -> list[dict[str, Any]]:
    typed = given.get("company", "")
    known = suggested_companies(user, typed)
    rows = [{**row, "pick": row["title"]} for row in similar_rows(known)]
    return rows + _in_base(typed, {company.uscc for company, _why, _held in known})


def _in_base(typed: str, known: set[str]) -> list[dict[str, Any]]:
    """Return companies of the national base that a typed text finds and that are not among the known ones."""
    served = opened() if len(typed.strip()) > 1 else None
    if served is None:
        return []
    names = served.reader
    return [
        {
            "title": one.name,
            "sub": " · ".join(part for part in (one.uscc, names.place_of(one.region_code)) if part),
            "why": _now("National base"),
            "take_url": f"{reverse('base:company', args=[served.version.name, one.row])}?then=target",
        }
        for one in names.search(typed, limit=SUGGESTED_OF_BASE)
        if not one.uscc or one.uscc not in known
    ]


TARGETS = Library(
    name="targets",
    namespace="companies:target",
    title=_("Target clients"),
    singular=_("target client"),
    counted=lambda count: (
        pgettext("counted", "target client") if count == 1 else pgettext("counted", "target clients")
    ),
    records=targets_for,
    save=operations.enter_targets,
    remove=operations.remove_target,
    restore=operations.restore_target,
    writers=WRITES_TARGETS,
    columns=COLUMNS,
    filters=FILTERS,
    sections=SECTIONS,
    create=("progress", "reason", "owner", "wish"),
    default_sort="next_on",
    related=("company", "department", "squad", "officer"),
    views=(
        (_("All"), ""),
        (_("My own"), "mine=1"),
        (_("This week"), "week=1"),
        (_("Overdue"), "overdue=1"),
    ),
    counts_views=True,
    sees_zone=lambda user: user.sees_all,
    search_hint=_("Company name, short or former name, code, pinyin initials"),
    empty_text=_("Target clients come in from a spreadsheet, from a company's page, or one by one."),
    identity=_identity,
    identified_by=("sector", "company__name", "company__uscc", "company__province", "company__city"),
    on_map=lambda target: target.company.lon is not None,
    head=_head,
    may_write=in_scope,
    panels=(
        Panel("action", lambda target: reverse("companies:target-action", args=[target.pk]), above=True),
        Panel("score", lambda target: reverse("companies:target-score", args=[target.pk])),
        Panel("touches", lambda target: reverse("companies:target-touch-panel", args=[target.pk])),
    ),
    similar=_similar,
    similar_fields="[name=company]",
    similar_title=_("Companies in the library"),
    similar_hint=_(
        "Take the company if it is here. If it is another firm of a like name, go on: it is entered as a new company."
    ),
    prefill=_prefill,
    related_entries=touch_entries,
    fresh=_fresh,
)
