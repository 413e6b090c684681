"""Where a record was merged into another, every address of it leads there."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sanku.library.requests import Moved


class MovedMiddleware:
    """Answer a request for a merged record: lead on whoever reads, tell whoever writes.

    What somebody typed stays on his screen: an answer 409 replaces nothing there, and its header names the address
    of the record that stays.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lead on where a view found that the record was merged."""
        match = request.resolver_match
        if not isinstance(exception, Moved) or match is None:
            return None
        page = reverse(f"{exception.namespace}-detail", args=[exception.record.pk])
        fragment = bool(request.headers.get("HX-Request"))
        if request.method not in ("GET", "HEAD"):
            context = {"record": exception.record, "url": page}
            answer = render(request, "library/moved.html", context, status=409)
            answer.headers["Sk-Moved"] = page
            return answer
        if fragment and not match.view_name.endswith("-preview"):
            return HttpResponse(headers={"HX-Redirect": page})
        if "pk" not in match.kwargs:
            return redirect(page)
        address = reverse(match.view_name, kwargs={**match.kwargs, "pk": exception.record.pk})
        query = request.GET.urlencode()
        return redirect(f"{address}?{query}" if query else address)
