"""Addresses of allauth that are not used."""

from typing import NoReturn

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest


@login_not_required
def not_here(request: HttpRequest, rest: str = "") -> NoReturn:
    """Say that there is no such page."""
    raise Http404
