"""Finding records by their tags and by the fields that a zone added, in time at any number of records.

Such values stand in the record itself (see `records.LibraryRecord`); here they stand once more, a row a value, in
a table beside the record's own, as the pairs of its search text do: `<table>_values`, made by `create_values` and
`values_by_zone` in migrations and written by `index_values` in the transaction of the record. Its indexes begin with
the zone: many call their fields alike, and a small one must not read what a large one beside it holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.expressions import RawSQL

from sanku.common.fields import holding_part

TAGS = "tags"  # the key of tags; no field of a zone may have it
LONGEST = 200  # characters of a text that are compared
FEW = 500  # ids named in one statement


def create_values(table: str) -> Any:
    """Return a migration step that makes the table of values beside `table`."""
    from django.db import migrations

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _create(schema_editor, table, by_zone=False)

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.execute(f"DROP TABLE {table}_values")

    return migrations.RunPython(forwards, backwards)


def values_by_zone(table: str) -> Any:
    """Return a migration step that puts the zone of its record before each row of the table beside `table`."""
    from django.db import migrations

    old = f"{table}_values_old"

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _set_aside(schema_editor, table)
        _create(schema_editor, table, by_zone=True)
        schema_editor.execute(
            f"INSERT INTO {table}_values (zone_id, key, text, number, id)"
            f" SELECT zone_id, key, text, number, {old}.id FROM {old} JOIN {table} ON {table}.id = {old}.id"
            " ORDER BY 1, 2, 3, 5"
        )
        schema_editor.execute(f"DROP TABLE {old}")

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _set_aside(schema_editor, table)
        _create(schema_editor, table, by_zone=False)
        schema_editor.execute(
            f"INSERT INTO {table}_values (key, text, number, id)"
            f" SELECT key, text, number, id FROM {old} ORDER BY 1, 2, 4"
        )
        schema_editor.execute(f"DROP TABLE {old}")

    return migrations.RunPython(forwards, backwards)


def _create(schema_editor: BaseDatabaseSchemaEditor, table: str, *, by_zone: bool) -> None:
    text, number, owner, rest = "varchar(200)", "real", "", " WITHOUT ROWID"
    if schema_editor.connection.vendor == "postgresql":
        text, number, rest = 'varchar(200) COLLATE "C"', "double precision", ""
        owner = f" REFERENCES {table}(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    column, first = ("zone_id bigint NOT NULL, ", "zone_id, ") if by_zone else ("", "")
    schema_editor.execute(
        f"CREATE TABLE {table}_values ({column}key varchar(40) NOT NULL, text {text} NOT NULL, number {number},"
        f" id bigint NOT NULL{owner}, PRIMARY KEY ({first}key, text, id)){rest}"
    )
    schema_editor.execute(
        f"CREATE INDEX {table}_values_number ON {table}_values ({first}key, number, id) WHERE number IS NOT NULL"
    )
    schema_editor.execute(f"CREATE INDEX {table}_values_id ON {table}_values (id)")


def _set_aside(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    for index in ("number", "id"):
        schema_editor.execute(f"DROP INDEX {table}_values_{index}")
    schema_editor.execute(f"ALTER TABLE {table}_values RENAME TO {table}_values_old")


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
        rows = [
            (record.zone_id, *row, record.pk)
            for record in records
            for row in value_rows(record.tags, record.custom)
        ]
        if rows:
            columns = "zone_id, key, text, number, id"
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s, %s, %s)", rows)


@dataclass(frozen=True, slots=True)
class Key:
    """What a zone's records of a model have under a key: a field of its own, or its tags.

    Of `few` records the rows of each are read; else all that fit are looked up at once.
    """

    model: type[models.Model]
    zone_id: int
    key: str
    few: bool = False

    def having_any(self, texts: Sequence[str], *, several: bool) -> Q:
        """Return the condition that a record has one of some texts (codes, tags, yes or no).

        `several` says that a record may have more than one text.
        """
        marks = ", ".join(["%s"] * len(texts))
        if not texts:
            return Q(pk__in=[])
        # A record that has several of the texts gives its id once all the same.
        return self._found(f"text IN ({marks})", texts, once=several and len(texts) > 1)

    def having_like(self, part: str) -> Q:
        """Return the condition that the text holds a part, small letters like capitals."""
        like, pattern = holding_part(part)
        return self._found(f"text {like} %s ESCAPE '!'", [pattern])

    def having_between(self, low: Any, high: Any) -> Q:
        """Return the condition that the number (or, of texts, the ISO date) lies between two bounds."""
        name = "text" if isinstance(low if low is not None else high, str) else "number"
        bounds = [(sign, bound) for sign, bound in ((">=", low), ("<=", high)) if bound is not None]
        if not bounds:
            return Q()
        sql = " AND ".join(f"{name} {sign} %s" for sign, _bound in bounds)
        return self._found(sql, [bound for _sign, bound in bounds])

    def _found(self, sql: str, parameters: Sequence[Any], *, once: bool = False) -> Q:
        """Return the condition; with `once` an id is looked up once though several rows of its record fit."""
        table, rows = self.model._meta.db_table, f"{self.model._meta.db_table}_values"
        if self.few:
            # SQLite is not told the zone, so that the index of ids is the only one there is. PostgreSQL makes a join of
            # it, and would read the values of all zones for that.
            where, given = f"key = %s AND {sql}", [self.key, *parameters]
            if connection.vendor == "postgresql":
                where, given = f"zone_id = %s AND {where}", [self.zone_id, *given]
            exists = f"EXISTS (SELECT 1 FROM {rows} WHERE {rows}.id = {table}.id AND {where})"
            return Q(RawSQL(exists, given, output_field=models.BooleanField()))
        ids = (
            f"SELECT {'DISTINCT id' if once else 'id'} FROM {rows} WHERE zone_id = %s AND key = %s AND {sql}"
        )
        return Q(pk__in=RawSQL(ids, [self.zone_id, self.key, *parameters]))
