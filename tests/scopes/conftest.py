"""What the tests of all addresses share."""

from tests.scopes.asking import people_read_once, readings

__all__ = ["people_read_once", "readings"]
