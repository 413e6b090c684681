"""Writing many rows of a table at once, several times as fast as `bulk_create` and `bulk_update`.

Django builds one long statement for each few rows; here one short statement is prepared and run for all of
them. No signals are sent and no defaults of the database are read back: the objects are complete as they are.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL

from sanku.common.fields import CodesField

M = TypeVar("M", bound=models.Model)

_JSON = json.JSONEncoder(ensure_ascii=False)
# Values of these types go to the database as they are, past the field's own conversions.
NOTHING = frozenset({type(None)})
TEXT, NUMBER = NOTHING | {str}, NOTHING | {int, bool}


def blank(model: type[M], **values: Any) -> M:
    """Return a new object with its fields' defaults, several times as fast as calling the model.

    For models without an `__init__` of their own; no signals are sent.
    """
    plain, made = _defaults(model)
    record = model.__new__(model)
    held = record.__dict__
    held["_state"] = ModelState()
    held.update(plain)
    for name, make in made:
        held[name] = make()
    for name, value in values.items():
        if name in held:
            held[name] = value  # a column: nothing is kept yet that its descriptor would have to forget
        else:
            setattr(record, name, value)
    return record


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Return the defaults that may be shared, and how to make those that may not (lists, dictionaries)."""
    plain: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        # A field without a default is given None or an empty text, though Django's mark of that can be called.
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.get_default))
        else:
            plain[field.attname] = field.get_default()
    return plain, made


def insert_rows(
    objects: Sequence[models.Model], *, spelled: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Insert new objects of one model; their ids are given by the table's own sequence.

    `spelled` gives the values of JSON fields as text, where they were spelled for something else already.

    Call it inside a transaction that may write: on SQLite the sequence is read before it is moved on.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.local_concrete_fields]
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        for record, number in zip(objects, _next_ids(model, len(objects)), strict=True):
            record.__dict__[key.attname] = number
    names = ", ".join(_quoted(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({marks})"
    _run(sql, objects, fields, spelled or {})
    alias = connection.alias  # the plain `connection` is looked up anew at each use
    for record in objects:
        record._state.adding, record._state.db = False, alias


def update_rows(objects: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write some fields, by their names, of objects that are in the database."""
    names = set(names)
    if not objects or not names:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.local_concrete_fields if field.name in names]
    pairs = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    key = model._meta.pk
    sql = f"UPDATE {_quoted(model._meta.db_table)} SET {pairs} WHERE {_quoted(key.column)} = %s"
    _run(sql, objects, [*fields, key], {})


def among(values: Collection[str]) -> Any:
    """Return texts to be looked for by `name__in`, thousands at once.

    SQLite gets them as one parameter: Django looks at each of many several times. For a field with an index whose
    first columns the query gives.
    """
    if connection.vendor == "postgresql":
        return list(values)
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(values))])


def having(
    records: "models.QuerySet[M]", name: str, values: Sequence[str], *, zone_id: int
) -> "models.QuerySet[M]":
    """Return the zone's records that are not removed and have one of the values, none of them empty, in a field.

    For a field with a unique index of those that are neither removed nor empty. Without statistics SQLite would
    rather walk the whole zone than look many values up in it, so it is told to take them one by one.
    """
    if connection.vendor == "postgresql":
        return records.filter(zone_id=zone_id, removed_at=None, **{f"{name}__in": values})
    field = next(field for field in records.model._meta.local_concrete_fields if field.name == name)
    table, column = _quoted(records.model._meta.db_table), _quoted(field.column)
    sql = (
        f"SELECT found.id FROM json_each(%s) AS wanted CROSS JOIN {table} AS found WHERE found.zone_id = %s"
        f" AND found.{column} = wanted.value AND found.removed_at IS NULL AND NOT (found.{column} = '')"
    )
    return records.filter(pk__in=RawSQL(sql, [json.dumps(list(values)), zone_id]))


def _run(
    sql: str,
    objects: Sequence[models.Model],
    fields: Sequence["models.Field[Any, Any]"],
    spelled: Mapping[str, Sequence[str]],
) -> None:
    row = itemgetter(*(field.attname for field in fields))
    held = zip(*[row(record.__dict__) for record in objects], strict=True)
    columns = [
        spelled[field.name] if field.name in spelled else _column(field, values)
        for field, values in zip(fields, held, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*columns, strict=True)))


def _column(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    """Return a field's values as the database takes them; most columns hold values of one kind, which need nothing."""
    as_is = _taken_as_is(field)
    if as_is.issuperset(map(type, values)):
        return values
    convert = _converter(field)
    return [value if type(value) in as_is else convert(value) for value in values]


def _taken_as_is(field: "models.Field[Any, Any]") -> frozenset[type]:
    if not type(field).__module__.startswith("django."):
        return NOTHING  # a field of our own may keep its values in another form
    if isinstance(field, models.CharField | models.TextField):
        return TEXT
    return (
        NUMBER
        if isinstance(field, models.IntegerField | models.BooleanField | models.ForeignKey)
        else NOTHING
    )


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    database = connections[DEFAULT_DB_ALIAS]  # the plain `connection` looks it up anew at each use

    def convert(value: Any) -> Any:
        return field.get_db_prep_save(value, database)

    # Thousands of rows share a moment or a day; these can be kept, lists and dictionaries only where they are empty.
    if isinstance(field, models.DateField):
        return cache(convert)
    filled = convert
    if isinstance(field, models.JSONField) and field.encoder is None and database.vendor == "sqlite":
        filled = _as_json
    if isinstance(field, models.JSONField | CodesField):
        empty: dict[type, Any] = {list: convert([]), dict: convert({})}
        return lambda value: filled(value) if value or type(value) not in empty else empty[type(value)]
    return convert


def _as_json(value: Any) -> str | None:
    """Return a value as Django has SQLite keep it, but Chinese as it is: half as long, and written sooner."""
    if value is None:
        return None
    text = _JSON.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character; no text that can be kept
        return json.dumps(value)
    return text


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(name or ""))


def _next_ids(model: type[models.Model], count: int) -> list[int]:
    """Take numbers from the table's sequence."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quoted(table), column, count],
            )
            return [number for (number,) in cursor.fetchall()]
        # AUTOINCREMENT: the sequence moves on by itself when a row with a larger id comes in.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return list(range(first, first + count))
