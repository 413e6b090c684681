"""Type-ahead over the names of the base: how long a search takes as one types, how large the index is, against peers.

Texts are drawn from companies of the base itself (so places come by population): a part of a name of 1 to 10
characters, initials, the beginning of a code, a part with one character exchanged. Peers answer the same texts with the
ten largest companies whose name holds the text: SQLite FTS5 (trigram) and PostgreSQL (pg_trgm, GIN).
"""

import gc
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.limits import BUILD_SECONDS, QUERY_SECONDS, Deadline, TookTooLong, figures_of, not_finished
from bench.measure import quantile
from sanku.common.names import initials, normalise
from sanku.warehouse.names.build import build
from sanku.warehouse.names.reader import Filters, Names
from sanku.warehouse.progress import silent
from sanku.warehouse.versions import Base, Version

CALLS = 300
COLD_CALLS = 50
SERVED_CALLS = 100
PEER_CALLS = 60
PEER_ROWS = 10_000_000  # peers are not asked to hold more
Texts = dict[str, list[str]]


def run(rows: int, options: Any) -> dict[str, Any]:
    """Measure the base that the options name; its peers too, where they are asked for and it is not too large for them."""
    version = Base(options.base).current()
    if version is None:
        raise SystemExit(f"{options.base} holds no version")
    figures, peers = measure(version, peers=options.peers and version.rows <= PEER_ROWS)
    settings = {
        "cold": f"the first {COLD_CALLS} searches of a kind after the system forgot the index",
        "peers": f"stopped after {BUILD_SECONDS:.0f} s of building and {QUERY_SECONDS:.0f} s of a query",
    }
    return {"rows": version.rows, "figures": figures, "peers": peers, "settings": settings}


