"""Grids over regions: the worked examples, every kind of anchor and size, special systems, refusals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyproj
import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.crs.presets import equal_area_crs_for
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.outline import region_bounds
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.grid.warnings import grid_warnings
from ee_export_widget.errors import InvalidRequestError
from tests.unit.core.regions import rectangle_region

if TYPE_CHECKING:
    from collections.abc import Sequence

Box: TypeAlias = tuple[float, float, float, float]

METRES_30_DEG = 0.0002694945852358564
MODIS_500_M = 463.3127165279165
MODIS_ORIGIN = (-20015109.354, 10007554.677)
UTM_32 = "EPSG:32632"
MUNICH = (11.5, 48.05, 11.7, 48.2)
MUNICH_SMALL = (11.5, 48.05, 11.52, 48.06)
FIJI = (179.2, -17, 181.5, -16)
ITATIAIA = (-47.95, -15.9, -47.8, -15.7)

# The WKT that the service gives for SR-ORG:6974: the sphere stands where PROJ does not look.
MODIS_WKT = (
    'PROJCS["MODIS Sinusoidal", GEOGCS["WGS 84", DATUM["World Geodetic System 1984", '
    'SPHEROID["WGS 84", 6378137.0, 298.257223563, AUTHORITY["EPSG","7030"]], AUTHORITY["EPSG","6326"]], '
    'PRIMEM["Greenwich", 0.0], UNIT["degree", 0.017453292519943295], AXIS["Longitude", EAST], '
    'AXIS["Latitude", NORTH], AUTHORITY["EPSG","4326"]], PROJECTION["Sinusoidal"], '
    'PARAMETER["semi_minor", 6371007.181], PARAMETER["false_easting", 0.0], PARAMETER["false_northing", 0.0], '
    'PARAMETER["semi_major", 6371007.181], PARAMETER["central_meridian", 0.0], UNIT["m", 1.0], '
    'AXIS["x", EAST], AXIS["y", NORTH], AUTHORITY["SR-ORG","6974"]]'
)


def grid_over(box: Box, crs: str, **options: Any) -> PixelGrid:  # noqa: ANN401 - whatever from_region takes
    return PixelGrid.from_region(rectangle_region(*box), crs=crs, **options)


def refusal(box: Box, crs: str, **options: Any) -> str:  # noqa: ANN401 - whatever from_region takes
    """Give the code of the only problem."""
    with pytest.raises(InvalidRequestError) as caught:
        grid_over(box, crs, **options)
    (problem,) = caught.value.problems
    assert problem.severity == "error"
    assert problem.message
    assert problem.hint
    return problem.code


@pytest.mark.parametrize(
    ("box", "crs", "options", "size", "affine"),
    [
        pytest.param(MUNICH, UTM_32, {"scale": 10}, (1545, 1718), [10, 0, 685760, 0, -10, 5342060], id="1"),
        pytest.param((1.2, 1.9, 2.2, 4.4), "EPSG:4326", {"scale": 0.1}, (10, 25), [0.1, 0, 1.2, 0, -0.1, 4.4], id="2"),
        pytest.param(
            (-5, 36, 30, 60), "EPSG:3035", {"scale": 1000}, (3154, 2820), [1000, 0, 2965000, 0, -1000, 4257000], id="4"
        ),
        pytest.param(FIJI, "EPSG:32701", {"scale": 30}, (8239, 3800), [30, 0, 93150, 0, -30, 8230500], id="5"),
        pytest.param(
            (-180, 70, 180, 90),
            "EPSG:3413",
            {"scale": 25000, "anchor": (-3850000, 5850000)},
            (176, 176),
            [25000, 0, -2200000, 0, -25000, 2200000],
            id="6",
        ),
        pytest.param(
            (11.50001, 48.05001, 11.50003, 48.05002),
            UTM_32,
            {"scale": 1000},
            (1, 1),
            [1000, 0, 686000, 0, -1000, 5325000],
            id="8",
        ),
        pytest.param(
            (178.25, -19, 181.5, -16),
            "EPSG:4326",
            {"scale": 0.25},
            (13, 12),
            [0.25, 0, 178.25, 0, -0.25, -16],
            id="10",
        ),
        pytest.param(
            MUNICH_SMALL,
            UTM_32,
            {"anchor": AffineTransform(8, 6, 680000, 6, -8, 5330000)},
            (186, 178),
            [8, 6, 685752, 6, -8, 5325614],
            id="rotated",
        ),
        pytest.param(
            MUNICH_SMALL,
            UTM_32,
            {"anchor": AffineTransform(10, 0, 680000, 0, 10, 5310000)},
            (154, 117),
            [10, 0, 686260, 0, 10, 5324880],
            id="south-up",
        ),
    ],
)
def test_worked_example(
    box: Box, crs: str, options: dict[str, Any], size: tuple[int, int], affine: list[float]
) -> None:
    """Size and transform are exactly the written ones."""
    grid = grid_over(box, crs, **options)
    assert (grid.width, grid.height) == size
    assert grid.affine_transform.to_list() == affine
    assert grid.crs_code == crs


@pytest.mark.parametrize(
    ("box", "crs", "options", "size", "affine"),
    [
        pytest.param(
            MUNICH,
            UTM_32,
            {"scale": 10, "anchor": "region"},
            (1545, 1718),
            [10, 0, 685760.30576, 0, -10, 5342054.88291],
            id="1b",
        ),
        pytest.param(
            ITATIAIA,
            "EPSG:4326",
            {"scale": METRES_30_DEG},
            (557, 743),
            [METRES_30_DEG, 0, -47.95009357267499, 0, -METRES_30_DEG, -15.699946052085288],
            id="3",
        ),
        pytest.param(
            ITATIAIA,
            "EPSG:4326",
            {"scale": METRES_30_DEG, "anchor": (-180, 90)},
            (557, 743),
            [METRES_30_DEG, 0, -47.95007868569748, 0, -METRES_30_DEG, -15.699818748281425],
            id="3b",
        ),
        pytest.param(
            (5.2, 45.3, 10.1, 47.9),
            "SR-ORG:6974",
            {"scale": MODIS_500_M, "anchor": MODIS_ORIGIN},
            (870, 624),
            [MODIS_500_M, 0, 387329.4310233, 0, -MODIS_500_M, 5326242.9892019],
            id="7",
        ),
        pytest.param(
            MUNICH,
            UTM_32,
            {"dimensions": (400, 300)},
            (400, 300),
            [38.612552085, 0, 685760.30576, 0, -57.245185481, 5342054.88291],
            id="9",
        ),
    ],
)
def test_worked_example_with_long_fractions(
    box: Box, crs: str, options: dict[str, Any], size: tuple[int, int], affine: list[float]
) -> None:
    """Size is exactly the written one, the transform to the digits that are written."""
    grid = grid_over(box, crs, **options)
    assert (grid.width, grid.height) == size
    assert grid.affine_transform.to_list() == pytest.approx(affine, rel=1e-11)
    assert grid.crs_code == crs


@pytest.mark.parametrize(
    ("box", "crs", "bounds"),
    [
        pytest.param(MUNICH, UTM_32, (685760.3058, 5324881.3273, 701205.3266, 5342054.8829), id="1"),
        pytest.param((-5, 36, 30, 60), "EPSG:3035", (2965317.379, 1437694.285, 6118562.968, 4256803.185), id="4"),
        pytest.param(FIJI, "EPSG:32701", (93177.342, 8116516.789, 340319.920, 8230485.420), id="5"),
        pytest.param((-180, 70, 180, 90), "EPSG:3413", (-2187927.649,) * 2 + (2187927.649,) * 2, id="6"),
        pytest.param(
            (5.2, 45.3, 10.1, 47.9), "SR-ORG:6974", (387650.238, 5037135.855, 789961.506, 5326242.990), id="7"
        ),
    ],
)
def test_bounds_of_worked_example(box: Box, crs: str, bounds: Box) -> None:
    """Bounds are exact to a millimetre, also where an edge bulges 133 km beyond its ends (4)."""
    assert region_bounds(rectangle_region(*box), Crs.from_text(crs)) == pytest.approx(bounds, abs=6e-4)


@pytest.mark.parametrize(
    ("lattice", "pixels"),
    [
        (AffineTransform(8, 6, 680000, 6, -8, 5330000), (197.061, 696.556, 382.973, 873.162)),
        (AffineTransform(10, 0, 680000, 0, 10, 5310000), (626.618, 1488.133, 779.258, 1604.127)),
    ],
    ids=["rotated", "south-up"],
)
def test_bounds_in_columns_and_rows_of_a_lattice(lattice: AffineTransform, pixels: Box) -> None:
    """Bounds on a lattice that is not north-up are those of its own columns and rows."""
    found = region_bounds(rectangle_region(*MUNICH_SMALL), Crs.from_text(UTM_32), lattice)
    assert found == pytest.approx(pixels, abs=6e-4)


def test_mirrored_lattice_keeps_its_direction() -> None:
    """Columns that run west stay as they are and cover the same region."""
    mirrored = grid_over(MUNICH, UTM_32, anchor=AffineTransform(-10, 0, 0, 0, -10, 0))
    usual = grid_over(MUNICH, UTM_32, scale=10)
    assert mirrored.bounds == usual.bounds
    assert mirrored.affine_transform.to_list() == [-10, 0, usual.bounds[2], 0, -10, 5342060]


def test_north_up_lattice_equals_scale_and_corner() -> None:
    """A whole north-up lattice and its scale with its corner are two ways to say the same."""
    lattice = AffineTransform(10, 0, 3, 0, -10, 7)
    assert grid_over(MUNICH, UTM_32, anchor=lattice) == grid_over(MUNICH, UTM_32, scale=10, anchor=(3, 7))


def test_rotated_lattice_in_degrees() -> None:
    """On WGS 84 degrees the corners of the region are its extremes on any lattice."""
    grid = grid_over((0, 0, 1, 1), "EPSG:4326", anchor=AffineTransform(0.1, 0.1, 0, 0.1, -0.1, 0))
    assert (grid.width, grid.height) == (10, 10)
    assert grid.affine_transform.apply(0, 5) == pytest.approx((0, 0))


def test_pixels_need_not_be_square() -> None:
    """Scale may be a pair, x first."""
    for anchor in ("origin", "region"):
        grid = grid_over((0, 0, 1, 1), "EPSG:4326", scale=(0.1, 0.25), anchor=anchor)
        assert (grid.width, grid.height) == (10, 4)


@pytest.mark.parametrize(
    ("box", "size"), [((0, 0, 2, 1.1), (400, 220)), ((0, 0, 1.1, 2), (220, 400)), ((0, 0, 3, 1), (400, 134))]
)
def test_one_dimension_is_the_longer_side(box: Box, size: tuple[int, int]) -> None:
    """A single number sets the longer side; pixels are square, and start at the region's corner."""
    grid = grid_over(box, "EPSG:4326", dimensions=400)
    transform = grid.affine_transform
    assert (grid.width, grid.height) == size
    assert transform.scale_x == -transform.scale_y == max(box) / 400
    assert (transform.translate_x, transform.translate_y) == (0, box[3])


