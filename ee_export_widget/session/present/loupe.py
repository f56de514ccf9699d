"""The loupe: where the edges that were drawn lie inside of the pixels that hold them."""

from __future__ import annotations

from functools import lru_cache
from math import floor, isfinite
from typing import TYPE_CHECKING, TypeAlias

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.grid.lattice_window import upright
from ee_export_widget.core.region.region import Region

if TYPE_CHECKING:
    from ee_export_widget.core.draft.draft import CrsRectangle
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot

    Position: TypeAlias = tuple[float, float]
    Ring: TypeAlias = list[Position]

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


_CORNERS_OF_A_COAST = 4000
_SEEN_PX = 8  # what lies farther from its place is not seen


def loupes(snapshot: Snapshot, *, near: float) -> list[views.Loupe]:
    """Show in four places what snapping outwards has made of what was drawn.

    At the four corners, where both are rectangles along the same axes; otherwise on each edge at the place where
    the drawing decides how far it reaches. Longitudes are those nearest to ``near``.
    """
    grid = snapshot.composed.grid
    if grid is None or snapshot.drawing:
        return []
    held = upright(grid)
    rings = _drawn(snapshot, held)
    if not rings:
        return []
    end = float(held.width), float(held.height)
    exported = [(0.0, 0.0), (end[0], 0.0), end, (0.0, end[1])]
    if snapshot.composed.drawn is not None and held.affine_transform.shear_x == 0 == held.affine_transform.shear_y:
        places = [(at, _around(rings[0], i)) for i, at in enumerate(exported)]
        words = _CORNERS
    else:
        places = [_touching(rings, end, i) for i in range(len(_EDGES))]
        words = _EDGES
    corners = [held.affine_transform.apply(*at) for at, _ in places]
    lonlats = gestures.to_lonlats(corners, held.crs.text, near=near)
    # A corner of the grid need not be on earth.
    if not all(isfinite(lon) and isfinite(lat) for lon, lat in lonlats):
        return []
    return [
        {
            "caption": caption,
            "name": name,
            "place": lonlat,
            "left": left,
            "top": top,
            "exported": _seen_from(at, exported),
            "drawn": _seen_from(at, drawn),
        }
        for (caption, name, left, top), (at, drawn), lonlat in zip(words, places, lonlats, strict=True)
    ]


def _drawn(snapshot: Snapshot, grid: PixelGrid) -> list[Ring]:
    """Give what was drawn in columns and rows; none for what is too long to be looked at so closely."""
    bounds, region = snapshot.composed.drawn, snapshot.draft.region
    if bounds is not None:
        west, south, east, north = bounds
        corners = (west, north), (east, north), (east, south), (west, south)
        return [[grid.affine_transform.locate(x, y) for x, y in corners]]
    if snapshot.draft.grid is not None or region is None:
        return []
    if isinstance(region, Region) and sum(map(len, region.rings)) > _CORNERS_OF_A_COAST:
        return []
    return _outline(region, grid)


@lru_cache(maxsize=4)
def _outline(region: Region | CrsRectangle, grid: PixelGrid) -> list[Ring]:
    from ee_export_widget.core.grid.outline import outline_in_pixels

    return outline_in_pixels(region, grid)


def _touching(rings: list[Ring], end: Position, edge: int) -> tuple[Position, Ring]:
    """Give the place on an edge (north, east, south, west) that lies nearest to what was drawn, and that stretch."""
    axis, sign = (edge + 1) % 2, 1 if edge in {0, 3} else -1
    _, ring, i = min((sign * ring[i][axis], k, i) for k, ring in enumerate(rings) for i in range(len(ring)))
    place = rings[ring][i]
    on_edge = 0.0 if sign > 0 else end[axis]
    return (on_edge, place[1]) if axis == 0 else (place[0], on_edge), _around(rings[ring], i)


def _around(ring: Ring, i: int) -> Ring:
    """Give the stretch of a ring around one of its points, as far as it is seen."""
    turned = [*ring[i:], *ring[: i + 1]]
    return [*reversed(_until_out_of_sight(turned[::-1])), *_until_out_of_sight(turned)[1:]]


def _until_out_of_sight(line: Ring) -> Ring:
    """Give a line from its start to the first point that is not seen from there."""
    x, y = line[0]
    out = (k for k, (column, row) in enumerate(line) if max(abs(column - x), abs(row - y)) > _SEEN_PX)
    return line[: next(out, len(line)) + 1]


def _seen_from(at: Position, ring: Ring) -> Ring:
    """Count columns and rows from the corner of the pixel at a place."""
    return [(column - floor(at[0]), row - floor(at[1])) for column, row in ring]
