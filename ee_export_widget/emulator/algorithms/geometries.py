"""Making geometries, and asking about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ee_export_widget.emulator.geometry import Geometry
from ee_export_widget.emulator.image import UNPLACED, Image

from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from collections.abc import Callable

    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value
    from ee_export_widget.emulator.raster.grid import Projection


def _corners(coordinates: list[Any]) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of four numbers or of two points."""
    flat = [number for part in coordinates for number in (part if isinstance(part, list) else [part])]
    if len(flat) == 1 and isinstance(flat[0], Geometry):
        return _corners(flat[0].coordinates)
    if len(flat) != 4:  # noqa: PLR2004 - two corners
        raise AlgorithmError("A rectangle needs two corners.")
    west, south, east, north = (float(number) for number in flat)
    return west, south, east, north


def _geometry(kind: str, coordinates: Value, crs: Projection | None, *, geodesic: bool | None) -> Geometry:
    """Return a geometry; without a system of its own it is in longitude and latitude with geodesic edges."""
    if crs is None:
        return Geometry(kind, coordinates, geodesic=geodesic is not False)
    return Geometry(kind, coordinates, crs, geodesic=bool(geodesic))


@algorithm(
    "GeometryConstructors.Rectangle",
    "coordinates:List crs:Projection? geodesic:Boolean? evenOdd:Boolean?",
    "Geometry",
    "Returns a rectangle.",
)
def _rectangle(
    _: Evaluator,
    coordinates: list[Any],
    crs: Projection | None,
    geodesic: bool | None,  # noqa: FBT001 - as declared
    *_others: object,
) -> Geometry:
    west, south, east, north = _corners(coordinates)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return _geometry("Polygon", [ring], crs, geodesic=geodesic)


@algorithm(
    "GeometryConstructors.BBox",
    "west:Float south:Float east:Float north:Float",
    "Geometry",
    "Returns a rectangle of longitudes and latitudes.",
)
def _bbox(_: Evaluator, west: float, south: float, east: float, north: float) -> Geometry:
    east += 360 if east < west else 0
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Geometry("Polygon", [ring], geodesic=False)


def _pairs(coordinates: list[Any]) -> list[Any]:
    """Return positions as pairs, also where the numbers were given one after the other."""
    if coordinates and all(isinstance(value, int | float) for value in coordinates):
        return [list(pair) for pair in zip(coordinates[::2], coordinates[1::2], strict=True)]
    return [value.coordinates if isinstance(value, Geometry) else value for value in coordinates]


def _closed(ring: list[Any]) -> list[Any]:
    return ring if not ring or ring[0] == ring[-1] else [*ring, ring[0]]


def _polygon_rings(coordinates: list[Any]) -> list[Any]:
    flat = bool(coordinates) and isinstance(coordinates[0], int | float)
    single = flat or (coordinates and isinstance(coordinates[0][0], int | float))
    return [_closed(_pairs(ring)) for ring in ([coordinates] if single else coordinates)]


_FLAT = "coordinates:List crs:Projection?"
_EDGED = f"{_FLAT} geodesic:Boolean? maxError:ErrorMargin?"
_AREAL = f"{_EDGED} evenOdd:Boolean?"
_SHAPES: dict[str, tuple[str, Callable[[list[Any]], list[Any]]]] = {
    "Point": (_FLAT, lambda coordinates: coordinates),
    "MultiPoint": (_FLAT, _pairs),
    "LineString": (_EDGED, _pairs),
    "LinearRing": (_EDGED, lambda coordinates: _closed(_pairs(coordinates))),
    "MultiLineString": (_EDGED, lambda coordinates: [_pairs(line) for line in coordinates]),
    "Polygon": (_AREAL, _polygon_rings),
    "MultiPolygon": (_AREAL, lambda coordinates: [_polygon_rings(polygon) for polygon in coordinates]),
}


def _declare_shape(kind: str) -> None:
    arguments, shape = _SHAPES[kind]

    @algorithm(f"GeometryConstructors.{kind}", arguments, "Geometry", f"Returns a {kind}.")
    def build(
        _: Evaluator,
        coordinates: list[Any],
        crs: Projection | None,
        geodesic: bool | None = None,  # noqa: FBT001 - as declared
        *_others: object,
    ) -> Geometry:
        return _geometry(kind, shape(coordinates), crs, geodesic=geodesic)


for _kind in _SHAPES:
    _declare_shape(_kind)


@algorithm(
    "Image.geometry",
    "feature:Element maxError:ErrorMargin? proj:Projection? geodesics:Boolean?",
    "Geometry",
    "Returns the outline.",
)
def _image_geometry(_: Evaluator, image: Image, *_others: object) -> Geometry:
    grid = image.bands[0].grid if image.bands else None
    if grid is None:
        corners = [[-180.0, -90.0], [180.0, -90.0], [180.0, 90.0], [-180.0, 90.0], [-180.0, -90.0]]
        return Geometry("Polygon", [corners], geodesic=False)
    return Geometry("Polygon", grid.footprint()["coordinates"], geodesic=False)


@algorithm("ErrorMargin", "value:Float? unit:String?", "ErrorMargin", "Returns how exact a geometry has to be.")
def _error_margin(_: Evaluator, value: float | None, unit: str | None) -> dict[str, Any]:
    return {"type": "ErrorMargin", "unit": unit or "meters", "value": value}


@algorithm(
    "Geometry.bounds", "geometry:Geometry maxError:ErrorMargin? proj:Projection?", "Geometry", "Returns the bounds."
)
def _geometry_bounds(_: Evaluator, geometry: Geometry, __: object, projection: Projection | None) -> Geometry:
    target = geometry.projection if projection is None else projection
    left, top, right, bottom = geometry.bounds_on(target)
    ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    return Geometry("Polygon", [ring], target, geodesic=False)


@algorithm(
    "Geometry.transform",
    "geometry:Geometry proj:Projection? maxError:ErrorMargin? geodesic:Boolean?",
    "Geometry",
    "Returns the geometry in another projection.",
)
def _transform(_: Evaluator, geometry: Geometry, projection: Projection | None, *_others: object) -> Geometry:
    return geometry.on(projection or UNPLACED)


@algorithm(
    "Geometry.centroid",
    "geometry:Geometry maxError:ErrorMargin? proj:Projection?",
    "Geometry",
    "Returns the middle of the bounds.",
)
def _centroid(_: Evaluator, geometry: Geometry, __: object, projection: Projection | None) -> Geometry:
    target = geometry.projection if projection is None else projection
    left, top, right, bottom = geometry.bounds_on(target)
    return Geometry("Point", [(left + right) / 2, (top + bottom) / 2], target)


@algorithm(
    "Geometry.area", "geometry:Geometry maxError:ErrorMargin? proj:Projection?", "Float", "Returns the area in m²."
)
def _area(_: Evaluator, geometry: Geometry, *_others: object) -> float:
    return geometry.area_m2()


@algorithm("Geometry.coordinates", "geometry:Geometry", "List", "Returns the coordinates as in GeoJSON.")
def _coordinates(_: Evaluator, geometry: Geometry) -> Value:
    return geometry.coordinates


@algorithm("Geometry.type", "geometry:Geometry", "String", "Returns the GeoJSON type.")
def _type(_: Evaluator, geometry: Geometry) -> str:
    return geometry.kind


@algorithm("Geometry.projection", "geometry:Geometry", "Projection", "Returns what the coordinates mean.")
def _geometry_projection(_: Evaluator, geometry: Geometry) -> Projection:
    return geometry.projection


@algorithm("Geometry.geodesic", "geometry:Geometry", "Boolean", "Returns whether edges are the shortest ways.")
def _geodesic(_: Evaluator, geometry: Geometry) -> bool:
    return geometry.geodesic
