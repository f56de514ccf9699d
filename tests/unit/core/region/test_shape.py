"""Regions of an odd shape: they have a grid, and what is odd is said."""

from __future__ import annotations

import math
import time

import pytest

from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.warnings import grid_warnings
from ee_export_widget.core.region.region import Region, read_region
from ee_export_widget.core.region.shape import about_shape, crosses_itself
from tests.unit.core.regions import rectangle_region

BOW_TIE = ((10.0, 48.0), (11.0, 49.0), (11.0, 48.0), (10.0, 49.0))


def codes(*rings: tuple[tuple[float, float], ...]) -> list[str]:
    return [problem.code for problem in about_shape(Region(rings))]


@pytest.mark.parametrize(
    ("ring", "crosses"),
    [
        (BOW_TIE, True),
        (BOW_TIE[::-1], True),
        (((0, 0), (4, 0), (4, 4), (2, -1), (0, 4)), True),
        (((0, 0), (1, 0), (1, 1), (0, 1)), False),
        (((0, 0), (4, 0), (4, 4), (2, 1), (0, 4)), False),
        (((0, 0), (4, 0), (4, 4), (2, 0), (0, 4)), False),
        (((0, 0), (1, 1), (2, 2)), False),
        (((5, 5),) * 4, False),
    ],
    ids=["bow tie", "the other way", "through an edge", "square", "notch", "touches", "line", "point"],
)
def test_ring_that_crosses_itself_is_recognised(ring: tuple[tuple[float, float], ...], crosses: bool) -> None:
    """Edges that cross are found; those that share an end, touch or lie on each other are none."""
    assert crosses_itself(ring) == crosses


def test_self_crossing_region_has_the_grid_of_its_bounds_and_says_so() -> None:
    """The grid covers every corner, as it does for the rectangle of the same corners."""
    region = {"type": "Polygon", "coordinates": [[*BOW_TIE, BOW_TIE[0]]]}
    grid = PixelGrid.from_region(region, crs="EPSG:4326", scale=0.1)
    assert grid == PixelGrid.from_region(rectangle_region(10, 48, 11, 49), crs="EPSG:4326", scale=0.1)
    assert {problem.code for problem in grid_warnings(region, grid)} == {"region-crosses-itself"}


def test_several_features_are_a_union_and_it_is_said() -> None:
    """One grid covers all features of a collection; nothing odd is said of a single one."""
    boxes = [(10, 48, 11, 49), (12, 47, 13, 48)]
    features = [{"type": "Feature", "geometry": rectangle_region(*box), "properties": None} for box in boxes]
    region = {"type": "FeatureCollection", "features": features}
    grid = PixelGrid.from_region(region, crs="EPSG:4326", scale=0.5)
    assert list(grid.bounds) == [10, 47, 13, 49]
    (problem,) = grid_warnings(region, grid)
    assert (problem.code, problem.severity) == ("region-of-parts", "info")
    assert "union of 2 polygons" in problem.message
    assert not grid_warnings(region | {"features": features[:1]}, grid)


def test_parts_on_both_sides_of_180_that_were_not_joined_are_pointed_out() -> None:
    """An island at 179° W that does not touch 180 makes the grid as wide as the world: longitudes are literal."""
    near, far = read_region(rectangle_region(177, -19, 180, -16)).rings[0], ((-179.5, -17), (-179, -17), (-179, -16))
    assert codes(near, far) == ["region-of-parts", "region-gap"]
    assert codes(near, tuple((lon + 360, lat) for lon, lat in far)) == ["region-of-parts"]


def test_hundred_thousand_corners_take_a_moment() -> None:
    """A coast line of 100,000 corners is read, projected and checked within seconds of CPU, and bounded exactly."""
    turns = [2 * math.pi * i / 100_000 for i in range(100_000)]
    ring = [[11 + 0.5 * math.cos(turn), 48 + 0.5 * math.sin(turn)] for turn in turns]
    start = time.thread_time()
    region = {"type": "Polygon", "coordinates": [ring]}
    grid = PixelGrid.from_region(region, crs="EPSG:4326", scale=0.001)
    assert (grid.width, grid.height) == (1000, 1000)
    utm = PixelGrid.from_region(region, crs="EPSG:32632", scale=10)
    assert utm.height == pytest.approx(11120, abs=5)
    assert grid_warnings(region, grid) == []
    assert time.thread_time() - start < 6
