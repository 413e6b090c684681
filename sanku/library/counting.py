"""The totals of a list: how many records its filters leave, and the sums that stand in its heading and foot."""

from collections.abc import Callable, Sequence
from decimal import Context
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.expressions import RawSQL

from sanku.accounts.models import User
from sanku.common.indexes import index_by_id, indexed_by, looked_up
from sanku.common.search import COMMON, lacking, lookup, reading, terms_of, texts_index
from sanku.library.specs import Library
from sanku.library.state import State, all_of, conditions, filtered

Totals = tuple[int, Any, list[tuple[Any, int, Any]]]
# As Django reads the sum of a column of amounts from SQLite.
AS_DJANGO = Context(prec=15).create_decimal_from_float
# Records outside of a zone, up to which leaving them out costs less than reading the zone's own.
OUTSIDE = 100_000
# The same where nothing but their number is asked: a small zone does not pay for a large one beside it.
BESIDE = 25_000
MANY_OF = 20  # of every so many records one: reading all costs less than looking that many up
SAMPLE = 500  # records that tell whether a word is in most texts
# A scope of no more records is read as it is: what other zones hold of a word costs it nothing.
FEW_RECORDS = 25_000


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


def totals_at(
    state: State, user: User, records: Callable[[], QuerySet[Any]], everything: int, others: int = 0
) -> Totals:
    """Return the totals of the records that a list's state leaves of `everything` that the user may see.

    `records` gives them; `others` is what `beside` says. A table of tags, own values or pairs of characters that alone
    decides is counted itself: reading which of 200,000 records it means would take ten times as long.
    """
    library = state.library
    if not (state.query or state.filters or state.selected):
        if library.measure is None:
            return everything, None, []
        whole = (
            library.sees_zone(user)
            and index_by_id(library.records(user).model, library.totals_by) is not None
        )
        return _of_all(library, user) if whole else totals_of(records(), library)
    # Filters look up ids of the zone alone, a word those of every zone.
    is_read = not state.filters and max(everything, others) <= FEW_RECORDS
    found = only_lookup(state, user) if everything and not is_read else None
    if found is None:
        return totals_of(records(), library)
    if state.query and not state.filters and connection.vendor == "postgresql" and library.sees_zone(user):
        left_out = lacking(library.records(user).model, state.query)
        if left_out is not None and _is_in_most_texts(state, user):
            return _without(left_out, everything, library, user)
    if library.measure is None:
        count = _counted(found, state, user) if library.sees_zone(user) else None
        return (count, None, []) if count is not None else totals_of(records(), library)
    index = index_by_id(library.records(user).model, library.totals_by)
    if index is None:
        return totals_of(records(), library)
    if state.query and not state.filters and _is_in_most_texts(state, user):
        return totals_of(filtered(state, user, common=[True]), library)
    return _summed(found, index, library, user, everything)


def _without(left_out: RawSQL, everything: int, library: Library, user: User) -> Totals:
    """Return the totals of all that a user sees who sees the zone, less those of the ids of a lookup."""
    if library.measure is None:
        return everything - library.records(user).filter(pk__in=left_out).count(), None, []
    fewer = _summed_of_all(left_out, library, user)[2]
    taken = {value: (count, measured or 0) for value, count, measured in fewer}
    parts = []
    for value, count, measured in _of_all(library, user)[2]:
        less, less_sum = taken.get(value, (0, 0))
        if count > less:
            parts.append((value, count - less, None if measured is None else measured - less_sum))
    return sum(part[1] for part in parts), sum(part[2] for part in parts if part[2] is not None), parts


def _of_all(library: Library, user: User) -> Totals:
    """Return the totals of all that a user sees who sees the zone: part after part, at a third of the cost of grouping."""
    assert library.measure is not None
    scope, name = library.records(user), connection.ops.quote_name
    where, parameters = scope.query.get_compiler(connection=connection).compile(scope.query.where)
    part = (
        f"SELECT %s, COUNT(*), CAST(SUM({name(library.measure[0])}) AS NUMERIC)"
        f" FROM {scope.model._meta.db_table} WHERE {where} AND {name(library.totals_by)} = %s"
    )
    field: Any = scope.model._meta.get_field(library.totals_by)
    values = [value for value, _label in field.flatchoices]
    sql = " UNION ALL ".join([part] * len(values))
    return _totals(sql, [one for value in values for one in (value, *parameters, value)])


