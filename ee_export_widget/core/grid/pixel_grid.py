"""The pixel grid of an export: dimensions, affine transform and CRS, as the service takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.snapping import (
    MAX_SIDE_PX,
    Bounds,
    fit,
    read_bounds,
    read_layout,
    rectangle_bounds,
)
from ee_export_widget.core.grid.tiling import refuse_two_ways, tiles, windows_between
from ee_export_widget.core.keywords import constructor_names_nearest_keyword, names_nearest_keyword
from ee_export_widget.core.reading import whole_number
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odc.geo.geobox import GeoBox
    from xarray import DataArray, Dataset

    from ee_export_widget.core.grid.snapping import Anchor, Dimensions, Scale
    from ee_export_widget.core.region.region import RegionLike

__all__ = ["MAX_SIDE_PX", "Bounds", "PixelGrid"]

_MEMBERS = ("dimensions", "affineTransform", "crsCode", "crsWkt")


@constructor_names_nearest_keyword
@dataclass(frozen=True, slots=True)
class PixelGrid:
    """The exact pixels of an export; complete without any region.

    Raises
    ------
    InvalidRequestError
        If a dimension is not a whole number of 1 to 2147483647, pixels have no area, or not exactly one of
        ``crs_code`` and ``crs_wkt`` is given.
    """

    width: int
    """Number of columns."""

    height: int
    """Number of rows."""

    affine_transform: AffineTransform
    """Map from pixel corners to CRS units; (0, 0) is the outer corner of the first pixel."""

    crs_code: str | None = None
    """Authority code such as ``EPSG:32632``; coordinates are x (easting, longitude) first whatever it says."""

    crs_wkt: str | None = None
    """The CRS as WKT 1, where it has no code that the service knows."""

    def __post_init__(self) -> None:
        problems = []
        for name in ("width", "height"):
            count = whole_number(getattr(self, name))
            if count is None or not 1 <= count <= MAX_SIDE_PX:
                message = f"The {name} must be a whole number of pixels from 1 to {MAX_SIDE_PX}."
                problems.append(Problem(f"grid.dimensions.{name}", "dimension-out-of-range", "error", message))
            else:
                object.__setattr__(self, name, count)
        if not self.affine_transform.is_invertible:
            message = "The affine transform gives pixels without an area."
            hint = "Give scaleX and scaleY values other than 0."
            problems.append(Problem("grid.affineTransform", "not-invertible", "error", message, hint))
        problems += self._crs_problems()
        if problems:
            raise InvalidRequestError(problems)

    def _crs_problems(self) -> list[Problem]:
        """Check that there is exactly one text for the CRS; whether it is known is for others to say."""
        given = [text for text in (self.crs_code, self.crs_wkt) if text is not None]
        if len(given) == 1 and isinstance(given[0], str) and given[0].strip():
            return []
        field = "grid.crsWkt" if self.crs_code is None and self.crs_wkt is not None else "grid.crsCode"
        if len(given) > 1:
            message, code = "A grid has a crsCode or a crsWkt, not both.", "crs-contradiction"
        elif given:
            message, code = "The CRS must be a text that is not empty.", "crs-not-a-text"
        else:
            message, code = "The grid has no CRS.", "missing"
        return [Problem(field, code, "error", message, "Give one code such as EPSG:32632, or one WKT.")]

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> PixelGrid:
        """Read the REST message PixelGrid; members that are null count as absent.

        Whole numbers written with a fraction, such as 100.0, are read as integers.

        Raises
        ------
        InvalidRequestError
            With one problem for each part that is missing, unknown or wrong; fields start at ``grid``.
        """
        if not isinstance(mapping, Mapping):
            raise InvalidRequestError.of("grid", "not-an-object", "The grid must be an object.")
        present = {name: value for name, value in mapping.items() if value is not None}
        problems = _unknown_members("grid", present, _MEMBERS)
        problems += [
            Problem(f"grid.{name}", "missing", "error", f"The grid has no {name}.", f"Give grid.{name}.")
            for name in ("dimensions", "affineTransform")
            if name not in present
        ]
        # Parts that are missing get a stand-in, so that what is wrong with the others is said at once.
        dimensions: object = present.get("dimensions", {"width": 1, "height": 1})
        if not isinstance(dimensions, Mapping):
            problems.append(Problem("grid.dimensions", "not-an-object", "error", "The dimensions must be an object."))
            dimensions = {"width": 1, "height": 1}
        problems += _unknown_members("grid.dimensions", dimensions, ("width", "height"))
        transform = _UNIT_PIXELS
        try:
            transform = AffineTransform.from_json(present.get("affineTransform", _UNIT_PIXELS.to_json()))  # type: ignore[arg-type] # checked there
        except InvalidRequestError as error:
            problems += error.problems
        try:
            width, height = dimensions.get("width"), dimensions.get("height")
            grid = cls(width, height, transform, present.get("crsCode"), present.get("crsWkt"))  # type: ignore[arg-type] # checked there
        except InvalidRequestError as error:
            problems += error.problems
        if problems:
            raise InvalidRequestError(problems)
        return grid

    def to_json(self) -> dict[str, object]:
        """Write the REST message, with all six members of the transform."""
        crs = {"crsWkt": self.crs_wkt} if self.crs_code is None else {"crsCode": self.crs_code}
        return {
            "dimensions": {"width": self.width, "height": self.height},
            "affineTransform": self.affine_transform.to_json(),
            **crs,
        }

    @classmethod
    @names_nearest_keyword
    def from_region(
        cls,
        region: RegionLike,
        *,
        crs: str,
        scale: Scale | None = None,
        dimensions: Dimensions | None = None,
        anchor: Anchor = "origin",
    ) -> PixelGrid:
        """Lay a grid over a region: every edge moves outwards to whole pixels.

        Up to a hundredth of a pixel at an edge may stay uncovered, so that a region which lies on grid lines
        already does not grow by a rounding error.

        Parameters
        ----------
        region
            GeoJSON Polygon or MultiPolygon in longitude and latitude (degrees), or anything with
            ``__geo_interface__``. Edges are straight in longitude and latitude; holes do not matter.
        crs
            ``EPSG:n``, another authority's code, or WKT.
        scale
            Pixel size in CRS units, one positive number or ``(sx, sy)``.
        dimensions
            ``(width, height)`` in pixels instead of a scale; the pixel size follows, and the anchor does not
            apply. A single number is the longer side, with square pixels.
        anchor
            What the grid lines up with: ``"origin"`` (multiples of the pixel size), ``"region"`` (the region's
            own north-west corner), ``(x, y)`` (any corner of the grid to line up with, in CRS units), or an
            ``AffineTransform`` or its six numbers (a whole lattice, north-up or not; then neither scale nor
            dimensions).

        Raises
        ------
        InvalidRequestError
            If an argument is not a possible one, the region has no finite, continuous image in the CRS or lies
            too far from where it can be used, or the grid would be larger than the service takes.
        """
        from ee_export_widget.core.grid.outline import region_bounds

        layout = read_layout(scale, dimensions, anchor)
        resolved = Crs.from_text(crs)
        return cls(*fit(layout, partial(region_bounds, region, resolved)), resolved.code, resolved.wkt)

    @classmethod
    def from_bounds(
        cls,
        bounds: Sequence[float],
        *,
        crs: str,
        scale: Scale | None = None,
        dimensions: Dimensions | None = None,
        anchor: Anchor = "origin",
    ) -> PixelGrid:
        """Lay a grid over a rectangle that is given in the CRS itself, with the rules of ``from_region``.

        Parameters
        ----------
        bounds
            ``(min_x, min_y, max_x, max_y)`` in CRS units.
        crs, scale, dimensions, anchor
            As for ``from_region``.

        Raises
        ------
        InvalidRequestError
            If an argument is not a possible one, or the grid would be larger than the service takes.
        """
        layout = read_layout(scale, dimensions, anchor)
        resolved = Crs.from_text(crs)
        return cls(*fit(layout, partial(rectangle_bounds, read_bounds(bounds))), resolved.code, resolved.wkt)

    @names_nearest_keyword
    def footprint(
        self,
        points_per_edge: int | None = None,
        *,
        near: float | None = None,
        view: Sequence[float] | None = None,
        zoom: float | None = None,
    ) -> dict[str, object]:
        """Draw the grid's outline as a GeoJSON Polygon in longitude and latitude.

        The outline starts at the corner of pixel (0, 0) and runs clockwise as the grid is stored. It is never
        cut at 180°: longitudes run on. Where a pole lies inside, the ring is closed along it.

        Parameters
        ----------
        points_per_edge
            Number of points on each edge. By default as many as a drawing needs: no chord is more than a
            thousandth of the drawing's width off the true outline in Web Mercator.
        near
            Longitude in degrees; chooses the world copy. By default the west edge lies in [-180, 180), and with a
            view it is the copy nearest to its middle.
        view
            ``(west, south, east, north)`` in degrees, the part of the world that a Web Mercator map shows. What is
            seen of the outline is then less than half a screen pixel off; the rest is coarse.
        zoom
            Zoom level of that map (tiles of 256 pixels), 0 to 30, whole or not; given together with ``view``.

        Raises
        ------
        InvalidRequestError
            If no part of the outline has a place on earth, ``points_per_edge`` is not a positive number, or only
            one of ``view`` and ``zoom`` is given or is none.
        """
        from ee_export_widget.core.grid.footprint import footprint
        from ee_export_widget.core.grid.map_view import read_view

        seen = None if view is None and zoom is None else read_view(view, zoom)
        return footprint(self, points_per_edge, near, seen)

    @names_nearest_keyword
    def split(
        self, *, max_pixels: int | None = None, tile: tuple[int, int] | None = None, antimeridian: bool = False
    ) -> list[PixelGrid]:
        """Cut the grid into grids of its own whole pixels, row by row from pixel (0, 0).

        Give exactly one of the three. The last column and the last row are short, never padded.

        Parameters
        ----------
        max_pixels
            No part has more pixels. Sides are multiples of 256 pixels where that fits.
        tile
            ``(width, height)`` of a part in pixels.
        antimeridian
            Cut at 180° where x runs on beyond it (degrees, Web Mercator), at the first column that begins there. What
            lies beyond comes back at 180° W, its pixels on the same ground. A grid that does not cross 180° is its
            own only part.

        Raises
        ------
        InvalidRequestError
            If not exactly one is given, a number is not positive, there would be more than 100000 parts, or a
            rotated grid, which has no column along a meridian, crosses 180°.
        """
        if antimeridian:
            refuse_two_ways(max_pixels, tile)
            return self._split_at_180()
        return [
            self._part(col, row, width, height)
            for col, row, width, height in tiles((self.width, self.height), max_pixels=max_pixels, tile=tile)
        ]

    def _split_at_180(self) -> list[PixelGrid]:
        """Cut at 180°, and bring each part to the world between 180° W and 180° E."""
        import numpy as np

        period = self.crs.period
        if period is None:
            return [self]
        x_of_180 = float(self.crs.project(np.array([180.0]), np.array([0.0]))[0][0])
        return [
            self._part(col, row, width, height).moved(-turns * period)
            for (col, row, width, height), turns in windows_between(
                self.affine_transform, (self.width, self.height), x_of_180, period
            )
        ]

    def moved(self, x: float) -> PixelGrid:
        """Give the same pixels further along x, in CRS units."""
        transform = self.affine_transform
        return replace(self, affine_transform=replace(transform, translate_x=transform.translate_x + x))

    def _part(self, col: int, row: int, width: int, height: int) -> PixelGrid:
        """Give a window of the grid, its corner computed from the integers."""
        return replace(self, width=width, height=height, affine_transform=self.affine_transform.shifted(col, row))

    @classmethod
    def from_map(
        cls,
        drawn_on: object,
        *,
        crs: str,
        scale: Scale | None = None,
        dimensions: Dimensions | None = None,
        anchor: Anchor = "origin",
    ) -> PixelGrid:
        """Lay a grid over what was drawn on a geemap or ipyleaflet map; the rest is as for ``from_region``."""
        from ee_export_widget.core.grid.interop import from_map

        return cls.from_region(from_map(drawn_on), crs=crs, scale=scale, dimensions=dimensions, anchor=anchor)

    @classmethod
    def from_affine(cls, transform: Iterable[float], width: int, height: int, crs: object) -> PixelGrid:
        """Make a grid of an ``affine.Affine``, a size in pixels and a CRS of any library."""
        from ee_export_widget.core.grid.interop import from_affine

        return from_affine(transform, width, height, crs)

    @classmethod
    def from_rasterio(cls, source: object) -> PixelGrid:
        """Make a grid of a rasterio profile, or of an open dataset."""
        from ee_export_widget.core.grid.interop import from_rasterio

        return from_rasterio(source)

    @classmethod
    def from_geobox(cls, geobox: GeoBox) -> PixelGrid:
        """Make a grid of an odc-geo ``GeoBox``."""
        from ee_export_widget.core.grid.interop import from_geobox

        return from_geobox(geobox)

    @classmethod
    def from_xarray(cls, data: DataArray | Dataset) -> PixelGrid:
        """Make a grid of the pixels of an xarray object; needs rioxarray."""
        from ee_export_widget.core.grid.interop import from_xarray

        return from_xarray(data)

    @classmethod
    def from_ee(cls, parameters: Mapping[str, Any]) -> PixelGrid:
        """Make a grid of ``crs``, ``crsTransform`` and ``dimensions``, as Earth Engine's client has them."""
        from ee_export_widget.core.grid.interop import from_ee

        return from_ee(parameters)

    def to_rasterio(self) -> dict[str, Any]:
        """Give ``width``, ``height``, ``transform`` and ``crs`` of a rasterio profile; needs affine."""
        from ee_export_widget.core.grid.interop import to_rasterio

        return to_rasterio(self)

    def to_geobox(self) -> GeoBox:
        """Give the grid as an odc-geo ``GeoBox``."""
        from ee_export_widget.core.grid.interop import to_geobox

        return to_geobox(self)

    def to_xarray(self) -> Dataset:
        """Give an empty ``xarray.Dataset`` on this grid; needs rioxarray."""
        from ee_export_widget.core.grid.interop import to_xarray

        return to_xarray(self)

    def to_ee(self) -> dict[str, Any]:
        """Give the arguments with which the official client exports exactly this grid."""
        from ee_export_widget.core.grid.interop import to_ee

        return to_ee(self)

    @property
    def crs_text(self) -> str:
        """The CRS as it is written: its code, otherwise its WKT."""
        return self.crs_code or self.crs_wkt or ""

    @property
    def crs(self) -> Crs:
        """The CRS, resolved.

        Raises
        ------
        InvalidRequestError
            If it is not known.
        """
        return Crs.from_text(self.crs_text)

    @property
    def pixel_count(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def bounds(self) -> Bounds:
        """``(min_x, min_y, max_x, max_y)`` of the grid's outer corners, in CRS units."""
        corners = [self.affine_transform.apply(col, row) for col in (0, self.width) for row in (0, self.height)]
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def _unknown_members(path: str, mapping: Mapping[str, object], known: tuple[str, ...]) -> list[Problem]:
    """Report the members of an object that its message does not have."""
    return [
        Problem(f"{path}.{name}", "unknown-member", "error", f"{path} has no member {name}.")
        for name in mapping
        if name not in known
    ]


_UNIT_PIXELS = AffineTransform(1, 0, 0, 0, -1, 0)
