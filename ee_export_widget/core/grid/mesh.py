"""The pixels of a grid as a map shows them: a net of places from which every corner of every pixel follows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ee_export_widget.core.crs.crs import MERCATOR_MAX_LATITUDE_DEG
from ee_export_widget.core.grid.map_view import mercator_deg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ee_export_widget.core.grid.map_view import View
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

    Floats: TypeAlias = NDArray[np.float64]

_SAMPLES = 17  # on each side of the view
_MARGIN = 0.02  # of what is seen, for what bends between samples
_CELLS = (1, 2, 4, 8, 16, 32)
_GOOD_PX, _USABLE_PX = 0.2, 2.0


@dataclass(frozen=True)
class Mesh:
    """A window of a grid and where it lies: between two neighbours of the net, places are as good as in a line."""

    column: int
    row: int
    columns: int
    rows: int
    """The window, in whole pixels of the grid."""

    places: tuple[tuple[tuple[float, float], ...], ...]
    """Longitude and latitude (degrees) of the knots, row by row: first and last are edges of the window."""


def mesh(grid: PixelGrid, view: View) -> Mesh | None:
    """Give the part of a grid that a view shows; None where it shows none, or no net of 32 cells is good enough.

    Places between the knots, computed in a plane Web Mercator map, are less than a fifth of a screen pixel off
    where 32 cells reach that, and never more than two.

    Raises
    ------
    InvalidRequestError
        If the CRS of the grid is not known.
    """
    window = _window(grid, view)
    if window is None:
        return None
    best: Floats | None = None
    error = math.inf
    for cells in _CELLS:
        knots = _knots(grid, window, 2 * cells)
        if knots is None:
            return None
        error = _error_px(knots, view)
        best = knots[::2, ::2]
        if error <= _GOOD_PX:
            break
    if best is None or error > _USABLE_PX:
        return None
    middle = best[..., 0].mean()
    best[..., 0] += 360 * round((view.centre_deg - middle) / 360)
    places = tuple(tuple((float(lon), float(lat)) for lon, lat in row) for row in best)
    return Mesh(*window, places)


def _window(grid: PixelGrid, view: View) -> tuple[int, int, int, int] | None:
    """Find the columns and rows that a view shows: first column, first row, and how many of each."""
    limit = MERCATOR_MAX_LATITUDE_DEG
    steps = np.linspace(0, 1, _SAMPLES)
    lon, lat = np.meshgrid(
        view.west + steps * (view.east - view.west),
        np.clip(view.south + steps * (view.north - view.south), -limit, limit),
    )
    flat_lon, flat_lat = lon.ravel(), lat.ravel()
    if (period := grid.crs.period) is not None:
        # x runs on beyond 180° here: the grid lies on one copy of the world, the view perhaps on another.
        left, _, right, _ = grid.bounds
        flat_lon = flat_lon + 360 * round(((left + right) / 2 / period * 360 - view.centre_deg) / 360)
    with np.errstate(all="ignore"):
        column, row = grid.affine_transform.locate(*grid.crs.project(flat_lon, flat_lat))
        known = np.isfinite(column) & np.isfinite(row)
    if not known.any():
        return None
    first_column, columns = _span(column[known], grid.width, whole=not known.all())
    first_row, rows = _span(row[known], grid.height, whole=not known.all())
    return (first_column, first_row, columns, rows) if columns > 0 and rows > 0 else None


def _span(positions: Floats, count: int, *, whole: bool) -> tuple[int, int]:
    if whole:
        return 0, count
    low, high = float(positions.min()), float(positions.max())
    margin = 1 + _MARGIN * (high - low)
    first = max(0, math.floor(max(low - margin, -1)))
    return first, min(count, math.ceil(min(high + margin, count + 1))) - first


def _knots(grid: PixelGrid, window: tuple[int, int, int, int], cells: int) -> Floats | None:
    """Give longitude and latitude of a net over a window, shape (cells + 1, cells + 1, 2); None off the earth."""
    column, row, columns, rows = window
    steps = np.linspace(0, 1, cells + 1)
    across, down = np.meshgrid(column + steps * columns, row + steps * rows)
    x, y = grid.affine_transform.apply(across, down)
    with np.errstate(all="ignore"):
        lon, lat = grid.crs.unproject(x.ravel(), y.ravel())
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    lon = lon.reshape(across.shape)
    if grid.crs.period is None:
        lon = np.unwrap(np.unwrap(lon, period=360, axis=1), period=360, axis=0)
    return np.stack([lon, lat.reshape(across.shape)], axis=-1)


def _error_px(knots: Floats, view: View) -> float:
    """Give how far the middles between every second knot are from where a map would put them."""
    flat = np.stack([knots[..., 0], mercator_deg(knots[..., 1])], axis=-1) * view.px_per_deg
    coarse = flat[::2, ::2]
    across = (coarse[:, 1:] + coarse[:, :-1]) / 2 - flat[::2, 1::2]
    down = (coarse[1:] + coarse[:-1]) / 2 - flat[1::2, ::2]
    middle = (coarse[1:, 1:] + coarse[1:, :-1] + coarse[:-1, 1:] + coarse[:-1, :-1]) / 4 - flat[1::2, 1::2]
    return max(float(np.hypot(part[..., 0], part[..., 1]).max()) for part in (across, down, middle))
