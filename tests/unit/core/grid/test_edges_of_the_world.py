"""Grids over regions where systems end, fold or begin again: seams, poles, 180°, areas of use."""

from __future__ import annotations

import math

import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import equal_area_crs_for
from ee_export_widget.core.grid.outline import region_bounds
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.warnings import grid_warnings
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.regions import (
    METRES_30_DEG,
    MODIS_500_M,
    MODIS_ORIGIN,
    MUNICH,
    UTM_32,
    Box,
    grid_over,
    rectangle_region,
    refusal,
)


def test_whole_world_in_modis_sinusoidal() -> None:
    """The whole world is 86400 by 43200 pixels of half a kilometre, touching the seam on both sides."""
    grid = grid_over((-180, -90, 180, 90), "SR-ORG:6974", scale=MODIS_500_M, anchor=MODIS_ORIGIN)
    assert (grid.width, grid.height) == (86400, 43200)
    assert grid.affine_transform.to_list() == [MODIS_500_M, 0, MODIS_ORIGIN[0], 0, -MODIS_500_M, MODIS_ORIGIN[1]]


def test_whole_world_in_degrees_may_overhang() -> None:
    """Pixels of 30 m do not divide 360°; the grid overhangs by part of a pixel and keeps its lattice."""
    grid = grid_over((-180, -90, 180, 90), "EPSG:4326", scale=METRES_30_DEG)
    assert (grid.width, grid.height) == (1335834, 667918)
    assert grid.bounds[2] == pytest.approx(180 + 0.0552 * METRES_30_DEG, abs=1e-7)


def test_web_mercator_runs_on_beyond_180() -> None:
    """A region across 180 gives a grid of its own width, not of the world's."""
    grid = grid_over((176, -19, 184, -15), "EPSG:3857", scale=30)
    min_x, _, max_x, _ = region_bounds(rectangle_region(176, -19, 184, -15), Crs.from_text("EPSG:3857"))
    assert (min_x, max_x) == pytest.approx((176 * 111319.49079327358, 184 * 111319.49079327358))
    assert (grid.width, grid.height) == (29686, 15526)


def test_web_mercator_ends_at_the_square_world() -> None:
    """Latitudes beyond 85.05 are cut; the pole is not 242,528 km away."""
    bounds = region_bounds(rectangle_region(-180, -90, 180, 90), Crs.from_text("EPSG:3857"))
    assert bounds == pytest.approx((-20037508.342789244,) * 2 + (20037508.342789244,) * 2, abs=1e-6)


def test_southern_polar_cap_is_a_full_disc() -> None:
    """The literal ring of the world south of 70° is a circle around the pole."""
    bounds = region_bounds(rectangle_region(-180, -90, 180, -70), Crs.from_text("EPSG:3031"))
    assert bounds == pytest.approx((-2194494.2476,) * 2 + (2194494.2476,) * 2, abs=1e-3)


def test_other_degrees_run_on_beyond_180() -> None:
    """Longitudes of other datums run on beyond 180 as those of WGS 84 do."""
    grid = grid_over((170, 50, 190, 60), "EPSG:4269", scale=0.1)
    assert (grid.width, grid.height, grid.affine_transform.translate_x) == (200, 100, 170)


def test_region_on_another_world_copy_comes_home() -> None:
    """A region drawn one or two worlds further gives the grid of the same ground."""
    here = grid_over(MUNICH, UTM_32, scale=10)
    assert grid_over((371.5, 48.05, 371.7, 48.2), UTM_32, scale=10) == here
    assert grid_over((-708.5, 48.05, -708.3, 48.2), UTM_32, scale=10) == here


def test_region_cut_at_180_gives_one_grid() -> None:
    """Two parts that meet at 180 give the grid of the whole."""
    west = rectangle_region(178.25, -19, 180, -16)["coordinates"]
    east = rectangle_region(-180, -19, -178.5, -16)["coordinates"]
    cut = {"type": "MultiPolygon", "coordinates": [west, east]}
    grid = PixelGrid.from_region(cut, crs="EPSG:4326", scale=0.25)
    assert grid == grid_over((178.25, -19, 181.5, -16), "EPSG:4326", scale=0.25)


