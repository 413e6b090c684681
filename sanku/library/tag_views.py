"""The tags of a zone, and of a record."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sanku.accounts.views.guard import only
from sanku.audit.operations import Draft
from sanku.audit.via import web_via
from sanku.common.problems import NotAllowed, Problem, Refused
from sanku.library import views
from sanku.library.added_forms import HUE_NAMES, MergeForm, TagForm, library_choices
from sanku.library.operations import tags as operations
from sanku.library.operations.fields import uses_of_tags
from sanku.library.records import may_write, tags_of
from sanku.library.requests import reader_of, user_of
from sanku.library.rules import KEEPS_TAGS, SEPARATORS
from sanku.library.specs import Library
from sanku.library.zoned import added_to, chips_of


@only(KEEPS_TAGS)
def tag_list(request: HttpRequest) -> HttpResponse:
    """Show the tags of the zone with how many records have each; merged and removed ones below."""
    user = user_of(request)
    tags = list(operations.tags_of_zone(user).select_related("merged_into").order_by("name"))
    uses, titles = uses_of_tags(user.zone_id), dict(library_choices())
    rows = [_row(tag, uses, titles) for tag in tags]
    context = {
        "tags": [row for row in rows if row["tag"].removed_at is None and row["tag"].merged_into is None],
        "merged": [
            row for row in rows if row["tag"].removed_at is None and row["tag"].merged_into is not None
        ],
        "removed": [row for row in rows if row["tag"].removed_at is not None],
    }
    return render(request, "library/tag_list.html", context)


def _row(tag: Any, uses: dict[str, dict[str, int]], titles: dict[str, Any]) -> dict[str, Any]:
    counts = [(titles[name], found[str(tag.pk)]) for name, found in uses.items() if str(tag.pk) in found]
    return {"tag": tag, "library": titles.get(tag.library, ""), "counts": counts, "hue": HUE_NAMES[tag.hue]}


@only(KEEPS_TAGS)
def tag_add(request: HttpRequest) -> HttpResponse:
    """Enter a tag."""
    return _edited(request, operations.tags_of_zone(user_of(request)).model(), _("Enter a tag"))


@only(KEEPS_TAGS)
def tag_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a tag, or give it another colour."""
    tag = get_object_or_404(operations.tags_of_zone(user_of(request)), pk=pk)
    return _edited(request, tag, _("Edit the tag “%(name)s”") % {"name": tag})


def _edited(request: HttpRequest, tag: Any, title: str) -> HttpResponse:
    form = TagForm(request.POST if request.method == "POST" else None, tag)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_tag(tag, dict(form.cleaned_data), **_here(request))
        except Refused as refused:
            form.show(refused.problems[0])
        else:
            messages.success(request, _("The tag is saved: %(name)s.") % {"name": tag})
            return redirect("library:tag-list")
    return _form_page(request, form, title)


@only(KEEPS_TAGS)
def tag_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a tag count as another."""
    known = operations.tags_of_zone(user_of(request))
    tag = get_object_or_404(known, pk=pk, removed_at=None, merged_into=None)
    others = list(known.filter(removed_at=None, merged_into=None).exclude(pk=pk).order_by("name"))
    form = MergeForm(request.POST if request.method == "POST" else None, others)
    if request.method == "POST" and form.is_valid():
        into = next(other for other in others if str(other.pk) == form.cleaned_data["merged_into"])
        try:
            operations.merge_tag(tag, into, **_here(request))
        except Refused as refused:
            form.show(refused.problems[0])
        else:
            undo = reverse("library:tag-separate", args=[pk])
            said = _("“%(name)s” counts as “%(into)s” from now on.") % {"name": tag, "into": into}
            messages.success(request, said, extra_tags=f"undo={undo}")
            return redirect("library:tag-list")
    return _form_page(request, form, _("Merge the tag “%(name)s” into another") % {"name": tag})


def _form_page(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    url = reverse("library:tag-list")
    context = {"title": title, "form": form, "back_url": url, "back_label": _("Tags"), "cancel_url": url}
    return render(request, "library/form.html", context)


@only(KEEPS_TAGS)
def tag_separate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a merged tag count for itself again."""
    return _done(request, pk, operations.separate_tag, _("“%(name)s” is a tag of its own again."))


