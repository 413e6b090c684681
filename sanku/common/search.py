"""Substring search over any library, fast for one Chinese character as for ten.

SQLite's trigram tokenizer finds nothing for two-character queries and PostgreSQL's trigrams do not help
there either, so every text is cut into overlapping pairs of characters: an FTS5 table of pairs on SQLite
(a phrase of pairs is exactly a substring), the texts themselves under a GIN index of their pairs on PostgreSQL.
The table of a model stands beside its own as `<table>_grams`, made by `create_grams` and `texts_beside` in migrations,
and is written by `index_texts` in the transaction of the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.expressions import RawSQL

from sanku.common.fields import holding_part
from sanku.common.indexes import EmbeddedIndex
from sanku.common.names import normalise

M = TypeVar("M", bound=models.Model)


class SearchedIndex(EmbeddedIndex):
    """A covering index whose last field is `search_text`: a count of what holds a common word reads no rows.

    PostgreSQL gets it without that field, as it refuses index entries of more than 2.7 kB, and with the id.
    """

    def elsewhere(self) -> models.Index:
        """Return the index without texts."""
        return models.Index(fields=self.fields[:-1], include=["id"], name=self.name)


def texts_index(model: type[models.Model]) -> str | None:
    """Return the name of the index that holds a model's search texts."""
    return next((index.name for index in model._meta.indexes if isinstance(index, SearchedIndex)), None)


# More hits than this and walking the list's own order finds a page sooner than joining the hits.
COMMON = 20_000
MANY_TEXTS = 1000
END = "\x03"  # ends every part, so that its last character starts a pair too
WHOLE_QUERY = 64  # characters of a query that are looked at


def search_text(parts: Iterable[str]) -> str:
    """Return one searchable text of several parts; a query never matches across two parts."""
    return "\n".join(dict.fromkeys(filter(None, (normalise(part) for part in parts))))


def pairs(text: str) -> list[str]:
    """Return the overlapping pairs of characters of a search text, in order, part after part."""
    found: list[str] = []
    for part in text.split("\n"):
        ended = part + END
        found += [ended[i : i + 2] for i in range(len(part))]
        found.append(END)  # a phrase cannot run over the end of a part
    return found


@lru_cache(maxsize=16_384)  # a hundred thousand names are made of few pairs
def _token(pair: str) -> str:
    # Hexadecimal, because FTS5's tokenizer would drop or join what is not a letter.
    return "x" + pair.encode().hex()


def create_grams(table: str) -> Any:
    """Return a migration step that makes the pairs table beside `table`."""
    from django.db import migrations

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TABLE {table}_grams (id bigint PRIMARY KEY REFERENCES {table}(id) ON DELETE CASCADE"
                " DEFERRABLE INITIALLY DEFERRED, grams text[] NOT NULL)"
            )
            schema_editor.execute(f"CREATE INDEX {table}_grams_gin ON {table}_grams USING gin (grams)")
        else:
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {table}_grams USING fts5(grams, tokenize='unicode61')"
            )

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.execute(f"DROP TABLE {table}_grams")

    return migrations.RunPython(forwards, backwards)


