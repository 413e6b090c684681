"""Sanku's settings, changed for tests: an empty data folder of their own, quick passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def data_folder() -> Path:
    """Return a folder for this test process; the process that made the outermost one removes it."""
    outermost = os.environ.get("SANKU_TEST_FOLDER")
    if outermost is None:
        outermost = os.environ["SANKU_TEST_FOLDER"] = tempfile.mkdtemp(prefix="sanku-test-")
        atexit.register(shutil.rmtree, outermost, ignore_errors=True)
    folder = Path(outermost) / os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder.mkdir(exist_ok=True)
    return folder


os.environ["SANKU_DATA_DIR"] = str(data_folder())
for name in list(os.environ):
    if name.startswith("SANKU_") and name not in {"SANKU_DATA_DIR", "SANKU_TEST_FOLDER", "SANKU_CHROMIUM"}:
        del os.environ[name]  # what this machine's installation sets is not what the tests are about

from sanku.config.settings import *  # noqa: E402, F403
from sanku.config.settings import DATA_DIR, DATABASES  # noqa: E402

(DATA_DIR / "static").mkdir(exist_ok=True)  # the live server reads static files where they are written

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The embedded database is a file in tests too: the live server writes to it from other threads.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Builders write no ledger entries and zones of other tests had the same ids: nothing may be kept across tests.
    "process": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
