"""Write the description of the interface anew: run it when a change of it is meant."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.api.test_openapi import SNAPSHOT, described

    SNAPSHOT.write_text(described(), encoding="utf-8")
