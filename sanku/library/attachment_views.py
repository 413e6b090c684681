"""The files on a record: the panel that lists them, taking them in, handing them out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library import operations
from sanku.library.files import BY_ENDING, KINDS, content_path, thumbnail_path
from sanku.library.problems import message
from sanku.library.queries import attachments_for
from sanku.library.records import may_write
from sanku.library.requests import user_of
from sanku.library.specs import Library
from sanku.library.views import found

# What a form adds to its files: names, borders, the token.
FORM_BYTES = 64_000
SHOWN = 200
# A file is looked at, never run: nothing in it may load or do anything, whatever it turns out to be.
CLOSED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
# A PDF opens in the browser's own reader, which does not start within a sandbox, so what a sandbox would take from it is
# taken by name. The reader is a program apart (in Chromium a process of another origin, in Firefox a page of its own),
# where a script of the PDF meets neither Sanku's pages nor its cookies. Should a browser take the file for a page after
# all, against its type and `nosniff`, then no script, form, plug-in or frame in it runs under Sanku's name; and
# `Cross-Origin-Opener-Policy` cuts it off from the page that opened it.
READER_POLICY = (
    "default-src 'none'; script-src 'none'; object-src 'none'; form-action 'none'; base-uri 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def panel(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Show the files on a record."""
    return _panel(request, library, found(request, library, pk))


def add(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Take files in; what is too large is refused before it is read, so that its address leaves the token to this."""
    length = request.META.get("CONTENT_LENGTH", "")
    most = settings.ATTACHMENT_LIMIT_BYTES * 2 + FORM_BYTES
    if not length.isdigit() or int(length) > most:
        limit = settings.ATTACHMENT_LIMIT_BYTES // 1_000_000
        problem = Problem("file_too_large", "file", {"name": _("the upload"), "limit": limit})
        return _answer(request, library, pk, [message(problem)])
    answer: HttpResponse = _add(request, library, pk)
    return answer


@csrf_protect
def _add(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    record, user = found(request, library, pk), user_of(request)
    if not may_write(library, user, record):
        return render(request, "403.html", status=403)
    problems = []
    files = request.FILES.getlist("file")
    for file in files:
        name = file.name or ""
        try:
            operations.add_attachment(
                library,
                record,
                file,
                name=name,
                size_bytes=file.size or 0,
                actor=user,
                now=timezone.now(),
                via=web_via(request),
            )
        except Refused as refused:
            said = message(refused.problems[0][0])
            problems.append(said if name in said else _("%(name)s: %(what)s") % {"name": name, "what": said})
    if not files:
        problems.append(_("Choose a file first."))
    return _answer(request, library, pk, problems)


def _answer(request: HttpRequest, library: Library, pk: int, problems: list[str]) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problems": problems})
    for problem in problems:
        messages.error(request, problem)
    return redirect(f"{library.namespace}-detail", pk)


def _one(request: HttpRequest, library: Library, pk: int, file: int, *, removed: bool = False) -> Any:
    """Return a file on a record, both within the reader's scope, or raise 404."""
    record = found(request, library, pk)
    files = attachments_for(user_of(request), library, record, removed=removed)
    return record, get_object_or_404(files, pk=file)


def download(request: HttpRequest, library: Library, pk: int, file: int) -> FileResponse:
    """Hand a file out, to be kept; a picture or PDF with ?show=1 to be looked at."""
    _record, attachment = _one(request, library, pk, file)
    kind = KINDS.get(attachment.kind)
    inline = kind is not None and kind.opens_inline and request.GET.get("show") == "1"
    mime = kind.mime if kind is not None and inline else "application/octet-stream"
    try:
        content = content_path(attachment.sha256).open("rb")
    except OSError as error:
        raise Http404 from error
    answer = FileResponse(content, as_attachment=not inline, filename=attachment.name, content_type=mime)
    is_read = mime == "application/pdf"
    answer.headers["Content-Security-Policy"] = READER_POLICY if is_read else f"{CLOSED_POLICY}; sandbox"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def thumbnail(request: HttpRequest, library: Library, pk: int, file: int) -> FileResponse:
    """Show the small picture of a file."""
    _record, attachment = _one(request, library, pk, file)
    path = thumbnail_path(attachment.sha256)
    if not attachment.has_thumbnail or not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type="image/webp")
    answer.headers["Content-Security-Policy"] = f"{CLOSED_POLICY}; sandbox"
    return answer


def remove(request: HttpRequest, library: Library, pk: int, file: int) -> HttpResponse:
    """Take a file off its record, and offer to bring it back."""
    record, attachment = _one(request, library, pk, file)
    return _moved(request, library, record, attachment, operations.remove_attachment, gone=attachment)


def restore(request: HttpRequest, library: Library, pk: int, file: int) -> HttpResponse:
    """Bring a removed file back."""
    record, attachment = _one(request, library, pk, file, removed=True)
    return _moved(request, library, record, attachment, operations.restore_attachment)


def _moved(
    request: HttpRequest, library: Library, record: Any, attachment: Any, operation: Any, *, gone: Any = None
) -> HttpResponse:
    try:
        operation(
            library, record, attachment, actor=user_of(request), now=timezone.now(), via=web_via(request)
        )
    except NotAllowed:
        return render(request, "403.html", status=403)
    if request.headers.get("HX-Request") is None:
        return redirect(f"{library.namespace}-detail", record.pk)
    return _panel(request, library, record, gone=gone)


def _panel(request: HttpRequest, library: Library, record: Any, *, gone: Any = None) -> HttpResponse:
    user = user_of(request)

    def at(page: str, *more: int) -> str:
        return reverse(f"{library.namespace}-{page}", args=[record.pk, *more])

    may = may_write(library, user, record)
    files = [
        {
            "file": one,
            "ending": one.name.rpartition(".")[2].upper()[:5],
            "url": at("attachment-file", one.pk),
            "show_url": f"{at('attachment-file', one.pk)}?show=1" if _opens(one) else None,
            "thumbnail_url": at("attachment-thumbnail", one.pk) if one.has_thumbnail else None,
            "remove_url": at("attachment-remove", one.pk) if may else None,
        }
        for one in attachments_for(user, library, record)[:SHOWN]
    ]
    context = {
        "files": files,
        "panel_url": at("attachments"),
        "add_url": at("attachment-add") if may else None,
        "max_mb": settings.ATTACHMENT_LIMIT_BYTES // 1_000_000,
        "accept": ",".join(f".{ending}" for ending in BY_ENDING),
        "gone": gone,
        "undo_url": at("attachment-restore", gone.pk) if gone is not None else "",
        "is_closed": library.closed_notes,
    }
    return render(request, "library/_attachments.html", context)


def _opens(attachment: Any) -> bool:
    kind = KINDS.get(attachment.kind)
    return kind is not None and kind.opens_inline
