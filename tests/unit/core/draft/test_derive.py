"""From what was drawn and typed to one grid."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

import pyproj
import pytest

from ee_export_widget.core.crs.crs import METRES_PER_DEGREE
from ee_export_widget.core.draft.derive import derive_grid, export_crs, pixel_of, same_crs, source_crs
from ee_export_widget.core.draft.draft import CrsRectangle, Draft, Snap
from ee_export_widget.core.expression import Expression, image_load
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.partial_grid import PartialPixelGrid
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.region.region import read_region

CORNER = (735345.0, -2796795.0)
UTM = "EPSG:32621"
UTM_WKT = pyproj.CRS.from_epsg(32621).to_wkt("WKT1_GDAL")


def landsat(**changes: Any) -> ImageInfo:  # noqa: ANN401 - members of the description
    band = {
        "id": "B2",
        "data_type": {"type": "PixelType", "precision": "int", "min": 0, "max": 65535},
        "dimensions": [7000, 7000],
        "crs": UTM,
        "crs_transform": [30, 0, CORNER[0], 0, -30, CORNER[1]],
    }
    return ImageInfo.from_description({"type": "Image", "bands": [{**band, **changes}]})


LANDSAT = landsat()
COMPOSITE = landsat(crs="EPSG:4326", crs_transform=[1, 0, 0, 0, 1, 0], dimensions=None)
DRAWN = CrsRectangle(UTM, (CORNER[0] + 41.0, CORNER[1] - 1234.0, CORNER[0] + 3017.0, CORNER[1] - 99.0))
draft_of = partial(Draft, region=DRAWN)


def offsets(grid: PixelGrid | None) -> tuple[float, float]:
    """Where the corner of a grid lies on the Landsat lattice, in pixels."""
    assert grid is not None
    transform = grid.affine_transform
    return (transform.translate_x - CORNER[0]) / 30, (CORNER[1] - transform.translate_y) / 30


def test_a_rectangle_on_landsats_own_grid_has_whole_offsets() -> None:
    """Without a word about CRS and size, the edges move outward to whole pixels of the image."""
    derived = derive_grid(draft_of(), LANDSAT)
    assert derived.problems == ()
    assert offsets(derived.grid) == (1, 3)
    assert derived.grid is not None
    assert (derived.grid.width, derived.grid.height, derived.grid.crs_code) == (100, 39, UTM)
    assert derived.drawn == DRAWN.bounds
    assert (derived.crs, derived.crs_known) == (UTM, True)


@pytest.mark.parametrize("crs", ["", UTM, "epsg:32621", " EPSG:32621 ", "EPSG:32621, UTM zone 21N, source", UTM_WKT])
@pytest.mark.parametrize("size", ["", "30", "30 m", "0.03 km", "30 x 30"])
def test_the_images_own_pixels_are_found_however_they_are_written(crs: str, size: str) -> None:
    """A code in other letters, WKT or a unit never moves the edges off the image's own pixels."""
    derived = derive_grid(draft_of(crs=crs, pixel_size=size), LANDSAT)
    assert derived.problems == ()
    assert offsets(derived.grid) == (1, 3)


def test_the_crs_in_force_has_one_writing() -> None:
    """Whoever compares codes finds the service's own."""
    assert derive_grid(draft_of(crs=" epsg:32621 "), LANDSAT).crs == UTM
    assert derive_grid(draft_of(crs="epsg:0"), LANDSAT).crs == "epsg:0"


def test_a_source_in_wkt_is_the_same_as_its_code() -> None:
    """An image that carries its CRS as WKT keeps its pixels when the code is typed."""
    assert offsets(derive_grid(draft_of(crs=UTM), landsat(crs=UTM_WKT)).grid) == (1, 3)


def test_a_rectangle_keeps_its_sides_in_a_crs_that_is_written_otherwise() -> None:
    """A rectangle is not projected there and back where its CRS only has other letters."""
    rectangle = replace(DRAWN, crs="epsg:32621")
    assert derive_grid(Draft(region=rectangle, crs=UTM), LANDSAT).drawn == DRAWN.bounds


@pytest.mark.parametrize(
    ("size", "snap", "corner"),
    [
        ("60", "source", (CORNER[0], CORNER[1] - 60)),
        ("20", "source", (CORNER[0] + 40, CORNER[1] - 80)),
        ("30", "multiples", (735360.0, -2796870.0)),
        ("30", "region", (DRAWN.bounds[0], DRAWN.bounds[3])),
    ],
)
def test_edges_snap_to_what_was_chosen(size: str, snap: Snap, corner: tuple[float, float]) -> None:
    """Other sizes line up with the image's corner; multiples and the region's corner are what they say."""
    grid = derive_grid(draft_of(pixel_size=size, snap=snap), LANDSAT).grid
    assert grid is not None
    assert (grid.affine_transform.translate_x, grid.affine_transform.translate_y) == corner


