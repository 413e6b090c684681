"""What the tests that ask every page share: each answer is asked for once, and only what is looked at is drawn."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.http import HttpRequest, QueryDict
from django.template.backends.django import Template
from django.utils.safestring import SafeString

from sanku.accounts.backends import StaffBackend
from sanku.accounts.models import User

EVERYTHING = "*"  # a page went through all parameters, whatever their names


class Readings:
    """Which parameters of a query or a form the server looked at while it answered.

    A page that looked at none of those it was sent answers the same whatever they say: it need not be asked with others.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()

    def has(self, names: Iterable[str]) -> bool:
        """Return whether one of these parameters was looked at."""
        return EVERYTHING in self.names or bool(self.names & set(names))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Readings:
    """Give what is read of queries and forms; clear `names` before a request."""
    seen = Readings()

    def note(owner: Any, method: str, *, named: bool) -> None:
        original = getattr(owner, method)

        def noted(self: Any, *args: Any, **options: Any) -> Any:
            seen.names.add(str(args[0]) if named else EVERYTHING)
            return original(self, *args, **options)

        monkeypatch.setattr(owner, method, noted)

    for method in ("__getitem__", "__contains__", "get", "getlist"):
        note(QueryDict, method, named=True)
    for method in (
        "__len__",
        "__iter__",
        "keys",
        "values",
        "items",
        "lists",
        "dict",
        "urlencode",
        "copy",
        "__deepcopy__",
    ):
        note(QueryDict, method, named=False)
    # The address as a whole: a page may repeat it.
    for method in ("get_full_path", "build_absolute_uri"):
        note(HttpRequest, method, named=False)
    note_body(monkeypatch, seen)
    return seen


def note_body(monkeypatch: pytest.MonkeyPatch, seen: Readings) -> None:
    """Count a body that is read as it came, as the interface for programs does."""
    body: Any = HttpRequest.__dict__["body"]

    def noted(request: HttpRequest) -> bytes:
        seen.names.add(EVERYTHING)
        content: bytes = body.fget(request)
        return content

    monkeypatch.setattr(HttpRequest, "body", property(noted))


@pytest.fixture
def people_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read each person once, and give every request one of his own: nobody changes while pages are asked.

    What a request writes is taken back, so that the database would say the same each time; reading him again is a fifth
    of asking a page that answers 404.
    """
    read, known = StaffBackend.get_user, dict[Any, User | None]()

    def get_user(self: StaffBackend, user_id: Any) -> User | None:
        if user_id not in known:
            known[user_id] = read(self, user_id)
        return copy.copy(known[user_id])

    monkeypatch.setattr(StaffBackend, "get_user", get_user)


@contextmanager
def undrawn() -> Iterator[None]:
    """Draw no page: only the status is asked, and another has shown that the page can be drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", lambda *args, **options: SafeString(""))
        yield
