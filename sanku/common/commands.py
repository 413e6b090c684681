"""What all commands of `sanku` are made from."""

from django.core.management.base import BaseCommand


class SankuCommand(BaseCommand):
    """A command that starts without the checks of the code.

    `make check` asks those; here they would load every page of the product first, which takes two seconds.
    """

    requires_system_checks: list[str] = []  # noqa: RUF012
