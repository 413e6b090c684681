"""The pages on which parcels are drawn, split and merged. Each form works as text, without the map, too."""

import json
from typing import Any

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.audit.operations import Draft
from sanku.audit.via import web_via
from sanku.common.extents import boundary_in, is_boundary, read_box
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.forms import RecordForm
from sanku.library.requests import reader_of, user_of
from sanku.library.state import is_number
from sanku.library.views import form_context, found
from sanku.library.zoned import zoned
from sanku.sites import draw_page
from sanku.sites.checking import checked_boundary
from sanku.sites.corners import SYSTEMS, boundary_in_text, lines_in_text, text_of
from sanku.sites.library import SITES
from sanku.sites.operations.drawing import Unconfirmed, save_boundary, save_drawn, seen_of
from sanku.sites.operations.merging import merge_parcels, merged_plan
from sanku.sites.operations.splitting import split_parcel, split_plan
from sanku.sites.operations.undoing import undo_reshape
from sanku.sites.queries import reshapes_for, sites_for

EDIT = require_http_methods(["GET", "POST"])
LONGEST = 1_500_000  # characters of a boundary as JSON: ten thousand corners and room
MOST_OWN = 60


@require_GET
@never_cache
def neighbours(request: HttpRequest) -> JsonResponse:
    """Answer with the parcels in a box, but for those named by `without`."""
    box = read_box(request.GET.get("box", ""))
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": [], "more": False})
    without = _ids(request.GET.get("without", "").split(","))
    bounds = (box.west, box.south, box.east, box.north)
    return JsonResponse(draw_page.neighbours(user_of(request), bounds, without))


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts[:MOST_OWN] if is_number(text)]


def _parcel(request: HttpRequest, pk: int) -> Any:
    """Return a carrier within the reader's scope; None where it is not his to change."""
    site = found(request, SITES, pk)
    return site if user_of(request).may(SITES.writers) else None


def _forbidden(request: HttpRequest) -> HttpResponse:
    return render(request, "403.html", status=403)


