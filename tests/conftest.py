"""What all tests share."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

pytest_plugins = ["tests.fixtures"]
# Examples are timed on machines that do other work too. The same ones are drawn at every run, so that what passes here
# passes everywhere; `pytest --hypothesis-profile=explore` draws others, and more of the histories.
hypothesis.settings.register_profile("sanku", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, derandomize=False, max_examples=500)
hypothesis.settings.load_profile("sanku")

OTHER_DATABASE = {"sqlite3": "postgres", "postgresql": "sqlite"}
REACHES_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are about the other database.

    What reaches no database (rules, readers, values) passed on the embedded one already and is left out on PostgreSQL:
    pytest-django lets no test connect that does not say so.
    """
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    foreign = [
        item
        for item in items
        if item.get_closest_marker(OTHER_DATABASE[engine])
        or (engine == "postgresql" and not reaches_database(item))
    ]
    if foreign:
        config.hook.pytest_deselected(items=foreign)
        items[:] = [item for item in items if item not in foreign]
    # The longest of all begins first: at the end nobody could take a part of it over.
    items.sort(key=lambda item: not item.get_closest_marker("long"))
    # Hundreds of thousands of objects of modules and tests stay to the end: collecting them again and again frees nothing.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def reaches_database(item: pytest.Item) -> bool:
    """Return whether a test may connect to the database, or is marked as one about it."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or bool(REACHES_DATABASE & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Start with an empty cache: rate limits and remembered figures of one test must not reach the next."""
    cache.clear()
    yield
