"""What the tests of all addresses share."""

from tests.scopes.asking import bare_404, people_read_once, readings

__all__ = ["bare_404", "people_read_once", "readings"]
