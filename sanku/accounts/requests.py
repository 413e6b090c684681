"""Who makes a web request."""

from django.http import HttpRequest

from sanku.accounts.models import User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in person; every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user
