"""Finding records by their tags and by the fields that a zone added, in time at any number of records.

Such values stand in the record itself (see `records.LibraryRecord`); here they stand once more, a row a value, in
a table beside the record's own, as the pairs of its search text do: `<table>_values`, made by `create_values` in a
migration and written by `index_values` in the transaction of the record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.expressions import RawSQL

TAGS = "tags"  # the key of tags; no field of a zone may have it
LONGEST = 200  # characters of a text that are compared
FEW = 500  # ids named in one statement


def create_values(table: str) -> Any:
    """Return a migration step that makes the table of values beside `table`."""
    from django.db import migrations

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        text, number, owner, rest = "varchar(200)", "real", "", " WITHOUT ROWID"
        if schema_editor.connection.vendor == "postgresql":
            text, number, rest = 'varchar(200) COLLATE "C"', "double precision", ""
            owner = f" REFERENCES {table}(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
        schema_editor.execute(
            f"CREATE TABLE {table}_values (key varchar(40) NOT NULL, text {text} NOT NULL, number {number},"
            f" id bigint NOT NULL{owner}, PRIMARY KEY (key, text, id)){rest}"
        )
        schema_editor.execute(
            f"CREATE INDEX {table}_values_number ON {table}_values (key, number, id) WHERE number IS NOT NULL"
        )
        schema_editor.execute(f"CREATE INDEX {table}_values_id ON {table}_values (id)")

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.execute(f"DROP TABLE {table}_values")

    return migrations.RunPython(forwards, backwards)


def value_rows(tags: Iterable[str], custom: Mapping[str, Any]) -> Iterator[tuple[str, str, float | None]]:
    """Yield key, text and number of each value: a number has an empty text, everything else has no number."""
    for tag in sorted(set(tags)):
        yield TAGS, tag, None
    for key, value in custom.items():
        if isinstance(value, bool):
            yield key, "yes" if value else "no", None
        elif isinstance(value, int | float):
            yield key, "", float(value)
        elif isinstance(value, list):
            yield from ((key, one, None) for one in sorted({str(one)[:LONGEST] for one in value}))
        elif value not in (None, ""):
            yield key, str(value)[:LONGEST], None


def index_values(records: Sequence[Any], *, replace: bool = True) -> None:
    """Write the rows of records of one model; without `replace` they are new and have none yet."""
    if not records:
        return
    table = f"{records[0]._meta.db_table}_values"
    with connection.cursor() as cursor:
        for start in range(0, len(records) if replace else 0, FEW):
            ids = [record.pk for record in records[start : start + FEW]]
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({', '.join(['%s'] * len(ids))})", ids)
        rows = [(*row, record.pk) for record in records for row in value_rows(record.tags, record.custom)]
        if rows:
            cursor.executemany(f"INSERT INTO {table} (key, text, number, id) VALUES (%s, %s, %s, %s)", rows)


def having_any(
    model: type[models.Model], key: str, texts: Sequence[str], *, several: bool, few: bool = False
) -> Q:
    """Return the condition that a record has one of some texts (codes, tags, yes or no) under a key.

    `several` says that a record may have more than one text under it.
    """
    marks = ", ".join(["%s"] * len(texts))
    if not texts:
        return Q(pk__in=[])
    # A record that has several of the texts gives its id once all the same.
    return _found(model, f"text IN ({marks})", [key, *texts], few, once=several and len(texts) > 1)


def having_like(model: type[models.Model], key: str, part: str, *, few: bool = False) -> Q:
    """Return the condition that the text under a key holds a part, small letters like capitals."""
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return _found(model, f"text {like} %s ESCAPE '!'", [key, f"%{escaped}%"], few)


def having_between(model: type[models.Model], key: str, low: Any, high: Any, *, few: bool = False) -> Q:
    """Return the condition that the number (or, of texts, the ISO date) under a key lies between two bounds."""
    name = "text" if isinstance(low if low is not None else high, str) else "number"
    bounds = [(sign, bound) for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
    if not bounds:
        return Q()
    sql = " AND ".join(f"{name} {sign} %s" for sign, _bound in bounds)
    return _found(model, sql, [key, *(bound for _sign, bound in bounds)], few)


def _found(model: type[models.Model], sql: str, parameters: list[Any], few: bool, *, once: bool = False) -> Q:
    """Return the condition: all that fit looked up at once, or, of `few` records, the rows of each read.

    With `once` the lookup gives an id once though several rows of its record fit.
    """
    records = model._meta.db_table
    if few:
        own = (
            f"SELECT 1 FROM {records}_values WHERE {records}_values.id = {records}.id AND key = %s AND {sql}"
        )
        return Q(RawSQL(f"EXISTS ({own})", parameters, output_field=models.BooleanField()))
    ids = "DISTINCT id" if once else "id"
    return Q(pk__in=RawSQL(f"SELECT {ids} FROM {records}_values WHERE key = %s AND {sql}", parameters))
