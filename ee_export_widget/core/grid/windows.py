"""Small windows of an export's own pixels, to compute before all of it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ee_export_widget.core.grid.pixel_grid import PixelGrid

WINDOW_PX = 16


@dataclass(frozen=True)
class Window:
    """A part of a grid, of whole pixels."""

    place: str
    """In words: ``centre``, ``first corner``, ``last corner``."""
    column: int
    row: int
    grid: PixelGrid


def windows(grid: PixelGrid, side: int = WINDOW_PX) -> list[Window]:
    """Give the centre and two opposite corners of a grid, ``side`` px a side; fewer where they would be the same."""
    width, height = min(side, grid.width), min(side, grid.height)
    right, bottom = grid.width - width, grid.height - height
    places = {
        (right // 2, bottom // 2): "centre",
        (0, 0): "first corner",
        (right, bottom): "last corner",
    }
    if len({*places}) == 1:
        places = {(0, 0): "whole grid"}
    return [
        Window(
            place,
            column,
            row,
            replace(grid, width=width, height=height, affine_transform=grid.affine_transform.shifted(column, row)),
        )
        for (column, row), place in places.items()
    ]
