"""The views that every library shares. An app's own views name the library and call one of these."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.audit.operations import Draft
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library.forms import RecordForm
from sanku.library.listing import listing
from sanku.library.records import field_of, head_of, may_write, section_of, timeline_of
from sanku.library.requests import Moved, reader_of, user_of
from sanku.library.saved_views import first_query
from sanku.library.specs import Library, Section
from sanku.library.state import COOKIE_AGE, LONGEST_QUERY, clean_text, columns_cookie, is_number, read_state


def found(request: HttpRequest, library: Library, pk: int, *, lock: bool = False) -> Any:
    """Return a record within the reader's scope, locked or with what it refers to.

    Raises:
        Moved: it was merged into another one, which the reader may see.
        Http404: there is none.
    """
    user = user_of(request)
    known = library.records(user)
    known = known.select_for_update(of=("self",)) if lock else known.select_related(*library.related)
    try:
        record = known.get(pk=pk)  # unlike first() it makes no order, a third of the query's making
    except known.model.DoesNotExist:
        survivor = library.successor(user, pk) if library.successor is not None else None
        raise (Moved(survivor, library.namespace) if survivor is not None else Http404) from None
    return record


def list_page(request: HttpRequest, library: Library) -> HttpResponse:
    """Show a list, or the part of it that htmx asks for; remember the choice of columns."""
    if not request.GET and not _is_htmx(request):
        first = first_query(user_of(request), library)
        if first:
            return redirect(f"{reverse(f'{library.namespace}-list')}?{first}")
    state = read_state(request, library)
    template = "library/_rows.html" if _is_htmx(request) else "library/list.html"
    response = render(request, template, {"listing": listing(state, reader_of(request))})
    response.headers["Vary"] = "HX-Request, Cookie"
    if state.chosen_columns and not is_number(state.view):  # a view's columns are its own
        keys = ".".join(column.key for column in state.columns)
        response.set_cookie(columns_cookie(library), keys, max_age=COOKIE_AGE, samesite="Lax", httponly=True)
    elif request.GET.getlist("column") == ["default"]:
        response.delete_cookie(columns_cookie(library))
    return response


def preview(
    request: HttpRequest, library: Library, pk: int, *, template: str, facts: int = 8
) -> HttpResponse:
    """Show the preview of a record beside its list."""
    record, reader = found(request, library, pk), reader_of(request)
    known = {fact.name: fact for section in library.sections for fact in section.facts}
    shown = (field_of(known[name], record, reader) for name in library.preview or known)
    fields = [
        field
        for field in shown
        if (field["value"] not in (None, "") or field.get("html")) and not field["wide"]
    ]
    head = head_of(library, record, reader)
    context = {
        "preview": {
            "title": head["title"],
            "sub": head["identity"],
            "url": reverse(f"{library.namespace}-detail", args=[pk]),
            "open_label": _("Open %(thing)s") % {"thing": library.singular},
        },
        "record": record,
        "may_write": may_write(library, reader.user, record),
        "head": head,
        "fields": fields if library.preview else fields[:facts],
        "timeline": timeline_of(library, record, reader)[0][:4],
    }
    return render(request, template, context)


def detail(
    request: HttpRequest, library: Library, pk: int, *, template: str = "library/record_page.html"
) -> HttpResponse:
    """Show a record's page."""
    return render(request, template, whole(request, library, found(request, library, pk)))


def whole(request: HttpRequest, library: Library, record: Any) -> dict[str, Any]:
    """Return what a record's page shows; the entry that the address asks for is among those of the timeline."""
    reader = reader_of(request)
    asked = request.GET.get("entry", "")
    entries, more = timeline_of(library, record, reader, down_to=int(asked) if is_number(asked) else None)
    return {
        "object": record,
        "record": head_of(library, record, reader),
        "sections": [section_of(library, section, record, reader) for section in library.sections],
        "panels": [
            {"key": panel.key, "url": url, "above": panel.above}
            for panel in library.panels
            if (url := panel.url(record)) is not None
        ]
        + [
            {
                "key": "attachments",
                "url": reverse(f"{library.namespace}-attachments", args=[record.pk]),
                "above": False,
            }
        ],
        "timeline": entries,
        "timeline_more_url": more,
        "note_url": reverse(f"{library.namespace}-note", args=[record.pk]),
        "people_url": reverse(f"{library.namespace}-people", args=[record.pk]),
    }


def section(request: HttpRequest, library: Library, pk: int, key: str) -> HttpResponse:
    """Show one section, read."""
    record = found(request, library, pk)
    spec = _section_or_404(library, key)
    return render(
        request, "library/_section.html", {"section": section_of(library, spec, record, reader_of(request))}
    )


def _section_or_404(library: Library, key: str) -> Section:
    spec = library.section(key)
    if spec is None:
        raise Http404
    return spec


def section_edit(request: HttpRequest, library: Library, pk: int, key: str) -> HttpResponse:
    """Show one section's form, or save it; a refused value comes back at its field."""
    reader = reader_of(request)
    spec = _section_or_404(library, key)
    record = found(request, library, pk)
    if not may_write(library, reader.user, record):
        return render(request, "403.html", status=403)
    shown = {**section_of(library, spec, record, reader), "edit_url": request.get_full_path()}
    if request.method != "POST":
        form = RecordForm(spec.facts, record, reader)
        return render(request, "library/_section_form.html", {"section": shown, "form": form})
    with transaction.atomic():
        locked = found(request, library, pk, lock=True)
        form = RecordForm(spec.facts, locked, reader, request.POST)
        done = form.is_valid() and _unchanged(request, locked, form, shown) and _saved(request, library, form)
    if not done:
        return render(request, "library/_section_form.html", {"section": shown, "form": form})
    return _section_saved(request, library, spec, pk)


