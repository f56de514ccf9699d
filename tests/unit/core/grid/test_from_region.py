"""Grids over regions: the worked examples, every kind of anchor and size, arguments that are refused."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import pytest

from ee_export_widget.core.crs.crs import Crs
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.outline import region_bounds
from ee_export_widget.core.grid.pixel_grid import PixelGrid
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
)

if TYPE_CHECKING:
    from collections.abc import Sequence

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
