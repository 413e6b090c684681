"""How a project is shown: its stage, its clocks, its next step, the head of its page."""

from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from sanku.common import display
from sanku.common.dates import working_days_between
from sanku.library.specs import Cell, Reader
from sanku.projects.models import Project, Stage
from sanku.projects.queries import stage_history
from sanku.projects.rules import STAGE_LIMIT_DAYS, STAGE_PATH, Clock, days_in_stages, stage_clock

ENDS = frozenset({Stage.LOST, Stage.SUSPENDED})
LIGHTS = {"g": gettext_noop("on time"), "y": gettext_noop("near its limit"), "r": gettext_noop("overdue")}


def stage_mark(stage: str) -> SafeString:
    """Draw a stage's mark with its name: one of the eight hues, hatched off the path."""
    return _stage_mark(stage, get_language())


@cache
def _stage_mark(stage: str, language: str) -> SafeString:
    kind = "lost" if stage in ENDS else f"s{STAGE_PATH.index(Stage(stage)) + 1}"
    return format_html('<span class="stg {}">{}</span>', kind, Stage(stage).label)


def pips(stage: str) -> SafeString:
    """Draw eight small steps, filled up to a stage of the path."""
    if stage in ENDS:
        return SafeString("")
    reached = STAGE_PATH.index(Stage(stage)) + 1
    steps = format_html_join(
        "", "<i{}></i>", ((SafeString(' class="f"') if n < reached else "",) for n in range(8))
    )
    return format_html('<span class="pip s{}" aria-hidden="true">{}</span>', reached, steps)


def clock_of(project: Project, on: date) -> Clock | None:
    """Return the clock of the stage that the project is in."""
    return stage_clock(project.stage, project.stage_on, on=on)


def clock_word(clock: Clock) -> str:
    """Say a clock's light in one word."""
    return _light_word(clock.light, get_language())


@cache  # a page of a list says fifty
def _light_word(light: str, language: str) -> str:
    word = LIGHTS.get(light)
    return "" if word is None else _(word)


def clock_light(clock: Clock) -> SafeString:
    """Say what a stage's clock means, with its light."""
    days = abs(clock.left)
    said = {
        "g": ngettext(
            "Stage on time, %(days)d working day left", "Stage on time, %(days)d working days left", days
        ),
        "y": ngettext(
            "Stage near its limit, %(days)d working day left",
            "Stage near its limit, %(days)d working days left",
            days,
        ),
        "r": ngettext(
            "Stage overdue by %(days)d working day", "Stage overdue by %(days)d working days", days
        ),
    }
    return format_html('<span class="lt {}">{}</span>', clock.light, said[clock.light] % {"days": days})


def days_cell(project: Project, reader: Reader) -> Cell:
    """Show working days in the stage against its limit: figures, light and meter."""
    return _days_cell(project.stage, project.stage_on, reader.today, get_language())


@lru_cache(maxsize=4096)  # a page of a list shows fifty
def _days_cell(stage: str, since: date | None, today: date, language: str | None) -> Cell:
    clock = stage_clock(stage, since, on=today)
    if clock is None:
        return {"text": display.MISSING}
    # Nothing but numbers and our own words: fifty a page are too many to look for signs in them.
    if clock.limit is None:
        return {"html": mark_safe(f'<span class="dy num">{clock.used}</span>')}
    title = _("in this stage since %(date)s") % {"date": since}
    html = mark_safe(
        f'<span class="dy"><span class="row-f"><span class="w">{clock.used} / {clock.limit}</span>'
        f'<span class="lt {clock.light}">{escape(clock_word(clock))}</span></span>'
        f'<span class="meter {"" if clock.light == "g" else clock.light}">'
        f'<i style="width:{min(100 * clock.used // clock.limit, 100)}%"></i></span></span>'
    )
    return {"html": html, "title": title}


def next_late(project: Project, on: date) -> int:
    """Return by how many working days the next step is late; 0 where it is not, or where nobody waits for it."""
    return _late(project.next_action_on, project.stage in ENDS, on)


