"""What the hand does on the map, as functions from region to region."""

from __future__ import annotations

from itertools import product

import pytest

from ee_export_widget.core import gestures
from ee_export_widget.core.affine import AffineTransform
from ee_export_widget.core.draft import CrsRectangle
from ee_export_widget.core.grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

UTM = "EPSG:32621"
WEST, SOUTH, EAST, NORTH = 700_000.0, 7_200_000.0, 730_000.0, 7_230_000.0
BOUNDS = (WEST, SOUTH - 10_000_000, EAST, NORTH - 10_000_000)
"""In UTM zone 21 N south of the equator, as Landsat has it."""
GRID = PixelGrid(1000, 500, AffineTransform(30, 0, 735345, 0, -30, -2796795), UTM)
FAR = 40_000.0
"""Farther than the rectangle is wide."""


def lonlat(x: float, y: float, crs: str = UTM) -> gestures.LonLat:
    return gestures.to_lonlat(x, y, crs, near=-57)


@pytest.mark.parametrize("crs", [UTM, "EPSG:32721", "EPSG:4326", "EPSG:3857", "EPSG:6933"])
def test_there_and_back_is_the_same_place(crs: str) -> None:
    """A place keeps its longitude and latitude through the CRS."""
    x, y = gestures.to_crs((-54.6, -25.4), crs)
    assert gestures.to_lonlat(x, y, crs, near=-54) == pytest.approx((-54.6, -25.4), abs=1e-7)


@pytest.mark.parametrize("turns", [-2, -1, 0, 1, 3])
def test_a_place_is_given_on_the_copy_of_the_world_that_is_looked_at(turns: int) -> None:
    """Where the map was turned around the world, longitudes go on."""
    x, y = gestures.to_crs((-54.6, -25.4), UTM)
    lon, _ = gestures.to_lonlat(x, y, UTM, near=-54 + 360 * turns)
    assert lon == pytest.approx(-54.6 + 360 * turns, abs=1e-9)


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("swap", list(product([False, True], repeat=2)), ids=str)
def test_a_rectangle_is_the_same_from_any_corner(crs: str, swap: tuple[bool, bool]) -> None:
    """Two opposite corners span it, whichever was pressed first."""
    (x0, y0), (x1, y1) = gestures.to_crs((-54.6, -25.4), crs), gestures.to_crs((-54.5, -25.2), crs)
    ax, bx = (x1, x0) if swap[0] else (x0, x1)
    ay, by = (y1, y0) if swap[1] else (y0, y1)
    a, b = gestures.to_lonlat(ax, ay, crs, near=-54), gestures.to_lonlat(bx, by, crs, near=-54)
    drawn = gestures.rectangle(a, b, crs)
    assert drawn.crs == crs
    assert drawn.bounds == pytest.approx((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), rel=1e-12)


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("turn", [-720, -360, 360])
def test_a_map_that_was_turned_around_the_world_draws_the_same(crs: str, turn: int) -> None:
    """What is drawn, dragged and moved on another copy of the world is the same rectangle."""
    drawn = gestures.rectangle((-54.6, -25.4), (-54.5, -25.2), crs)
    turned = gestures.rectangle((-54.6 + turn, -25.4), (-54.5 + turn, -25.2), crs)
    assert turned.bounds == pytest.approx(drawn.bounds, rel=1e-9)
    here, there = ((-54.4 + each, -25.1) for each in (0, turn))
    assert gestures.dragged(drawn.bounds, 2, there, crs).bounds == pytest.approx(
        gestures.dragged(drawn.bounds, 2, here, crs).bounds, rel=1e-9
    )
    grip = (-54.55 + turn, -25.3)
    assert gestures.moved(drawn.bounds, grip, there, crs).bounds == pytest.approx(
        gestures.moved(drawn.bounds, (-54.55, -25.3), here, crs).bounds, rel=1e-9
    )


def test_a_rectangle_that_is_moved_past_180_degrees_comes_back_on_the_other_side() -> None:
    """Its west edge stays on the first copy of the world."""
    assert gestures.moved((170, 0, 175, 5), (172, 1), (178, 1), "EPSG:4326").bounds == (176, 0, 181, 5)
    assert gestures.moved((170, 0, 175, 5), (172, 1), (192, 1), "EPSG:4326").bounds == (-170, 0, -165, 5)


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (float("inf"), 0.0), (-54.0, float("nan"))])
def test_a_place_that_the_crs_does_not_reach_is_refused(place: gestures.LonLat) -> None:
    """No rectangle is made of numbers that are none."""
    with pytest.raises(InvalidRequestError, match="does not reach"):
        gestures.rectangle((-54.0, -25.0), place, UTM)


def test_a_rectangle_across_180_degrees_runs_on() -> None:
    """In degrees the east edge lies beyond 180."""
    assert gestures.rectangle((179, 10), (182, 12), "EPSG:4326").bounds == (179, 10, 182, 12)


