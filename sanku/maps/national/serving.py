"""The current version's points, kept open by each process; nothing heavy is imported before there are any."""

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.serving import Served, Serving

LOG = logging.getLogger(__name__)
STRUCTURE, SIGN = "points", "meta.json"


@cache
def _serving() -> "Serving[Points]":
    from sanku.warehouse.points.columns import Points
    from sanku.warehouse.serving import Serving

    return Serving(STRUCTURE, SIGN, Points.open)


def is_offered() -> bool:
    """Tell whether there is a base with points to show, without opening it."""
    base = Path(settings.BASE_DIR)
    if not (base / "current").exists():
        return False
    from sanku.warehouse.versions import Base

    version = Base(base).current()
    return version is not None and (version.derived(STRUCTURE) / SIGN).exists()


def served() -> "Served[Points] | None":
    """Return the points of the current version, None where there are none."""
    base = Path(settings.BASE_DIR)
    if not (base / "current").exists():
        return None
    try:
        return _serving().current(base)
    except ValueError as problem:  # another edition of the program derived them
        LOG.warning("%s: derive the version anew", problem)
        return None


def tag_of(*parts: Any) -> str:
    """Return an entity tag of what an answer hangs on."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
