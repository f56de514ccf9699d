"""Geometries: points, lines and polygons on a projection, and what they cover on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
from affine import Affine
from rasterio.features import geometry_mask

from .errors import invalid
from .image import UNPLACED, Image
from .raster.grid import WGS84, PixelGrid, Projection, apply, compose

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINTS_PER_EDGE = 33
_SPHERE_RADIUS_M = 6378137

Ring = list[list[float]]


@dataclass(frozen=True)
class Geometry:
    """A set of places.

    Attributes
    ----------
    kind
        A GeoJSON type other than GeometryCollection.
    coordinates
        Nested as in GeoJSON, in pixels of the projection (which are its units for a unit transform), x first.
    projection
        What the coordinates mean.
    geodesic
        Whether edges are the shortest ways on the globe; otherwise they are straight in the projection.
    """

    kind: str
    coordinates: Any
    projection: Projection = UNPLACED
    geodesic: bool = True

    def lines(self) -> list[Ring]:
        """Return the points, lines and outer rings as lists of positions."""
        match self.kind:
            case "Point":
                return [[self.coordinates]]
            case "MultiPoint":
                return [[point] for point in self.coordinates]
            case "LineString" | "LinearRing":
                return [self.coordinates]
            case "MultiLineString":
                return list(self.coordinates)
            case "Polygon":
                return list(self.coordinates[:1])
            case _:
                return [polygon[0] for polygon in self.coordinates if polygon]

    def bounds_on(self, projection: Projection) -> tuple[float, float, float, float]:
        """Return the bounds in pixels of another lattice: (left, top, right, bottom).

        Raises
        ------
        ServiceError
            When the geometry is empty, or part of it has no place there.
        """
        parts = [self._moved(line, projection) for line in self.lines() if line]
        if not parts:
            raise invalid("The geometry for image clipping must not be empty.")
        points = np.concatenate(parts)
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def covers(self, grid: PixelGrid) -> NDArray[np.bool_]:
        """Return which pixels of a grid have their centre inside, or hold a point or part of a line.

        The result has the shape (height, width).

        Raises
        ------
        ServiceError
            When part of the outline has no place in the grid's system.
        """
        kind = "LineString" if self.kind == "LinearRing" else self.kind
        shape = {"type": kind, "coordinates": self.on(grid.projection).coordinates}
        mask = geometry_mask([shape], (grid.height, grid.width), Affine.identity(), invert=True)
        return np.asarray(mask, np.bool_)

    def on(self, projection: Projection) -> Geometry:
        """Return the geometry in pixels of another lattice, with points added along its edges where systems differ."""

        def moved(part: Any) -> Any:  # noqa: ANN401 - nested lists
            if part and isinstance(part[0][0], int | float):
                return self._moved(part, projection).tolist()
            return [moved(inner) for inner in part]

        if self.kind in {"Point", "MultiPoint"}:
            points = [moved([point])[0] for [point] in self.lines()]
            coordinates = points[0] if self.kind == "Point" else points
        else:
            coordinates = moved(self.coordinates)
        return Geometry(self.kind, coordinates, projection, geodesic=self.geodesic)

    def area_m2(self) -> float:
        """Return the area inside the outer rings, less the holes, on the globe in square metres."""
        polygons = {"Polygon": [self.coordinates], "MultiPolygon": self.coordinates}.get(self.kind, [])
        areas = []
        for polygon in polygons:
            rings = [self._moved(ring, UNPLACED) for ring in polygon]
            outer, *holes = (abs(_sphere().polygon_area_perimeter(ring[:, 0], ring[:, 1])[0]) for ring in rings)
            areas.append(outer - sum(holes))
        return float(sum(areas))

    def to_json(self) -> dict[str, Any]:
        """Return the geometry as GeoJSON; in longitude and latitude without a `crs` member."""
        message: dict[str, Any] = {"type": self.kind, "coordinates": self.coordinates}
        if not self.projection.crs.same_as(WGS84):
            message["crs"] = {"type": "name", "properties": {"name": self.projection.crs.text}}
        if not self.geodesic:
            message["geodesic"] = False
        return message

    def _moved(self, line: Ring, projection: Projection) -> NDArray[np.float64]:
        """Return a line in pixels of another lattice, shape (points, 2), with points along its edges."""
        points = np.asarray(line, np.float64).reshape(-1, 2)
        if self.projection.crs.same_as(projection.crs) and not self.geodesic:
            between = compose(~projection.transform, self.projection.transform)
            return np.column_stack(apply(between, points[:, 0], points[:, 1]))
        points = self._dense_geodesic(points) if self.geodesic else _dense(points)
        xs, ys = apply(self.projection.transform, points[:, 0], points[:, 1])
        xs, ys = self.projection.crs.transformer_to(projection.crs).transform(xs, ys)
        columns, rows = apply(~projection.transform, np.asarray(xs), np.asarray(ys))
        moved = np.column_stack([columns, rows])
        if not np.isfinite(moved).all():
            names = f"from {self.projection.crs.text} to {projection.crs.text}"
            raise invalid(f"Image.clip: Unable to transform edge ({points[0]} to {points[-1]}) {names}.")
        return moved

    def _dense_geodesic(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add points along the great circles between longitudes and latitudes."""
        xs, ys = apply(self.projection.transform, points[:, 0], points[:, 1])
        to_degrees = self.projection.crs.transformer_to(WGS84)
        longitudes, latitudes = (np.asarray(values) for values in to_degrees.transform(xs, ys))
        dense = [points[:1]]
        for index in range(len(points) - 1):
            ends = (longitudes[index], latitudes[index], longitudes[index + 1], latitudes[index + 1])
            between = _sphere().npts(*ends, npts=_POINTS_PER_EDGE - 2)
            middle = (ends[0] + ends[2]) / 2
            lons = [lon + 360 * round((middle - lon) / 360) for lon, _ in between]
            back = WGS84.transformer_to(self.projection.crs).transform(lons, [lat for _, lat in between])
            columns, rows = apply(~self.projection.transform, *(np.asarray(values) for values in back))
            dense += [np.column_stack([columns, rows]), points[index + 1 : index + 2]]
        return np.concatenate(dense)


def to_geometry(value: object) -> Geometry:
    """Return a geometry, the outline of an image, or what GeoJSON describes.

    Raises
    ------
    TypeError
        When it is something else, or has no bounds.
    """
    if isinstance(value, Geometry):
        return value
    if isinstance(value, Image):
        grid = value.bands[0].grid if value.bands else None
        if grid is not None:
            return Geometry("Polygon", grid.footprint()["coordinates"], geodesic=False)
    if isinstance(value, dict) and "coordinates" in value:
        return Geometry(str(value.get("type")), value["coordinates"], geodesic=value.get("geodesic", True))
    inner = getattr(value, "geometry", None)
    if isinstance(inner, Geometry):
        return inner
    elements = getattr(value, "elements", ())
    parts = [to_geometry(element) for element in elements]
    if parts and all(part.kind == "Polygon" for part in parts):
        return Geometry("MultiPolygon", [part.coordinates for part in parts], geodesic=parts[0].geodesic)
    raise TypeError


@cache
def _sphere() -> pyproj.Geod:
    return pyproj.Geod(a=_SPHERE_RADIUS_M, f=0)


def _dense(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add points along straight edges."""
    if len(points) < 2:  # noqa: PLR2004 - an edge has two ends
        return points
    steps = np.linspace(0, 1, _POINTS_PER_EDGE)[:-1, np.newaxis]
    edges = [start + (end - start) * steps for start, end in pairwise(points)]
    return np.concatenate([*edges, points[-1:]])
