"""The pages of exports: asking for one, how far it is, fetching it, who took what."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from sanku.audit.queries import exports_logged
from sanku.audit.via import web_via
from sanku.common.problems import Refused
from sanku.library import export_page
from sanku.library.known import libraries
from sanku.library.operations import exports
from sanku.library.operations.notices import note_seen
from sanku.library.requests import user_of
from sanku.library.specs import Library
from sanku.library.state import is_number, read_state


def export_view(request: HttpRequest, library: Library) -> HttpResponse | FileResponse:
    """Send the current view as a file if it has few rows; else have it written in the background."""
    state, query = read_state(request, library), request.GET.copy()
    query.pop("page", None)
    every = request.POST.get("columns") == "all"
    columns = [column.key for column in (library.columns if every else state.columns)]
    query.setlist("column", columns)
    back = reverse(f"{library.namespace}-list")
    wanted = {"library": library.name, "query": query.urlencode(), "columns": columns}
    return _ordered(request, wanted | {"form": request.POST.get("form", "xlsx")}, back)


def _ordered(request: HttpRequest, wanted: dict[str, Any], back: str) -> HttpResponse | FileResponse:
    try:
        made = exports.order_export(
            **wanted, actor=user_of(request), now=timezone.now(), via=web_via(request)
        )
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
        return redirect(back)
    if export_page.is_fetchable(made, user_of(request), now=timezone.now()):
        return _sent(made)
    return redirect("exports:list")


def _sent(export: Any) -> FileResponse:
    path = Path(default_storage.path(export.path))
    if not path.is_file():
        raise Http404
    exports.note_fetched(export, now=timezone.now())
    # A text of another encoding must not be taken for UTF-8 on the way.
    kind = "application/octet-stream" if export.form != "xlsx" else ""
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=export.file_name, content_type=kind or None
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and is_number(text) else None


def _export(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(export_page.exports_for(user_of(request)), pk=pk)


@require_GET
@never_cache
def export_list(request: HttpRequest) -> HttpResponse:
    """Show one's own exports with their progress and files."""
    before = _number(request.GET.get("before"))
    context = export_page.list_context(user_of(request), before=before, now=timezone.now())
    shown = [row["export"].pk for row in context["rows"]]
    note_seen(user_of(request), "export", shown, now=timezone.now())
    return render(request, "library/export_list.html", {**context, "days": settings.EXPORT_DAYS})


@require_GET
def export_log(request: HttpRequest) -> HttpResponse:
    """Show who took what, to those who may see all and to the administrator."""
    user = user_of(request)
    if not user.may(export_page.READS_EXPORT_LOG):
        return render(request, "403.html", status=403)
    context = export_page.log_context(exports_logged(user), before=_number(request.GET.get("before")))
    return render(request, "library/export_log.html", context)


@require_GET
@never_cache
def export_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer how far an export is; one whose worker died is started again on the way."""
    export, now = _export(request, pk), timezone.now()
    if exports.start_again(export, now=now):
        export.refresh_from_db()
    return JsonResponse(export_page.progress_json(export, now=now))


@require_POST
def export_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an export."""
    exports.stop_export(_export(request, pk), actor=user_of(request), now=timezone.now())
    return HttpResponse(status=204) if request.headers.get("Accept") == "*/*" else redirect("exports:list")


@require_POST
def export_again(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Ask for the same view once more, as it is now."""
    old = _export(request, pk)
    if old.library not in libraries():
        raise Http404
    wanted = {"library": old.library, "query": old.query, "columns": old.columns, "form": old.form}
    return _ordered(request, wanted, reverse("exports:list"))


@require_GET
@never_cache
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """Send the file of an export to the person who asked for it, while it is there and his scope is the same."""
    export = _export(request, pk)
    if not export_page.is_fetchable(export, user_of(request), now=timezone.now()):
        raise Http404
    return _sent(export)
