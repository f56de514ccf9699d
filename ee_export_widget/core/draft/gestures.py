"""What the hand does on the map, as pure functions.

What is drawn is a rectangle in the export's CRS: its sides run along the axes of that CRS, whatever that looks
like on the map. What is held is a grid: its sides run along its own pixels, turned or not, and what becomes of it
is a `Span` of these. Handles are numbered clockwise from the corner that the grid, set upright, has in the
north-west: 0 north-west, 1 north, 2 north-east, 3 east, 4 south-east, 5 south, 6 south-west, 7 west.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.draft.draft import CrsRectangle, with_grid
from ee_export_widget.core.grid.lattice_window import upright, window, window_bounds
from ee_export_widget.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ee_export_widget.core.draft.draft import Draft
    from ee_export_widget.core.grid.lattice_window import Span
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

LonLat: TypeAlias = tuple[float, float]
"""Longitude and latitude in degrees."""

Handle: TypeAlias = int | Literal["whole"]
"""What is held: one of the eight handles, or the grid itself."""

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
    return to_lonlats([(x, y)], crs, near=near)[0]


def to_lonlats(places: Sequence[tuple[float, float]], crs: str, *, near: float) -> list[LonLat]:
    """Do the same for several places, which takes hardly longer than for one."""
    import numpy as np

    lons, lats = Crs.from_text(crs).unproject(*np.array(places, dtype=np.float64).T)
    turns = [round((near - lon) / 360) if math.isfinite(lon) else 0 for lon in lons]
    return [(float(lon) + 360 * turn, float(lat)) for lon, lat, turn in zip(lons, lats, turns, strict=True)]


def rectangle(a: LonLat, b: LonLat, crs: str) -> CrsRectangle:
    """Span a rectangle between two opposite corners, its west edge on the first copy of the world."""
    (ax, ay), (bx, by) = to_crs(a, crs), to_crs(b, crs)
    turns = math.floor(min(ax, bx) / period + 0.5) * period if (period := Crs.from_text(crs).period) else 0.0
    return CrsRectangle(crs, (min(ax, bx) - turns, min(ay, by), max(ax, bx) - turns, max(ay, by)))


def dragged(grid: PixelGrid, handle: int, to: LonLat) -> Span:
    """Move the edges that a handle holds to a place; dragging past the opposite edge turns the grid over."""
    x, y = to_crs(to, grid.crs.text)
    if period := grid.crs.period:
        # The map may have been turned around the world since.
        west, _, east, _ = grid.bounds
        x += period * round(((west + east) / 2 - x) / period)
    held = upright(grid)
    column, row = held.affine_transform.locate(x, y)
    columns, rows = [0.0, float(held.width)], [0.0, float(held.height)]
    if handle in WEST | EAST:
        columns[handle in EAST] = column
    if handle in NORTH | SOUTH:
        rows[handle in SOUTH] = row
    return min(columns), min(rows), max(columns), max(rows)


def moved(grid: PixelGrid, grip: LonLat, to: LonLat) -> Span:
    """Move the whole grid by the way from ``grip`` to ``to``."""
    held = upright(grid)
    (column, row), (end_column, end_row) = (
        held.affine_transform.locate(*to_crs(place, grid.crs.text)) for place in (grip, to)
    )
    columns, rows = end_column - column, end_row - row
    return columns, rows, held.width + columns, held.height + rows


def nudged(grid: PixelGrid, handle: Handle, columns: int, rows: int) -> Span | None:
    """Move the edges that are held by whole pixels: columns to the right, rows down, as the grid stands upright.

    None where nothing would be left of the grid.
    """
    held, whole = upright(grid), handle == "whole"
    first_column = columns if whole or handle in WEST else 0
    first_row = rows if whole or handle in NORTH else 0
    end_column = held.width + (columns if whole or handle in EAST else 0)
    end_row = held.height + (rows if whole or handle in SOUTH else 0)
    if first_column >= end_column or first_row >= end_row:
        return None
    return first_column, first_row, end_column, end_row


def placed(draft: Draft, grid: PixelGrid, span: Span) -> Draft:
    """Take a span of a grid as what is exported.

    Where the grid was made for a rectangle along the axes of its CRS, the rectangle changes, and the grid is made
    anew. Any other grid keeps its pixels: the span is moved to whole ones.
    """
    transform = grid.affine_transform
    if draft.grid is None and transform.shear_x == 0 and transform.shear_y == 0:
        return replace(draft, region=CrsRectangle(grid.crs.text, window_bounds(grid, span)))
    return with_grid(draft, window(grid, span))


def handles(grid: PixelGrid, *, near: float) -> list[LonLat]:
    """Give the eight places of a grid's handles, in order."""
    held = upright(grid)
    columns, rows = (0, held.width / 2, held.width), (0, held.height / 2, held.height)
    order = (0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)
    places = [held.affine_transform.apply(columns[column], rows[row]) for column, row in order]
    return to_lonlats(places, grid.crs.text, near=near)
