"""The contexts of the pages on which parcels are drawn, split and merged."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.common import display
from sanku.common.areas import m2_to_mu
from sanku.library.specs import Reader
from sanku.sites.checking import Checked
from sanku.sites.cuts import adjoin
from sanku.sites.models import Site, SiteKind
from sanku.sites.nearby import Bounds, parcels_of
from sanku.sites.operations.drawing import seen_of
from sanku.sites.operations.merging import MergedPlan
from sanku.sites.operations.splitting import Piece, proposed_names
from sanku.sites.outline import outline_of
from sanku.sites.problems import NAMES, boundary_message
from sanku.sites.queries import sites_for
from sanku.sites.shapes import AREA_TOLERANCE, AREA_TOLERANCE_M2, boundary_of, position_of, shapes_of

Json = dict[str, Any]
MOST_NEIGHBOURS = 3_000
_AROUND = 0.0005  # degrees, some 50 m: who adjoins stands within


def frame(task: str, title: str, user: User, *, site: Site | None = None, own: Sequence[int] = ()) -> Json:
    """Return what sites/draw.html shows of any task: edit, new, split or merge."""
    back = reverse("sites:site-detail", args=[site.pk]) if site is not None else reverse("maps:map")
    return {
        "task": task,
        "title": title,
        "site": site,
        "seen": seen_of(site) if site is not None else 0,
        "back_url": back,
        "back_label": str(site) if site is not None else _("One map"),
        "systems": list(NAMES.items()),
        "drawn": json.dumps(site.boundary) if site is not None and site.boundary else "",
        "settings": {
            "task": task,
            "boundary": site.boundary if site is not None else None,
            "neighbours": reverse("sites:site-neighbours"),
            "own": list(own),
            "statedM2": _figure(site.area_total_m2 if site is not None else None),
            "tolerance": AREA_TOLERANCE,
            "toleranceM2": AREA_TOLERANCE_M2,
            "words": words(),
        },
    }


def _figure(value: Any) -> float | None:
    return None if value is None else float(value)


def said(checked: Checked | None, problems: Sequence[str] = (), *, boundary: Json | None = None) -> Json:
    """Return what sites/_draw_said.html shows: refusals, doubts with the mark of agreeing to them, a repair.

    With `boundary` the editor takes that one over.
    """
    findings = [] if checked is None else checked.findings
    repaired = any(one.repaired for one in findings) and checked is not None and checked.shape is not None
    return {
        "problems": list(problems),
        "refusals": [boundary_message(one.code, one.params) for one in findings if one.refuses],
        "doubts": [boundary_message(one.code, one.params) for one in findings if not one.refuses],
        "mark": checked.mark if checked is not None and not checked.refused else "",
        "repaired": json.dumps(boundary_of(checked.shape)) if repaired and checked is not None else "",
        "takes": json.dumps(boundary) if boundary is not None else "",
    }


def texts(checked: Checked) -> list[str]:
    """Return what is to be said of a boundary, one sentence or two each."""
    return [boundary_message(one.code, one.params) for one in checked.findings]


def propose(record: Site, checked: Checked) -> None:
    """Give a new carrier what follows from its boundary: land, total and free area, place."""
    record.kind = SiteKind.LAND
    record.area_total_m2 = record.area_free_m2 = Decimal(str(round(checked.area_m2, 2)))
    record.lon, record.lat = position_of(checked.shape)


def outline_context(boundary: Json, agreed: str, address: str) -> Json:
    """Return what sites/draw_facts.html shows beside the form: the drawing, and what the form carries on."""
    return {
        "drawn": json.dumps(boundary),
        "agreed": agreed,
        "outline": outline_of(boundary),
        "draw_url": address,
        "title": _("The facts of the new carrier"),
    }


def area_words(area_m2: Any, reader: Reader) -> str:
    """Say an area in the zone's unit and in square metres."""
    if area_m2 is None:
        return display.MISSING
    square = f"{display.number(round(float(area_m2), 1))} m²"
    if reader.area_unit == "m2":
        return square
    return f"{display.number(round(float(m2_to_mu(area_m2)), 2))} {_('mu')} ({square})"


def split_context(
    site: Site, pieces: Sequence[Piece], reader: Reader, *, keeps: int, typed: dict[str, str]
) -> Json:
    """Return what sites/_split.html shows: the pieces, which keeps the record, names and numbers of the others."""
    codes = list(sites_for(reader.user).filter(code__startswith=site.code).values_list("code", flat=True))
    proposed = iter(proposed_names(site, len(pieces), codes))
    shown = []
    for at, piece in enumerate(pieces):
        name, code = next(proposed)
        shown.append(
            {
                "at": at,
                "number": at + 1,
                "drawn": area_words(piece.drawn_m2, reader),
                "total": area_words(piece.area_total_m2, reader),
                "free": area_words(piece.area_free_m2, reader),
                "name": typed.get(f"name-{at}") or name,
                "code": typed.get(f"code-{at}", code),
                "keeps": at == keeps,
            }
        )
    return {"pieces": shown, "parts": _parts([boundary_of(piece.shape) for piece in pieces]), "site": site}


