"""How the rows that belong to a record are described: its contacts, its shareholders, what was said with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from sanku.accounts.models import User
from sanku.library.specs import Fact, Library, Reader, Text


@dataclass(frozen=True, slots=True)
class Rows:
    """A panel of rows on a record's page: listed, entered, changed in place, removed with an undo.

    `rows(user, record)` gives those that the user may see, with `removed=True` the removed ones. `line` says
    how a row is shown (see library/rows.html); its third argument tells whether what is usually hidden is to
    be shown, which `reveal`, where there is one, has entered in the ledger before.
    """

    key: str  # "contacts": the panel is #panel-contacts
    library: Library  # to whose records the rows belong: their scope is the rows'
    name: str  # of addresses, within the library's namespace: "contact" → companies:company-contact-panel, …
    title: Text
    singular: Text
    hint: Text
    rows: Callable[..., models.QuerySet[Any]]
    fresh: Callable[[User, Any], Any]
    facts: Sequence[Fact]
    line: Callable[[Any, Reader, bool], dict[str, Any]]
    save: Callable[..., Any]
    remove: Callable[..., None]
    restore: Callable[..., None]
    may_write: Callable[[User, Any], bool]
    reveal: Callable[..., None] | None = None
    refreshes: Sequence[str] = ()  # keys of the sections that follow from the rows

    def address(self, page: str) -> str:
        """Return the name of an address of this panel."""
        return f"{self.library.namespace}-{self.name}-{page}"
