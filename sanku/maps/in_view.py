"""The list beside the map: what lies in view, or in the shape that was drawn."""

from typing import Any

from django.urls import reverse

from sanku.audit.queries import chain_length
from sanku.common.extents import Box
from sanku.library.counting import totals_of
from sanku.library.listing import (
    chips_of,
    choices_of,
    filter_of,
    heading_of,
    pages_of,
)
from sanku.library.paging import page_of
from sanku.library.remembered import Remembered
from sanku.library.specs import Reader
from sanku.library.state import State, filtered
from sanku.maps.layers import LAYERS, Layer
from sanku.maps.rows import row_of

WITHIN = "within"  # the filter of every library by a drawn shape


def in_view(
    layer: Layer, state: State, reader: Reader, box: Box | None, others: dict[str, State]
) -> dict[str, Any]:
    """Return what maps/_list.html shows.

    A drawn shape holds wherever the map is moved to; without one the box is what is in view. `others` are the
    states of the layers that are on the map too: their tabs count what of them is in view.
    """
    library, user = layer.library, reader.user
    drawn = WITHIN in state.filters
    records = filtered(state, user)
    here = records.filter(layer.placed)
    if box is not None and not drawn:
        here = records.filter(layer.inside(user, box))
    total, measured, parts = totals_of(here, library)
    page = page_of(here.select_related(*library.related), state, total=total)
    path = reverse("maps:map")
    choices = choices_of(library, user)
    kept = Remembered(reader, library.name)
    query = state.parameters(page=None)
    return {
        "name": layer.name,
        "title": library.title,
        "path": path,
        "tabs": [_tab(one, layer, total, others, reader, box) for one in LAYERS.values()],
        "heading_parts": heading_of(library, total, measured, reader),
        "total": total,
        "drawn": drawn,
        # Counted over the whole library: those that no map can show.
        "unplaced": kept.get(f"unplaced?{query}", lambda: records.exclude(layer.placed).count()),
        "search": state.query,
        "search_hint": library.search_hint,
        "chips": list(chips_of(state, user, choices, path)),
        "clear_url": path,
        "filters": [
            filter_of(spec, state, user, choices)
            for spec in library.filters
            if choices.get(spec.key) != [] and spec.kind != "area"
        ],
        "query_string": query,
        "rows": [row_of(layer, record, reader) for record in page.rows],
        "page": pages_of(page, state, total, path),
        "totals": library.totals(parts, reader) if library.totals_by else [],
        "list_url": f"{reverse(f'{library.namespace}-list')}?{query}",
        "export_url": f"{reverse(f'{library.namespace}-export')}?{query}" if drawn and total else None,
        "edition": chain_length(user.zone_id),
    }


def _tab(
    one: Layer, current: Layer, total: int, others: dict[str, State], reader: Reader, box: Box | None
) -> dict[str, Any]:
    count: int | None = total if one is current else None
    if count is None and one.name in others:
        state = others[one.name]
        inside = (
            one.inside(reader.user, box) if box is not None and WITHIN not in state.filters else one.placed
        )
        count = filtered(state, reader.user).filter(inside).count()
    return {"name": one.name, "label": one.library.title, "count": count, "on": one is current}
