"""What the hand does on the map, as pure functions from region to region.

A rectangle lives in the export's CRS: its sides run along the axes of that CRS, whatever that looks
like on the map. Handles are numbered clockwise from the north-west corner: 0 north-west, 1 north,
2 north-east, 3 east, 4 south-east, 5 south, 6 south-west, 7 west.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core.crs import Crs
from ee_export_widget.core.draft import CrsRectangle
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from ee_export_widget.core.draft import Bounds
    from ee_export_widget.core.grid import PixelGrid

LonLat: TypeAlias = tuple[float, float]
"""Longitude and latitude in degrees."""

Handle: TypeAlias = int | Literal["whole"]
"""What is held: one of the eight handles, or the rectangle itself."""

WEST, EAST, NORTH, SOUTH = frozenset({0, 6, 7}), frozenset({2, 3, 4}), frozenset({0, 1, 2}), frozenset({4, 5, 6})


def to_crs(point: LonLat, crs: str) -> tuple[float, float]:
    """Give the x and y of a place in a CRS, in its units.

    Raises
    ------
    InvalidRequestError
        Where the place has none.
    """
    import numpy as np

    system, (lon, lat) = Crs.from_text(crs), point
    # PROJ gives up on a map that was turned around the world twice.
    turns = math.floor((lon + 180) / 360) if math.isfinite(lon) else 0
    xs, ys = system.project(np.array([lon - 360 * turns]), np.array([lat]))
    x, y = float(xs[0]) + turns * (system.period or 0), float(ys[0])
    if not (math.isfinite(x) and math.isfinite(y)):
        message, hint = f"{system.label} does not reach this place.", "Choose another CRS, or another place."
        raise InvalidRequestError.of("grid", "place-outside-crs", message, hint)
    return x, y


def to_lonlat(x: float, y: float, crs: str, *, near: float) -> LonLat:
    """Give longitude and latitude in degrees, on the world copy that is nearest to the longitude ``near``."""
    import numpy as np

    lon, lat = Crs.from_text(crs).unproject(np.array([x]), np.array([y]))
    turns = round((near - float(lon[0])) / 360) if math.isfinite(lon[0]) else 0
    return float(lon[0]) + 360 * turns, float(lat[0])


def rectangle(a: LonLat, b: LonLat, crs: str) -> CrsRectangle:
    """Span a rectangle between two opposite corners."""
    return _spanned(*to_crs(a, crs), *to_crs(b, crs), crs)


def dragged(start: Bounds, handle: int, to: LonLat, crs: str) -> CrsRectangle:
    """Move the edges that a handle holds to a place; dragging past the opposite edge turns the rectangle over."""
    x, y = to_crs(to, crs)
    west, south, east, north = start
    if period := Crs.from_text(crs).period:
        # The map may have been turned around the world since.
        x += period * round(((west + east) / 2 - x) / period)
    west, east = (x, east) if handle in WEST else (west, x) if handle in EAST else (west, east)
    north, south = (y, south) if handle in NORTH else (north, y) if handle in SOUTH else (north, south)
    return _spanned(west, south, east, north, crs)


def moved(start: Bounds, grip: LonLat, to: LonLat, crs: str) -> CrsRectangle:
    """Move the whole rectangle by the way from ``grip`` to ``to``."""
    (gx, gy), (x, y) = to_crs(grip, crs), to_crs(to, crs)
    west, south, east, north = start
    return _spanned(west + x - gx, south + y - gy, east + x - gx, north + y - gy, crs)


def _spanned(ax: float, ay: float, bx: float, by: float, crs: str) -> CrsRectangle:
    """Span a rectangle between two opposite corners in a CRS, its west edge on the first copy of the world."""
    turns = math.floor(min(ax, bx) / period + 0.5) * period if (period := Crs.from_text(crs).period) else 0.0
    return CrsRectangle(crs, (min(ax, bx) - turns, min(ay, by), max(ax, bx) - turns, max(ay, by)))


def nudged(grid: PixelGrid, handle: Handle, columns: int, rows: int) -> CrsRectangle | None:
    """Move the edges that are held by whole pixels (columns to the east, rows to the south).

    None where nothing would be left of the grid.
    """
    pixel_x = abs(grid.affine_transform.scale_x) or (grid.bounds[2] - grid.bounds[0]) / grid.width
    pixel_y = abs(grid.affine_transform.scale_y) or (grid.bounds[3] - grid.bounds[1]) / grid.height
    west, south, east, north = grid.bounds
    west += columns * pixel_x if handle == "whole" or handle in WEST else 0
    east += columns * pixel_x if handle == "whole" or handle in EAST else 0
    north -= rows * pixel_y if handle == "whole" or handle in NORTH else 0
    south -= rows * pixel_y if handle == "whole" or handle in SOUTH else 0
    if west + pixel_x / 2 > east or south + pixel_y / 2 > north:
        return None
    return CrsRectangle(grid.crs_code or grid.crs_wkt or "", (west, south, east, north))


def handles(bounds: Bounds, crs: str, *, near: float) -> list[LonLat]:
    """Give the eight places of a rectangle's handles, in order."""
    west, south, east, north = bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    places = (
        (west, north), (middle_x, north), (east, north), (east, middle_y),
        (east, south), (middle_x, south), (west, south), (west, middle_y),
    )  # fmt: skip
    return [to_lonlat(x, y, crs, near=near) for x, y in places]
