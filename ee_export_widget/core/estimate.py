"""How much an export will be: pixels, bytes, files, and the numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo

DEFAULT_MAX_PIXELS = 10**8
"""What the service allows where maxPixels is not set (service reference)."""

PIXELS_CEILING = 10**13
"""No export has more pixels than this."""

_STEPS = (1, 2, 5)
_COUNT_UNITS = (("M", 10**6), ("G", 10**9), ("T", 10**12), ("P", 10**15))
_BYTE_UNITS = (("B", 1), ("KB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12), ("PB", 10**15))
_NEXT_UNIT = 1000


class FileCount(NamedTuple):
    """Number of files that a grid is cut into."""

    columns: int
    rows: int

    @property
    def total(self) -> int:
        """Columns times rows."""
        return self.columns * self.rows


def raw_bytes(pixel_count: int, image: ImageInfo) -> int:
    """Give the uncompressed size of an export, every band in its own type."""
    return pixel_count * image.bytes_per_pixel


def file_bytes(pixel_count: int, image: ImageInfo) -> int:
    """Give the uncompressed size of a file in which all bands have the widest type that occurs."""
    return pixel_count * len(image.bands) * max((band.bytes_per_pixel for band in image.bands), default=0)


def file_count(grid: PixelGrid, width: int, height: int) -> FileCount:
    """Count the files of ``width`` x ``height`` px that cover a grid; those at its edges are smaller."""
    return FileCount(-(-grid.width // width), -(-grid.height // height))


def next_round_number(number: int) -> int:
    """Give the first of 1, 2, 5, 10, 20, 50, … above a number."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power > number:
                return step * power
        power *= 10


def fitting_max_pixels(width: int, height: int) -> int:
    """Give a maxPixels with headroom for a grid: the service may count a border of a pixel more on each side."""
    return next_round_number((width + 2) * (height + 2))


def compact_count(number: int) -> str:
    """Write a number to be read at a glance: ``489,552``, ``9.24 M``, ``1.07 G``."""
    return f"{number:,}" if number < _COUNT_UNITS[0][1] else _scaled(number, _COUNT_UNITS)


def compact_bytes(number: int) -> str:
    """Write a number of bytes to be read at a glance: ``640 B``, ``4.1 KB``, ``166 MB``."""
    return _scaled(number, _BYTE_UNITS)


def _scaled(number: int, units: tuple[tuple[str, int], ...]) -> str:
    """Write three digits of a number in the first unit in which they stay below 1000."""
    *smaller, largest = units
    for unit, size in smaller:
        shown = float(f"{number / size:.3g}")
        if shown < _NEXT_UNIT:
            return f"{shown:g} {unit}"
    return f"{number / largest[1]:,.0f} {largest[0]}"
