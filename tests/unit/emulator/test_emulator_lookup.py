"""Finding the pixels of one grid on the lattice of another, exactly or well enough for a map."""

from __future__ import annotations

import math

import numpy as np
import pytest
from affine import Affine

from ee_export_widget.emulator.raster.grid import WEB_MERCATOR, WGS84, Crs, PixelGrid, Projection
from ee_export_widget.emulator.raster.lookup import Lookup, locate

UTM = Projection(Crs("EPSG:32621"), Affine(30, 0, 735345, 0, -30, -2796795))
DEGREES = Projection(WGS84, Affine(0.25, 0, -180, 0, -0.25, 90))
POLAR = Projection(Crs("EPSG:3413"), Affine(1000, 0, -4e6, 0, -1000, 4e6))
WORLD_M = 2 * math.pi * 6378137


def tile(zoom: int, column: int, row: int) -> PixelGrid:
    """Return the grid of a web map's tile."""
    side = WORLD_M / 2**zoom
    corner = Affine(side / 256, 0, column * side - WORLD_M / 2, 0, -side / 256, WORLD_M / 2 - row * side)
    return PixelGrid(Projection(WEB_MERCATOR, corner), 256, 256)


def over(zoom: int, longitude: float, latitude: float) -> PixelGrid:
    """Return the tile that contains a place."""
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return tile(zoom, int((longitude + 180) / 360 * 2**zoom), int(down * 2**zoom))


def worst(rough: Lookup, exact: Lookup) -> float:
    """Return the greatest error of a lookup, in pixels of the grid where they are smallest."""
    found, wanted = rough.columns + 1j * rough.rows, exact.columns + 1j * exact.rows
    pixel = min(np.abs(np.diff(wanted, axis=axis)).min() for axis in (0, 1))
    return float(np.abs(found - wanted).max() / pixel)


@pytest.mark.parametrize("zoom", [6, 8, 10, 12, 16, 20])
@pytest.mark.parametrize("lattice", [UTM, DEGREES], ids=["UTM", "degrees"])
def test_a_rough_place_is_off_by_less_than_anybody_sees(zoom: int, lattice: Projection) -> None:
    """On a tile of a map no pixel is looked up more than a tenth of its side away from where it lies."""
    grid = over(zoom, -54.5, -25.4)
    assert worst(locate(grid, lattice, roughly=True), locate(grid, lattice)) < 0.1


@pytest.mark.parametrize(
    ("grid", "lattice"),
    [(tile(0, 0, 0), UTM), (tile(0, 0, 0), POLAR), (tile(1, 0, 0), POLAR), (over(3, 20, 80), POLAR)],
    ids=["world", "around the pole", "half of the north", "near the pole"],
)
def test_where_the_way_is_not_straight_every_place_is_exact(grid: PixelGrid, lattice: Projection) -> None:
    """Where places between known ones do not lie between them, or nowhere, a rough lookup is an exact one."""
    rough, exact = locate(grid, lattice, roughly=True), locate(grid, lattice)
    np.testing.assert_array_equal(rough.columns, exact.columns)
    np.testing.assert_array_equal(rough.rows, exact.rows)


def test_a_few_pixels_are_looked_up_exactly() -> None:
    """A grid hardly larger than the known places gains nothing from them."""
    grid = over(8, -54.5, -25.4).part(3, 5, 63, 200)
    rough, exact = locate(grid, UTM, roughly=True), locate(grid, UTM)
    np.testing.assert_array_equal(rough.columns, exact.columns)


def test_one_system_needs_no_transformation() -> None:
    """Columns stay apart from rows, and the numbers are exact, where both lattices have the same axes."""
    grid = PixelGrid(Projection(UTM.crs, Affine(60, 0, 735345, 0, -60, -2796795)), 100, 80)
    found = locate(grid, UTM, roughly=True)
    assert found.columns.tolist() == [[2 * column + 1 for column in range(100)]]
    assert found.rows.tolist() == [[2 * row + 1] for row in range(80)]
