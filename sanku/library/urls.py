"""The addresses that every library has, and those of what a zone adds to its libraries."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanku.library import (
    attachment_views,
    bulk_views,
    compare_views,
    export_views,
    note_views,
    tab_views,
    tag_views,
    views,
)
from sanku.library.requests import user_of
from sanku.library.specs import Library
from sanku.library.zoned import zoned

EDIT = require_http_methods(["GET", "POST"])


def _upload(view: Any) -> Any:
    # The view checks the token itself once it knows the length: the check would read the whole body.
    return csrf_exempt(require_POST(view))


def addresses(
    library: Library,
    name: str,
    *,
    detail: str = "library/record_page.html",
    preview: str = "library/record_preview.html",
) -> list[URLPattern]:
    """Return the URL patterns of a library's pages, named `<name>-list`, `<name>-detail` and so on."""
    pages: dict[str, tuple[Any, Any, str, dict[str, str]]] = {
        "": (require_GET, views.list_page, "list", {}),
        "new/": (EDIT, views.create, "create", {}),
        "export/": (require_POST, export_views.export_view, "export", {}),
        "views/": (require_GET, tab_views.tab_list, "tabs", {}),
        "views/save/": (require_POST, tab_views.tab_save, "tab-save", {}),
        "views/arrange/": (require_POST, tab_views.tab_arrange, "tab-arrange", {}),
        "views/<int:saved>/": (require_POST, tab_views.tab_change, "tab-change", {}),
        "views/<int:saved>/remove/": (require_POST, tab_views.tab_remove, "tab-remove", {}),
        "views/<int:saved>/restore/": (require_POST, tab_views.tab_restore, "tab-restore", {}),
        "bulk/": (EDIT, bulk_views.bulk_new, "bulk-new", {}),
        "bulk/<int:edit>/": (require_GET, bulk_views.bulk, "bulk", {}),
        "bulk/<int:edit>/save/": (require_POST, bulk_views.bulk_save, "bulk-save", {}),
        "bulk/<int:edit>/undo/": (require_POST, bulk_views.bulk_undo, "bulk-undo", {}),
        "bulk/<int:edit>/stop/": (require_POST, bulk_views.bulk_stop, "bulk-stop", {}),
        "bulk/<int:edit>/progress/": (require_GET, bulk_views.bulk_progress, "bulk-progress", {}),
        "bulk/rows/<int:row>/undo/": (require_POST, bulk_views.bulk_row_undo, "bulk-row-undo", {}),
        "compare/": (require_GET, compare_views.compare, "compare", {}),
        "<int:pk>/": (require_GET, views.detail, "detail", {"template": detail}),
        "<int:pk>/preview/": (require_GET, views.preview, "preview", {"template": preview}),
        "<int:pk>/sections/<slug:key>/": (require_GET, views.section, "section", {}),
        "<int:pk>/sections/<slug:key>/edit/": (EDIT, views.section_edit, "section-edit", {}),
        "<int:pk>/timeline/": (require_GET, views.timeline_more, "timeline", {}),
        "<int:pk>/tags/": (EDIT, tag_views.record_tags, "tags", {}),
        "<int:pk>/notes/": (require_POST, note_views.note, "note", {}),
        "<int:pk>/notes/<int:number>/": (require_GET, note_views.item, "note-item", {}),
        "<int:pk>/notes/<int:number>/edit/": (EDIT, note_views.edit, "note-edit", {}),
        "<int:pk>/notes/<int:number>/remove/": (require_POST, note_views.remove, "note-remove", {}),
        "<int:pk>/notes/<int:number>/restore/": (require_POST, note_views.restore, "note-restore", {}),
        "<int:pk>/people/": (require_GET, note_views.people, "people", {}),
        "<int:pk>/remove/": (require_POST, views.remove, "remove", {}),
        "<int:pk>/attachments/": (require_GET, attachment_views.panel, "attachments", {}),
        "<int:pk>/attachments/add/": (_upload, attachment_views.add, "attachment-add", {}),
        "<int:pk>/attachments/<int:file>/": (require_GET, attachment_views.download, "attachment-file", {}),
        "<int:pk>/attachments/<int:file>/thumbnail/": (
            require_GET,
            attachment_views.thumbnail,
            "attachment-thumbnail",
            {},
        ),
        "<int:pk>/attachments/<int:file>/remove/": (
            require_POST,
            attachment_views.remove,
            "attachment-remove",
            {},
        ),
        "<int:pk>/attachments/<int:file>/restore/": (
            require_POST,
            attachment_views.restore,
            "attachment-restore",
            {},
        ),
        "<int:pk>/restore/": (require_POST, views.restore, "restore", {}),
    }
    if library.similar is not None:
        pages["similar/"] = (require_GET, views.similar, "similar", {})
    return [
        path(route, methods(as_zoned(view, library, extra)), name=f"{name}-{page}")
        for route, (methods, view, page, extra) in pages.items()
    ]


def as_zoned(
    view: Callable[..., HttpResponse], library: Library, extra: dict[str, str]
) -> Callable[..., HttpResponse]:
    """Return a view of a library that is asked with the library as the reader's zone has it."""

    @wraps(view)
    def asked(request: HttpRequest, **given: Any) -> HttpResponse:
        return view(request, library=zoned(library, user_of(request)), **extra, **given)

    return asked
