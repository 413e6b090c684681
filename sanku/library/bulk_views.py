"""The pages of changing many records at once: choose fields and values, look at every change, save, undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Refused
from sanku.library import bulk_page, operations
from sanku.library.operations.bulk_edits import MOST_RECORDS
from sanku.library.operations.notices import note_seen
from sanku.library.problems import message
from sanku.library.queries import bulk_edits_for, bulk_rows_for
from sanku.library.requests import reader_of, user_of
from sanku.library.specs import Library
from sanku.library.state import State, clean_text, filtered, is_number, read_state


def bulk_new(request: HttpRequest, library: Library) -> HttpResponse:
    """Ask which fields of the chosen records are to have which values, or work out what that would do."""
    reader = reader_of(request)
    if not reader.user.may(library.writers):
        return render(request, "403.html", status=403)
    state = read_state(request, library)
    if request.method != "POST":
        return _form(request, library, state)
    ids = _ids(state, request.GET, reader.user)
    try:
        edit = operations.start_bulk_edit(
            library,
            ids,
            actions=bulk_page.actions_sent(request.POST),
            sent=request.POST,
            came_from=state.parameters(),
            actor=reader.user,
            now=timezone.now(),
            via=web_via(request),
        )
    except Refused as refused:
        return _form(request, library, state, [message(problem) for problem in refused.problems[0]])
    return redirect(f"{library.namespace}-bulk", edit.pk)


def _ids(state: State, given: QueryDict, user: Any) -> list[int]:
    """Return the records that are meant: those selected, or all of the view."""
    if not state.selected and given.get("all") != "1":
        return []
    # One more than may be, so that too many are refused and not cut.
    return list(filtered(state, user).order_by("pk").values_list("pk", flat=True)[: MOST_RECORDS + 1])


def _form(request: HttpRequest, library: Library, state: State, problems: Any = ()) -> HttpResponse:
    reader = reader_of(request)
    count = len(_ids(state, request.GET, reader.user))
    context = {
        **bulk_page.form_context(library, reader, request.POST if request.method == "POST" else None),
        "title": _("Edit many"),
        "counted": f"{count} {library.counted(count)}",
        "count": count,
        "problems": problems,
        "list_url": f"{reverse(f'{library.namespace}-list')}?{state.parameters()}",
        "list_label": library.title,
        "steps": bulk_page.steps("choose"),
        "earlier": [
            {
                "edit": edit,
                "state": edit.get_state_display(),
                "url": reverse(f"{library.namespace}-bulk", args=[edit.pk]),
            }
            for edit in bulk_edits_for(reader.user, library.name)[:10]
        ],
    }
    return render(request, "library/bulk_form.html", context)


@never_cache
def bulk(request: HttpRequest, library: Library, edit: int) -> HttpResponse:
    """Show a bulk edit where it stands: being worked out, to check, saved, undone."""
    found = get_object_or_404(bulk_edits_for(user_of(request), library.name), pk=edit)
    note_seen(user_of(request), "bulk", [found.pk], now=timezone.now())
    after = request.GET.get("after", "")
    context = bulk_page.page_context(
        found,
        library,
        reader_of(request),
        after=int(after) if is_number(after) else 0,
        show=request.GET.get("show", ""),
    )
    return render(request, "library/bulk.html", context)


def bulk_save(request: HttpRequest, library: Library, edit: int) -> HttpResponse:
    """Save what was worked out, with a reason."""
    reason = clean_text(request.POST.get("reason", ""))
    return _moved(request, library, edit, operations.save_bulk_edit, reason=reason)


def bulk_undo(request: HttpRequest, library: Library, edit: int) -> HttpResponse:
    """Take a bulk edit back."""
    return _moved(request, library, edit, operations.undo_bulk_edit)


def _moved(request: HttpRequest, library: Library, edit: int, operation: Any, **values: Any) -> HttpResponse:
    found = get_object_or_404(bulk_edits_for(user_of(request), library.name), pk=edit)
    try:
        operation(found, actor=user_of(request), now=timezone.now(), via=web_via(request), **values)
    except NotAllowed:
        messages.error(request, _("Nothing was left to do: the page shows where it stands."))
    return redirect(f"{library.namespace}-bulk", edit)


def bulk_row_undo(request: HttpRequest, library: Library, row: int) -> HttpResponse:
    """Take back what a bulk edit did to one record."""
    found = get_object_or_404(bulk_rows_for(user_of(request), library.name), pk=row)
    try:
        operations.undo_bulk_row(found, actor=user_of(request), now=timezone.now(), via=web_via(request))
    except NotAllowed:
        messages.error(request, _("Nothing was left to do: the page shows where it stands."))
    return redirect(f"{library.namespace}-bulk", found.edit_id)


def bulk_stop(request: HttpRequest, library: Library, edit: int) -> HttpResponse:
    """Stop the work on a bulk edit."""
    found = get_object_or_404(bulk_edits_for(user_of(request), library.name), pk=edit)
    operations.stop_bulk_edit(found, actor=user_of(request))
    return redirect(f"{library.namespace}-bulk", edit)


@never_cache
def bulk_progress(request: HttpRequest, library: Library, edit: int) -> JsonResponse:
    """Answer how far the work on a bulk edit is."""
    found = get_object_or_404(bulk_edits_for(user_of(request), library.name), pk=edit)
    url = reverse(f"{library.namespace}-bulk", args=[edit])
    return JsonResponse(bulk_page.progress(found, url, now=timezone.now()))
