"""Who asks, for when, and from where: read off a request."""

from django.http import HttpRequest
from django.utils import timezone

from sanku.accounts.models import User
from sanku.audit.models import Channel
from sanku.audit.operations import Via
from sanku.library.specs import Reader


def user_of(request: HttpRequest) -> User:
    """Return the signed-in person; every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user


def reader_of(request: HttpRequest) -> Reader:
    """Return who reads, and the day it is for him."""
    return Reader(user_of(request), timezone.localdate())


def via_web(request: HttpRequest) -> Via:
    """Return from where this request writes."""
    return Via(Channel.WEB, address=request.META.get("REMOTE_ADDR", "")[:45])
