"""Small windows of real pixels: to stretch a picture with, and to tell codes from measurements."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.session.blocks import read_block

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.session.channels import Stretch

    Sample: TypeAlias = Mapping[str, npt.NDArray[np.generic]]

SAMPLE_PX = 96
SAMPLED_BANDS = 24
_LOWEST_PERCENT, _HIGHEST_PERCENT = 2, 98


def sample_step(grid: PixelGrid, side_px: int = SAMPLE_PX) -> int:
    """Give how many pixels of a grid become one along a side, where a sample has at most so many."""
    return max(1, math.ceil(max(grid.width, grid.height) / side_px))


def sample_grid(grid: PixelGrid, side_px: int = SAMPLE_PX) -> PixelGrid:
    """Lay a small grid over all of another, on pixels of its own so that values are real ones."""
    step = sample_step(grid, side_px)
    a, b, c, d, e, f = grid.affine_transform.to_list()
    transform = AffineTransform(a * step, b * step, c, d * step, e * step, f)
    return PixelGrid(max(1, grid.width // step), max(1, grid.height // step), transform, grid.crs_code, grid.crs_wkt)


async def sample(
    client: EarthEngineClient, expression: Mapping[str, Any], grid: PixelGrid | None, band_ids: Sequence[str]
) -> Sample | None:
    """Read values of bands all over a grid; None without a grid or bands, or where the answer holds no pixels.

    Returns
    -------
    Mapping from band id to a masked array of shape ``(height, width)``.
    """
    import numpy as np

    if grid is None or not band_ids:
        return None
    try:
        values, masks = await read_block(client, expression, sample_grid(grid), band_ids)
    except ValueError:
        return None
    fits = masks.shape == values.shape
    return {
        name: np.ma.masked_array(
            values[name], mask=~(masks[name] > 0) if fits and name in (masks.dtype.names or ()) else False
        )
        for name in values.dtype.names or ()
    }


def stretches(sample: Sample) -> dict[str, Stretch]:
    """Tell between which values most pixels of bands lie that are not masked.

    Returns
    -------
    Mapping from band id to its 2nd and 98th percentile; without the bands of which no value is known.
    """
    found = {name: _stretch(band) for name, band in sample.items()}
    return {name: stretch for name, stretch in found.items() if stretch is not None}


def _stretch(values: npt.NDArray[np.generic]) -> Stretch | None:
    import numpy as np

    numbers: npt.NDArray[np.float64] = np.ma.compressed(np.ma.asarray(values, dtype=float))
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0:
        return None
    low, high = (float(value) for value in np.percentile(numbers, (_LOWEST_PERCENT, _HIGHEST_PERCENT)))
    return low, high if high > low else low + 1


def picture_grid(outline: Sequence[tuple[float, float]], side_px: int = 768) -> PixelGrid:
    """Lay a grid in web Mercator over an outline of (longitude, latitude) degrees, for a picture on the map."""
    half = 6378137.0 * math.pi
    xs = [lon / 180.0 * half for lon, _ in outline]
    ys = [math.asinh(math.tan(math.radians(max(-85.05, min(85.05, lat))))) * 6378137.0 for _, lat in outline]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    size = max(width, height) / side_px
    return PixelGrid(
        max(1, round(width / size)), max(1, round(height / size)),
        AffineTransform(size, 0.0, min(xs), 0.0, -size, max(ys)), "EPSG:3857",
    )  # fmt: skip
