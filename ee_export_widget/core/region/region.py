"""Regions as GeoJSON: reading them strictly, and bringing their longitudes to one world copy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Protocol, TypeAlias, runtime_checkable

from ee_export_widget.core.reading import finite_number
from ee_export_widget.core.region.sources import as_geojson
from ee_export_widget.errors import InvalidRequestError

Position: TypeAlias = tuple[float, float]
"""``(longitude, latitude)`` in degrees."""

Ring: TypeAlias = tuple[Position, ...]
"""A ring without the repeated last position."""

MAX_LATITUDE_DEG = 90
LATITUDE_FIRST = "This looks like latitude first: GeoJSON has the longitude first."

_SLACK_DEG = 1e-9  # what arithmetic on longitudes leaves behind, a tenth of a millimetre
_MIN_RING = 3
_LON_LAT_NAMES = ("CRS84", ":4326")


@runtime_checkable
class HasGeoInterface(Protocol):
    """Anything that gives itself as GeoJSON: shapely, geopandas, Earth Engine helpers, our own values."""

    @property
    def __geo_interface__(self) -> Mapping[str, object]: ...


@runtime_checkable
class HasExpression(Protocol):
    """An object of the official Earth Engine client."""

    def serialize(self) -> str:
        """Write the expression that it stands for, as JSON."""


RegionLike: TypeAlias = "Region | Mapping[str, object] | HasGeoInterface | HasExpression"


@dataclass(frozen=True)
class Region:
    """The polygons of a region, on one world copy: its west edge lies in [-180, 180).

    Edges are straight in longitude and latitude. Longitudes run on beyond 180 where the region crosses it.
    """

    rings: tuple[Ring, ...]
    """Outer rings, one for each polygon: the grid covers them, and what they enclose."""

    holes: tuple[tuple[Ring, ...], ...] = ()
    """The holes of each polygon, in the order of ``rings``; empty where there are none at all."""

    def __hash__(self) -> int:
        """Give what the region is found again by: computed once, for a coast line has thousands of positions."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.rings, self.holes))

    @property
    def polygons(self) -> Iterator[tuple[Ring, ...]]:
        """The rings of each polygon, the outer one first."""
        for ring, holes in zip_longest(self.rings, self.holes, fillvalue=()):
            yield ring, *holes

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """``(west, south, east, north)`` in degrees."""
        lons, lats = zip(*(position for ring in self.rings for position in ring), strict=True)
        return min(lons), min(lats), max(lons), max(lats)

    @property
    def centre(self) -> Position:
        """Middle of the bounds, in degrees."""
        west, south, east, north = self.bounds
        return (west + east) / 2, (south + north) / 2

    @property
    def crosses_180(self) -> bool:
        """Whether the region goes on beyond 180° E."""
        return self.bounds[2] > 180 + _SLACK_DEG


def read_region(region: RegionLike) -> Region:
    """Read a GeoJSON Polygon or MultiPolygon in longitude and latitude, or whatever holds some.

    A Feature, a FeatureCollection and a GeometryCollection stand for the union of their polygons. The winding of
    rings does not matter. A region that was cut at 180° is put together again, and a region drawn on another world
    copy comes home.

    Raises
    ------
    InvalidRequestError
        If it is empty or no polygon, a ring has fewer than three positions, a coordinate is not a finite
        number, or a latitude is beyond 90°.
    """
    if isinstance(region, Region):
        return region
    polygons = [(_read_outer(outer), *_read_holes(holes)) for outer, *holes in _polygons(as_geojson(region))]
    if not polygons:
        raise InvalidRequestError.of("region", "region-empty", "The region is empty.", "Draw a region.")
    moves = _moves_home([outer for outer, *_ in polygons])
    polygons = [tuple(_moved(ring, move) for ring in rings) for rings, move in zip(polygons, moves, strict=True)]
    holes = tuple(rings[1:] for rings in polygons)
    return Region(tuple(outer for outer, *_ in polygons), holes if any(holes) else ())


def _polygons(geojson: Mapping[str, object]) -> Iterator[list[object]]:
    """Walk to each polygon that has a ring, and give its rings."""
    _refuse_other_crs(geojson)
    match geojson.get("type"):
        case "Polygon":
            yield from _with_rings([geojson.get("coordinates")])
        case "MultiPolygon":
            yield from _with_rings(_items(geojson.get("coordinates")))
        case "Feature":
            if geojson.get("geometry") is not None:
                yield from _polygons(as_geojson(geojson["geometry"]))
        case "FeatureCollection":
            for feature in _items(geojson.get("features")):
                yield from _polygons(as_geojson(feature))
        case "GeometryCollection":
            for geometry in _items(geojson.get("geometries")):
                yield from _polygons(as_geojson(geometry))
        case other:
            raise InvalidRequestError.of(
                "region",
                "region-not-polygon",
                f"A region is made of polygons, not of {other}.",
                "Give a Polygon or MultiPolygon; a buffer makes one of a point or a line.",
            )


def _with_rings(polygons: list[object]) -> Iterator[list[object]]:
    """Give the rings of polygons whose outer ring has positions; a hole without any is none."""
    for polygon in polygons:
        match [_items(ring) for ring in _items(polygon)]:
            case [list(outer), *holes] if outer:
                yield [outer, *filter(None, holes)]


def _refuse_other_crs(geojson: Mapping[str, object]) -> None:
    """Refuse the old ``crs`` member where it says that these are not longitudes and latitudes."""
    crs = geojson.get("crs")
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if isinstance(name, str) and not name.endswith(_LON_LAT_NAMES):
        raise InvalidRequestError.of(
            "region",
            "region-other-crs",
            f"The region's coordinates are in {name}, not in longitude and latitude.",
            "Convert it to EPSG:4326 first.",
        )


def _items(value: object) -> list[object]:
    """Give the items of a JSON array."""
    if type(value) is list:  # nearly always, and much the fastest to tell
        return value
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return list(value)
    raise InvalidRequestError.of(
        "region", "region-not-geojson", "The region's coordinates are not nested as in GeoJSON.", "Check its brackets."
    )


def _read_outer(ring: object) -> Ring:
    """Check an outer ring, which needs to have an inside."""
    positions = _read_ring(ring)
    if len(positions) < _MIN_RING:
        raise InvalidRequestError.of(
            "region",
            "ring-too-short",
            f"A ring of the region has {len(positions)} corner{'s' * (len(positions) != 1)}; it needs at least three.",
            "Draw the region again.",
        )
    return positions


def _read_holes(rings: list[object]) -> list[Ring]:
    """Check holes, and leave out those that are too short to be any."""
    return [hole for hole in map(_read_ring, rings) if len(hole) >= _MIN_RING]


def _read_ring(ring: object) -> Ring:
    """Check the positions of a ring and drop the repeated last one."""
    positions = [_read_position(position) for position in _items(ring)]
    if len(positions) > 1 and positions[0] == positions[-1]:
        positions.pop()
    return tuple(positions)


def _read_position(position: object) -> Position:
    """Check one position; a height is ignored."""
    pair = [finite_number(value) for value in _items(position)[:2]]
    if len(pair) < 2 or None in pair:  # noqa: PLR2004 - a position is a pair
        raise InvalidRequestError.of(
            "region",
            "coordinate-not-a-number",
            "A coordinate of the region is not a finite number.",
            "Positions are [longitude, latitude] in degrees, as numbers.",
        )
    lon, lat = (float(value) for value in pair if value is not None)
    if abs(lat) > MAX_LATITUDE_DEG + _SLACK_DEG:
        looks_swapped = abs(lon) <= MAX_LATITUDE_DEG and abs(lat) <= 180  # noqa: PLR2004 - a longitude
        raise InvalidRequestError.of(
            "region",
            "latitude-out-of-range",
            f"Latitude {lat:g} of the region is beyond 90°.",
            LATITUDE_FIRST if looks_swapped else "Give longitude and latitude in degrees.",
        )
    return lon, max(-MAX_LATITUDE_DEG, min(MAX_LATITUDE_DEG, lat))


def _moves_home(outers: list[Ring]) -> list[float]:
    """Give how far each polygon moves along the equator, so that the west edge of all is in [-180, 180)."""
    joined = _moves_together(outers)
    west = min(lon + move for ring, move in zip(outers, joined, strict=True) for lon, _ in ring)
    home = -360 * math.floor((west + 180 + _SLACK_DEG) / 360)
    return [move + home for move in joined]


def _moves_together(outers: list[Ring]) -> list[float]:
    """Put a region together that was cut at 180°: the parts that touch -180 move to the part that touches 180."""
    touches_west = [any(abs(lon + 180) <= _SLACK_DEG for lon, _ in ring) for ring in outers]
    touches_east = [any(abs(lon - 180) <= _SLACK_DEG for lon, _ in ring) for ring in outers]
    only_west = [west and not east for west, east in zip(touches_west, touches_east, strict=True)]
    only_east = [east and not west for west, east in zip(touches_west, touches_east, strict=True)]
    cut = any(only_west) and any(only_east)
    return [360 if cut and west else 0 for west in only_west]


def _moved(ring: Ring, degrees: float) -> Ring:
    """Move a ring along the equator."""
    return tuple((_exactly_180(lon + degrees), lat) for lon, lat in ring)


def _exactly_180(lon: float) -> float:
    """Make the antimeridian exact, because projections wrap what lies just beyond it to the far side."""
    return math.copysign(180.0, lon) if abs(abs(lon) - 180) <= _SLACK_DEG else lon