def test_small_part_of_a_large_region_is_checked_for_the_seam() -> None:
    """An island that jumps is found beside a continent whose own steps are longer."""
    boxes = [(-80, -60, 90, 60), (179.9, 89.98, 180.1, 89.99)]
    parts = [rectangle_region(*box)["coordinates"] for box in boxes]
    with pytest.raises(InvalidRequestError, match="crosses the seam"):
        PixelGrid.from_region({"type": "MultiPolygon", "coordinates": parts}, crs="SR-ORG:6974", scale=500)


def test_long_edge_is_not_lost_among_many_short_ones() -> None:
    """The dip of a long edge counts although hundreds of corners lie lower than its ends."""
    turns = [2 * math.pi * i / 600 for i in range(600)]
    island = [(10 + 0.05 * math.cos(turn), 36.7 + 0.05 * math.sin(turn)) for turn in turns]
    region = {"type": "MultiPolygon", "coordinates": [rectangle_region(-5, 36, 30, 60)["coordinates"], [island]]}
    bounds = region_bounds(region, Crs.from_text("EPSG:3035"))
    assert bounds == pytest.approx((2965317.379, 1437694.285, 6118562.968, 4256803.185), abs=6e-4)


def test_pixels_beyond_the_service_s_ceiling_are_refused() -> None:
    """Exactly 1e13 pixels are taken, a row more is not."""
    assert PixelGrid.from_bounds((0, 0, 1e7, 1e6), crs=UTM_32, scale=1).pixel_count == 10**13
    with pytest.raises(InvalidRequestError, match="at most 10,000,000,000,000"):
        PixelGrid.from_bounds((0, 0, 1e7, 1e6 + 1), crs=UTM_32, scale=1)


@pytest.mark.parametrize(
    ("box", "crs", "scale", "code"),
    [
        ((20, 85.5, 25, 87), "EPSG:3857", 30, "region-beyond-projection"),
        ((20, -89, 25, -86), "EPSG:3857", 30, "region-beyond-projection"),
        ((105, -8, 110, 8), "EPSG:32633", 30, "region-far-from-meridian"),
        ((9, 50, 54.5, 51), UTM_32, 30, "region-far-from-meridian"),
        ((176, -19, 184, -15), "SR-ORG:6974", MODIS_500_M, "region-crosses-seam"),
        ((176, -19, 184, -15), "EPSG:6933", 30, "region-crosses-seam"),
        ((176, -19, 184, -15), "ESRI:54009", 30, "region-crosses-seam"),
        ((176, -19, 184, -15), "EPSG:3395", 30, "region-crosses-seam"),
        ((-35, -19, -25, -15), "EPSG:3832", 30, "region-far-from-area-of-use"),
        ((130, -30, 140, -20), "EPSG:3035", 1000, "region-far-from-area-of-use"),
        ((-180, -90, 180, 90), "EPSG:3035", 1000, "region-inside-out"),
        ((-180, -60, 180, 60), "EPSG:3035", 1000, "region-inside-out"),
        ((100, -80, 240, 60), "EPSG:3035", 1000, "region-far-from-area-of-use"),
        ((9, -40, 10, -39), UTM_32, 30, "region-far-from-area-of-use"),
        ((-179, 0, -170, 10), "+proj=gnom +lat_0=0 +lon_0=10", 1000, "region-not-finite"),
        ((0, 0, 1, 1), "EPSG:4326", 1e-8, "grid-too-large"),
        ((-180, -90, 180, 90), "EPSG:4326", 5 / 111319.49079327358, "grid-too-large"),
        ((-180, -85, 180, 85), "EPSG:6933", 0.01, "grid-too-large"),
        ((0, 0, 1, 1), "EPSG:4326", 1e-320, "grid-too-large"),
    ],
)
def test_region_without_a_grid_is_refused(box: Box, crs: str, scale: float, code: str) -> None:
    """Beyond the map, across its seam, too far away or too many pixels: an error, never a wrong grid."""
    assert refusal(box, crs, scale=scale) == code


@pytest.mark.parametrize(
    "box", [(-0.7, 58, -0.1, 61.2), (-9, 49.7, 2.1, 61)], ids=["beyond Shetland", "all of Britain"]
)
def test_place_that_two_datum_rules_disagree_about_is_refused(box: Box) -> None:
    """Beyond its area a national datum is shifted by another rule, so that the way back misses by some 100 m."""
    assert refusal(box, "EPSG:27700", scale=25) == "region-between-datums"
    assert grid_over((-8.8, 49.8, 1.9, 60.9), "EPSG:27700", scale=25).width > 20000