def _answer(
    request: HttpRequest, fragment: str, page: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """Answer with the part of the page that htmx asks for, or with the whole of it."""
    if request.headers.get("HX-Request"):
        return render(request, fragment, {**page, **context})
    return render(request, "sites/draw.html", {**page, **context})


def _to(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": url}) if request.headers.get("HX-Request") else redirect(url)


# --- drawing


def _given_boundary(request: HttpRequest) -> tuple[Any, list[str]]:
    """Return the boundary of a form, drawn or as text, and what is wrong with it."""
    if "apply" in request.POST:
        system = request.POST.get("system", "")
        text = request.POST.get("coordinates", "")[:LONGEST]
        boundary, problems = boundary_in_text(text, system if system in SYSTEMS else "wgs84")
        return boundary, [problem.message() for problem in problems]
    text = request.POST.get("boundary", "")
    if not text or len(text) > LONGEST:
        return None, [Problem("corners_missing").message()]
    try:
        boundary = boundary_in(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        boundary = None
    if boundary is None or not is_boundary(boundary):
        return None, [Problem("boundary_shape").message()]
    return boundary, []


@EDIT
@never_cache
def boundary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a carrier's boundary to be drawn or changed, or save it."""
    site = _parcel(request, pk)
    if site is None:
        return _forbidden(request)
    title = _("Change the boundary") if site.boundary else _("Draw the boundary")
    page = draw_page.frame("edit", title, user_of(request), site=site, own=[pk])
    page["seen"] = _mark(request, "seen") if request.method == "POST" else page["seen"]
    if request.method != "POST":
        text = text_of(site.boundary) if site.boundary else ""
        return render(request, "sites/draw.html", {**page, "coordinates": text})
    given, problems = _given_boundary(request)
    if given is None or "apply" in request.POST:
        return _judged(request, page, given, problems)
    try:
        save_boundary(
            site,
            given,
            seen=_mark(request, "seen"),
            agreed=request.POST.get("agreed", ""),
            take_area="take_area" in request.POST,
            actor=user_of(request),
            now=timezone.now(),
            via=web_via(request),
        )
    except Unconfirmed as unconfirmed:
        return _judged(request, page, given, [], unconfirmed.checked)
    except Refused as refused:
        _see_again(page, site, refused)
        return _judged(request, page, given, _messages(refused))
    messages.success(request, _("The boundary of %(name)s is saved.") % {"name": site})
    return _to(request, reverse("sites:site-detail", args=[pk]))


def _judged(
    request: HttpRequest, page: dict[str, Any], given: Any, problems: list[str], checked: Any = None
) -> HttpResponse:
    """Answer with what is to be said of a drawing; one that was written as text is handed to the editor."""
    if given is not None:
        page["settings"]["boundary"], page["drawn"] = given, json.dumps(given)
    context = draw_page.said(checked, problems, boundary=given if "apply" in request.POST else None)
    context["coordinates"] = request.POST.get("coordinates", "")
    context["chosen_system"] = request.POST.get("system", "")
    return _answer(request, "sites/_draw_said.html", page, context)


def _mark(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else -1


def _messages(refused: Refused) -> list[str]:
    return [problem.message() for found in refused.problems.values() for problem in found]


@EDIT
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Show the map on which a new carrier is drawn; then the form of its facts, with boundary, area and place; or save it."""
    user = user_of(request)
    if not SITES.may_create(user):
        return _forbidden(request)
    page = draw_page.frame("new", _("Draw a new carrier"), user)
    if request.method != "POST":
        return render(request, "sites/draw.html", {**page, "coordinates": ""})
    given, problems = _given_boundary(request)
    if given is None or "apply" in request.POST:
        return _judged(request, page, given, problems)
    checked = checked_boundary(given, user=user)
    agreed = request.POST.get("agreed", "")
    if "facts" in request.POST:
        return _facts_saved(request, given, agreed)
    if checked.refused or checked.mark != agreed:
        return _judged(request, page, given, [], checked)
    return _facts(request, _facts_form(request, given, checked, None), given, agreed)


def _facts_form(request: HttpRequest, given: Any, checked: Any, data: Any) -> RecordForm:
    """Return the form of a new carrier's facts; kind, area and place are proposed by what was drawn."""
    reader = reader_of(request)
    library = zoned(SITES, reader.user)
    record = library.fresh(reader.user)
    if checked is not None:
        draw_page.propose(record, checked)
    specs = [library.section(key) for key in library.create]
    return RecordForm(
        [fact for spec in specs if spec is not None for fact in spec.facts], record, reader, data
    )


def _facts(request: HttpRequest, form: RecordForm, given: Any, agreed: str) -> HttpResponse:
    context = form_context(zoned(SITES, user_of(request)), form)
    context |= draw_page.outline_context(given, agreed, request.path)
    return render(request, "sites/draw_facts.html", context)


def _facts_saved(request: HttpRequest, given: Any, agreed: str) -> HttpResponse:
    form = _facts_form(request, given, None, request.POST)
    if not form.is_valid():
        return _facts(request, form, given, agreed)
    try:
        save_drawn(
            Draft(form.record, {**form.values(), "boundary": given}),
            agreed=agreed,
            actor=user_of(request),
            now=timezone.now(),
            via=web_via(request),
        )
    except Unconfirmed as unconfirmed:
        for text in draw_page.texts(unconfirmed.checked):
            form.add_error(None, text)
        form.add_error(None, _("Save again to keep it all the same."))
        return _facts(request, form, given, unconfirmed.checked.mark)
    except Refused as refused:
        form.show(refused.problems[0])
        return _facts(request, form, given, agreed)
    messages.success(request, _("%(name)s is in the library.") % {"name": form.record})
    return redirect("sites:site-detail", form.record.pk)


def _see_again(page: dict[str, Any], site: Any, refused: Refused) -> None:
    """Let whoever was told that somebody saved the record meanwhile save all the same, now that he knows."""
    if any(one.code == "parcel_changed" for found in refused.problems.values() for one in found):
        page["seen"] = seen_of(site)


# --- splitting


def _given_lines(request: HttpRequest) -> tuple[list[Any], list[str]]:
    if "apply" in request.POST:
        system = request.POST.get("system", "")
        lines, problems = lines_in_text(
            request.POST.get("coordinates", "")[:LONGEST], system if system in SYSTEMS else "wgs84"
        )
        return lines, [problem.message() for problem in problems]
    try:
        rows = json.loads(request.POST.get("lines", "")[:LONGEST] or "[]")
        lines = [shapely.linestrings([(float(lon), float(lat)) for lon, lat in row]) for row in rows]
    except (ValueError, TypeError, RecursionError, shapely.errors.GEOSException):
        lines = []
    lines = [line for line in lines if shapely.is_valid(line) and shapely.length(line) > 0]
    return lines, [] if lines else [Problem("cut_misses").message()]


@EDIT
@never_cache
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a parcel to be cut, the pieces that lines cut it into, or save them."""
    site = _parcel(request, pk)
    if site is None:
        return _forbidden(request)
    reader = reader_of(request)
    page = draw_page.frame("split", _("Split the parcel"), reader.user, site=site, own=[pk])
    page["seen"] = _mark(request, "seen") if request.method == "POST" else page["seen"]
    lines, problems = _given_lines(request) if request.method == "POST" else ([], [])
    context: dict[str, Any] = {"problems": problems, "coordinates": request.POST.get("coordinates", "")}
    context["lines"] = json.dumps([shapely.get_coordinates(line).tolist() for line in lines])
    if request.method != "POST" or problems:
        return _answer(request, "sites/_split.html", page, context)
    keeps = _mark(request, "keeps")
    try:
        pieces = split_plan(site, lines)
        keeps = keeps if 0 <= keeps < len(pieces) else 0
        typed = request.POST.dict() if _mark(request, "count") == len(pieces) else {}
        context |= draw_page.split_context(site, pieces, reader, keeps=keeps, typed=typed)
        if "save" in request.POST:
            return _split_saved(request, site, lines, context, keeps)
    except Refused as refused:
        _see_again(page, site, refused)
        context["problems"] = _messages(refused)
    return _answer(request, "sites/_split.html", page, context)


def _split_saved(
    request: HttpRequest, site: Any, lines: list[Any], context: dict[str, Any], keeps: int
) -> HttpResponse:
    named = {one["at"]: (one["name"].strip(), one["code"].strip()) for one in context["pieces"]}
    done = split_parcel(
        site,
        lines,
        keeps=keeps,
        named=named,
        seen=_mark(request, "seen"),
        actor=user_of(request),
        now=timezone.now(),
        via=web_via(request),
    )
    said = _("%(name)s is split into %(count)s parcels.") % {"name": site, "count": len(named)}
    return _reshaped(request, done, said)


def _reshaped(request: HttpRequest, done: Any, said: str) -> HttpResponse:
    undo = reverse("sites:site-reshape-undo", args=[done.pk])
    messages.success(request, said, extra_tags=f"undo={undo}")
    return _to(request, reverse("sites:site-detail", args=[done.kept_id]))


# --- merging


@EDIT
@never_cache
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the parcels that adjoin one, what those chosen become with it, or save that."""
    site = _parcel(request, pk)
    if site is None:
        return _forbidden(request)
    reader = reader_of(request)
    page = draw_page.frame("merge", _("Merge parcels"), reader.user, site=site)
    chosen_ids = _ids(request.POST.getlist("with"))
    chosen = list(sites_for(reader.user).filter(pk__in=chosen_ids).exclude(pk=pk).order_by("pk"))
    every = [site, *chosen]
    kept = next((one for one in every if one.pk == _mark(request, "keeps")), site)
    others = [one for one in every if one is not kept]
    plan, problems = None, []
    try:
        if chosen:
            plan = merged_plan(kept, others, user=reader.user)
        if "save" in request.POST:
            return _merge_saved(request, kept, others)
    except Unconfirmed:
        pass  # the plan says it, with its mark
    except Refused as refused:
        problems = _messages(refused)
    context = draw_page.merge_context(site, chosen, plan, kept, reader)
    return _answer(request, "sites/_merge.html", page, {**context, "problems": problems})


def _merge_saved(request: HttpRequest, kept: Any, others: list[Any]) -> HttpResponse:
    done = merge_parcels(
        kept,
        others,
        seen={one.pk: _mark(request, f"seen-{one.pk}") for one in (kept, *others)},
        agreed=request.POST.get("agreed", ""),
        actor=user_of(request),
        now=timezone.now(),
        via=web_via(request),
    )
    said = _("%(count)s parcels are merged into %(name)s.") % {"name": kept, "count": len(others) + 1}
    return _reshaped(request, done, said)


@require_POST
def reshape_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a split or merge back."""
    user = user_of(request)
    done = get_object_or_404(reshapes_for(user), pk=pk)
    if not user.may(SITES.writers):
        return _forbidden(request)
    kept_url = reverse("sites:site-detail", args=[done.kept_id])
    try:
        site = undo_reshape(done, actor=user, now=timezone.now(), via=web_via(request))
    except NotAllowed:
        return _forbidden(request)
    except Refused as refused:
        messages.error(request, " ".join(_messages(refused)))
        there = sites_for(user).filter(pk=done.kept_id).exists()
        return _to(request, kept_url if there else reverse("sites:site-list"))
    messages.success(request, _("It is undone: %(name)s is as it was.") % {"name": site})
    return _to(request, kept_url)
