"""Bands that lie in files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affine import Affine

from ee_export_widget.emulator.errors import ServiceError

from .files import file_version, read_window
from .grid import PixelGrid, Projection, Window, apply, compose
from .pyramid import level_count, level_size

if TYPE_CHECKING:
    from pathlib import Path

    from ee_export_widget.emulator.image import Pixels, PixelType

    from .files import Version
    from .reader import Reader


@dataclass(frozen=True)
class StoredBand:
    """One band's file on disk.

    Attributes
    ----------
    path
        A GeoTIFF with the copies of its pyramid as overviews.
    grid
        Its pixels.
    pixel_type
        What they can be.
    version
        Of the file that these belong to.
    """

    path: Path
    grid: PixelGrid
    pixel_type: PixelType
    version: Version | None

    def read(self, reader: Reader) -> Pixels:
        """Return the pixels whose centres the reader's grid names; from a reduced copy for a coarser preview."""
        level = self._level(reader.grid) if reader.preview else 0
        width, height = level_size(self.grid.width, self.grid.height, level)
        projection = Projection(self.grid.crs, compose(self.grid.transform, Affine.scale(2**level)))
        extent = Window(0, 0, width, height)
        dtype = self.pixel_type.dtype
        return reader.nearest(projection, extent, dtype, lambda window: self._fetch(level, window))

    def _fetch(self, level: int, window: Window) -> Pixels:
        """Return pixels of the file, unless it is another one by now: two versions would make one wrong image."""
        pixels = read_window(self.path, level, window)
        if file_version(self.path) != self.version:
            raise ServiceError("ABORTED", f"The source's file {self.path.name} was replaced while it was read.")
        return pixels

    def _level(self, wanted: PixelGrid) -> int:
        """Return the coarsest copy that is still at least as fine as the wanted grid at its middle."""
        column, row = wanted.width / 2, wanted.height / 2
        corners = [apply(wanted.transform, column + dx, row + dy) for dx, dy in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))]
        inverse = ~self.grid.transform
        transformer = wanted.crs.transformer_to(self.grid.crs)
        (x0, y0), *others = (apply(inverse, *transformer.transform(*corner)) for corner in corners)
        step = max(max(abs(x - x0), abs(y - y0)) for x, y in others)
        levels = level_count(self.grid.width, self.grid.height)
        return next((level for level in range(levels, 0, -1) if 2**level <= step * 1.001), 0)