def test_anchor_does_not_apply_to_dimensions() -> None:
    """A derived pixel size has no lattice to snap to."""
    anchored = grid_over(MUNICH, UTM_32, dimensions=(400, 300), anchor=(5, 5))
    assert anchored == grid_over(MUNICH, UTM_32, dimensions=(400, 300))


def test_clean_decimals() -> None:
    """The corner is computed in the decimals that were typed: 0.3, not 0.30000000000000004."""
    grid = grid_over((0.3, 0.3, 0.4, 0.7), "EPSG:4326", scale=0.1)
    assert grid.affine_transform.to_list() == [0.1, 0, 0.3, 0, -0.1, 0.7]


@pytest.mark.parametrize(
    ("sticks_out", "width"), [(0.0, 10), (0.009, 10), (0.011, 11), (-0.009, 10), (-0.5, 10), (-1.02, 9)]
)
def test_a_hundredth_of_a_pixel_is_forgiven(sticks_out: float, width: int) -> None:
    """Less than that over a line adds no column, more does."""
    assert grid_over((0, 0, 10 + sticks_out, 1), "EPSG:4326", scale=1).width == width
    assert grid_over((-sticks_out, 0, 10, 1), "EPSG:4326", scale=1).width == width
    assert PixelGrid.from_bounds((0, 0, 1, 10 + sticks_out), crs=UTM_32, scale=1, anchor="region").height == width


