"""What is drawn for one view of the map: the outline as finely as it is seen there, and its pixels."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from ee_export_widget.core.draft.derive import same_crs, source_crs, source_transform
from ee_export_widget.core.grid.map_view import read_view
from ee_export_widget.core.grid.mesh import mesh
from ee_export_widget.errors import InvalidRequestError
from ee_export_widget.session.present.layers import is_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.session import views
    from ee_export_widget.session.snapshot import Snapshot
    from ee_export_widget.session.views import LonLat


def look(snapshot: Snapshot, bounds: Sequence[float], zoom: float) -> views.Look:
    """Draw a snapshot for what a map shows.

    Parameters
    ----------
    snapshot
        What there is to draw.
    bounds
        West, south, east, north of the map in degrees; longitudes of any copy of the world.
    zoom
        Its level, tiles of 256 pixels.

    Raises
    ------
    InvalidRequestError
        If bounds and zoom are none.
    """
    read_view(bounds, zoom)
    grid = snapshot.composed.grid
    return {
        "revision": revision(snapshot),
        "footprint": _outline(grid, bounds, zoom),
        "source": _outline(_source_grid(snapshot), bounds, zoom),
        "mesh": _mesh(grid, bounds, zoom),
    }


def revision(snapshot: Snapshot) -> str:
    """Name the two grids that are drawn: a look at others is out of date."""
    return f"{hash((snapshot.composed.grid, _source_grid(snapshot))):x}"


def _source_grid(snapshot: Snapshot) -> PixelGrid | None:
    """Give the grid of the image, unless its edge is hidden."""
    info = snapshot.image.info
    return info.source_grid if info is not None and is_shown(snapshot, "source") else None


def _outline(grid: PixelGrid | None, bounds: Sequence[float], zoom: float) -> list[LonLat]:
    if grid is None:
        return []
    try:
        coordinates: Any = grid.footprint(view=bounds, zoom=zoom)["coordinates"]
    except InvalidRequestError:
        return []  # a CRS that is not known here, or no place on earth
    return [(lon, lat) for lon, lat in coordinates[0]]


def _mesh(grid: PixelGrid | None, bounds: Sequence[float], zoom: float) -> views.Mesh | None:
    if grid is None:
        return None
    try:
        found = mesh(grid, read_view(bounds, zoom))
    except InvalidRequestError:
        return None
    if found is None:
        return None
    return {
        "column": found.column, "row": found.row, "columns": found.columns, "rows": found.rows,
        "places": [[*row] for row in found.places],
    }  # fmt: skip


def pixel_lines(snapshot: Snapshot, column: int, row: int, values: str) -> list[str]:
    """Say what there is to say of one pixel of the export, below its column and row."""
    lines = []
    grid, transform = snapshot.composed.grid, source_transform(snapshot.image.info)
    if grid is not None and transform is not None and same_crs(source_crs(snapshot.image.info), snapshot.composed.crs):
        x, y = grid.affine_transform.apply(column + 0.5, row + 0.5)
        source = transform.locate(x, y)
        lines.append(f"source pixel {floor(source[0]):,}, {floor(source[1]):,}")
        if _is_outside(snapshot, x, y):
            return [*lines, "outside the image, masked"]
    return [*lines, values] if values else lines


def _is_outside(snapshot: Snapshot, x: float, y: float) -> bool:
    info = snapshot.image.info
    if info is None or info.source_grid is None:
        return False
    west, south, east, north = info.source_grid.bounds
    return not (west <= x <= east and south <= y <= north)
