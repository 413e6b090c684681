"""Who makes a web request."""

from django.http import HttpRequest, QueryDict

from sanku.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in person; every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, however little; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None
