"""Reading bands on a grid: one reader per window, which computes everything at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ee_export_widget.emulator.image import Pixels

from .grid import Window
from .lookup import Lookup, locate

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ee_export_widget.emulator.image import Band

    from .grid import PixelGrid, Projection

MAX_SOURCE_PIXELS = 1 << 22
"""More source pixels than this are not held for one window; the window is halved instead."""

_TIE = 1e-6
"""Centres this close to a pixel's edge, in pixels, count as on it: rounding must not decide between neighbours."""


class Reader:
    """Gives the pixels of bands on one grid.

    Parameters
    ----------
    grid
        The pixels that are wanted.
    preview
        Whether bands of assets may be taken from their reduced copies where the grid is coarser, and places be off by
        a twentieth of a pixel: right for map tiles, where the service shows its pyramids too, and wrong for values that
        must be the source's own.
    """

    def __init__(self, grid: PixelGrid, *, preview: bool = False) -> None:
        self.grid = grid
        self.preview = preview
        self._pixels: dict[int, Pixels] = {}
        self._bands: list[Band] = []
        self._lookups: dict[Projection, Lookup] = {}
        self._others: dict[PixelGrid, Reader] = {}

    def pixels(self, band: Band) -> Pixels:
        """Return a band's pixels on this grid; they are shared and must not be written to."""
        found = self._pixels.get(id(band))
        if found is None:
            found = self._pixels[id(band)] = band.read(self)
            self._bands.append(band)  # an id stays unique only while its object lives
        return found

    def on(self, grid: PixelGrid) -> Reader:
        """Return the reader of the same kind for another grid."""
        if grid == self.grid:
            return self
        return self._others.setdefault(grid, Reader(grid, preview=self.preview))

    def lookup(self, projection: Projection) -> Lookup:
        """Return where this grid's pixel centres lie on another lattice."""
        found = self._lookups.get(projection)
        if found is None:
            found = self._lookups[projection] = locate(self.grid, projection, roughly=self.preview)
        return found

    def nearest(
        self, projection: Projection, extent: Window | None, dtype: np.dtype[Any], fetch: Callable[[Window], Pixels]
    ) -> Pixels:
        """Return for every pixel the one of another lattice that contains its centre.

        Parameters
        ----------
        projection, extent
            The other lattice, and the part of it that has pixels (`None`: all of it). Outside is masked.
        dtype
            Of the values.
        fetch
            Gives the pixels of a window of that lattice that is not empty and lies inside the extent.
        """
        lookup = self.lookup(projection)
        inside, columns, rows = _whole(lookup, extent)
        window = _bounds(inside, columns, rows)
        if window.area > max(MAX_SOURCE_PIXELS, 4 * self.grid.width * self.grid.height) and self._can_be_halved():
            return self._in_halves(projection, extent, dtype, fetch)
        if not window.area:
            shape = (self.grid.height, self.grid.width)
            return Pixels(np.zeros(shape, dtype), np.zeros(shape, np.float32))
        source = fetch(window)
        if lookup.columns.shape[0] == 1 and _is_run(columns, inside[0]) and _is_run(rows, inside[1]):
            return self._placed(source, inside)
        both = inside[0] & inside[1]
        column_ok, row_ok = (both, both) if columns.shape == rows.shape else inside
        at = (np.where(row_ok, rows - window.row, 0), np.where(column_ok, columns - window.column, 0))
        values, mask = source.values[at], source.mask[at]
        outside = ~both
        if outside.any():
            values[outside], mask[outside] = 0, 0
        return Pixels(values, mask)

    def _placed(self, source: Pixels, inside: tuple[NDArray[np.bool_], NDArray[np.bool_]]) -> Pixels:
        """Copy a window that is the grid's own lattice to its place."""
        shape = (self.grid.height, self.grid.width)
        if source.values.shape == shape:
            return source
        column, row = int(np.argmax(inside[0][0])), int(np.argmax(inside[1][:, 0]))
        place = np.s_[row : row + source.values.shape[0], column : column + source.values.shape[1]]
        values, mask = np.zeros(shape, source.values.dtype), np.zeros(shape, np.float32)
        values[place], mask[place] = source
        return Pixels(values, mask)

    def _can_be_halved(self) -> bool:
        return max(self.grid.width, self.grid.height) > 1

    def _in_halves(
        self, projection: Projection, extent: Window | None, dtype: np.dtype[Any], fetch: Callable[[Window], Pixels]
    ) -> Pixels:
        """Read the grid as two, so that a coarse view of a large source stays small in memory."""
        grid = self.grid
        if grid.width >= grid.height:
            middle = grid.width // 2
            parts = (grid.part(0, 0, middle, grid.height), grid.part(middle, 0, grid.width - middle, grid.height))
            axis = 1
        else:
            middle = grid.height // 2
            parts = (grid.part(0, 0, grid.width, middle), grid.part(0, middle, grid.width, grid.height - middle))
            axis = 0
        first, second = (Reader(part, preview=self.preview).nearest(projection, extent, dtype, fetch) for part in parts)
        return Pixels(*(np.concatenate(pair, axis=axis) for pair in zip(first, second, strict=True)))


def _whole(
    lookup: Lookup, extent: Window | None
) -> tuple[tuple[NDArray[np.bool_], NDArray[np.bool_]], NDArray[np.int64], NDArray[np.int64]]:
    """Return which positions have a pixel, and which pixel: ((column ok, row ok), columns, rows)."""
    oks, wholes = [], []
    limits = ((extent.column, extent.width), (extent.row, extent.height)) if extent else ((None, 0), (None, 0))
    for positions, (start, length) in zip((lookup.columns, lookup.rows), limits, strict=True):
        finite = np.isfinite(positions)
        whole = np.floor(np.where(finite, positions, 0) + _TIE).astype(np.int64)
        oks.append(finite if start is None else finite & (whole >= start) & (whole < start + length))
        wholes.append(whole)
    return (oks[0], oks[1]), wholes[0], wholes[1]


def _bounds(
    inside: tuple[NDArray[np.bool_], NDArray[np.bool_]], columns: NDArray[np.int64], rows: NDArray[np.int64]
) -> Window:
    """Return the smallest window that holds the pixels which are inside."""
    both = inside[0] & inside[1] if columns.shape == rows.shape else None
    used_columns = columns[inside[0] if both is None else both]
    used_rows = rows[inside[1] if both is None else both]
    if not used_columns.size or not used_rows.size:
        return Window(0, 0, 0, 0)
    column, row = int(used_columns.min()), int(used_rows.min())
    return Window(column, row, int(used_columns.max()) - column + 1, int(used_rows.max()) - row + 1)


def _is_run(positions: NDArray[np.int64], inside: NDArray[np.bool_]) -> bool:
    """Whether the positions that are inside go up one by one."""
    used = positions[inside]
    return bool((np.diff(used) == 1).all())
