"""The box and the page of results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanku.library.requests import reader_of
from sanku.library.state import clean_text
from sanku.search.queries import LONGEST, found

IN_BOX, ON_PAGE = 4, 12


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Show what a text finds: under the box while it is typed, or as a page."""
    text = clean_text(request.GET.get("q", "")[:LONGEST])
    in_box = request.headers.get("HX-Target") == "sk-found"
    groups = found(reader_of(request), text, each=IN_BOX if in_box else ON_PAGE)
    template = "search/_found.html" if in_box else "search/results.html"
    return render(request, template, {"groups": groups, "text": text.strip(), "search_text": text.strip()})
