"""Where a grid is cut into parts of whole pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.core.grid.snapping import TOLERANCE_PX
from ee_export_widget.core.reading import whole_number
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ee_export_widget.core.grid.affine import AffineTransform

Window: TypeAlias = tuple[int, int, int, int]
"""A part of a grid in its own pixels: ``(first column, first row, width, height)``."""

TILE_STEP_PX = 256
"""Sides of parts are multiples of this where that fits: the tile size of the files."""

MAX_PARTS = 100_000


def tiles(size: tuple[int, int], *, max_pixels: int | None, tile: Sequence[int] | None) -> Iterator[Window]:
    """Cut ``size`` pixels into tiles, row by row; see ``PixelGrid.split``."""
    width, height = _tile_size(size, max_pixels, tile)
    for row in range(0, size[1], height):
        for col in range(0, size[0], width):
            yield col, row, min(width, size[0] - col), min(height, size[1] - row)


def windows_between(
    transform: AffineTransform, size: tuple[int, int], x: float, period: float
) -> Iterator[tuple[Window, int]]:
    """Cut ``size`` pixels where x passes ``x`` or a multiple of ``period`` from it, at whole columns (or rows).

    Yields
    ------
    tuple[Window, int]
        A part, and the number of the stretch between two cuts that it lies in: 0 ends at ``x``.

    Raises
    ------
    InvalidRequestError
        If x changes along both columns and rows and has to be cut.
    """
    across = transform.shear_x == 0
    count, step = (size[0], transform.scale_x) if across else (size[1], transform.shear_x)
    ends = [transform.apply(col, row)[0] for col in (0, size[0]) for row in (0, size[1])]
    turns = range(math.ceil((min(ends) - x) / period), math.ceil((max(ends) - x) / period))
    if turns and not across and transform.scale_x != 0:
        message = "The grid is rotated, so no column of it begins at 180°."
        raise InvalidRequestError.of("grid", "split-rotated", message, "Split it into tiles, or turn its north up.")
    at = [(x + turn * period - transform.translate_x) / step for turn in turns]
    # Less than a pixel on the far side stays where it is: worlds overhang by that.
    cuts = {math.ceil(p - TOLERANCE_PX) for p in at if p + TOLERANCE_PX >= 1 and p - TOLERANCE_PX <= count - 1}
    for start, end in pairwise([0, *sorted(cuts), count]):
        middle = transform.translate_x + (start + end) / 2 * step
        window = (start, 0, end - start, size[1]) if across else (0, start, size[0], end - start)
        yield window, math.floor((middle - x) / period) + 1 if cuts else 0


def refuse_two_ways(*ways: object) -> None:
    """Refuse a grid that is to be split in another way too, or in none."""
    if any(way is not None for way in ways):
        message = "A grid is split by a number of pixels, by a tile size, or at 180°."
        raise InvalidRequestError.of("grid", "split-one-way", message, "Give exactly one.")


def _tile_size(size: tuple[int, int], max_pixels: int | None, tile: Sequence[int] | None) -> tuple[int, int]:
    """Choose the ``(width, height)`` of the parts."""
    if (max_pixels is None) == (tile is None):
        refuse_two_ways(size)
    # One number for a tile is none: which side it is of, nobody said.
    sides: Iterable[object] = (max_pixels,) if tile is None else tile if isinstance(tile, Iterable) else ()
    numbers = [whole_number(value) for value in sides]
    match numbers:
        case [int(most)] if tile is None and most > 0:
            width, height = _largest(size, most)
        case [int(width), int(height)] if min(width, height) > 0:
            pass
        case _:
            message = "Parts of a grid need whole numbers of pixels above 0."
            raise InvalidRequestError.of("grid", "split-not-positive", message, "Give max_pixels or (width, height).")
    parts = math.ceil(size[0] / width) * math.ceil(size[1] / height)
    if parts > MAX_PARTS:
        message = f"That would make {parts:,} parts; {MAX_PARTS:,} is the most."
        raise InvalidRequestError.of("grid", "split-too-fine", message, "Allow larger parts.")
    return width, height


def _largest(size: tuple[int, int], max_pixels: int) -> tuple[int, int]:
    """Find a part of at most ``max_pixels``, about square, no larger than the grid."""
    if size[0] * size[1] <= max_pixels:
        return size
    square = math.isqrt(max_pixels)
    shorter = min(_stepped(square), *size)
    longer = _stepped(max_pixels // shorter)
    return (shorter, min(longer, size[1])) if size[0] <= size[1] else (min(longer, size[0]), shorter)


def _stepped(side: int) -> int:
    """Round a side down to whole tiles of the files, if it is as large as one."""
    return side - side % TILE_STEP_PX if side >= TILE_STEP_PX else side
