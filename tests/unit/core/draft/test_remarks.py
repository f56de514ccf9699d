"""What is said of a grid that can be made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ee_export_widget.core.draft.draft import CrsRectangle
from ee_export_widget.core.draft.remarks import remarks
from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.overlap import outside_share
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.core.image_info import ImageInfo

UTM = "EPSG:32621"
SOURCE = PixelGrid(1024, 1024, AffineTransform(30, 0, 735345, 0, -30, -2796795), UTM)
INFO = ImageInfo.from_description({
    "type": "Image",
    "bands": [{"id": "B2", "crs": UTM, "crs_transform": SOURCE.affine_transform.to_list(), "dimensions": [1024, 1024]}],
})  # fmt: skip


def shifted(columns: int, rows: int) -> PixelGrid:
    """Give the source's grid moved by whole pixels."""
    return replace(SOURCE, affine_transform=SOURCE.affine_transform.shifted(columns, rows))


@pytest.mark.parametrize(
    ("grid", "share"),
    [
        (SOURCE, 0.0),
        (shifted(512, 0), 0.5),
        (shifted(512, 512), 0.75),
        (shifted(-2000, 0), 1.0),
        (PixelGrid(10, 10, AffineTransform(0.01, 0, -54.55, 0, -0.01, -25.35), "EPSG:4326"), 0.0),
        (PixelGrid(10, 10, AffineTransform(0.01, 0, 305.45, 0, -0.01, -25.35), "EPSG:4326"), 0.0),
        (PixelGrid(10, 10, AffineTransform(1, 0, 0, 0, -1, 50), "EPSG:4326"), 1.0),
    ],
    ids=["itself", "half", "three quarters", "beside", "other CRS", "other world copy", "elsewhere"],
)
def test_share_outside_is_measured_in_pixels_of_the_grid(grid: PixelGrid, share: float) -> None:
    """Also across coordinate systems and copies of the world."""
    assert outside_share(grid, SOURCE) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("grid", "codes"),
    [
        (SOURCE, []),
        (shifted(512, 0), ["region-partly-outside-image"]),
        (shifted(3000, 0), ["region-outside-image"]),
        (PixelGrid(1, 1, AffineTransform(30, 0, -60, 0, -30, 0), "EPSG:4326"), ["degrees-for-metres"]),
    ],
    ids=["on the image", "half off", "off", "30 degrees"],
)
def test_grid_is_remarked_on_where_it_needs_to_be(grid: PixelGrid, codes: list[str]) -> None:
    """The sample's own zone is a northern one, and that is nobody's mistake; every remark is a warning."""
    region = CrsRectangle(grid.crs.text, grid.bounds)
    found = remarks(region, grid, INFO)
    assert {problem.code for problem in found} >= set(codes)
    assert (found == []) == (codes == [])
    assert {problem.severity for problem in found} <= {"warning", "info"}
    assert {problem.field.partition(".")[0] for problem in found} <= {"grid"}


def test_another_crs_than_the_images_is_questioned() -> None:
    """The neighbouring hemisphere's zone is a choice of the person's, so it is said."""
    grid = PixelGrid.from_region(CrsRectangle(UTM, SOURCE.bounds), crs="EPSG:32622", scale=30)
    codes = [problem.code for problem in remarks(CrsRectangle(UTM, SOURCE.bounds), grid, INFO)]
    assert any(code in {"region-outside-area-of-use", "region-outside-utm-zone"} for code in codes)
    assert remarks(None, SOURCE, None) == []


def test_nothing_is_said_of_a_region_that_has_no_place_on_earth() -> None:
    """A rectangle far beyond the edge of its CRS can be drawn; it is the grid's errors that speak of it."""
    far = PixelGrid(10, 10, AffineTransform(30, 0, 1e12, 0, -30, 1e12), UTM)
    assert remarks(CrsRectangle(UTM, far.bounds), far, None) == []


def test_nothing_is_compared_with_an_image_whose_place_nobody_knows() -> None:
    """An image in a CRS that only the service knows may lie anywhere; a region without an area says nothing."""
    strange = ImageInfo.from_description({
        "type": "Image",
        "bands": [{"id": "B2", "crs": "EPSG:999999", "crs_transform": [30, 0, 0, 0, -30, 0], "dimensions": [9, 9]}],
    })  # fmt: skip
    point = CrsRectangle(UTM, (735345, -2796795, 735345, -2796795))
    assert {problem.code for problem in remarks(point, SOURCE, strange)} <= {"region-outside-area-of-use"}


@pytest.mark.parametrize(
    ("corner", "swapped"), [((-25.4, -54.55), True), ((-54.55, -20.0), False), ((0.0, 0.0), False)]
)
def test_a_region_beside_the_image_may_have_its_latitude_first(corner: tuple[float, float], swapped: bool) -> None:
    """It is said where the image lies there the other way round, and only there."""
    lon, lat = corner
    square = CrsRectangle("EPSG:4326", (lon, lat, lon + 0.01, lat + 0.01))
    grid = PixelGrid.from_bounds(square.bounds, crs="EPSG:4326", scale=0.001)
    (said,) = [problem for problem in remarks(square, grid, INFO) if problem.code == "region-outside-image"]
    assert ("latitude first" in said.hint) == swapped