def _late(due: date | None, is_over: bool, on: date) -> int:
    return 0 if due is None or due >= on or is_over else max(working_days_between(due, on), 1)


def late_words(days: int) -> str:
    """Say by how much something is late."""
    return ngettext("%(days)d working day late", "%(days)d working days late", days) % {"days": days}


def next_day_cell(project: Project, reader: Reader) -> Cell:
    """Show the date of the next step: by its distance, with a light once it is past."""
    return _next_day_cell(project.next_action_on, project.stage in ENDS, reader.today, get_language())


@lru_cache(maxsize=4096)  # a page of a list shows fifty
def _next_day_cell(on: date | None, is_over: bool, today: date, language: str | None) -> Cell:
    if on is None:
        return {"text": display.MISSING}
    late = _late(on, is_over, today)
    short = display.short_date(on, today)
    title = f"{on.isoformat()} {display.weekday(on)}"
    if late:
        return {"text": late_words(late), "light": "r", "sub": short, "title": title}
    near = display.near_day(on, today)
    shown = format_html("<b>{}</b>", near) if on == today else near
    return {"html": shown, "sub": "" if near == short else short, "title": title}


def lights(project: Project, on: date) -> SafeString:
    """Draw the lights of a project's clocks: its stage, its next step."""
    parts = []
    clock = clock_of(project, on)
    if project.stage in ENDS:
        since = f" · {project.stage_on}" if project.stage_on else ""
        parts.append(format_html("{}<span>{}</span>", stage_mark(project.stage), since))
    elif clock is not None and clock.light:
        parts.append(clock_light(clock))
    elif clock is None:
        parts.append(format_html('<span class="lt o">{}</span>', _("The begin of the stage is not known")))
    if late := next_late(project, on):
        said = ngettext(
            "Next step late by %(days)d working day", "Next step late by %(days)d working days", late
        )
        parts.append(format_html('<span class="lt r">{}</span>', said % {"days": late}))
    return format_html_join("", "{}", ((part,) for part in parts))


def path_of(project: Project, reader: Reader) -> list[dict[str, str]]:
    """Return the eight stages with the working days used in them, the limit of those to come."""
    spells = stage_history(reader.user, project)
    used = days_in_stages(spells, on=reader.today)
    clock = clock_of(project, reader.today)
    reached = _reached(project, [spell.stage for spell in spells])
    shown = []
    for place, stage in enumerate(STAGE_PATH):
        limit = STAGE_LIMIT_DAYS.get(stage)
        state, note = "", _("limit %(days)d days") % {"days": limit} if limit else display.MISSING
        if place < reached:
            state = "done"
            note = _("took %(days)d days") % {"days": used[stage]} if stage in used else display.MISSING
        elif stage == project.stage:
            state, note = "now", _now_note(clock)
        shown.append({"label": str(Stage(stage).label), "note": note, "state": state})
    return shown


def _reached(project: Project, been: list[str]) -> int:
    """Return how many stages lie behind a project: before its own, or up to the last one before it left the path."""
    if project.stage in STAGE_PATH:
        return STAGE_PATH.index(Stage(project.stage))
    known = [STAGE_PATH.index(stage) for stage in been if stage in STAGE_PATH]
    return known[-1] + 1 if known else 0


def _now_note(clock: Clock | None) -> str:
    if clock is None:
        return _("since when is not known")
    if clock.limit is None:
        return _("day %(used)d") % {"used": clock.used}
    return _("day %(used)d of %(limit)d") % {"used": clock.used, "limit": clock.limit}


def owner(project: Project) -> dict[str, str] | None:
    """Return who leads the project, with squad and responsible leader."""
    leader = project.responsible_leader
    unit = [str(project.squad or project.department or "")]
    if leader is not None:
        unit.append(_("responsible leader %(name)s") % {"name": leader})
    said = " · ".join(part for part in unit if part)
    if project.lead is not None:
        return {"name": str(project.lead), "unit": said}
    return {"name": said, "unit": ""} if said else None