def _section_saved(request: HttpRequest, library: Library, spec: Section, pk: int) -> HttpResponse:
    """Show what was saved; or the list, where the record went out of the reader's scope by it."""
    reader = reader_of(request)
    record = library.records(reader.user).select_related(*library.related).filter(pk=pk).first()
    if record is None:
        messages.success(request, _("It is saved. The record is no longer among those that you see."))
        url = reverse(f"{library.namespace}-list")
        return HttpResponse(headers={"HX-Redirect": url}) if _is_htmx(request) else redirect(url)
    context = whole(request, library, record)
    context["section"] = {**section_of(library, spec, record, reader), "open": True}
    context["refreshed"] = [
        {"id": f"panel-{panel['key']}", "url": panel["url"]}
        for panel in context["panels"]
        if panel["key"] in spec.refreshes
    ]
    return render(request, "library/_section_saved.html", context)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") is not None


def _unchanged(request: HttpRequest, record: Any, form: RecordForm, shown: dict[str, Any]) -> bool:
    """Return whether nobody saved the record since the form was opened; otherwise say so on the form."""
    seen = request.GET.get("seen", "")
    now = int(record.updated_at.timestamp() * 1_000_000)
    if not is_number(seen) or int(seen) == now:
        return True
    query = request.GET.copy()
    query["seen"] = str(now)
    shown["edit_url"] = f"{request.path}?{query.urlencode()}"
    form.add_error(
        None,
        _("Somebody else saved this record meanwhile. Compare the timeline, then save again to keep yours."),
    )
    return False


def _saved(request: HttpRequest, library: Library, form: RecordForm) -> bool:
    try:
        with transaction.atomic():
            library.save(
                [Draft(form.record, form.values())],
                actor=user_of(request),
                now=timezone.now(),
                via=web_via(request),
            )
    except Refused as refused:
        form.show(refused.problems[0])
    except NotAllowed:
        form.show([Problem("not_allowed")])
    else:
        return True
    return False


def create(request: HttpRequest, library: Library) -> HttpResponse:
    """Show the page of a new record, or save it."""
    reader = reader_of(request)
    if not library.may_create(reader.user):
        return render(request, "403.html", status=403)
    specs = [library.section(key) for key in library.create]
    facts = [fact for spec in specs if spec is not None for fact in spec.facts]
    record = library.fresh(reader.user)
    if library.prefill is not None:
        library.prefill(record, reader.user, request.GET.dict())
    form = RecordForm(facts, record, reader, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _saved(request, library, form):
        messages.success(request, _("%(name)s is in the library.") % {"name": record})
        return redirect(f"{library.namespace}-detail", record.pk)
    return render(request, "library/form.html", form_context(library, form))


def form_context(library: Library, form: RecordForm) -> dict[str, Any]:
    """Return what library/form.html shows of a new record."""
    specs = [library.section(key) for key in library.create]
    return {
        "title": _("Enter a %(thing)s") % {"thing": library.singular},
        "back_url": reverse(f"{library.namespace}-list"),
        "back_label": library.title,
        "cancel_url": reverse(f"{library.namespace}-list"),
        "form": form,
        "form_sections": [
            {"title": spec.title, "names": _form_names(spec), "hint": ""}
            for spec in specs
            if spec is not None
        ],
        "similar_url": reverse(f"{library.namespace}-similar") if library.similar is not None else None,
        "similar_fields": library.similar_fields,
    }


def _form_names(spec: Section) -> list[str]:
    return ["longitude" if fact.name == "lon" else fact.name for fact in spec.facts]


def similar(request: HttpRequest, library: Library) -> HttpResponse:
    """Show the records that may be the same as the one being typed, to whoever may enter one."""
    assert library.similar is not None
    if not user_of(request).may(library.writers):
        return render(request, "403.html", status=403)
    given = {name: clean_text(value)[:LONGEST_QUERY] for name, value in request.GET.dict().items()}
    context = {
        "similar": library.similar(user_of(request), given),
        "hint": library.similar_hint,
        "heading": library.similar_title,
    }
    return render(request, "library/_similar.html", context)


def timeline_more(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Show older entries of a timeline."""
    record = found(request, library, pk)
    before = request.GET.get("before", "")
    entries, more = timeline_of(
        library, record, reader_of(request), before=int(before) if is_number(before) else None
    )
    return render(request, "library/_timeline_items.html", {"timeline": entries, "timeline_more_url": more})


def remove(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Take a record out of the library, with an offer to undo it."""
    record = found(request, library, pk)
    if not may_write(library, user_of(request), record):
        return render(request, "403.html", status=403)
    try:
        library.remove(record, actor=user_of(request), now=timezone.now(), via=web_via(request))
    except NotAllowed:
        messages.error(request, Problem("not_allowed").message())
        return redirect(f"{library.namespace}-detail", pk)
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
        return redirect(f"{library.namespace}-detail", pk)
    undo = reverse(f"{library.namespace}-restore", args=[pk])
    messages.success(request, _("%(name)s was removed.") % {"name": record}, extra_tags=f"undo={undo}")
    return redirect(f"{library.namespace}-list")


def restore(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Bring a removed record back."""
    user = user_of(request)
    record = get_object_or_404(library.records(user, removed=True), pk=pk)
    if not may_write(library, user, record):
        return render(request, "403.html", status=403)
    try:
        library.restore(record, actor=user, now=timezone.now(), via=web_via(request))
    except NotAllowed:
        messages.error(request, Problem("not_allowed").message())
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
    else:
        messages.success(request, _("%(name)s is back in the library.") % {"name": record})
        return redirect(f"{library.namespace}-detail", pk)
    return redirect(f"{library.namespace}-list")
