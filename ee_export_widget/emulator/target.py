"""Which pixels a request asks for: its grid completed from the image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from .errors import invalid
from .raster.grid import PixelGrid, Projection, apply, compose, read_affine, read_crs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .image import Image

SNAP_PX = 0.01
"""Bounds this close to a pixel's edge, in pixels, are on it."""

_OUTLINE_POINTS = 65


def target_grid(image: Image, message: Mapping[str, Any]) -> PixelGrid:
    """Return the complete grid that a request means.

    What the message leaves out comes from the image's first band: the system, the transform (where the system is the
    image's), and the size that covers it.

    Parameters
    ----------
    image
        With at least one band.
    message
        A PixelGrid message, `{}` for the whole image on its own pixels.

    Raises
    ------
    ServiceError
        When the image has no bounds and the message gives none.
    """
    if not image.bands:
        raise invalid("The image has no bands.")
    own = image.bands[0].projection
    crs = read_crs(message) or own.crs
    if "affineTransform" in message:
        projection = Projection(crs, read_affine(message["affineTransform"]))
    elif crs.same_as(own.crs):
        projection = own
    else:
        raise invalid("The grid names a coordinate system other than the image's and no affineTransform.")
    if "dimensions" in message:
        return PixelGrid(projection, message["dimensions"]["width"], message["dimensions"]["height"])
    grid = image.bands[0].grid
    if grid is None:
        raise invalid("Unable to export unbounded image.")
    if projection == own:
        return grid
    return covering(projection, bounds_on(projection, grid))


def bounds_on(projection: Projection, grid: PixelGrid) -> tuple[float, float, float, float]:
    """Return what a grid covers in pixels of another lattice: (left, top, right, bottom).

    Raises
    ------
    ServiceError
        When part of its outline has no place there.
    """
    steps = np.linspace(0, 1, _OUTLINE_POINTS)
    zeros, ones = np.zeros_like(steps), np.ones_like(steps)
    columns = np.concatenate([steps, ones, steps, zeros]) * grid.width
    rows = np.concatenate([zeros, steps, ones, steps]) * grid.height
    xs, ys = grid.crs.transformer_to(projection.crs).transform(*apply(grid.transform, columns, rows))
    columns, rows = apply(~projection.transform, np.asarray(xs), np.asarray(ys))
    if not (np.isfinite(columns).all() and np.isfinite(rows).all()):
        raise invalid(f"Unable to transform the image's edge from {grid.crs.text} to {projection.crs.text}.")
    return float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max())


def covering(projection: Projection, bounds: tuple[float, float, float, float]) -> PixelGrid:
    """Return the whole pixels of a lattice that cover bounds given in its pixels."""
    left, top = (math.floor(value + SNAP_PX) for value in bounds[:2])
    right, bottom = (math.ceil(value - SNAP_PX) for value in bounds[2:])
    transform = compose(projection.transform, Affine.translation(left, top))
    return PixelGrid(Projection(projection.crs, transform), max(1, right - left), max(1, bottom - top))
