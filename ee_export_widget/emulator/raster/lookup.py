"""Where the pixels of one grid lie on another lattice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .grid import apply, compose

if TYPE_CHECKING:
    from .grid import PixelGrid, Projection

Places = NDArray[Any]

_CELLS = 16
"""Pieces along a side of a grid whose places are interpolated."""

_SLACK_PX = 0.05
"""How far an interpolated place may be off, in pixels of the grid: nobody sees that on a map."""

_WORTHWHILE_PX = 64
"""Grids with a shorter side are transformed pixel by pixel."""


@dataclass(frozen=True)
class Lookup:
    """For every pixel of a grid, where its centre lies on another lattice.

    Attributes
    ----------
    columns, rows
        Positions in pixels of the other lattice, corners at whole numbers, not finite where there is no such place.
        Shapes (1, width) and (height, 1) where the axes of both lattices are parallel, else (height, width).
    """

    columns: Places
    rows: Places


def locate(grid: PixelGrid, projection: Projection, *, roughly: bool = False) -> Lookup:
    """Find the centres of a grid on a lattice, without any transformation where the systems are the same.

    Parameters
    ----------
    grid, projection
        Whose pixels are looked up, and where.
    roughly
        Allow an error of a twentieth of a pixel of the grid, where that is much faster.
    """
    columns, rows = np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5
    if grid.crs.same_as(projection.crs):
        between = compose(~projection.transform, grid.transform)
        return Lookup(*_through(between, columns[np.newaxis, :], rows[:, np.newaxis]))
    if roughly and min(grid.width, grid.height) >= _WORTHWHILE_PX:
        found = _interpolated(grid, projection, columns, rows)
        if found is not None:
            return found
    return Lookup(*_places(grid, projection, columns, rows))


def _through(transform: Any, columns: Places, rows: Places) -> tuple[Any, Any]:  # noqa: ANN401
    """Apply a transform, keeping rows and columns apart where it does."""
    a, b, c, d, e, f = tuple(transform)[:6]
    if b == 0 and d == 0:
        return a * columns + c, e * rows + f
    return apply(transform, columns, rows)


def _places(grid: PixelGrid, projection: Projection, columns: Places, rows: Places) -> tuple[Places, Places]:
    """Return where the points at every row and column of a grid lie on a lattice, shape (rows, columns)."""
    across, down = np.meshgrid(columns, rows)
    xs, ys = apply(grid.transform, np.asarray(across), np.asarray(down))
    xs, ys = grid.crs.transformer_to(projection.crs).transform(xs, ys)
    with np.errstate(invalid="ignore"):
        return apply(~projection.transform, np.asarray(xs), np.asarray(ys))


def _interpolated(grid: PixelGrid, projection: Projection, columns: Places, rows: Places) -> Lookup | None:
    """Return the lookup interpolated between a few exact places; `None` where the way between them is not straight."""
    across, down = np.linspace(0, grid.width, 2 * _CELLS + 1), np.linspace(0, grid.height, 2 * _CELLS + 1)
    columns_at, rows_at = _places(grid, projection, across, down)
    across_known, down_known = across[::2], down[::2]
    with np.errstate(invalid="ignore"):
        exact = columns_at + 1j * rows_at  # differences of complex numbers are ways in the plane
        known = exact[::2, ::2]
        error = np.abs(_between(known, across_known, down_known, across, down) - exact).max()
        pixel = min(np.abs(np.diff(exact, axis=0)).min() / down[1], np.abs(np.diff(exact, axis=1)).min() / across[1])
    if not error <= _SLACK_PX * pixel:  # also where a place is not finite
        return None
    found = _between(known, across_known, down_known, columns, rows)
    return Lookup(found.real, found.imag)


def _between(known: Places, across: Places, down: Places, columns: Places, rows: Places) -> Places:
    """Interpolate what is known at (down, across) for every row and column."""
    return _blended(_blended(known, rows / down[1]).T, columns / across[1]).T


def _blended(lines: Places, wanted: Places) -> Places:
    """Return what lies between lines at the numbers that are wanted."""
    first = np.minimum(wanted.astype(int), len(lines) - 2)
    share = (wanted - first)[:, np.newaxis]
    return np.asarray(lines[first] * (1 - share) + lines[first + 1] * share)
