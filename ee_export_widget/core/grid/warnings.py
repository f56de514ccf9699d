"""What the author of a grid should know although it can be made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ee_export_widget.core.crs.presets import utm_crs_for
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS
from ee_export_widget.core.grid.outline import Outline, outline_of
from ee_export_widget.core.grid.outline_checks import degrees_from_meridian, degrees_outside_area, looks_swapped
from ee_export_widget.core.region.region import LATITUDE_FIRST
from ee_export_widget.core.region.shape import about_shape
from ee_export_widget.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.region.region import RegionLike

_MAX_ACCURATE_DEG = 9  # the short series of some implementations lose accuracy beyond
_MAX_FROM_ZONE_MERIDIAN_DEG = 6  # half a UTM zone, and three degrees more
_LARGE_DEGREE_PIXEL = 5  # nobody means this; 10 typed for metres does
_PIXELS_TOUCHED = 2  # in a row, by what is smaller than one
_SLACK_DEG = 1e-6
_UTM_PREFIXES = ("EPSG:326", "EPSG:327")


def grid_warnings(region: RegionLike | None, grid: PixelGrid) -> list[Problem]:
    """Collect warnings and remarks about a grid and the region that it was made for.

    Parameters
    ----------
    region
        The region in longitude and latitude (degrees); ``None`` for a grid that was given as a whole.
    grid
        The grid that was made.

    Returns
    -------
    list[Problem]
        Of severity ``warning`` or ``info``. Codes: ``region-of-parts``, ``region-crosses-itself``, ``region-gap``,
        ``region-far-from-meridian``, ``region-outside-utm-zone``, ``region-outside-area-of-use``,
        ``region-crosses-180``, ``region-clamped``, ``region-wider-than-world``, ``region-below-one-pixel``,
        ``pixels-over-default``, ``degrees-for-metres``, ``grid-rotated``.

    Raises
    ------
    InvalidRequestError
        If the region cannot be read or the CRS is not known.
    """
    found = [] if region is None else list(_about_region(outline_of(region, grid.crs), grid))
    return [*found, *_about_grid(grid)]


def _about_region(outline: Outline, grid: PixelGrid) -> Iterator[Problem]:
    yield from about_shape(outline.region)
    yield from _about_place(outline)
    crs, region = outline.crs, outline.region
    west, _, east, _ = region.bounds
    if crs.period is not None and region.crosses_180:
        yield _warning(
            "region",
            "region-crosses-180",
            f"The region crosses 180°. It is exported as one grid in {crs.label}.",
            "Split it at 180°: whether the service has pixels beyond is not documented.",
        )
    if east - west > 360 + _SLACK_DEG:
        yield _warning(
            "region",
            "region-wider-than-world",
            f"The region is {east - west:.0f}° wide, more than once round the earth.",
            "Check its longitudes.",
        )
    limit = crs.max_latitude_deg
    if limit is not None and np.any(np.abs(outline.lat) > limit + _SLACK_DEG):
        yield _warning(
            "region",
            "region-clamped",
            f"The region is cut at {limit:.4f}° of latitude, where the world of {crs.label} ends.",
            f"Use {utm_crs_for(*region.centre)} to export all of it.",
        )
    if max(grid.width, grid.height) <= _PIXELS_TOUCHED and _is_below_a_pixel(outline, grid):
        yield _warning(
            "region", "region-below-one-pixel", "The region is smaller than one pixel.", "Use smaller pixels."
        )


def _is_below_a_pixel(outline: Outline, grid: PixelGrid) -> bool:
    min_col, min_row, max_col, max_row = outline.bounds(grid.affine_transform)
    return max_col - min_col < 1 and max_row - min_row < 1


def _about_place(outline: Outline) -> Iterator[Problem]:
    """Say the most telling thing about where the region lies in its CRS."""
    crs = outline.crs
    utm = utm_crs_for(*outline.region.centre)
    from_meridian = 0.0
    if crs.is_transverse_mercator and crs.central_meridian_deg is not None:
        from_meridian = float(degrees_from_meridian(outline.lon, crs.central_meridian_deg).max())
    if from_meridian > _MAX_ACCURATE_DEG:
        yield _warning(
            "region",
            "region-far-from-meridian",
            f"The region reaches {from_meridian:.0f}° from the meridian of {crs.label}, where it is inaccurate.",
            "Use an equal-area system centred on the region.",
        )
    elif from_meridian > _MAX_FROM_ZONE_MERIDIAN_DEG and (crs.code or "").startswith(_UTM_PREFIXES):
        yield _warning(
            "region",
            "region-outside-utm-zone",
            f"The region reaches {from_meridian - 3:.0f}° beyond the zone of {crs.label}.",
            "Pixels grow with the distance from the zone.",
        )
    elif crs.area_of_use is not None and not crs.is_wgs84_degrees:
        outside = degrees_outside_area(outline.lon, outline.lat, crs.area_of_use) > _SLACK_DEG
        if outside.any():
            what = "The region lies" if outside.all() else "Part of the region lies"
            message = f"{what} outside the area of use of {crs.label}."
            hint = f"Use {utm}." if utm != crs.code else "Use an equal-area system centred on the region."
            if outside.all() and looks_swapped(outline.region, crs):
                hint = LATITUDE_FIRST
            yield _warning("region", "region-outside-area-of-use", message, hint)


def _about_grid(grid: PixelGrid) -> Iterator[Problem]:
    transform = grid.affine_transform
    if grid.pixel_count > DEFAULT_MAX_PIXELS:
        yield _warning(
            "grid.dimensions",
            "pixels-over-default",
            f"{grid.pixel_count:,} pixels are more than the default of maxPixels allows ({DEFAULT_MAX_PIXELS:,}).",
            "Raise maxPixels, or choose larger pixels.",
        )
    size = max(abs(transform.scale_x), abs(transform.scale_y))
    if grid.crs.is_geographic and size >= _LARGE_DEGREE_PIXEL:
        yield _warning(
            "scale",
            "degrees-for-metres",
            f"{size:g} in {grid.crs.label} means {size:g} {grid.crs.units}. Did you mean {size:g} m?",
            f"Use {size / grid.crs.metres_per_unit:.6g}.",
        )
    if transform.shear_x or transform.shear_y:
        turn = math.degrees(math.atan2(transform.shear_y, transform.scale_x))
        yield Problem("grid.affineTransform", "grid-rotated", "info", f"The grid is rotated by {turn:.1f}°.")


def _warning(field: str, code: str, message: str, hint: str) -> Problem:
    return Problem(field, code, "warning", message, hint)
