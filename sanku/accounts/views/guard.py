"""Pages that only some roles may see: for the others they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse

from sanku.accounts.requests import user_of
from sanku.accounts.rules import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only(roles: frozenset[Role]) -> Callable[[View[P]], View[P]]:
    """Answer 404 to whoever has none of the roles."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not user_of(request).may(roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
