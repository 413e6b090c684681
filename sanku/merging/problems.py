"""What undoing a merge leaves as it is, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEPT: Mapping[str, Promise] = {
    "value_changed": _("%(field)s was changed since the merge and stays as it is."),
    "moved_on": _("It belongs to another company by now and stays there."),
    "taken": _("Another one took its place since; it stays removed."),
    "code_taken": _("%(field)s: %(value)s belongs to another record by now, so it came back without it."),
}


def kept_message(kept: Mapping[str, Any]) -> str:
    """Return why something was not set back, in the active language; `field` in its params is a label already."""
    params: Mapping[str, Any] = kept["params"]
    return str(KEPT[kept["code"]]) % params
