"""Sanku's settings with the Django admin beside it, the peer of the list pages."""

from sanku.config.settings import *  # noqa: F403
from sanku.config.settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "import_export", "bench"]
MIDDLEWARE = [*MIDDLEWARE]
ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["*"]
LOGGING = {"version": 1, "disable_existing_loggers": True}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Kept counts would flatter the figures: every page is counted anew here.
    "process": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
