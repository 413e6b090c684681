"""Totals that are counted once and hold until somebody writes in the zone.

Every write in a zone adds to its ledger, so the ledger's length says whether a count is still right: no count is
ever stale, and turning the pages of a long list does not count it again and again.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from sanku.audit.queries import chain_length
from sanku.library.specs import Reader

T = TypeVar("T")
SECONDS = 3600


class Remembered:
    """What one reader may be told again while his zone's ledger has not grown."""

    def __init__(self, reader: Reader, library: str) -> None:
        # The reader decides what is in scope, the day what is overdue.
        self.stem = f"{library}:{reader.user.pk}:{reader.today}:{chain_length(reader.user.zone_id)}"

    def get(self, question: str, answer: Callable[[], T]) -> T:
        """Return the answer kept for a question, or find it and keep it."""
        key = hashlib.sha256(f"{self.stem}:{question}".encode()).hexdigest()
        kept: tuple[T] | None = caches["process"].get(key)
        if kept is not None:
            return kept[0]
        found = answer()
        caches["process"].set(key, (found,), SECONDS)
        return found
