"""Outlines in longitude and latitude (degrees), ready to be drawn."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.region.region import Region
    from ee_export_widget.session.views import LonLat


@lru_cache(maxsize=256)
def outline(grid: PixelGrid) -> list[LonLat]:
    """Give the outline of a grid, closed, bent as it truly is; empty where it has no place on the map."""
    try:
        coordinates: Any = grid.footprint()["coordinates"]
    except InvalidRequestError:
        return []
    return [(float(lon), float(lat)) for lon, lat in coordinates[0]]


@lru_cache(maxsize=4)
def part_outlines(grids: tuple[PixelGrid, ...]) -> list[list[LonLat]]:
    """Give the outlines of the parts of a grid, each on the copy of the world where it lies in the whole."""
    rings = [outline(grid) for grid in grids]
    if not rings[0]:
        return []
    first = middle(rings[0])[0]
    placed = []
    for ring in rings:
        shift = 360 * round((first - middle(ring)[0]) / 360) if ring else 0
        placed.append([(lon + shift, lat) for lon, lat in ring])
    return placed


MOST_DRAWN = 4000
"""Points of a drawn outline that are shown; a coast line has more, and nobody sees them."""


@lru_cache(maxsize=16)
def _rings(region: Region) -> list[list[LonLat]]:
    """Give the rings of a region, closed, edges straight in longitude and latitude, thinned where there are many."""
    rings = [ring for polygon in region.polygons for ring in polygon]
    step = max(1, -(-sum(len(ring) for ring in rings) // MOST_DRAWN))
    thin = [ring[::step] if len(ring) > step * 3 else ring for ring in rings[:MOST_DRAWN]]
    return [_bent([*ring, ring[0]]) for ring in thin]


def _bent(ring: list[LonLat]) -> list[LonLat]:
    """Put points on long diagonals, which would be straight in Web Mercator and are not."""
    points = [ring[0]]
    for (west, south), (east, north) in pairwise(ring):
        reach = min(abs(east - west), abs(north - south))
        pieces = max(1, min(_MOST_PIECES, ceil(reach / _STRAIGHT_DEG)))
        points += [
            (west + (east - west) * piece / pieces, south + (north - south) * piece / pieces)
            for piece in range(1, pieces + 1)
        ]
    return points


_STRAIGHT_DEG, _MOST_PIECES = 0.1, 64


def drawn_outline(region: CrsRectangle | Region | None, *, near: float) -> list[list[LonLat]]:
    """Give the outlines of what was drawn, closed, on the world copy nearest to a longitude (degrees)."""
    if region is None:
        return []
    rings = [_rectangle(region)] if isinstance(region, CrsRectangle) else _rings(region)
    shift = 360 * round((near - middle([place for ring in rings for place in ring])[0]) / 360)
    return [[(lon + shift, lat) for lon, lat in ring] for ring in rings if ring]


def _rectangle(region: CrsRectangle) -> list[LonLat]:
    try:
        return [*region.outline]
    except InvalidRequestError:
        return []  # a line, a point, or numbers that are none


def middle(ring: list[LonLat]) -> LonLat:
    """Give the middle of an outline's bounds; (0, 0) for none."""
    lons, lats = [lon for lon, _ in ring] or [0.0], [lat for _, lat in ring] or [0.0]
    return (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