def _summed(found: RawSQL, index: str, library: Library, user: User, everything: int) -> Totals:
    """Return the totals of the ids of a lookup that are in the user's scope, each looked up in a narrow index.

    Left to itself, SQLite would read each record, ten times as much, or the index of all records. PostgreSQL expects too few
    ids, so those are counted up to what makes reading all cheaper.
    """
    most = everything // MANY_OF
    if connection.vendor == "postgresql":
        some = f"SELECT count(*) FROM (SELECT 1 FROM ({found.sql}) AS hits LIMIT {most}) AS first_few"
        if _row(some, found.params)[0] == most:
            return _summed_of_all(found, library, user)
    totals, table, where, parameters = _parts_of(library, user)
    sql = f"{totals} FROM {looked_up(found.sql, table, index)} WHERE {where} GROUP BY 1"
    return _totals(sql, [*found.params, *parameters])


def _summed_of_all(found: RawSQL, library: Library, user: User) -> Totals:
    """Return the same totals on PostgreSQL, where all of the user's scope is read (OFFSET keeps it to this) and joined."""
    assert library.measure is not None
    totals, table, where, parameters = _parts_of(library, user)
    columns = ", ".join(["id", *map(connection.ops.quote_name, (library.totals_by, library.measure[0]))])
    scope = f"(SELECT {columns} FROM {table} WHERE {where} OFFSET 0) AS scope"
    sql = f"{totals} FROM {scope} JOIN ({found.sql}) AS found ON found.id = scope.id GROUP BY 1"
    return _totals(sql, [*parameters, *found.params])


def _parts_of(library: Library, user: User) -> tuple[str, str, str, Sequence[Any]]:
    """Return how a statement of totals begins, its table, the condition of the user's scope and its parameters."""
    assert library.measure is not None
    scope, name = library.records(user), connection.ops.quote_name
    where, parameters = scope.query.get_compiler(connection=connection).compile(scope.query.where)
    totals = f"SELECT {name(library.totals_by)}, COUNT(*), CAST(SUM({name(library.measure[0])}) AS NUMERIC)"
    return totals, scope.model._meta.db_table, where, parameters


def _totals(sql: str, parameters: Sequence[Any]) -> Totals:
    """Return the totals of a statement that gives value, count and sum of each part."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    parts = [
        (value, count, AS_DJANGO(sum) if isinstance(sum, int | float) else sum)
        for value, count, sum in rows
        if count
    ]
    return sum(part[1] for part in parts), sum(part[2] for part in parts if part[2] is not None), parts


def count_all(library: Library, user: User) -> int:
    """Return how many records the user may see.

    SQLite knows how many rows a table has; where the zone has nearly all of them, those outside are counted.
    """
    records = library.records(user)
    if connection.vendor != "sqlite" or not library.sees_zone(user):
        index = index_by_id(records.model, library.totals_by)
        empty = records.query.is_empty()  # who sees none
        return records.count() if index is None or empty else _count_by(index, records)
    table, (outside, parameters) = records.model._meta.db_table, _outside(records, user)
    own = f"(SELECT count(*) FROM {table} WHERE zone_id = %s AND removed_at IS NULL)"
    sql = f"SELECT CASE WHEN others < {BESIDE} THEN (SELECT count(*) FROM {table}) - others ELSE {own} END"
    counted = f"(SELECT count(*) AS others FROM ({outside} LIMIT {BESIDE}) AS outside)"
    return int(_row(f"{sql} FROM {counted} AS left_out", [user.zone_id, *parameters])[0])


def _count_by(index: str, records: QuerySet[Any]) -> int:
    """Count a part of a library by a narrow index of all of it: half of what reading the filters' wide one costs."""
    where, parameters = records.query.get_compiler(connection=connection).compile(records.query.where)
    return int(
        _row(
            f"SELECT count(*) FROM {records.model._meta.db_table}{indexed_by(index)} WHERE {where}",
            parameters,
        )[0]
    )


