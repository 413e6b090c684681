"""The pages of imports: handing in, columns, checking, progress, the result."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.accounts.rules import MAY_IMPORT
from sanku.audit.via import web_via
from sanku.common.geodata import is_geodata
from sanku.common.problems import NotAllowed
from sanku.intake import columns_page, operations, pages, result_page, review_page
from sanku.intake.problems import refusal_message
from sanku.intake.queries import ONLY, batches_for, rows_for
from sanku.intake.returned import refused_rows
from sanku.intake.rules import AT_WORK, State, may_import
from sanku.intake.together import joined
from sanku.library.operations.notices import note_seen
from sanku.library.requests import user_of
from sanku.library.state import is_number

# What a form adds to its files: names, borders, the token.
FORM_BYTES = 64_000
MOST_FILES = 20


def _batch(request: HttpRequest, pk: int) -> Any:
    """Return an import that the reader may see, or raise 404."""
    return get_object_or_404(batches_for(user_of(request)), pk=pk)


def _row(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(rows_for(user_of(request)), pk=pk)


def _number(text: str | None) -> int:
    return int(text) if text and is_number(text) else 0


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "403.html", status=403)


@require_GET
def batch_list(request: HttpRequest) -> HttpResponse:
    """Show the imports, and the field that files are dropped on."""
    user = user_of(request)
    if not user.may(MAY_IMPORT) and not user.sees_all:
        return _refused(request)
    context = pages.list_context(
        batches_for(user),
        user,
        before=_number(request.GET.get("before")) or None,
        max_mb=settings.UPLOAD_LIMIT_BYTES // 1_000_000,
    )
    return render(request, "intake/batch_list.html", {**context, "may_import": user.may(MAY_IMPORT)})


@csrf_exempt  # checked below, once the length is known: the check itself would read the whole body
@require_POST
def batch_create(request: HttpRequest) -> HttpResponse:
    """Take files in; one that is too large is refused before it is read."""
    length = _number(request.META.get("CONTENT_LENGTH"))
    # Several small files or one of the largest: no request may fill the disk.
    if length > settings.UPLOAD_LIMIT_BYTES * 2 + FORM_BYTES or not length:
        messages.error(request, refusal_message("too_large"))
        return redirect("intake:batch-list")
    return _create(request)


@csrf_protect
def _create(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    made = []
    files = joined(request.FILES.getlist("file")[:MOST_FILES])
    for name, file in files:
        try:
            made.append(operations.receive_file(file, name=name, actor=user, now=timezone.now()))
        except NotAllowed:
            return _refused(request)
        except operations.FileTooLarge:
            messages.error(request, f"{name}：{refusal_message('too_large')}")
    if not files:
        messages.error(request, _("Choose a file first."))
    if len(made) == 1:
        return redirect("intake:batch-detail", made[0].pk)
    return redirect("intake:batch-list")


@require_GET
@never_cache
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import at the step where it stands."""
    batch, user = _batch(request, pk), user_of(request)
    if batch.state in AT_WORK:
        step = "save" if batch.state == State.SAVING else "upload" if batch.state != State.UNDOING else ""
        return render(request, "intake/batch_progress.html", pages.frame(batch, step, user))
    note_seen(user, "import", [batch.pk], now=timezone.now())
    if batch.state == State.REVIEW:
        tables = list(batch.tables.all())
        first = (
            "intake:batch-columns"
            if batch.by_id == user.pk and columns_page.wants_decisions(tables)
            else "intake:batch-review"
        )
        return redirect(first, pk)
    mine = batch.by_id == user.pk
    context = {
        **pages.frame(batch, "done" if batch.state in (State.DONE, State.UNDONE) else "upload", user),
        **result_page.result_context(batch, is_mine=mine),
        **result_page.done_rows(batch, after=_number(request.GET.get("after")), action=""),
    }
    return render(request, "intake/batch_result.html", context)


def _table(batch: Any, position: str | None) -> Any:
    tables = list(batch.tables.order_by("position"))
    if not tables:
        raise Http404
    wanted = _number(position)
    return next((table for table in tables if table.position == wanted), tables[0])


@require_http_methods(["GET", "POST"])
@never_cache
def batch_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the columns of a table mean, or take over what the person chose."""
    batch, user = _batch(request, pk), user_of(request)
    if batch.state != State.REVIEW or batch.by_id != user.pk:
        return redirect("intake:batch-detail", pk)
    table = _table(batch, request.GET.get("table"))
    if request.method == "POST":
        chosen = columns_page.read_decisions(table, request.POST.dict(), user)
        if not may_import(user.role, chosen.get("kind", table.kind)):
            chosen["taken"] = False
        if operations.decide_tables(batch, {table.position: chosen}, actor=user, now=timezone.now()):
            return redirect("intake:batch-detail", pk)
        after = table.position + 1
        if batch.tables.filter(position=after).exists():
            return redirect(f"{reverse('intake:batch-columns', args=[pk])}?table={after}")
        return redirect("intake:batch-review", pk)
    context = {**pages.frame(batch, "columns", user), **columns_page.columns_context(table, user)}
    return render(request, "intake/batch_columns.html", context)


@require_GET
@never_cache
def batch_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rows as they were read, what will become of them, and what is to be decided."""
    batch, user = _batch(request, pk), user_of(request)
    if batch.state != State.REVIEW:
        return redirect("intake:batch-detail", pk)
    table = _table(batch, request.GET.get("table"))
    only = request.GET.get("only", "all")
    only = only if only in ONLY else "all"
    frame = pages.frame(batch, "review", user)
    review = review_page.review_context(
        batch,
        table,
        only=only,
        after=_number(request.GET.get("after")),
        is_mine=frame["is_mine"],
        csrf_token=get_token(request),
    )
    return render(request, "intake/batch_review.html", {**frame, **review, "only": only})


