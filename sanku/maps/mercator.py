"""Where tiles lie: Web Mercator, the world from 0 to 1 east and south, 512 pixels a tile at its zoom."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from sanku.common.extents import Box
from sanku.maps.mvt import EXTENT

LARGEST_ZOOM = 22
LARGEST_LATITUDE = 85.051128779806604  # where the square world ends
BUFFER = 64  # units of a tile that its lines and polygons reach beyond its edge: 8 pixels


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by zoom, column from the west and row from the north.

    Raises:
        ValueError: there is no such tile.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.z <= LARGEST_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise ValueError("no such tile")

    def box(self, buffer: float = 0) -> Box:
        """Return its extent in degrees, widened by so many of its units on every side."""
        wider = buffer / EXTENT
        west, north = degrees((self.x - wider) / 2**self.z, (self.y - wider) / 2**self.z)
        east, south = degrees((self.x + 1 + wider) / 2**self.z, (self.y + 1 + wider) / 2**self.z)
        return Box(west, south, east, north)

    def placed(self, world: NDArray[Any]) -> NDArray[Any]:
        """Return points of the world, one a row, in units of the tile."""
        placed: NDArray[Any] = (world * 2**self.z - (self.x, self.y)) * EXTENT
        return placed

    def clipped(self, world: NDArray[Any], *, simplify: float = 1.0) -> NDArray[Any]:
        """Return geometries of the world in units of the tile, simplified by so many units, cut at its buffer."""
        placed = shapely.transform(world, self.placed)
        if simplify:
            placed = shapely.simplify(placed, simplify, preserve_topology=False)
        return shapely.clip_by_rect(placed, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)


def world_of(degrees_: NDArray[Any]) -> NDArray[Any]:
    """Return points in degrees, one a row, as points of the world."""
    lat = np.radians(np.clip(degrees_[:, 1], -LARGEST_LATITUDE, LARGEST_LATITUDE))
    y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)
    return np.column_stack((degrees_[:, 0] / 360 + 0.5, y))


def degrees(x: float, y: float) -> tuple[float, float]:
    """Return a point of the world in degrees."""
    return (x - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))