def beside(library: Library, user: User) -> int:
    """Return how many records, no more than counted here, a library holds of which the user sees a part; 0 if he sees all.

    Reading his part by an index of the library reads the others too.
    """
    if library.sees_zone(user):
        return 0
    table = library.records(user).model._meta.db_table
    some = f"SELECT 1 FROM {table} WHERE zone_id = %s AND removed_at IS NULL LIMIT {FEW_RECORDS + 1}"
    return int(_row(f"SELECT count(*) FROM ({some}) AS first_few", [user.zone_id])[0])


def common_words(state: State, everything: int, total: int | None = None) -> list[bool] | None:
    """Return which words of a search are common ones (see `matching`), where that is known; None where it is not.

    Of a few records the texts are read in any case; of one word alone the list's `total` says it.
    """
    words = terms_of(state.query)
    if everything <= FEW_RECORDS:
        return [True] * len(words)
    if total is None or len(words) != 1 or state.filters or state.selected:
        return None
    return [total >= COMMON]


def only_lookup(state: State, user: User) -> RawSQL | None:
    """Return what alone narrows the list, where lookups of ids do."""
    model = state.library.records(user).model
    parts, lookups = conditions(state, model, user)
    if state.query and (words := lookup(model, state.query)) is not None:
        lookups = [words, *lookups]
    elif state.query:
        return None
    return all_of(lookups) if lookups and not parts and not state.selected else None


def _is_in_most_texts(state: State, user: User) -> bool:
    """Return whether more than half of the zone's records hold the words of a search, judged by those changed last.

    It decides how they are counted, not how many there are: counting a phrase that most names hold takes a fifth of the page.
    Who sees a part of them reads the texts of that part alone.
    """
    living = state.library.records(user).model._default_manager.filter(zone_id=user.zone_id, removed_at=None)
    newest = living.order_by("-updated_at", "-pk").values("pk")[:SAMPLE]
    return reading(living.filter(pk__in=newest), state.query).count() * 2 > SAMPLE


def _outside(
    records: QuerySet[Any], user: User, *, holding: str = "", within: bool = False
) -> tuple[str, list[Any]]:
    """Return what gives the ids of a library's table that are not of the user's zone, or were removed.

    `within` the zone: only what was removed. With `holding` only those whose search text holds a word, read from the
    index of the texts.
    """
    model, zone = records.model, user.zone_id
    ends = [["zone_id = %s", "removed_at IS NOT NULL"]]
    if not within:
        ends += [["zone_id < %s"], ["zone_id > %s"]]
    table = model._meta.db_table
    parameters: list[Any] = [zone]
    if holding:
        table, parameters = f"{table} INDEXED BY {texts_index(model)}", [zone, holding]
        ends = [[*end, "INSTR(search_text, %s) > 0"] for end in ends]
    sql = " UNION ALL ".join(f"SELECT id FROM {table} WHERE {' AND '.join(end)}" for end in ends)
    return sql, parameters * len(ends)


def _counted(found: RawSQL, state: State, user: User) -> int | None:
    """Count the ids of a lookup that are of the user's zone; None where too many others would have to be left out.

    Of one word the few outside that hold it are taken away from all. Of other lookups each id is looked for among
    those outside, which for filters are no more than what was removed; the plus sign keeps SQLite from asking the lookup
    once for each of those, which takes seconds.
    """
    records = state.library.records(user)
    outside, parameters = _outside(records, user, within=bool(state.filters))
    counted, given = f"(SELECT count(*) FROM ({found.sql}) AS hits)", [*found.params]
    words = [] if state.filters else terms_of(state.query)
    if len(words) == 1 and connection.vendor == "sqlite" and texts_index(records.model) is not None:
        holding, more = _outside(records, user, holding=words[0])
        within, more = f"{counted} - (SELECT count(*) FROM ({holding}) AS holding)", [*found.params, *more]
    else:
        within = f"(SELECT count(*) FROM ({found.sql}) AS hits WHERE +id NOT IN ({outside}))"
        more = [*found.params, *parameters]
    count: int | None = _row(
        f"SELECT CASE WHEN others = 0 THEN {counted} WHEN others < {OUTSIDE} THEN {within} END"
        f" FROM (SELECT count(*) AS others FROM ({outside} LIMIT {OUTSIDE}) AS outside) AS left_out",
        [*given, *more, *parameters],
    )[0]
    return count


def _row(sql: str, parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
    assert row is not None
    return row