@require_GET
@never_cache
def batch_shapes(request: HttpRequest, pk: int) -> JsonResponse:
    """Send the parcels of a layer with those around them, for the map of the review."""
    batch, user = _batch(request, pk), user_of(request)
    from sanku.intake.shapes_json import shapes_of_table  # loads the libraries of shapes

    return JsonResponse(shapes_of_table(_table(batch, request.GET.get("table")), user))


def _back(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Return to the page of the review from which a form was sent."""
    here = reverse("intake:batch-review", args=[batch_id])
    came_from = request.headers.get("Referer", "")
    query = came_from.partition("?")[2] if here in came_from else ""
    return redirect(f"{here}?{query}" if query else here)


@require_POST
def row_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a cell of a row anew and judge the row again."""
    row = _row(request, pk)
    column = request.POST.get("column", "")
    if not is_number(column) or len(column) > 5:
        raise Http404
    text = request.POST.get("likely") or request.POST.get("text", "")
    try:
        after = operations.correct_cell(
            row, int(column), text[:2_000], actor=user_of(request), now=timezone.now()
        )
    except NotAllowed:
        return _refused(request)
    if after.action == "refuse":
        messages.warning(
            request, _("Row %(row)s is still refused; see what is left to do.") % {"row": row.number}
        )
    else:
        messages.success(request, _("Row %(row)s is in order now.") % {"row": row.number})
    return _back(request, row.batch_id)


@require_POST
def row_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a row out, or take it in again."""
    row = _row(request, pk)
    try:
        operations.drop_row(row, bool(request.POST.get("drop")), actor=user_of(request))
    except NotAllowed:
        return _refused(request)
    return _back(request, row.batch_id)


@require_POST
def row_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one row did."""
    row = _row(request, pk)
    try:
        report = operations.undo_row(
            row, actor=user_of(request), now=timezone.now(), address=web_via(request).address
        )
    except NotAllowed:
        return _refused(request)
    done = report["removed"] + report["restored"]
    if report["kept"]:
        messages.warning(
            request, _("Row %(row)s: some of it stays as it is; see below why.") % {"row": row.number}
        )
    elif done:
        messages.success(request, _("Row %(row)s was taken back.") % {"row": row.number})
    return redirect("intake:batch-detail", row.batch_id)


def _start(request: HttpRequest, pk: int, work: Any) -> HttpResponse:
    batch = _batch(request, pk)
    try:
        work(batch, actor=user_of(request), now=timezone.now())
    except NotAllowed:
        messages.error(request, _("This cannot be done with this import now."))
    return redirect("intake:batch-detail", pk)


@require_POST
def batch_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the rows saved."""
    return _start(request, pk, operations.start_saving)


@require_POST
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the whole import taken back."""
    return _start(request, pk, operations.start_undoing)


@require_POST
def batch_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped or failed, or read a file again as what the person says it is."""
    batch, user = _batch(request, pk), user_of(request)
    kind = request.POST.get("kind", "")
    try:
        if batch.state == State.REFUSED:
            operations.decide_tables(batch, {}, actor=user, now=timezone.now(), kind=kind)
        else:
            operations.go_on(batch, actor=user, now=timezone.now())
    except NotAllowed:
        messages.error(request, _("This cannot be done with this import now."))
    return redirect("intake:batch-detail", pk)


@require_POST
def batch_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a file away of which nothing was saved."""
    batch = _batch(request, pk)
    try:
        operations.discard_batch(batch, actor=user_of(request))
    except NotAllowed:
        messages.error(request, _("This cannot be done with this import now."))
        return redirect("intake:batch-detail", pk)
    messages.success(
        request, _("%(file)s was thrown away; nothing of it was saved.") % {"file": batch.file_name}
    )
    return redirect("intake:batch-list")


@require_GET
@never_cache
def batch_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer how far the work is; work of a dead worker is started again on the way."""
    batch, now = _batch(request, pk), timezone.now()
    if operations.start_again(batch, now=now):
        batch.refresh_from_db()
    return JsonResponse(result_page.progress_json(batch, now=now))


@require_POST
def batch_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the work to stop."""
    batch = _batch(request, pk)
    if batch.by_id != user_of(request).pk:
        return _refused(request)
    operations.stop(batch, now=timezone.now())
    return HttpResponse(status=204)


@require_GET
def batch_refused(request: HttpRequest, pk: int) -> FileResponse:
    """Send the refused rows with the reasons: as a workbook, or with their shapes where the file was geodata."""
    batch = _batch(request, pk)
    name = f"{batch.file_name.rsplit('.', 1)[0][:80]}-{_('refused')}"
    try:
        if is_geodata(batch.file.path):
            from sanku.intake.returned_parcels import refused_parcels

            return FileResponse(refused_parcels(batch), as_attachment=True, filename=f"{name}.gpkg")
    except OSError:
        pass  # old files are deleted by hand, and the shapes with them: rows and reasons are still known
    return FileResponse(refused_rows(batch), as_attachment=True, filename=f"{name}.xlsx")


@require_GET
def batch_file(request: HttpRequest, pk: int) -> FileResponse:
    """Send the file as it was handed in; never shown in the browser."""
    batch = _batch(request, pk)
    try:
        file = batch.file.open("rb")
    except OSError as error:  # old files are deleted by hand
        raise Http404 from error
    answer = FileResponse(
        file,
        as_attachment=True,
        filename=batch.file_name,
        content_type="application/octet-stream",
    )
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer
