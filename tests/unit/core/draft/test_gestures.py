"""What the hand does on the map, as functions from region to region."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest

from ee_export_widget.core.draft import gestures
from ee_export_widget.core.draft.derive import derive_grid
from ee_export_widget.core.draft.draft import CrsRectangle, Draft, with_grid
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.lattice_window import upright
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.region.region import Region
from ee_export_widget.errors import InvalidRequestError

UTM = "EPSG:32621"
GRID = PixelGrid(1000, 500, AffineTransform(30, 0, 735345, 0, -30, -2796795), UTM)
LEANING = replace(GRID, affine_transform=AffineTransform(24, 18, 735345, 18, -24, -2796795))
FAR = 1200
"""More pixels than the grid is wide."""

LATTICES = {
    "north-up": GRID.affine_transform,
    "south-up": AffineTransform(30, 0, 735345, 0, 30, -2811795),
    "mirrored": AffineTransform(-30, 0, 765345, 0, -30, -2796795),
    "turned": AffineTransform(26, 15, 735345, 15, -26, -2796795),
    "on its side": AffineTransform(0, 30, 735345, 30, 0, -2826795),
    "upside down": AffineTransform(-26, -15, 765345, -15, 26, -2796795),
    "sheared": AffineTransform(30, 9, 735345, 0, -30, -2796795),
}
"""Ways in which pixels may lie; sizes are of 1000 columns and 500 rows."""


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
    grid = PixelGrid.from_bounds(drawn.bounds, crs=crs, scale=(drawn.bounds[2] - drawn.bounds[0]) / 100)
    assert gestures.dragged(grid, 2, there) == pytest.approx(gestures.dragged(grid, 2, here), rel=1e-9)
    assert gestures.moved(grid, (-54.55 + turn, -25.3), there) == pytest.approx(
        gestures.moved(grid, (-54.55, -25.3), here), rel=1e-6
    )


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (float("inf"), 0.0), (-54.0, float("nan"))])
def test_a_place_that_the_crs_does_not_reach_is_refused(place: gestures.LonLat) -> None:
    """No rectangle is made of numbers that are none."""
    with pytest.raises(InvalidRequestError, match="does not reach"):
        gestures.rectangle((-54.0, -25.0), place, UTM)


def test_a_rectangle_across_180_degrees_runs_on() -> None:
    """In degrees the east edge lies beyond 180."""
    assert gestures.rectangle((179, 10), (182, 12), "EPSG:4326").bounds == (179, 10, 182, 12)


@pytest.mark.parametrize("lattice", LATTICES.values(), ids=LATTICES)
@pytest.mark.parametrize("handle", range(8))
def test_a_handle_moves_its_own_edges(lattice: AffineTransform, handle: int) -> None:
    """Clockwise from the north-west: corners move two edges, the others one, and the rest stays, however it lies."""
    grid = PixelGrid(1000, 500, lattice, UTM)
    held = upright(grid)
    span = gestures.dragged(grid, handle, lonlat(*held.affine_transform.apply(120.25, 70.5)))
    expected = (
        120.25 if handle in gestures.WEST else 0, 70.5 if handle in gestures.NORTH else 0,
        120.25 if handle in gestures.EAST else held.width, 70.5 if handle in gestures.SOUTH else held.height,
    )  # fmt: skip
    assert span == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("handle", range(8))
def test_a_handle_dragged_past_the_other_side_turns_the_grid_over(handle: int) -> None:
    """Edges never lie in the wrong order."""
    column = GRID.width + FAR if handle in gestures.WEST else -FAR
    row = GRID.height + FAR if handle in gestures.NORTH else -FAR
    span = gestures.dragged(GRID, handle, lonlat(*GRID.affine_transform.apply(column, row)))
    assert span[0] < span[2]
    assert span[1] < span[3]


@pytest.mark.parametrize("lattice", LATTICES.values(), ids=LATTICES)
def test_the_whole_grid_moves_by_the_way_of_the_hand(lattice: AffineTransform) -> None:
    """Size and shape stay, in its own pixels."""
    grid = PixelGrid(1000, 500, lattice, UTM)
    held = upright(grid)
    grip, to = (lonlat(*held.affine_transform.apply(column, 10)) for column in (20, 31.5))
    span = gestures.moved(grid, grip, to)
    assert span == pytest.approx((11.5, 0, held.width + 11.5, held.height), abs=1e-4)


@pytest.mark.parametrize(
    ("handle", "moved"),
    [
        (0, (1, 2, 0, 0)), (1, (0, 2, 0, 0)), (2, (0, 2, 1, 0)), (3, (0, 0, 1, 0)),
        (4, (0, 0, 1, 2)), (5, (0, 0, 0, 2)), (6, (1, 0, 0, 2)), (7, (1, 0, 0, 0)), ("whole", (1, 2, 1, 2)),
    ],
)  # fmt: skip
def test_a_nudge_moves_edges_by_whole_pixels(handle: gestures.Handle, moved: tuple[int, int, int, int]) -> None:
    """One column to the right and two rows down."""
    assert gestures.nudged(GRID, handle, 1, 2) == (moved[0], moved[1], 1000 + moved[2], 500 + moved[3])


@pytest.mark.parametrize(
    ("handle", "columns", "rows"), [(7, 1000, 0), (3, -1000, 0), (1, 0, 500), (5, 0, -500), (0, 1000, 0)]
)
def test_a_nudge_leaves_at_least_one_pixel(handle: int, columns: int, rows: int) -> None:
    """Where nothing would be left, nothing happens; one pixel is enough."""
    assert gestures.nudged(GRID, handle, columns, rows) is None
    span = gestures.nudged(GRID, handle, *(value - (value > 0) + (value < 0) for value in (columns, rows)))
    assert span is not None
    assert 1 in {span[2] - span[0], span[3] - span[1]}


@pytest.mark.parametrize("lattice", LATTICES.values(), ids=LATTICES)
def test_handles_stand_clockwise_from_the_north_west(lattice: AffineTransform) -> None:
    """On the corners of the grid and in the middle of its sides, the first further west and north than the fifth."""
    grid = PixelGrid(1000, 500, lattice, UTM)
    points = [gestures.to_crs(place, UTM) for place in gestures.handles(grid, near=-57)]
    corners = [lattice.apply(col, row) for col in (0, grid.width) for row in (0, grid.height)]
    rounded = [(round(x, 3), round(y, 3)) for x, y in points[::2]]
    assert sorted(rounded) == [pytest.approx(corner, abs=2e-3) for corner in sorted(corners)]
    around = [*points, points[0]]
    for before, middle, after in zip(around[::2], around[1::2], around[2::2], strict=False):
        assert middle == pytest.approx([(p + q) / 2 for p, q in zip(before, after, strict=True)], abs=1e-3)
    twice_area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(around))
    assert twice_area < 0
    assert points[2][0] - points[0][0] > abs(points[2][1] - points[0][1])
    assert points[0][1] > points[6][1]
    assert all(300 < lon < 310 for lon, _ in gestures.handles(grid, near=300))


def test_a_rectangle_stays_a_rectangle() -> None:
    """Where a grid was made for one, that is what changes, by fractions of a pixel if need be."""
    drawn = Draft(region=CrsRectangle(UTM, GRID.bounds), crs=UTM, pixel_size="30")
    after = gestures.placed(drawn, GRID, (0.5, -2, 1000, 500))
    assert after == replace(drawn, region=CrsRectangle(UTM, (735360, -2811795, 765345, -2796735)))
    south_up = replace(GRID, affine_transform=AffineTransform(30, 0, 735345, 0, 30, -2811795))
    assert gestures.placed(drawn, south_up, (0.5, -2, 1000, 500)) == after


def test_a_rectangle_comes_home_from_beyond_180_degrees() -> None:
    """Its west edge stays on the first copy of the world."""
    grid = PixelGrid(5, 5, AffineTransform(1, 0, 170, 0, -1, 5), "EPSG:4326")
    drawn = Draft(region=CrsRectangle("EPSG:4326", grid.bounds))
    assert gestures.placed(drawn, grid, (6, 0, 11, 5)).region == CrsRectangle("EPSG:4326", (176, 0, 181, 5))
    assert gestures.placed(drawn, grid, (20, 0, 25, 5)).region == CrsRectangle("EPSG:4326", (-170, 0, -165, 5))


@pytest.mark.parametrize("given_grid", [GRID, LEANING], ids=["north-up", "turned"])
def test_a_grid_that_was_given_keeps_its_pixels(given_grid: PixelGrid) -> None:
    """A hand moves it by whole ones."""
    after = gestures.placed(with_grid(Draft(), given_grid), given_grid, (2.4, -1.4, 1000, 500))
    assert after.grid == replace(
        given_grid, width=998, height=501, affine_transform=given_grid.affine_transform.shifted(2, -1)
    )


def test_a_turned_grid_leaves_its_outline_as_the_region() -> None:
    """So that another pixel size gives a grid of the same ground; where it has no place on earth, its bounds stay."""
    region = with_grid(Draft(), LEANING).region
    assert isinstance(region, Region)
    again = derive_grid(Draft(region=region, crs=UTM, pixel_size="30"), None).grid
    assert again is not None
    assert again.bounds == pytest.approx(LEANING.bounds, abs=30)
    nowhere = PixelGrid(10, 10, AffineTransform(30, 3, 1e12, 0, -30, 1e12), UTM)
    assert with_grid(Draft(), nowhere).region == CrsRectangle(UTM, nowhere.bounds)
