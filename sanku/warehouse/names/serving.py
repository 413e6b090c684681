"""The index of names of the current version, kept open by each process; compiled code is loaded when it is first asked."""

import logging
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from sanku.warehouse.serving import Served, Serving
from sanku.warehouse.versions import Base

if TYPE_CHECKING:
    from sanku.warehouse.names.reader import Names

LOG = logging.getLogger(__name__)
STRUCTURE, SIGN = "names", "index.json"


@cache
def _serving() -> "Serving[Names]":
    from sanku.warehouse.names.reader import Names

    def open_(folder: Path) -> Names:
        names = Names(folder)
        threading.Thread(target=names.read_ahead, name="read-ahead", daemon=True).start()
        return names

    return Serving(STRUCTURE, SIGN, open_)


def all_versions() -> Base:
    """Return all versions of this installation's base."""
    return Base(Path(settings.BASE_DIR))


def is_searchable() -> bool:
    """Tell whether there is a base with an index of names, without opening it."""
    version = all_versions().current()
    return version is not None and (version.derived(STRUCTURE) / SIGN).exists()


def opened() -> "Served[Names] | None":
    """Return the index of the current version, None where there is none or it must be derived anew."""
    if not is_searchable():
        return None
    try:
        return _serving().current(all_versions().folder)
    except ValueError:  # of another edition of Sanku
        return None


def warm_up() -> threading.Thread | None:
    """Open the index and make searches ready beside the first requests: the first one would wait seconds for it.

    Returns the thread that does so, None where there is no base with an index.
    """
    if not is_searchable():
        return None

    def work() -> None:
        try:
            if served := opened():
                served.reader.warm()
        except Exception:  # the first search will say what is wrong to who asks
            LOG.exception("the search of the national base could not be made ready")

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread
