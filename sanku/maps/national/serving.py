"""The current version's points, kept open by each process; nothing heavy is imported before they are asked for."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from sanku.warehouse.serving import Served, Serving
from sanku.warehouse.versions import Base

if TYPE_CHECKING:
    from sanku.warehouse.points.columns import Points

STRUCTURE, SIGN = "points", "meta.json"


@cache
def _serving() -> "Serving[Points]":
    from sanku.warehouse.points.columns import Points

    return Serving(STRUCTURE, SIGN, Points.open)


def is_offered() -> bool:
    """Tell whether there is a base with points to show, without opening it."""
    version = Base(Path(settings.BASE_DIR)).current()
    return version is not None and (version.derived(STRUCTURE) / SIGN).exists()


def served() -> "Served[Points] | None":
    """Return the points of the current version, None where there are none."""
    return _serving().current(Path(settings.BASE_DIR)) if is_offered() else None


def tag_of(*parts: Any) -> str:
    """Return an entity tag of what an answer hangs on."""
    import hashlib

    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
