"""Indexes of a library's lists, made so that both databases walk them.

A list's index is zone, removed_at, the field of the order, id. SQLite takes a column that IS NULL for one that is equal in
all rows and reads a page straight from there. PostgreSQL does not, and would sort the whole library for each page: there
the same index holds the living records alone, without that column.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models import Q

WALKED = ["zone", "removed_at"]


class EmbeddedIndex(models.Index):
    """An index of SQLite alone: all of it is read at once, where PostgreSQL joins by hash or reads the table."""

    def elsewhere(self) -> models.Index | None:
        """Return what PostgreSQL has in its place, if anything."""
        return None

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **kwargs: Any,
    ) -> Statement:
        """Return the statement that makes the index on the database at hand; one that makes nothing where it has none."""
        if schema_editor.connection.vendor == "sqlite":
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        other = self.elsewhere()
        return (
            Statement("SELECT 1")
            if other is None
            else other.create_sql(model, schema_editor, using=using, **kwargs)
        )


def walked_living(*names: str) -> Any:
    """Return a migration step that makes the indexes of some models walkable on PostgreSQL; on SQLite they are already.

    It is asked for again by a step that adds such an index.
    """

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _replace(apps, schema_editor, living=True)

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        _replace(apps, schema_editor, living=False)

    def _replace(apps: Any, schema_editor: BaseDatabaseSchemaEditor, *, living: bool) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for model in (apps.get_model(name) for name in names):
            for index in filter(is_walked, model._meta.indexes):
                schema_editor.remove_index(model, index)
                schema_editor.add_index(model, of_the_living(index) if living else index)

    return migrations.RunPython(forwards, backwards)


def is_walked(index: models.Index) -> bool:
    """Return whether an index is one that lists are walked or counted by."""
    return type(index) is models.Index and index.fields[:2] == WALKED and index.condition is None


def of_the_living(index: models.Index) -> models.Index:
    """Return the index of the same name and order that holds no removed records."""
    fields = [field for field in index.fields if field != "removed_at"]
    return models.Index(fields=fields, name=index.name, condition=Q(removed_at=None))


def index_by_id(model: type[models.Model], field: str) -> str | None:
    """Return the name of the index that gives a field of a record by its id; SQLite alone can be told of one."""
    indexes = model._meta.indexes if connection.vendor == "sqlite" else []
    return next((one.name for one in indexes if one.fields[:1] == ["id"] and field in one.fields), None)


def read_by(
    index: str, query: models.QuerySet[Any, Any], among: tuple[str, Sequence[Any]] | None = None
) -> tuple[str, list[Any]]:
    """Return the statement of a query of one table that SQLite is to read by an index, and its parameters.

    With `among`, a statement that gives ids, each of those is looked up in the index, which begins with the id.
    """
    table = connection.ops.quote_name(query.model._meta.db_table)
    sql, parameters = query.query.sql_with_params()
    select, _table, rest = sql.partition(f" FROM {table} ")
    if among is None:
        return f"{select} FROM {table} INDEXED BY {index} {rest}", [*parameters]
    found, given = among
    joined = f"({found}) AS found CROSS JOIN {table} INDEXED BY {index} ON {table}.id = found.id"
    return f"{select} FROM {joined} {rest}", [*given, *parameters]
