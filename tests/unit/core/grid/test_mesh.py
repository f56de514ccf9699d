"""The net of places from which a map draws pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.map_view import View, mercator_deg, read_view
from ee_export_widget.core.grid.mesh import Mesh, mesh
from ee_export_widget.core.grid.pixel_grid import PixelGrid

MUNICH = (11.5, 48.05)
UTM = PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632")
POLAR = PixelGrid(176, 176, AffineTransform(25000, 0, -2200000, 0, -25000, 2200000), "EPSG:3413")
DEGREES = PixelGrid(3600, 1800, AffineTransform(0.1, 0, -180, 0, -0.1, 90), "EPSG:4326")
ROTATED = PixelGrid(186, 178, AffineTransform(8, 6, 685752, 6, -8, 5325614), "EPSG:32632")


def view_at(lon: float, lat: float, zoom: float, width_px: int = 560, height_px: int = 400) -> View:
    """Give what a map of this size shows around a place."""
    px = 256 * 2**zoom / 360
    y = float(mercator_deg(np.array([lat]))[0])
    lats = [math.degrees(math.atan(math.sinh(math.radians(y + dy / px)))) for dy in (-height_px / 2, height_px / 2)]
    return read_view((lon - width_px / 2 / px, lats[0], lon + width_px / 2 / px, lats[1]), zoom)


def place(net: Mesh, column: float, row: float) -> tuple[float, float]:
    """Find a corner of a pixel as the page does: in a straight line between knots, in Web Mercator."""
    knots = np.array(net.places)
    knots[..., 1] = mercator_deg(knots[..., 1])
    u = (column - net.column) / net.columns * (knots.shape[1] - 1)
    v = (row - net.row) / net.rows * (knots.shape[0] - 1)
    i, j = min(int(u), knots.shape[1] - 2), min(int(v), knots.shape[0] - 2)
    top = knots[j, i] + (knots[j, i + 1] - knots[j, i]) * (u - i)
    bottom = knots[j + 1, i] + (knots[j + 1, i + 1] - knots[j + 1, i]) * (u - i)
    lon, y = top + (bottom - top) * (v - j)
    return float(lon), float(y)


@pytest.mark.parametrize(
    ("grid", "centre", "zoom"),
    [
        (UTM, MUNICH, 16),
        (UTM, (11.6, 48.12), 11),
        (ROTATED, (11.51, 48.055), 17),
        (POLAR, (-40.0, 75.0), 5),
        (DEGREES, (10.0, 60.0), 7),
        (DEGREES, (370.0, 60.0), 7),
    ],
    ids=["at the corner", "whole grid", "rotated", "polar", "degrees", "another world copy"],
)
def test_pixels_are_drawn_where_they_are(grid: PixelGrid, centre: tuple[float, float], zoom: float) -> None:
    """Every corner that the net gives is less than half a screen pixel off, on the copy that the map shows."""
    view = view_at(*centre, zoom)
    net = mesh(grid, view)
    assert net is not None
    assert abs(place(net, net.column + net.columns / 2, net.row + net.rows / 2)[0] - centre[0]) < 180
    for column in np.linspace(net.column, net.column + net.columns, 23):
        for row in np.linspace(net.row, net.row + net.rows, 23):
            x, y = grid.affine_transform.apply(np.array([column]), np.array([row]))
            lon, lat = grid.crs.unproject(x, y)
            found_lon, found_y = place(net, column, row)
            off_lon = (found_lon - float(lon[0]) + 180) % 360 - 180
            off_y = found_y - float(mercator_deg(lat)[0])
            assert math.hypot(off_lon, off_y) * view.px_per_deg < 0.5


def test_only_what_the_map_shows_is_in_the_net() -> None:
    """The window lies in the grid, holds everything that is seen, and little more."""
    view = view_at(*MUNICH, 16)
    net = mesh(UTM, view)
    assert net is not None
    corner = UTM.crs.project(np.array([view.west, view.east]), np.array([view.south, view.north]))
    columns, rows = UTM.affine_transform.locate(*corner)
    assert 0 <= net.column <= max(0, columns.min())
    assert min(columns.max(), UTM.width) <= net.column + net.columns <= UTM.width
    assert net.row <= rows.min()
    assert min(rows.max(), UTM.height) <= net.row + net.rows <= UTM.height
    assert net.columns < 100


@pytest.mark.parametrize("centre", [(20.0, 48.0), (11.5, -40.0)], ids=["beside", "below"])
def test_a_view_beside_the_grid_has_no_net(centre: tuple[float, float]) -> None:
    """There is nothing to draw."""
    assert mesh(UTM, view_at(*centre, 14)) is None


def test_places_that_the_system_does_not_reach_take_nothing_away() -> None:
    """A map of the world shows more than a system can project; the grid is all there."""
    globe = "+proj=ortho +lat_0=50 +lon_0=10 +type=crs"
    grid = PixelGrid(10, 10, AffineTransform(1000, 0, -5000, 0, -1000, 5000), crs_wkt=globe)
    net = mesh(grid, view_at(10, 50, 1))
    assert net is not None
    assert (net.column, net.row, net.columns, net.rows) == (0, 0, 10, 10)


def test_a_grid_that_leaves_the_earth_has_no_net() -> None:
    """The round world has no corners."""
    globe = "+proj=ortho +lat_0=0 +lon_0=0 +type=crs"
    grid = PixelGrid(2, 2, AffineTransform(6.4e6, 0, -6.4e6, 0, -6.4e6, 6.4e6), crs_wkt=globe)
    assert mesh(grid, view_at(0, 0, 1)) is None
    assert mesh(grid, view_at(180, 0, 9)) is None


def test_no_net_is_better_than_a_wrong_one() -> None:
    """Around a pole neighbouring places lie all around the world."""
    assert mesh(POLAR, view_at(0, 80, 2, 1024, 900)) is None