@pytest.mark.parametrize(
    ("handle", "moved"),
    [
        (0, "WN"), (1, "N"), (2, "EN"), (3, "E"), (4, "ES"), (5, "S"), (6, "WS"), (7, "W"),
    ],
)  # fmt: skip
def test_a_handle_moves_its_own_edges(handle: int, moved: str) -> None:
    """Clockwise from the north-west: corners move two edges, the others one, and the rest stays."""
    west, south, east, north = BOUNDS
    x, y = west + 5_000, south + 7_000
    result = gestures.dragged(BOUNDS, handle, lonlat(x, y), UTM)
    expected = (
        x if "W" in moved else west, y if "S" in moved else south,
        x if "E" in moved else east, y if "N" in moved else north,
    )  # fmt: skip
    assert result.crs == UTM
    assert result.bounds == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("handle", range(8))
def test_a_handle_dragged_past_the_other_side_turns_the_rectangle_over(handle: int) -> None:
    """Edges never lie in the wrong order."""
    west, south, east, north = BOUNDS
    x = east + FAR if handle in gestures.WEST else west - FAR
    y = south - FAR if handle in gestures.NORTH else north + FAR
    result = gestures.dragged(BOUNDS, handle, lonlat(x, y), UTM)
    assert result.has_area
    assert result.bounds[0] < result.bounds[2]
    assert result.bounds[1] < result.bounds[3]


def test_the_whole_rectangle_moves_by_the_way_of_the_hand() -> None:
    """Size and shape stay, in the CRS."""
    west, south, east, north = BOUNDS
    result = gestures.moved(BOUNDS, lonlat(west + 1, south + 1), lonlat(west + 3001, south - 1999), UTM)
    assert result.bounds == pytest.approx((west + 3000, south - 2000, east + 3000, north - 2000), abs=1e-5)


@pytest.mark.parametrize(
    ("handle", "bounds"),
    [
        (0, (1, 2, 0, 0)), (1, (0, 2, 0, 0)), (2, (0, 2, 1, 0)), (3, (0, 0, 1, 0)),
        (4, (0, 0, 1, 2)), (5, (0, 0, 0, 2)), (6, (1, 0, 0, 2)), (7, (1, 0, 0, 0)),
    ],
)  # fmt: skip
def test_a_nudge_moves_edges_by_whole_pixels(handle: int, bounds: tuple[int, int, int, int]) -> None:
    """One column to the east and two rows to the south; columns and rows are (west, north, east, south)."""
    west, south, east, north = GRID.bounds
    result = gestures.nudged(GRID, handle, 1, 2)
    expected = (west + 30 * bounds[0], south - 30 * bounds[3], east + 30 * bounds[2], north - 30 * bounds[1])
    assert result == CrsRectangle(UTM, expected)


def test_the_whole_grid_can_be_nudged() -> None:
    """All four edges move by the same whole pixels."""
    west, south, east, north = GRID.bounds
    assert gestures.nudged(GRID, "whole", -1, 10) == CrsRectangle(UTM, (west - 30, south - 300, east - 30, north - 300))


@pytest.mark.parametrize(("handle", "columns", "rows"), [(7, 1000, 0), (3, -1000, 0), (1, 0, 500), (5, 0, -501)])
def test_a_nudge_leaves_at_least_one_pixel(handle: int, columns: int, rows: int) -> None:
    """Where nothing would be left, nothing happens; one pixel is enough."""
    assert gestures.nudged(GRID, handle, columns, rows) is None
    one_less = [value - (value > 0) + (value < 0) for value in (columns, rows)]
    result = gestures.nudged(GRID, handle, *one_less) if handle != 5 else gestures.nudged(GRID, 5, 0, -499)
    assert result is not None
    assert min(result.bounds[2] - result.bounds[0], result.bounds[3] - result.bounds[1]) == 30


def test_pixels_that_stand_on_their_side_are_nudged_too() -> None:
    """Where scale is in the shears, the size of a pixel comes from the bounds; WKT stays WKT."""
    wkt = 'LOCAL_CS["x"]'
    grid = PixelGrid(10, 20, AffineTransform(0, 30, 0, 30, 0, 0), crs_wkt=wkt)
    result = gestures.nudged(grid, 3, 1, 0)
    assert result == CrsRectangle(wkt, (0, 0, 660, 300))


def test_handles_stand_clockwise_from_the_north_west() -> None:
    """Corners and the middles of the sides, on the copy of the world that is looked at."""
    points = [gestures.to_crs(place, UTM) for place in gestures.handles(BOUNDS, UTM, near=-57)]
    west, south, east, north = BOUNDS
    x, y = (west + east) / 2, (south + north) / 2
    expected = [
        (west, north), (x, north), (east, north), (east, y), (east, south), (x, south), (west, south), (west, y),
    ]  # fmt: skip
    assert [value for point in points for value in point] == pytest.approx(
        [value for point in expected for value in point], abs=1e-4
    )
    assert all(300 < lon < 310 for lon, _ in gestures.handles(BOUNDS, UTM, near=300))
