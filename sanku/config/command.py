"""The `sanku` command: Django's management commands under one name."""

import os
import sys


def main() -> None:
    """Run a management command with Sanku's settings, as `manage.py` would."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanku.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
