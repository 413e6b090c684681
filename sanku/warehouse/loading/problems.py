"""What can be wrong with a load, in the reader's language."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class LoadRefused(Exception):
    """The load cannot go on; what is published is as it was. The message says what, where and what to do."""


class NotReached(LoadRefused):
    """A place does not answer now; what is done stays done until it does."""


# Why a row was not taken.
REASONS = {
    "no_name": gettext_lazy("no name"),
    "name_too_long": gettext_lazy("name longer than 200 characters"),
    "name_is_a_number": gettext_lazy("the name is a number"),
    "text_too_long": gettext_lazy("a cell longer than 32,767 characters"),
    "line_too_long": gettext_lazy("a line longer than 1 MB"),
    "cells": gettext_lazy("another number of cells than the header"),
    "encoding": gettext_lazy("not in the encoding of the file"),
    "quotes": gettext_lazy("a quotation mark without its partner"),
    "duplicate_code": gettext_lazy("the same code as another row"),
    "duplicate_name": gettext_lazy("the same name and place as another row"),
    "no_investor": gettext_lazy("no investor"),
    "no_investee": gettext_lazy("no company or branch invested in"),
    "unknown_company": gettext_lazy("a change of a company that the base does not hold"),
}
# What could not be read in rows that were taken.
NOTES = {
    "note_code": gettext_lazy("a code that is no valid unified social credit code: kept as another code"),
    "note_date": gettext_lazy("a date that cannot be read: left empty"),
    "note_capital": gettext_lazy("a capital that cannot be told in yuan: kept as text"),
    "note_industry": gettext_lazy("an industry that is no code of GB/T 4754: left empty"),
    "note_position": gettext_lazy("coordinates outside China or unreadable: the place's point is used"),
    "note_place": gettext_lazy("no place can be told"),
    "note_status": gettext_lazy("a status that is not known"),
}


@contextmanager
def told() -> Iterator[None]:
    """Turn what the system and the engine say about a full disk or too little memory into one clear line."""
    import duckdb
    import pyarrow as pa

    from sanku.warehouse.engine import EngineNotAvailable

    try:
        yield
    except EngineNotAvailable as engine:
        raise LoadRefused(
            _(
                "SANKU_ENGINE=%(engine)s: no such engine answers. Start the Spark cluster and install pyspark, or leave SANKU_ENGINE unset."
            )
            % {"engine": engine}
        ) from engine
    except (OSError, MemoryError, pa.ArrowInvalid, duckdb.Error) as error:
        words = str(error).removeprefix("Out of Memory Error: ")  # DuckDB's word for a full disk too
        if _is_full(error, words):
            raise LoadRefused(
                _(
                    "The disk is full: %(words)s. Make room and give the same command again; it goes on where it stopped."
                )
                % {"words": words.splitlines()[0]}
            ) from error
        if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
            raise LoadRefused(
                _(
                    "Memory ran out: %(words)s. Give the same command again with 4 GB free or with SANKU_ENGINE_MEMORY=3GB; it goes on where it stopped."
                )
                % {"words": (words or type(error).__name__).splitlines()[0]}
            ) from error
        raise


def _is_full(error: BaseException, words: str) -> bool:
    """Tell whether it is for room on the disk; DuckDB says of that too that memory ran out, for what it cannot spill."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    if re.search(r"\d+ requested and \d+ written", words):  # numpy's words for it
        return True
    signs = ("No space left", "Disk quota", "File too large", "disk is full", "max_temp_directory_size")
    return any(sign in words for sign in signs)
