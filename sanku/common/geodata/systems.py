"""Coordinate systems in which parcels arrive: which a file names, which its numbers fit, converting to and from WGS-84.

What a system is called stands in `names`. CGCS2000 and WGS-84 differ by centimetres and are taken as equal, as everywhere
in Sanku.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from sanku.common.coordinates import bd09_moved, find_datum, gcj02_shift
from sanku.common.geodata.names import GEOGRAPHIC, MERIDIANS, six_degree, three_degree, zone_of

Points = NDArray[np.float64]
Shapes = NDArray[np.object_]
Bounds = tuple[float, float, float, float]  # west, south, east, north

_DATUMS = {"WGS-84": "wgs84", "CGCS2000": "cgcs2000", "GCJ-02": "gcj02", "BD-09": "bd09"}
_CHINA_LON, _CHINA_LAT = (72.0, 138.0), (3.0, 54.5)
_NORTHING_M = (300_000.0, 6_100_000.0)
_FALSE_EASTING_M = 500_000.0
# Half a 3-degree and half a 6-degree zone at the equator, with something for parcels beyond the edge.
_HALF_3_M, _HALF_6_M = 250_000.0, 400_000.0


# --- what a file names


def declared_system(text: str) -> str | None:
    """Return the system that a .prj, WKT or authority code names; None where its datum is none of ours.

    A local datum (Xi'an 1980, Beijing 1954, a city's own) needs parameters that no file carries.
    """
    if not text:
        return None
    return _declared(text)


@lru_cache(maxsize=256)
def _declared(text: str) -> str | None:
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return None
    horizontal = crs.sub_crs_list[0] if crs.is_compound else crs
    named = find_datum(horizontal.name)
    if horizontal.is_geographic and named in ("GCJ-02", "BD-09"):
        return _DATUMS[named]
    datum = _datum_of(horizontal)
    if datum is None:
        return None
    if horizontal.is_geographic:
        return datum
    code = horizontal.to_epsg(min_confidence=60)
    if code is not None and zone_of(f"epsg:{code}") is not None:
        return f"epsg:{code}"
    return _gauss_krueger(horizontal) or horizontal.to_wkt()


def _datum_of(crs: pyproj.CRS) -> str | None:
    geodetic = crs.geodetic_crs
    if geodetic is None:
        return None
    words = f"{geodetic.name} {geodetic.datum.name if geodetic.datum else ''}".lower()
    if "china_2000" in words or "china 2000" in words or "cgcs2000" in words or "china geodetic" in words:
        return "cgcs2000"
    return "wgs84" if "wgs 84" in words or "wgs_1984" in words or "world geodetic" in words else None


def _gauss_krueger(crs: pyproj.CRS) -> str | None:
    """Return the standard zone that a transverse Mercator projection of other words is, if it is one."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that the form of PROJ says less than WKT: it says what is asked here
        parts = crs.to_dict()
    if parts.get("proj") not in ("tmerc", "gauss") or parts.get("lat_0", 0) != 0 or parts.get("k", 1) != 1:
        return None
    meridian, easting = parts.get("lon_0"), parts.get("x_0")
    if meridian is None or meridian not in MERIDIANS:
        return None
    if parts.get("y_0", 0) != 0 or parts.get("units", "m") != "m":
        return None
    if easting == _FALSE_EASTING_M:
        return three_degree(int(meridian), numbered=False)
    for system in (three_degree(int(meridian), numbered=True), six_degree(int(meridian), numbered=True)):
        zone = zone_of(system)
        if zone and zone.meridian == meridian and easting == zone.number * 1e6 + _FALSE_EASTING_M:  # type: ignore[operator]
            return system
    return None


def wkt_of(system: str) -> str:
    """Return the WKT to write beside a file; GCJ-02 and BD-09 are named, so that they are known again."""
    if system in ("gcj02", "bd09"):
        name = {"gcj02": "GCJ-02", "bd09": "BD-09"}[system]
        return (
            pyproj.CRS.from_epsg(4490)
            .to_wkt("WKT1_GDAL")
            .replace('GEOGCS["China Geodetic Coordinate System 2000"', f'GEOGCS["{name}"', 1)
            .replace(',AUTHORITY["EPSG","4490"]]', "]")
        )
    return _crs_of(system).to_wkt("WKT1_GDAL")