def texts_beside(table: str) -> Any:
    """Return a migration step that keeps texts instead of arrays of pairs beside `table` on PostgreSQL.

    The rows of what is found are a sixth as large and hold what tells whether the pairs stand in order.
    """
    from django.db import migrations

    beside, function = f"{table}_grams", f"{table}_pairs"

    def forwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        # Its price keeps PostgreSQL from making the pairs of all texts instead of asking the index.
        schema_editor.execute(
            f"CREATE FUNCTION {function}(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS"
            r" $$ SELECT array_agg(substr(part, i, length)) FROM string_to_table($1, E'\n') AS part,"
            " generate_series(1, length(part)) AS i, generate_series(1, 2) AS length $$"
        )
        replace(schema_editor, "text text", "search_text", f"{function}(text)")

    def backwards(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        replace(schema_editor, "grams text[]", f"coalesce({function}(search_text), '{{}}')", "grams")
        schema_editor.execute(f"DROP FUNCTION {function}(text)")

    def replace(schema_editor: BaseDatabaseSchemaEditor, column: str, value: str, indexed: str) -> None:
        schema_editor.execute(f"DROP TABLE {beside}")
        schema_editor.execute(f"CREATE TABLE {beside} (id bigint PRIMARY KEY, {column} NOT NULL)")
        schema_editor.execute(f"INSERT INTO {beside} SELECT id, {value} FROM {table} ORDER BY id")
        schema_editor.execute(f"CREATE INDEX {beside}_gin ON {beside} USING gin ({indexed})")
        schema_editor.execute(
            f"ALTER TABLE {beside} ADD FOREIGN KEY (id) REFERENCES {table}(id) ON DELETE CASCADE"
            " DEFERRABLE INITIALLY DEFERRED"
        )
        schema_editor.execute(f"ANALYZE {beside}")

    def on_postgres(step: Any) -> Any:
        return lambda apps, editor: editor.connection.vendor == "postgresql" and step(apps, editor)

    return migrations.RunPython(on_postgres(forwards), on_postgres(backwards))


def stored_pairs(text: str) -> str:
    """Return what the database at hand keeps of a search text: PostgreSQL itself makes the pairs."""
    return text if connection.vendor == "postgresql" else " ".join(map(_token, pairs(text)))


def index_texts(
    model: type[models.Model],
    texts: Mapping[int, str],
    *,
    stored: Mapping[int, str] | None = None,
) -> None:
    """Write the pairs of each record's search text, replacing what stood there.

    `stored` gives the pairs of some that were worked out already (see `stored_pairs`).
    """
    if not texts:
        return
    table = f"{model._meta.db_table}_grams"
    known = stored or {}
    rows = [(pk, known[pk] if pk in known else stored_pairs(text)) for pk, text in texts.items()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {table}(id, text) VALUES (%s, %s)"
                " ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text",
                rows,
            )
            return
        cursor.executemany(f"INSERT OR REPLACE INTO {table}(rowid, grams) VALUES (%s, %s)", rows)


def _couples(term: str) -> list[str]:
    return [term[i : i + 2] for i in range(len(term) - 1)]


def _hits(model: type[models.Model], term: str) -> tuple[str, list[Any]]:
    """Return SQL for the ids of the records that hold one normalised term, and its parameters.

    On PostgreSQL the condition of pairs stays by itself (OFFSET): beside others it would make the pairs of each text that
    those leave.
    """
    table, couples = f"{model._meta.db_table}_grams", _couples(term)
    if connection.vendor != "postgresql":
        phrase = '"' + " ".join(map(_token, couples)) + '"' if couples else _token(term) + "*"
        return f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s", [phrase]
    found = f"(SELECT id, text FROM {table} WHERE {_holds(model)} OFFSET 0) AS held"
    if len(couples) <= 1:
        return f"SELECT id FROM {found}", [couples or [term]]
    # The pairs do not say in which order they stand.
    return f"SELECT id FROM {found} WHERE strpos(text, %s) > 0", [couples, term]


def _holds(model: type[models.Model]) -> str:
    return f"{model._meta.db_table}_pairs(text) @> %s::text[]"


def lacking(model: type[models.Model], query: str) -> RawSQL | None:
    """Return what gives the ids of all records that do not hold the one word of a query, which most do.

    PostgreSQL alone has the texts where reading all takes less time than looking up the hits.
    """
    terms = terms_of(query)
    if len(terms) != 1 or connection.vendor != "postgresql":
        return None
    return RawSQL(f"SELECT id FROM {model._meta.db_table}_grams WHERE strpos(text, %s) = 0", terms)


def _counts(asked: Sequence[tuple[type[models.Model], str]], most: int) -> list[int]:
    """Return how many records of a model hold a term, counting no more than `most`; all asked in one statement.

    On PostgreSQL how many it expects: counting them would cost what the search itself does.
    """
    if connection.vendor == "postgresql":
        return [most if _in_nearly_all(*one) else min(one[0], most) for one in _expected(asked)]
    hits = [_hits(model, term) for model, term in asked]
    counts = ", ".join(f"(SELECT count(*) FROM ({sql} LIMIT {most}) AS hits)" for sql, _ in hits)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", [value for _, given in hits for value in given])
        return list(cursor.fetchone() or ())


def _expected(asked: Sequence[tuple[type[models.Model], str]]) -> list[tuple[int, int]]:
    """Return how many records PostgreSQL expects by its statistics to hold the rarest pair of a term, and of how many."""
    couples = [(model, _couples(term) or [term]) for model, term in asked]
    parts = [
        f"SELECT 1 FROM {model._meta.db_table}_grams{where}"
        for model, some in couples
        for where in ["", *[f" WHERE {_holds(model)}"] * len(some)]
    ]
    counts = ", ".join(f"(SELECT count(*) FROM ({part}) AS hits)" for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (FORMAT JSON) SELECT {counts}", [[one] for _model, some in couples for one in some]
        )
        [[plan]] = cursor.fetchall()
    rows = iter([_rows_of(part) for part in plan[0]["Plan"]["Plans"]])
    found = []
    for _model, some in couples:
        total = next(rows)
        found.append((min(next(rows) for _one in some), total))
    return found


def _rows_of(plan: Mapping[str, Any]) -> int:
    while "Relation Name" not in plan:
        plan = plan["Plans"][0]
    return int(plan["Plan Rows"])


def _in_nearly_all(hits: int, total: int) -> bool:
    """Return whether PostgreSQL might make the pairs of every text, as its index would leave out none of many."""
    return total > MANY_TEXTS and hits * 10 >= total * 9


def hits_of_words(models_: Sequence[type[models.Model]], query: str) -> list[list[int]]:
    """Return for each of some models how many hits each word has, of any zone and up to COMMON; in one statement."""
    terms = terms_of(query)
    if not terms:
        return [[] for _model in models_]
    counts = _counts([(model, term) for model in models_ for term in terms], COMMON)
    return [counts[at : at + len(terms)] for at in range(0, len(counts), len(terms))]


def terms_of(query: str) -> list[str]:
    """Return the words of a query, normalised."""
    return list(dict.fromkeys(filter(None, map(normalise, query[:WHOLE_QUERY].split()))))


def lookup(model: type[models.Model], query: str, *, is_common: bool | None = None) -> RawSQL | None:
    """Return what gives the ids of all records that match a query, of any zone; None where it takes more than one lookup.

    PostgreSQL reads the texts for a common word; it is asked whether it is one unless that is known.
    """
    terms = terms_of(query)
    if len(terms) != 1:
        return None
    if is_common is None and connection.vendor == "postgresql":
        is_common = _in_nearly_all(*_expected([(model, terms[0])])[0])
    if is_common and connection.vendor == "postgresql":
        return RawSQL(f"SELECT id FROM {model._meta.db_table}_grams WHERE strpos(text, %s) > 0", terms)
    return RawSQL(*_hits(model, terms[0]))


def reading(queryset: "models.QuerySet[M]", query: str) -> "models.QuerySet[M]":
    """Return the same records as `matching`, by reading the texts: for a queryset that holds few records anyway."""
    for term in terms_of(query):
        queryset = queryset.filter(search_text__holds=term)
    return queryset


def matching(
    queryset: "models.QuerySet[M]", query: str, *, common: Sequence[bool] | None = None
) -> "models.QuerySet[M]":
    """Return the records whose search text holds every word of the query.

    The model has a `search_text` column. An empty query leaves the queryset as it is. Whoever knows which words are
    `common`, so that texts are better read than hits looked up, says so; otherwise hits are counted first.
    """
    terms = terms_of(query)
    if not terms:
        return queryset
    if common is None:
        common = [count >= COMMON for count in _counts([(queryset.model, term) for term in terms], COMMON)]
    for term, is_common in zip(terms, common, strict=True):
        held = Q(search_text__holds=term) if is_common else Q(pk__in=RawSQL(*_hits(queryset.model, term)))
        queryset = queryset.filter(held)
    return queryset


def holding(model: type[models.Model], zone_id: int, name: str, part: str) -> Q:
    """Return the condition that a field with few different values holds a part, small letters like capitals.

    The values that a zone's records have are gone through, each found by the one before it in an index that begins
    with zone, removed_at and the field: comparing 200,000 records instead would take a hundred times as long.
    """
    table, column = model._meta.db_table, connection.ops.quote_name(name)
    least = f"SELECT min({column}) FROM {table} WHERE zone_id = %s AND removed_at IS NULL"
    like, pattern = holding_part(part)
    sql = (
        f"WITH RECURSIVE met(value) AS ({least} UNION ALL"
        f" SELECT ({least} AND {column} > met.value) FROM met WHERE met.value IS NOT NULL)"
        f" SELECT value FROM met WHERE value {like} %s ESCAPE '!'"
    )
    return Q(**{f"{name}__in": RawSQL(sql, [zone_id, zone_id, pattern])})
