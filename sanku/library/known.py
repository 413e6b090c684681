"""The libraries by their names: what a task, or a row about a library, finds it by."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from sanku.library.specs import Library


@cache
def libraries() -> dict[str, Library]:
    """Return the libraries of the installation by name (`settings.LIBRARIES`)."""
    found: list[Library] = [import_string(path) for path in settings.LIBRARIES]
    return {library.name: library for library in found}
