"""The peer of the base's tiles: PostGIS through tipg, on the same points and tiles."""

import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psycopg

from bench.limits import BUILD_SECONDS, QUERY_SECONDS, Deadline, TookTooLong, figures_of, not_finished
from scripts.postgres import free_port, temporary_postgres
from scripts.processes import stop

if TYPE_CHECKING:
    from django.test import Client

    from sanku.warehouse.points.columns import Points

ZOOMS = (4, 6, 8, 10, 12, 13, 14)
CALLS = {4: 6, 6: 10, 8: 20}
USUAL_CALLS = 40
HALF = 20037508.342789244
SERVER = {"shared_buffers": "2GB", "work_mem": "64MB", "maintenance_work_mem": "1GB", "jit": "off"}
TIPG = {"TIPG_TILE_RESOLUTION": "4096", "TIPG_TILE_BUFFER": "0"}
# tipg's own interpreter, where it is installed apart from Sanku's libraries.
PYTHON = os.environ.get("SANKU_BENCH_TIPG_PYTHON", sys.executable)
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE points (id bigint PRIMARY KEY, geom geometry(Point, 3857), industry text, region text, status text,
                     year int, capital float8, honours text);
"""
AFTER = """
CREATE INDEX ON points USING gist (geom);
CLUSTER points USING points_geom_idx;
ANALYZE points;
CREATE FUNCTION gathered(side float8 DEFAULT 1000, west float8 DEFAULT 0, south float8 DEFAULT 0,
                         east float8 DEFAULT 1, north float8 DEFAULT 1)
RETURNS TABLE (geom geometry(Point, 4326), count bigint) LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT ST_Transform(ST_SetSRID(ST_MakePoint(avg(ST_X(p.geom)), avg(ST_Y(p.geom))), 3857), 4326), count(*)
FROM points p WHERE p.geom && ST_MakeEnvelope(west, south, east, north, 3857)
GROUP BY floor(ST_X(p.geom) / side), floor(ST_Y(p.geom) / side) $$;
"""


def filled(url: str, points: "Points") -> float:
    """Write the points into PostGIS; return the seconds.

    Raises:
        TookTooLong: it was stopped at its limit.
    """
    begin, deadline = time.perf_counter(), Deadline(BUILD_SECONDS)
    values, codes = points.values, points.codes

    def said(name: str, at: int) -> Any:
        code = int(codes[name][at])
        return values[name][code - 1] if code else None

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
        with connection.cursor().copy("COPY points FROM STDIN") as copy:
            for at in range(points.size):
                if not at & 0xFFFF:
                    deadline.check()
                x, y = ((int(half[at]) + 0.5) / 2**31 - 1 for half in (points.x, points.y))
                place = f"SRID=3857;POINT({x * HALF:.3f} {-y * HALF:.3f})"
                rest = [said(name, at) for name in ("industry", "region", "status", "year", "capital")]
                copy.write_row(
                    [int(points.ids[at]), place, *rest, points.honour_sets[int(codes["honours"][at])]]
                )
        for statement in AFTER.split(";\n"):
            if statement.strip():
                connection.execute(f"SET statement_timeout = {deadline.left_ms}")
                try:
                    connection.execute(statement)
                except psycopg.errors.QueryCanceled as stopped:
                    raise TookTooLong from stopped
    return time.perf_counter() - begin


@contextmanager
def tipg(url: str, most: int) -> Iterator[str]:
    """Give the address of a tipg over a database."""
    port = free_port()
    env = {**os.environ, **TIPG, "DATABASE_URL": url, "TIPG_MAX_FEATURES_PER_TILE": str(most)}
    server = subprocess.Popen(
        [
            PYTHON,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "tipg.main:app",
        ],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=5).read()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        stop([server])


def address_of(tile: tuple[int, int, int, str]) -> str:
    """Return tipg's address of a tile: of the table near by, of the gathering function from afar."""
    z, x, y, _query = tile
    if z >= 12:
        return f"/collections/public.points/tiles/WebMercatorQuad/{z}/{x}/{y}"
    side = 2 * HALF / (1 << z)
    west, north = x * side - HALF, HALF - y * side
    box = {"side": side / 16, "west": west, "south": north - side, "east": west + side, "north": north}
    return f"/collections/public.gathered/tiles/WebMercatorQuad/{z}/{x}/{y}?{urlencode(box)}"


def answered(server: str, tile: tuple[int, int, int, str]) -> bytes:
    """Return tipg's tile.

    Raises:
        TookTooLong: the database was stopped at its limit.
    """
    begin = time.perf_counter()
    try:
        body: bytes = urllib.request.urlopen(server + address_of(tile)).read()
    except urllib.error.HTTPError as failed:
        if failed.code < 500 or time.perf_counter() - begin < QUERY_SECONDS:
            raise
        raise TookTooLong from failed
    return body


def peer_figures(points: "Points", client: "Client", own: dict[str, float]) -> dict[str, Any]:
    """Measure the peer on tiles drawn like Sanku's; compare the features of zooms 12 to 14."""
    from bench.base_tiles import drawn_tiles

    chance = random.Random(20261127)
    figures: dict[str, Any] = {}
    with temporary_postgres() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for name, value in SERVER.items():
                if name != "shared_buffers":  # only at the start
                    connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        try:
            figures["load_s"] = round(filled(url, points), 1)
        except TookTooLong:
            return {"postgis_tipg": {"load": not_finished(BUILD_SECONDS)}}
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET statement_timeout = '{QUERY_SECONDS:.0f}s'")
            connection.execute("SELECT pg_reload_conf()")
        with tipg(url, points.size) as server:
            for z in ZOOMS:
                tiles = drawn_tiles(points, z, CALLS.get(z, USUAL_CALLS), chance, filtered=False)
                with suppress(TookTooLong):
                    answered(server, tiles[0])
                figures |= figures_of(f"z{z}", partial(answered, server), tiles)
                figures[f"z{z}_times_p95"] = round(figures[f"z{z}_p95_ms"] / own[f"z{z}_p95_ms"], 1)
                if z >= 12:
                    figures[f"z{z}_equal_tiles"] = equal_tiles(server, client, tiles[:20])
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT postgis_full_version(), version()").fetchone()
        said = dict(zip(("postgis", "postgresql"), row or (), strict=False))
    return {
        "postgis_tipg": {
            **figures,
            "settings": {
                **SERVER,
                "shared_buffers": "128MB",
                **TIPG,
                **said,
                "stopped_after_s": [BUILD_SECONDS, QUERY_SECONDS],
            },
        }
    }


def equal_tiles(server: str, client: "Client", tiles: list[tuple[int, int, int, str]]) -> str:
    """Compare ids and places of all companies; a place may differ by a unit, where halves are rounded."""
    from tests.maps.decoded import layers_of

    equal = compared = 0
    for tile in tiles:
        z, x, y, _query = tile
        try:
            theirs = layers_of(answered(server, tile))
        except TookTooLong:
            continue
        ours = layers_of(client.get(f"/map/national/{z}/{x}/{y}.mvt").content)
        if "clusters" in ours:
            continue  # a crowd in one place is one feature with its count
        compared += 1
        wanted = {one["properties"]["id"]: one["at"] for features in theirs.values() for one in features}
        found = {one["id"]: one["at"] for one in ours.get("companies", [])}
        near = wanted.keys() == found.keys() and all(
            abs(a - b) <= 1 for key in found for a, b in zip(found[key], wanted[key], strict=True)
        )
        equal += near
    return f"{equal} of {compared}"
