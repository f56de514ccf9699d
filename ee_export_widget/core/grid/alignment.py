"""How a grid lies on the pixels of its source, and how far its edges moved outwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING, Literal, TypeAlias

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.snapping import TOLERANCE_PX

if TYPE_CHECKING:
    from ee_export_widget.core.grid.affine import AffineTransform
    from ee_export_widget.core.grid.pixel_grid import PixelGrid
    from ee_export_widget.core.grid.snapping import Bounds

AlignmentKind: TypeAlias = Literal["on-grid", "multiple", "half-pixel", "off-grid", "different-crs"]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the pixels of a grid lie on those of a source."""

    kind: AlignmentKind
    """``on-grid``: the same pixels. ``multiple``: each made of whole source pixels. ``half-pixel``: the same size,
    shifted by half a pixel in x, y or both. ``off-grid``: anything else in the same CRS."""

    column_offset: int = 0
    """First source column that the grid covers, where it is on the source's lines."""

    row_offset: int = 0
    """First source row that the grid covers, where it is on the source's lines."""

    multiple: tuple[int, int] = (1, 1)
    """Source columns and rows in one pixel, where the grid is on the source's lines."""


def alignment(grid: PixelGrid, source_transform: AffineTransform, source_crs: str) -> Alignment:
    """Compare a grid with the lattice of a source.

    Parameters
    ----------
    grid
        The grid of the export.
    source_transform
        The source's lattice; only where its lines are counts.
    source_crs
        Code or WKT of the source's CRS.

    Raises
    ------
    InvalidRequestError
        If a CRS is not known, or the source's pixels have no area.
    """
    if not _same_crs(grid, source_crs):
        return Alignment("different-crs")
    source_transform.inverse()
    first = source_transform.locate(*grid.affine_transform.apply(0, 0))
    last = source_transform.locate(*grid.affine_transform.apply(grid.width, grid.height))
    right = source_transform.locate(*grid.affine_transform.apply(grid.width, 0))
    across, down = last[0] - first[0], last[1] - first[1]
    # Lines of both run alike if the first row of the grid stays in one row of the source.
    turned = abs(right[1] - first[1]) > TOLERANCE_PX or abs(right[0] - last[0]) > TOLERANCE_PX
    multiple = round(abs(across) / grid.width), round(abs(down) / grid.height)
    drift = max(abs(abs(across) - multiple[0] * grid.width), abs(abs(down) - multiple[1] * grid.height))
    if turned or min(multiple) < 1 or drift > TOLERANCE_PX:
        return Alignment("off-grid")
    corner = min(first[0], last[0]), min(first[1], last[1])
    offset = round(corner[0]), round(corner[1])
    if max(abs(corner[0] - offset[0]), abs(corner[1] - offset[1])) <= TOLERANCE_PX:
        return Alignment("on-grid" if multiple == (1, 1) else "multiple", *offset, multiple)
    on_half_lines = all(abs(2 * value - round(2 * value)) <= 2 * TOLERANCE_PX for value in corner)
    return Alignment("half-pixel" if multiple == (1, 1) and on_half_lines else "off-grid")


def shifted_onto(grid: PixelGrid, source_transform: AffineTransform) -> PixelGrid:
    """Shift a grid up and to the left, by less than a pixel, on to the lines of a source with pixels of the same size.

    Whoever takes the centre of the first pixel for its corner is half a pixel too far down and to the right.
    """
    column, row = source_transform.locate(grid.affine_transform.translate_x, grid.affine_transform.translate_y)
    corner = source_transform.shifted(floor(column + TOLERANCE_PX), floor(row + TOLERANCE_PX))
    moved = replace(grid.affine_transform, translate_x=corner.translate_x, translate_y=corner.translate_y)
    return replace(grid, affine_transform=moved)


def outward_moves(region_bounds: Bounds, grid: PixelGrid) -> tuple[float, float, float, float]:
    """Give how far each edge of a grid lies outside a region: ``(west, north, east, south)`` in CRS units.

    Both are bounds in the grid's CRS. Up to a hundredth of a pixel may be negative.
    """
    min_x, min_y, max_x, max_y = region_bounds
    grid_min_x, grid_min_y, grid_max_x, grid_max_y = grid.bounds
    return min_x - grid_min_x, grid_max_y - max_y, grid_max_x - max_x, min_y - grid_min_y


def _same_crs(grid: PixelGrid, source_crs: str) -> bool:
    """Whether two texts mean the same system."""
    if source_crs in {grid.crs_code, grid.crs_wkt}:
        return True
    return grid.crs.is_same(Crs.from_text(source_crs))