@pytest.mark.parametrize(
    ("crs", "size", "pixel"),
    [
        ("EPSG:4326", "", 30 / METRES_PER_DEGREE),
        ("EPSG:4326", "30 m", 30 / METRES_PER_DEGREE),
        ("EPSG:4326", "0.001", 0.001),
        ("EPSG:4326", "0.001°", 0.001),
        ("EPSG:4326", "1 km", 1000 / METRES_PER_DEGREE),
        ("EPSG:32622", "", 30.0),
        ("EPSG:32622", "0.001 deg", 0.001 * METRES_PER_DEGREE),
        ("EPSG:3857", "1 km", 1000.0),
        ("EPSG:32622", "45", 45.0),
    ],
)
def test_pixel_sizes_are_converted_nominally(crs: str, size: str, pixel: float) -> None:
    """Metres, kilometres and degrees become units of the CRS, at every latitude alike."""
    grid = derive_grid(draft_of(crs=crs, pixel_size=size), LANDSAT).grid
    assert grid is not None
    assert grid.affine_transform.scale_x == pytest.approx(pixel, rel=1e-12)
    assert grid.affine_transform.scale_y == -grid.affine_transform.scale_x
    assert math.remainder(grid.affine_transform.translate_x, pixel) == pytest.approx(0, abs=1e-6 * pixel)


def test_pixels_need_not_be_square() -> None:
    """Width and height can be given each."""
    grid = derive_grid(draft_of(pixel_size="30 x 60"), LANDSAT).grid
    assert grid is not None
    assert (grid.affine_transform.scale_x, grid.affine_transform.scale_y) == (30, -60)


def test_a_polygon_is_covered() -> None:
    """A region in degrees is projected and lies inside the grid."""
    ring = [[-54.5, -25.5], [-54.4, -25.5], [-54.4, -25.4], [-54.5, -25.4], [-54.5, -25.5]]
    region = read_region({"type": "Polygon", "coordinates": [ring]})
    derived = derive_grid(Draft(region=region), LANDSAT)
    assert derived.grid is not None
    assert all(value == round(value) for value in offsets(derived.grid))
    assert derived.drawn is None
    assert 10_000 < derived.grid.width * 30 < 11_000


def test_everything_that_is_missing_is_said_at_once() -> None:
    """An empty draft lacks a CRS and a region; with a CRS it lacks a size."""
    assert [problem.code for problem in derive_grid(Draft(), None).problems] == ["crs-missing", "grid-missing"]
    codes = [problem.code for problem in derive_grid(Draft(crs=UTM), None).problems]
    assert codes == ["pixel-size-missing", "grid-missing"]


