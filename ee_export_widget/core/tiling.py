"""How large the parts of a grid are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ee_export_widget.core.reading import whole_number
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE_STEP_PX = 256
"""Sides of parts are multiples of this where that fits: the tile size of the files."""

MAX_PARTS = 100_000


def tile_size(size: tuple[int, int], *, max_pixels: int | None, tile: Sequence[int] | None) -> tuple[int, int]:
    """Choose the ``(width, height)`` of the parts of a grid of ``size`` pixels.

    Raises
    ------
    InvalidRequestError
        If not exactly one of ``max_pixels`` and ``tile`` is given, a number is not positive, or there would be
        more than 100000 parts.
    """
    if (max_pixels is None) == (tile is None):
        raise InvalidRequestError.of(
            "grid", "split-one-way", "A grid is split by a number of pixels or by a tile size.", "Give one of the two."
        )
    numbers = [whole_number(value) for value in ((max_pixels,) if tile is None else tile)]
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