def measure(version: Version, *, peers: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the figures of Sanku and of its peers over the names of a version; a large index is not made twice."""
    folder = Path(tempfile.mkdtemp(prefix="sanku-bench-names-"))
    try:
        index, figures = version.derived("names"), {}
        if version.rows <= PEER_ROWS or not (index / "index.json").exists():
            begin, index = time.perf_counter(), folder / "names"
            build(version, index, silent)
            figures["build_seconds"] = round(time.perf_counter() - begin, 1)
        size = sum(path.stat().st_size for path in index.iterdir())
        figures["bytes_per_name"] = round(size / version.rows, 1)
        texts = drawn_texts(version)
        figures |= of_sanku(index, texts)
        others: dict[str, Any] = {}
        if peers:
            others["sqlite_fts5_trigram"] = of_sqlite(version, folder, texts)
            others["postgres_pg_trgm"] = of_postgres(version, texts)
        return figures, others
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drawn_texts(version: Version, seed: int = 1) -> Texts:
    """Draw what people type, by kind."""
    chance = random.Random(seed)
    rows = sorted(chance.randrange(version.rows) for _ in range(CALLS))
    companies = version.read_rows(rows, ["name", "uscc", "region_code"]).to_pylist()
    names = [normalise(company["name"]) for company in companies]
    texts: Texts = {
        f"chars{length}": [_part(name, length, chance) for name in names] for length in range(1, 11)
    }
    texts["initials"] = [_part(initials(name), chance.randint(2, 6), chance) or "gs" for name in names]
    texts["code"] = [(company["uscc"] or "91370811")[: chance.randint(2, 18)] for company in companies]
    texts["fuzzy"] = [_exchanged(_part(name, 7, chance), chance) for name in names]
    return texts


def _part(text: str, length: int, chance: random.Random) -> str:
    begin = chance.randint(0, max(0, len(text) - length))
    return text[begin : begin + length]


def _exchanged(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chr(chance.randint(0x4E00, 0x9FA0)) + text[at + 1 :]


def of_sanku(folder: Path, texts: Texts) -> dict[str, Any]:
    """Measure each kind of text cold (the files thrown out of memory, the first calls) and warm.

    A server reads the index ahead once it has opened it: `served` are all kinds mixed, asked from that moment on.
    """
    Names(folder).warm()  # compiled once on a machine, kept on disk
    figures: dict[str, Any] = {}
    mixed = [text for some in zip(*texts.values(), strict=True) for text in some][:SERVED_CALLS]
    forget(folder)
    names = Names(folder)
    reading = threading.Thread(target=names.read_ahead)
    begin = time.perf_counter()
    reading.start()
    served = timed(names.search, mixed)
    reading.join()
    figures["read_ahead_seconds"] = round(time.perf_counter() - begin, 1)
    figures["served_cold_p50_ms"], figures["served_cold_p95_ms"] = (
        quantile(served, at) for at in (0.5, 0.95)
    )
    for kind, some in texts.items():
        del names
        forget(folder)
        names = Names(folder)
        cold = timed(names.search, some[:COLD_CALLS])
        names.read_ahead()
        warm = timed(names.search, some)
        figures[f"{kind}_cold_p95_ms"] = quantile(cold, 0.95)
        figures[f"{kind}_p50_ms"], figures[f"{kind}_p95_ms"] = quantile(warm, 0.5), quantile(warm, 0.95)
    for name, filters in (
        ("region", Filters(regions=("3708",))),
        ("industry", Filters(industries=("C34",))),
        ("both", Filters(regions=("37",), industries=("C34",))),
    ):
        for kind in ("chars2", "chars3"):
            warm = timed(partial(names.search, filters=filters), texts[kind])
            figures[f"{kind}_{name}_p95_ms"] = quantile(warm, 0.95)
    return figures


def timed(call: Callable[[str], Any], texts: list[str]) -> list[float]:
    """Return the wall time of each call, in milliseconds."""
    found = []
    for text in texts:
        begin = time.perf_counter()
        call(text)
        found.append((time.perf_counter() - begin) * 1000)
    return found


def forget(folder: Path) -> None:
    """Let the machine throw the files of a folder out of its memory; what is mapped would stay."""
    gc.collect()
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def rows_of(version: Version) -> Iterator[tuple[int, str, float]]:
    """Yield number, name and weight of each company."""
    number = 0
    for path in version.company_files:
        for batch in pq.ParquetFile(path).iter_batches(100_000, columns=["name_norm", "weight"]):
            for name, weight in zip(batch[0].to_pylist(), batch[1].to_pylist(), strict=True):
                yield number, name, weight
                number += 1


def of_sqlite(version: Version, folder: Path, texts: Texts) -> dict[str, Any]:
    """Measure FTS5 with its trigram tokenizer; two characters it cannot find, so they are looked for with LIKE."""
    path = folder / "fts.sqlite3"
    result: dict[str, Any] = {
        "settings": "fts5 trigram, external content; by weight; under 3 characters LIKE",
        "version": sqlite3.sqlite_version,
    }
    begin, deadline = time.perf_counter(), Deadline(BUILD_SECONDS)
    with sqlite3.connect(path) as connection:
        connection.set_progress_handler(lambda: deadline.is_over, 100_000)
        try:
            connection.execute("CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT, weight REAL)")
            connection.executemany("INSERT INTO company VALUES (?, ?, ?)", rows_of(version))
            connection.execute(
                "CREATE VIRTUAL TABLE found USING fts5(name, content='company', content_rowid='id', tokenize='trigram')"
            )
            connection.execute("INSERT INTO found(found) VALUES ('rebuild')")
            connection.commit()
        except sqlite3.OperationalError:
            if not deadline.is_over:
                raise
            return result | {"build": not_finished(BUILD_SECONDS)}
        result["build_seconds"] = round(time.perf_counter() - begin, 1)
        result["bytes_per_name"] = round(path.stat().st_size / version.rows, 1)
        match = "SELECT company.name FROM found JOIN company ON id = found.rowid WHERE found MATCH ? ORDER BY weight DESC LIMIT 10"
        like = "SELECT name FROM company WHERE name LIKE ? ORDER BY weight DESC LIMIT 10"

        def ask(text: str) -> Any:
            nonlocal deadline
            deadline = Deadline(QUERY_SECONDS)
            try:
                if len(text) < 3:
                    return connection.execute(like, [f"%{text}%"]).fetchall()
                return connection.execute(match, ['"' + text.replace('"', '""') + '"']).fetchall()
            except sqlite3.OperationalError as stopped:
                if not deadline.is_over:
                    raise
                raise TookTooLong from stopped

        return result | asked(ask, texts)


def of_postgres(version: Version, texts: Texts) -> dict[str, Any]:
    """Measure a GIN index of pg_trgm."""
    import psycopg

    from scripts.postgres import temporary_postgres

    with temporary_postgres() as url, psycopg.connect(url, autocommit=True) as connection:
        begin, deadline = time.perf_counter(), Deadline(BUILD_SECONDS)
        shown = connection.execute("SHOW server_version").fetchone()
        result: dict[str, Any] = {
            "settings": "pg_trgm GIN, LIKE, by weight; maintenance_work_mem 1GB",
            "version": (shown or ("",))[0],
        }

        def within(milliseconds: float) -> None:
            connection.execute(f"SET statement_timeout = {milliseconds:.0f}")

        try:
            connection.execute("CREATE EXTENSION pg_trgm")
            connection.execute("CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT, weight REAL)")
            within(deadline.left_ms)
            with connection.cursor().copy("COPY company FROM STDIN") as copy:
                for row in rows_of(version):
                    copy.write_row(row)
            connection.execute("SET maintenance_work_mem = '1GB'")
            within(deadline.left_ms)
            connection.execute("CREATE INDEX company_name ON company USING gin (name gin_trgm_ops)")
            within(deadline.left_ms)
            connection.execute("ANALYZE company")
        except psycopg.errors.QueryCanceled:
            return result | {"build": not_finished(BUILD_SECONDS)}
        result["build_seconds"] = round(time.perf_counter() - begin, 1)
        size = connection.execute("SELECT pg_total_relation_size('company')").fetchone()
        result["bytes_per_name"] = round((size or (0,))[0] / version.rows, 1)
        within(QUERY_SECONDS * 1000)

        def ask(text: str) -> Any:
            try:
                return connection.execute(
                    "SELECT name FROM company WHERE name LIKE %s ORDER BY weight DESC LIMIT 10", [f"%{text}%"]
                ).fetchall()
            except psycopg.errors.QueryCanceled as stopped:
                raise TookTooLong from stopped

        return result | asked(ask, texts)


def asked(ask: Callable[[str], Any], texts: Texts) -> dict[str, Any]:
    """Return a peer's figures for parts of names of 2, 3 and 4 characters."""
    figures: dict[str, Any] = {}
    for kind in ("chars2", "chars3", "chars4"):
        figures |= figures_of(kind, ask, texts[kind][:PEER_CALLS])
    return figures