@lru_cache(maxsize=128)
def _crs_of(system: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input({"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490"}.get(system, system))


# --- what the numbers fit


@dataclass(frozen=True, slots=True)
class Fit:
    """A system that numbers fit, and whether their axes must be turned first (northing or latitude given as x)."""

    system: str
    turned: bool = False


def fits(bounds: Bounds, *, near_lon: float | None = None) -> list[Fit]:
    """Return the systems that numbers within bounds can be in, the likeliest first; `near_lon` is the zone's own."""
    west, south, east, north = bounds
    found = [Fit(system) for system in _fits_upright((west, south, east, north), near_lon)]
    found += [Fit(system, True) for system in _fits_upright((south, west, north, east), near_lon)]
    return found


def _fits_upright(bounds: Bounds, near_lon: float | None) -> list[str]:
    west, south, east, north = bounds
    if _within(_CHINA_LON, west, east) and _within(_CHINA_LAT, south, north):
        return list(GEOGRAPHIC)
    if not _within(_NORTHING_M, south, north):
        return []
    number = int((west + east) / 2 // 1e6)
    easting = (west % 1e6, east % 1e6) if int(west // 1e6) == int(east // 1e6) else (0.0, 1e6)
    numbered = west >= 1e6
    off = max(abs(value - _FALSE_EASTING_M) for value in easting)
    if numbered:
        if 25 <= number <= 45 and off <= _HALF_3_M:
            return [three_degree(3 * number, numbered=True)]
        return [six_degree(6 * number - 3, numbered=True)] if 13 <= number <= 23 and off <= _HALF_6_M else []
    by_distance = sorted(
        MERIDIANS, key=lambda meridian: abs(meridian - (105 if near_lon is None else near_lon))
    )
    if off <= _HALF_3_M:
        return [three_degree(meridian, numbered=False) for meridian in by_distance]
    if off <= _HALF_6_M:
        return [six_degree(meridian, numbered=False) for meridian in by_distance if (meridian - 75) % 6 == 0]
    return []


def _within(limits: tuple[float, float], low: float, high: float) -> bool:
    return limits[0] <= low <= high <= limits[1]


def suits(fit: Fit, bounds: Bounds) -> bool:
    """Return whether numbers can be in a system at all: they land in China, and near the zone's own meridian."""
    if fit.system in GEOGRAPHIC or (zone := zone_of(fit.system)) is None:
        box = bounds if not fit.turned else (bounds[1], bounds[0], bounds[3], bounds[2])
        if fit.system in GEOGRAPHIC:
            return _within(_CHINA_LON, box[0], box[2]) and _within(_CHINA_LAT, box[1], box[3])
        corners = np.array([[box[0], box[1]], [box[2], box[3]]])
        with np.errstate(all="ignore"):
            lon_lat = _to_degrees(fit.system)(corners)
        return bool(np.isfinite(lon_lat).all()) and _within(_CHINA_LON, *sorted(lon_lat[:, 0]))
    others = _fits_upright(
        bounds if not fit.turned else (bounds[1], bounds[0], bounds[3], bounds[2]), zone.meridian
    )
    same = [other for other in map(zone_of, others) if other is not None]
    return any(
        other.meridian == zone.meridian and (other.number is None) == (zone.number is None) for other in same
    )


# --- converting


def to_wgs84(shapes: Shapes, fit: Fit) -> Shapes:
    """Return shapes in WGS-84 degrees, longitude first."""
    convert = _to_degrees(fit.system)

    def moved(points: Points) -> Points:
        return convert(points[:, ::-1] if fit.turned else points)

    return np.asarray(shapely.transform(shapes, moved), dtype=object)


def from_wgs84(shapes: Shapes, system: str) -> Shapes:
    """Return shapes given in WGS-84 degrees in another system."""
    return np.asarray(shapely.transform(shapes, _from_degrees(system)), dtype=object)


def _to_degrees(system: str) -> Callable[[Points], Points]:
    match system:
        case "wgs84" | "cgcs2000":
            return lambda points: points
        case "gcj02":
            return lambda points: _inverted(_gcj02, points)
        case "bd09":
            return lambda points: _inverted(_gcj02, _inverted(_bd09, points))
    transformer = _transformer(system)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def _from_degrees(system: str) -> Callable[[Points], Points]:
    match system:
        case "wgs84" | "cgcs2000":
            return lambda points: points
        case "gcj02":
            return _gcj02
        case "bd09":
            return lambda points: _bd09(_gcj02(points))
    transformer = _transformer(system)
    return lambda points: np.column_stack(
        transformer.transform(points[:, 0], points[:, 1], direction=pyproj.enums.TransformDirection.INVERSE)
    )


@lru_cache(maxsize=128)
def _transformer(system: str) -> pyproj.Transformer:
    """Return the bare projection between a system and its own degrees: no shift of datum is applied."""
    crs = _crs_of(system)
    assert crs.geodetic_crs is not None
    return pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)


def _gcj02(points: Points) -> Points:
    lon, lat = points[:, 0], points[:, 1]
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    d_lon, d_lat = gcj02_shift(lon, lat, np)
    return np.column_stack([np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)])


def _bd09(points: Points) -> Points:
    return np.column_stack(bd09_moved(points[:, 0], points[:, 1], np))


def _inverted(forward: Callable[[Points], Points], points: Points) -> Points:
    """Find the points that a small and smooth shift moves to those given."""
    guess = points.copy()
    for _ in range(30):
        off = forward(guess) - points
        guess = guess - off
        if not off.size or float(np.abs(off).max()) < 1e-11:
            break
    return guess


def sample_of(shapes: Any, most: int = 2_000) -> Shapes:
    """Return some of many shapes, spread over all of them."""
    return np.asarray(shapes, dtype=object)[:: max(1, len(shapes) // most)]
