"""Small windows of real pixels: to stretch a picture with, and to tell codes from measurements."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from ee_export_widget.client.api import EarthEngineClient
    from ee_export_widget.core.image_info import ImageInfo

    Sample: TypeAlias = Mapping[str, npt.NDArray[np.generic]]

SAMPLE_PX = 96
SAMPLED_BANDS = 24
_TRUE_COLOUR = (
    ("red", "green", "blue"), ("B4", "B3", "B2"), ("SR_B4", "SR_B3", "SR_B2"), ("B04", "B03", "B02"), ("R", "G", "B"),
)  # fmt: skip
_CODE = re.compile(r"class|label|mask|qa|bits|doy|index", re.IGNORECASE)


def visible_bands(info: ImageInfo) -> list[str]:
    """Choose one or three bands to look at: true colour where the names tell, else measured bands in order."""
    ids = {band.id.lower(): band.id for band in info.bands if not band.is_array}
    for triple in _TRUE_COLOUR:
        if all(name.lower() in ids for name in triple):
            return [ids[name.lower()] for name in triple]
    measured = [band_id for band_id in ids.values() if not _CODE.search(band_id)] or list(ids.values())
    return measured[:3] if len(measured) > 2 else measured[:1]  # noqa: PLR2004 - red, green, blue


def sample_grid(info: ImageInfo) -> PixelGrid | None:
    """Lay a small grid over the whole image, on pixels of its own so that values are real ones; None if unbounded."""
    source = info.source_grid
    if source is None:
        return None
    step = max(1, math.ceil(max(source.width, source.height) / SAMPLE_PX))
    a, b, c, d, e, f = source.affine_transform.to_list()
    transform = AffineTransform(a * step, b * step, c, d * step, e * step, f)
    return PixelGrid(
        max(1, source.width // step), max(1, source.height // step), transform, source.crs_code, source.crs_wkt
    )


async def sample(client: EarthEngineClient, expression: Mapping[str, Any], info: ImageInfo) -> Sample | None:
    """Read values of the first bands all over the image; None where it has no bounds, or the answer no pixels.

    Returns
    -------
    Mapping from band id to an array of shape ``(height, width)``.
    """
    import numpy as np

    grid = sample_grid(info)
    bands = [band.id for band in info.bands if not band.is_array][:SAMPLED_BANDS]
    if grid is None or not bands:
        return None
    content = await client.compute_pixels(expression, grid=grid, file_format="NPY", band_ids=bands)
    try:
        pixels = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    except ValueError:
        return None
    return {name: pixels[name] for name in pixels.dtype.names or ()}


def stretch(info: ImageInfo, values: Sample | None) -> dict[str, Any]:
    """Give visualization options that show the visible bands from their 2nd to their 98th percentile."""
    import numpy as np

    ranges: list[dict[str, float]] = []
    for band_id in visible_bands(info):
        band = np.asarray(values.get(band_id, ()) if values else (), dtype=float)
        known = band[np.isfinite(band)]
        if known.size == 0:
            ranges.append({"min": 0, "max": 255})
            continue
        low, high = (float(value) for value in np.percentile(known, (2, 98)))
        ranges.append({"min": low, "max": high if high > low else low + 1})
    return {"ranges": ranges}


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
