"""How much of one grid lies on another."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from ee_export_widget.core.grid import PixelGrid

    Floats: TypeAlias = NDArray[np.float64]

SAMPLES_PER_SIDE = 64


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
