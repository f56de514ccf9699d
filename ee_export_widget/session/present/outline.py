"""Outlines in longitude and latitude (degrees), ready to be drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft import CrsRectangle
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.core.grid import PixelGrid
    from ee_export_widget.core.region import Region
    from ee_export_widget.session.views import LonLat


@lru_cache(maxsize=64)
def outline(grid: PixelGrid) -> list[LonLat]:
    """Give the outline of a grid, closed, bent as it truly is; empty where it has no place on the map."""
    try:
        coordinates: Any = grid.footprint()["coordinates"]
    except InvalidRequestError:
        return []
    return [(float(lon), float(lat)) for lon, lat in coordinates[0]]


def drawn_outline(region: CrsRectangle | Region | None, *, near: float) -> list[LonLat]:
    """Give the outline of what was drawn, closed, on the world copy nearest to a longitude (degrees)."""
    if region is None:
        return []
    ring = _rectangle(region) if isinstance(region, CrsRectangle) else [*region.rings[0], region.rings[0][0]]
    shift = 360 * round((near - middle(ring)[0]) / 360)
    return [(lon + shift, lat) for lon, lat in ring]


def _rectangle(region: CrsRectangle) -> list[LonLat]:
    try:
        return outline(region.as_grid())
    except InvalidRequestError:
        return []  # a line, a point, or numbers that are none


def middle(ring: list[LonLat]) -> LonLat:
    """Give the middle of an outline's bounds; (0, 0) for none."""
    lons, lats = [lon for lon, _ in ring] or [0.0], [lat for _, lat in ring] or [0.0]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
