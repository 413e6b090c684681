"""Indexes of a library's lists, made so that both databases walk them.

A list's index is zone, removed_at, the field of the order, id. SQLite takes a column that IS NULL for one that is equal in
all rows and reads a page straight from there. PostgreSQL does not, and would sort the whole library for each page: there
the same index holds the living records alone, without that column. SQLite's indexes hold the id in any case, PostgreSQL's
where they are told to: what gives ids, or counts them, then reads no records.
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

    def made(self, at: Any) -> models.Index | None:
        """Return what a connection's database has, this index or another."""
        return self if at.vendor == "sqlite" else self.elsewhere()

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **kwargs: Any,
    ) -> Statement:
        """Return the statement that makes the index on the database at hand; one that makes nothing where it has none."""
        made = self.made(schema_editor.connection)
        if made is self:
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        return (
            Statement("SELECT 1")
            if made is None
            else made.create_sql(model, schema_editor, using=using, **kwargs)
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


def giving_ids(*names: str) -> Any:
    """Return a migration step that lets the indexes of some models hold the id on PostgreSQL, those of the living also
    where they are of a part of these.
    """

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        for model in (apps.get_model(name) for name in names):
            for index in model._meta.indexes:
                if is_of_lists(index) or (isinstance(index, EmbeddedIndex) and index.elsewhere() is not None):
                    schema_editor.remove_index(model, index)
                    schema_editor.add_index(model, of_the_living(index) if is_of_lists(index) else index)

    # They serve the code of before as well.
    return migrations.RunPython(forwards, migrations.RunPython.noop)


def is_walked(index: models.Index) -> bool:
    """Return whether an index is one that lists are walked or counted by."""
    return is_of_lists(index) and index.condition is None


def is_of_lists(index: models.Index) -> bool:
    """Return whether an index is of a zone's living records, or of some of them."""
    return type(index) is models.Index and index.fields[:2] == WALKED


def of_the_living(index: models.Index) -> models.Index:
    """Return the index of the same name and order that holds no removed records, and the id."""
    fields = [field for field in index.fields if field != "removed_at"]
    condition = Q(removed_at=None) if index.condition is None else index.condition & Q(removed_at=None)
    include = [] if any(field.lstrip("-") == "id" for field in fields) else ["id"]
    return models.Index(fields=fields, include=include, name=index.name, condition=condition)


def index_by_id(model: type[models.Model], field: str) -> str | None:
    """Return the name of the index that gives a field of a record by its id."""
    indexes = model._meta.indexes
    return next((one.name for one in indexes if one.fields[:1] == ["id"] and field in one.fields), None)


def indexed_by(index: str) -> str:
    """Return what tells SQLite to read a table by an index. PostgreSQL cannot be told and finds it out."""
    return f" INDEXED BY {index}" if connection.vendor == "sqlite" else ""


def looked_up(found: str, table: str, index: str) -> str:
    """Return the join of a statement that gives ids with the table of which each is looked up in an index by id.

    SQLite keeps to this way round, PostgreSQL joins as it likes.
    """
    join = "CROSS JOIN" if connection.vendor == "sqlite" else "JOIN"
    return f"({found}) AS found {join} {table}{indexed_by(index)} ON {table}.id = found.id"


def read_by(
    index: str, query: models.QuerySet[Any, Any], among: tuple[str, Sequence[Any]] | None = None
) -> tuple[str, list[Any]]:
    """Return the statement of a query of one table, put in order, that is to be read by an index; and its parameters.

    With `among`, a statement that gives ids, each of those is looked up in the index, which begins with the id. PostgreSQL
    is kept (OFFSET) from walking the list's order until it finds what fits, and takes the index as the smallest that will do.
    """
    table = connection.ops.quote_name(query.model._meta.db_table)
    sql, parameters = query.query.sql_with_params()
    select, _table, rest = sql.partition(f" FROM {table} ")
    source, given = f"{table}{indexed_by(index)}", []
    if among is not None:
        source, given = looked_up(among[0], table, index), [*among[1]]
    if connection.vendor == "sqlite":
        return f"{select} FROM {source} {rest}", [*given, *parameters]
    # No more than the index has: PostgreSQL would lay out a row of all columns for each entry.
    fields = next(one.fields for one in query.model._meta.indexes if one.name == index)
    names = {"id", *(field.lstrip("-") for field in fields)} - {"search_text"}
    quoted = (connection.ops.quote_name(query.model._meta.get_field(name).column) for name in sorted(names))
    columns = ", ".join(f"{table}.{name}" for name in quoted)
    where, order, last = rest.rpartition(" ORDER BY ")
    return f"{select} FROM (SELECT {columns} FROM {source} {where} OFFSET 0) AS {table}{order}{last}", [
        *given,
        *parameters,
    ]
