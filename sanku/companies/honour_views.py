"""The pages of honours lists: loading an edition, deciding who is meant, what changed, taking it back."""

import hashlib
import tempfile
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sanku.accounts.rules import LOADS_HONOURS
from sanku.audit.via import web_via
from sanku.common.problems import Problem, Refused
from sanku.common.sheets import Refused as FileRefused
from sanku.companies import operations
from sanku.companies.honour_page import edition_context, entry_row, lists_context, places_of
from sanku.companies.honour_sheets import Published, Unread, read_list
from sanku.companies.library import COMPANIES
from sanku.companies.queries import companies_for, editions_for, entries_for
from sanku.library.requests import user_of
from sanku.library.state import clean_text, is_number
from sanku.library.views import found

SHOWN = ("all", "doubtful", "matched", "none", "changes")
MOST_SAID = 5  # rows named in a message
REFUSALS = {
    "password_protected": gettext_lazy("The file is protected by a password: save it without one."),
    "corrupt": gettext_lazy(
        "The file is damaged or incomplete: open it in a spreadsheet program and save it again."
    ),
    "expands_too_far": gettext_lazy(
        "The file would unpack to far more than a table holds: copy the table into a new workbook."
    ),
    "wrong_type": gettext_lazy("This is no workbook: save the table as .xlsx, .xls, .ods or .csv."),
    "macros": gettext_lazy("The file holds macros: save it as .xlsx without them."),
}


@require_GET
def honour_lists(request: HttpRequest) -> HttpResponse:
    """Show the honours lists and their editions."""
    return render(request, "companies/honour_lists.html", lists_context(user_of(request)))


@require_POST
def honour_load(request: HttpRequest) -> HttpResponse:
    """Load an edition of a list from a workbook."""
    user, given = user_of(request), request.POST
    if not user.may(LOADS_HONOURS):
        return render(request, "403.html", status=403)
    file, name = request.FILES.get("file"), clean_text(given.get("list", ""))[:100]
    published_on = _day(given.get("published_on", ""))
    if (
        file is None
        or not name
        or published_on is None
        or given.get("honour") not in dict(lists_context(user)["marks"])
    ):
        messages.error(request, _("Say the list, its mark and the day of publication, and choose a file."))
        return redirect("companies:honour-lists")
    if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        messages.error(request, _("The file is too large."))
        return redirect("companies:honour-lists")
    try:
        good, bad, digest = _read(file, numbers_rank=given.get("numbers_rank") == "on")
        edition = operations.load_edition(
            good,
            list_name=name,
            honour=given["honour"],
            publisher=clean_text(given.get("publisher", ""))[:100],
            name=clean_text(given.get("name", ""))[:60] or str(published_on.year),
            published_on=published_on,
            source=clean_text(given.get("source", ""))[:300],
            file_name=clean_text(file.name or "")[-200:],
            sha256=digest,
            actor=user,
            now=timezone.now(),
            via=web_via(request),
        )
    except FileRefused as refused:
        messages.error(request, str(REFUSALS[refused.reason]))
        return redirect("companies:honour-lists")
    except Refused as refused:
        messages.error(request, " ".join(problem.message() for problem in refused.problems[0]))
        return redirect("companies:honour-lists")
    _say_unread(request, bad)
    messages.success(
        request, _("%(edition)s is loaded: %(count)d companies.") % {"edition": edition, "count": len(good)}
    )
    return redirect("companies:honour-edition", edition.pk)


def _read(file: Any, *, numbers_rank: bool) -> tuple[list[Published], list[Unread], str]:
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in file.chunks():
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        good, bad = read_list(copy.name, numbers_rank=numbers_rank)
    return good, bad, digest.hexdigest()


def _say_unread(request: HttpRequest, bad: list[Unread]) -> None:
    if not bad:
        return
    said = [
        _("row %(row)d: %(reason)s")
        % {"row": one.number, "reason": Problem(one.code, params={"value": one.value}).message()}
        for one in bad[:MOST_SAID]
    ]
    more = _("%(count)d rows were not read in full.") % {"count": len(bad)}
    messages.warning(request, " ".join([more, *said]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
def honour_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one edition: its companies, those to decide about, what changed since the one before."""
    user = user_of(request)
    edition = get_object_or_404(editions_for(user), pk=pk)
    show, after = request.GET.get("show", "all"), request.GET.get("after", "")
    context = edition_context(
        edition,
        user,
        show=show if show in SHOWN else "all",
        after=int(after) if is_number(after) else 0,
    )
    return render(request, "companies/honour_edition.html", context)


@require_POST
def honour_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which company an entry is (company=ID), or that it is none."""
    user = user_of(request)
    entry = get_object_or_404(entries_for(user), pk=pk)
    if not user.may(LOADS_HONOURS):
        return render(request, "403.html", status=403)
    given = request.POST.get("company", "")
    company = get_object_or_404(companies_for(user), pk=int(given)) if is_number(given) else None
    error = ""
    try:
        operations.decide_entry(entry, company, actor=user, now=timezone.now(), via=web_via(request))
    except Refused as refused:
        error = " ".join(problem.message() for problem in refused.problems[0])
    if request.headers.get("HX-Request") is None:
        if error:
            messages.error(request, error)
        return redirect(f"{reverse('companies:honour-edition', args=[entry.edition_id])}?show=doubtful")
    row = entry_row(get_object_or_404(entries_for(user), pk=pk), user)
    return render(request, "companies/_honour_row.html", {"row": row, "error": error})


@require_POST
def honour_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an edition back."""
    user = user_of(request)
    edition = get_object_or_404(editions_for(user), pk=pk)
    if not user.may(LOADS_HONOURS):
        return render(request, "403.html", status=403)
    operations.undo_edition(edition, actor=user, now=timezone.now(), via=web_via(request))
    messages.success(
        request, _("%(edition)s is taken back; the marks are those of before.") % {"edition": edition}
    )
    return redirect("companies:honour-lists")


@require_GET
def company_honours(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where a company stands, and stood, on honours lists; nothing where it stands on none."""
    company, user = found(request, COMPANIES, pk), user_of(request)
    places = places_of(company, user)
    if not places:
        return HttpResponse()
    return render(request, "companies/_company_honours.html", {"places": places})
