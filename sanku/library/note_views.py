"""The notes of a record: writing one, changing it, taking it back, and whom it can mention."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sanku.accounts.queries import people_for
from sanku.audit.via import web_via
from sanku.common.problems import Refused
from sanku.library.mentions import handles
from sanku.library.notes import last_words, shut_out
from sanku.library.operations.notes import amend_note, withdraw_note, write_note
from sanku.library.people import people_matching
from sanku.library.problems import message
from sanku.library.records import own_note, timeline_item
from sanku.library.requests import reader_of, user_of
from sanku.library.specs import Library
from sanku.library.views import found, whole


def note(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Enter a note about a record; the note is its department's and that of those who see all."""
    record = found(request, library, pk)
    text = request.POST.get("text", "")
    context: dict[str, Any] = {}
    try:
        write_note(library, record, text, **_asked(request))
    except Refused as refused:
        context = {"draft": _draft(text, refused)}
    return render(request, "library/_timeline.html", {**whole(request, library, record), **context})


def item(request: HttpRequest, library: Library, pk: int, number: int) -> HttpResponse:
    """Show one note of one's own."""
    record = found(request, library, pk)
    _own(request, library, record, number)
    return _item(request, library, record, number)


def edit(request: HttpRequest, library: Library, pk: int, number: int) -> HttpResponse:
    """Show the form of a note of one's own in its place, or save it."""
    record = found(request, library, pk)
    entry, now = _own(request, library, record, number)
    draft = {"text": now.why}
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            amend_note(library, record, entry, text, **_asked(request))
        except Refused as refused:
            draft = _draft(text, refused)
        else:
            return _item(request, library, record, number)
    context = {
        **whole(request, library, record),
        "number": number,
        "shown_number": str(number),
        "draft": draft,
    }
    return render(request, "library/_note_form.html", context)


def remove(request: HttpRequest, library: Library, pk: int, number: int) -> HttpResponse:
    """Take a note of one's own back."""
    record = found(request, library, pk)
    entry, _ = _own(request, library, record, number)
    withdraw_note(entry, actor=user_of(request), now=timezone.now(), via=web_via(request))
    return _item(request, library, record, number)


def restore(request: HttpRequest, library: Library, pk: int, number: int) -> HttpResponse:
    """Bring a note of one's own back as it was; whoever may not see it by now is not told."""
    record = found(request, library, pk)
    entry, _ = _own(request, library, record, number)
    amend_note(library, record, entry, last_words(entry), **{**_asked(request), "untold": True})
    return _item(request, library, record, number)


def people(request: HttpRequest, library: Library, pk: int) -> HttpResponse:
    """Offer people whom a note can mention, with who of them would not see it."""
    record, user = found(request, library, pk), user_of(request)
    everybody = [person for person in people_for(user) if person.pk != user.pk]
    called = handles((person.pk, person.name, person.username) for person in [*everybody, user])
    some = people_matching(everybody, request.GET.get("q", "")[:40], near=user)
    blind = shut_out(
        library, record, some, author_id=user.pk, department_id=library.note_department(user, record)
    )
    offered = [{"person": one, "called": called.get(one.pk, one.name), "blind": one in blind} for one in some]
    return render(request, "library/_people.html", {"offered": offered})


def _asked(request: HttpRequest) -> dict[str, Any]:
    return {
        "actor": user_of(request),
        "now": timezone.now(),
        "via": web_via(request),
        "untold": request.POST.get("untold") == "1",
    }


def _draft(text: str, refused: Refused) -> dict[str, Any]:
    """Return what was typed and why it was refused, for the form that comes back."""
    problems = refused.problems[0]
    return {
        "text": text,
        "problems": [message(problem) for problem in problems],
        "may_go_untold": all(problem.code == "mention_unseen" for problem in problems),
    }


def _own(request: HttpRequest, library: Library, record: Any, number: int) -> Any:
    own = own_note(library, record, user_of(request), number)
    if own is None:
        raise Http404
    return own


def _item(request: HttpRequest, library: Library, record: Any, number: int) -> HttpResponse:
    shown = timeline_item(library, record, reader_of(request), number)
    if shown is None:
        raise Http404
    return render(request, "library/_timeline_item.html", {"entry": shown})
