"""The `sanku` command: Django's management commands under one name."""

import os
import sys
from collections.abc import Mapping

# What only reads and writes files needs neither database nor pages, and starts in half the time without the apps of those.
OF_THE_BASE = ("match",)


def shell_language(environment: Mapping[str, str]) -> str | None:
    """Return the language that a shell asks for: `SANKU_LANGUAGE`, else that of its locale; None if it asks for none.

    "C" and "POSIX" ask for English, as of every other program.
    """
    asked = environment.get("SANKU_LANGUAGE") or next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    code = asked.split(".")[0].split("@")[0].replace("_", "-").lower()
    if code.startswith("zh"):
        return "zh-hant" if {"hant", "tw", "hk", "mo"} & set(code.split("-")) else "zh-hans"
    return "en" if code else None


def main() -> None:
    """Run a management command with Sanku's settings, as `manage.py` would, in the language of the shell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanku.config.settings")
    import django
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError
    from django.utils import translation

    if sys.argv[1:2] and sys.argv[1] in OF_THE_BASE:
        settings.INSTALLED_APPS = ["sanku.common", "sanku.warehouse"]
    django.setup()
    language = shell_language(os.environ)
    if language is not None:
        translation.activate(language)
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        if not is_behind():
            raise
        sys.exit(
            translation.gettext(
                "The database is not set up for this version of Sanku yet: run “sanku migrate” first."
            )
        )


def is_behind() -> bool:
    """Return whether the database lacks tables or columns that this version reads."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False  # it is not even reached: the first error says why


if __name__ == "__main__":
    main()
