"""The fields that a zone adds to its libraries."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.views.guard import only
from sanku.audit.via import web_via
from sanku.common.problems import Refused
from sanku.library.added_forms import FieldForm, library_choices
from sanku.library.known import libraries
from sanku.library.operations import fields as operations
from sanku.library.requests import user_of
from sanku.library.rules import KEEPS_FIELDS
from sanku.library.zoned import choices_of


@only(KEEPS_FIELDS)
def field_list(request: HttpRequest) -> HttpResponse:
    """Show the fields of each library in their order; removed ones below."""
    fields = list(operations.fields_of_zone(user_of(request)))
    alive = [_row(one) for one in fields if one.removed_at is None]
    by_library = {name: list(rows) for name, rows in groupby(alive, key=lambda row: row["field"].library)}
    context = {
        "libraries": [
            {"name": name, "title": title, "fields": by_library.get(name, [])}
            for name, title in library_choices()
        ],
        "removed": [_row(one) for one in fields if one.removed_at is not None],
        "count": len(alive),
    }
    return render(request, "library/field_list.html", context)


def _row(one: Any) -> dict[str, Any]:
    library = libraries()[one.library]
    section = library.section(one.section)
    return {
        "field": one,
        "library": library.title,
        "section": section.title if section is not None else _("Further facts"),
        "choices": "、".join(label for _code, label in choices_of(one)),
    }


@only(KEEPS_FIELDS)
def field_add(request: HttpRequest) -> HttpResponse:
    """Add a field."""
    one = operations.fields_of_zone(user_of(request)).model()
    wanted = request.GET.get("library", "")
    return _edited(
        request, one, _("Add a field"), wanted if wanted in libraries() else next(iter(libraries()))
    )


@only(KEEPS_FIELDS)
def field_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a field."""
    one = get_object_or_404(operations.fields_of_zone(user_of(request)), pk=pk)
    return _edited(request, one, _("Edit the field “%(name)s”") % {"name": one}, one.library)


def _edited(request: HttpRequest, one: Any, title: str, library: str) -> HttpResponse:
    form = FieldForm(request.POST if request.method == "POST" else None, one, library=library)
    if request.method == "POST" and form.is_valid():
        before = {choice["code"] for choice in one.choices if choice["is_open"]}
        try:
            operations.save_field(one, form.values(), **_here(request))
        except Refused as refused:
            form.show(refused.problems[0])
        else:
            _tell(request, one, before)
            return redirect("library:field-list")
    url = reverse("library:field-list")
    context = {
        "title": title,
        "form": form,
        "back_url": url,
        "back_label": _("Own fields"),
        "cancel_url": url,
    }
    return render(request, "library/form.html", context)


def _tell(request: HttpRequest, one: Any, before: set[str]) -> None:
    closed = [choice["label"] for choice in one.choices if choice["code"] in before and not choice["is_open"]]
    messages.success(request, _("The field is saved: %(name)s.") % {"name": one})
    if closed:
        said = _("Records have these choices; they keep them, but they are no longer offered: %(names)s.")
        messages.info(request, said % {"names": "、".join(closed)})


@only(KEEPS_FIELDS)
def field_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a field off all pages, with an offer to undo it."""
    one = get_object_or_404(operations.fields_of_zone(user_of(request)), pk=pk, removed_at=None)
    operations.remove_field(one, **_here(request))
    said = _("The field “%(name)s” was removed. Its values are kept.") % {"name": one}
    messages.success(request, said, extra_tags=f"undo={reverse('library:field-restore', args=[pk])}")
    return redirect("library:field-list")


@only(KEEPS_FIELDS)
def field_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a removed field back with its values."""
    one = get_object_or_404(operations.fields_of_zone(user_of(request)), pk=pk)
    try:
        operations.restore_field(one, **_here(request))
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
    else:
        messages.success(request, _("The field “%(name)s” is back with its values.") % {"name": one})
    return redirect("library:field-list")


def _here(request: HttpRequest) -> dict[str, Any]:
    return {"actor": user_of(request), "now": timezone.now(), "via": web_via(request)}
