"""What every answer has in common: the shape of refusals, and how each kind of refusal is told."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from sanku.common.problems import NotAllowed, NotNow, Refused
from sanku.common.problems import Problem as Wrong
from sanku.library.problems import message


class Problem(Schema):
    """One thing that is wrong: a code for programs, a message for people, the field and row where it stands."""

    code: str
    message: str
    field: str = ""
    row: int | None = None


class Problems(Schema):
    """Why a request was refused; nothing was changed."""

    errors: list[Problem]


# What was expected, by how the check of an input begins to name what it met.
SHAPES = {
    "int": "123",
    "float": "12.5",
    "string": '"text"',
    "bool": "true, false",
    "dict": '{"name": "value"}',
    "list": "[…]",
}
REFUSALS: dict[int, Any] = {code: Problems for code in (400, 401, 403, 404, 409, 413, 422, 429)}


class InvalidInput(Exception):
    """The input cannot be taken as it is; `problems` say what to change."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(", ".join(problem.code for problem in problems))


class Conflict(Exception):
    """The record is not any more what the program took it for."""


class Token(HttpBearer):
    """An access token; sanku.accounts.programs has checked it before."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return its person."""
        return request.user if request.user.is_authenticated else None


AUTH = [Token(), SessionAuth()]


def said(problem: Wrong, row: int | None = None) -> Problem:
    """Say what an operation refused."""
    return Problem(code=problem.code, message=message(problem), field=problem.field, row=row)


def answered(api: NinjaAPI, request: HttpRequest, status: int, problems: Sequence[Problem]) -> HttpResponse:
    """Answer with problems."""
    return api.create_response(request, {"errors": [problem.dict() for problem in problems]}, status=status)


def _shape(part: Mapping[str, Any]) -> Problem:
    """Say which part of what was sent is missing, not known or of another kind than it should be."""
    field, kind = ".".join(map(str, part["loc"][1:])), str(part["type"])
    if kind == "missing":
        return Problem(code="shape", message=str(Field.default_error_messages["required"]), field=field)
    if kind == "extra_forbidden":
        wrong = Wrong("unknown_field", field, {"value": part["loc"][-1]})
    else:
        expected = next((words for start, words in SHAPES.items() if kind.startswith(start)), "JSON")
        wrong = Wrong("value_shape", field, {"expected": expected})
    return Problem(code="shape", message=message(wrong), field=field)


def add_handlers(api: NinjaAPI) -> None:
    """Let an API tell every refusal in the one shape."""

    def one(request: HttpRequest, status: int, code: str, text: str, field: str = "") -> HttpResponse:
        return answered(api, request, status, [Problem(code=code, message=text, field=field)])

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        several = len(error.problems) > 1
        problems = [
            said(problem, at + 1 if several else None)
            for at, some in error.problems.items()
            for problem in some
        ]
        return answered(api, request, 422, problems)

    def shape(request: HttpRequest, error: Any) -> HttpResponse:
        return answered(api, request, 422, [_shape(part) for part in error.errors])

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        if str(error).startswith("CSRF"):
            text = _("The page's token is missing or old: send it as X-CSRFToken, or use an access token.")
            return one(request, error.status_code, "csrf", text)
        return one(request, error.status_code, "refused", str(error))

    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(ValidationError, shape)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(
        InvalidInput,
        lambda request, error: answered(api, request, 422, error.problems),
    )
    api.add_exception_handler(
        NotAllowed, lambda request, error: one(request, 403, "not_allowed", _("Your role may not do this."))
    )
    api.add_exception_handler(
        NotNow,
        lambda request, error: one(
            request, 409, "not_now", _("Its state does not let this follow now. Read it again.")
        ),
    )
    api.add_exception_handler(
        Conflict,
        lambda request, error: one(
            request, 409, "changed_meanwhile", _("Somebody changed the record meanwhile. Read it again.")
        ),
    )
    api.add_exception_handler(
        Http404, lambda request, error: one(request, 404, "not_found", _("There is no such thing here."))
    )
    api.add_exception_handler(
        AuthenticationError,
        lambda request, error: one(request, 401, "not_signed_in", _("Sign in, or send a token.")),
    )