@pytest.mark.parametrize(
    ("box", "crs"),
    [
        ((48.05, 11.5, 48.2, 11.7), UTM_32),
        ((54, -7, 55, -2), "EPSG:27700"),
        ((-25.5, -54.6, -25.4, -54.5), "EPSG:32621"),
    ],
)
def test_latitude_first_is_recognised_where_it_would_lie_in_the_system(box: Box, crs: str) -> None:
    """A region far away that would lie right the other way round is said to look so."""
    with pytest.raises(InvalidRequestError) as caught:
        grid_over(box, crs, scale=1000)
    assert "latitude first" in caught.value.hint


def test_last_degrees_before_a_pole_are_no_seam() -> None:
    """Eckert IV jumps by some metres where its iteration ends at the pole; no edge of the map is so short."""
    grid = grid_over((-73.945, 85.59, -51.835, 90), "ESRI:54012", scale=2)
    assert (grid.width, grid.height) == (692445, 20971)


def test_folded_projection_is_refused() -> None:
    """Where the projection gives one place to two, the way back tells."""
    assert refusal((100, -40, 110, -30), "+proj=poly +lon_0=0", scale=1000) == "region-folded"


@pytest.mark.parametrize("box", [(170, -10, 190, 10), (179, -1, 181, 0.5)])
def test_region_around_the_antipode_is_refused(box: Box) -> None:
    """In an azimuthal system its outline is the inner rim of its image, and no bounds at all."""
    assert refusal(box, equal_area_crs_for(0, 0), scale=1000) == "region-inside-out"


@pytest.mark.parametrize(
    "ring",
    [
        [(-10, -10), (10, -10), (10, 10), (-10, 10)],
        [(-10, -10), (-10, 10), (10, 10), (10, -10)],
        [(-10.1, -9.7), (10.1, 9.7), (5.05, 4.85)],
        [(-10.1, 9.7), (10.1, -9.7), (5.05, -4.85)],
        [(-10.1, -9.3), (10.1, 9.3), (-3.3, -9.3 + 6.8 * 18.6 / 20.2)],
        [(-10.1, 9.3), (10.1, -9.3), (-3.3, 9.3 - 6.8 * 18.6 / 20.2)],
        [(5, 5)] * 4,
    ],
    ids=["anticlockwise", "clockwise", "a line", "its mirror", "another", "its mirror", "a point"],
)
def test_any_winding_is_taken_in_a_custom_system(ring: list[tuple[float, float]]) -> None:
    """A ring may run either way round, or enclose nothing."""
    region = {"type": "Polygon", "coordinates": [ring]}
    grid = PixelGrid.from_region(region, crs=equal_area_crs_for(0, 0), scale=1_000_000)
    assert (grid.width, grid.height) == ((1, 1) if ring[0] == (5, 5) else (4, 4))


@pytest.mark.parametrize(
    ("box", "crs", "size"),
    [
        ((-170, 54, -130, 72), "EPSG:5070", (2886, 2675)),
        ((-20, 34, 60, 72), "EPSG:3413", (5751, 7669)),
        ((10, -60, 12, 5), "EPSG:32632", (279, 7210)),
    ],
    ids=["Alaska in the system of the other states", "Europe in the Arctic's", "over the equator in UTM"],
)
def test_region_that_begins_near_its_area_of_use_has_a_grid(box: Box, crs: str, size: tuple[int, int]) -> None:
    """Only what lies wholly more than 30° away is refused: a region may reach further."""
    grid = grid_over(box, crs, scale=1000)
    assert (grid.width, grid.height) == size
    assert "region-outside-area-of-use" in {problem.code for problem in grid_warnings(rectangle_region(*box), grid)}


def test_far_area_of_use_that_crosses_180_is_understood() -> None:
    """New Zealand's system reaches over 180: the Chatham islands are inside, Greenwich is not."""
    assert grid_over((-177, -44.5, -176, -43.5), "EPSG:2193", scale=100).width > 700
    assert refusal((0, -44, 1, -43), "EPSG:2193", scale=100) in {
        "region-far-from-meridian",
        "region-far-from-area-of-use",
    }
