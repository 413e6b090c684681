"""The totals of a list: how many records its filters leave, and the sums that stand in its heading and foot."""

from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from sanku.accounts.models import User
from sanku.common.search import lookup
from sanku.library.specs import Library
from sanku.library.state import State, condition

Totals = tuple[int, Any, list[tuple[Any, int, Any]]]
# From so many ids on SQLite reads an index of all records, rather than each record by its id.
COMMON = 10_000


def totals_of(records: QuerySet[Any], library: Library) -> Totals:
    """Return how many records there are, the sum of the measure, and both by the values of `totals_by`."""
    if library.measure is None:
        return records.aggregate(count=Count("pk"))["count"], None, []
    measure = Sum(library.measure[0])
    if not library.totals_by:
        found = records.aggregate(count=Count("pk"), sum=measure)
        return found["count"], found["sum"], []
    # One pass gives the parts, and the whole is their sum.
    parts = list(records.order_by().values_list(library.totals_by).annotate(count=Count("pk"), sum=measure))
    return sum(part[1] for part in parts), sum(part[2] for part in parts if part[2] is not None), parts


def totals_at(state: State, user: User, records: QuerySet[Any]) -> Totals:
    """Return the totals of the records that a list's state leaves.

    A table of tags, own values or pairs of characters that alone decides is counted itself: reading which of 200,000
    records it means would take ten times as long.
    """
    library, found = state.library, _only_lookup(state, user, records)
    if found is None:
        return totals_of(records, library)
    if library.measure is None and library.sees_zone(user):
        count = _counted(found, records, user)
        return totals_of(records, library) if count is None else (count, None, [])
    if connection.vendor == "sqlite" and not state.query and _is_common(found):
        records = library.records(user).annotate(number=F("pk") + 0).filter(number__in=found)
    return totals_of(records, library)


def _only_lookup(state: State, user: User, records: QuerySet[Any]) -> RawSQL | None:
    """Return what alone narrows the list, where that is one lookup of ids."""
    if state.selected:
        return None
    parts = [condition(spec, state.filters, records.model, user) for spec in state.library.filters]
    parts = [part for part in parts if part]
    if state.query:
        return lookup(records.model, state.query) if not parts else None
    return _lookup_of(parts[0]) if len(parts) == 1 else None


def _lookup_of(part: Q) -> RawSQL | None:
    match part.children:
        case [("pk__in", RawSQL() as found)] if not part.negated:
            return found
    return None


def _is_common(found: RawSQL) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({found.sql} LIMIT {COMMON}) AS found", found.params)
        row = cursor.fetchone()
    return row is not None and row[0] >= COMMON


def _counted(found: RawSQL, records: QuerySet[Any], user: User) -> int | None:
    """Count the ids of a lookup, less those of records that were removed; None where there are records of other zones.

    The plus signs keep SQLite from asking the lookup once for each removed record, which takes seconds.
    """
    table = records.model._meta.db_table
    elsewhere = (
        f"SELECT id FROM {table} WHERE zone_id < %s UNION ALL SELECT id FROM {table} WHERE zone_id > %s"
    )
    removed = f"SELECT id FROM {table} WHERE zone_id = %s AND removed_at IS NOT NULL"
    others = f"SELECT count(*) FROM ({found.sql}) AS hits WHERE +id IN ({removed})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CASE WHEN EXISTS ({elsewhere}) THEN NULL ELSE (SELECT count(*) FROM ({found.sql}) AS hits)"
            f" - CASE WHEN EXISTS ({removed}) THEN ({others}) ELSE 0 END END",
            [*[user.zone_id] * 2, *found.params, user.zone_id, *found.params, user.zone_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None