def test_region_without_extent_gets_one_pixel() -> None:
    """A point on a grid corner gets the pixel to its north-east."""
    point = {"type": "Polygon", "coordinates": [[[0.3, 0.3]] * 4]}
    grid = PixelGrid.from_region(point, crs="EPSG:4326", scale=0.1)
    assert (grid.width, grid.height) == (1, 1)
    assert grid.bounds == pytest.approx((0.3, 0.3, 0.4, 0.4))


def test_wkt_is_sent_as_given() -> None:
    """A WKT 1 is computed with and handed on unchanged."""
    wkt = pyproj.CRS("EPSG:32632").to_wkt("WKT1_GDAL")
    grid = grid_over(MUNICH, wkt, scale=10)
    assert (grid.crs_code, grid.crs_wkt) == (None, wkt)
    assert grid.affine_transform.to_list() == [10, 0, 685760, 0, -10, 5342060]


def test_sphere_in_the_parameters_of_a_wkt_is_used() -> None:
    """The service's WKT of the MODIS system gives the grid of its code, not one 18.8 km too far south."""
    by_code = grid_over((5.2, 45.3, 10.1, 47.9), "SR-ORG:6974", scale=MODIS_500_M, anchor=MODIS_ORIGIN)
    by_wkt = grid_over((5.2, 45.3, 10.1, 47.9), MODIS_WKT, scale=MODIS_500_M, anchor=MODIS_ORIGIN)
    assert by_wkt.affine_transform == by_code.affine_transform
    assert by_wkt.crs_wkt == MODIS_WKT


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
    "lattice",
    [[8, 6, 680000, 6, -8, 5330000], np.array([8, 6, 680000, 6, -8, 5330000]), (8, 6, 680000, 6, -8, 5330000, 0, 0, 1)],
    ids=["list", "array", "with a third row, as affine.Affine"],
)
def test_lattice_may_come_as_numbers(lattice: Sequence[float]) -> None:
    """Six numbers in the order of crsTransform are a lattice as much as the value made of them."""
    assert grid_over(MUNICH_SMALL, UTM_32, anchor=lattice) == grid_over(
        MUNICH_SMALL, UTM_32, anchor=AffineTransform(8, 6, 680000, 6, -8, 5330000)
    )


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


