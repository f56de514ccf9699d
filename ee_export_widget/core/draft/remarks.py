"""What a person should know about a grid that can be made: warnings, none of which blocks."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ee_export_widget.core.draft.derive import region_centre, same_crs, source_crs
from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.exchange import exchanged
from ee_export_widget.core.grid.overlap import outside_share
from ee_export_widget.core.grid.warnings import grid_warnings
from ee_export_widget.core.region.region import LATITUDE_FIRST, read_region
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.image_info import ImageInfo
    from ee_export_widget.core.region.region import Region

OFF_THE_IMAGE = "region-outside-image"
"""Code of the remark on a grid that has no pixel of the image."""

_FIELDS = {"region": "grid", "scale": "grid.affineTransform.scaleX"}
_SAID_ELSEWHERE = frozenset({"pixels-over-default"})
_ABOUT_THE_CRS = frozenset({"region-outside-area-of-use", "region-outside-utm-zone", "region-far-from-meridian"})


def remarks(region: CrsRectangle | Region | None, grid: PixelGrid, image: ImageInfo | None) -> list[Problem]:
    """Collect the warnings about a grid, with the fields of the request that they belong to.

    Where the grid is in the image's own CRS, or the image is not known yet, the choice of the CRS is not
    questioned: Landsat scenes south of the equator, for example, come in zones whose area of use is the north.
    """
    found = _found(region, grid)
    own = image is None or same_crs(source_crs(image), grid.crs.text)
    skipped = _SAID_ELSEWHERE | (_ABOUT_THE_CRS if own else frozenset())
    kept = [replace(p, field=_FIELDS.get(p.field, p.field)) for p in found if p.code not in skipped]
    return [*kept, *_outside(region, grid, image)]


@lru_cache(maxsize=8)
def _found(region: CrsRectangle | Region | None, grid: PixelGrid) -> tuple[Problem, ...]:
    """Give the warnings; kept, for an entry into any other field asks for the same ones again."""
    import numpy as np

    if isinstance(region, CrsRectangle) and not region.has_area:
        region = None
    try:
        # A rectangle drawn beyond the edge of its CRS has places without coordinates: nothing is said of those.
        with np.errstate(all="ignore"):
            return tuple(grid_warnings(region, grid))
    except InvalidRequestError:
        return ()


def _outside(region: CrsRectangle | Region | None, grid: PixelGrid, image: ImageInfo | None) -> list[Problem]:
    source = image.source_grid if image is not None else None
    if source is None:
        return []
    try:
        share = outside_share(grid, source)
    except InvalidRequestError:  # a CRS that only the service knows
        return []
    if share == 0:
        return []
    if share == 1:
        message = "The whole region lies outside the image: every pixel will be masked."
        hint = LATITUDE_FIRST if _is_on_when_swapped(region, source) else "Draw the region on the image."
        return [Problem("grid", OFF_THE_IMAGE, "warning", message, hint)]
    percent = f"{share * 100:.0f}" if share >= 0.01 else "Less than 1"  # noqa: PLR2004 - one per cent
    message = f"{percent} % of the region lies outside the image and will be masked."
    return [Problem("grid", "region-partly-outside-image", "warning", message, "Trim it, if that is not meant.")]


def _is_on_when_swapped(region: CrsRectangle | Region | None, source: PixelGrid) -> bool:
    """Tell whether the middle of a region would lie on the image with longitude and latitude exchanged."""
    centre = region_centre(exchanged(region))
    if centre is None:
        return False
    west, south, east, north = read_region(source.footprint()).bounds
    return south <= centre[1] <= north and (centre[0] - west) % 360 <= east - west
