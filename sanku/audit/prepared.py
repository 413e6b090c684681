"""What saving a new record works out from its values alone, done beforehand, in another process say.

It is used for just the values that it was worked out from (see `Draft.ready`), so that a record is saved as without it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models

from sanku.audit.operations import changes_of, derive_columns, derived_names
from sanku.audit.rules import spelled
from sanku.common.bulk import blank
from sanku.common.columns import column_problems
from sanku.common.search import stored_pairs


class Prepared(NamedTuple):
    """The values of a new record, none of them another record, and what follows from them."""

    values: dict[str, Any]
    changes: list[dict[str, Any]]  # as the ledger tells of them
    spelled: str  # the changes as the ledger's digest takes them
    derived: dict[str, Any]  # what the record's `derive()` computes
    pairs: str  # of its search text, as the database keeps them
    beside: Any = None  # what the operation of the record's library works out besides


def prepare(model: type[models.Model], values: Mapping[str, Any], *, beside: Any = None) -> Prepared | None:
    """Work out what follows from the values of a new record; None where they name records or do not fit."""
    if any(isinstance(value, models.Model) for value in values.values()) or column_problems(model, values):
        return None
    record = blank(model, **values)
    changes = changes_of(blank(model), dict(values))
    derive_columns(record)
    derived = {name: getattr(record, name) for name in derived_names(model)}
    return Prepared(
        dict(values),
        changes,
        spelled(changes),
        derived,
        stored_pairs(derived.get("search_text", "")),
        beside(record) if beside is not None else None,
    )
