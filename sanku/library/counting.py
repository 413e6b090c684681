"""The totals of a list: how many records its filters leave, and the sums that stand in its heading and foot."""

from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import RawSQL

from sanku.accounts.models import User
from sanku.common.search import lookup
from sanku.library.specs import Library
from sanku.library.state import State, all_of, conditions

Totals = tuple[int, Any, list[tuple[Any, int, Any]]]
# From so many ids on SQLite reads an index of all records, rather than each record by its id.
COMMON = 10_000
# Records outside of a zone, up to which leaving them out costs less than reading the zone's own.
OUTSIDE = 100_000


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
    library = state.library
    if library.measure is None and not (state.query or state.filters or state.selected):
        return count_all(library, user), None, []
    found = _only_lookup(state, user, records)
    if found is None:
        return totals_of(records, library)
    if library.measure is None and library.sees_zone(user):
        count = _counted(found, records, user)
        if count is not None:
            return count, None, []
    # Of the commonest words the texts are read already, see `matching`.
    if connection.vendor == "sqlite" and not state.query and _is_common(found):
        records = library.records(user).annotate(number=F("pk") + 0).filter(number__in=found)
    return totals_of(records, library)


def count_all(library: Library, user: User) -> int:
    """Return how many records the user may see.

    SQLite knows how many rows a table has; where the zone has nearly all of them, those outside are counted.
    """
    records = library.records(user)
    if connection.vendor != "sqlite" or not library.sees_zone(user):
        return records.count()
    table, (outside, parameters) = records.model._meta.db_table, _outside(records, user)
    own = f"(SELECT count(*) FROM {table} WHERE zone_id = %s AND removed_at IS NULL)"
    sql = f"SELECT CASE WHEN others < {OUTSIDE} THEN (SELECT count(*) FROM {table}) - others ELSE {own} END"
    counted = f"(SELECT count(*) AS others FROM ({outside} LIMIT {OUTSIDE}) AS outside)"
    return int(_row(f"{sql} FROM {counted} AS left_out", [user.zone_id, *parameters])[0])


def _only_lookup(state: State, user: User, records: QuerySet[Any]) -> RawSQL | None:
    """Return what alone narrows the list, where lookups of ids do."""
    parts, lookups = conditions(state, records.model, user)
    if state.query and (words := lookup(records.model, state.query)) is not None:
        lookups = [words, *lookups]
    elif state.query:
        return None
    return all_of(lookups) if lookups and not parts and not state.selected else None


def _is_common(found: RawSQL) -> bool:
    return bool(
        _row(f"SELECT count(*) FROM ({found.sql} LIMIT {COMMON}) AS found", found.params)[0] >= COMMON
    )


def _outside(records: QuerySet[Any], user: User) -> tuple[str, list[Any]]:
    """Return what gives the ids of a library's table that are not of the user's zone, or were removed."""
    table, zone = records.model._meta.db_table, user.zone_id
    ends = [("zone_id < %s", zone), ("zone_id > %s", zone), ("zone_id = %s AND removed_at IS NOT NULL", zone)]
    sql = " UNION ALL ".join(f"SELECT id FROM {table} WHERE {end}" for end, _zone in ends)
    return sql, [zone for _end, zone in ends]


def _counted(found: RawSQL, records: QuerySet[Any], user: User) -> int | None:
    """Count the ids of a lookup that are of the user's zone; None where too many others would have to be left out.

    The plus sign keeps SQLite from asking the lookup once for each of those outside, which takes seconds.
    """
    outside, parameters = _outside(records, user)
    counted = f"(SELECT count(*) FROM ({found.sql}) AS hits)"
    within = f"(SELECT count(*) FROM ({found.sql}) AS hits WHERE +id NOT IN ({outside}))"
    count: int | None = _row(
        f"SELECT CASE WHEN others = 0 THEN {counted} WHEN others < {OUTSIDE} THEN {within} END"
        f" FROM (SELECT count(*) AS others FROM ({outside} LIMIT {OUTSIDE}) AS outside) AS left_out",
        [*found.params, *found.params, *parameters, *parameters],
    )[0]
    return count


def _row(sql: str, parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    assert row is not None
    return row
