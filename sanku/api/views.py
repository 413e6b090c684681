"""The interface as people read of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanku.api.guide import guide_context
from sanku.library.requests import user_of


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Show what programs may ask for; a browser that opens /api/ or /ogc/ is led here."""
    return render(request, "api/guide.html", guide_context(user_of(request), request.build_absolute_uri))
