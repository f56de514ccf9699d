"""How much of one grid lies on another."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from ee_export_widget.core.grid.lattice_window import upright
from ee_export_widget.core.grid.snapping import TOLERANCE_PX

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from ee_export_widget.core.grid.pixel_grid import PixelGrid

    Floats: TypeAlias = NDArray[np.float64]
    Point: TypeAlias = tuple[float, float]

SAMPLES_PER_SIDE = 64
_POINTS_PER_EDGE = 64


@lru_cache(maxsize=16)
def outside_share(grid: PixelGrid, source: PixelGrid) -> float:
    """Give the share of a grid that lies outside of another, 0 to 1.

    Looks at ``SAMPLES_PER_SIDE`` squared places spread evenly over the grid, its corner pixels included, so
    that 0 means that nothing of note sticks out.
    """
    import numpy as np

    steps = np.linspace(0, 1, SAMPLES_PER_SIDE)
    columns, rows = np.meshgrid(0.5 + steps * (grid.width - 1), 0.5 + steps * (grid.height - 1))
    transform = grid.affine_transform
    x = transform.scale_x * columns + transform.shear_x * rows + transform.translate_x
    y = transform.shear_y * columns + transform.scale_y * rows + transform.translate_y
    with np.errstate(invalid="ignore"):  # places that have no coordinates there are outside
        x, y = _in_crs_of(source, grid, x, y)
        to = source.affine_transform.inverse()
        column = to.scale_x * x + to.shear_x * y + to.translate_x
        row = to.shear_y * x + to.scale_y * y + to.translate_y
        inside = (column >= 0) & (column <= source.width) & (row >= 0) & (row <= source.height)
    return 1.0 - float(np.count_nonzero(inside)) / inside.size


def _in_crs_of(source: PixelGrid, grid: PixelGrid, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Give places of one grid's CRS in another's, on the world copy that the other lies on."""
    import numpy as np

    if grid.crs.text == source.crs.text or grid.crs.is_same(source.crs):
        return x, y
    lon, lat = grid.crs.unproject(x, y)
    min_x, min_y, max_x, max_y = source.bounds
    middle = source.crs.unproject(np.array([(min_x + max_x) / 2]), np.array([(min_y + max_y) / 2]))[0][0]
    return source.crs.project(lon + 360 * np.round((middle - lon) / 360), lat)


@lru_cache(maxsize=16)
def common_span(grid: PixelGrid, source: PixelGrid) -> tuple[int, int, int, int] | None:
    """Give the whole pixels that hold all a grid has in common with another, as a `Span` of it.

    None where that is nothing, or all of the grid. Between two systems the edges of the other are bent as they truly
    are.

    Raises
    ------
    InvalidRequestError
        Where a CRS is not known, or the other grid has no continuous image in the CRS of this one.
    """
    held = upright(grid)
    ring = [held.affine_transform.locate(x, y) for x, y in _ring_in_crs_of(grid, source)]
    for axis, limit, side in ((0, 0, 1), (0, held.width, -1), (1, 0, 1), (1, held.height, -1)):
        ring = _cut(ring, axis, limit, side)
    if not ring:
        return None
    columns, rows = zip(*ring, strict=True)
    first = floor(min(columns) + TOLERANCE_PX), floor(min(rows) + TOLERANCE_PX)
    end = ceil(max(columns) - TOLERANCE_PX), ceil(max(rows) - TOLERANCE_PX)
    is_some = first[0] < end[0] and first[1] < end[1]
    return (*first, *end) if is_some and (*first, *end) != (0, 0, held.width, held.height) else None


def _ring_in_crs_of(grid: PixelGrid, source: PixelGrid) -> list[Point]:
    """Give the outline of a grid in the CRS of another, on the copy of the world where the other lies."""
    from ee_export_widget.core.grid.outline import outline_of
    from ee_export_widget.core.grid.outline_checks import refuse_what_has_no_grid

    if grid.crs.text == source.crs.text or grid.crs.is_same(source.crs):
        corners = (0, 0), (source.width, 0), (source.width, source.height), (0, source.height)
        return [source.affine_transform.apply(*corner) for corner in corners]
    outline = outline_of(source.footprint(_POINTS_PER_EDGE), grid.crs)
    refuse_what_has_no_grid(outline)
    x, shift = outline.x, 0.0
    if period := grid.crs.period:
        west, _, east, _ = grid.bounds
        shift = period * round(((west + east) - float(x.min() + x.max())) / 2 / period)
    return [*zip((x + shift).tolist(), outline.y.tolist(), strict=True)]


def _cut(ring: list[Point], axis: int, limit: float, side: int) -> list[Point]:
    """Keep the part of a polygon where a coordinate is above (side 1) or below (side -1) a limit."""
    kept: list[Point] = []
    for before, point in pairwise([*ring[-1:], *ring]):
        inside = (point[axis] - limit) * side >= 0
        if inside != ((before[axis] - limit) * side >= 0):
            share = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
        if inside:
            kept.append(point)
    return kept
