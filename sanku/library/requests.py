"""Who asks, and for when: read off a request."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from sanku.accounts.models import User
from sanku.library.specs import Reader


class Moved(Http404):
    """The record asked for was merged: `record` is the one that it leads to, in the library of `namespace`."""

    def __init__(self, record: Any, namespace: str) -> None:
        super().__init__()
        self.record, self.namespace = record, namespace


def user_of(request: HttpRequest) -> User:
    """Return the signed-in person; every page but the sign-in asks for one."""
    assert isinstance(request.user, User)
    return request.user


def reader_of(request: HttpRequest) -> Reader:
    """Return who reads, and the day it is for him."""
    return Reader(user_of(request), timezone.localdate())
