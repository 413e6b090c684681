"""Template tags and filters of the shell: icons, figures in words, forms, query strings."""

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django_vite.core.asset_loader import DjangoViteAssetLoader

from sanku.common import display, form_layout, list_cells

register = template.Library()


# A page draws forty, and asking for the sprite's address costs more than all the rest.
@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of frontend/icons.json; size "s" for 15 px, otherwise 18 px. Decorative: say it in words too."""
    sprite = DjangoViteAssetLoader.instance().generate_vite_asset_url("frontend/icons.svg")
    return format_html(
        '<svg class="ic{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " ic-s" if size else "",
        sprite,
        name,
    )


@register.simple_tag
def page_links(entries: Iterable[Any], current: str, waiting: Iterable[tuple[str, str]] = ()) -> SafeString:
    """Draw entries of the navigation (base.html) as links; `waiting` says how many wait there, by the entries' names."""
    counts = dict(waiting)
    drawn = [
        _page_link(entry.url, entry.label, entry.icon, entry.name == current, counts.get(entry.name, ""))
        for entry in entries
    ]
    return SafeString("\n".join(drawn))


def _page_link(url: str, label: str, icon_name: str, current: bool, count: str) -> SafeString:
    return format_html(
        '<a href="{}" title="{}"{}>{}<span>{}</span>{}</a>',
        url,
        label,
        SafeString(' class="on" aria-current="page"' if current else ""),
        icon(icon_name),
        label,
        format_html('<span class="n">{}</span>', count) if count else "",
    )


@register.simple_tag
def module_preloads(path: str) -> SafeString:
    """Let the browser ask for a script and those that it imports at once.

    Of django-vite's own tags the stylesheets are left out: Chromium complains of one that a slow page uses late.
    """
    tags = DjangoViteAssetLoader.instance().preload_vite_asset(path).splitlines()
    return SafeString("\n".join(tag for tag in tags if "modulepreload" in tag))


@register.simple_tag
def kept_query(
    query_string: str, *names: str, filters: Iterable[dict[str, Any]] = ()
) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a query string that a GET form must carry on.

    `names` and the fields of `filters` are left out: the form itself sends them.
    """
    own = {*names, "page"}
    for entry in filters:
        own.update(form_layout.filter_names(entry["key"], entry["kind"]))
    return [(name, value) for name, value in parse_qsl(query_string.lstrip("?")) if name not in own]


@register.simple_tag
def form_fields(form: BaseForm, names: Iterable[str] | None = None) -> list[form_layout.Field]:
    """Return a form's visible fields as `library/_field.html` draws them, companions folded in."""
    return form_layout.fields_of(form, names)


@register.simple_tag
def list_rows(rows: list[dict[str, Any]], columns: list[dict[str, Any]]) -> SafeString:
    """Draw the rows of a list."""
    return list_cells.rows(rows, columns)


@register.simple_tag
def filter_fields(entries: Iterable[dict[str, Any]]) -> SafeString:
    """Draw the fields of a filter panel, those of each filter once for all who see it alike."""
    language = get_language()
    return SafeString("\n".join(_drawn("library/_filter.html", language, **entry) for entry in entries))


@register.simple_tag
def filter_options(kind: str, name: str, options: Iterable[tuple[str, str, bool]]) -> SafeString:
    """Draw the choices of a filter as boxes of a kind: "checkbox" or "radio"."""
    return list_cells.options(kind, name, options)


@register.simple_tag
def fixed(template_name: str, **context: Hashable) -> SafeString:
    """Include a template that shows nothing but what is given here: it is drawn once for each language and such context."""
    return _drawn(template_name, get_language(), **context)


@lru_cache(maxsize=2048)
def _drawn(template_name: str, language: str, **context: Hashable) -> SafeString:
    return render_to_string(template_name, context)


@register.filter
def html_lang(code: str) -> str:
    """Return what HTML calls a language of the product: browsers choose Chinese fonts by it."""
    return {"zh-hans": "zh-CN", "zh-hant": "zh-Hant"}.get(code, code)


@register.filter
def undo_url(message_tags: str) -> str:
    """Return the address after `undo=` in a message's tags, or an empty string."""
    return next((tag.removeprefix("undo=") for tag in message_tags.split() if tag.startswith("undo=")), "")


@register.filter
def money(amount_cny: Decimal | None) -> str:
    """Say an amount in CNY in the reader's language: 12.60 亿元, 3,850 万元, CNY 38.5 million."""
    return display.money(amount_cny)


@register.simple_tag
def money_with_original(amount_cny: Decimal | None, amount: Decimal | None, currency: str) -> str:
    """Say an amount in CNY with the original currency beside it."""
    return display.money(amount_cny, original=amount, currency=currency)


@register.filter
def money_figure(amount_cny: Decimal | None) -> SafeString:
    """Set an amount in CNY as a bold figure with its unit small beside it."""
    return display.money_figure(amount_cny)


@register.filter
def money_yi(amount_cny: Decimal | None) -> str:
    """Return 亿元 (CNY 100 million) as a plain number, two decimals: for a column with its unit in the head."""
    return display.money_yi(amount_cny)


@register.filter
def money_wan(amount_cny: Decimal | None) -> str:
    """Return 万元 (CNY 10,000) as a plain number: for a column with its unit in the head."""
    return display.money_wan(amount_cny)


@register.filter
def area(area_m2: Decimal | float | None, unit: str = "mu") -> SafeString:
    """Say an area in mu with square metres in its title, or the other way round with unit "m2"."""
    return display.area(area_m2, unit=unit)


@register.filter
def area_number(area_m2: Decimal | float | None, unit: str = "mu") -> str:
    """Return an area as a plain number in "mu" or "m2": for a column with its unit in the head."""
    return display.area_number(area_m2, unit)


@register.filter
def day(moment: date | None) -> SafeString:
    """Say a date relative to today where it is near, the full date in its title."""
    return display.day(moment, today=timezone.localdate())


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Say a moment: the time for today, otherwise month, day and time, the full moment in its title."""
    return display.moment(value, now=timezone.localtime())


@register.filter
def percent(part: int | None, base: int | None) -> str:
    """Say a share with its base: 12 / 18，66.7 %."""
    return display.percent(part, base)


@register.filter
def number(value: Decimal | float | int | None) -> str:
    """Group thousands and cut useless zeros, two decimals at most."""
    return display.number(value)