def head(project: Project, reader: Reader) -> dict[str, Any]:
    """Return what the head of a project's page shows besides what every record has."""
    return {
        "path": path_of(project, reader),
        # Off the path the lights say the stage.
        "stage_html": ""
        if project.stage in ENDS
        else format_html("{}{}", stage_mark(project.stage), pips(project.stage)),
        "status_label": _("Lights"),
        "status_html": lights(project, reader.today),
        "next_action": {"text": project.next_action, "on": project.next_action_on},
        "owner": owner(project),
    }


def identity(project: Project, reader: Reader) -> str:
    """Say in one line who invests in what, how much and on how much land."""
    parts = [
        str(project.investor) if project.investor is not None else project.investor_name,
        " / ".join(str(part) for part in (project.get_sector_display(), project.chain_segment) if part),
    ]
    if project.investment is not None:
        said = display.money(
            project.investment_cny, original=project.investment, currency=project.investment_currency
        )
        parts.append(_("planned investment %(amount)s") % {"amount": said})
    if project.land_m2:
        area, unit = (
            display.area_number(project.land_m2, reader.area_unit),
            display.area_unit(reader.area_unit),
        )
        parts.append(f"{area} {unit}")
    return " · ".join(part for part in parts if part)


def tags(project: Project) -> list[str]:
    """Return the marks that stand in the list."""
    return [_("opening entry, not verified")] if project.is_unverified else []


def money_a_mu(name: str) -> Any:
    """Return how a fact shows an amount for each mu of land."""

    def show(project: Project, reader: Reader) -> dict[str, Any]:
        value = project.per_mu(name)
        if value is None:
            return {}
        return {"html": _figure(display.money_wan(value), _("10,000 yuan a mu"))}

    return show


def _figure(figure: str, unit: str) -> SafeString:
    return format_html('<b>{}</b><span class="u">{}</span>', figure, unit)


def _money(cny: Decimal | None, original: Decimal, currency: str) -> SafeString:
    """Set an amount as a figure in yuan, the original currency beside it; the original alone where no rate is known."""
    if cny is None:
        return format_html("<b>{}</b>", display.plain_money(original, currency))
    beside = "" if currency == "CNY" else display.plain_money(original, currency)
    return format_html('{}<span class="u">{}</span>', display.money_figure(cny), beside)


def planned(project: Project, reader: Reader) -> dict[str, Any]:
    """Show the planned investment."""
    if project.investment is None:
        return {}
    return {"html": _money(project.investment_cny, project.investment, project.investment_currency)}


def contracted(project: Project, reader: Reader) -> dict[str, Any]:
    """Show the contracted amount with the day of signing, and by how much it differs from the plan."""
    if project.contracted is None:
        return {}
    said = _money(project.contracted_cny, project.contracted, project.contracted_currency)
    notes = [project.signed_on.isoformat()] if project.signed_on else []
    planned, signed = project.investment_cny, project.contracted_cny
    if planned is not None and signed is not None and planned != signed:
        sign = "+" if signed > planned else "−"
        notes.append(
            _("%(amount)s against the plan") % {"amount": sign + display.plain_money(abs(signed - planned))}
        )
    return {"html": format_html('{}<span class="u">{}</span>', said, " · ".join(notes))}


def investor_written(project: Project, reader: Reader) -> dict[str, Any]:
    """Show the investor as it was written, where no company says the same."""
    company = project.investor
    known = company is not None and company.name == project.investor_name
    return {"value": None if known else project.investor_name}


def first_reported(project: Project, reader: Reader) -> dict[str, Any]:
    """Show when the project was first reported."""
    at = project.first_reported_at
    return {"value": f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else None}


def share_of_investment(name: str) -> Any:
    """Return how a fact shows an amount in yuan with its share of the planned investment."""

    def show(project: Project, reader: Reader) -> dict[str, Any]:
        value, whole = getattr(project, name), project.investment_cny
        if value is None:
            return {}
        figure = display.money_figure(value)
        if not whole:
            return {"html": figure}
        share = f"{display.number(round(100 * value / whole, 1))} %"
        said = _("%(share)s of the plan") % {"share": share}
        return {"html": format_html('{}<span class="u">{}</span>', figure, said)}

    return show
