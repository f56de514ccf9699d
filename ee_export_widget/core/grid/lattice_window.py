"""Parts of a grid in its own pixels, whichever way these lie: what a hand holds on the map.

A span is counted in the pixels of the grid set upright: the same pixels, numbered so that columns run as far to the
east as any side does, and rows to the right of that on the map.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import floor, hypot
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

Span: TypeAlias = tuple[float, float, float, float]
"""``(first column, first row, end column, end row)`` in pixels of an upright grid, whole or not; ends not included."""


def upright(grid: PixelGrid) -> PixelGrid:
    """Give the same pixels, counted from the north-west corner; a grid that is north-up stays as it is."""
    transform, counts = grid.affine_transform, (grid.width, grid.height)
    steps = (transform.scale_x, transform.shear_y), (transform.shear_x, transform.scale_y)
    across, right = max(product((0, 1), (1, -1)), key=lambda way: way[1] * steps[way[0]][0] / hypot(*steps[way[0]]))
    (right_x, right_y), (down_x, down_y) = steps[across], steps[1 - across]
    down = 1 if right * (right_x * down_y - right_y * down_x) < 0 else -1
    backwards = {across: right < 0, 1 - across: down < 0}
    corner = transform.shifted(*(counts[side] if backwards[side] else 0 for side in (0, 1)))
    turned = AffineTransform(
        right * right_x, down * down_x, corner.translate_x, right * right_y, down * down_y, corner.translate_y
    )
    return replace(grid, width=counts[across], height=counts[1 - across], affine_transform=turned)


def window(grid: PixelGrid, span: Span) -> PixelGrid:
    """Give the whole pixels of a grid's lattice that are nearest to a span: at least one each way.

    Raises
    ------
    InvalidRequestError
        If there would be more of them than a grid can have.
    """
    counted = upright(grid).affine_transform
    first, last = (
        grid.affine_transform.locate(*counted.apply(round(column), round(row))) for column, row in (span[:2], span[2:])
    )
    (col, end_col), (row, end_row) = (sorted(round(value) for value in pair) for pair in zip(first, last, strict=True))
    corner = grid.affine_transform.shifted(col, row)
    part = replace(grid, width=max(1, end_col - col), height=max(1, end_row - row), affine_transform=corner)
    shift = _way_home(grid, part.bounds[0])
    return part.moved(shift) if shift else part


def window_bounds(grid: PixelGrid, span: Span) -> tuple[float, float, float, float]:
    """Give ``(min_x, min_y, max_x, max_y)`` of a span in the CRS, its west edge on the first copy of the world."""
    transform = upright(grid).affine_transform
    (x0, y0), (x1, y1) = _corner(transform, *span[:2]), _corner(transform, *span[2:])
    shift = _way_home(grid, min(x0, x1))
    return min(x0, x1) + shift, min(y0, y1), max(x0, x1) + shift, max(y0, y1)


def _corner(transform: AffineTransform, column: float, row: float) -> tuple[float, float]:
    """Give the x and y of a position in pixels, those of a whole one in the fractions that the grid is written in."""
    if float(column).is_integer() and float(row).is_integer():
        transform, column, row = transform.shifted(int(column), int(row)), 0, 0
    return transform.apply(column, row)


def _way_home(grid: PixelGrid, west: float) -> float:
    """Give how far along x the first copy of the world lies from a west edge."""
    try:
        period = grid.crs.period
    except InvalidRequestError:  # a CRS that only the service knows
        return 0.0
    return -floor(west / period + 0.5) * period if period else 0.0
