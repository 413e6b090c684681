"""The context of a list page, from a library's description and the address."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.common import display
from sanku.library.counting import beside, common_words, count_all, only_lookup, totals_at
from sanku.library.paging import AHEAD, Narrowed, Page, page_of
from sanku.library.queries import saved_views_for
from sanku.library.remembered import Remembered
from sanku.library.saved_views import Tabs, all_address, tabs_for
from sanku.library.specs import Filter, Library, Reader, Text
from sanku.library.state import (
    LARGEST_ID,
    PAGE_SIZE,
    Place,
    State,
    condition,
    filter_names,
    filtered,
    filtered_by_reading,
    read_filters,
    within_bounds,
)
from sanku.library.tabs import notice, tabs
from sanku.library.zoned import names_of_gone

# As many records as are named one by one: below the smallest limit of variables of a statement.
MANY = 20_000  # records of a library beyond which the views are not counted
FEW = 900
Choices = dict[str, list[tuple[str, Text]]]


def page_at(
    records: QuerySet[Any],
    state: State,
    reader: Reader,
    *,
    total: int,
    everything: int,
    size: int = PAGE_SIZE,
    whole: bool = True,
) -> Page:
    """Return the page at a state's place, of the `total` records of `everything` that its filters leave.

    Without `whole` its records have no more than what the state's columns show.
    """
    library, user = state.library, reader.user
    fetched = _whole(library) if whole else partial(_shown, state)
    narrowed = bool(state.query or state.filters)
    few = narrowed and total <= FEW < everything
    if few:
        records = _named(records, library, user) if total else records.none()
    left: Narrowed | None = None
    if narrowed and not few and everything > AHEAD:
        left = Narrowed(
            within_bounds(state, user),
            fetched(filtered_by_reading(state, user)),
            total,
            everything,
            only_lookup(state, user) if library.sees_zone(user) else None,
        )
    return page_of(fetched(records), state, total=total, size=size, narrowed=left)


def _whole(library: Library) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    return lambda records: records.select_related(*library.related)


def _shown(state: State, records: QuerySet[Any]) -> QuerySet[Any]:
    """Return records with what the columns show: most of a reference's columns, and the long texts, stay where they are."""
    read: dict[str, set[str]] = {}
    for column in state.columns:
        for path in column.refers:
            reference, _of, name = path.partition("__")
            read.setdefault(reference, set()).add(name)
    left = [
        *_unseen(records.model, frozenset(column.key for column in state.library.columns)),
        *state.library.unlisted,
    ]
    for reference, names in read.items():
        model: Any = records.model._meta.get_field(reference).related_model
        others = (field for field in model._meta.concrete_fields if not field.primary_key)
        left += [f"{reference}__{field.name}" for field in others if field.name not in names]
    return (records.select_related(*read) if read else records).defer(*left)


def _unseen(model: type[models.Model], columns: frozenset[str]) -> list[str]:
    """Return the fields of any length that no column shows: long texts, and cells as they were written."""
    names = (field.name for field in model._meta.concrete_fields if type(field) is models.TextField)
    return ["as_written", *(name for name in names if name not in columns)]


def listing(state: State, reader: Reader) -> dict[str, Any]:
    """Return what library/list.html shows (its comment is the contract)."""
    library, user = state.library, reader.user
    records = cache(lambda: filtered(state, user, common=common_words(state, max(everything, others))))
    kept = Remembered(reader, library.name)
    others = kept.get("others", lambda: beside(library, user))
    narrowed = bool(state.query or state.filters)
    everything = kept.get("all", lambda: count_all(library, user)) if narrowed or not library.measure else 0
    total, measured, parts = kept.get(
        f"totals?{state.parameters(sort=None, column=None, view=None)}&{state.selected}",
        lambda: totals_at(state, user, records, everything, others),
    )
    everything = everything or total
    path = reverse(f"{library.namespace}-list")
    choices = choices_of(library, user)
    known = tabs_for(user, library, kept.get("saved", lambda: list(saved_views_for(user, library.name))))
    counts: dict[str, int] = {}
    # One pass over the whole library: more than a page may cost where there are many.
    if library.counts_views and max(everything, others) <= MANY:
        counts = kept.get("views", lambda: _view_counts(library, user))
    common = common_words(state, max(everything, others), total)
    fitting = records() if common is None else filtered(state, user, common=common)
    page = page_at(fitting, state, reader, total=total, everything=everything, whole=False)
    return {
        "title": library.title,
        "name": library.name,
        "path": path,
        "heading_parts": heading_of(library, total, measured, reader),
        "total_all": everything if narrowed else None,
        "actions": [*library.list_actions(state.parameters()), *_actions(library, user)],
        "views": tab_bar(state, known, user, counts),
        "views_url": f"{reverse(f'{library.namespace}-tabs')}?{state.parameters()}",
        "notice": notice(state, known, user, choices),
        "search": state.query,
        "search_hint": library.search_hint,
        "chips": list(chips_of(state, user, choices, path)),
        "clear_url": all_address(path, user, library),
        "filters": [
            filter_of(spec, state, user, choices)
            for spec in library.filters
            if choices.get(spec.key) != [] and spec.kind != "area"
        ],
        "columns": [_column(column, state, reader, path) for column in state.columns],
        "column_choices": _column_choices(state),
        "rows": _rows(page.rows, state, reader),
        "page": pages_of(page, state, total, path),
        "totals": library.totals(parts, reader) if library.totals_by else [],
        "export_url": f"{reverse(f'{library.namespace}-export')}?{state.parameters()}" if total else None,
        "pair_action": _pair_action(library, user),
        "bulk_url": f"{reverse(f'{library.namespace}-bulk-new')}?{state.parameters()}"
        if user.may(library.writers)
        else None,
        "compare_url": reverse(f"{library.namespace}-compare"),
        "empty": _empty(library, user, narrowed, path),
        "query_string": state.parameters(),
        "gone": names_of_gone(library, state.unknown),
    }


