"""Who asks, and for when: read off a request."""

from django.http import HttpRequest
from django.utils import timezone

from sanku.accounts.models import User
from sanku.library.specs import Reader


def user_of(request: HttpRequest) -> User:
    """Return the signed-in person; every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user


def reader_of(request: HttpRequest) -> Reader:
    """Return who reads, and the day it is for him."""
    return Reader(user_of(request), timezone.localdate())
