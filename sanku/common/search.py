"""Substring search over any library, fast for one Chinese character as for ten.

SQLite's trigram tokenizer finds nothing for two-character queries and PostgreSQL's trigrams do not help
there either, so every text is cut into overlapping pairs of characters: an FTS5 table of pairs on SQLite
(a phrase of pairs is exactly a substring), an array of pairs under a GIN index on PostgreSQL.
The table of a model stands beside its own as `<table>_grams`, made by `create_grams` in a migration, and
is written by `index_texts` in the transaction of the record.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.expressions import RawSQL

from sanku.common.indexes import EmbeddedIndex
from sanku.common.names import normalise

M = TypeVar("M", bound=models.Model)


class SearchedIndex(EmbeddedIndex):
    """A covering index whose last field is `search_text`: a count of what holds a common word reads no rows.

    PostgreSQL gets it without that field, as it refuses index entries of more than 2.7 kB.
    """

    def elsewhere(self) -> models.Index:
        """Return the index without texts."""
        return models.Index(fields=self.fields[:-1], name=self.name)


def texts_index(model: type[models.Model]) -> str | None:
    """Return the name of the index that holds a model's search texts."""
    return next((index.name for index in model._meta.indexes if isinstance(index, SearchedIndex)), None)


# More hits than this and walking the list's own order finds a page sooner than joining the hits.
COMMON = 20_000
# What PostgreSQL reckons for reading a table of some thousand texts: a small one is read whole whatever is looked for.
SMALL_TABLE_COST = 500
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


def stored_pairs(text: str) -> str | list[str]:
    """Return the pairs of a search text as the database at hand keeps them."""
    return _array(text) if connection.vendor == "postgresql" else " ".join(map(_token, pairs(text)))


def index_texts(
    model: type[models.Model],
    texts: Mapping[int, str],
    *,
    stored: Mapping[int, str | list[str]] | None = None,
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
                f"INSERT INTO {table}(id, grams) VALUES (%s, %s)"
                " ON CONFLICT (id) DO UPDATE SET grams = EXCLUDED.grams",
                rows,
            )
            return
        cursor.executemany(f"INSERT OR REPLACE INTO {table}(rowid, grams) VALUES (%s, %s)", rows)


def _array(text: str) -> list[str]:
    found = {pair.replace(END, "$") for pair in pairs(text)}
    return sorted(found | {pair[0] for pair in found})


def _hits(model: type[models.Model], term: str) -> tuple[str, list[Any]]:
    """Return SQL for the ids of candidate records of one normalised term, and its parameters."""
    table = f"{model._meta.db_table}_grams"
    couples = [term[i : i + 2] for i in range(len(term) - 1)]
    if connection.vendor == "postgresql":
        return f"SELECT id FROM {table} WHERE grams @> %s::text[]", [couples or [term]]
    phrase = '"' + " ".join(map(_token, couples)) + '"' if couples else _token(term) + "*"
    return f"SELECT rowid AS id FROM {table} WHERE {table} MATCH %s", [phrase]


def _counts(hits: list[tuple[str, list[Any]]], most: int) -> list[int]:
    """Return how many ids some queries give, counting no more than `most` of each; asked in one statement.

    On PostgreSQL how many it expects, by its statistics: counting them would cost what the search itself does. Where
    it would read the whole of a large table of pairs to find them, `most`.
    """
    limit = "" if connection.vendor == "postgresql" else f" LIMIT {most}"
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}{limit}) AS hits)" for sql, _ in hits)
    parameters = [value for _, given in hits for value in given]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(f"SELECT {counts}", parameters)
            return list(cursor.fetchone() or ())
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT {counts}", parameters)
        [[plan]] = cursor.fetchall()
    return [_expected(part, most) for part in plan[0]["Plan"]["Plans"]]


def _expected(plan: Mapping[str, Any], most: int) -> int:
    """Return how many ids a part of PostgreSQL's plan expects from its table."""
    while "Relation Name" not in plan:
        plan = plan["Plans"][0]
    is_costly = "Seq Scan" in plan["Node Type"] and plan["Total Cost"] > SMALL_TABLE_COST
    return most if is_costly else min(int(plan["Plan Rows"]), most)


def hits_of_words(models_: Sequence[type[models.Model]], query: str) -> list[list[int]]:
    """Return for each of some models how many hits each word has, of any zone and up to COMMON; in one statement."""
    terms = terms_of(query)
    if not terms:
        return [[] for _model in models_]
    counts = _counts([_hits(model, term) for model in models_ for term in terms], COMMON)
    return [counts[at : at + len(terms)] for at in range(0, len(counts), len(terms))]


def terms_of(query: str) -> list[str]:
    """Return the words of a query, normalised."""
    return list(dict.fromkeys(filter(None, map(normalise, query[:WHOLE_QUERY].split()))))


def _exact(term: str) -> bool:
    """Return whether the hits of a term hold it for certain.

    On SQLite a phrase of pairs is exact; PostgreSQL's array says which pairs, not in which order, and has "$" for
    the end of a name.
    """
    return connection.vendor != "postgresql" or (len(term) <= 2 and "$" not in term)


def lookup(model: type[models.Model], query: str) -> RawSQL | None:
    """Return what gives the ids of all records that match a query, of any zone; None where it takes more than one lookup."""
    terms = terms_of(query)
    if len(terms) != 1 or not _exact(terms[0]):
        return None
    sql, parameters = _hits(model, terms[0])
    return RawSQL(sql, parameters)


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
    hits = [_hits(queryset.model, term) for term in terms]
    if common is None:
        common = [count >= COMMON for count in _counts(hits, COMMON)]
    for term, (sql, parameters), is_common in zip(terms, hits, common, strict=True):
        if not is_common:
            queryset = queryset.filter(pk__in=RawSQL(sql, parameters))
        if is_common or not _exact(term):
            queryset = queryset.filter(search_text__holds=term)
    return queryset


def holding(model: type[models.Model], zone_id: int, name: str, part: str) -> models.Q:
    """Return the condition that a field with few different values holds a part, small letters like capitals.

    The values that a zone's records have are gone through, each found by the one before it in an index that begins
    with zone, removed_at and the field: comparing 200,000 records instead would take a hundred times as long.
    """
    table, column = model._meta.db_table, connection.ops.quote_name(name)
    least = f"SELECT min({column}) FROM {table} WHERE zone_id = %s AND removed_at IS NULL"
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    sql = (
        f"WITH RECURSIVE met(value) AS ({least} UNION ALL"
        f" SELECT ({least} AND {column} > met.value) FROM met WHERE met.value IS NOT NULL)"
        f" SELECT value FROM met WHERE value {like} %s ESCAPE '!'"
    )
    return models.Q(**{f"{name}__in": RawSQL(sql, [zone_id, zone_id, f"%{escaped}%"])})
