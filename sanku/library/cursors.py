"""Addresses of further pages that programs follow: signed, so that what they say of the ledger is true."""

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from sanku.library.specs import Library, Reader

ENTERED = "entered"  # that the ledger already says who takes these pages


def signed(
    where: str, given: QueryDict, library: Library, reader: Reader, *, entered: bool, kind: str
) -> str:
    """Return the cursor of a page for the person who asked, for the same question; `kind` is the service."""
    return _signer(given, library, reader, kind).sign(f"{where}.{ENTERED if entered else ''}")


def unsigned(
    cursor: str, given: QueryDict, library: Library, reader: Reader, *, kind: str
) -> tuple[str, bool]:
    """Return which page a cursor means, and whether the ledger says already who takes these pages.

    Raises:
        ValueError: it was cut, made up, or belongs to another question or person.
    """
    try:
        where, _dot, entered = _signer(given, library, reader, kind).unsign(cursor).rpartition(".")
    except BadSignature:
        raise ValueError(cursor) from None
    return where, entered == ENTERED


def _signer(given: QueryDict, library: Library, reader: Reader, kind: str) -> Signer:
    """Return what signs the cursors of a person's question, so that nobody skips the entry of what he takes."""
    asked = sorted((name, given.getlist(name)) for name in given if name not in ("cursor", "page", "limit"))
    return Signer(sep="~", salt=f"{kind} {library.name} {reader.user.pk} {asked}")