@only(KEEPS_TAGS)
def tag_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tag out of use, with an offer to undo it."""
    undo = reverse("library:tag-restore", args=[pk])
    return _done(request, pk, operations.remove_tag, _("The tag “%(name)s” was removed."), undo=undo)


@only(KEEPS_TAGS)
def tag_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a removed tag back."""
    return _done(request, pk, operations.restore_tag, _("The tag “%(name)s” is back, on its records too."))


def _done(request: HttpRequest, pk: int, operation: Any, said: str, undo: str = "") -> HttpResponse:
    tag = get_object_or_404(operations.tags_of_zone(user_of(request)), pk=pk)
    try:
        operation(tag, **_here(request))
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
    else:
        messages.success(request, said % {"name": tag}, extra_tags=f"undo={undo}" if undo else "")
    return redirect("library:tag-list")


def _here(request: HttpRequest) -> dict[str, Any]:
    return {"actor": user_of(request), "now": timezone.now(), "via": web_via(request)}


# --- the tags of a record


def record_tags(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Show a record's tags, the boxes to choose them, or save what was chosen; a new one may be typed."""
    record, reader = views.found(request, library, pk), reader_of(request)
    if not may_write(library, reader.user, record):
        if request.method == "POST" or "edit" in request.GET:
            return render(request, "403.html", status=403)
        return _shown(request, library, record)
    if request.method != "POST":
        return _shown(request, library, record, editing="edit" in request.GET)
    names = _names(request.POST.get("new", ""))
    try:
        with transaction.atomic():
            locked = get_object_or_404(library.records(reader.user).select_for_update(of=("self",)), pk=pk)
            made = operations.make_tags(names, library=library.name, **_here(request))
            offered = {str(tag.pk) for tag in library.added.offered} | {str(tag.pk) for tag in made.values()}
            chosen = set(request.POST.getlist("tag")) | {str(tag.pk) for tag in made.values()}
            tags = operations.chosen_tags(locked.tags, offered, chosen & offered, library.added.roots)
            library.save([Draft(locked, {"tags": tags})], **_here(request))
    except NotAllowed:
        return _shown(request, library, record, editing=True, problems=[Problem("not_allowed")])
    except Refused as refused:
        return _shown(request, library, record, editing=True, problems=refused.problems[0])
    answer = _shown(request, _anew(library, reader.user), locked)
    # The page's timeline and the forms that it opens follow the record's last change.
    if (
        not request.headers.get("HX-Current-URL", "")
        .split("?")[0]
        .endswith(reverse(f"{library.namespace}-list"))
    ):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _anew(library: Library, user: Any) -> Library:
    added = added_to(library.name, user)
    return replace(library, added=added, chips=lambda record: chips_of(added, record))


def _names(text: str) -> list[str]:
    for sign in SEPARATORS:
        text = text.replace(sign, "\n")
    return [name for line in text.splitlines() if (name := " ".join(line.split()))]


def _shown(
    request: HttpRequest, library: Library, record: Any, *, editing: bool = False, problems: Any = ()
) -> HttpResponse:
    reader = reader_of(request)
    have = {tag.pk for tag in library.added.shown(record.tags)}
    context = {
        "chips": tags_of(library, record, reader),
        "editing": editing,
        "url": reverse(f"{library.namespace}-tags", args=[record.pk]),
        "options": [{"tag": tag, "on": tag.pk in have} for tag in library.added.offered] if editing else [],
        "errors": [problem.message() for problem in problems],
    }
    return render(request, "library/_tags.html", context)
