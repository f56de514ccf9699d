"""How a grid lies on its source, and how far its edges moved."""

from __future__ import annotations

import pyproj
import pytest

from ee_export_widget.core.grid.affine import AffineTransform
from ee_export_widget.core.grid.alignment import Alignment, alignment, outward_moves, shifted_onto
from ee_export_widget.core.grid.pixel_grid import PixelGrid
from ee_export_widget.errors import InvalidRequestError

CRS = "EPSG:32621"
SOURCE = AffineTransform(30, 0, 717345, 0, -30, -2776755)


def grid(*transform: float, size: tuple[int, int] = (100, 50)) -> PixelGrid:
    return PixelGrid(*size, AffineTransform(*transform), CRS)


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        ((30, 0, 717345, 0, -30, -2776755), Alignment("on-grid", 0, 0)),
        ((30, 0, 717345 + 30 * 7, 0, -30, -2776755 - 30 * 3), Alignment("on-grid", 7, 3)),
        ((30, 0, 717345 - 30, 0, -30, -2776755 + 60), Alignment("on-grid", -1, -2)),
        ((30, 0, 717345 + 0.2, 0, -30, -2776755), Alignment("on-grid", 0, 0)),
        ((30, 0, 717345, 0, 30, -2776755 - 30 * 50), Alignment("on-grid", 0, 0)),
        ((90, 0, 717345 + 30 * 7, 0, -90, -2776755), Alignment("multiple", 7, 0, (3, 3))),
        ((60, 0, 717345, 0, -30, -2776755), Alignment("multiple", 0, 0, (2, 1))),
        ((30, 0, 717360, 0, -30, -2776770), Alignment("half-pixel")),
        ((30, 0, 717360, 0, -30, -2776755), Alignment("half-pixel")),
        ((60, 0, 717360, 0, -60, -2776770), Alignment("off-grid")),
        ((30, 0, 717350, 0, -30, -2776755), Alignment("off-grid")),
        ((30, 0, 717345 + 13.5, 0, -30, -2776755), Alignment("off-grid")),
        ((10, 0, 717345, 0, -10, -2776755), Alignment("off-grid")),
        ((45, 0, 717345, 0, -45, -2776755), Alignment("off-grid")),
        ((30.01, 0, 717345, 0, -30.01, -2776755), Alignment("off-grid")),
        ((24, 18, 717345, 18, -24, -2776755), Alignment("off-grid")),
        ((0, 30, 717345, 30, 0, -2776755), Alignment("off-grid")),
    ],
    ids=str,
)
def test_alignment_with_the_source(transform: tuple[float, ...], expected: Alignment) -> None:
    """The same pixels, multiples, half a pixel off, or anything else; the offset is the first source pixel."""
    assert alignment(grid(*transform), SOURCE, CRS) == expected


def test_alignment_on_a_rotated_lattice() -> None:
    """What counts is the source's own columns and rows."""
    source = AffineTransform(8, 6, 680000, 6, -8, 5330000)
    assert alignment(grid(8, 6, 685752, 6, -8, 5325614), source, CRS) == Alignment("on-grid", 197, 696)


def test_small_drift_adds_up_over_a_large_grid() -> None:
    """A pixel size that differs in the twelfth digit is the same; in the sixth it is not, over thousands of pixels."""
    same = grid(30.00000000001, 0, 717345, 0, -30, -2776755, size=(5000, 5000))
    other = grid(30.0001, 0, 717345, 0, -30, -2776755, size=(5000, 5000))
    assert alignment(same, SOURCE, CRS).kind == "on-grid"
    assert alignment(other, SOURCE, CRS).kind == "off-grid"


def test_another_crs_cannot_be_compared() -> None:
    """Another zone is another system; the same system as WKT is not."""
    aligned = grid(30, 0, 717345, 0, -30, -2776755)
    assert alignment(aligned, SOURCE, "EPSG:32622") == Alignment("different-crs")
    assert alignment(aligned, SOURCE, pyproj.CRS(CRS).to_wkt("WKT1_GDAL")).kind == "on-grid"


def test_source_without_pixels_is_refused() -> None:
    """A lattice whose pixels have no area is none."""
    with pytest.raises(InvalidRequestError, match="without an area"):
        alignment(grid(30, 0, 0, 0, -30, 0), AffineTransform(0, 0, 0, 0, 0, 0), CRS)


def test_edges_moved_outwards() -> None:
    """West, north, east, south: how far each edge of the grid lies outside the region, in CRS units."""
    region = (685760.3058, 5324881.3273, 701205.3266, 5342054.8829)
    example_1 = PixelGrid(1545, 1718, AffineTransform(10, 0, 685760, 0, -10, 5342060), "EPSG:32632")
    assert outward_moves(region, example_1) == pytest.approx((0.3058, 5.1171, 4.6734, 1.3273), abs=1e-4)


@pytest.mark.parametrize(
    ("corner", "expected"),
    [((717360, -2776770), (717345, -2776755)), ((717345, -2776770), (717345, -2776755)), ((717345, -2776755),) * 2],
    ids=["both ways", "down only", "already there"],
)
def test_half_a_pixel_is_taken_back(corner: tuple[float, float], expected: tuple[float, float]) -> None:
    """The centre of the first pixel was taken for its corner; size and CRS stay."""
    shifted = shifted_onto(grid(30, 0, corner[0], 0, -30, corner[1]), SOURCE)
    assert shifted == grid(30, 0, expected[0], 0, -30, expected[1])
    assert alignment(shifted, SOURCE, CRS).kind == "on-grid"
