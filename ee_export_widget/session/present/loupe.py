"""The loupe: where the edges that were drawn lie inside of the pixels that hold them."""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.grid.lattice_window import upright

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.views import LonLat

    Position = tuple[float, float]
    Ring = tuple[Position, Position, Position, Position]

# Caption, name, and how many pixels are seen to the left of the place and above it, of 6 × 4.6.
_CORNERS = (
    ("NW corner", "north-west corner", 1.4, 1.6),
    ("NE corner", "north-east corner", 4.6, 1.6),
    ("SE corner", "south-east corner", 4.6, 3.0),
    ("SW corner", "south-west corner", 1.4, 3.0),
)
_EDGES = (
    ("N edge", "north edge", 2.5, 1.6),
    ("E edge", "east edge", 4.6, 1.8),
    ("S edge", "south edge", 2.5, 3.0),
    ("W edge", "west edge", 1.4, 1.8),
)


def loupes(snapshot: Snapshot, *, near: float) -> list[views.Loupe]:
    """Show what drawing a rectangle and snapping it outwards has changed, in four places.

    At the four corners; on a grid that is turned or sheared against what was drawn, at the four places where a
    corner of the drawing decides how far an edge of the grid reaches. Longitudes are those nearest to ``near``.
    """
    grid, bounds = snapshot.composed.grid, snapshot.composed.drawn
    if grid is None or bounds is None or snapshot.drawing:
        return []
    held = upright(grid)
    locate = held.affine_transform.locate
    west, south, east, north = bounds
    drawn = locate(west, north), locate(east, north), locate(east, south), locate(west, south)
    exported = (0.0, 0.0), (float(held.width), 0.0), (float(held.width), float(held.height)), (0.0, float(held.height))
    is_straight = held.affine_transform.shear_x == 0 == held.affine_transform.shear_y
    shown = zip(_CORNERS, exported, strict=True) if is_straight else zip(_EDGES, _touching(held, drawn), strict=True)
    found: list[views.Loupe] = [
        {
            "caption": caption,
            "name": name,
            "place": _lonlat(held, at, near),
            "left": left,
            "top": top,
            "exported": _seen_from(at, exported),
            "drawn": _seen_from(at, drawn),
        }
        for (caption, name, left, top), at in shown
    ]
    # A corner of the grid need not be on earth.
    return found if all(isfinite(degrees) for loupe in found for degrees in loupe["place"]) else []


def _touching(grid: PixelGrid, drawn: Ring) -> Ring:
    """Give the places on the north, east, south and west edge that lie nearest to what was drawn."""
    return (
        (min(drawn, key=lambda place: place[1])[0], 0.0),
        (float(grid.width), max(drawn)[1]),
        (max(drawn, key=lambda place: place[1])[0], float(grid.height)),
        (0.0, min(drawn)[1]),
    )


def _seen_from(at: Position, ring: Ring) -> list[Position]:
    """Count columns and rows from the corner of the pixel at a place."""
    return [(column - floor(at[0]), row - floor(at[1])) for column, row in ring]


def _lonlat(grid: PixelGrid, at: Position, near: float) -> LonLat:
    return gestures.to_lonlat(*grid.affine_transform.apply(*at), grid.crs.text, near=near)
