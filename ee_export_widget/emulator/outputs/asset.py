"""Writing an image as an asset: one cloud-optimised GeoTIFF per band, reduced by the band's policy."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ee_export_widget.emulator.assets import band_file_name
from ee_export_widget.emulator.image import Pixels
from ee_export_widget.emulator.raster.ahead import ahead
from ee_export_widget.emulator.raster.files import PyramidWriter, writing
from ee_export_widget.emulator.raster.grid import windows
from ee_export_widget.emulator.raster.pyramid import level_count, level_size, reduce_once
from ee_export_widget.emulator.raster.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ee_export_widget.emulator.image import Band
    from ee_export_widget.emulator.raster.grid import PixelGrid

_BANDS_AT_ONCE = 16
"""More bands than this are computed in turns, so that memory does not grow with their number."""


def block_size(grid: PixelGrid) -> int:
    """Return the side of the blocks an image is computed in: small ones where it is small, to show its progress."""
    return 256 if max(grid.width, grid.height) <= 2048 else 512  # noqa: PLR2004 - pixels


def block_count(grid: PixelGrid, bands: int) -> int:
    """Return how many times `write_bands` reports a computed block."""
    return bands * len(windows(grid.width, grid.height, block_size(grid)))


def write_bands(  # noqa: PLR0913 - what, where and whom to tell
    bands: Sequence[Band],
    grid: PixelGrid,
    policies: Sequence[str],
    directory: Path,
    scratch: Path,
    *,
    computed: Callable[[], None],
    written: Callable[[], None],
) -> None:
    """Compute bands on a grid and write each with its pyramid.

    Parameters
    ----------
    bands, policies
        The bands, and the pyramiding policy of each.
    grid
        The pixels to write.
    directory
        Where the finished files go, named after their bands.
    scratch
        An empty directory for intermediate files.
    computed
        Called after every block of every band, `block_count` times in all; may raise to stop.
    written
        Called after every finished file; may raise to stop.
    """
    for start in range(0, len(bands), _BANDS_AT_ONCE):
        chosen = slice(start, start + _BANDS_AT_ONCE)
        writers = [
            PyramidWriter(scratch, str(start + index), band.id, grid, band.type.dtype)
            for index, band in enumerate(bands[chosen])
        ]
        with writing(scratch):
            with ExitStack() as stack:
                for writer in writers:
                    stack.enter_context(writer)
                blocks = stack.enter_context(closing(ahead(partial(_compute, bands[chosen]), _leaves(grid))))
                _Builder(grid, policies[chosen], writers, blocks, computed).build()
            paths = [directory / band_file_name(band.id) for band in bands[chosen]]
            with closing(ahead(_finish, zip(writers, paths, strict=True))) as files:
                for _ in files:
                    written()


def _leaves(grid: PixelGrid) -> Iterator[PixelGrid]:
    """Yield the blocks of an image in the order of its pyramid: all of a parent's before the next parent's."""
    size, top = block_size(grid), level_count(grid.width, grid.height)

    def below(level: int, column: int, row: int) -> Iterator[PixelGrid]:
        step = size << level
        left, upper = column * step, row * step
        if left >= grid.width or upper >= grid.height:
            return
        if level == 0:
            yield grid.part(left, upper, min(size, grid.width - left), min(size, grid.height - upper))
            return
        for down in (0, 1):
            for across in (0, 1):
                yield from below(level - 1, 2 * column + across, 2 * row + down)

    for part in windows(*level_size(grid.width, grid.height, top), size):
        yield from below(top, part.column // size, part.row // size)


def _compute(bands: Sequence[Band], part: PixelGrid) -> list[Pixels]:
    """Return the pixels of all bands on one block."""
    reader = Reader(part)
    return [reader.pixels(band) for band in bands]


def _finish(job: tuple[PyramidWriter, Path]) -> None:
    writer, path = job
    writer.finish(path)


@dataclass(frozen=True)
class _Builder:
    """Walks an image as a tree of blocks, so that each is reduced while it is in memory."""

    grid: PixelGrid
    policies: Sequence[str]
    writers: Sequence[PyramidWriter]
    blocks: Iterator[list[Pixels]]
    computed: Callable[[], None]

    def build(self) -> None:
        """Write all levels."""
        level = level_count(self.grid.width, self.grid.height)
        size = block_size(self.grid)
        for part in windows(*level_size(self.grid.width, self.grid.height, level), size):
            self._block(level, part.column // size, part.row // size)

    def _block(self, level: int, column: int, row: int) -> list[Pixels] | None:
        """Return the bands' pixels of one block of a level, after writing it and all below; `None` outside."""
        size = block_size(self.grid)
        width, height = level_size(self.grid.width, self.grid.height, level)
        left, top = column * size, row * size
        if left >= width or top >= height:
            return None
        if level == 0:
            blocks = next(self.blocks)
            for _ in blocks:
                self.computed()
        else:
            children = [
                [self._block(level - 1, 2 * column + across, 2 * row + down) for across in (0, 1)] for down in (0, 1)
            ]
            blocks = [reduce_once(_joined(children, index), policy) for index, policy in enumerate(self.policies)]
        for writer, pixels in zip(self.writers, blocks, strict=True):
            writer.write(level, left, top, pixels)
        return blocks


def _joined(children: list[list[list[Pixels] | None]], index: int) -> Pixels:
    """Put one band's children of a block side by side."""
    rows = [[block[index] for block in row if block is not None] for row in children]
    return Pixels(
        np.block([[pixels.values for pixels in row] for row in rows if row]),
        np.block([[pixels.mask for pixels in row] for row in rows if row]),
    )
