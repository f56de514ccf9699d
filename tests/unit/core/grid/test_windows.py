"""Small windows of a grid, and expressions around others."""

from __future__ import annotations

import pytest

from ee_export_widget.core.encoding import encode_json
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.windows import windows
from ee_export_widget.core.wrapping import mask_of


def grid(width: int, height: int) -> PixelGrid:
    return PixelGrid(width, height, AffineTransform(30, 0, 300, 0, -30, 900), "EPSG:32621")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((100, 50), [("centre", 42, 17, 16, 16), ("first corner", 0, 0, 16, 16), ("last corner", 84, 34, 16, 16)]),
        ((100, 3), [("centre", 42, 0, 16, 3), ("first corner", 0, 0, 16, 3), ("last corner", 84, 0, 16, 3)]),
        ((17, 16), [("first corner", 0, 0, 16, 16), ("last corner", 1, 0, 16, 16)]),
        ((16, 2), [("whole grid", 0, 0, 16, 2)]),
    ],
)
def test_windows_lie_in_the_middle_and_at_two_corners(
    size: tuple[int, int], expected: list[tuple[str, int, int, int, int]]
) -> None:
    """No window twice, and none beyond the grid."""
    found = windows(grid(*size))
    assert [(each.place, each.column, each.row, each.grid.width, each.grid.height) for each in found] == expected


def test_windows_consist_of_pixels_of_the_grid() -> None:
    """The corner of a window is a corner of a pixel, computed from whole numbers."""
    last = windows(grid(100, 50))[2].grid
    assert (last.affine_transform.translate_x, last.affine_transform.translate_y) == (300 + 84 * 30, 900 - 34 * 30)
    assert last.bounds[2:] == (grid(100, 50).bounds[2], last.bounds[3])


def test_the_mask_is_a_call_around_the_image() -> None:
    """The image's own values stay; encoding and counting agree with what stands there."""
    mask = mask_of(image_load("a"))
    assert mask.result_function == "Image.mask"
    assert mask["values"]["0"] == image_load("a")["values"]["0"]
    assert mask.encoded == encode_json(dict(mask))
    assert mask.node_count == Expression(mask).node_count
    assert mask.problems == Expression(mask).problems == ()
