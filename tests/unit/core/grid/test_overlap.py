"""What a grid has in common with another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.lattice_window import window
from ee_export_widget.core.grid.overlap import common_span, outside_share
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

UTM = "EPSG:32621"
SOURCE = PixelGrid(1024, 1024, AffineTransform(30, 0, 735345, 0, -30, -2796795), UTM)


def shifted(columns: int, rows: int) -> PixelGrid:
    return replace(SOURCE, affine_transform=SOURCE.affine_transform.shifted(columns, rows))


@pytest.mark.parametrize(
    ("grid", "span"),
    [
        (shifted(512, 0), (0, 0, 512, 1024)),
        (shifted(-100, -3), (100, 3, 1024, 1024)),
        (replace(SOURCE, width=3000, height=3000), (0, 0, 1024, 1024)),
        (SOURCE, None),
        (shifted(2000, 0), None),
        (shifted(1024, 0), None),
        (replace(SOURCE, width=3, height=3), None),
    ],
    ids=["east", "north-west", "larger", "itself", "beside", "next to it", "inside"],
)
def test_a_grid_is_cut_to_another_of_its_crs(grid: PixelGrid, span: tuple[int, int, int, int] | None) -> None:
    """In its whole pixels; None where there is nothing to cut, or nothing left."""
    assert common_span(grid, SOURCE) == span


def inside(grid: PixelGrid, source: PixelGrid) -> tuple[int, int, int, int]:
    """Find the first and last column and row with a pixel centre inside of another grid, pixel by pixel."""
    columns, rows = np.meshgrid(np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5)
    x, y = source.crs.project(*grid.crs.unproject(*grid.affine_transform.apply(columns, rows)))
    column, row = source.affine_transform.locate(x, y)
    found = (column > 0) & (column < source.width) & (row > 0) & (row < source.height)
    across, down = np.flatnonzero(found.any(axis=0)), np.flatnonzero(found.any(axis=1))
    return int(across[0]), int(down[0]), int(across[-1]) + 1, int(down[-1]) + 1


@pytest.mark.parametrize(
    "grid",
    [
        PixelGrid(700, 500, AffineTransform(0.001, 0, -54.9, 0, -0.001, -25.1), "EPSG:4326"),
        PixelGrid(700, 500, AffineTransform(0.001, 0, 305.1, 0, -0.001, -25.1), "EPSG:4326"),
        PixelGrid(900, 900, AffineTransform(100, 0, 100_000, 0, -100, -2_760_000), "EPSG:32622"),
        PixelGrid(600, 600, AffineTransform(80, 60, 720_000, 60, -80, -2_800_000), UTM),
        PixelGrid(600, 600, AffineTransform(0.0008, 0.0004, -54.9, 0.0004, -0.0008, -25.3), "EPSG:4326"),
    ],
    ids=["degrees", "another copy of the world", "the next zone", "turned", "turned in degrees"],
)
def test_a_grid_is_cut_to_another_wherever_that_lies(grid: PixelGrid) -> None:
    """All pixels with a value are kept, and no column or row without any, but for those that are cut by an edge."""
    span = common_span(grid, SOURCE)
    assert span is not None
    part = window(grid, span)
    assert outside_share(part, SOURCE) < outside_share(grid, SOURCE)
    kept, expected = inside(part, SOURCE), inside(grid, SOURCE)
    assert kept[2] - kept[0] == expected[2] - expected[0]
    assert kept[3] - kept[1] == expected[3] - expected[1]
    assert part.width - (kept[2] - kept[0]) <= 2
    assert part.height - (kept[3] - kept[1]) <= 2


def test_an_image_without_a_place_in_the_crs_cuts_nothing() -> None:
    """That is refused, not guessed."""
    far = PixelGrid(10, 10, AffineTransform(1000, 0, 500_000, 0, -1000, 5_000_000), "EPSG:32651")
    with pytest.raises(InvalidRequestError):
        common_span(far, SOURCE)
