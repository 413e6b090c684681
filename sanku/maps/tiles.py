"""Tiles of records: what the reader may see of a library within a tile, filtered like its list."""

import hashlib
from typing import Any

import numpy as np
import shapely
from django.db.models import TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from sanku.audit.queries import chain_length
from sanku.common.shapes import shapes_of
from sanku.library.specs import Reader
from sanku.library.state import State, filtered
from sanku.maps.clusters import Clusters, clustered
from sanku.maps.layers import Layer
from sanku.maps.mercator import BUFFER, Tile, degrees, world_of
from sanku.maps.mvt import EXTENT, POLYGON, Features, Points, encode_tile

AREAS_FROM = 11  # from this zoom on the ground of a carrier is drawn; before that it is a point
EDITION = "2"  # changes with what a tile of the same records holds
PIXEL = EXTENT / 512  # units of a tile: it is drawn 512 pixels wide at its own zoom
ROOM = np.array((72, 34))  # pixels, width and height: on a smaller ground its label would hide it
AT_ONCE = 500  # records asked for by their ids in a query
Said = dict[int, tuple[str, str]]  # kind and label by id


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
    cluster of several with their exact `count` and extent; `ground` marks those whose ground is drawn as well, `below`
    says how many pixels under the point a ground ends that is too small to write on.
    """
    with_areas = layer.has_areas and tile.z >= AREAS_FROM
    records = filtered(state, reader.user).filter(layer.inside(reader.user, tile.box(BUFFER))).order_by()
    if with_areas:  # as text: thousands of them are read at once, and not one by one
        records = records.annotate(ground=Cast("boundary", TextField()))
    # Where whole countries are in a tile, all but a few records are in clusters: only the others are asked more of.
    is_near = tile.z >= AREAS_FROM
    columns = [
        *layer.position,
        *(["ground"] if with_areas else []),
        *(["map_kind", layer.label] if is_near else []),
    ]
    rows = list(records.annotate(map_kind=layer.kind).values_list("pk", *columns))
    if not rows:
        return b""
    many = len(layer.position)
    found = Found(
        ids=[row[0] for row in rows],
        places=tile.placed(world_of(np.array([layer.place(row[1 : many + 1]) for row in rows], float))),
        grounds=[row[many + 1] for row in rows] if with_areas else [None] * len(rows),
    )
    gathered, alone = _gathered(found, tile)
    said = (
        {row[0]: (row[-2], row[-1]) for row in rows}
        if is_near
        else _said(layer, records, [found.ids[at] for at in alone.tolist()])
    )
    layers: list[Features | Points] = []
    if with_areas:
        here = [at for at in np.flatnonzero(found.grounded).tolist() if found.ids[at] in said]
        world = shapely.transform(shapes_of([found.grounds[at] or "" for at in here]), world_of)
        found.below[here] = _below(found.places[here], world, tile)
        layers.append(_areas([found.ids[at] for at in here], said, world, tile))
    return encode_tile([*layers, _spots(found, said, alone), _clusters(found, gathered, tile)])


class Found:
    """The records of a tile, column by column; `places` in units of the tile."""

    def __init__(self, ids: list[int], places: NDArray[Any], grounds: list[str | None]) -> None:
        self.ids, self.places, self.grounds = ids, places, grounds
        self.below = np.zeros(len(ids), int)
        self.inside = np.all((places >= 0) & (places < EXTENT), axis=1)
        self.grounded = np.array([ground is not None for ground in grounds])
        self.loose = np.flatnonzero(self.inside & ~self.grounded)


def _said(layer: Layer, records: Any, ids: list[int]) -> Said:
    """Return what is said of records: the kind by which they are coloured, and their label."""
    asked = records.annotate(map_kind=layer.kind).values_list("pk", "map_kind", layer.label)
    return {
        pk: (kind, label)
        for begin in range(0, len(ids), AT_ONCE)
        for pk, kind, label in asked.filter(pk__in=ids[begin : begin + AT_ONCE])
    }


def _gathered(found: Found, tile: Tile) -> tuple[Clusters, NDArray[Any]]:
    """Gather records that would lie on one another; return the clusters, and which records stand for themselves.

    Those whose ground is drawn are never gathered.
    """
    gathered = clustered(found.places[found.loose, 0], found.places[found.loose, 1], tile.z)
    single = found.loose[gathered.first[gathered.counts == 1]]
    return gathered, np.sort(np.concatenate((np.flatnonzero(found.inside & found.grounded), single)))


def _below(places: NDArray[Any], world: NDArray[Any], tile: Tile) -> NDArray[Any]:
    """Return how many pixels below its point each ground ends; 0 where a label has room on it."""
    corners = tile.placed(shapely.bounds(world).reshape(-1, 2)).reshape(-1, 4) / PIXEL
    is_small = np.any(corners[:, 2:] - corners[:, :2] < ROOM, axis=1)
    below = np.ceil(corners[:, 3] - places[:, 1] / PIXEL)
    return np.where(is_small, np.maximum(below, 1), 0).astype(int)


def _areas(ids: list[int], said: Said, world: NDArray[Any], tile: Tile) -> Features:
    return Features(
        "areas",
        POLYGON,
        tile.clipped(shapely.make_valid(world), simplify=1),
        {"kind": [said[pk][0] for pk in ids]},
        ids,
    )


def _spots(found: Found, said: Said, alone: NDArray[Any]) -> Points:
    """Return the records that stand for themselves."""
    here = [at for at in alone.tolist() if found.ids[at] in said]
    ids = [found.ids[at] for at in here]
    return Points(
        "spots",
        found.places[here, 0],
        found.places[here, 1],
        {
            "kind": [said[pk][0] for pk in ids],
            "label": [said[pk][1] for pk in ids],
            "ground": [bool(found.grounded[at]) or None for at in here],
            "below": [int(found.below[at]) or None for at in here],
        },
        ids,
    )


def _clusters(found: Found, gathered: Clusters, tile: Tile) -> Points:
    places = found.places[found.loose]
    here = np.flatnonzero(gathered.counts > 1)
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
