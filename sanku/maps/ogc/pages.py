"""How the pages of the service answer: absolute addresses, JSON, problems as the standard's clients expect them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sanku.library.plain import Json
from sanku.maps.ogc import documents
from sanku.maps.ogc.asked import BadRequest

Page = Callable[..., HttpResponse]


def at(request: HttpRequest) -> documents.Address:
    """Return what makes absolute addresses as the client sees this server."""
    return lambda name, *args: request.build_absolute_uri(reverse(f"ogc:{name}", args=args))


def json_answer(body: Json, media: str = "application/json", status: int = 200) -> JsonResponse:
    """Answer with JSON."""
    return JsonResponse(body, status=status, content_type=media, json_dumps_params={"ensure_ascii": False})


def guarded_page(view: Page) -> Page:
    """Answer what cannot be read, or is not there, as the standard's clients expect it."""

    @wraps(view)
    @require_safe
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadRequest as error:
            return json_answer(
                {"code": "InvalidParameterValue", "description": f"{error.name}: {error}"}, status=400
            )
        except Http404:
            body = {"code": "NotFound", "description": _("There is no such thing here.")}
            return json_answer(body, status=404)

    return guarded
