"""Projections, grids and geometries of images."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from affine import Affine

from ee_export_widget.emulator.errors import invalid
from ee_export_widget.emulator.geometry import Geometry, to_geometry
from ee_export_widget.emulator.image import UNPLACED, Band, Image, Pixels
from ee_export_widget.emulator.raster.grid import PixelGrid, Projection, Window, compose, read_transform
from ee_export_widget.emulator.target import SNAP_PX, bounds_on, covering

from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.raster.reader import Reader

MAX_REPROJECTION_PX = 1 << 26
"""Pixels of an inner reprojection that one window may need; the service has such a limit too."""


def image_projection(image: Image) -> Projection:
    """Return the projection that all bands share.

    Raises
    ------
    AlgorithmError
        In the service's words, when they differ.
    """
    projections = {band.projection for band in image.bands}
    if len(projections) > 1:
        raise AlgorithmError(
            "The bands of the specified image contains different projections. Use an explicit projection to avoid this."
        )
    return next(iter(projections), UNPLACED)


def on_lattice(band: Band, projection: Projection, extent: Window | None) -> Band:
    """Return a band that is computed on a lattice of its own, and looked up there by nearest neighbour."""

    def fetch(reader: Reader, window: Window) -> Pixels:
        if window.area > MAX_REPROJECTION_PX:
            raise invalid(f"Reprojection output too large ({window.width}x{window.height} pixels).")
        corner = compose(projection.transform, Affine.translation(window.column, window.row))
        grid = PixelGrid(Projection(projection.crs, corner), window.width, window.height)
        return reader.on(grid).pixels(band)

    def read(reader: Reader) -> Pixels:
        return reader.nearest(projection, extent, band.type.dtype, lambda window: fetch(reader, window))

    return replace(band, read=read, projection=projection, extent=extent)


def _moved_extent(band: Band, projection: Projection) -> Window | None:
    """Return the pixels of another lattice that a band covers."""
    if band.grid is None:
        return None
    left, top, right, bottom = bounds_on(projection, band.grid)
    column, row = math.floor(left + SNAP_PX), math.floor(top + SNAP_PX)
    return Window(column, row, max(1, math.ceil(right - SNAP_PX) - column), max(1, math.ceil(bottom - SNAP_PX) - row))


def _wanted(projection: Projection, transform: list[float] | None, scale: float | None) -> Projection:
    """Return the projection that the three arguments of reproject name."""
    if transform is not None and scale is not None:
        raise AlgorithmError("Cannot specify both crsTransform and scale.")
    if transform is not None:
        return Projection(projection.crs, read_transform(transform))
    if scale is not None:
        side = scale / projection.crs.metres_per_unit
        return Projection(projection.crs, Affine(side, 0, 0, 0, -side, 0))
    return projection


@algorithm(
    "Image.reproject",
    "image:Image crs:Projection crsTransform:List? scale:Float?",
    "Image",
    "Computes the image on a given projection.",
)
def _reproject(
    _: Evaluator, image: Image, crs: Projection, transform: list[float] | None, scale: float | None
) -> Image:
    projection = _wanted(crs, transform, scale)
    return image.with_bands(
        tuple(on_lattice(band, projection, _moved_extent(band, projection)) for band in image.bands)
    )


@algorithm(
    "Image.setDefaultProjection",
    "image:Image crs:Projection crsTransform:List? scale:Float?",
    "Image",
    "Names the projection that the image has where none is asked for.",
)
def _set_default_projection(
    _: Evaluator, image: Image, crs: Projection, transform: list[float] | None, scale: float | None
) -> Image:
    projection = _wanted(crs, transform, scale)
    return image.with_bands(
        tuple(replace(band, projection=projection, extent=_moved_extent(band, projection)) for band in image.bands)
    )


@algorithm("Image.projection", "image:Image", "Projection", "Returns the projection of the bands.")
def _image_projection(_: Evaluator, image: Image) -> Projection:
    return image_projection(image)


@algorithm("Image.clip", "input:Image geometry:Object", "Image", "Masks what lies outside of a geometry.")
def _clip(_: Evaluator, image: Image, geometry: object) -> Image:
    try:
        outline = to_geometry(geometry)
    except TypeError as error:
        raise AlgorithmError("A geometry was expected.") from error
    return image.with_bands(tuple(_clipped(band, outline) for band in image.bands))


def _clipped(band: Band, geometry: Geometry) -> Band:
    def read(reader: Reader) -> Pixels:
        pixels = reader.pixels(band)
        return Pixels(pixels.values, np.where(geometry.covers(reader.grid), pixels.mask, 0).astype(np.float32))

    grid = covering(band.projection, geometry.bounds_on(band.projection))
    column, row = (round(value) for value in _offset(grid, band.projection))
    extent = Window(column, row, grid.width, grid.height)
    if band.extent is not None:
        extent = band.extent.intersection(extent)
        if not extent.area:
            extent = Window(band.extent.column, band.extent.row, 1, 1)
    return replace(band, read=read, extent=extent)


def _offset(grid: PixelGrid, projection: Projection) -> tuple[float, float]:
    """Return where a grid's corner lies on a lattice."""
    between = compose(~projection.transform, grid.transform)
    return between.c, between.f


@algorithm(
    "Image.clipToBoundsAndScale",
    "input:Image geometry:Geometry? width:Integer? height:Integer? maxDimension:Integer? scale:Float?",
    "Image",
    "Cuts the image to the bounds of a geometry, on pixels of a given size or number.",
)
def _clip_to_bounds_and_scale(  # noqa: PLR0913, PLR0917 - as many as the service has
    _: Evaluator,
    image: Image,
    geometry: Geometry | None,
    width: int | None,
    height: int | None,
    longest: int | None,
    scale: float | None,
) -> Image:
    if not image.bands:
        return image
    projection = image.bands[0].projection
    if scale is not None:
        if width or height or longest:
            raise AlgorithmError("Cannot specify both a scale and dimensions.")
        side = scale / projection.crs.metres_per_unit
        projection = Projection(projection.crs, Affine(side, 0, 0, 0, -side, 0))
    bounds = _bounds(image, geometry, projection)
    grid = _sized(projection, bounds, width, height, longest)
    extent = Window(0, 0, grid.width, grid.height)
    return image.with_bands(tuple(on_lattice(band, grid.projection, extent) for band in image.bands))


def _bounds(image: Image, geometry: Geometry | None, projection: Projection) -> tuple[float, float, float, float]:
    """Return the bounds of a geometry, or of the image, in pixels of a lattice."""
    if geometry is not None:
        return geometry.bounds_on(projection)
    grid = image.bands[0].grid
    if grid is None:
        raise AlgorithmError("The geometry for image clipping must be bounded.")
    return bounds_on(projection, grid)


def _sized(
    projection: Projection,
    bounds: tuple[float, float, float, float],
    width: int | None,
    height: int | None,
    longest: int | None,
) -> PixelGrid:
    """Return the grid over bounds with the pixels asked for; those of the lattice where nothing is asked for."""
    left, top, right, bottom = bounds
    across, down = right - left, bottom - top
    if longest is not None:
        width, height = (longest, None) if across >= down else (None, longest)
    if width is None and height is None:
        return covering(projection, bounds)
    step_x = across / width if width else down / (height or 1)
    step_y = down / height if height else step_x
    columns = width or max(1, math.ceil(across / step_x - SNAP_PX))
    rows = height or max(1, math.ceil(down / step_y - SNAP_PX))
    corner = compose(projection.transform, Affine(step_x, 0, left, 0, step_y, top))
    return PixelGrid(Projection(projection.crs, corner), columns, rows)