def _parts(boundaries: Sequence[Json]) -> str:
    features = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": boundary, "properties": {"number": at + 1}}
            for at, boundary in enumerate(boundaries)
        ],
    }
    return json.dumps(features)


def merge_context(
    site: Site, chosen: Sequence[Site], plan: MergedPlan | None, kept: Site, reader: Reader
) -> Json:
    """Return what sites/_merge.html shows: parcels that adjoin those chosen, and what they become together."""
    every = [site, *chosen]
    context: Json = {
        "site": site,
        "candidates": [
            {
                "pk": one.pk,
                "name": str(one),
                "code": one.code,
                "total": area_words(one.area_total_m2, reader),
                "on": one in chosen,
            }
            for one in [*chosen, *adjoining(reader.user, every)]
        ],
        "every": [
            {
                "pk": one.pk,
                "name": str(one),
                "code": one.code,
                "keeps": one.pk == kept.pk,
                "seen": seen_of(one),
            }
            for one in every
        ],
        "own": json.dumps([one.pk for one in every]),
        "plan": None,
        "parts": _parts([one.boundary for one in every if one.boundary]),
    }
    if plan is not None:
        context["plan"] = {
            "drawn": area_words(plan.checked.area_m2, reader),
            "total": area_words(plan.area_total_m2, reader),
            "free": area_words(plan.area_free_m2, reader),
            "differs": [
                {
                    "label": _field(name).verbose_name,
                    "own": _shown(name, own),
                    "others": [_shown(name, one) for one in others],
                }
                for name, own, others in plan.differs
            ],
        }
        context["parts"] = _parts([boundary_of(plan.shape)])
        context |= said(plan.checked)
    return context


def _field(name: str) -> Any:
    return Site._meta.get_field(name)


def _shown(name: str, value: Any) -> str:
    if value in (None, "", (), []):
        return display.MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(_field(name).flatchoices)
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(choices.get(value, value))


def adjoining(user: User, sites: Sequence[Site]) -> list[Site]:
    """Return the carriers of the user's zone that adjoin some, themselves left out."""
    own = {site.pk for site in sites}
    shapes = [shape for shape in shapes_of([site.boundary for site in sites]) if shape is not None]
    found: set[int] = set()
    for shape in shapes:
        west, south, east, north = shape.bounds
        around = (west - _AROUND, south - _AROUND, east + _AROUND, north + _AROUND)
        near = parcels_of(user, around, without=own | found)
        found |= {pk for pk, other in zip(near.ids, near.shapes, strict=True) if adjoin(shape, other)}
    return list(sites_for(user).filter(pk__in=found).order_by("code", "name", "pk"))


def neighbours(user: User, bounds: Bounds, without: Sequence[int]) -> Json:
    """Return the parcels within bounds as GeoJSON features with id, label and status."""
    near = parcels_of(user, bounds, without=without)
    ids = near.ids[:MOST_NEIGHBOURS]
    known = sites_for(user).filter(pk__in=ids).only("status", "held_until")
    status = {site.pk: site.status_now for site in known}
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": pk,
                "geometry": boundary_of(near.shapes[at]),
                "properties": {"label": near.label(at), "status": status.get(pk, "")},
            }
            for at, pk in enumerate(ids)
        ],
        "more": len(near.ids) > MOST_NEIGHBOURS,
    }


def words() -> dict[str, str]:
    """Return what the editor says by itself."""
    return {
        "drawRing": _(
            "Click corner by corner; click the first corner again or press Enter to close. Esc ends."
        ),
        "drawLine": _(
            "Click from outside the parcel across it; a double click or Enter ends the line. Esc ends."
        ),
        "editHint": _(
            "Drag a corner; drag a small point to add one. Arrow keys move the chosen corner, Delete takes it away."
        ),
        "pickHint": _("Click a neighbouring parcel to choose it, again to leave it out."),
        "drawn": _("Drawn %(area)s") % {"area": "{area}"},
        "differs": _("%(sign)s %(area)s (%(percent)s %%) from the stated area")
        % {"sign": "{sign}", "area": "{area}", "percent": "{percent}"},
        "fits": _("fits the stated area"),
        "noStated": _("no area stated; the drawn one is taken"),
        "nothing": _("Nothing drawn yet"),
        "unclosed": _(
            "This cannot be ended yet: a ring needs three corners and edges that do not cross, a line two points. "
            "Take back the last corner, or go on."
        ),
        "mu": _("mu"),
        "noMap": _("This browser cannot draw the map: it has no WebGL 2. Write the corners as text instead."),
        "baseFailed": _("The map could not be loaded. Write the corners as text instead."),
    }
