"""Parts of a grid in its own pixels: set upright, and moved to whole pixels."""

from __future__ import annotations

from dataclasses import replace
from math import atan2, cos, degrees, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.lattice_window import upright, window
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

UTM = "EPSG:32621"
GRID = PixelGrid(1000, 500, AffineTransform(30, 0, 735345, 0, -30, -2796795), UTM)
TURNED = replace(GRID, affine_transform=AffineTransform(24, 18, 735345, 18, -24, -2796795))

turned_grids = st.builds(
    lambda turn, shear, flip: PixelGrid(
        40,
        30,
        AffineTransform(
            30 * cos(turn),
            flip * 30 * sin(turn + shear),
            735345,
            30 * sin(turn),
            -flip * 30 * cos(turn + shear),
            -2796795,
        ),
        UTM,
    ),
    st.floats(-3.2, 3.2),
    st.floats(-0.7, 0.7),
    st.sampled_from([1, -1]),
)
"""Grids that are turned by any angle, sheared by up to 40 degrees, or seen in a mirror."""


@given(grid=turned_grids)
def test_any_grid_can_be_set_upright(grid: PixelGrid) -> None:
    """The same corners; columns run east within 45 degrees, and rows to the right of that."""
    held = upright(grid)
    assert held.bounds == pytest.approx(grid.bounds, abs=1e-6)
    assert held.pixel_count == grid.pixel_count
    transform = held.affine_transform
    assert abs(degrees(atan2(transform.shear_y, transform.scale_x))) <= 45 + degrees(0.7) / 2
    assert transform.determinant < 0
    assert upright(GRID) == GRID


@given(grid=turned_grids, data=st.data())
def test_a_window_keeps_the_lattice(grid: PixelGrid, data: st.DataObject) -> None:
    """It is made of whole pixels of the grid, half a pixel off what is asked for at most; all of it is the grid."""
    held = upright(grid)
    assert window(grid, (0, 0, held.width, held.height)) == grid
    first, size = (data.draw(st.tuples(st.floats(low, 60), st.floats(low, 60))) for low in (-60, 2))
    span = (*first, first[0] + size[0], first[1] + size[1])
    part = window(grid, span)
    corner = grid.affine_transform.locate(part.affine_transform.translate_x, part.affine_transform.translate_y)
    assert corner == pytest.approx([round(value) for value in corner], abs=1e-6)
    assert part.affine_transform.to_list()[::3] == grid.affine_transform.to_list()[::3]
    inside = upright(part)
    ends = [(0, 0), (inside.width, inside.height)]
    found = [held.affine_transform.locate(*inside.affine_transform.apply(*end)) for end in ends]
    assert [*found[0], *found[1]] == pytest.approx(span, abs=0.5 + 1e-6)


def test_a_window_has_at_least_one_pixel() -> None:
    """Where a hand brings two edges together."""
    part = window(TURNED, (10.2, 20, 10.3, 20))
    assert (part.width, part.height) == (1, 1)
    assert part.affine_transform == TURNED.affine_transform.shifted(10, 20)


def test_a_window_comes_home_from_beyond_180_degrees() -> None:
    """Its pixels lie on the same ground; a grid in a CRS that only the service knows stays where it is."""
    grid = PixelGrid(50, 50, AffineTransform(0.1, 0.01, 170, 0, -0.1, 10), "EPSG:4326")
    part = window(grid, (200, 0, 250, 50))
    assert part.affine_transform.translate_x == pytest.approx(170 + 20 - 360)
    unknown = replace(grid, crs_code="SR-ORG:1")
    assert window(unknown, (200, 0, 250, 50)).affine_transform.translate_x == pytest.approx(190)


def test_a_window_too_large_to_count_is_refused() -> None:
    """As a grid of that size is."""
    with pytest.raises(InvalidRequestError, match="whole number of pixels"):
        window(TURNED, (0, 0, 1e10, 500))


def test_turning_by_a_quarter_changes_sides() -> None:
    """Columns that run north become rows."""
    side = PixelGrid(10, 20, AffineTransform(0, 30, 0, 30, 0, 0), UTM)
    held = upright(side)
    assert (held.width, held.height) == (20, 10)
    assert held.affine_transform.to_list() == [30, 0, 0, 0, -30, 300]