@pytest.mark.parametrize(
    ("options", "field", "code"),
    [
        ({}, "scale", "missing"),
        ({"scale": 10, "dimensions": (1, 1)}, "scale", "scale-and-dimensions"),
        *[
            ({"scale": scale}, "scale", "scale-not-positive")
            for scale in (0, -1, (1, 0), "10", ("1", "2"), math.nan, math.inf, True, (1,), (1, 2, 3), np.array(10))
        ],
        *[
            ({"dimensions": dimensions}, "grid.dimensions", "dimension-out-of-range")
            for dimensions in (0, (0, 1), (1.5, 1), "ab", (True, 1), (2**31, 1), (1,), (1, 2, 3), math.nan)
        ],
        *[
            ({"scale": 10, "anchor": anchor}, "anchor", "anchor-unknown")
            for anchor in ("centre", (1,), 5, None, (math.nan, 0), ("1", 2), (1, 2, 3))
        ],
        ({"scale": 10, "anchor": AffineTransform(1, 0, 0, 0, -1, 0)}, "anchor", "lattice-and-size"),
        ({"dimensions": 10, "anchor": AffineTransform(1, 0, 0, 0, -1, 0)}, "anchor", "lattice-and-size"),
        ({"anchor": AffineTransform(1, 1, 0, 1, 1, 0)}, "grid.affineTransform", "not-invertible"),
    ],
    ids=str,
)
def test_arguments_that_make_no_grid_are_refused(options: dict[str, Any], field: str, code: str) -> None:
    """Each is named by its field, with the reason."""
    with pytest.raises(InvalidRequestError) as caught:
        grid_over(MUNICH, UTM_32, **options)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]


@pytest.mark.parametrize("dimensions", [5, (5, 5)])
def test_nothing_cannot_be_divided_into_pixels(dimensions: object) -> None:
    """A point has no pixel size to derive."""
    point = {"type": "Polygon", "coordinates": [[[0.3, 0.3]] * 4]}
    with pytest.raises(InvalidRequestError, match="no area"):
        PixelGrid.from_region(point, crs="EPSG:4326", dimensions=dimensions)  # type: ignore[arg-type] # either


def test_unknown_keyword_is_a_type_error() -> None:
    """A misspelt keyword is not swallowed, and the CRS is not guessed."""
    with pytest.raises(TypeError):
        grid_over(MUNICH, UTM_32, scale=10, snap="origin")
    with pytest.raises(TypeError):
        PixelGrid.from_region(rectangle_region(*MUNICH), scale=10)  # type: ignore[call-arg] # that is the point


def test_rectangle_in_the_crs_is_exact() -> None:
    """What is typed in CRS units is snapped as it is, without a way through longitude and latitude."""
    grid = PixelGrid.from_bounds((685760.5, 5324881, 701200, 5342060), crs=UTM_32, scale=10)
    assert (grid.width, grid.height) == (1544, 1718)
    assert grid.affine_transform.to_list() == [10, 0, 685760, 0, -10, 5342060]
    free = PixelGrid.from_bounds((0.3, 0.1, 0.6, 0.7), crs="EPSG:4326", scale=0.1, anchor="region")
    assert free == PixelGrid(3, 6, AffineTransform(0.1, 0, 0.3, 0, -0.1, 0.7), "EPSG:4326")


def test_rectangle_in_the_crs_on_a_rotated_lattice() -> None:
    """All four corners count."""
    grid = PixelGrid.from_bounds((0, 0, 100, 100), crs=UTM_32, anchor=AffineTransform(8, 6, 0, 6, -8, 0))
    assert (grid.width, grid.height) == (14, 14)
    assert grid.affine_transform.to_list() == [8, 6, -48, 6, -8, 64]


@pytest.mark.parametrize("bounds", [(0, 0, 1), (1, 0, 0, 1), (0, 1, 1, 0), (0, 0, math.nan, 1), "0011", (0, 0, "1", 1)])
def test_bounds_that_are_no_rectangle_are_refused(bounds: object) -> None:
    """Three numbers, the wrong order, texts and what is not finite."""
    with pytest.raises(InvalidRequestError, match="not a rectangle"):
        PixelGrid.from_bounds(bounds, crs=UTM_32, scale=10)  # type: ignore[arg-type] # that is the point