def test_the_hint_depends_on_whether_there_is_an_image() -> None:
    """Where an image has no CRS of its own, a code is asked for; where there is none, an image."""
    with_image = Draft(expression=Expression.of(image_load("a")))
    assert "Type a code" in derive_grid(with_image, COMPOSITE).problems[0].hint
    assert "Choose an image" in derive_grid(Draft(), None).problems[0].hint


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"crs": "EPSG:999999"}, "grid.crsCode", "unknown-crs"),
        ({"crs": "PROJCS["}, "grid.crsCode", "unknown-crs"),
        ({"pixel_size": "12a"}, "grid.affineTransform.scaleX", "pixel-size-unreadable"),
        ({"pixel_size": "0"}, "grid.affineTransform.scaleX", "pixel-size-unreadable"),
        ({"region": CrsRectangle(UTM, (0, 0, math.nan, 1))}, "grid", "bounds-not-a-rectangle"),
        ({"region": CrsRectangle(UTM, (0, 0, 1e300, 1e300))}, "grid.dimensions", ""),
        ({"region": CrsRectangle(UTM, (-1e9, -1e9, 1e9, 1e9))}, "grid.dimensions", ""),
        ({"region": CrsRectangle("EPSG:4326", (math.inf, 0, 1, 1))}, "grid", ""),
        ({"pixel_size": "1e-300"}, "grid.dimensions", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(changes: dict[str, Any], field: str, code: str) -> None:
    """A draft that gives no grid has a problem at the member that is to blame, and never an exception."""
    derived = derive_grid(replace(draft_of(), **changes), LANDSAT)
    assert derived.grid is None
    problem = derived.problems[0]
    assert problem.field.startswith(field)
    assert problem.severity == "error"
    assert not code or code in problem.code


def test_a_given_grid_is_taken_as_it_is() -> None:
    """Neither CRS nor size nor snapping touches a grid that came as a whole."""
    grid = PixelGrid(3, 4, AffineTransform(7, 1, 5, 1, -7, 5), "EPSG:3857")
    derived = derive_grid(draft_of(grid=grid, crs="12a", pixel_size="12a"), LANDSAT)
    assert (derived.grid, derived.problems, derived.crs, derived.crs_known) == (grid, (), "EPSG:3857", True)


def test_a_given_grid_may_have_a_crs_that_nobody_knows() -> None:
    """The service may know it: the grid is kept, and the CRS is said to be unknown here."""
    grid = PixelGrid(3, 4, AffineTransform(7, 0, 5, 0, -7, 5), "EPSG:999999")
    derived = derive_grid(Draft(grid=grid), None)
    assert (derived.grid, derived.crs_known) == (grid, False)


@pytest.mark.parametrize(("code", "known"), [("EPSG:4326", True), ("nowhere", False), (None, False)])
def test_a_part_of_a_grid_gives_none(code: str | None, known: bool) -> None:
    """An incomplete grid is no grid; its CRS counts where it has one."""
    derived = derive_grid(Draft(grid=PartialPixelGrid(crs_code=code)), LANDSAT)
    assert (derived.grid, derived.problems, derived.crs_known) == (None, (), known)


def test_a_grid_inside_the_expression_needs_no_other() -> None:
    """What the official client folds into the expression is not missing; a region drawn over it counts."""
    call = {"functionName": "Image.clipToBoundsAndScale", "arguments": {}}
    folded = Expression.of({"result": "0", "values": {"0": {"functionInvocationValue": call}}})
    assert derive_grid(Draft(expression=folded), None).problems == ()
    assert derive_grid(draft_of(expression=folded), LANDSAT).grid is not None


def test_a_composite_has_no_lattice() -> None:
    """Pixels of one degree that nothing was sampled on are no source grid."""
    assert source_crs(COMPOSITE) == ""
    assert [problem.code for problem in derive_grid(draft_of(crs=UTM), COMPOSITE).problems] == ["pixel-size-missing"]


def test_an_image_without_bounds_can_have_a_lattice() -> None:
    """Without dimensions the transform still says where pixels begin."""
    assert offsets(derive_grid(draft_of(), landsat(dimensions=None)).grid) == (1, 3)


def test_an_image_without_crs_has_no_lattice() -> None:
    """A band that does not say its CRS is no source."""
    assert derive_grid(draft_of(), landsat(crs=None)).problems[0].code == "crs-missing"


def test_a_lattice_in_an_unknown_crs_is_nobodys() -> None:
    """Where the image's own CRS cannot be resolved, another one works all the same."""
    derived = derive_grid(draft_of(crs=UTM, pixel_size="30"), landsat(crs="nowhere"))
    assert derived.problems == ()
    assert not same_crs("nowhere", UTM)


def test_a_size_taken_from_an_image_in_an_unknown_crs_is_a_problem() -> None:
    """Without units of the image's CRS its pixel size says nothing."""
    derived = derive_grid(draft_of(crs=UTM), landsat(crs="nowhere"))
    assert derived.problems[0].field == "grid.affineTransform.scaleX"


def test_the_size_of_a_turned_pixel_is_that_of_its_sides() -> None:
    """Sides are measured along the pixel, not along the axes."""
    assert pixel_of(AffineTransform(3, -4, 0, 4, 3, 0)) == (5, 5)
    assert pixel_of(AffineTransform(30, 0, 0, 0, -20, 0)) == (30, 20)


def test_a_turned_lattice_is_kept() -> None:
    """On an image with turned pixels the grid lies on the same pixels."""
    info = landsat(crs_transform=[24, 18, CORNER[0], 18, -24, CORNER[1]])
    grid = derive_grid(draft_of(), info).grid
    assert grid is not None
    assert (grid.affine_transform.scale_x, grid.affine_transform.shear_x) == (24, 18)


def test_a_suggestion_is_read_up_to_its_comma() -> None:
    """What a list of suggestions shows after the code is not a part of it."""
    assert export_crs(Draft(crs="EPSG:32632, UTM zone 32N"), None) == "EPSG:32632"
    assert export_crs(Draft(crs=UTM_WKT), None) == UTM_WKT


@pytest.mark.parametrize(("crs", "offset"), [(UTM, (10, 5)), ("EPSG:32622", (0, 0))], ids=["its CRS", "another"])
def test_edges_line_up_with_another_assets_pixels(crs: str, offset: tuple[float, float]) -> None:
    """Where they are in the same CRS; in any other they are multiples of the pixel."""
    reference = PixelGrid(1, 1, AffineTransform(30, 0, 10.0, 0, -30, 5.0), UTM)
    grid = derive_grid(draft_of(crs=crs, pixel_size="30", snap="asset", reference=("other", reference)), LANDSAT).grid
    assert grid is not None
    assert (grid.affine_transform.translate_x % 30, grid.affine_transform.translate_y % 30) == offset


def test_a_grid_or_a_refusal_is_found_once() -> None:
    """An entry that has nothing to do with the grid finds the very same one, and the same words against it."""
    draft = draft_of()
    assert derive_grid(replace(draft, priority="7"), LANDSAT).grid is derive_grid(draft, LANDSAT).grid
    far = draft_of(region=read_region({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}))
    refused = derive_grid(far, LANDSAT).problems
    assert refused != ()
    assert derive_grid(replace(far, priority="7"), LANDSAT).problems is refused
