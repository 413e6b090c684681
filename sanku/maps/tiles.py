"""Tiles of records: what the reader may see of a library within a tile, filtered like its list."""

import hashlib
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from sanku.audit.queries import chain_length
from sanku.common.shapes import polygons_of
from sanku.library.specs import Reader
from sanku.library.state import State, filtered
from sanku.maps.clusters import Clusters, clustered
from sanku.maps.layers import Layer
from sanku.maps.mercator import BUFFER, Tile, degrees, world_of
from sanku.maps.mvt import EXTENT, POLYGON, Features, Points, encode_tile

AREAS_FROM = 11  # from this zoom on the ground of a carrier is drawn; before that it is a point
EDITION = "1"  # changes with what a tile of the same records holds


def tile_tag(layer: Layer, state: State, reader: Reader, tile: Tile) -> str:
    """Return what changes whenever a tile could: the zone's ledger grows, the day turns, another person asks."""
    # The cookie of columns plays no part in a tile, nor does the order.
    asked = state.parameters(sort=None, column=None)
    zone = reader.user.zone_id
    parts = (EDITION, layer.name, tile, asked, reader.user.pk, reader.today, zone, chain_length(zone))
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def record_tile(layer: Layer, state: State, reader: Reader, tile: Tile) -> bytes:
    """Return a tile of the records in the reader's scope that the filters leave.

    Layer `areas`: the grounds of carriers, with `kind` and the record's id. Layer `spots`: a point a record, or a
    cluster of several with their exact `count` and extent; `ground` marks those whose ground is drawn as well.
    """
    with_areas = layer.has_areas and tile.z >= AREAS_FROM
    columns = [*layer.position, "map_kind", layer.label, *(["boundary"] if with_areas else [])]
    records = filtered(state, reader.user).filter(layer.inside(reader.user, tile.box(BUFFER)))
    rows = list(records.order_by().annotate(map_kind=layer.kind).values_list("pk", *columns))
    if not rows:
        return b""
    many = len(layer.position)
    found = Found(
        ids=[row[0] for row in rows],
        places=tile.placed(world_of(np.array([layer.place(row[1 : many + 1]) for row in rows], float))),
        kinds=[row[many + 1] for row in rows],
        labels=[row[many + 2] for row in rows],
        grounds=[row[many + 3] for row in rows] if with_areas else [None] * len(rows),
    )
    layers: list[Features | Points] = [_areas(found, tile)] if with_areas else []
    return encode_tile([*layers, *_spots(found, tile)])


class Found:
    """The records of a tile, column by column; `places` in units of the tile."""

    def __init__(
        self,
        ids: list[int],
        places: NDArray[Any],
        kinds: list[str],
        labels: list[str],
        grounds: list[Any],
    ) -> None:
        self.ids, self.places, self.kinds, self.labels, self.grounds = ids, places, kinds, labels, grounds
        self.inside = np.all((places >= 0) & (places < EXTENT), axis=1)
        self.grounded = np.array([ground is not None for ground in grounds])


def _areas(found: Found, tile: Tile) -> Features:
    here = np.flatnonzero(found.grounded).tolist()
    shapes = polygons_of([found.grounds[at] for at in here])
    world = shapely.transform(shapes, world_of)
    return Features(
        "areas",
        POLYGON,
        tile.clipped(shapely.make_valid(world), simplify=1),
        {"kind": [found.kinds[at] for at in here]},
        [found.ids[at] for at in here],
    )


def _spots(found: Found, tile: Tile) -> list[Points]:
    """Return records whose ground is drawn one by one, all others gathered where they would lie on one another."""
    whole = np.flatnonzero(found.inside & found.grounded)
    rest = np.flatnonzero(found.inside & ~found.grounded)
    gathered = clustered(found.places[rest, 0], found.places[rest, 1], tile.z)
    single = gathered.counts == 1
    alone = np.sort(np.concatenate((whole, rest[gathered.first[single]])))
    here = alone.tolist()
    spots = Points(
        "spots",
        found.places[alone, 0],
        found.places[alone, 1],
        {
            "kind": [found.kinds[at] for at in here],
            "label": [found.labels[at] for at in here],
            "ground": [bool(found.grounded[at]) or None for at in here],
        },
        [found.ids[at] for at in here],
    )
    return [spots, _clusters(found.places[rest], gathered, ~single, tile)]


def _clusters(places: NDArray[Any], gathered: Clusters, several: NDArray[np.bool_], tile: Tile) -> Points:
    here = np.flatnonzero(several)
    extents = np.empty((len(gathered.counts), 4))
    for axis in (0, 1):
        low, high = np.full(len(gathered.counts), np.inf), np.full(len(gathered.counts), -np.inf)
        np.minimum.at(low, gathered.members, places[:, axis])
        np.maximum.at(high, gathered.members, places[:, axis])
        extents[:, axis], extents[:, 2 + axis] = low, high
    return Points(
        "clusters",
        gathered.xs[here],
        gathered.ys[here],
        {
            "count": gathered.counts[here].tolist(),
            "box": [_box(extents[at], tile) for at in here.tolist()],
        },
    )


def _box(extent: NDArray[Any], tile: Tile) -> str:
    """Return an extent in units of the tile as WEST,SOUTH,EAST,NORTH in degrees, a unit wider on every side."""
    left, top, right, bottom = (extent + np.array((-1, -1, 1, 1))).tolist()
    side = EXTENT * 2**tile.z
    west, north = degrees(tile.x / 2**tile.z + left / side, tile.y / 2**tile.z + top / side)
    east, south = degrees(tile.x / 2**tile.z + right / side, tile.y / 2**tile.z + bottom / side)
    return f"{west:.6f},{south:.6f},{east:.6f},{north:.6f}"
