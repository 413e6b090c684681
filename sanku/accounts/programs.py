"""Requests of programs, at /api/ and /ogc/: signed in by a token, counted, answered in JSON."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sanku.accounts.models import User
from sanku.accounts.operations import use_token

FOLDERS = ("/api/", "/ogc/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SCHEME = "bearer "


def problem_answer(
    status: int, code: str, message: str, *, field: str = "", row: int | None = None
) -> JsonResponse:
    """Return a refusal in the one shape that programs get."""
    body = {"errors": [{"code": code, "message": message, "field": field, "row": row}]}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


class ProgramMiddleware:
    """Sign a program in by its token, or let it use a person's session; refuse in JSON what neither lets in.

    A request with a token carries nothing that a browser would add by itself, so it needs no protection against
    forged ones; a session's keeps it. What a program does is entered in the ledger as a program's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on as its person's."""
        if not request.path.startswith(FOLDERS):
            return self.get_response(request)
        if request.path in FOLDERS and _is_read_by_a_person(request):
            answer = redirect("interface:guide")
            answer.headers["Vary"] = "Accept"
            return answer
        with translation.override(_language(request)):
            response = self._refusal(request) or _for_programs(self.get_response(request))
        # Answers differ by who asks; nobody's cache may mix them up.
        response.headers["Vary"] = "Authorization, Cookie, Accept-Language"
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        request.is_program = True  # type: ignore[attr-defined]
        given = request.headers.get("Authorization", "")
        if given:
            token = use_token(given[len(SCHEME) :].strip(), now=timezone.now()) if _bearer(given) else None
            if token is None:
                return _unknown(_("The token is unknown, has expired or was revoked. Make a new one."))
            request.user = token.person
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            if not token.may_write and request.method not in SAFE:
                return problem_answer(
                    403, "read_only", _("This token only reads. Make one that may also write.")
                )
        if _length(request) > settings.UPLOAD_LIMIT_BYTES * 2:
            return problem_answer(413, "too_large", _("The request is too large. Send one file at a time."))
        if not isinstance(request.user, User):
            return _unknown(
                _(
                    "Sign in, or send a token: “Authorization: Bearer sanku_…”. You make one under “Access tokens”."
                )
            )
        return _too_many(request.user)


def _for_programs(response: HttpResponse) -> HttpResponse:
    """Return an answer as it is, but what went wrong in JSON where Django has made a page of it."""
    status = response.status_code
    if status < 400 or not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    messages = {
        403: _("This is not allowed, or the token against forged requests is missing."),
        404: _("There is no such thing here."),
        405: _("This address does not know that method."),
    }
    message = messages.get(status) or _("The request cannot be answered (%(status)d).") % {"status": status}
    answer = problem_answer(status, {404: "not_found", 405: "method"}.get(status, "refused"), message)
    if "Allow" in response.headers:
        answer.headers["Allow"] = response.headers["Allow"]
    return answer


def _is_read_by_a_person(request: HttpRequest) -> bool:
    """Tell whether a browser shows the answer; programs ask for JSON, for anything, or send a token."""
    wants_page = request.headers.get("Accept", "").startswith("text/html")
    return (
        wants_page
        and request.method in SAFE
        and "Authorization" not in request.headers
        and "f" not in request.GET
    )


def _bearer(given: str) -> bool:
    return given[: len(SCHEME)].lower() == SCHEME


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isascii() and given.isdigit() else 0


def _unknown(message: str) -> HttpResponse:
    answer = problem_answer(401, "not_signed_in", message)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="Sanku"'
    return answer


def _language(request: HttpRequest) -> str:
    """Return the language that a program asks for, else the one that pages have."""
    asked = request.headers.get("Accept-Language")
    if not asked or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        return translation.get_language() or settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)


def _too_many(user: User) -> HttpResponse | None:
    """Count a person's requests of this minute, and refuse those beyond the limit."""
    now = timezone.now()
    key = f"programs:{user.pk}:{now:%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # it expired between the two
        count = 1
    if count <= settings.PROGRAM_REQUESTS_PER_MINUTE:
        return None
    message = _("More than %(most)d requests in a minute. Wait %(seconds)d seconds.")
    wait = 60 - now.second
    answer = problem_answer(
        429, "too_many_requests", message % {"most": settings.PROGRAM_REQUESTS_PER_MINUTE, "seconds": wait}
    )
    answer.headers["Retry-After"] = str(wait)
    return answer