def _named(records: QuerySet[Any], library: Library, user: User) -> QuerySet[Any]:
    """Return the same few records, named by their ids.

    Ids are read from the index of the filters. Walking the list's order instead would look at every record of
    the library to find the few, or none, that fit.
    """
    return library.records(user).filter(pk__in=list(records.order_by().values_list("pk", flat=True)))


def heading_of(library: Library, total: int, measured: Any, reader: Reader) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"value": display.number(total), "unit": library.counted(total), "label": ""}
    ]
    if library.measure is not None and measured:
        before, figure, unit = library.say_measure(measured, reader)
        label = " ".join(part for part in (str(library.measure[1]), before) if part)
        parts.append({"value": figure, "unit": unit, "label": label})
    return parts


def _pair_action(library: Library, user: User) -> dict[str, Any] | None:
    if library.pair_action is None or not user.may(library.pair_action[0]):
        return None
    return {"url": reverse(library.pair_action[1]), "label": library.pair_action[2]}


def _actions(library: Library, user: User) -> list[dict[str, Any]]:
    if not library.may_create(user):
        return []
    label = _("Enter a %(thing)s") % {"thing": library.singular}
    return [{"label": label, "url": reverse(f"{library.namespace}-create"), "icon": "plus", "primary": True}]


def tab_bar(
    state: State, known: Tabs, user: User, counts: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """Return all tabs of a list, as library/_tabs.html shows them: the library's own, then the saved views."""
    path = reverse(f"{state.library.namespace}-list")
    return [*_views(state, path, counts or {}, known, user), *tabs(state, known, user, path)]


def _views(state: State, path: str, counts: dict[str, int], known: Tabs, user: User) -> list[dict[str, Any]]:
    """Return the tabs that the library itself has."""
    here = state.parameters(sort=None, column=None, q=None, view=None)
    saved = known.view(state.view)
    return [
        {
            "label": label,
            "url": f"{path}?{query}" if query else all_address(path, user, state.library),
            "count": counts.get(query),
            "on": query == here and saved is None,
        }
        for label, query in state.library.views
    ]


def _view_counts(library: Library, user: User) -> dict[str, int]:
    """Return how many records each view holds, by its query, in one pass."""
    records = library.records(user)
    wanted = {}
    for place, (_label, query) in enumerate(library.views):
        given = read_filters(QueryDict(query), library)
        fits = Q()
        for spec in library.filters:
            fits &= condition(spec, given, records.model, user)
        wanted[f"view_{place}"] = Count("pk", filter=fits) if fits else Count("pk")
    counted = records.aggregate(**wanted)
    return {query: counted[f"view_{place}"] for place, (_label, query) in enumerate(library.views)}


def choices_of(library: Library, user: User) -> Choices:
    """Return the choices of each filter, asked for once."""
    return {spec.key: list(spec.options(user)) for spec in library.filters if spec.options is not None}


def chips_of(state: State, user: User, choices: Choices, path: str) -> Iterable[dict[str, Any]]:
    if state.query:
        yield {"label": _("Search"), "value": state.query, "remove_url": f"{path}?{state.parameters(q=None)}"}
    for spec in state.library.filters:
        names = filter_names(spec)
        if any(name in state.filters for name in names):
            without = state.parameters(**dict.fromkeys(names))
            yield {
                "label": spec.label,
                "value": _words(spec, state, user, choices),
                "remove_url": f"{path}?{without}",
            }


def filter_words(state: State, user: User) -> str:
    """Say all filters in force in one line."""
    return _("; ").join(
        f"{chip['label']} {chip['value']}"
        for chip in chips_of(state, user, choices_of(state.library, user), "")
    )


def said_of(state: State, user: User) -> dict[str, str]:
    """Return what the parts of a list's address are called, by their names in it: a saved view keeps it."""
    choices, said = choices_of(state.library, user), {}
    for spec in state.library.filters:
        labels = dict(choices.get(spec.key, ()))
        for name in filter_names(spec):
            if name in state.filters:
                said[name] = f"{spec.label} {_words(spec, state, user, choices)}"
        for value in state.filters.get(spec.key, ()):
            said[f"{spec.key}={value}"] = f"{spec.label} {labels.get(value, value)}"
    if state.sort is not None:
        said["sort"] = str(state.sort.label)
    return said | {f"column:{column.key}": str(column.label) for column in state.columns}


def _words(spec: Filter, state: State, user: User, choices: Choices) -> str:
    """Say a filter in force in words."""
    values = [state.filters.get(name, []) for name in filter_names(spec)]
    if spec.kind == "flag":
        return _("yes")
    if spec.kind in ("choice", "multi"):
        labels = dict(choices.get(spec.key, ()))
        return _(", ").join(str(labels.get(value, value)) for value in values[0])
    if spec.kind == "text":
        return values[0][0]
    if spec.kind == "area":
        return _drawn(values[0][0], user)
    low, high = (part[0] if part else "" for part in values)
    unit = f" {spec.unit_for(user)}" if spec.unit else ""
    if low and high:
        return f"{low}–{high}{unit}"
    return f"≥ {low}{unit}" if low else f"≤ {high}{unit}"


def _drawn(text: str, user: User) -> str:
    """Say how large a shape is that somebody drew on the map."""
    from sanku.common.shapes import area_m2, read_shape  # loads the libraries of shapes

    drawn = read_shape(text)
    if drawn is None:
        return _("cannot be read")
    unit = user.zone.area_unit
    return f"{display.area_number(area_m2(drawn), unit)} {display.area_unit(unit)}"


def filter_of(spec: Filter, state: State, user: User, choices: Choices) -> dict[str, Any]:
    """Return a filter as library/_filter.html shows it, in words: what is drawn of it once is drawn for all."""
    values = [state.filters.get(name, []) for name in filter_names(spec)]
    first = values[0][0] if values[0] else ""
    return {
        "key": spec.key,
        "label": str(spec.label),
        "kind": spec.kind,
        "unit": str(spec.unit_for(user)),
        "help": str(spec.help),
        "value": first,
        "on": bool(values[0]),
        "min": first,
        "max": values[-1][0] if len(values) > 1 and values[-1] else "",
        "options": tuple(
            (value, str(label), value in values[0]) for value, label in choices.get(spec.key, ())
        ),
    }


def _column(column: Any, state: State, reader: Reader, path: str) -> dict[str, Any]:
    on = state.sort is column
    sort_url = None
    if column.sort:
        sort = column.key if on and state.descending else f"-{column.key}"
        if not on and column.align != "num":
            sort = column.key
        sort_url = f"{path}?{state.parameters(sort=sort)}"
    return {
        "key": column.key,
        # Said once here, as every cell of the column repeats it.
        "label": str(column.label),
        "unit": str(column.unit_for(reader)),
        "align": column.align,
        "sort_url": sort_url,
        "sort": ("desc" if state.descending else "asc") if on else None,
        "sticky": column is state.library.columns[0],
    }


def _column_choices(state: State) -> tuple[tuple[str, str, bool, bool], ...]:
    shown, columns = {column.key for column in state.columns}, state.library.columns
    return tuple(
        (column.key, str(column.label), column.key in shown, column is columns[0]) for column in columns
    )


def _rows(records: Iterable[Any], state: State, reader: Reader) -> list[dict[str, Any]]:
    library = state.library
    urls, previews = (addresses(f"{library.namespace}-{page}") for page in ("detail", "preview"))
    return [
        {
            "id": record.pk,
            "url": urls(record.pk),
            "preview_url": previews(record.pk),
            "cells": [column.cell(record, reader) for column in state.columns],
            "tags": [*library.tags(record), *library.chips(record)],
            "selected": False,
        }
        for record in records
    ]


def addresses(name: str) -> Callable[[int], str]:
    """Return what gives the address of a record by its id. Looking each up by its name would take 5 ms a page."""
    before, after = reverse(name, args=[LARGEST_ID]).split(str(LARGEST_ID))
    return lambda pk: f"{before}{pk}{after}"


def pages_of(page: Page, state: State, total: int, path: str) -> dict[str, Any]:
    def at(place: Place | None) -> str | None:
        return f"{path}?{state.parameters(page=place.encoded())}" if place is not None else None

    rest = state.parameters()
    return {
        "from": page.first,
        "to": page.first + len(page.rows) - 1 if page.rows else 0,
        "total": total,
        "first_url": f"{path}?{rest}" if rest else path,
        "previous_url": at(page.previous),
        "next_url": at(page.following),
        "last_url": at(Place("last")) if page.following is not None else None,
    }


def _empty(library: Library, user: User, narrowed: bool, path: str) -> dict[str, Any]:
    if narrowed:
        return {
            "title": _("Nothing fits these filters"),
            "text": _("Take a filter away, or search for fewer characters."),
            "action_label": _("Clear all filters"),
            "action_url": path,
        }
    may = library.may_create(user)
    return {
        "title": _("Nothing here yet"),
        "text": library.empty_text,
        "action_label": _("Enter a %(thing)s") % {"thing": library.singular} if may else "",
        "action_url": reverse(f"{library.namespace}-create") if may else "",
    }
